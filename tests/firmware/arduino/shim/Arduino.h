// As much of Arduino as the library and its examples use, for a computer. Time is virtual: delay()
// moves it on, and nothing waits. What a board would show can be seen on standard output.

#ifndef SHIM_ARDUINO_H
#define SHIM_ARDUINO_H

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <algorithm>
#include <string>

using std::isnan;
using std::max;
using std::min;

// --- texts in flash ------------------------------------------------------------------------------

class __FlashStringHelper;
typedef const char* PGM_P;
#define PROGMEM
#define PSTR(text) (text)
#define F(text) (reinterpret_cast<const __FlashStringHelper*>(PSTR(text)))
#define pgm_read_byte(place) (*(const uint8_t*)(place))
#define pgm_read_word(place) (*(const uint16_t*)(place))
#define strcmp_P strcmp
#define strncmp_P strncmp
#define strncasecmp_P strncasecmp
#define strlen_P strlen

inline bool isDigit(int letter) { return isdigit(letter); }
inline bool isAlphaNumeric(int letter) { return isalnum(letter); }

// --- time and pins -------------------------------------------------------------------------------

typedef uint8_t byte;
enum { LOW, HIGH, INPUT, OUTPUT, INPUT_PULLUP };
enum { A0 = 14, LED_BUILTIN = 13, D1 = 5, D2 = 4, D4 = 2, D5 = 14 };

unsigned long millis();
void delay(unsigned long milliseconds);
void pinMode(int pin, int mode);
void digitalWrite(int pin, int level);
int analogRead(int pin);

void setup();
void loop();

// --- Print, String, Stream -----------------------------------------------------------------------

class String {
 public:
  String(const char* text = "") : _text(text) {}
  const char* c_str() const { return _text.c_str(); }
  unsigned int length() const { return _text.length(); }
  String& operator+=(char letter) { return _text += letter, *this; }
  void trim() {
    while (length() && isspace(_text.back())) _text.pop_back();
    while (length() && isspace(_text.front())) _text.erase(0, 1);
  }
  bool startsWith(const String& other) const { return _text.rfind(other._text, 0) == 0; }

 private:
  std::string _text;
};

class Print {
 public:
  virtual ~Print() = default;
  virtual size_t write(uint8_t byte) = 0;
  virtual size_t write(const uint8_t* bytes, size_t size);
  size_t write(const char* text) { return write((const uint8_t*)text, strlen(text)); }

  size_t print(const char* text) { return text ? write(text) : 0; }
  size_t print(const String& text) { return write(text.c_str()); }
  size_t print(const __FlashStringHelper* text) { return write((const char*)text); }
  size_t print(char letter) { return write((uint8_t)letter); }
  size_t print(int number) { return print((long)number); }
  size_t print(unsigned int number) { return print((unsigned long)number); }
  size_t print(long number);
  size_t print(unsigned long number);
  size_t print(double number, int decimals = 2);

  size_t println() { return write("\r\n"); }
  template <class Value>
  size_t println(Value value) {
    return print(value) + println();
  }
};

class Stream : public Print {
 public:
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int peek() = 0;
  String readStringUntil(char end);  // gives up after a second without a letter
};

class SerialPort : public Print {
 public:
  void begin(unsigned long) {}
  operator bool() { return true; }
  size_t write(uint8_t byte) override;
  using Print::write;
};

extern SerialPort Serial;

// --- the sleep of an ESP -------------------------------------------------------------------------

// Variables that outlive a deep sleep of an ESP32.
#define RTC_DATA_ATTR __attribute__((section("rtc_data")))

class EspChip {
 public:
  // Ends the program. What outlives the sleep is in the file RTC when it is started again.
  void deepSleep(uint64_t microseconds);
  bool rtcUserMemoryRead(uint32_t word, uint32_t* into, size_t size);
  bool rtcUserMemoryWrite(uint32_t word, uint32_t* from, size_t size);
};

extern EspChip ESP;

#endif
