"""A server that answers as ThingSpeak does today, as far as a pull asks: `start` and `end` are
understood, entry ids are not, and no answer has more than so many entries.
"""

import gzip
import json
import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class ThingSpeak:
    """`entries` are [(entry id, second, {name: value})]. `script` holds what is answered before
    anything else: functions that get the handler, None for an answer as ever.
    """

    def __init__(self, entries=(), cap: int = 8000, cuts_oldest: bool = True, read_key=""):
        self.channel = {
            "id": 9,
            "name": "Greenhouse",
            "description": "two sensors",
            "latitude": "51.5",
            "longitude": "-0.12",
            "field1": "Temp",
            "field2": "Humidity",
            "created_at": "2023-02-14T19:33:17Z",
            "updated_at": "2023-02-15T08:00:00Z",
        }
        self.settings = {
            "id": 9,
            "public_flag": True,
            "url": "http://garden.example",
            "tags": [{"id": 4, "name": "glass"}],
        }
        self.entries = list(entries)
        self.cap, self.cuts_oldest = cap, cuts_oldest
        self.read_key = read_key
        self.script = []
        self.requests: list[str] = []
        self.headers: list[dict] = []

    def answer(self, path: str, params: dict):
        """(status, thing) of a GET."""
        if not (match := re.fullmatch(r"/channels/(\d+)(/feeds(/\d+)?)?\.json", path)):
            return 404, {"status": "404"}
        number, feeds, entry_id = match.groups()
        if number != "9":
            return 404, {"status": "404"}
        if not feeds:
            return (200, self.settings) if self.settings else (400, -1)
        if entry_id:
            found = [one for one in self.entries if one[0] == int(entry_id[1:])]
            return 200, self._row(found[0]) if found else -1
        last = max((entry_id for entry_id, *_ in self.entries), default=None)
        channel = self.channel | {"last_entry_id": last}
        return 200, {"channel": channel, "feeds": [self._row(one) for one in self.some(params)]}

    def some(self, params: dict) -> list:
        first, last = (
            _second(params[name]) if name in params else None for name in ("start", "end")
        )
        found = [
            one
            for one in sorted(self.entries, key=lambda one: (one[1], one[0]))
            if (first is None or one[1] >= first) and (last is None or one[1] <= last)
        ]
        most = min(int(params.get("results", 100)), self.cap)
        return found[-most:] if self.cuts_oldest or "start" not in params else found[:most]

    def _row(self, entry) -> dict:
        entry_id, second, values = entry
        row = {"created_at": f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"}
        row["entry_id"] = entry_id
        shown = [name for name in self.channel if name.startswith("field")]
        for name in (*shown, "latitude", "longitude", "elevation", "status"):
            row[name] = values.get(name)
        return row


def _second(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


@contextmanager
def serving(thingspeak: ThingSpeak, tls=None):
    """The address of it, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            thingspeak.requests.append(self.path)
            thingspeak.headers.append(dict(self.headers))
            scripted = thingspeak.script.pop(0) if thingspeak.script else None
            if scripted:
                scripted(self)
                return
            parts = urlsplit(self.path)
            if self.headers.get("X-THINGSPEAKAPIKEY", "") != thingspeak.read_key:
                status, thing = 400, -1
            else:
                status, thing = thingspeak.answer(parts.path, dict(parse_qsl(parts.query)))
            send(self, status, json.dumps(thing).encode())

        def log_message(self, *arguments):
            """Not in the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(handler, status: int, body: bytes, **headers: str):
    """Answer, zipped where that is offered."""
    if "gzip" in handler.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body)
        headers["Content-Encoding"] = "gzip"
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def answering(status: int, body: str, **headers: str):
    """For the script: this answer."""
    return lambda handler: send(handler, status, body.encode(), **headers)


def breaking_off(handler):
    """For the script: half an answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"channel":')
    handler.close_connection = True


def hanging_up(handler):
    """For the script: no answer at all."""
    handler.close_connection = True
