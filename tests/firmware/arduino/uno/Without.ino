// WriteOneValue without the library: what an Uno needs for the rest of it.

#include <Ethernet.h>
#include <SPI.h>

#include "secrets.h"

const unsigned long PAUSE = 20000;
byte mac[] = {0x02, 0xA1, 0x0C, 0x10, 0x0E, 0x01};

EthernetClient client;

void setup() {
  Serial.begin(9600);
  while (Ethernet.begin(mac) == 0) {
    Serial.println(F("No address from the router: is the cable in?"));
    delay(5000);
  }
}

void loop() {
  Ethernet.maintain();
  if (client.connect(SERVER_HOST, SERVER_PORT)) {
    client.print(analogRead(A0));
    client.stop();
    Serial.println(F(WRITE_KEY));
  }
  delay(PAUSE);
}
