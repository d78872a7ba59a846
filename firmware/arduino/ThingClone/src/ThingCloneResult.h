// What every call of the library answers. THING_OK is 0, so `if (thing.write(KEY) != THING_OK)`.

#ifndef THINGCLONE_RESULT_H
#define THINGCLONE_RESULT_H

enum ThingCloneResult {
  THING_OK = 0,
  THING_NOTHING = -1,        // no field is set, no value is recorded, no command waits
  THING_REFUSED = -2,        // the server says no: reason() tells why, httpStatus() is the number
  THING_NO_CONNECTION = -3,  // the server cannot be reached; nothing was sent, or not all of it
  THING_TIMEOUT = -4,        // sent, but not answered in time: it may be stored, or not
  THING_CUT_OFF = -5,        // sent, but the answer is not complete: it may be stored, or not
  THING_BAD_ANSWER = -6,     // not ThingClone answers: another server, the login page of a hotspot
  THING_REDIRECTED = -7,     // the server is somewhere else: reason() says where
  THING_TOO_LONG = -8,       // does not fit into the memory that there is for it
  THING_BAD_VALUE = -9,      // a field is 1 to 8, a number is finite and below 4294967040
  THING_NOT_READY = -10      // begin() or keepLaterIn() is missing
};

#endif
