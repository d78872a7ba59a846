"""Copies of an SQLite file: made while others write to it, checked before anybody relies on one."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

AT_ONCE = 1000  # pages of a step
PRIVATE = 0o600  # keys and passwords are in there
_MAGIC = b"SQLite format 3\0"


def copy(source: Path, target: Path, advance: Callable[[int], None] = lambda size: None):
    """A whole copy of a file, as it was at one moment, however many write to it meanwhile.

    `target` is there when all is on the disk, and not before. `advance` is told how many
    bytes each step was.
    """
    unfinished = Path(f"{target}.part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY, PRIVATE))
    try:
        _copy(source, unfinished, advance)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(target)


def _copy(source: Path, target: Path, advance: Callable[[int], None]):
    with _opened(source) as original, _opened(target) as copied:
        # One transaction sees one state. Otherwise the copy would begin anew at every write.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (page_size,) = original.execute("PRAGMA page_size").fetchone()
        original.backup(copied, pages=AT_ONCE, progress=lambda *_: advance(AT_ONCE * page_size))
        copied.execute("PRAGMA journal_mode = DELETE")  # so that it is one file and nothing else
        if _counts(copied) != _counts(original):
            raise ValueError("the copy differs from the database: try again")


def check(file: Path) -> tuple[dict[str, int], set[str]]:
    """(rows of each table, names of the migrations) of a sound database of ThingClone; ValueError
    tells what is wrong with it.
    """
    try:
        with _opened(file) as database:
            sound = " ".join(database.execute("PRAGMA integrity_check(1)").fetchone()[0].split())
            counts = _counts(database) if sound == "ok" else {}
            names = set()
            if "schema_migration" in counts:
                names = {name for (name,) in database.execute("SELECT name FROM schema_migration")}
    except sqlite3.Error as error:
        raise ValueError(f"{file} cannot be read: {error}") from error
    if sound != "ok":
        raise ValueError(f"{file} is damaged: {sound}")
    if not {"schema_migration", "channels", "entries"} <= counts.keys():
        raise ValueError(f"{file} is not a database of ThingClone")
    return counts, names


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables
    }


def set_aside(file: Path, name: Path):
    """Give the file another name as well, so that another one can take its place at any moment
    without there being none. ValueError if somebody has it open.
    """
    if _has_header(file):  # or SQLite would tidy up what may be of use
        _tidy_up(file)
    try:
        name.hardlink_to(file)
    except OSError:  # the file system has no links
        file.replace(name)
    for ending in ("-wal", "-shm"):  # left only where it could not be opened
        if Path(f"{file}{ending}").exists():
            Path(f"{file}{ending}").replace(f"{name}{ending}")


def _has_header(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def _tidy_up(file: Path):
    """Have everything in the file itself; ValueError if somebody has it open."""
    try:
        with _opened(file) as database:
            # In WAL mode everybody who has it open holds a lock that stands in the way of this.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ValueError(f"another program has {file} open: close it first") from error
    except sqlite3.DatabaseError:
        pass  # it is damaged, which may be why another one shall take its place


def sync_folder(file: Path):
    """Have the name of a file on the disk, too."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there already."""
    where = f"file:{quote(str(file.resolve()))}?mode=rw"
    with closing(sqlite3.connect(where, uri=True, isolation_level=None)) as database:
        yield database
