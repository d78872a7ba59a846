// Readings for which there is no net: keeping them, and sending them once it is back.

#include "ThingClone.h"

static const uint16_t MOST_AT_ONCE = 960;   // readings in one bulk write: ThingSpeak's limit
static const uint32_t EMPTY_SPAN = 60;      // seconds: see areStored()
static const uint16_t ACCEPTED = 202;       // the HTTP status of a bulk write
static const uint16_t SERVER_ERRORS = 500;  // from this HTTP status on

namespace {

// {"write_api_key":"KEY","updates":[{"delta_t":15,"field1":"21.5"},{"delta_t":60,"field1":"21.6"}]}
//
// A delta counts from the update before it, the first one from the channel's last entry. Where that
// cannot be told, because the channel is empty, or has got newer entries meanwhile from another
// board, each update has its date instead, by the server's own clock. No two get the same second:
// the server would keep one of them.
class BulkBody : public ThingCloneBody {
 public:
  // `age` of the channel's last entry in seconds, -1 if it has none; `date` of the server, 0 if it
  // did not tell.
  BulkBody(const char* writeKey, ThingCloneQueue& queue, uint16_t count, long age, uint32_t date)
      : _writeKey(writeKey), _queue(queue), _count(count), _now(queue.now()) {
    long first = moment(queue.oldest());
    _follows = age >= 0 && -age < first;
    _date = _follows ? 0 : date;
    _start = age < 0 || _date ? first - 1 : -age;
  }

  // Whether all updates are younger than the channel's last entry.
  bool follows() const { return _follows; }

  const __FlashStringHelper* type() const override { return F("application/json"); }

  void printTo(Print& out) const override {
    out.print(F("{\"write_api_key\":"));
    thingClonePrintJson(out, _writeKey);
    out.print(F(",\"updates\":["));
    ThingCloneQueue::Reading reading = _queue.oldest();
    long before = _start;
    for (uint16_t place = 0; place < _count; place++) {
      long at = max(moment(reading), before + 1);
      if (place > 0) {
        out.write(',');
      }
      printUpdate(out, reading, at, at - before);
      before = at;
      reading = reading.next();
    }
    out.print(F("]}"));
  }

 private:
  // In seconds from now, so it is not above 0.
  long moment(const ThingCloneQueue::Reading& reading) const {
    return (int32_t)(reading.seconds() - _now);
  }

  void printUpdate(Print& out, const ThingCloneQueue::Reading& reading, long at, long delta) const {
    if (_date) {
      out.print(F("{\"created_at\":"));
      out.print(_date + at);
    } else {
      out.print(F("{\"delta_t\":"));
      out.print(delta);
    }
    for (const char* value = reading.values(); *value; value = ThingCloneValues::next(value)) {
      out.print(F(",\""));
      ThingCloneValues::printName(out, *value);
      out.print(F("\":"));
      thingClonePrintJson(out, value + 1);
    }
    out.write('}');
  }

  const char* _writeKey;
  ThingCloneQueue& _queue;
  uint16_t _count;
  uint32_t _now;
  uint32_t _date;
  long _start;
  bool _follows;
};

}  // namespace

int ThingCloneBase::writeLater() {
  if (_values.isEmpty()) {
    return doneHere(THING_NOTHING);
  }
  if (!_queue.isReady()) {
    return doneHere(THING_NOT_READY);
  }
  if (!_queue.add(_values)) {
    return doneHere(THING_TOO_LONG);
  }
  _values.clear();
  return doneHere(THING_OK);
}

int ThingCloneBase::sendKept(unsigned long channel, const char* writeKey) {
  int result = THING_OK;
  while (result == THING_OK && kept() > 0) {
    result = sendOldest(channel, writeKey);
  }
  hangUp();
  return done(result);
}

int ThingCloneBase::sendOldest(unsigned long channel, const char* writeKey) {
  long age;
  uint32_t date;
  int result = askForAge(channel, writeKey, age, date);
  if (result != THING_OK) {
    return result;
  }
  if (areStored(age)) {
    _queue.remove(_queue.inDoubt());
    return THING_OK;
  }
  uint16_t count = min(_queue.count(), MOST_AT_ONCE);
  BulkBody body(writeKey, _queue, count, age, date);
  _queue.doubt(count, age < 0 ? EMPTY_SPAN : body.follows() ? age - _queue.age(count) : 0);
  ThingCloneAnswer answer = newAnswer();
  result = ask(Request(F("/channels/#/bulk_update.json"), channel, nullptr, body), answer);
  if (result == THING_OK && _httpStatus != ACCEPTED) {
    result = THING_BAD_ANSWER;
  }
  if (result == THING_OK) {
    _queue.remove(count);
  } else if (!mayBeStored(result)) {
    _queue.doubt(0, 0);
  }
  return result;
}

bool ThingCloneBase::mayBeStored(int result) const {
  return result == THING_TIMEOUT || result == THING_CUT_OFF ||
         (result == THING_REFUSED && _httpStatus >= SERVER_ERRORS);
}

// Whether the readings that were sent and not answered are stored all the same: then the channel's
// last entry is as old as the last of them, and no longer as old as what was the last entry before.
// The two are `span` seconds apart; half of that is left for clocks that do not agree.
bool ThingCloneBase::areStored(long age) {
  uint16_t sent = _queue.inDoubt();
  if (sent == 0 || age < 0) {
    return false;
  }
  uint32_t difference = labs(age - (long)_queue.age(sent));
  return difference < (_queue.span() + 1) / 2;
}

// How old the channel's last entry is; -1 if it has none.
int ThingCloneBase::askForAge(unsigned long channel, const char* key, long& age, uint32_t& date) {
  Request request(F("/channels/#/feeds/last_data_age.txt"), channel, 0, key);
  request.isFollowed = true;
  char text[12];
  ThingCloneAnswer answer = newAnswer();
  int result = askForText(request, answer, text, sizeof text);
  if (result == THING_OK && !thingCloneIsWhole(text)) {
    result = THING_BAD_ANSWER;
  }
  age = result == THING_OK ? max(atol(text), -1l) : -1;
  date = answer.date();
  return result;
}

void ThingCloneBase::sleeping(uint32_t seconds) {
  if (_queue.isReady()) {
    _queue.skip(seconds);
  }
}
