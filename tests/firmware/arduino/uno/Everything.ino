// Uses all that the library has, on an Uno: to see how large it gets, and whether it works.

#include <Ethernet.h>
#include <SPI.h>
#include <ThingClone.h>

#include "secrets.h"

byte mac[] = {0x02, 0xA1, 0x0C, 0x10, 0x0E, 0x02};
EthernetClient client;
ThingClone thing;
ThingCloneMemory<256> kept;

void setup() {
  Serial.begin(57600);
  Ethernet.begin(mac);
  thing.begin(client, SERVER_HOST, SERVER_PORT);
  thing.keepLaterIn(kept);
  keepTwo();
  writeOne();
  readBack();
  thing.sleeping(1);
  Serial.println(F("That was all"));
}

void loop() {}

void keepTwo() {
  for (int number = 1; number <= 2; number++) {
    thing.setField(1, number);
    thing.setField(2, F("it's \"kept\""));
    thing.writeLater();
    delay(1200);
  }
  thing.sendKept(CHANNEL, WRITE_KEY);
  thing.explain(Serial);
}

void writeOne() {
  thing.setField(1, -21.46, 1);
  thing.setField(2, 4294967295UL);
  thing.setLocation(51.5, -0.125, 35);
  thing.setStatus("ok");
  thing.write(WRITE_KEY);
  thing.explain(Serial);
}

void readBack() {
  float number = 0;
  thing.readField(CHANNEL, 1, number, WRITE_KEY);
  Serial.println(number);
  long whole = 0;
  thing.readField(CHANNEL, 1, whole, WRITE_KEY);
  Serial.println(whole);
  ThingCloneEntry entry;
  thing.readLast(CHANNEL, entry, WRITE_KEY);
  Serial.println(entry.number());
  Serial.println(entry.field(2));
  char command[16];
  thing.nextCommand(1, "WRONG", command, sizeof command);
  Serial.println(thing.httpStatus());
}
