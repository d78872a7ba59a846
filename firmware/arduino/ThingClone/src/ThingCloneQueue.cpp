#include "ThingCloneQueue.h"

bool ThingCloneQueue::use(ThingCloneQueueHead& head, char* room, uint16_t size) {
  _head = &head;
  _room = room;
  bool isOurs = head.size == size && head.used <= size && head.checksum == checksum();
  if (!isOurs) {
    memset(&head, 0, sizeof head);
    head.size = size;
    seal();
  }
  return isOurs;
}

uint32_t ThingCloneQueue::now() {
  uint32_t passed = millis() - _counted;  // right even when millis() has started again at 0
  uint32_t seconds = passed / 1000;
  _counted += seconds * 1000;
  _head->seconds += seconds;
  seal();
  return _head->seconds;
}

uint32_t ThingCloneQueue::age(uint16_t place) {
  Reading reading = oldest();
  while (--place > 0) {
    reading = reading.next();
  }
  return now() - reading.seconds();
}

void ThingCloneQueue::skip(uint32_t seconds) {
  now();
  _head->seconds += seconds;
  seal();
}

bool ThingCloneQueue::add(const ThingCloneValues& values) {
  uint32_t seconds = now();
  uint16_t length = sizeof seconds + values.length();
  if (length > _head->size) {
    return false;
  }
  while (_head->used + length > _head->size) {
    remove(1);
    _head->dropped++;
  }
  char* reading = _room + _head->used;
  memcpy(reading, &seconds, sizeof seconds);
  memcpy(reading + sizeof seconds, values.first(), values.length());
  _head->used += length;
  _head->count++;
  seal();
  return true;
}

void ThingCloneQueue::remove(uint16_t number) {
  Reading first = oldest();
  for (uint16_t passed = 0; passed < number; passed++) {
    first = first.next();
  }
  uint16_t length = first.start() - _room;
  memmove(_room, first.start(), _head->used - length);
  _head->used -= length;
  _head->count -= number;
  _head->inDoubt -= min(number, _head->inDoubt);
  seal();
}

void ThingCloneQueue::doubt(uint16_t number, uint32_t span) {
  _head->inDoubt = number;
  _head->span = span;
  seal();
}

uint32_t ThingCloneQueue::checksum() const {
  uint32_t sum = 2166136261ul;  // FNV-1a, which tells swapped bytes apart
  const uint8_t* head = reinterpret_cast<const uint8_t*>(_head);
  for (uint16_t place = sizeof _head->checksum; place < sizeof *_head; place++) {
    sum = (sum ^ head[place]) * 16777619ul;
  }
  for (uint16_t place = 0; place < _head->used; place++) {
    sum = (sum ^ (uint8_t)_room[place]) * 16777619ul;
  }
  return sum;
}

uint32_t ThingCloneQueue::Reading::seconds() const {
  uint32_t seconds;
  memcpy(&seconds, _start, sizeof seconds);
  return seconds;
}

ThingCloneQueue::Reading ThingCloneQueue::Reading::next() const {
  const char* value = values();
  while (*value) {
    value = ThingCloneValues::next(value);
  }
  return Reading(value + 1);
}
