"""A board with MicroPython: runs a script with the modules of this folder, for so many seconds of a
time that passes only in sleep().

    python -S board.py SCRIPT SECONDS FIRMWARE

New firmware calls its module requests, older firmware urequests.
"""

import importlib
import runpy
import sys
import time

script, seconds, firmware = sys.argv[1], float(sys.argv[2]), sys.argv[3]
passed = 0.0


def sleep(pause):
    global passed
    passed += pause
    if passed >= seconds:
        sys.exit()


time.sleep = sleep
if firmware == "new":
    sys.modules["requests"] = importlib.import_module("urequests")
runpy.run_path(script, run_name="__main__")
