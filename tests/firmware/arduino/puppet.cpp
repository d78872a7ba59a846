// A sketch that does what it is told on standard input, one line after the other, and says on
// standard output what came of it. Words are parted by tabs; %XX stands for a byte.
//
// It talks to a real server, or to a server of which each word is written in the test: `answer`,
// `wait` and `close` say what the next connection will hear.

#include <ThingClone.h>
#include <stdio.h>

#include <deque>
#include <vector>

static std::string decoded(const std::string& word) {
  std::string bytes;
  for (size_t place = 0; place < word.size(); place++) {
    if (word[place] == '%') {
      bytes += (char)strtoul(word.substr(place + 1, 2).c_str(), nullptr, 16);
      place += 2;
    } else {
      bytes += word[place];
    }
  }
  return bytes;
}

static void say(const std::string& bytes) {
  for (unsigned char byte : bytes) {
    if (byte > ' ' && byte < 127 && byte != '%') {
      putchar(byte);
    } else {
      printf("%%%02X", byte);
    }
  }
  putchar('\n');
  fflush(stdout);
}

static void say(long number) { say(std::to_string(number)); }

// Hears what was written for it, and nothing else; keeps what it is told, and in how many pieces.
class ScriptedClient : public Client {
 public:
  struct Step {
    enum { SAY, SAY_FOREVER, WAIT, CLOSE } kind;
    std::string bytes;
    unsigned long milliseconds;
  };
  typedef std::deque<Step> Script;

  int connect(IPAddress, uint16_t) override { return 0; }

  int connect(const char*, uint16_t) override {
    connections++;
    if (refuses) {
      return 0;
    }
    _isOpen = true;
    _dueAt = millis();
    _script = scripts.empty() ? Script() : scripts.front();
    if (!scripts.empty()) {
      scripts.pop_front();
    }
    return 1;
  }

  size_t write(uint8_t byte) override { return write(&byte, 1); }

  size_t write(const uint8_t* bytes, size_t size) override {
    size_t taken = std::min(size, takes);
    takes -= taken;
    sent.append((const char*)bytes, taken);
    pieces++;
    return taken;
  }
  using Print::write;

  int available() override {
    return isDue() && _script.front().kind <= Step::SAY_FOREVER ? _script.front().bytes.size() : 0;
  }

  int read() override {
    if (available() <= 0) {
      return -1;
    }
    Step& step = _script.front();
    unsigned char byte = step.bytes[0];
    step.bytes.erase(0, 1);
    if (step.kind == Step::SAY_FOREVER) {
      step.bytes += (char)byte;
    }
    if (step.bytes.empty()) {
      _script.pop_front();
    }
    heard++;
    return byte;
  }

  int read(uint8_t*, size_t) override { return -1; }
  int peek() override { return -1; }
  void flush() override {}
  void stop() override { _isOpen = false; }
  uint8_t connected() override {
    return _isOpen && !(isDue() && _script.front().kind == Step::CLOSE);
  }
  operator bool() override { return _isOpen; }

  std::deque<Script> scripts;  // one for each connection
  std::string sent;
  size_t takes = 1000000;
  bool refuses = false;
  long pieces = 0;
  long heard = 0;
  long connections = 0;

 private:
  // Whether there is a step for this moment, waiting apart.
  bool isDue() {
    while (_isOpen && !_script.empty() && (int32_t)(millis() - _dueAt) >= 0) {
      if (_script.front().kind != Step::WAIT) {
        return true;
      }
      _dueAt += _script.front().milliseconds;
      _script.pop_front();
    }
    return false;
  }

  Script _script;
  bool _isOpen = false;
  uint32_t _dueAt = 0;
};

typedef ScriptedClient::Step Step;

static ScriptedClient scripted;
static SocketClient socketClient;
static ThingClone thing;
static ThingCloneMemory<64> small;
static ThingCloneMemory<512> memory;
static ThingCloneMemory<16384> large;
static std::string host;
static std::vector<std::string> words;

// A word of the line, and what it means.
static const char* text(size_t place) {
  return place < words.size() ? words[place].c_str() : nullptr;
}
static unsigned long number(size_t place) { return strtoul(text(place), nullptr, 10); }
static double real(size_t place) { return strtod(text(place), nullptr); }

static void add(Step step) {
  if (step.kind <= Step::SAY_FOREVER && step.bytes.empty()) {
    return;
  }
  if (scripted.scripts.empty()) {
    scripted.scripts.emplace_back();
  }
  scripted.scripts.back().push_back(step);
}

static long begin() {
  if (words.size() == 1) {
    thing.begin(scripted, "thing.test", 8080);
  } else {
    host = text(1);
    thing.begin(socketClient, host.c_str(), number(2));
  }
  return THING_OK;
}

static void keepLaterIn() {
  std::string size = text(1) ? text(1) : "";
  if (size == "small") {
    thing.keepLaterIn(small);
  } else if (size == "large") {
    thing.keepLaterIn(large);
  } else {
    thing.keepLaterIn(memory);
  }
}

