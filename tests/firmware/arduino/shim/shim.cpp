#include <Arduino.h>
#include <Client.h>
#include <DHT.h>
#include <Ethernet.h>
#include <WiFi.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const char* setting(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value ? value : otherwise;
}

// --- time and pins -------------------------------------------------------------------------------

static unsigned long now = 0;
static int levels[256];
EthernetChip Ethernet;
WiFiChip WiFi;
EspChip ESP;

unsigned long millis() { return (uint32_t)now; }  // starts again after 49.7 days
void delay(unsigned long milliseconds) { now += milliseconds; }
void pinMode(int, int) {}

void digitalWrite(int pin, int level) {
  if (levels[pin] != level) {
    printf("[pin %d %s]\n", pin, level == HIGH ? "HIGH" : "LOW");
  }
  levels[pin] = level;
}

int analogRead(int) { return atoi(setting("ANALOG", "512")); }

// --- Print ---------------------------------------------------------------------------------------

SerialPort Serial;

size_t SerialPort::write(uint8_t byte) { return putchar(byte) == EOF ? 0 : 1; }

size_t Print::write(const uint8_t* bytes, size_t size) {
  size_t written = 0;
  while (written < size && write(bytes[written])) {
    written++;
  }
  return written;
}

size_t Print::print(long number) { return write(std::to_string(number).c_str()); }
size_t Print::print(unsigned long number) { return write(std::to_string(number).c_str()); }

size_t Print::print(double number, int decimals) {
  char text[400];
  snprintf(text, sizeof text, "%.*f", decimals, number);
  return write(text);
}

String Stream::readStringUntil(char end) {
  String text;
  for (int waited = 0; waited < 1000;) {
    int letter = available() ? read() : -1;
    if (letter == end) {
      break;
    }
    if (letter < 0) {
      delay(1);
      waited++;
    } else {
      text += (char)letter;
      waited = 0;
    }
  }
  return text;
}

// --- the net -------------------------------------------------------------------------------------

int SocketClient::connect(IPAddress, uint16_t) { return 0; }

int SocketClient::connect(const char* host, uint16_t port) {
  stop();
  addrinfo wanted = {};
  addrinfo* found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, std::to_string(port).c_str(), &wanted, &found) != 0) {
    return 0;
  }
  _socket = socket(found->ai_family, SOCK_STREAM, 0);
  bool works = ::connect(_socket, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (!works) {
    stop();
  }
  return works;
}

size_t SocketClient::write(const uint8_t* bytes, size_t size) {
  ssize_t sent = _socket < 0 ? -1 : send(_socket, bytes, size, MSG_NOSIGNAL);
  return sent < 0 ? 0 : sent;
}

// Waits a real millisecond if there is nothing: delay(1), which comes next, does not.
int SocketClient::available() {
  pollfd waited = {_socket, POLLIN, 0};
  if (_socket < 0 || poll(&waited, 1, 1) <= 0) {
    return 0;
  }
  uint8_t bytes[512];
  ssize_t there = recv(_socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  return there < 0 ? 0 : there;
}

int SocketClient::read() {
  uint8_t byte;
  return read(&byte, 1) == 1 ? byte : -1;
}

int SocketClient::read(uint8_t* into, size_t size) {
  return _socket < 0 ? -1 : recv(_socket, into, size, MSG_DONTWAIT);
}

int SocketClient::peek() {
  uint8_t byte;
  bool isThere = _socket >= 0 && recv(_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
  return isThere ? byte : -1;
}

uint8_t SocketClient::connected() {
  uint8_t byte;
  if (_socket < 0) {
    return false;
  }
  ssize_t there = recv(_socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return there > 0 || (there < 0 && errno == EAGAIN);
}

void SocketClient::stop() {
  if (_socket >= 0) {
    close(_socket);
  }
  _socket = -1;
}

bool WiFiChip::isThere() { return strcmp(setting("NET", "on"), "on") == 0; }

// --- the sensor ----------------------------------------------------------------------------------

float DHT::readTemperature() { return strtod(setting("DHT", "21.5 40"), nullptr); }

float DHT::readHumidity() {
  const char* humidity = strchr(setting("DHT", "21.5 40"), ' ');
  return humidity ? strtod(humidity, nullptr) : NAN;
}

// --- the memory that outlives a deep sleep -------------------------------------------------------

// The linker knows where the section rtc_data is, if there is one.
extern "C" char __start_rtc_data[] __attribute__((weak));
extern "C" char __stop_rtc_data[] __attribute__((weak));

static uint32_t userMemory[128];

static void throughRtcFile(const char* mode, size_t (*through)(void*, size_t, size_t, FILE*)) {
  FILE* file = fopen(setting("RTC", "/dev/null"), mode);
  if (file) {
    through(userMemory, 1, sizeof userMemory, file);
    if (__start_rtc_data) {
      through(__start_rtc_data, 1, __stop_rtc_data - __start_rtc_data, file);
    }
    fclose(file);
  }
}

static size_t put(void* from, size_t size, size_t count, FILE* file) {
  return fwrite(from, size, count, file);
}

bool EspChip::rtcUserMemoryRead(uint32_t word, uint32_t* into, size_t size) {
  bool isInside = word * 4 + size <= sizeof userMemory;
  if (isInside) {
    memcpy(into, userMemory + word, size);
  }
  return isInside;
}

bool EspChip::rtcUserMemoryWrite(uint32_t word, uint32_t* from, size_t size) {
  bool isInside = word * 4 + size <= sizeof userMemory;
  if (isInside) {
    memcpy(userMemory + word, from, size);
  }
  return isInside;
}

void EspChip::deepSleep(uint64_t microseconds) {
  printf("[deep sleep %llu s]\n", (unsigned long long)microseconds / 1000000);
  throughRtcFile("wb", put);
  exit(0);
}

// --- the board -----------------------------------------------------------------------------------

// Runs for so many virtual SECONDS; one turn of loop() takes a millisecond.
int main() {
  unsigned long end = 1000 * strtoul(setting("SECONDS", "1"), nullptr, 10);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  throughRtcFile("rb", fread);
  setup();
  while (now < end) {
    loop();
    delay(1);
  }
}
