"""Reading requests as old boards send them: a waitress parser that takes what stock waitress
refuses.

Tolerated, and nothing else (contract, section 1.2 and traps 5, 16 and 17):

1. a GET line without an HTTP version. It is complete at its own line end, answered with the bare
body, and whatever
   follows on the connection is passed over;
2. lines of the head that end with a bare LF;
3. blanks and bytes beyond ASCII inside the request target;
4. a body that stays one or two bytes short of its Content-Length (see `complete_short_body`).

Nothing can be smuggled past a proxy or a filter by this. Only the first request of a connection is
tolerated, and a tolerated request is always the last of its connection: no byte after it ever runs
as a request. A request that the stock parser takes goes to it byte for byte. A tolerated head with
a Transfer-Encoding is refused, and so is everything that stock waitress refuses for other reasons:
two different Content-Lengths, a bare CR, a blank before a colon. Connections from a trusted proxy
never come here (see `connection`).
"""

import re

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest

MISSING_BYTES = 2  # how many bytes too few of a body are forgiven

_METHOD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Z]+")
_VERSION = re.compile(rb" HTTP/[0-9]\.[0-9]")
_PLAIN_LINE = re.compile(rb"[A-Z]+ [!-~]+ HTTP/1\.[01]\r\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_UNENCODED = re.compile(rb"[ \x80-\xff]")
_TRANSFER_ENCODING = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)


class StrictParser(HTTPRequestParser):
    """The stock parser, but for a fault of it: an impossible host in the target is a bad request,
    not an exception.
    """

    without_head = False  # the answer is the bare body
    is_kept = False  # it may have to run again, so its body must stay

    command = ""
    found = None  # its route, once the loop has looked for it

    def wanting(self) -> str:
        """What has not come of the request, in words."""
        if not self.headers_finished:
            return "the headers of the request do not end with an empty line"
        missing = getattr(self.body_rcv, "remain", "some")
        return f"{missing} of {self.content_length} bytes of the body did not arrive"

    def close(self):
        if not self.is_kept:
            super().close()

    def parse_header(self, header_plus):
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Bad URI") from error


class TolerantParser(StrictParser):
    """Parses the first request of a connection that comes straight from a client."""

    _head = b""

    def received(self, data: bytes) -> int:
        """Take bytes of the request; how many of them belong to it. As in the stock parser."""
        if self.completed or self.headers_finished:
            return super().received(data)
        seen = len(self._head)
        if not seen and _is_plain(data):
            return super().received(data)
        self._head += data if seen else data.lstrip(b"\r\n")
        line_end = self._head.find(b"\n")
        line = _request_line(self._head[:line_end]) if line_end >= 0 else None
        if line and line[0] == b"GET" and not line[2]:
            self.without_head = True
            self._tolerate(b"GET %s HTTP/1.0\r\n\r\n" % line[1])
            return len(data)
        end = _END_OF_HEAD.search(self._head, max(0, seen - 3)) if line_end >= 0 else None
        if not end:
            if len(self._head) >= self.adj.max_request_header_size:
                super().received(self._head)  # refuses it as too large
            return len(data)
        head, body = self._head[: end.end()], len(self._head) - end.end()
        rest = _BARE_LF.sub(b"\r\n", head[line_end + 1 :])
        mended = b"%s %s%s\r\n%s" % (*line, rest) if line else head
        if mended == head or self._stock_takes(head):
            super().received(head)
        else:
            self._tolerate(mended)
        return len(data) - body

    def _stock_takes(self, head: bytes) -> bool:
        probe = StrictParser(self.adj)
        probe.received(head)
        return probe.headers_finished and not probe.error

    def _tolerate(self, head: bytes):
        super().received(head)
        if _TRANSFER_ENCODING.search(head) and not self.error:
            self.error = BadRequest("Transfer-Encoding in a malformed request")
            self.completed = True
        self._be_last()

    def _be_last(self):
        self.headers["CONNECTION"] = "close"
        self.connection_close = True

    def complete_short_body(self) -> bool:
        """Take the body as it is, if no more than a line end is missing; some sketches count one
        that they never send.
        """
        missing = getattr(self.body_rcv, "remain", 0)
        if self.completed or self.chunked or not 0 < missing <= MISSING_BYTES:
            return False
        self.headers["CONTENT_LENGTH"] = str(self.content_length - missing)
        self.completed = True
        self._be_last()
        return True


def _is_plain(data: bytes) -> bool:
    """Whether this holds a whole head with nothing to mend: the short cut for most requests."""
    head, end, _ = data.partition(b"\r\n\r\n")
    return bool(end and _PLAIN_LINE.match(data) and head.count(b"\n") == head.count(b"\r\n"))


def _request_line(line: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(method, target with odd bytes encoded, version with the blank before it, or nothing); None
    if it is none.

    The version is what ends the line, so a target may hold blanks. No pattern runs over the whole
    line: no backtracking.
    """
    line = line.rstrip()
    version = line[-9:] if _VERSION.fullmatch(line[-9:]) else b""
    method, _, target = line[: len(line) - len(version)].partition(b" ")
    target = target.strip(b" ")
    if not _METHOD.fullmatch(method) or not target:
        return None
    return method, _UNENCODED.sub(lambda match: b"%%%02X" % match[0][0], target), version
