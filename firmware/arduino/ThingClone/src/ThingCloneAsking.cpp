// Sending a request to the server, and hearing what it says.

#include "ThingClone.h"

ThingCloneAnswer ThingCloneBase::newAnswer() {
  return ThingCloneAnswer(_client, _timeout, _reason, _reasonSize);
}

// Asks for a short text. A page in its place is that of a hotspot, or of another server.
int ThingCloneBase::askForText(const Request& request, ThingCloneAnswer& answer, char* text,
                               uint16_t size) {
  text[0] = 0;
  int result = ask(request, answer);
  if (result == THING_OK) {
    result = answer.readText(text, size);
  }
  _isOpen = request.isFollowed && result == THING_OK && answer.staysOpen();
  if (!_isOpen) {
    hangUp();
  }
  return text[0] == '<' && answer.isHtml() ? (int)THING_BAD_ANSWER : result;
}

static int meaningOf(uint16_t status) {
  switch (status / 100) {
    case 2:
      return THING_OK;
    case 3:
      return THING_REDIRECTED;
    case 4:
    case 5:
      return THING_REFUSED;
    default:
      return THING_BAD_ANSWER;
  }
}

// Asks, and reads the answer up to its body.
int ThingCloneBase::ask(const Request& request, ThingCloneAnswer& answer) {
  forget();
  if (!_client) {
    return THING_NOT_READY;
  }
  if (!connect() || !send(request)) {
    return THING_NO_CONNECTION;
  }
  int result = answer.readHead();
  _httpStatus = answer.status();
  return result == THING_OK ? meaningOf(_httpStatus) : result;
}

bool ThingCloneBase::connect() {
  bool isOpen = _isOpen;
  _isOpen = false;
  if (_client->connected()) {
    if (isOpen) {
      return true;
    }
    _client->stop();
  }
  return _client->connect(_host, _port) == 1;
}

void ThingCloneBase::hangUp() {
  _isOpen = false;
  if (_client) {
    _client->stop();
  }
}

static void printPath(Print& out, const __FlashStringHelper* path, unsigned long id,
                      uint8_t field) {
  bool isFirst = true;
  PGM_P place = reinterpret_cast<PGM_P>(path);
  while (char letter = pgm_read_byte(place++)) {
    if (letter != '#') {
      out.write(letter);
    } else {
      out.print(isFirst ? id : field);
      isFirst = false;
    }
  }
}

bool ThingCloneBase::send(const Request& request) {
  ThingCloneSender out(*_client);
  out.print(request.body ? F("POST ") : F("GET "));
  printPath(out, request.path, request.id, request.field);
  out.print(F(" HTTP/1.1\r\nHost: "));
  out.print(_host);
  out.print(':');
  out.print(_port);
  out.print(F("\r\nUser-Agent: ThingClone/" THINGCLONE_VERSION));
  if (request.key && *request.key) {
    out.print(F("\r\nX-THINGSPEAKAPIKEY: "));
    out.print(request.key);
  }
  if (!request.isFollowed) {
    out.print(F("\r\nConnection: close"));
  }
  if (request.body) {
    ThingCloneCounter counter;
    request.body->printTo(counter);
    out.print(F("\r\nContent-Type: "));
    out.print(request.body->type());
    out.print(F("\r\nContent-Length: "));
    out.print(counter.counted);
  }
  out.print(F("\r\n\r\n"));
  if (request.body) {
    request.body->printTo(out);
  }
  return out.finish();
}
