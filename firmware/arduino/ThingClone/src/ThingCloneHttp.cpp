#include "ThingCloneHttp.h"

static void printHex(Print& out, uint8_t nibble) {
  out.write(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}

void thingClonePrintEncoded(Print& out, const char* text) {
  for (; *text; text++) {
    uint8_t byte = *text;
    if (isAlphaNumeric(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~') {
      out.write(byte);
    } else {
      out.write('%');
      printHex(out, byte >> 4);
      printHex(out, byte & 15);
    }
  }
}

void thingClonePrintJson(Print& out, const char* text) {
  out.write('"');
  for (; *text; text++) {
    uint8_t byte = *text;
    if (byte < ' ') {
      out.print(F("\\u00"));
      printHex(out, byte >> 4);
      printHex(out, byte & 15);
      continue;
    }
    if (byte == '"' || byte == '\\') {
      out.write('\\');
    }
    out.write(byte);
  }
  out.write('"');
}

int8_t thingCloneHexValue(int digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  digit |= 0x20;  // small
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool thingCloneIsWhole(const char* text) {
  if (*text == '-') {
    text++;
  }
  if (!*text) {
    return false;
  }
  while (isDigit(*text)) {
    text++;
  }
  return !*text;
}

// --- the request ---------------------------------------------------------------------------------

size_t ThingCloneSender::write(uint8_t byte) {
  if (_length == ROOM) {
    finish();
  }
  if (!_works) {
    return 0;
  }
  _waiting[_length++] = byte;
  return 1;
}

bool ThingCloneSender::finish() {
  uint16_t sent = 0;
  while (_works && sent < _length) {
    size_t taken = _client.write(_waiting + sent, _length - sent);
    sent += taken;
    _works = taken > 0 && sent <= _length;  // some clients answer -1 for a failure
  }
  _length = 0;
  return _works;
}

// --- the answer ----------------------------------------------------------------------------------

int ThingCloneAnswer::nextByte() {
  while ((uint32_t)(millis() - _began) < _patience) {
    if (_client->available() > 0) {
      int byte = _client->read();
      if (byte >= 0) {
        return byte;
      }
    } else if (!_client->connected()) {
      return THING_CUT_OFF;
    } else {
      delay(1);  // lets the WiFi of an ESP work, and its watchdog sleep
    }
  }
  return THING_TIMEOUT;
}

int ThingCloneAnswer::nextOfHead() {
  return ++_headLength > LONGEST_HEAD ? (int)THING_BAD_ANSWER : nextByte();
}

int ThingCloneAnswer::readHead() {
  _began = millis();
  do {
    int result = readStatus();
    if (result != THING_OK) {
      return result;
    }
    do {
      result = readHeader();
    } while (result == MORE);
    if (result != THING_OK) {
      return result;
    }
  } while (_status < 200);  // 100 Continue: the answer is still to come
  if (_status == 204 || _status == 304) {
    _framing = BY_LENGTH;
    _left = 0;
  }
  return THING_OK;
}

// HTTP/1.1 200 OK
int ThingCloneAnswer::readStatus() {
  char line[16];
  int result = readLine(line, sizeof line);
  if (result < 0) {
    return result;
  }
  const char* number = strchr(line, ' ');
  if (strncmp_P(line, PSTR("HTTP/"), 5) != 0 || !number) {
    return THING_BAD_ANSWER;
  }
  _status = atoi(number);
  _staysOpen = strncmp_P(line, PSTR("HTTP/1.1"), 8) == 0;
  _framing = UNTIL_CLOSED;
  _left = 0;
  return _status < 100 || _status > 999 ? THING_BAD_ANSWER : THING_OK;
}

// A line of the head, cut off where the room ends: THING_OK, or why it cannot be read.
int ThingCloneAnswer::readLine(char* line, uint16_t size) {
  uint16_t length = 0;
  for (;;) {
    int byte = nextOfHead();
    if (byte < 0) {
      return byte;
    }
    if (byte == '\n') {
      break;
    }
    if (byte != '\r' && length < size - 1u) {
      line[length++] = byte;
    }
    if (_status == 0 && length == 1 && line[0] != 'H') {
      return THING_BAD_ANSWER;  // no need to wait for the end of what is no HTTP
    }
  }
  line[length] = 0;
  return THING_OK;
}

// MORE after a header, THING_OK after the empty line that ends the head.
int ThingCloneAnswer::readHeader() {
  char name[20];
  char value[32];
  uint16_t length = 0;
  int byte;
  while ((byte = nextOfHead()) >= 0 && byte != ':' && byte != '\n') {
    if (byte != '\r' && length < sizeof name) {
      name[length++] = tolower(byte);
    }
  }
  if (byte < 0) {
    return byte;
  }
  if (byte == '\n') {
    return length == 0 ? (int)THING_OK : MORE;
  }
  name[length < sizeof name ? length : 0] = 0;  // a longer name is none of ours

  bool isReason = strcmp_P(name, PSTR("x-thingclone-reason")) == 0 ||
                  (_status / 100 == 3 && strcmp_P(name, PSTR("location")) == 0);
  char* into = isReason ? _reason : value;
  int result = readLine(into, isReason ? _reasonSize : sizeof value);
  if (result < 0) {
    return result;
  }
  char* start = into;
  while (*start == ' ') {
    start++;
  }
  memmove(into, start, strlen(start) + 1);
  if (!isReason) {
    understand(name, value);
  }
  return MORE;
}

static bool holds(const char* value, PGM_P text) {
  return strncasecmp_P(value, text, strlen_P(text)) == 0;
}

// The days from 1970 to the first of a month (0 to 11), in a year before 2100.
static uint32_t daysBefore(uint16_t year, uint8_t month) {
  static const uint16_t DAYS[] PROGMEM = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  uint16_t leapDays = (year - 1969 + (month > 1)) / 4;
  return 365ul * (year - 1970) + leapDays + pgm_read_word(DAYS + month);
}

// Seconds since 1970 of "Wed, 01 May 2024 12:00:00 GMT"; 0 if it is no such date.
static uint32_t parseDate(const char* text) {
  static const char MONTHS[] PROGMEM = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (strlen(text) < 25) {
    return 0;
  }
  uint16_t year = atoi(text + 12);
  for (uint8_t month = 0; month < 12; month++) {
    if (year >= 1970 && strncmp_P(text + 8, MONTHS + 3 * month, 3) == 0) {
      uint32_t days = daysBefore(year, month) + atoi(text + 5) - 1;
      return ((days * 24 + atoi(text + 17)) * 60 + atoi(text + 20)) * 60 + atoi(text + 23);
    }
  }
  return 0;
}

void ThingCloneAnswer::understand(const char* name, const char* value) {
  if (strcmp_P(name, PSTR("content-length")) == 0) {
    if (_framing == UNTIL_CLOSED && isDigit(*value)) {
      _framing = BY_LENGTH;
      _left = atol(value);
    }
  } else if (strcmp_P(name, PSTR("transfer-encoding")) == 0) {
    if (holds(value, PSTR("chunked"))) {
      _framing = IN_CHUNKS;
      _left = 0;
    }
  } else if (strcmp_P(name, PSTR("content-type")) == 0) {
    _isHtml = holds(value, PSTR("text/html"));
  } else if (strcmp_P(name, PSTR("connection")) == 0) {
    _staysOpen = _staysOpen && !holds(value, PSTR("close"));
  } else if (strcmp_P(name, PSTR("date")) == 0) {
    _date = parseDate(value);
  }
}

// --- the body ------------------------------------------------------------------------------------

int ThingCloneAnswer::next() {
  if (_framing == IN_CHUNKS && _left == 0) {
    int result = readChunkSize();
    if (result != THING_OK) {
      return result;
    }
  }
  if (_framing != UNTIL_CLOSED && _left == 0) {
    return END;
  }
  int byte = nextByte();
  if (_framing == UNTIL_CLOSED) {
    return byte == THING_CUT_OFF ? END : byte;
  }
  if (byte >= 0) {
    _left--;
  }
  return byte;
}

// After the last chunk, whose size is 0, nothing is left: END comes then.
int ThingCloneAnswer::readChunkSize() {
  char line[12];
  int result = THING_OK;
  if (_isLastChunk) {
    return THING_OK;
  }
  if (!_isFirstChunk) {
    result = readLine(line, sizeof line);  // the end of the chunk before
  }
  if (result == THING_OK) {
    result = readLine(line, sizeof line);
  }
  if (result != THING_OK) {
    return result;
  }
  _isFirstChunk = false;
  _headLength = 0;
  for (const char* digit = line; thingCloneHexValue(*digit) >= 0; digit++) {
    _left = _left * 16 + thingCloneHexValue(*digit);
  }
  _isLastChunk = _left == 0;
  _staysOpen = false;  // whatever follows the last chunk is not read
  return thingCloneHexValue(line[0]) >= 0 ? THING_OK : THING_BAD_ANSWER;
}

int ThingCloneAnswer::readText(char* text, uint16_t size) {
  uint16_t length = 0;
  int byte;
  while ((byte = next()) >= 0 && byte != END && length < size - 1u) {
    text[length++] = byte;
  }
  text[length] = 0;
  if (byte < 0) {
    return byte;
  }
  return byte == END ? THING_OK : THING_TOO_LONG;
}
