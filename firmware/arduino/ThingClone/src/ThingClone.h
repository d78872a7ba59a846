// ThingClone: writes the readings of a board to your own server, and reads them back.
//
//   ThingClone thing;
//   thing.begin(client, "192.168.1.10", 8080);   // any Client: Ethernet, WiFi, GSM, TLS
//   thing.setField(1, 21.5);
//   if (thing.write(WRITE_KEY) != THING_OK) {
//     thing.explain(Serial);                     // refused (HTTP 400): this is a read key ...
//   }
//
// Nothing is allocated, no String is built. README.md tells the rest.

#ifndef THINGCLONE_H
#define THINGCLONE_H

#include <Arduino.h>
#include <Client.h>

#include "ThingCloneEntry.h"
#include "ThingCloneHttp.h"
#include "ThingCloneQueue.h"
#include "ThingCloneResult.h"
#include "ThingCloneValues.h"

#define THINGCLONE_VERSION "0.1.0"

// Bytes for the server's reason; what is longer is cut off. As with THINGCLONE_ENTRY_SIZE, a sketch
// may define it before the #include.
#ifndef THINGCLONE_REASON_SIZE
#ifdef __AVR__
#define THINGCLONE_REASON_SIZE 80
#else
#define THINGCLONE_REASON_SIZE 256
#endif
#endif

class ThingCloneBase {
 public:
  // `host` is a name or an address as text. It is not copied: it must stay where it is.
  void begin(Client& client, const char* host, uint16_t port);

  // Milliseconds in which an answer must be complete: 10 000, unless this is called. How long
  // connecting may take is the client's own affair.
  void setTimeout(uint32_t milliseconds) { _timeout = milliseconds; }

  // --- one entry ---

  // Sets a field, 1 to 8, of the next entry. A number that is none (NAN, as a sensor that fails
  // gives it) removes the field: THING_BAD_VALUE, and the other fields are written all the same.
  int setField(uint8_t field, double value, uint8_t decimals = 2);
  int setField(uint8_t field, long value) { return setText(fieldTag(field), value); }
  int setField(uint8_t field, unsigned long value) { return setText(fieldTag(field), value); }
  int setField(uint8_t field, int value) { return setField(field, (long)value); }
  int setField(uint8_t field, unsigned int value) { return setField(field, (unsigned long)value); }
  int setField(uint8_t field, char letter) { return setText(fieldTag(field), letter); }
  int setField(uint8_t field, const char* text) { return setText(fieldTag(field), text); }
  int setField(uint8_t field, const __FlashStringHelper* text) {
    return setText(fieldTag(field), text);
  }
  int setField(uint8_t field, const String& text) { return setField(field, text.c_str()); }

  int setLocation(double latitude, double longitude);
  int setLocation(double latitude, double longitude, double elevation);
  int setStatus(const char* text) { return setText(ThingCloneValues::STATUS, text); }
  int setStatus(const __FlashStringHelper* text) {
    return setText(ThingCloneValues::STATUS, text);
  }
  int setStatus(const String& text) { return setStatus(text.c_str()); }

  // Forgets what is set.
  void clear() { _values.clear(); }

  // Writes what is set as one entry, now. After THING_OK it is forgotten, and entryNumber() is the
  // number of the entry. Otherwise it stays: for writeLater(), for another try, or for clear().
  // With `mac`, any text that names this board, `key` may also be the user key: the entry goes to
  // the channel of this device.
  int write(const char* key, const char* mac = nullptr);

  // --- readings for which there is no net ---

  // The memory for them. Readings that are in it from before a deep sleep are taken over; whether
  // it was in use then, with readings or without.
  template <uint16_t SIZE>
  bool keepLaterIn(ThingCloneMemory<SIZE>& memory) {
    return _queue.use(memory.head, memory.readings, sizeof memory.readings);
  }

  // Keeps what is set, with the moment, and forgets it. Sends nothing.
  int writeLater();

  // Sends all that is kept, in one bulk write. After THING_OK nothing is kept any more; otherwise
  // everything that was not accepted is.
  int sendKept(unsigned long channel, const char* writeKey);

  uint16_t kept() const { return _queue.count(); }

