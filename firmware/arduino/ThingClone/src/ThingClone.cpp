// Entries, reading, and what a call came to.

#include "ThingClone.h"

static const double MOST = 4294967040.0;  // what Print can print

// --- what the requests bring ---------------------------------------------------------------------

namespace {

// field1=21.5&status=warm%20day
class FormBody : public ThingCloneBody {
 public:
  FormBody(const char* values, const char* mac) : _values(values), _mac(mac) {}

  const __FlashStringHelper* type() const override {
    return F("application/x-www-form-urlencoded");
  }

  void printTo(Print& out) const override {
    for (const char* value = _values; *value; value = ThingCloneValues::next(value)) {
      if (value != _values) {
        out.write('&');
      }
      ThingCloneValues::printName(out, *value);
      out.write('=');
      thingClonePrintEncoded(out, value + 1);
    }
    if (_mac) {
      out.print(F("&mac="));
      thingClonePrintEncoded(out, _mac);
    }
  }

 private:
  const char* _values;
  const char* _mac;
};

}  // namespace

// --- one entry -----------------------------------------------------------------------------------

void ThingCloneBase::begin(Client& client, const char* host, uint16_t port) {
  _client = &client;
  _host = host;
  _port = port;
}

bool ThingCloneBase::open(char tag) {
  if (tag) {
    _values.open(tag);
  }
  return tag;
}

int ThingCloneBase::close() { return _values.close() ? (int)THING_OK : doneHere(THING_TOO_LONG); }

int ThingCloneBase::setNumber(char tag, double value, uint8_t decimals) {
  if (!(fabs(value) < MOST)) {  // or not a number at all
    _values.remove(tag);
    return doneHere(THING_BAD_VALUE);
  }
  if (!open(tag)) {
    return doneHere(THING_BAD_VALUE);
  }
  _values.print(value, decimals);
  return close();
}

int ThingCloneBase::setField(uint8_t field, double value, uint8_t decimals) {
  return setNumber(fieldTag(field), value, decimals);
}

int ThingCloneBase::setLocation(double latitude, double longitude) {
  int result = setNumber(ThingCloneValues::LATITUDE, latitude, 6);
  return result == THING_OK ? setNumber(ThingCloneValues::LONGITUDE, longitude, 6) : result;
}

int ThingCloneBase::setLocation(double latitude, double longitude, double elevation) {
  int result = setLocation(latitude, longitude);
  return result == THING_OK ? setNumber(ThingCloneValues::ELEVATION, elevation, 1) : result;
}

int ThingCloneBase::write(const char* key, const char* mac) {
  if (_values.isEmpty()) {
    return doneHere(THING_NOTHING);
  }
  FormBody body(_values.first(), mac);
  Request request(F("/update"), 0, key, body);
  char number[12];
  ThingCloneAnswer answer = newAnswer();
  int result = askForText(request, answer, number, sizeof number);
  if (result == THING_TOO_LONG || (result == THING_OK && !thingCloneIsWhole(number))) {
    return done(THING_BAD_ANSWER);
  }
  if (result == THING_OK) {
    long entry = atol(number);
    if (entry <= 0) {
      return done(THING_REFUSED);
    }
    _entryNumber = entry;
    _values.clear();
  }
  return done(result);
}

// --- reading -------------------------------------------------------------------------------------

int ThingCloneBase::readField(unsigned long channel, uint8_t field, char* text, uint16_t size,
                              const char* readKey) {
  if (!fieldTag(field)) {
    return doneHere(THING_BAD_VALUE);
  }
  Request request(F("/channels/#/fields/#/last.txt"), channel, field, readKey);
  ThingCloneAnswer answer = newAnswer();
  int result = askForText(request, answer, text, size);
  // A field may well hold -1: then there is no reason with it.
  if (result == THING_OK && _reason[0] && strcmp_P(text, PSTR("-1")) == 0) {
    result = THING_NOTHING;
  }
  return done(result);
}

int ThingCloneBase::readField(unsigned long channel, uint8_t field, float& value,
                              const char* readKey) {
  char text[24];
  int result = readField(channel, field, text, sizeof text, readKey);
  if (result != THING_OK) {
    return result;
  }
  char* end;
  float number = strtod(text, &end);
  if (end == text || *end || isnan(number)) {
    return done(THING_BAD_VALUE);
  }
  value = number;
  return result;
}

int ThingCloneBase::readField(unsigned long channel, uint8_t field, long& value,
                              const char* readKey) {
  char text[24];
  int result = readField(channel, field, text, sizeof text, readKey);
  if (result != THING_OK) {
    return result;
  }
  char* end;
  long number = strtol(text, &end, 10);
  if (*end == '.' && isDigit(end[1])) {
    strtol(end + 1, &end, 10);
  }
  if (end == text || *end) {
    return done(THING_BAD_VALUE);
  }
  value = number;
  return result;
}

int ThingCloneBase::readLast(unsigned long channel, ThingCloneEntryBase& entry,
                             const char* readKey) {
  Request request(F("/channels/#/feeds/last.json?location=true&status=true"), channel, 0, readKey);
  ThingCloneAnswer answer = newAnswer();
  int result = ask(request, answer);
  if (result == THING_OK) {
    result = entry.read(answer);
  }
  hangUp();
  return done(result);
}

int ThingCloneBase::nextCommand(unsigned long talkback, const char* talkbackKey, char* text,
                                uint16_t size) {
  FormBody nothing("", nullptr);
  Request request(F("/talkbacks/#/commands/execute"), talkback, talkbackKey, nothing);
  ThingCloneAnswer answer = newAnswer();
  int result = askForText(request, answer, text, size);
  if (result == THING_OK && !text[0]) {
    result = THING_NOTHING;
  }
  return done(result);
}

// --- what came of it -----------------------------------------------------------------------------

void ThingCloneBase::forget() {
  _reason[0] = 0;
  _httpStatus = 0;
}

int ThingCloneBase::done(int result) {
  _result = result;
  return result;
}

// A result that no server has to do with.
int ThingCloneBase::doneHere(int result) {
  forget();
  return done(result);
}

static const __FlashStringHelper* textOf(int result) {
  switch (result) {
    case THING_OK:
      return F("done");
    case THING_NOTHING:
      return F("there is nothing");
    case THING_REFUSED:
      return F("refused");
    case THING_NO_CONNECTION:
      return F("no connection");
    case THING_TIMEOUT:
      return F("no answer in time");
    case THING_CUT_OFF:
      return F("the answer was cut off");
    case THING_BAD_ANSWER:
      return F("this is not ThingClone: the login page of a hotspot?");
    case THING_REDIRECTED:
      return F("redirected");
    case THING_TOO_LONG:
      return F("too long");
    case THING_BAD_VALUE:
      return F("no number, or no such field");
    default:
      return F("begin() or keepLaterIn() is missing");
  }
}

void ThingCloneBase::explain(Print& out) const {
  out.print(textOf(_result));
  if (_httpStatus) {
    out.print(F(" (HTTP "));
    out.print(_httpStatus);
    out.print(')');
  }
  if (_reason[0]) {
    out.print(F(": "));
    out.print(_reason);
  }
  out.println();
}
