// The sensor library of Adafruit: measures what the environment says, as DHT="21.5 40".

#ifndef SHIM_DHT_H
#define SHIM_DHT_H

enum { DHT11 = 11, DHT22 = 22 };

class DHT {
 public:
  DHT(int, int) {}
  void begin() {}
  float readTemperature();
  float readHumidity();
};

#endif
