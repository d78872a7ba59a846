"""The writes of the loop: all that wait run in one transaction a turn.

A transaction that fails is undone, and each of its requests runs once more in one of its own: what
is wrong with one request, or with the disk, ends in an answer to that request alone. While somebody
else writes (a bulk write in a thread, another program), writes wait and reads go on.
"""

from collections import deque
from collections.abc import Callable
from time import monotonic

from thingclone.database import DatabaseFailure, database, explained
from thingclone.database.transactions import Turn, refusing
from thingclone.errors import StorageFailed
from thingclone.server.connection import Connection

PATIENCE_SECONDS = 4.0  # how long a write waits while others write: boards give up after 5
ALONE_SECONDS = 1.0  # how long writes that failed together run alone before others have a turn
LOCKED = "the database is locked by another program"


class Writers:
    """The connections whose request writes; `release` lets the answer of one go."""

    def __init__(self, release: Callable[[Connection], None]):
        self.release = release
        self.waiting: deque[tuple[float, Connection]] = deque()  # and since when

    def __bool__(self) -> bool:
        return bool(self.waiting)

    def add(self, connection: Connection):
        self.waiting.append((monotonic(), connection))

    def run(self):
        """Run all waiting writes in one transaction; the answers go when it is on the disk."""
        turn = Turn()
        try:
            is_open = turn.begin()
        except DatabaseFailure as failure:
            self._refuse(len(self.waiting), explained(failure))
            return
        if not is_open:
            overdue = sum(since < monotonic() - PATIENCE_SECONDS for since, _ in self.waiting)
            self._refuse(overdue, StorageFailed(LOCKED))
            return
        batch = list(self.waiting)
        self.waiting.clear()
        for _, connection in batch:
            connection.serve_held()
        try:
            turn.commit()
        except DatabaseFailure:
            self._run_one_by_one(batch)
            return
        for _, connection in batch:
            self.release(connection)

    def _run_one_by_one(self, batch: list[tuple[float, Connection]]):
        """Run each of these writes again, alone. If each has to wait for somebody's lock, the rest
        gives way to those who read.
        """
        for _, connection in batch:
            connection.take_back()
        gives_way_at = monotonic() + ALONE_SECONDS
        for since, connection in batch:
            if monotonic() < gives_way_at:
                self._run_alone(since, connection)
            elif since < monotonic() - PATIENCE_SECONDS:
                self._answer_refusal(connection, StorageFailed(LOCKED))
            else:
                self.waiting.append((since, connection))

    def _run_alone(self, since: float, connection: Connection):
        """Run one write in a transaction of its own, after it failed together with others. It may
        wait further for what somebody else has locked.
        """
        turn = Turn()
        try:
            if not turn.begin():
                self.waiting.append((since, connection))
                return
            connection.serve_held()
            turn.commit()
        except DatabaseFailure as failure:
            if connection.held is not None:
                connection.take_back()
            if database.is_busy(failure) and monotonic() < since + PATIENCE_SECONDS:
                self.waiting.append((since, connection))
                return
            self._answer_refusal(connection, explained(failure))
        else:
            self.release(connection)

    def _refuse(self, count: int, refusal: StorageFailed):
        """Answer the first so many waiting writes with what the database failed of."""
        for _ in range(count):
            self._answer_refusal(self.waiting.popleft()[1], refusal)

    def _answer_refusal(self, connection: Connection, refusal: StorageFailed):
        with refusing(refusal):
            connection.serve_held()
        self.release(connection)
