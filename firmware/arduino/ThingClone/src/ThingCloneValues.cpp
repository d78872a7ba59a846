#include "ThingCloneValues.h"

void ThingCloneValues::clear() {
  _used = 0;
  _room[0] = 0;
}

const char* ThingCloneValues::text(char tag) const {
  const char* value = find(tag);
  return value ? value + 1 : nullptr;
}

char* ThingCloneValues::find(char tag) const {
  for (const char* value = _room; *value; value = next(value)) {
    if (*value == tag) {
      return _room + (value - _room);
    }
  }
  return nullptr;
}

void ThingCloneValues::remove(char tag) {
  char* value = find(tag);
  if (!value) {
    return;
  }
  const char* rest = next(value);
  uint16_t removed = rest - value;
  memmove(value, rest, _room + length() - rest);
  _used -= removed;
}

void ThingCloneValues::open(char tag) {
  remove(tag);
  _written = 0;
  _fits = true;
  write(tag);
}

size_t ThingCloneValues::write(uint8_t byte) {
  if (byte == 0) {
    return 0;
  }
  if (_used + _written + 2u >= _size) {  // the end of this text, and the empty one
    _fits = false;
    return 0;
  }
  _room[_used + _written++] = byte;
  return 1;
}

bool ThingCloneValues::close() {
  if (_fits) {
    _room[_used + _written] = 0;
    _used += _written + 1;
  }
  _room[_used] = 0;
  return _fits;
}

void ThingCloneValues::printName(Print& out, char tag) {
  switch (tag) {
    case LATITUDE:
      out.print(F("latitude"));
      break;
    case LONGITUDE:
      out.print(F("longitude"));
      break;
    case ELEVATION:
      out.print(F("elevation"));
      break;
    case STATUS:
      out.print(F("status"));
      break;
    default:
      out.print(F("field"));
      out.print(tag);
  }
}
