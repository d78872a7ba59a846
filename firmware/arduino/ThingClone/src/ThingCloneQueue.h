// Readings that wait for the net, oldest first, in memory that the sketch hands in.
//
// The memory is a plain block without constructor, so it may be one that outlives a deep sleep: the
// RTC memory of an ESP. A checksum tells whether what is found in it after a start is of any use.
// When it is full the oldest readings make room, and are counted.

#ifndef THINGCLONE_QUEUE_H
#define THINGCLONE_QUEUE_H

#include <Arduino.h>

#include "ThingCloneValues.h"

struct ThingCloneQueueHead {
  uint32_t checksum;  // of everything behind it
  uint32_t seconds;   // the clock of the readings: goes on from start to start
  uint32_t dropped;   // readings that had to make room
  uint32_t span;      // seconds between the channel's last entry and the last reading in doubt
  uint16_t size;      // bytes of room
  uint16_t used;
  uint16_t count;
  uint16_t inDoubt;  // the oldest so many were sent, and not answered
};

// Memory for readings: a global variable. One with two values takes about 16 bytes, the head 24.
template <uint16_t SIZE>
struct ThingCloneMemory {
  static_assert(SIZE % 4 == 0 && SIZE >= 64, "ThingCloneMemory: 64 bytes or more, in fours");
  ThingCloneQueueHead head;
  char readings[SIZE - sizeof(ThingCloneQueueHead)];
};

class ThingCloneQueue {
 public:
  // Takes over what is in the memory; false if that is noise, which is cleared.
  bool use(ThingCloneQueueHead& head, char* room, uint16_t size);

  bool isReady() const { return _head != nullptr; }
  uint16_t count() const { return _head ? _head->count : 0; }
  uint32_t dropped() const { return _head ? _head->dropped : 0; }

  // Adds a reading of this moment; false if there is not even room for it alone.
  bool add(const ThingCloneValues& values);

  // Forgets the oldest so many.
  void remove(uint16_t number);

  // The clock is to go on by these seconds, in which the board does not count.
  void skip(uint32_t seconds);

  // The clock of the readings, in seconds.
  uint32_t now();

  // How many seconds ago the reading in this place was taken; the oldest is in place 1.
  uint32_t age(uint16_t place);

  // The oldest so many are on their way; 0 if it is known what became of them.
  void doubt(uint16_t number, uint32_t span);
  uint16_t inDoubt() const { return _head->inDoubt; }
  uint32_t span() const { return _head->span; }

  // A reading in the memory: its time, then its values as in ThingCloneValues.
  class Reading {
   public:
    explicit Reading(const char* start) : _start(start) {}
    uint32_t seconds() const;
    const char* values() const { return _start + sizeof(uint32_t); }
    Reading next() const;
    const char* start() const { return _start; }

   private:
    const char* _start;
  };

  Reading oldest() const { return Reading(_room); }

 private:
  uint32_t checksum() const;
  void seal() { _head->checksum = checksum(); }

  ThingCloneQueueHead* _head = nullptr;
  char* _room = nullptr;
  uint32_t _counted = 0;  // milliseconds since the start of the board that are in the clock
};

#endif
