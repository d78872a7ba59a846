"""What a database engine does for ThingClone, beyond what peewee does.

Everything else in ThingClone knows an engine by these members alone. To add an engine, write a
module beside `sqlite` and `postgresql` with a class that implements them, and enter it in
`_DATABASES`. SQL is written with `?` for parameters and in words that both engines understand.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


class Engine(ABC):
    """The members that an engine has, with the defaults of a database server."""

    kind: str  # its name, as people know it
    is_file = False
    id_column: str  # the SQL type of a primary key that counts up and never gives a number twice
    clustered = ""  # the end of a CREATE TABLE whose rows stand in the order of its key
    writes_feeds = False  # whether feed_text() and feed_columns() work

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the data is, for messages: a path, or the name of a server's database."""

    # --- statements -------------------------------------------------------------------------------

    @abstractmethod
    def run(self, sql: str, parameters: Sequence) -> Any:
        """Run a statement. Returns its cursor."""

    @abstractmethod
    def run_many(self, sql: str, rows: list[tuple]):
        """Run the same statement with each of the rows as its parameters."""

    @abstractmethod
    def insert_columns(self, table: str, columns: dict[str, Iterable]):
        """Insert thousands of rows, given column by column, in the fastest way there is."""

    def locking(self, table: str) -> str:
        """Returns what to end a SELECT with so that it locks its rows of this table."""
        return ""

    def after_given_id(self, table: str):
        """Count on from the highest id, after a row was inserted with an id of its own."""

    # --- feeds ------------------------------------------------------------------------------------

    def feed_text(self, kind: str, columns: tuple, bounds: tuple[int, int, int]) -> str | None:
        """Returns entries that came in order as the text between the head and the foot of a feed,
        or None if the database cannot write it. `kind` is json, csv or xml; `bounds` are channel,
        first id, last id.
        """

    def feed_columns(self, columns: tuple, bounds: tuple[int, int, int]) -> list[str]:
        """Returns each column of the same entries as one text: values with commas between them,
        `null` for none.
        """
        return []

    # --- transactions -----------------------------------------------------------------------------

    @abstractmethod
    def start_writing(self, patience: float | None = None):
        """Open a transaction that writes. Wait for other writers for up to `patience` seconds,
        or as long as the engine is set to.
        """

    @abstractmethod
    def finish_writing(self):
        """Commit. Returns when everything is on the disk."""

    @abstractmethod
    def undo_writing(self):
        """Roll back whatever is open. Works after a failure, too."""

    def version_of_data(self) -> int | None:
        """Returns a number that changes when another connection has committed; None if there is no
        such number, so that nothing may be remembered.
        """

    @abstractmethod
    def never_wait(self):
        """From now on, writes of this thread fail at once, or soon, while others write."""

    @abstractmethod
    def is_busy(self, failure: Exception) -> bool:
        """Whether this failure only means that somebody else is writing."""

    # --- setting up -------------------------------------------------------------------------------

    @abstractmethod
    def version(self) -> tuple[tuple, tuple]:
        """Returns the version that runs and the oldest one that will do."""

    def prepare_to_serve(self):
        """Set up this process for a server. Called once, before the first connection."""

    def exists(self) -> bool:
        return True

    def damage(self) -> str | None:
        """Returns what is wrong with the data, without a look that would take long."""

    def size(self) -> int | None:
        """Returns the size of the data in bytes, if it is a file."""

    def claim(self):
        """Be the only server on this data until the process ends. ValueError if there is one. Any
        number of servers may share a database server.
        """

    def release(self):
        """Let another process claim it."""

    def server(self) -> str | None:
        """Returns the id of the process that has claimed it, "?" if that is not known."""

    def lock_setup(self):
        """Until the transaction ends, no other process changes tables or adds accounts."""

    def back_up_before(self, migration: str):
        """Keep a copy of the data before a migration changes it."""

    def command_for_backup(self, file: Path) -> str | None:
        """Returns the shell command that copies the data into a file; None if ThingClone does it
        itself. It holds no password.
        """

    def command_for_restore(self, file: Path) -> str | None:
        """Returns the shell command that goes back to such a copy."""
