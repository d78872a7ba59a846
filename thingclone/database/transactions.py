"""Writing safely: transactions, savepoints inside them, and the turns of the server's loop.

Deeds write inside `with writing():`. Alone, that is a transaction of its own. In the loop of the
server many requests share one: the loop opens a Turn, each `writing()` inside is a savepoint of it,
and nothing is acknowledged before the whole Turn is on the disk. Deeds need not know which of the
two it is.
"""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext

from thingclone.database import DatabaseFailure, database, execute
from thingclone.errors import StorageFailed

# Longer than the server's loop sleeps before it asks a file again that another process writes to.
GIVE_WAY_SECONDS = 0.03
LEAST_PATIENCE_SECONDS = 1.0  # with somebody else's transaction


class _WriterLock:
    """One writer at a time in this process. The server's loop never waits for it, but comes next
    once it has asked.
    """

    # How many seconds a thread waits until it may write, for whomever; None leaves that to the
    # database.
    patience: float | None = None

    def __init__(self):
        self._changed = threading.Condition()
        self._is_held = False
        self._is_reserved = False
        self.when_free: Callable[[], None] = lambda: None  # tells the loop to ask again

    def acquire(self) -> float | None:
        """Wait for it; how much patience is left then. StorageFailed if it takes too long."""
        began_at = time.monotonic()
        with self._changed:
            if not self._changed.wait_for(self._is_free, self.patience):
                raise StorageFailed("others have been writing for too long")
            self._is_held = True
        if self.patience is None:
            return None
        return max(began_at + self.patience - time.monotonic(), LEAST_PATIENCE_SECONDS)

    def _is_free(self) -> bool:
        return not self._is_held and not self._is_reserved

    def try_acquire(self) -> bool:
        with self._changed:
            self._is_reserved = self._is_held
            if self._is_held:
                return False
            self._is_held = True
            return True

    def withdraw(self):
        """The loop has asked, and does not want to write any more."""
        if self._is_reserved:
            with self._changed:
                self._is_reserved = False
                self._changed.notify_all()

    def release(self):
        with self._changed:
            self._is_held = False
            is_awaited = self._is_reserved
            self._changed.notify_all()
        if is_awaited:
            self.when_free()


class _Thread(threading.local):
    """What this thread has open, and whether what it remembers of the database still holds."""

    depth = 0  # transactions and savepoints
    failure: Exception | None = None  # why the open turn must not be committed
    refusal: StorageFailed | None = None  # what every write is answered with just now
    remembers = False  # whether it may keep what it has read, as long as the generation is the same
    generation = 0
    seen_version = None

    def __init__(self):
        self.at_commit: dict[object, Callable[[], None]] = {}


writer_lock = _WriterLock()
_thread = _Thread()


def forget():
    """What this thread remembers is outdated: it has changed channels, or undone something."""
    _thread.generation += 1


def remember():
    """From now on this thread keeps what it reads of channels and keys, and asks `new_turn()`
    whether it still holds.
    """
    _thread.remembers = database.version_of_data() is not None


def new_turn():
    """See whether another connection has changed anything."""
    if _thread.remembers:
        version = database.version_of_data()
        if version != _thread.seen_version:
            _thread.seen_version = version
            forget()


class Memory(threading.local):
    """What a thread has read from the database and keeps until it may be outdated.

    Only the server's loop keeps anything; for all others it is empty each time.
    """

    MOST = 10_000

    def __init__(self):
        self._facts: dict = {}
        self._generation = -1

    def facts(self) -> dict:
        """The facts that hold, to be read and added to."""
        is_outdated = self._generation != _thread.generation or len(self._facts) > self.MOST
        if is_outdated or not _thread.remembers:
            self._facts, self._generation = {}, _thread.generation
        return self._facts


def is_remembered() -> bool:
    """Whether this thread keeps what it has read, so that it need not be written at once."""
    return _thread.remembers


@contextmanager
def writing(checked_first: bool = False):
    """A transaction: all that is written inside, or nothing. Inside another one, a savepoint.

    `checked_first` promises that whatever is refused inside is refused before the first statement
    that writes: then no savepoint is needed.
    """
    if _thread.refusal:
        raise _thread.refusal
    if not _thread.depth:
        with _transaction():
            yield
    elif _thread.failure:
        # The database may have ended the transaction: a statement would be one of its own now.
        raise _thread.failure
    else:
        with nullcontext() if checked_first else _savepoint():
            try:
                yield
            except DatabaseFailure as failure:
                # It may have undone more than it was asked to: nothing is committed then.
                _thread.failure = failure
                raise


def give_way():
    """Between two slices of long work: whoever waits to write, here or in another process, does."""
    time.sleep(GIVE_WAY_SECONDS)


def at_commit(name, action: Callable[[], None]):
    """Have something written at the end of the open transaction; of each name only the last."""
    _thread.at_commit[name] = action


@contextmanager
def _transaction():
    patience = writer_lock.acquire()
    try:
        _begin(patience)
        try:
            yield
            _commit()
        except BaseException:
            _roll_back()
            raise
    finally:
        writer_lock.release()


@contextmanager
def _savepoint():
    _run_at_commit()  # or it would be lost with the savepoint
    name = f"nested{_thread.depth}"
    execute(f"SAVEPOINT {name}")
    _thread.depth += 1
    try:
        yield
    except BaseException:
        _thread.at_commit.clear()
        forget()
        if not _thread.failure:
            execute(f"ROLLBACK TO SAVEPOINT {name}")
            execute(f"RELEASE SAVEPOINT {name}")
        raise
    else:
        execute(f"RELEASE SAVEPOINT {name}")
    finally:
        _thread.depth -= 1


def _begin(patience: float | None = None):
    _thread.failure = None
    database.start_writing(patience)
    _thread.depth = 1
    new_turn()  # from here on nobody else can change anything


def _run_at_commit():
    actions = list(_thread.at_commit.values())
    _thread.at_commit.clear()
    for action in actions:
        action()


def _commit():
    if _thread.failure:
        raise _thread.failure
    _run_at_commit()
    database.finish_writing()
    _thread.depth = 0


def _roll_back():
    _thread.depth = 0
    _thread.at_commit.clear()
    forget()
    database.undo_writing()


class Turn:
    """The transaction that the requests of one turn of the server's loop share.

    `begin()` says whether it could be opened: it never waits for another writer. `commit()` raises
    what the database failed of, after all was undone. Each must be followed by the other.
    """

    def begin(self) -> bool:
        if not writer_lock.try_acquire():
            return False
        try:
            _begin()
        except DatabaseFailure as failure:
            _roll_back()
            writer_lock.release()
            if database.is_busy(failure):
                return False
            raise
        return True

    def commit(self):
        try:
            _commit()
        except DatabaseFailure:
            _roll_back()
            raise
        finally:
            writer_lock.release()


@contextmanager
def refusing(refusal: StorageFailed):
    """Every write of this thread is refused: what failed for good is worded by the doors like any
    other refusal.
    """
    _thread.refusal = refusal
    try:
        yield
    finally:
        _thread.refusal = None
