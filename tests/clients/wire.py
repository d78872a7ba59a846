"""Requests as real devices put them on the wire: reading wire-examples.json, sending a case over a
raw socket, reading what comes back.

A case has a `send` text, latin-1, with these marks in braces: names of values (WRITE_KEY, V, ...);
LEN, LEN+1 the length of the body; END where the counted body ends; SPLIT a new TCP segment, PAUSE:s
a pause of s seconds. Its `pace` says how the text is cut into segments. What the answer must be is
checked in test_wire.py.
"""

import json
import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path

CASES = json.loads((Path(__file__).parent / "wire-examples.json").read_text())
PATIENCE = 3  # seconds for an answer; the official library has five
BETWEEN_SEGMENTS = 0.1  # seconds; less, and the server's socket may join them

_SEGMENT_MARK = re.compile(r"\{SPLIT\}|\{PAUSE:([0-9.]+)\}")
_LENGTH_MARK = re.compile(r"\{LEN([+-][0-9]+)?\}")
_END_OF_HEAD = re.compile(r"\r?\n\r?\n")


def filled(text: str, values: dict[str, str]) -> str:
    """The text with the values in place of their names in braces."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def segments(case: dict, values: dict[str, str]) -> list[tuple[float, bytes]]:
    """What to send: (seconds to wait before, bytes) of each TCP segment."""
    text = filled(case["send"], values)
    length = len(_counted_body(_SEGMENT_MARK.sub("", text)))
    text = _LENGTH_MARK.sub(lambda mark: str(length + int(mark[1] or 0)), text)
    pieces = _SEGMENT_MARK.split(text.replace("{END}", ""))
    # split() alternates texts and pauses; {SPLIT} has no number of seconds.
    pauses = [0.0] + [float(pause or BETWEEN_SEGMENTS) for pause in pieces[1::2]]
    return [
        (pause if first else _pause_within(case), part.encode("latin-1"))
        for pause, piece in zip(pauses, pieces[::2], strict=True)
        for first, part in _at_pace(case["pace"], piece)
    ]


def _counted_body(text: str) -> str:
    head_and_body = _END_OF_HEAD.split(text, maxsplit=1)
    return head_and_body[1].partition("{END}")[0] if len(head_and_body) == 2 else ""


def _pause_within(case: dict) -> float:
    """Lines and bytes come in a stream; a request that was cut in two, after a while."""
    return BETWEEN_SEGMENTS if case["pace"].startswith("split:") else 0.001


def _at_pace(pace: str, text: str) -> list[tuple[bool, str]]:
    """(whether it is the first, part) of the parts into which a pace cuts a text."""
    if pace == "lines":
        parts = text.splitlines(keepends=True)
    elif pace == "byte":
        parts = list(text)
    elif pace.startswith("split:"):
        place = pace.removeprefix("split:")
        cut = _END_OF_HEAD.search(text).end() if place == "head" else int(place)
        parts = [text[:cut], text[cut:]]
    else:
        parts = [text]
    return [(number == 0, part) for number, part in enumerate(parts)]


@dataclass
class Answer:
    """One answer: a status line (None of a bare body), headers as they are spelled, body."""

    status_line: str | None
    headers: dict[str, str]
    body: bytes

    @property
    def status(self) -> int | None:
        return int(self.status_line.split()[1]) if self.status_line else None

    @property
    def text(self) -> str:
        return self.body.decode()


def answers(raw: bytes) -> list[Answer]:
    """The complete answers in what came back, without `100 Continue`."""
    found = []
    while raw:
        head, end, rest = raw.partition(b"\r\n\r\n")
        if not raw.startswith(b"HTTP/"):
            return [*found, Answer(None, {}, raw)]
        if not end:
            return found
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("Content-Length", 0))
        if len(rest) < length:
            return found
        answer = Answer(status_line, headers, rest[:length])
        if answer.status >= 200:
            found.append(answer)
        raw = rest[length:]
    return found


class Connection:
    """A device's end of a connection: it hears while it sends and waits."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard = b""
        self.is_closed = False  # by the server

    def play(self, case: dict, values: dict[str, str]):
        """Send the case and hear the whole answer, or nothing if this device does not wait."""
        for number, (pause, data) in enumerate(segments(case, values)):
            if number and case.get("await100"):
                self.listen(lambda: b"100 Continue" in self.heard)
            else:
                self.listen(lambda: False, pause)
            self.send(data)
        if case.get("fin") != "stop":
            self.listen(lambda: self.has_all(case["expect"]))
        self.socket.close()

    def has_all(self, expected: dict) -> bool:
        """Whether the answer is complete; where the end of it is the end of the connection, never
        before that.
        """
        if expected.get("closes") or expected["status"] == "0.9":
            return False
        return len(answers(self.heard)) >= expected.get("ids", 1)

    def send(self, data: bytes):
        try:
            self.socket.settimeout(PATIENCE)
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.is_closed = True  # what was heard before counts

    def listen(self, is_enough, seconds: float = PATIENCE):
        """Hear until it is enough, the server closes, or the time is over."""
        deadline = time.monotonic() + seconds
        while not self.is_closed and not is_enough():
            left = deadline - time.monotonic()
            if left <= 0:
                return
            try:
                self.socket.settimeout(left)
                data = self.socket.recv(65536)
            except TimeoutError:
                return
            except ConnectionResetError:
                data = b""
            self.heard += data
            self.is_closed = not data