static long setField() {
  std::string kind = text(1);
  uint8_t field = number(2);
  if (kind == "real") {
    return text(4) ? thing.setField(field, real(3), number(4)) : thing.setField(field, real(3));
  }
  if (kind == "float") {
    return thing.setField(field, (float)real(3), 1);
  }
  if (kind == "int") {
    return thing.setField(field, (int)strtol(text(3), nullptr, 10));
  }
  if (kind == "unsigned") {
    return thing.setField(field, (unsigned int)number(3));
  }
  if (kind == "long") {
    return thing.setField(field, strtol(text(3), nullptr, 10));
  }
  if (kind == "unsigned long") {
    return thing.setField(field, number(3));
  }
  if (kind == "bool") {
    return thing.setField(field, number(3) > 0);
  }
  if (kind == "char") {
    return thing.setField(field, text(3)[0]);
  }
  if (kind == "flash") {
    return thing.setField(field, reinterpret_cast<const __FlashStringHelper*>(text(3)));
  }
  if (kind == "String") {
    return thing.setField(field, String(text(3)));
  }
  return thing.setField(field, text(3));
}

static long setLocation() {
  if (text(3)) {
    return thing.setLocation(real(1), real(2), real(3));
  }
  return thing.setLocation(real(1), real(2));
}

// A result, and what was read with it.
static void sayBoth(long result, const std::string& read) {
  printf("%ld ", result);
  say(read);
}

static void readText() {
  std::vector<char> room(number(1));
  long result = words[0] == "readField"
                    ? thing.readField(number(2), number(3), room.data(), room.size(), text(4))
                    : thing.nextCommand(number(2), text(3), room.data(), room.size());
  sayBoth(result, room.data());
}

static void readFloat() {
  float value = -99;
  long result = thing.readField(number(1), number(2), value, text(3));
  sayBoth(result, std::to_string(value));
}

static void readLong() {
  long value = -99;
  long result = thing.readField(number(1), number(2), value, text(3));
  sayBoth(result, std::to_string(value));
}

static void readLast() {
  ThingCloneEntry entry;
  long result = thing.readLast(number(1), entry, text(2));
  std::string all = std::to_string(entry.number()) + "|" + entry.createdAt();
  for (int field = 1; field <= 8; field++) {
    all += std::string("|") + (entry.field(field) ? entry.field(field) : "null");
  }
  const char* others[] = {entry.latitude(), entry.longitude(), entry.elevation(), entry.status()};
  for (const char* value : others) {
    all += std::string("|") + (value ? value : "null");
  }
  sayBoth(result, all);
}

class Words : public Print {
 public:
  size_t write(uint8_t byte) override {
    text += (char)byte;
    return 1;
  }
  using Print::write;
  std::string text;
};

static std::string explained() {
  Words out;
  thing.explain(out);
  return out.text;
}

// What the tests tell beforehand, and ask afterwards.
static bool obeyScript(const std::string& order) {
  if (order == "answer") {
    add({Step::SAY, text(1), 0});
  } else if (order == "endless") {
    add({Step::SAY_FOREVER, text(1), 0});
  } else if (order == "wait") {
    add({Step::WAIT, "", number(1)});
  } else if (order == "close") {
    add({Step::CLOSE, "", 0});
  } else if (order == "next") {
    scripted.scripts.emplace_back();
  } else if (order == "refuse") {
    scripted.refuses = number(1) > 0;
  } else if (order == "takes") {
    scripted.takes = number(1);
  } else if (order == "delay") {
    delay(number(1));
  } else if (order == "timeout") {
    thing.setTimeout(number(1));
  } else if (order == "clear") {
    thing.clear();
  } else if (order == "sleeping") {
    thing.sleeping(number(1));
  } else if (order == "keepLaterIn") {
    keepLaterIn();
  } else if (order == "spoil") {
    ((char*)&memory)[number(1)] ^= 1;
  } else {
    return false;
  }
  say(THING_OK);
  return true;
}

static bool obeyQuestion(const std::string& order) {
  if (order == "sent") {
    say(scripted.sent);
    scripted.sent.clear();
  } else if (order == "pieces") {
    say(scripted.pieces);
  } else if (order == "heard") {
    say(scripted.heard);
  } else if (order == "connections") {
    say(scripted.connections);
  } else if (order == "millis") {
    say(millis());
  } else if (order == "kept") {
    say(thing.kept());
  } else if (order == "dropped") {
    say(thing.dropped());
  } else if (order == "entryNumber") {
    say(thing.entryNumber());
  } else if (order == "httpStatus") {
    say(thing.httpStatus());
  } else if (order == "reason") {
    say(thing.reason());
  } else if (order == "explain") {
    say(explained());
  } else {
    return false;
  }
  return true;
}

static void obeyThing(const std::string& order) {
  if (order == "begin") {
    say(begin());
  } else if (order == "setField") {
    say(setField());
  } else if (order == "setLocation") {
    say(setLocation());
  } else if (order == "setStatus") {
    say(thing.setStatus(text(1)));
  } else if (order == "write") {
    say(thing.write(text(1), text(2)));
  } else if (order == "writeLater") {
    say(thing.writeLater());
  } else if (order == "sendKept") {
    say(thing.sendKept(number(1), text(2)));
  } else if (order == "readField" || order == "nextCommand") {
    readText();
  } else if (order == "readFloat") {
    readFloat();
  } else if (order == "readLong") {
    readLong();
  } else if (order == "readLast") {
    readLast();
  } else {
    say("what?");
  }
}

void setup() {}

void loop() {
  static char line[100000];
  if (!fgets(line, sizeof line, stdin)) {
    exit(0);
  }
  line[strcspn(line, "\n")] = 0;
  words.clear();
  for (char* word = line; word; ) {
    char* end = strchr(word, '\t');
    words.push_back(decoded(end ? std::string(word, end) : std::string(word)));
    word = end ? end + 1 : nullptr;
  }
  if (!obeyScript(words[0]) && !obeyQuestion(words[0])) {
    obeyThing(words[0]);
  }
}
