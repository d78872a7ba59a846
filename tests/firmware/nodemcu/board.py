"""A NodeMCU board on a desk: the real scripts, run by Debian's lua5.1 behind the firmware's modules
in `shim/`.
"""

import re
import shutil
import subprocess
from pathlib import Path
from threading import Timer

from tests.tools import missing, need

SCRIPTS = Path(__file__).parents[3] / "firmware" / "nodemcu"
SHIM = Path(__file__).parent / "shim" / "board.lua"
PATIENCE = 60  # seconds

# The firmware that a script may meet: with the http module and without it, without fractions, as of
# 2016 (its http module keeps the headers to itself), and as of 2015 (numbered timers, no http).
BUILDS = ("new", "net", "integer", "2016", "2015")

# What a board finds out about its last run: 0 power-on, 2 error, 4 restart, 5 deep sleep.
_REASONS = {"panic": 2, "restart": 4, "asleep": 5}
_END = re.compile(r"\[(panic|restart|asleep|power failed)(?: for (\d+) seconds, rtc (\d+))?\]\n$")


def lua(value) -> str:
    """A Python value as Lua text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{lua(key)}] = {lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(lua, value)) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03}" for byte in value.encode()) + '"'
    return str(value)


class Board:
    """The board, with what is in its flash; its firmware is one of BUILDS. `options` go to the
    shim.
    """

    def __init__(self, flash: Path, build: str, **options):
        self.lua = need("lua5.1")
        found = subprocess.run(
            [self.lua, "-e", 'require("socket")'], check=False, capture_output=True
        )
        if found.returncode != 0:
            missing("lua-socket is not installed: tests/install-tools installs it")
        flash.mkdir()
        self.flash = flash
        self.options = {"build": build, "reason": 0, "rtc": 0} | options
        self.process: subprocess.Popen | None = None
        self.slept = 0  # seconds, the last time
        for script in SCRIPTS.glob("thingclone*.lua"):
            self.upload(script.name)

    def upload(self, name: str, text: str | None = None):
        """Put one of our scripts into the flash, or a file with this text."""
        if text is None:
            shutil.copy(SCRIPTS / name, self.flash / name)
        else:
            (self.flash / name).write_text(text)

    def configure(self, **settings):
        self.upload("config.lua", f"return {lua(settings)}\n")

    def start(self) -> str:
        """Switch the board on, or let it go on after it restarted or slept; what it prints."""
        assert self.process is None, "it is running"
        options = [f"{name}={value}" for name, value in self.options.items()]
        self.process = subprocess.Popen(
            [self.lua, str(SHIM), str(self.flash), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self._read()

    def type(self, line: str) -> str:
        """Type a line of Lua at the terminal; what the board prints."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._read()

    def run(self, seconds: float) -> str:
        """Let so much of the board's time pass; what it prints meanwhile."""
        return self.type(f":run {seconds}")

    def switch_off(self):
        if self.process is not None:
            self.process.kill()
            self._ended()
        self.options |= {"reason": 0, "rtc": 0}

    def is_on(self) -> bool:
        return self.process is not None

    def _read(self) -> str:
        """What is printed until the board is done, or ends."""
        alarm = Timer(PATIENCE, self.process.kill)
        alarm.start()
        printed = ""
        for line in self.process.stdout:
            if line == "\4\n":
                break
            printed += line
        else:
            self._take_leave(printed)
        alarm.cancel()
        return printed

    def _take_leave(self, printed: str):
        """The board has ended: it sleeps, restarts, or lost its power."""
        self._ended()
        end = _END.search(printed)
        assert end, f"the board ended without a reason: {printed}"
        self.options |= {"reason": _REASONS.get(end[1], 0), "rtc": int(end[3] or 0)}
        self.slept = int(end[2] or 0)

    def _ended(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.process = None
