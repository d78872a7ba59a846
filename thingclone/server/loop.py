"""The loop: one thread that reads all connections, runs the quick requests itself and commits once
a turn.

To hand a request to another thread costs more than to write an entry. So each turn of the loop
takes the requests that are complete and runs the quick ones on the spot: first those that only
read, whose answers leave at once, then those that write, all in one transaction (`writers`); their
answers leave when it is on the disk. Slow requests (feeds, exports, bulk writes, pages) go to
threads with database connections of their own, and never hold the loop up.
"""

import logging
import selectors
import socket
import sys
import threading
from collections import deque
from time import monotonic

from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge

from thingclone.database import database
from thingclone.database.transactions import new_turn, remember, writer_lock
from thingclone.http.routing import App
from thingclone.server.access_log import AccessLog
from thingclone.server.chores import CHORES, Chores, JournalWriter
from thingclone.server.connection import READ, WRITE, Connection
from thingclone.server.limits import ConnectionLimits
from thingclone.server.writers import Writers
from thingclone.settings import Settings

log = logging.getLogger(__name__)

THREADS = 4  # for slow requests
STREAM_THREADS = 4  # for exports: each lasts as long as its client takes to read it
ACCEPTED_AT_ONCE = 64
QUICK_BODY = 65_536  # bytes; with a larger body a request is slow, whatever it wants
THREAD_PATIENCE_SECONDS = 8.0  # how long a write in a thread waits while others write
RETRY_SECONDS = 0.02
SWEEP_SECONDS = 0.25
COMPLAINT_SECONDS = 60.0  # between two lines in the log about the same
GRACE_SECONDS = 15.0  # how long a stop waits for what is running
FORWARDED = [f"HTTP_X_FORWARDED_{name}" for name in ("FOR", "PROTO", "HOST", "PORT", "BY")]
PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


