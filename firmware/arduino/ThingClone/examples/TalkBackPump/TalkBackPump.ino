/*
  TalkBackPump: a pump that obeys the commands PUMPON and PUMPOFF of a TalkBack.

  A TalkBack is a queue of commands: each is given to the board once, in the order in which they
  were added. Whatever happens, the pump stops after a minute.

  Board    ESP8266 (NodeMCU, Wemos D1 mini) or ESP32
  Wiring   relay module: VCC to 5V (VIN), GND to GND, IN to GPIO 5 (D1); the pump, with its own
           supply, to the contacts COM and NO of the relay
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

const int PUMP_PIN = 5;
const unsigned long PAUSE = 5000;         // milliseconds between two questions
const unsigned long LONGEST_RUN = 60000;  // milliseconds

WiFiClient client;
ThingClone thing;
bool isPumping = false;
unsigned long startedAt = 0;
unsigned long askedAt = 0;

void setup() {
  Serial.begin(115200);
  pinMode(PUMP_PIN, OUTPUT);
  switchPump(false);
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  thing.begin(client, SERVER_HOST, SERVER_PORT);
  thing.setTimeout(3000);  // a slow answer must not keep the pump running
}

void loop() {
  if (isPumping && millis() - startedAt > LONGEST_RUN) {
    switchPump(false);
  }
  if (millis() - askedAt > PAUSE) {
    askedAt = millis();
    obeyNextCommand();
  }
}

void obeyNextCommand() {
  char command[16];
  int result = thing.nextCommand(TALKBACK, TALKBACK_KEY, command, sizeof command);
  if (result == THING_NOTHING) {
    return;
  }
  if (result != THING_OK) {
    thing.explain(Serial);
  } else if (strcmp(command, "PUMPON") == 0) {
    switchPump(true);
  } else if (strcmp(command, "PUMPOFF") == 0) {
    switchPump(false);
  } else {
    Serial.print(F("Unknown command: "));
    Serial.println(command);
  }
}

void switchPump(bool on) {
  isPumping = on;
  startedAt = millis();
  digitalWrite(PUMP_PIN, on ? HIGH : LOW);
}
