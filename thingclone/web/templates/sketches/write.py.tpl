# Writes a value to field {{field}} of channel {{channel}} every 20 seconds.
# Board: ESP32, ESP8266 or Pico W with MicroPython. Save it there as main.py.
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
wifi.connect("your WiFi", "its password")
while not wifi.isconnected():
    time.sleep(1)

sensor = ADC(0)  # an ESP32 wants a pin: ADC(Pin(36))

while True:
    value = sensor.read_u16()  # what you measure
    try:
        answer = requests.get(URL + str(value))
        print("entry", answer.text)  # 0: it was not written, the journal of the channel says why
        answer.close()
    except OSError as error:
        print("no connection:", error)
    time.sleep(20)
