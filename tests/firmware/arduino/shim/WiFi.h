// The WiFi of an ESP: there, unless the environment says NET=off.

#ifndef SHIM_WIFI_H
#define SHIM_WIFI_H

#include <Client.h>

typedef SocketClient WiFiClient;
enum { WL_CONNECTED = 3, WL_DISCONNECTED = 6 };
enum { WIFI_OFF = 0, WIFI_STA = 1 };

class WiFiChip {
 public:
  void mode(int) {}
  void begin(const char*, const char*) {}
  int status() { return isThere() ? WL_CONNECTED : WL_DISCONNECTED; }

 private:
  static bool isThere();
};

extern WiFiChip WiFi;

#endif
