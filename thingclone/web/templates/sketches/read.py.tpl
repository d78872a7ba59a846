# Reads the last value of field {{field}} of channel {{channel}} every 20 seconds.
# Board: ESP32, ESP8266 or Pico W with MicroPython. Save this file on the board as main.py.
import time

import network

try:
    import requests
except ImportError:
    import urequests as requests  # its name in older firmware

URL = "{{base_url}}/channels/{{channel}}/fields/{{field}}/last.txt?api_key={{key}}"

wifi = network.WLAN(network.STA_IF)
wifi.active(True)
wifi.connect("WiFi name", "WiFi password")
while not wifi.isconnected():
    time.sleep(1)

while True:
    try:
        answer = requests.get(URL)
        print(answer.text)  # as a number: float(answer.text)
        answer.close()
    except OSError as error:
        print("no connection:", error)
    time.sleep(20)
