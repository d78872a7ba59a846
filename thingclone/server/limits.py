"""Who is connected, and who has to go, so that nobody can lock the others out.

A request must be complete in time; all its bytes count, not the last one, so dripping does not
help. An answer must be read: it is kept in memory until then, and the more they all take, the less
patience there is with those who read nothing. One address may have a limited number of unfinished
requests; the oldest makes room. Of idle connections the longest idle makes room.
"""

from collections import defaultdict
from time import monotonic

from thingclone.server.connection import Connection
from thingclone.settings import Settings

SLOWEST_BYTES_A_SECOND = 50  # a request that comes faster may take as long as it takes
SHORT_BODY_SECONDS = 1.0  # how long the last byte or two of a body are waited for
UNREAD_TIMEOUTS = 3  # request timeouts in which a client must read something of its answer
MUCH_UNREAD = 32_000_000  # bytes of all answers together: from there on there is a hurry
HURRIED_SECONDS = 10.0  # in which a client must read something then
TOO_MUCH_UNREAD = 128_000_000  # bytes: more are never kept
IDLE_SECONDS = 120.0  # how long a connection may stay open between requests
IDLE_SWEEP_SECONDS = 10.0


class ConnectionLimits:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.connections: dict[Connection, None] = {}
        # The unfinished requests of each address, the oldest first.
        self.unfinished: dict[str, dict[Connection, None]] = defaultdict(dict)
        self.slow_readers: dict[Connection, None] = {}  # who have not read all of an answer
        self.next_idle_sweep = 0.0

    def enter(self, connection: Connection):
        if len(self.connections) >= self.settings.max_connections:
            self._make_room()
        self.connections[connection] = None

    def leave(self, connection: Connection):
        self.connections.pop(connection, None)
        self.slow_readers.pop(connection, None)
        self._is_finished(connection)

    def note(self, connection: Connection):
        """See whether the connection's request is complete now, and the answer before it read."""
        if connection.total_outbufs_len:
            self.slow_readers[connection] = None
        elif self.slow_readers:
            self.slow_readers.pop(connection, None)
        address = connection.addr[0]
        if connection.is_waited_for:
            waiting = self.unfinished[address]
            if connection not in waiting:
                waiting[connection] = None
                if len(waiting) > self.settings.max_unfinished and not connection.is_trusted:
                    next(iter(waiting)).handle_close()
        elif address in self.unfinished:
            self._is_finished(connection)

    def _is_finished(self, connection: Connection):
        waiting = self.unfinished.get(connection.addr[0])
        if waiting is not None:
            waiting.pop(connection, None)
            if not waiting:
                del self.unfinished[connection.addr[0]]

    def sweep(self):
        """Send away who is overdue."""
        now = monotonic()
        waiting = [connection for some in self.unfinished.values() for connection in some]
        for connection in waiting:
            if now > connection.active_at + SHORT_BODY_SECONDS and connection.take_short_body():
                self.note(connection)
            elif now > self._deadline(connection):
                connection.give_up()
        self._limit_unread(now)
        if now > self.next_idle_sweep:
            self.next_idle_sweep = now + IDLE_SWEEP_SECONDS
            for connection in list(self.connections):
                if connection.is_idle and now > connection.active_at + IDLE_SECONDS:
                    connection.handle_close()

    def _limit_unread(self, now: float):
        """Send those away who have read nothing for too long, the longest first."""
        readers = sorted(self.slow_readers, key=lambda connection: connection.active_at)
        unread = sum(connection.total_outbufs_len for connection in readers)
        for connection in readers:
            if now - connection.active_at < self._patience(unread):
                return
            unread -= connection.total_outbufs_len
            connection.handle_close()

    def _patience(self, unread: int) -> float:
        """How many seconds a client may read nothing while so many bytes are kept for all."""
        if unread > TOO_MUCH_UNREAD:
            return 0.0
        usual = UNREAD_TIMEOUTS * self.settings.request_timeout
        return usual if unread <= MUCH_UNREAD else min(usual, HURRIED_SECONDS)

    def _deadline(self, connection: Connection) -> float:
        if connection.lingers_until:
            return connection.lingers_until
        earned = connection.request_bytes / SLOWEST_BYTES_A_SECOND
        return connection.request_began_at + self.settings.request_timeout + earned

    def _make_room(self):
        idle = [connection for connection in self.connections if connection.is_idle]
        if idle:
            min(idle, key=lambda connection: connection.active_at).handle_close()
