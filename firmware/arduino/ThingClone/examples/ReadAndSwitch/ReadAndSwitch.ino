/*
  ReadAndSwitch: a relay that is on as long as field 1 of a channel says 1.

  Whoever writes to the channel switches it: a person with a browser
  (http://192.168.1.10:8080/update?api_key=WRITEKEY&field1=1), or another board. If the server is
  not heard of for five minutes, the relay goes off.

  Board    ESP8266 (NodeMCU, Wemos D1 mini) or ESP32
  Wiring   relay module: VCC to 5V (VIN), GND to GND, IN to GPIO 5 (D1)
  Library  ThingClone
  Secrets  secrets.h, a file beside this one: see secrets.h.example
*/

#include <ThingClone.h>

#include "secrets.h"

#ifdef ESP32
#include <WiFi.h>
#else
#include <ESP8266WiFi.h>
#endif

const int RELAY_PIN = 5;
const int RELAY_ON = HIGH;  // LOW for a module that switches on with LOW
const int RELAY_OFF = LOW;
const unsigned long PAUSE = 10000;             // milliseconds
const unsigned long LONGEST_SILENCE = 300000;  // milliseconds

WiFiClient client;
ThingClone thing;
unsigned long heardAt = 0;

void setup() {
  Serial.begin(115200);
  pinMode(RELAY_PIN, OUTPUT);
  digitalWrite(RELAY_PIN, RELAY_OFF);
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  thing.begin(client, SERVER_HOST, SERVER_PORT);
}

void loop() {
  long wanted;
  if (thing.readField(CHANNEL, 1, wanted, READ_KEY) == THING_OK) {
    heardAt = millis();
    digitalWrite(RELAY_PIN, wanted == 1 ? RELAY_ON : RELAY_OFF);
  } else {
    thing.explain(Serial);
  }
  if (millis() - heardAt > LONGEST_SILENCE) {
    digitalWrite(RELAY_PIN, RELAY_OFF);
  }
  delay(PAUSE);
}
