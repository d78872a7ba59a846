"""The one database of this process, SQLite by default or PostgreSQL by URL: its tables, its
transactions, its health. What the rows mean is in the packages above.

`database` is a stand-in until `connect(url)` fills it; the models are bound to it. Deeds read with
`execute()` or peewee, and write inside `with writing():` (see `transactions`).
"""

import logging
import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import peewee
from playhouse import db_url, migrations

from thingclone.database.engine import Engine
from thingclone.database.postgresql import Postgresql, PsycopgError
from thingclone.database.sqlite import Sqlite
from thingclone.errors import StorageFailed

log = logging.getLogger(__name__)

database = peewee.DatabaseProxy()

MIGRATIONS = Path(__file__).parent / "migrations"
SEEN = "schema_migration"  # the table in which the library notes them

# What a query may raise: peewee's own classes, and the drivers' where a row is fetched later.
DatabaseFailure = (peewee.PeeweeException, sqlite3.Error, PsycopgError)

_DATABASES = {"sqlite": Sqlite, "postgresql": Postgresql, "postgres": Postgresql}


def connect(url: str, may_migrate: bool = True, to_serve: bool = False) -> Engine:
    """Make the database of this URL the one of this process, its tables up to date. ValueError
    tells what is wrong, also if the tables have to be changed and may not be.
    """
    attach(url)
    try:
        if to_serve:
            database.prepare_to_serve()
        database.connection()
        migrate() if may_migrate else check_tables()
    except (ValueError, *DatabaseFailure) as failure:
        raise _unopened(url, failure) from failure
    return database.obj


def attach(url: str):
    """The same without opening it: nothing is made of a file that is not there, no table is
    changed.
    """
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in _DATABASES:
        raise ValueError(
            f"{_without_password(url)!r} is not a database URL:"
            " use sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    if database.obj is not None and not database.is_closed():
        database.close()
    try:
        database.initialize(_DATABASES[scheme](**_parameters(url)))
    except (ValueError, *DatabaseFailure) as failure:
        raise _unopened(url, failure) from failure


def _unopened(url: str, failure: Exception) -> ValueError:
    sentence = " ".join(str(failure).split())
    return ValueError(f"{_without_password(url)} cannot be opened: {sentence}")


def _parameters(url: str) -> dict:
    try:
        return db_url.parse(url, unquote_password=True, unquote_user=True)
    except ValueError:
        # Its message would quote what it took for the port: the half of a password.
        raise ValueError(
            "the port must be a number, and a password must have %2F for /, %3A for : and %40 for @"
        ) from None


def _without_password(url: str) -> str:
    return _PASSWORD.sub(r"\1:...@", _PASSWORD_PARAMETER.sub(r"\1...", url))


# Everything up to the last @ is hidden: a password may hold an @, / or ? that should not be there.
_PASSWORD = re.compile(r"^((?:\w+:/+)?+[^:@]*):.*@")
_PASSWORD_PARAMETER = re.compile(r"([?&]password=).*", re.IGNORECASE)


def migrate():
    """Run the numbered files in `migrations/` that this database has not seen yet."""
    runner = migrations.Runner(database.obj, str(MIGRATIONS))
    if not _pending(runner):
        return
    with database.atomic():
        database.lock_setup()
        pending = _pending(runner)
        if pending and runner.applied():
            database.back_up_before(pending[0])
        runner.up()


def check_tables():
    """ValueError unless this database has seen all files in `migrations/`."""
    pending = pending_migrations()
    if pending:
        raise ValueError(
            f"its tables lack the change {pending[0]}: start thingclone serve without --ingest-only"
            " once, as the owner of the tables"
        )


def pending_migrations() -> list[str]:
    """The changes that this database has not seen yet, in order."""
    seen = _seen_migrations()
    return [name for name in _known_migrations() if name not in seen]


def unknown_migrations(seen: set[str] | None = None) -> list[str]:
    """The changes that a newer ThingClone has made to this database, or to one that has seen
    these.
    """
    return sorted((_seen_migrations() if seen is None else seen) - set(_known_migrations()))


def _known_migrations() -> list[str]:
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def _seen_migrations() -> set[str]:
    if not database.table_exists(SEEN):
        return set()
    return {name for (name,) in execute(f"SELECT name FROM {SEEN}").fetchall()}


def _pending(runner: migrations.Runner) -> list[str]:
    return [migration.name for migration in runner.status() if not migration.applied]


# --- queries --------------------------------------------------------------------------------------


def execute(sql: str, parameters: Sequence = ()) -> Any:
    """A cursor over the rows of a hand-written statement, with `?` for parameters on both
    databases.
    """
    return database.obj.run(sql, parameters)


def execute_many(sql: str, rows: list[tuple]):
    """The same statement for each of the rows."""
    database.obj.run_many(sql, rows)


def insert_columns(table: str, columns: dict[str, Iterable]):
    """Insert thousands of rows, given column by column."""
    database.obj.insert_columns(table, columns)


def explained(failure: Exception) -> StorageFailed:
    """A failure of the database as a refusal whose reason a person can act on; the log has the
    rest.
    """
    text = str(failure).partition("\nDETAIL:")[0]  # which would hold the values, keys as well
    log.error("the database failed: %s", text)
    for sign, reason in _REASONS:
        if sign in text:
            return StorageFailed(reason)
    return StorageFailed("the database failed: see the log of ThingClone")


_REASONS = (
    ("database or disk is full", "the disk is full: nothing can be stored until there is space"),
    ("No space left", "the disk is full: nothing can be stored until there is space"),
    ("readonly database", "the database file or its folder is read-only"),
    ("disk I/O error", "the disk is failing or full: nothing can be stored now"),
    ("database is locked", "the database is locked by another program"),
    ("lock timeout", "the database is locked by another program"),
    ("unable to open", "the database file cannot be opened"),
    ("malformed", "the database file is damaged: restore a backup"),
    (
        "permission denied",
        "the role in the database URL may not do that: a role for --ingest-only has few rights",
    ),
    ("connection", "the database server cannot be reached"),
)
