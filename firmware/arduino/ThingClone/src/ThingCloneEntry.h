// An entry as readLast() gets it: number, time, and all values as text.

#ifndef THINGCLONE_ENTRY_H
#define THINGCLONE_ENTRY_H

#include <Arduino.h>

#include "ThingCloneHttp.h"
#include "ThingCloneValues.h"

// Bytes for the values of one entry. Each takes its text and two more. A sketch may define it
// before the #include: the code of the library does not depend on it, only the two classes with
// room do.
#ifndef THINGCLONE_ENTRY_SIZE
#ifdef __AVR__
#define THINGCLONE_ENTRY_SIZE 96
#else
#define THINGCLONE_ENTRY_SIZE 400
#endif
#endif

class ThingCloneJson;

class ThingCloneEntryBase {
 public:
  unsigned long number() const { return _number; }

  // As 2024-05-01T12:34:56Z.
  const char* createdAt() const { return _createdAt; }

  // The text of a field, 1 to 8; nullptr if the entry has none.
  const char* field(uint8_t field) const {
    return field >= 1 && field <= 8 ? _values.text('0' + field) : nullptr;
  }
  const char* latitude() const { return _values.text(ThingCloneValues::LATITUDE); }
  const char* longitude() const { return _values.text(ThingCloneValues::LONGITUDE); }
  const char* elevation() const { return _values.text(ThingCloneValues::ELEVATION); }
  const char* status() const { return _values.text(ThingCloneValues::STATUS); }

  // Reads the JSON object of an entry. THING_TOO_LONG if a value did not fit: the others are there.
  int read(ThingCloneAnswer& answer);

 protected:
  ThingCloneEntryBase(char* room, uint16_t size) : _values(room, size) { forget(); }

 private:
  void forget();
  bool readMember(ThingCloneJson& json, bool& fits);

  ThingCloneValues _values;
  unsigned long _number;
  char _createdAt[26];
};

class ThingCloneEntry : public ThingCloneEntryBase {
 public:
  ThingCloneEntry() : ThingCloneEntryBase(_room, sizeof _room) {}

 private:
  char _room[THINGCLONE_ENTRY_SIZE];
};

#endif
