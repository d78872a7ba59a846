// Reads the last value of field {{field}} of channel {{channel}} every 20 seconds.
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
const char* READ_KEY = "{{key}}";

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
  String value = readValue();
  Serial.println(value);  // as a number: value.toFloat()
  delay(20000);
}

// Returns the last value as text, or "-1" if the key does not open the channel.
String readValue() {
  String line;
  if (!client.connect(HOST, PORT)) {
    return "no connection";
  }
  client.print("GET /channels/{{channel}}/fields/{{field}}/last.txt?api_key=");
  client.print(READ_KEY);
  client.print(" HTTP/1.1\r\nHost: ");
  client.print(HOST);
  client.print("\r\nConnection: close\r\n\r\n");
  unsigned long start = millis();
  while (client.connected() && millis() - start < 10000) {
    line = client.readStringUntil('\n');
  }
  client.stop();
  return line;
}
