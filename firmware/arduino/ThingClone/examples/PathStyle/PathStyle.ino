/*
  PathStyle: everything in the path of the URL, and the board named by its MAC, without any library:

    /update/API_key=USERKEY/mac=6c:rf:7f:2b:0e:g8/field=1/data=72.3

  With the user key the server finds the channel that belongs to this MAC, and makes a new one for a
  MAC that it does not know: one sketch, and one key, for all your boards. With the write key of a
  channel the value goes to that channel.

  Board    ESP8266 (NodeMCU, Wemos D1 mini)
  Wiring   a potentiometer: its ends to 3V3 and GND, the middle to A0
  Secrets  secrets.h, a file beside this one: see secrets.h.example
*/

#include <ESP8266WiFi.h>

#include "secrets.h"

const char MAC[] = "6c:rf:7f:2b:0e:g8";  // any text that no other board has
const unsigned long PAUSE = 20000;       // milliseconds

WiFiClient client;

void setup() {
  Serial.begin(115200);
  WiFi.mode(WIFI_STA);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) {
    delay(500);
  }
}

void loop() {
  if (client.connect(SERVER_HOST, SERVER_PORT)) {
    sendValue(analogRead(A0) * 100.0 / 1023);
    showAnswer();
    client.stop();
  } else {
    Serial.println("No connection");
  }
  delay(PAUSE);
}

void sendValue(float value) {
  client.print("GET /update/API_key=");
  client.print(USER_KEY);
  client.print("/mac=");
  client.print(MAC);
  client.print("/field=1/data=");
  client.print(value, 1);
  client.print(" HTTP/1.1\r\nHost: ");
  client.print(SERVER_HOST);
  client.print("\r\nConnection: close\r\n\r\n");
}

// The last line of the answer is the number of the entry, or 0 for a refusal.
void showAnswer() {
  unsigned long began = millis();
  while ((client.connected() || client.available()) && millis() - began < 10000) {
    if (client.available()) {
      Serial.write(client.read());
    } else {
      delay(1);
    }
  }
  Serial.println();
}
