// Writes a value to field {{field}} of channel {{channel}} every 20 seconds.
// Board: ESP8266 or ESP32. Needs no library.
#ifdef ESP8266
#include <ESP8266WiFi.h>
#else
#include <WiFi.h>
#endif
% if is_encrypted:
#include <WiFiClientSecure.h>
% end

const char* WIFI_NAME = "WiFi name";
const char* WIFI_PASSWORD = "WiFi password";
const char* HOST = "{{host}}";
const int PORT = {{port}};
const char* WRITE_KEY = "{{key}}";

{{client}} client;

void setup() {
  Serial.begin(115200);
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) {
    delay(500);
  }
% if is_encrypted:
  client.setInsecure();  // accepts any certificate; client.setCACert() is safer
% end
}

void loop() {
  writeValue(analogRead(A0));  // your measurement
  delay(20000);
}

void writeValue(float value) {
  if (!client.connect(HOST, PORT)) {
    Serial.println("no connection");
    return;
  }
  client.print("GET /update?api_key=");
  client.print(WRITE_KEY);
  client.print("&field{{field}}=");
  client.print(value);
  client.print(" HTTP/1.1\r\nHost: ");
  client.print(HOST);
  client.print("\r\nConnection: close\r\n\r\n");
  showAnswer();
}

// Prints the ID of the entry. If the write was refused, prints the reason and 0.
void showAnswer() {
  String line;
  unsigned long start = millis();
  while (client.connected() && millis() - start < 10000) {
    line = client.readStringUntil('\n');
    line.trim();
    if (line.startsWith("X-ThingClone-Reason")) {
      Serial.println(line);
    }
  }
  Serial.println(line);
  client.stop();
}
