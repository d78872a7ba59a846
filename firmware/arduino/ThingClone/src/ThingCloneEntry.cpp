#include "ThingCloneEntry.h"

// Reads a flat JSON object, one member after the other, without keeping more than a name.
class ThingCloneJson {
 public:
  explicit ThingCloneJson(ThingCloneAnswer& answer) : _answer(answer) { advance(); }

  // Whether this byte is next, blanks apart.
  bool isAt(char wanted);

  // The same; the byte is passed over.
  bool take(char wanted);

  // A string in quotes, printed to `out`; false if there is none, or it does not end.
  bool readString(Print& out);

  // A number, or null, true, false; printed to `out`.
  void readWord(Print& out);

  // What broke the answer off; THING_BAD_ANSWER if it was not what was expected.
  int failure() const { return _byte < 0 ? _byte : (int)THING_BAD_ANSWER; }

 private:
  void advance() { _byte = _answer.next(); }
  void readEscape(Print& out);
  uint16_t readHex();

  ThingCloneAnswer& _answer;
  int _byte;
};

bool ThingCloneJson::isAt(char wanted) {
  while (_byte == ' ' || _byte == '\t' || _byte == '\r' || _byte == '\n') {
    advance();
  }
  return _byte == wanted;
}

bool ThingCloneJson::take(char wanted) {
  bool isThere = isAt(wanted);
  if (isThere) {
    advance();
  }
  return isThere;
}

bool ThingCloneJson::readString(Print& out) {
  if (!take('"')) {
    return false;
  }
  while (_byte >= 0 && _byte != ThingCloneAnswer::END && _byte != '"') {
    if (_byte == '\\') {
      advance();
      readEscape(out);
    } else {
      out.write((uint8_t)_byte);
      advance();
    }
  }
  return take('"');
}

static void printUtf8(Print& out, uint16_t code) {
  if (code < 0x80) {
    out.write((uint8_t)code);
    return;
  }
  if (code < 0x800) {
    out.write((uint8_t)(0xC0 | code >> 6));
  } else {
    out.write((uint8_t)(0xE0 | code >> 12));
    out.write((uint8_t)(0x80 | (code >> 6 & 0x3F)));
  }
  out.write((uint8_t)(0x80 | (code & 0x3F)));
}

// What follows a backslash.
void ThingCloneJson::readEscape(Print& out) {
  int letter = _byte;
  if (letter < 0 || letter == ThingCloneAnswer::END) {
    return;
  }
  advance();
  switch (letter) {
    case 'b':
      out.write('\b');
      break;
    case 'f':
      out.write('\f');
      break;
    case 'n':
      out.write('\n');
      break;
    case 'r':
      out.write('\r');
      break;
    case 't':
      out.write('\t');
      break;
    case 'u':
      printUtf8(out, readHex());
      break;
    default:
      out.write((uint8_t)letter);
  }
}

uint16_t ThingCloneJson::readHex() {
  uint16_t code = 0;
  for (uint8_t place = 0; place < 4 && thingCloneHexValue(_byte) >= 0; place++) {
    code = code * 16 + thingCloneHexValue(_byte);
    advance();
  }
  return code;
}

void ThingCloneJson::readWord(Print& out) {
  while (_byte >= 0 && _byte < 128 && (isAlphaNumeric(_byte) || _byte == '-' || _byte == '.')) {
    out.write((uint8_t)_byte);
    advance();
  }
}

// Keeps what is printed; what does not fit is cut off.
class ThingCloneWord : public Print {
 public:
  size_t write(uint8_t byte) override {
    if (_length + 1u < sizeof text) {
      text[_length++] = byte;
      text[_length] = 0;
    }
    return 1;
  }
  using Print::write;

  char text[26] = "";

 private:
  uint8_t _length = 0;
};

// field1, latitude and so on; 0 for what is no value.
static char tagOf(const char* name) {
  if (strncmp_P(name, PSTR("field"), 5) == 0 && name[5] >= '1' && name[5] <= '8' && !name[6]) {
    return name[5];
  }
  if (strcmp_P(name, PSTR("latitude")) == 0) {
    return ThingCloneValues::LATITUDE;
  }
  if (strcmp_P(name, PSTR("longitude")) == 0) {
    return ThingCloneValues::LONGITUDE;
  }
  if (strcmp_P(name, PSTR("elevation")) == 0) {
    return ThingCloneValues::ELEVATION;
  }
  return strcmp_P(name, PSTR("status")) == 0 ? ThingCloneValues::STATUS : 0;
}

void ThingCloneEntryBase::forget() {
  _values.clear();
  _number = 0;
  _createdAt[0] = 0;
}

int ThingCloneEntryBase::read(ThingCloneAnswer& answer) {
  forget();
  ThingCloneJson json(answer);
  if (json.take('-')) {
    return THING_NOTHING;  // -1: no entry, or a channel that this key does not open
  }
  if (!json.take('{')) {
    return json.failure();
  }
  bool fits = true;
  do {
    if (!readMember(json, fits)) {
      return json.failure();
    }
  } while (json.take(','));
  if (!json.take('}')) {
    return json.failure();
  }
  return fits ? THING_OK : THING_TOO_LONG;
}

bool ThingCloneEntryBase::readMember(ThingCloneJson& json, bool& fits) {
  ThingCloneWord name;
  ThingCloneWord word;
  if (!json.readString(name) || !json.take(':')) {
    return false;
  }
  char tag = tagOf(name.text);
  if (!json.isAt('"')) {  // null, or the number of the entry
    json.readWord(word);
    if (strcmp_P(name.text, PSTR("entry_id")) == 0) {
      _number = atol(word.text);
    }
    return true;
  }
  if (!tag) {
    bool isComplete = json.readString(word);
    if (strcmp_P(name.text, PSTR("created_at")) == 0) {
      strcpy(_createdAt, word.text);
    }
    return isComplete;
  }
  _values.open(tag);
  bool isComplete = json.readString(_values);
  fits = _values.close() && fits;
  return isComplete;
}
