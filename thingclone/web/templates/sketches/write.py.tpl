# Writes a value to field {{field}} of channel {{channel}} every 20 seconds.
# Board: ESP32, ESP8266 or Pico W with MicroPython. Save this file on the board as main.py.
import time

import network
from machine import ADC

try:
    import requests
except ImportError:
    import urequests as requests  # its name in older firmware

URL = "{{base_url}}/update?api_key={{key}}&field{{field}}="

wifi = network.WLAN(network.STA_IF)
wifi.active(True)
wifi.connect("WiFi name", "WiFi password")
while not wifi.isconnected():
    time.sleep(1)

sensor = ADC(0)  # an ESP32 needs a pin: ADC(Pin(36))

while True:
    value = sensor.read_u16()  # your measurement
    try:
        answer = requests.get(URL + str(value))
        print("entry", answer.text)  # 0 is a refusal: see the channel's journal
        answer.close()
    except OSError as error:
        print("no connection:", error)
    time.sleep(20)
