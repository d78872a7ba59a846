// What the Ethernet library is to a sketch. Debian has not got that library, so this stands in for
// it where sketches are built for a real Uno: it sends each call over SPI, to the simulated board's
// other side (`board.c`), which has a socket.

#ifndef UNO_ETHERNET_H
#define UNO_ETHERNET_H

#include <Arduino.h>
#include <Client.h>
#include <SPI.h>

class EthernetClient : public Client {
 public:
  int connect(IPAddress, uint16_t) override { return 0; }

  int connect(const char* host, uint16_t port) override {
    SPI.transfer('C');
    do {
      SPI.transfer(*host);
    } while (*host++);
    SPI.transfer(port >> 8);
    return SPI.transfer(port & 0xFF);
  }

  size_t write(uint8_t byte) override {
    SPI.transfer('W');
    return SPI.transfer(byte);
  }

  size_t write(const uint8_t* bytes, size_t size) override {
    size_t written = 0;
    while (written < size && write(bytes[written])) {
      written++;
    }
    return written;
  }

  int available() override { return SPI.transfer('A'); }
  int read() override { return SPI.transfer('R'); }
  int read(uint8_t*, size_t) override { return -1; }
  int peek() override { return -1; }
  void flush() override {}
  void stop() override { SPI.transfer('S'); }
  uint8_t connected() override { return SPI.transfer('T'); }
  operator bool() override { return true; }
};

class EthernetChip {
 public:
  int begin(uint8_t*) {
    SPI.begin();
    return 1;
  }
  int maintain() { return 0; }
};

static EthernetChip Ethernet __attribute__((unused));

#endif
