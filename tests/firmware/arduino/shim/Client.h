// Client as Arduino has it, and one over a real socket.

#ifndef SHIM_CLIENT_H
#define SHIM_CLIENT_H

#include <Arduino.h>

class IPAddress {
 public:
  IPAddress(uint8_t, uint8_t, uint8_t, uint8_t) {}
};

class Client : public Stream {
 public:
  virtual int connect(IPAddress address, uint16_t port) = 0;
  virtual int connect(const char* host, uint16_t port) = 0;
  using Print::write;
  virtual int read(uint8_t* into, size_t size) = 0;
  using Stream::read;
  virtual void flush() = 0;
  virtual void stop() = 0;
  virtual uint8_t connected() = 0;
  virtual operator bool() = 0;
};

class SocketClient : public Client {
 public:
  ~SocketClient() override { stop(); }
  int connect(IPAddress address, uint16_t port) override;
  int connect(const char* host, uint16_t port) override;
  size_t write(uint8_t byte) override { return write(&byte, 1); }
  size_t write(const uint8_t* bytes, size_t size) override;
  using Print::write;
  int available() override;
  int read() override;
  int read(uint8_t* into, size_t size) override;
  int peek() override;
  void flush() override {}
  void stop() override;
  uint8_t connected() override;
  operator bool() override { return _socket >= 0; }

 private:
  int _socket = -1;
};

#endif
