// A client that would speak TLS: here it believes everybody, and says all in the clear.

#ifndef SHIM_WIFI_CLIENT_SECURE_H
#define SHIM_WIFI_CLIENT_SECURE_H

#include <Client.h>

class WiFiClientSecure : public SocketClient {
 public:
  void setInsecure() {}
};

#endif