  // How many readings were lost because the memory was full.
  uint32_t dropped() const { return _queue.dropped(); }

  // To be called just before the board sleeps for so many seconds, in which it does not count.
  void sleeping(uint32_t seconds);

  // --- reading ---

  // The newest value of a field: as text, or as a number (a long drops what is behind the point). A
  // private channel needs its read key.
  int readField(unsigned long channel, uint8_t field, char* text, uint16_t size,
                const char* readKey = nullptr);
  int readField(unsigned long channel, uint8_t field, float& value, const char* readKey = nullptr);
  int readField(unsigned long channel, uint8_t field, long& value, const char* readKey = nullptr);

  // The last entry of a channel, with all its values.
  int readLast(unsigned long channel, ThingCloneEntryBase& entry, const char* readKey = nullptr);

  // Takes the next command of a TalkBack; THING_NOTHING if none waits.
  int nextCommand(unsigned long talkback, const char* talkbackKey, char* text, uint16_t size);

  // --- what the last call came to ---

  // The server's own words about a refusal, or where it redirects to; empty if it said nothing.
  const char* reason() const { return _reason; }

  // The number of the answer, as 200 or 404; 0 if there was none.
  uint16_t httpStatus() const { return _httpStatus; }

  // The number that the entry of the last write() got.
  unsigned long entryNumber() const { return _entryNumber; }

  // Prints a line: the result of the last call in words, with the reason.
  void explain(Print& out) const;

 protected:
  ThingCloneBase(char* entry, uint16_t entrySize, char* reason, uint16_t reasonSize)
      : _values(entry, entrySize), _reason(reason), _reasonSize(reasonSize) {
    reason[0] = 0;
  }

 private:
  // What to ask for: a GET, or a POST if there is a body. The # of the path stand for the number of
  // the channel or TalkBack, and for that of the field.
  struct Request {
    Request(const __FlashStringHelper* path, unsigned long id, uint8_t field, const char* key)
        : path(path), id(id), field(field), key(key) {}
    Request(const __FlashStringHelper* path, unsigned long id, const char* key,
            const ThingCloneBody& body)
        : path(path), id(id), field(0), key(key), body(&body) {}

    const __FlashStringHelper* path;
    unsigned long id;
    uint8_t field;
    const char* key;
    const ThingCloneBody* body = nullptr;
    bool isFollowed = false;  // by another request, on the same connection
  };

  static char fieldTag(uint8_t field) { return field >= 1 && field <= 8 ? '0' + field : 0; }

  template <class Text>
  int setText(char tag, Text text) {
    if (!open(tag)) {
      return doneHere(THING_BAD_VALUE);
    }
    _values.print(text);
    return close();
  }

  bool open(char tag);
  int close();
  int setNumber(char tag, double value, uint8_t decimals);

  ThingCloneAnswer newAnswer();
  bool connect();
  void hangUp();
  int ask(const Request& request, ThingCloneAnswer& answer);
  bool send(const Request& request);
  int askForText(const Request& request, ThingCloneAnswer& answer, char* text, uint16_t size);
  int askForAge(unsigned long channel, const char* key, long& age, uint32_t& date);
  int sendOldest(unsigned long channel, const char* writeKey);
  bool mayBeStored(int result) const;
  bool areStored(long age);
  void forget();
  int done(int result);
  int doneHere(int result);

  Client* _client = nullptr;
  const char* _host = nullptr;
  uint16_t _port = 0;
  uint32_t _timeout = 10000;
  bool _isOpen = false;  // a connection that may be asked once more

  ThingCloneValues _values;
  ThingCloneQueue _queue;

  char* _reason;
  uint16_t _reasonSize;
  int8_t _result = THING_OK;
  uint16_t _httpStatus = 0;
  unsigned long _entryNumber = 0;
};

class ThingClone : public ThingCloneBase {
 public:
  ThingClone() : ThingCloneBase(_entryRoom, sizeof _entryRoom, _reasonRoom, sizeof _reasonRoom) {}

 private:
  char _entryRoom[THINGCLONE_ENTRY_SIZE];
  char _reasonRoom[THINGCLONE_REASON_SIZE];
};

#endif
