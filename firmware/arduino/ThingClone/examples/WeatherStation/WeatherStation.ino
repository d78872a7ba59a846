/*
  WeatherStation: temperature and humidity every ten minutes, from batteries.

  The board measures, keeps the reading in the memory that outlives a deep sleep, and sleeps again.
  Only every third time (and the first time) it switches the radio on, and sends all readings in
  one go. If the net is away they stay where they are, and go with the next ones. Each gets the time
  when it was taken.

  Board    ESP8266 (NodeMCU, Wemos D1 mini) or ESP32
  Wiring   DHT22: VCC to 3V3, GND to GND, DATA to GPIO 4 (D2), 10 kOhm between DATA and 3V3.
           ESP8266: GPIO 16 (D0) to RST as well, or it never wakes up.
  Library  ThingClone, "DHT sensor library" by Adafruit
  Secrets  secrets.h, a file beside this one: see secrets.h.example
*/

#include <DHT.h>
#include <ThingClone.h>

#include "secrets.h"

#ifdef ESP32
#include <WiFi.h>
#else
#include <ESP8266WiFi.h>
#endif

const int DHT_PIN = 4;
const uint32_t PAUSE = 600;                 // seconds of sleep
const uint16_t SEND_FROM = 3;               // readings
const unsigned long WIFI_PATIENCE = 15000;  // milliseconds

#ifdef ESP32
RTC_DATA_ATTR ThingCloneMemory<4096> kept;  // more than 200 readings
#else
ThingCloneMemory<384> kept;    // about 20 readings
const uint32_t RTC_WORD = 32;  // where they sleep; what is before it is for updates by air
#endif

DHT dht(DHT_PIN, DHT22);
WiFiClient client;
ThingClone thing;

void setup() {
  Serial.begin(115200);
  bool isFirstTime = !rememberReadings();
  measure();
  if (isFirstTime || thing.kept() >= SEND_FROM) {
    sendReadings();
  }
  sleepAWhile();
}

void loop() {}  // never reached: after a deep sleep a board begins with setup()

// Whether there was a sleep before; not when the power has just come.
bool rememberReadings() {
#ifndef ESP32
  ESP.rtcUserMemoryRead(RTC_WORD, (uint32_t*)&kept, sizeof kept);
#endif
  return thing.keepLaterIn(kept);
}

void measure() {
  dht.begin();
  delay(2000);  // a DHT22 needs them after it got power
  float temperature = dht.readTemperature();
  thing.setField(1, temperature, 1);
  thing.setField(2, dht.readHumidity(), 1);
  if (isnan(temperature)) {
    thing.setStatus(F("the DHT22 does not answer"));
  }
  thing.writeLater();
}

void sendReadings() {
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) {
    if (millis() > WIFI_PATIENCE) {
      Serial.println(F("No WiFi: the readings are kept"));
      return;
    }
    delay(100);
  }
  thing.begin(client, SERVER_HOST, SERVER_PORT);
  thing.sendKept(CHANNEL, WRITE_KEY);
  thing.explain(Serial);
}

void sleepAWhile() {
  thing.sleeping(PAUSE);
#ifndef ESP32
  ESP.rtcUserMemoryWrite(RTC_WORD, (uint32_t*)&kept, sizeof kept);
#endif
  ESP.deepSleep(PAUSE * 1000000ULL);
}
