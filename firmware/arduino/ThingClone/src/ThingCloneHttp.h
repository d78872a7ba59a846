// As much HTTP as it takes: a request that leaves in few packets, an answer that is read byte by
// byte.
//
// An answer may be anything: slow, cut off, in chunks, without a length, endless, or a page of a
// hotspot. Whatever comes, reading it takes no longer than the time that it is given, and no more
// memory than the buffers that are handed in.

#ifndef THINGCLONE_HTTP_H
#define THINGCLONE_HTTP_H

#include <Arduino.h>
#include <Client.h>

#include "ThingCloneResult.h"

// What a request sends after its head. It is printed twice: first to be counted, as Content-Length
// comes before it.
class ThingCloneBody {
 public:
  virtual const __FlashStringHelper* type() const = 0;
  virtual void printTo(Print& out) const = 0;

 protected:
  ~ThingCloneBody() = default;
};

// Text for the body of a form: what is not a plain letter or digit as %XX.
void thingClonePrintEncoded(Print& out, const char* text);

// Text as a JSON string, with its quotes.
void thingClonePrintJson(Print& out, const char* text);

// 0 to 15; -1 for what is no hexadecimal digit.
int8_t thingCloneHexValue(int digit);

// Whether a text is a whole number, and nothing else.
bool thingCloneIsWhole(const char* text);

// Counts what is printed, and throws it away.
class ThingCloneCounter : public Print {
 public:
  size_t write(uint8_t) override {
    counted++;
    return 1;
  }
  using Print::write;

  uint32_t counted = 0;
};

// Gathers what is printed: a Client would send each piece in a packet of its own.
class ThingCloneSender : public Print {
 public:
  explicit ThingCloneSender(Client& client) : _client(client) {}

  size_t write(uint8_t byte) override;
  using Print::write;

  // Sends what is left; whether all of it went out.
  bool finish();

 private:
#ifdef __AVR__
  static const uint8_t ROOM = 64;
#else
  static const uint16_t ROOM = 512;
#endif

  Client& _client;
  uint8_t _waiting[ROOM];
  uint16_t _length = 0;
  bool _works = true;
};

class ThingCloneAnswer {
 public:
  static const int END = 256;  // of next()

  // Reading the whole answer takes `patience` milliseconds at most. The server's reason goes to
  // `reason`.
  ThingCloneAnswer(Client* client, uint32_t patience, char* reason, uint16_t reasonSize)
      : _client(client), _patience(patience), _reason(reason), _reasonSize(reasonSize) {}

  // Reads up to the body: THING_OK, whatever the status is, or why there is no answer.
  int readHead();

  // The next byte of the body, END, or a result below 0.
  int next();

  // The body as text. THING_TOO_LONG if it does not fit: then its beginning is there.
  int readText(char* text, uint16_t size);

  uint16_t status() const { return _status; }

  // The server's clock in seconds since 1970; 0 if it did not tell.
  uint32_t date() const { return _date; }

  bool isHtml() const { return _isHtml; }

  // Whether the connection may take another request, once the body is read.
  bool staysOpen() const { return _staysOpen && _framing != UNTIL_CLOSED && _left == 0; }

 private:
  enum Framing : uint8_t { BY_LENGTH, IN_CHUNKS, UNTIL_CLOSED };

  static const int MORE = 1;  // of readHeader()
  static const uint16_t LONGEST_HEAD = 8192;

  int nextByte();
  int nextOfHead();
  int readStatus();
  int readHeader();
  int readLine(char* line, uint16_t size);
  int readChunkSize();
  void understand(const char* name, const char* value);

  Client* _client;
  uint32_t _patience;
  uint32_t _began = 0;
  char* _reason;
  uint16_t _reasonSize;

  uint16_t _status = 0;
  uint16_t _headLength = 0;
  uint32_t _date = 0;
  uint32_t _left = 0;  // bytes of the body, or of this chunk, that are still to come
  Framing _framing = UNTIL_CLOSED;
  bool _isFirstChunk = true;
  bool _isLastChunk = false;
  bool _isHtml = false;
  bool _staysOpen = false;
};

#endif
