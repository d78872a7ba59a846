"""What a server does from time to time. The loop writes the journal, a thread runs the CHORES."""

import logging
import threading
from collections.abc import Callable, Iterable
from time import monotonic

from thingclone.database import DatabaseFailure, database, explained
from thingclone.database.transactions import Turn
from thingclone.entries import corrections
from thingclone.entries.journal import Notebook

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # between two writings of the journal
HOUR = 3600.0
STOP_SECONDS = 1.0  # how long a stop waits for a chore

# (seconds between two runs, what to do). A chore is called with the time of the server's clock, at
# the start and then again and again. It writes in short transactions and gives way between them.
CHORES = ((HOUR, corrections.empty),)


class Chores:
    """A thread that runs each chore when it is due."""

    def __init__(
        self, clock: Callable[[], int], chores: Iterable[tuple[float, Callable[[int], None]]]
    ):
        self._clock = clock
        self._due = [[0.0, every, deed] for every, deed in chores]
        self._stops = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stops.set()
        self._thread.join(STOP_SECONDS)

    def _run(self):
        while self._due and not self._stops.is_set():
            for chore in self._due:
                if chore[0] <= monotonic():
                    self._do(chore[2])
                    chore[0] = monotonic() + chore[1]
            self._stops.wait(min(chore[0] for chore in self._due) - monotonic())
        if not database.is_closed():
            database.close()

    def _do(self, deed: Callable[[int], None]):
        try:
            deed(self._clock())
        except DatabaseFailure as failure:
            explained(failure)
        except Exception:
            log.exception("a chore failed: %s.%s", deed.__module__, deed.__name__)


class JournalWriter:
    """Writes what the doors have noted for the journal, once a second, in the loop."""

    def __init__(self, notebook: Notebook):
        self.notebook = notebook
        self.next_at = 0.0

    def write_if_due(self):
        # While others write, this returns at once. The loop comes back as soon as they are done.
        if monotonic() > self.next_at and self.notebook and self.write():
            self.next_at = monotonic() + PAUSE_SECONDS

    def write(self) -> bool:
        """Write in a turn of its own, so that the journal and the entries of devices cannot spoil
        each other. Returns False if others are writing.
        """
        if not self.notebook:
            return True
        turn = Turn()
        try:
            if not turn.begin():
                return False
            try:
                self.notebook.write()
            finally:
                turn.commit()
        except DatabaseFailure as failure:
            explained(failure)
        except Exception:
            log.exception("the journal could not be written")
        return True
