// The values of one entry: texts with a tag each, one after the other in a room of fixed size.
//
// A value is its tag and its text: "121.5" is field 1, and 21.5. Behind the last one stands an
// empty text. A value is printed into the room, between open() and close(), so that numbers are
// formatted by the code that Serial.print() uses as well.

#ifndef THINGCLONE_VALUES_H
#define THINGCLONE_VALUES_H

#include <Arduino.h>

class ThingCloneValues : public Print {
 public:
  // The tags of the fields are '1' to '8'.
  static const char LATITUDE = 'a', LONGITUDE = 'o', ELEVATION = 'e', STATUS = 's';

  ThingCloneValues(char* room, uint16_t size) : _room(room), _size(size) { clear(); }

  void clear();
  bool isEmpty() const { return _used == 0; }

  // The first value, and the one after it; an empty text after the last.
  const char* first() const { return _room; }
  static const char* next(const char* value) { return value + strlen(value) + 1; }

  // How many bytes they take, the empty text included.
  uint16_t length() const { return _used + 1; }

  // The text of a tag; nullptr if it has none.
  const char* text(char tag) const;

  void remove(char tag);

  // What is printed from here on is the text of this tag, in the place of the one it had.
  void open(char tag);

  // Whether the text did fit; else the tag has none.
  bool close();

  size_t write(uint8_t byte) override;
  using Print::write;

  // field1, latitude, status.
  static void printName(Print& out, char tag);

 private:
  char* find(char tag) const;

  char* _room;
  uint16_t _size;
  uint16_t _used = 0;
  uint16_t _written = 0;  // bytes of the value that is open, its tag included
  bool _fits = true;
};

#endif
