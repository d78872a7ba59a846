/*
  WriteOneValue: how bright it is, written to field 1 of a channel every 20 seconds.

  Board    Arduino Uno or Mega with an Ethernet Shield (W5100 or W5500)
  Wiring   5V - light-dependent resistor - A0 - resistor of 10 kOhm - GND
  Library  ThingClone, Ethernet
  Secrets  secrets.h, a file beside this one: see secrets.h.example
*/

#include <Ethernet.h>
#include <SPI.h>
#include <ThingClone.h>

#include "secrets.h"

const unsigned long PAUSE = 20000;                   // milliseconds
byte mac[] = {0x02, 0xA1, 0x0C, 0x10, 0x0E, 0x01};  // yours to choose, but for the 02

EthernetClient client;
ThingClone thing;

void setup() {
  Serial.begin(9600);
  while (Ethernet.begin(mac) == 0) {
    Serial.println(F("No address from the router: is the cable in?"));
    delay(5000);
  }
  thing.begin(client, SERVER_HOST, SERVER_PORT);
}

void loop() {
  Ethernet.maintain();
  thing.setField(1, analogRead(A0));
  if (thing.write(WRITE_KEY) == THING_OK) {
    Serial.print(F("Written as entry "));
    Serial.println(thing.entryNumber());
  } else {
    thing.explain(Serial);
  }
  delay(PAUSE);
}
