"""A board on strings: the library in a process of its own (`puppet.cpp`), which does what a test
says, against a real server, or against one of which each word is written in the test.
"""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.firmware.arduino.sketches import LIBRARY

_RESULT = re.compile(r"^ +(THING_\w+) = (-?\d+)", re.MULTILINE)
RESULTS = {
    int(number): name
    for name, number in _RESULT.findall((LIBRARY / "src/ThingCloneResult.h").read_text())
}


def answer(body: bytes, status: bytes = b"200 OK", *headers: bytes) -> bytes:
    """An answer as ThingClone gives it."""
    lines = (b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", body)
    return b"\r\n".join(lines)


class Puppet:
    """Each method is one line to the board, and what it says to it."""

    def __init__(self, program: Path):
        self.process = subprocess.Popen(
            [program],
            env=os.environ | {"SECONDS": "99999999"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def tell(self, *words) -> bytes:
        """What the board says; ends the test if it has fallen over."""
        line = "\t".join(_encoded(word) for word in words)
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        said = self.process.stdout.readline()
        if not said:
            raise AssertionError(self.process.communicate()[1].decode())
        return unquote_to_bytes(said[:-1])

    def end(self):
        """Nothing was wrong with it, the sanitizers say."""
        _, complaints = self.process.communicate()
        assert (self.process.returncode, complaints.decode()) == (0, "")

    def ask(self, *words) -> int:
        return int(self.tell(*words))

    def do(self, *words) -> str:
        """The name of the result."""
        return RESULTS[self.ask(*words)]

    def read(self, *words) -> tuple[str, str]:
        """The name of the result, and what was read."""
        result, _, text = self.tell(*words).partition(b" ")
        return RESULTS[int(result)], text.decode()

    # --- what it hears ----------------------------------------------------------------------------

    def hear(self, *steps):
        """On its next connection it hears these bytes, after waits of so many milliseconds; None
        hangs up.
        """
        self.tell("next")
        for step in steps:
            if step is None:
                self.tell("close")
            elif isinstance(step, int):
                self.tell("wait", step)
            else:
                self.tell("answer", step)

    def sent(self) -> bytes:
        """What it sent since it was asked for this before."""
        return self.tell("sent")

    # --- what came of it --------------------------------------------------------------------------

    @property
    def reason(self) -> str:
        return self.tell("reason").decode()

    @property
    def explained(self) -> str:
        return self.tell("explain").decode()


def _encoded(word) -> str:
    data = word if isinstance(word, bytes) else str(word).encode()
    return "".join(
        chr(byte) if 32 < byte < 127 and byte != ord("%") else f"%{byte:02X}" for byte in data
    )
