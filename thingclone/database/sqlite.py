"""SQLite: what is particular about a database that is a file."""

import _sqlite3
import ctypes
import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import peewee

from thingclone.database import sqlite_copies, sqlite_feeds
from thingclone.database.engine import Engine

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500  # of an insert; each value is a parameter, of which SQLite takes 32,766
BUSY_SECONDS = 30  # how long a command waits for another writer; the server's loop never waits


class Sqlite(Engine, peewee.SqliteDatabase):
    """A file. WAL lets readers go on beside the writer; FULL has every commit on the disk before
    it returns.
    """

    # A deleted channel's number is never given again.
    id_column = "INTEGER PRIMARY KEY AUTOINCREMENT"
    # A table in the order of its key: half the size, and no second look-up.
    clustered = " WITHOUT ROWID"
    PRAGMAS = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1}

    def __init__(self, database: str, host: str | None = None, **unknown: object):
        if host:
            raise ValueError("write three slashes before the file, as in sqlite:///thingclone.db")
        if database in ("", ":memory:"):
            raise ValueError(
                "a database in memory would lose everything: name a file, as in sqlite:///thingclone.db"
            )
        if unknown:
            raise ValueError(f"an SQLite file cannot have {', '.join(unknown)}")
        folder = Path(database).resolve().parent
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}")
        super().__init__(
            database, pragmas=self.PRAGMAS, lock_type="IMMEDIATE", timeout=BUSY_SECONDS
        )

    def connect(self, reuse_if_open: bool = False) -> bool:
        _make_private(Path(self.database))
        return super().connect(reuse_if_open)

    @property
    def place(self) -> str:
        return str(Path(self.database).resolve())

    # --- statements -------------------------------------------------------------------------------

    def run(self, sql: str, parameters: Sequence) -> Any:
        # Past peewee, whose bookkeeping costs more than such a statement.
        return self.connection().execute(sql, parameters)

    def run_many(self, sql: str, rows: list[tuple]):
        self.connection().executemany(sql, rows)

    def insert_columns(self, table: str, columns: dict[str, Iterable]):
        # Hundreds of rows a statement: other threads run between two statements, so the fewer there
        # are, the sooner this transaction ends.
        values = chain.from_iterable(zip(*columns.values(), strict=True))
        while some := list(islice(values, ROWS_AT_ONCE * len(columns))):
            rows = len(some) // len(columns)
            self.run(_insert(table, tuple(columns), rows), some)

    # --- feeds ------------------------------------------------------------------------------------

    writes_feeds = True

    def feed_text(self, kind: str, columns: tuple, bounds: tuple[int, int, int]) -> str | None:
        return sqlite_feeds.feed_text(self.run, kind, columns, bounds)

    def feed_columns(self, columns: tuple, bounds: tuple[int, int, int]) -> list[str]:
        return sqlite_feeds.feed_columns(self.run, columns, bounds)

    # --- transactions -----------------------------------------------------------------------------

    def start_writing(self, patience: float | None = None):
        if patience is not None:
            self.run(f"PRAGMA busy_timeout = {round(patience * 1000)}", ())
        self.run("BEGIN IMMEDIATE", ())

    def finish_writing(self):
        self.run("COMMIT", ())

    def undo_writing(self):
        # When the disk is full, SQLite has rolled back by itself.
        if self.connection().in_transaction:
            self.run("ROLLBACK", ())

    def rollback(self):
        if self.connection().in_transaction:
            super().rollback()

    def version_of_data(self) -> int:
        return self.run("PRAGMA data_version", ()).fetchone()[0]

    def never_wait(self):
        self.run("PRAGMA busy_timeout = 0", ())

    def is_busy(self, failure: Exception) -> bool:
        return "database is locked" in str(failure)

    # --- setting up -------------------------------------------------------------------------------

    kind = "SQLite"
    is_file = True

    def prepare_to_serve(self):
        allow_parallel_reads()

    def version(self) -> tuple[tuple, tuple]:
        return sqlite3.sqlite_version_info, (3, 35, 0)

    def damage(self) -> str | None:
        # Without a look at the indexes, which would take long.
        found = self.run("PRAGMA quick_check(1)", ()).fetchone()[0]
        return None if found == "ok" else " ".join(found.split())

    def exists(self) -> bool:
        return Path(self.place).exists()

    def size(self) -> int:
        return Path(self.place).stat().st_size

    def claim(self):
        lock = Path(f"{self.place}.lock").open("a+")  # noqa: SIM115 - open as long as we live
        if not _locks(lock):
            lock.seek(0)
            raise ValueError(
                f"{self.place} is already in use by process {lock.read().strip() or '?'}: "
                "stop that server, or use PostgreSQL to share a database between servers"
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._claim = lock

    def release(self):
        self._claim.close()

    def server(self) -> str | None:
        try:
            with Path(f"{self.place}.lock").open("r") as lock:
                return None if _locks(lock) else lock.read().strip() or "?"
        except FileNotFoundError:
            return None

    def back_up_before(self, migration: str):
        file = Path(f"{self.place}.before-{migration}")
        # By a connection of its own: SQLite does not copy from one that is about to write.
        sqlite_copies.copy(Path(self.place), file)
        log.info("the database before change %s is kept in %s", migration, file)


def allow_parallel_reads():
    """Have SQLite keep no count of its memory in this process. It counts under one lock: two
    threads that read at once are slower than one, instead of twice as fast.

    Python has no name for this setting (https://sqlite.org/c3ref/c_config_covering_index_scan.html,
    SQLITE_CONFIG_MEMSTATUS), so SQLite's library is asked directly. It must be before the first
    connection; afterwards, and where the library is out of reach, nothing changes.
    """
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_memory_used.restype = ctypes.c_int64
        if library.sqlite3_memory_used() == 0:
            library.sqlite3_shutdown()
            library.sqlite3_config(_MEMSTATUS, 0)
            library.sqlite3_initialize()


_MEMSTATUS = 9


def _make_private(file: Path):
    """Make the file if it is not there yet, so that nobody but its owner can read the keys in it.
    SQLite gives the files beside it the same rights; who shares it with a group can say so.
    """
    with suppress(OSError):  # it is there; or SQLite will say what is wrong
        file.touch(mode=0o600, exist_ok=False)


@lru_cache(maxsize=100)
def _insert(table: str, columns: tuple, rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def _locks(file: IO) -> bool:
    """Lock a file until it is closed; False if somebody else has done so."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
