"""One client's connection, and the answers that go out on it.

Connection is waitress's HTTPChannel with four changes. Its first request may come in a form that
only old boards use (`parser`). One request is parsed and answered after the other, whatever comes
in one packet. In the loop's own lane a whole answer is held back until the database has committed,
and then sent in one piece, head and body together. And where the client may still be sending, the
connection is closed in such a way that the answer arrives.
"""

import selectors
import socket
from functools import lru_cache
from time import monotonic

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge, build_http_date

from thingclone import __version__, timestamps
from thingclone.app import HEADERS_OF_ALL
from thingclone.server.parser import StrictParser, TolerantParser

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
LINGER_SECONDS = 2.0
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


class RequestTimeout(Error):
    code = 408
    reason = "Request Timeout"


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
        last_lines = _last_lines(self.status, timestamps.now() // timestamps.SECOND)
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
        body = self.channel.server.application(self.get_environment(), self.start_response)
        try:
            for piece in body:
                self.write(piece)
        finally:
            if hasattr(body, "close"):
                body.close()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info=None):
        self.complete, self.status, self.response_headers = True, status, headers
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
        self.status = f"{error.code} {error.reason}"
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


class Connection(HTTPChannel):
    """A client's connection. What waitress calls a channel is no channel of ours."""

    task_class = Answer
    unread = b""  # what came behind the request that is being served
    held = None  # the pieces of an answer that must not leave yet
    served = None  # the request that they answer
    answer_task = None
    lingers_until = 0.0
    last_request_was_plain = True
    events = 0  # which the loop listens to

    def __init__(self, server, sock, addr, adj, map=None):
        self.active_at = monotonic()
        self.requests_begun = 0
        self.is_trusted = addr[0] in server.trusted_proxies
        super().__init__(server, sock, addr, adj, map)

    def parser_class(self, adj):
        """A parser for the next request: tolerant for the first one, unless a trusted proxy sends
        it.
        """
        self.requests_begun += 1
        self.request_began_at, self.request_bytes = monotonic(), 0
        return (
            StrictParser(adj) if self.is_trusted or self.requests_begun > 1 else TolerantParser(adj)
        )

    def error_task_class(self, channel, request):
        if isinstance(request.error, RequestEntityTooLarge):
            # The app refuses it in the words of its door. The body is not read any further; in
            # chunks, it does not say how long it would have been.
            length = max(request.content_length, self.adj.max_request_body_size)
            request.headers |= {"CONTENT_LENGTH": str(length), "CONNECTION": "close"}
            return Answer(channel, request)
        return ErrorAnswer(channel, request)

    @property
    def is_idle(self) -> bool:
        return self.request is None and not self.requests and not self.total_outbufs_len

    @property
    def is_waited_for(self) -> bool:
        """Whether the client owes us something: the rest of a request, or its goodbye."""
        return self.request is not None or self.lingers_until > 0

    # --- reading ----------------------------------------------------------------------------------

    def handle_event(self, mask: int):
        """The loop tells that something can be read or sent."""
        # What came before is parsed first, also where a thread has answered just now.
        was_busy = bool(self.requests or self.unread)
        if mask & WRITE and self.total_outbufs_len:
            self.handle_write()
        if mask & READ and self.connected and not was_busy:
            self.handle_read()
        # A client that is being served is not listened to any more once it says something, or hangs
        # up.
        if was_busy or not self.requests:
            self.server.attend(self)

    def handle_read(self):
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        elif not self.lingers_until:
            self.active_at = monotonic()
            self.received(data)

    def _hang_up(self):
        """The client says no more, but may still listen. A byte or two may be wanting at the end of
        its request.
        """
        if self.total_outbufs_len:
            self.close_when_flushed = True
        elif self.lingers_until or not self.take_short_body():
            self.handle_close()

    def received(self, data: bytes):
        """Parse one request. What comes behind it waits until it is answered."""
        with self.requests_lock:
            while data and not self.requests and not self.close_when_flushed:
                if self.request is None:
                    self.request = self.parser_class(self.adj)
                request = self.request
                taken = request.received(data)
                self.request_bytes += taken
                data = data[taken:]
                if request.completed:
                    self.sent_continue, self.request = False, None
                    if not request.empty:
                        self._enqueue(request)
                elif self._owes_continue(request):
                    self.send_continue()
            self.unread = data

    def _owes_continue(self, request) -> bool:
        return request.expect_continue and request.headers_finished and not self.sent_continue

    def go_on(self):
        """Parse what has waited for the answer to the request before it."""
        if not (self.requests or self.total_outbufs_len or self.lingers_until):
            data, self.unread = self.unread, b""
            self.received(data)

    def take_short_body(self) -> bool:
        """Have the request served whose body lacks a byte or two, now that no more comes."""
        request = self.request
        if not isinstance(request, TolerantParser) or not request.complete_short_body():
            return False
        self._enqueue(request)
        return True

    def give_up(self):
        """The rest of the request takes too long: tell why, and close."""
        if self.lingers_until:
            self.handle_close()
            return
        self.request.error = RequestTimeout(self.request.wanting())
        self._enqueue(self.request)

    def _enqueue(self, request):
        """Have the request served."""
        request.completed, self.request = True, None
        self.requests.append(request)
        self.server.add_task(self)

    # --- answering from the loop ------------------------------------------------------------------

    def serve_held(self):
        """Run the request and keep its answer back, until release()."""
        self.served, self.held, self.answer_task = self.requests[0], [], None
        self.served.is_kept = True
        HTTPChannel.service(self)

    def take_back(self):
        """Undo serve_held(), as if the request had never run."""
        self.held, self.close_when_flushed = [], False
        self.served.get_body_stream().seek(0)
        self.requests = [self.served]

    def release(self):
        """Let the answer go."""
        answer, self.held = b"".join(self.held), None
        request, self.served = self.served, None
        request.is_kept = False
        request.close()
        if self.answer_task is None or not self.connected:  # the client is gone
            return
        self.server.log_answer(self.answer_task)
        if not self.total_outbufs_len:
            self.active_at = monotonic()  # the client could not read before
            answer = self._unsent(answer)
        if answer:
            self.write_soon(answer)

    def when_answered(self, task):
        request = task.request
        self.last_request_was_plain = request.command in ("GET", "HEAD") and not (
            request.without_head or request.error
        )
        if self.held is None:
            self.server.log_answer(task)
        else:
            self.answer_task = task

    def write_soon(self, data) -> int:
        if self.held is not None:
            self.held.append(data)
            return len(data)
        with self.outbuf_lock:
            if not self.total_outbufs_len:
                self.active_at = monotonic()  # the client could not read before
                # What is shorter is sent by the loop, once it is logged.
                if self.connected and len(data) >= self.adj.send_bytes:
                    data = self._unsent(data)
            return super().write_soon(data)

    def _unsent(self, data: bytes) -> bytes:
        """Send at once what the client takes; the rest, which has to be kept for it."""
        try:
            sent = self.socket.send(data)
        except OSError:  # it takes nothing just now, or is gone: the next attempt will tell
            return data
        return data[sent:]

    # --- answering from a thread ------------------------------------------------------------------

    def service(self):
        try:
            super().service()
        finally:
            self.server.when_served(self)

    def _flush_outbufs_below_high_watermark(self):
        """Wait until the client has taken enough of what it was sent, or is gone."""
        with self.outbuf_lock:
            while self.connected and self.total_outbufs_len > self.adj.outbuf_high_watermark:
                self.server.when_stuck(self)
                self.outbuf_lock.wait()

    def _flush_some(self, do_close=True):
        is_sent = super()._flush_some(do_close)
        if is_sent:
            self.active_at = monotonic()
        return is_sent

    def del_channel(self, map=None):
        self.server.leave(self)
        super().del_channel(map)

    # --- ending -----------------------------------------------------------------------------------

    def handle_write(self):
        self._flush_exception(self._flush_some_if_lockable if self.requests else self._flush_some)
        if self.will_close:
            self.handle_close()

    def end_if_answered(self):
        if self.connected and self.close_when_flushed and not self.total_outbufs_len:
            self._end()

    def _end(self):
        """Close. A socket that is closed with bytes unread can destroy the answer on its way to the
        client: one that may send more than its request is closed after its last byte, or after two
        seconds.
        """
        self.close_when_flushed, self.unread = False, b""
        if self.last_request_was_plain:
            self.handle_close()
            return
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()
            return
        self.lingers_until = monotonic() + LINGER_SECONDS
