"""Writes down what the doors have noted for the journal, once a second, in the loop."""

import logging
from time import monotonic

from thingclone.database import DatabaseFailure, explained
from thingclone.database.transactions import Turn
from thingclone.entries.journal import Notebook

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0


class Journalist:
    def __init__(self, notebook: Notebook):
        self.notebook = notebook
        self.next_at = 0.0

    def write_if_due(self):
        # While somebody else writes, the loop is asked to come again as soon as that is over.
        if monotonic() > self.next_at and self.notebook and self.write():
            self.next_at = monotonic() + PAUSE_SECONDS

    def write(self) -> bool:
        """Write in a turn of its own: neither this nor what devices store spoils the other. False
        if somebody else writes just now.
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
