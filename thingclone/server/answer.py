"""What goes out on a connection: heads and bodies of answers, also to what is no request.

Two waitress tasks. The app's answers keep their names as the app spells them; what the app never
sees is told as the app would tell it.
"""

from functools import lru_cache

from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from thingclone import __version__
from thingclone.formats import times
from thingclone.http.routing import FOUND, HEADERS_OF_ALL
from thingclone.http.status_lines import STATUS_LINES

_CODES = {400: "error_bad_request", 413: "error_request_too_large", 431: "error_request_too_large"}


@lru_cache(maxsize=20)
def _last_lines(status: str, second: int) -> str:
    """The end of every head. Some sketches search the answer for the text `Status: 200 OK`: WSGI
    reserves that name for servers.
    """
    date = build_http_date(second)
    return f"Status: {status}\r\nServer: ThingClone/{__version__}\r\nDate: {date}\r\n\r\n"


@lru_cache(maxsize=500)  # most answers have the same few headers
def _line(header: tuple[str, str]) -> str:
    """A header as it goes over the wire; ValueError if it would be more than one."""
    name, value = header
    if "\n" in name + value or "\r" in name + value:
        raise ValueError(f"a line end in the header {name}")
    return f"{name}: {value}\r\n"


class _OwnHead:
    """The head of an answer: names exactly as the app spells them, and always HTTP/1.1, as the
    original's nginx does.
    """

    @property
    def has_body(self) -> bool:
        return not self.status.startswith(("1", "204", "304"))

    def write(self, piece: bytes):
        head = b"" if self.wrote_header else self.build_response_header()
        self.wrote_header = True
        if piece and self.has_body:
            self.content_bytes_written += len(piece)
            if self.chunked_response:
                piece = b"%X\r\n%b\r\n" % (len(piece), piece)
            self.channel.write_soon(head + piece)
        else:
            self.channel.write_soon(head)

    def build_response_header(self) -> bytes:
        if self.request.without_head:
            self.close_on_finish = True
            return b""
        headers = self.response_headers
        if not self.has_body:
            headers = [header for header in headers if header[0] != "Content-Length"]
        lines = "".join(map(_line, headers))
        last_lines = _last_lines(self.status, times.now() // times.SECOND)
        head = f"HTTP/1.1 {self.status}\r\n{self._framing()}{lines}{last_lines}"
        return head.encode("latin-1")

    def _framing(self) -> str:
        """How the client knows where the answer ends, and whether the connection stays open after
        it.
        """
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body and self.content_length is None:
            self.close_on_finish = True
            self.chunked_response = self.version == "1.1" and self.request.command != "HEAD"
            chunked = "Transfer-Encoding: chunked\r\n" if self.chunked_response else ""
            return f"{chunked}Connection: close\r\n"
        if (
            self.close_on_finish
            or asked == "close"
            or (self.version == "1.0" and asked != "keep-alive")
        ):
            self.close_on_finish = True
            return "Connection: close\r\n"
        return "Connection: keep-alive\r\n" if self.version == "1.0" else ""

    def finish(self):
        super().finish()
        self.channel.when_answered(self)


class Answer(_OwnHead, WSGITask):
    """What the app answers. It always says how long a body is, but for one that it streams."""

    def execute(self):
        environ = self.get_environment()
        environ[FOUND] = self.request.found
        body = self.channel.server.application(environ, self.start_response)
        try:
            for piece in body:
                self.write(piece)
        finally:
            if hasattr(body, "close"):
                body.close()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info=None):
        self.complete, self.response_headers = True, headers
        self.status = STATUS_LINES[int(status[:3])]  # waitress may answer in the app's place
        for name, value in headers:
            if name == "Content-Length":
                self.content_length = int(value)


class ErrorAnswer(_OwnHead, ErrorTask):
    """What the app never sees, because it is no HTTP request: told as the app would tell it."""

    def execute(self):
        error = self.request.error
        code = _CODES.get(
            error.code, "error_internal" if error.code >= 500 else "error_bad_request"
        )
        reason = " ".join(error.body.encode("ascii", "backslashreplace").decode().split())
        self.status = STATUS_LINES[error.code]
        self.content_length = len(code)
        self.close_on_finish = True
        self.response_headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(code))),
            ("Cache-Control", "no-cache"),
            ("X-ThingClone-Reason", reason[:500]),
            *HEADERS_OF_ALL,
        ]
        self.write(code.encode())
