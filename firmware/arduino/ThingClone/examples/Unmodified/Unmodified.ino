/*
  Unmodified: a sketch for ThingSpeak as there are thousands. It knows nothing of ThingClone: only
  the address in secrets.h is another than api.thingspeak.com, 80.

  Board    ESP8266 (NodeMCU, Wemos D1 mini)
  Wiring   DHT11: VCC to 3V3, GND to GND, DATA to GPIO 2 (D4)
  Library  "DHT sensor library" by Adafruit
  Secrets  secrets.h, a file beside this one: see secrets.h.example
*/

#include <DHT.h>
#include <ESP8266WiFi.h>

#include "secrets.h"

const char* server = SERVER_HOST;  // api.thingspeak.com
const int port = SERVER_PORT;      // 80
const char* apiKey = WRITE_KEY;

DHT dht(2, DHT11);
WiFiClient client;

void setup() {
  Serial.begin(115200);
  dht.begin();
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) {
    delay(500);
    Serial.print(".");
  }
}

void loop() {
  float h = dht.readHumidity();
  float t = dht.readTemperature();
  if (isnan(h) || isnan(t)) {
    Serial.println("Failed to read from DHT sensor!");
    delay(2000);
    return;
  }

  if (client.connect(server, port)) {
    client.print("GET /update?api_key=");
    client.print(apiKey);
    client.print("&field1=");
    client.print(t);
    client.print("&field2=");
    client.print(h);
    client.print(" HTTP/1.1\r\n");
    client.print("Host: api.thingspeak.com\r\n");
    client.print("Connection: close\r\n\r\n");

    Serial.print("Temperature: ");
    Serial.print(t);
    Serial.print(" degrees Celsius, Humidity: ");
    Serial.print(h);
    Serial.println("%. Sent to Thingspeak.");
  }
  client.stop();

  Serial.println("Waiting...");
  delay(20000);  // thingspeak needs minimum 15 sec delay between updates
}
