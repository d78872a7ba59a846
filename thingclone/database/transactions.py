"""Writing safely: transactions, savepoints inside them, and the turns of the server's loop.

All writes happen inside `with writing():`. Outside the server's loop, that is a transaction of its
own. In the loop, many requests share one transaction: the loop opens a Turn, each `writing()` in it
is a savepoint, and no answer leaves before the whole Turn is on the disk. The code inside does not
need to know which of the two it is.

What was written is told to listeners after the commit: see `after_commit()`.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext

from thingclone.database import DatabaseFailure, database, execute
from thingclone.errors import StorageFailed

log = logging.getLogger(__name__)

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
                raise StorageFailed("other writes took too long: try again")
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
        self.before_commit: dict[object, Callable[[], None]] = {}
        self.events: list[object] = []  # that listeners are told of after the commit


writer_lock = _WriterLock()
_thread = _Thread()


def _forget():
    """What this thread remembers is outdated."""
    _thread.generation += 1


def _forget_changes():
    """Write first what waits for the commit: it may be read again before that."""
    _run_before_commit()
    _forget()


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
            _forget()


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
def writing(checked_first: bool = False, forgets: bool = True) -> Iterator[None]:
    """A transaction: all that is written inside, or nothing. Inside another one, a savepoint.

    `checked_first` promises that every refusal comes before the first statement that writes: then
    no savepoint is needed. `forgets=False` promises that the block changes nothing that a Memory
    holds, or changes it there too.
    """
    if _thread.refusal:
        raise _thread.refusal
    if _thread.failure and _thread.depth:
        # The database may have ended the transaction: a statement would be one of its own now.
        raise _thread.failure
    with _part_of_transaction(checked_first) if _thread.depth else _transaction():
        yield
        if forgets:
            _forget_changes()


@contextmanager
def _part_of_transaction(checked_first: bool) -> Iterator[None]:
    with nullcontext() if checked_first else _savepoint():
        try:
            yield
        except DatabaseFailure as failure:
            # The database may have undone more than this part: the rest must not be committed.
            _thread.failure = failure
            raise


def give_way():
    """Between two slices of long work: whoever waits to write, here or in another process, does."""
    time.sleep(GIVE_WAY_SECONDS)


def before_commit(name: Hashable, action: Callable[[], None]):
    """Run this action at the end of the open transaction. Of each name only the last one runs."""
    _thread.before_commit[name] = action


# --- telling what was written ---------------------------------------------------------------------


_listeners: list[Callable[[list], None]] = []


def after_commit(event: object):
    """Tell every listener of this event once the open transaction is on the disk. If it is undone,
    nobody is told.
    """
    if _listeners:
        _thread.events.append(event)


def add_listener(listener: Callable[[list], None]):
    """From now on call this with the list of events of each commit of this process, in their order.

    It runs in the thread that committed, before any answer leaves, so it must be quick and must not
    write. What it raises is logged and changes nothing for the writer.
    """
    _listeners.append(listener)


def remove_listener(listener: Callable[[list], None]):
    _listeners.remove(listener)


def _tell_listeners():
    events, _thread.events = _thread.events, []
    for listener in tuple(_listeners) if events else ():
        try:
            listener(events)
        except Exception:
            log.exception("a listener failed after a commit")


# --- transactions ---------------------------------------------------------------------------------


@contextmanager
def _transaction() -> Iterator[None]:
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
    _tell_listeners()


@contextmanager
def _savepoint() -> Iterator[None]:
    _run_before_commit()  # or it would be lost with the savepoint
    name, told = f"nested{_thread.depth}", len(_thread.events)
    execute(f"SAVEPOINT {name}")
    _thread.depth += 1
    try:
        yield
    except BaseException:
        _thread.before_commit.clear()
        del _thread.events[told:]
        _forget()
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


def _run_before_commit():
    actions = list(_thread.before_commit.values())
    _thread.before_commit.clear()
    for action in actions:
        action()


def _commit():
    if _thread.failure:
        raise _thread.failure
    _run_before_commit()
    database.finish_writing()
    _thread.depth = 0


def _roll_back():
    _thread.depth = 0
    _thread.before_commit.clear()
    _thread.events.clear()
    _forget()
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
        _tell_listeners()


@contextmanager
def refusing(refusal: StorageFailed) -> Iterator[None]:
    """Every write of this thread is refused: what failed for good is worded by the doors like any
    other refusal.
    """
    _thread.refusal = refusal
    try:
        yield
    finally:
        _thread.refusal = None
