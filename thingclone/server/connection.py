"""One client's connection: what comes in on it, and when its answers (`answer`) go out.

Connection is waitress's HTTPChannel with four changes. Its first request may come in a form that
only old boards use (`parser`). One request is parsed and answered after the other, whatever comes
in one packet. In the loop's own lane a whole answer is held back until the database has committed,
and then sent in one piece, head and body together. And where the client may still be sending, the
connection is closed in such a way that the answer arrives.
"""

import selectors
import socket
from time import monotonic

from waitress.channel import HTTPChannel
from waitress.utilities import Error, RequestEntityTooLarge

from thingclone.server.answer import Answer, ErrorAnswer
from thingclone.server.parser import StrictParser, TolerantParser

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
LINGER_SECONDS = 2.0


class RequestTimeout(Error):
    code = 408


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