class Server(TcpWSGIServer):
    """waitress's server with our loop, which runs in the thread that calls run()."""

    channel_class = Connection

    def __init__(self, app: App, listener: socket.socket, settings: Settings):
        self.trusted_proxies = frozenset(settings.trusted_proxy.replace(",", " ").split())
        self.journal_writer = JournalWriter(app.services.notebook)
        # A server that is ingest-only may not change what the chores change.
        self.chores = Chores(app.services.clock, () if settings.ingest_only else CHORES)
        self.access_log = AccessLog(sys.stdout.fileno()) if settings.access_log else None
        self.limits = ConnectionLimits(settings)
        self.selector = selectors.DefaultSelector()
        self.ready: deque[Connection] = deque()  # with a complete request
        self.writers = Writers(self._release)
        self.served: deque[Connection] = deque()  # by a thread
        self.stuck: deque[Connection] = deque()  # whose thread waits for the client to read
        self.in_threads = 0
        self.hears_knocks = False  # whether new connections are accepted just now
        self.next_complaint = 0.0
        self.stops_at: float | None = None
        self.loop_thread = threading.get_ident()
        threads, self.stream_threads = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        super().__init__(
            app,
            _sock=listener,
            dispatcher=threads,
            adj=_adjustments(listener, settings),
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self.app = app
        self.proxied_app = proxy_headers_middleware(
            app, trusted_proxy="*", trusted_proxy_headers=PROXY_HEADERS
        )
        self.application = self._application
        threads.set_thread_count(THREADS)
        self.stream_threads.set_thread_count(STREAM_THREADS)

    def _application(self, environ, start_response):
        """The app. Of what proxies tell of the client, only what a trusted one says reaches it."""
        if environ["REMOTE_ADDR"] in self.trusted_proxies:
            return self.proxied_app(environ, start_response)
        for name in FORWARDED:
            environ.pop(name, None)
        return self.app(environ, start_response)

    # --- the loop ---------------------------------------------------------------------------------

    def run(self):
        """Serve until stop() was called and what was running then is done."""
        database.never_wait()
        remember()
        writer_lock.when_free = self.trigger.pull_trigger
        writer_lock.patience = THREAD_PATIENCE_SECONDS
        self._hear_knocks()
        self.selector.register(self.trigger.socket, READ, _Waker(self.trigger))
        self.chores.start()
        next_sweep = 0.0
        while not self._is_done():
            for key, mask in self.selector.select(self._pause()):
                key.data.handle_event(mask)
            self._turn()
            if monotonic() > next_sweep:
                self.limits.sweep()
                self._hear_knocks()
                next_sweep = monotonic() + SWEEP_SECONDS
            self.journal_writer.write_if_due()
            if not self.writers and not self.journal_writer.notebook:
                writer_lock.withdraw()
            if self.access_log:
                self.access_log.flush()
        self._close()

    def _pause(self) -> float:
        """How long the loop may sleep if nothing happens."""
        if self.ready:
            return 0
        return RETRY_SECONDS if self.writers else SWEEP_SECONDS

    def _turn(self):
        """Serve all requests that are complete."""
        while self.served:
            self.in_threads -= 1
            self.attend(self.served.popleft())
        while self.stuck:
            self.attend(self.stuck.popleft())
        readers = []
        while self.ready:
            self._assign(self.ready.popleft(), readers)
        if readers:
            new_turn()
        for connection in readers:
            connection.serve_held()
            self._release(connection)
        if self.writers:
            self.writers.run()

    def _assign(self, connection: Connection, readers: list[Connection]):
        """Put the connection's request into its lane."""
        lane = self._lane(connection.requests[0])
        if lane == "read":
            readers.append(connection)
        elif lane == "write":
            self.writers.add(connection)
        else:
            self.in_threads += 1
            (self.stream_threads if lane == "stream" else self.task_dispatcher).add_task(connection)

    def _lane(self, request) -> str:
        """How to run the request. The app runs the very route that is found here, so the loop never
        runs one that is not `read` or `write`.
        """
        if request.error and not isinstance(request.error, RequestEntityTooLarge):
            return "read"  # the app never sees it
        lane, request.found = self.app.find(
            request.command, request.path, request.query, request.headers
        )
        size = max(request.content_length, request.body_bytes_received)
        return "slow" if size > QUICK_BODY else lane

    def _release(self, connection: Connection):
        connection.release()
        self.attend(connection)

    # --- connections ------------------------------------------------------------------------------

    def handle_event(self, mask: int):
        """Accept those who knock. Most have sent their request by then: it is read at once."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                client, address = self.socket.accept()
            except BlockingIOError:
                return
            except OSError as error:
                self._knock_later(error)
                return
            connection = Connection(self, client, address, self.adj, map=self._map)
            self.limits.enter(connection)
            connection.handle_event(READ)

    def _knock_later(self, error: OSError):
        """Hear nobody knock before the next sweep. Mostly there are no file descriptors left, and
        the loop would do nothing else than fail to accept.
        """
        self.hears_knocks = False
        self.selector.unregister(self.socket)
        if monotonic() > self.next_complaint:
            log.warning("cannot accept connections: %s", error.strerror or error)
            self.next_complaint = monotonic() + COMPLAINT_SECONDS

    def _hear_knocks(self):
        if self.accepting and not self.hears_knocks:
            self.selector.register(self.socket, READ, self)
            self.hears_knocks = True

    def attend(self, connection: Connection):
        """Listen to what the connection may say next, and no more than that."""
        connection.end_if_answered()
        if connection.connected and connection.unread:
            connection.go_on()
        if not connection.connected:
            return
        self.limits.note(connection)
        wanted = (READ if connection.readable() or connection.lingers_until else 0) | (
            WRITE if connection.total_outbufs_len else 0
        )
        if wanted != connection.events:
            self._listen(connection, wanted)

    def _listen(self, connection: Connection, events: int):
        if not events:
            self.selector.unregister(connection.socket)
        elif connection.events:
            self.selector.modify(connection.socket, events, connection)
        else:
            self.selector.register(connection.socket, events, connection)
        connection.events = events

    def leave(self, connection: Connection):
        """The connection is about to be closed."""
        if connection.events:
            self._listen(connection, 0)
        self.limits.leave(connection)

    # --- what connections and threads call --------------------------------------------------------

    def add_task(self, connection: Connection):
        """The connection has a complete request."""
        self.limits.note(connection)
        self.ready.append(connection)

    def when_served(self, connection: Connection):
        """A thread is done with the connection's request."""
        self.served.append(connection)
        self.trigger.pull_trigger()

    def when_stuck(self, connection: Connection):
        """A thread waits for the loop to send what the connection has."""
        self.stuck.append(connection)
        self.trigger.pull_trigger()

    def pull_trigger(self):
        """Wake the loop up, from a thread."""
        if threading.get_ident() != self.loop_thread:
            self.trigger.pull_trigger()

    def log_answer(self, task):
        if self.access_log:
            self.access_log.add(task)

    # --- stopping ---------------------------------------------------------------------------------

    def stop(self):
        """Accept nothing new, finish what is running, then let run() return; safe in a signal
        handler.
        """
        self.stops_at = monotonic() + GRACE_SECONDS
        self.trigger.pull_trigger()

    def _is_done(self) -> bool:
        if self.stops_at is None:
            return False
        if self.accepting:
            self.accepting = False
            if self.hears_knocks:
                self.selector.unregister(self.socket)
            self.socket.close()
        is_busy = self.ready or self.writers or self.in_threads or self.served
        is_busy = is_busy or any(
            connection.total_outbufs_len for connection in self.limits.connections
        )
        return not is_busy or monotonic() > self.stops_at

    def _close(self):
        self.journal_writer.write()
        for connection in list(self.limits.connections):
            connection.handle_close()
        self.chores.stop()
        self.task_dispatcher.shutdown(timeout=1)
        self.stream_threads.shutdown(timeout=1)
        if self.access_log:
            self.access_log.flush()


class _Waker:
    """The trigger of waitress as the loop wants it."""

    def __init__(self, trigger):
        self.trigger = trigger

    def handle_event(self, mask: int):
        self.trigger.handle_read()


def _adjustments(listener: socket.socket, settings: Settings) -> Adjustments:
    adjustments = Adjustments(
        sockets=[listener],
        max_request_header_size=16_384,
        max_request_body_size=settings.max_body + 1,
        recv_bytes=65_536,
        outbuf_high_watermark=4_000_000,
        outbuf_overflow=sys.maxsize,  # no answer goes to a file: limits.py bounds the memory
        clear_untrusted_proxy_headers=False,  # we do, for half the price
        log_socket_errors=False,
        backlog=2048,
    )
    # Not an argument, because waitress deprecates it: with its default of 1 a thread sends head and
    # body apart.
    adjustments.send_bytes = 65_536
    return adjustments
