"""Health: `findings()` tells what may be wrong with this server and what to do about it, `beat()`
whether it can write.

The port is checked in `cli.doctor`, because that takes a socket.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from thingclone.database import (
    DatabaseFailure,
    database,
    execute,
    explained,
    pending_migrations,
    unknown_migrations,
)
from thingclone.database.transactions import writing
from thingclone.formats import times

OK, WARNING, PROBLEM = "ok", "warning", "problem"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do if that is not well."""

    name: str
    state: str
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Limits:
    """From where on something is worth a warning, or is a problem."""

    little_space: int = 500 * MEGABYTE
    no_space: int = 50 * MEGABYTE
    few_inodes: int = 10_000
    no_inodes: int = 100
    long_wal: int = 100 * MEGABYTE
    slow_write: float = 1.0  # seconds
    clock_since: int = 1_767_225_600 * times.SECOND  # 2026-01-01


def findings(now: int, limits: Limits = Limits()) -> Iterator[Finding]:
    """Everything that can be looked at, the database first: without it there is little more."""
    yield from _clock(now, limits)
    file = Path(database.place) if database.is_file else None
    if file:
        yield from _folder(file.parent, limits)
    if not database.exists():
        yield Finding(
            "database",
            WARNING,
            f"{database.place} does not exist yet",
            "start thingclone serve to create it, or give another one with --database",
        )
        return
    if file:
        yield from _file(file, limits)
    yield from _database(now, limits)


# --- ready to write ------------------------------------------------------------------------------


def beat(now: int):
    """Write to the database, at most once a second. Raises whatever a write of a device would."""
    with writing():
        row = execute("SELECT beaten_at FROM pulse").fetchone()
        if row is None:
            execute("INSERT INTO pulse (beaten_at) VALUES (?)", (now,))
        elif not row[0] <= now < row[0] + times.SECOND:
            execute("UPDATE pulse SET beaten_at = ?", (now,))


# --- the machine ----------------------------------------------------------------------------------


def _clock(now: int, limits: Limits) -> Iterator[Finding]:
    shown = times.spaced(now, times.UTC)
    if now < limits.clock_since:
        yield Finding(
            "clock",
            PROBLEM,
            f"the clock says {shown}, which is too early",
            "set the clock, or turn on NTP: sudo timedatectl set-ntp true",
        )
    else:
        yield Finding("clock", OK, f"it is {shown}")
    if times.named_zone("Europe/Rome") is None:
        yield Finding(
            "time zones",
            PROBLEM,
            "Python finds no time zones, so requests with timezone= are answered in UTC",
            "install them: sudo apt install tzdata",
        )
    else:
        yield Finding("time zones", OK, "available")


def _folder(folder: Path, limits: Limits) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    room = f"{free // MEGABYTE} MB free in {folder}"
    state = _state(free, limits.little_space, limits.no_space)
    yield Finding(
        "disk", state, room, "free some space, or move the database" if state != OK else ""
    )
    facts = os.statvfs(folder)
    if facts.f_files:  # some file systems do not count
        state = _state(facts.f_favail, limits.few_inodes, limits.no_inodes)
        advice = "delete folders of many small files" if state != OK else ""
        yield Finding("inodes", state, f"room for {facts.f_favail} more files", advice)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            "folder",
            PROBLEM,
            f"this user cannot write to {folder}, where SQLite creates files",
            f"run this as the user of the server, or: sudo chown {os.getuid()} {folder}",
        )


def _state(there_is: int, little: int, none: int) -> str:
    if there_is < none:
        return PROBLEM
    return WARNING if there_is < little else OK


# --- the file -------------------------------------------------------------------------------------


def _file(file: Path, limits: Limits) -> Iterator[Finding]:
    mode = file.stat().st_mode
    if not os.access(file, os.R_OK | os.W_OK):
        yield Finding(
            "permissions",
            PROBLEM,
            f"this user cannot write to {file}",
            f"run this as the user of the server, or: sudo chown {os.getuid()} {file}*",
        )
    elif mode & 0o006:
        yield Finding(
            "permissions",
            WARNING,
            "every user of this machine can read the database and its keys",
            f"chmod o-rwx {file}*",
        )
    else:
        yield Finding("permissions", OK, "other users cannot read or write the file")
    process = database.server()
    served = f"process {process} uses the database" if process else "no server uses the database"
    yield Finding("server", OK, served)
    wal = Path(f"{file}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > limits.long_wal:
        yield Finding(
            "wal",
            WARNING,
            f"{wal.name} has grown to {size // MEGABYTE} MB",
            "a program that never stops reading keeps it large: stop it, or restart the server",
        )
    else:
        yield Finding("wal", OK, f"{size // 1000} kB waiting to be merged into the file")


# --- the database ---------------------------------------------------------------------------------


def _database(now: int, limits: Limits) -> Iterator[Finding]:
    try:
        database.connection()
        yield _version()
        tables = _tables()
        yield tables
        yield _integrity()
        if tables.state == OK:
            yield _contents()
            yield _newest(now)
            yield _write(now, limits)
    except DatabaseFailure as failure:
        advice = "see the log, or restore a backup: thingclone restore FILE"
        yield Finding("database", PROBLEM, explained(failure).reason, advice)


def _version() -> Finding:
    version, needed = database.version()
    if version < needed:
        return Finding(
            "version",
            PROBLEM,
            f"{database.kind} {_dotted(version)} is too old",
            f"{_dotted(needed)} or newer is needed: install a newer system or a newer Python",
        )
    return Finding("version", OK, f"{database.kind} {_dotted(version)}")


def _dotted(version: tuple) -> str:
    return ".".join(map(str, version))


def _tables() -> Finding:
    if unknown := unknown_migrations():
        return Finding(
            "tables",
            PROBLEM,
            f"changed by a newer ThingClone: {', '.join(unknown)}",
            "install that version of ThingClone",
        )
    if missing := pending_migrations():
        return Finding(
            "tables",
            WARNING,
            f"from an older version, without {', '.join(missing)}",
            "start thingclone serve to update them (it first copies an SQLite file)",
        )
    return Finding("tables", OK, "up to date")


def _integrity() -> Finding:
    damage = database.damage()
    if damage:
        advice = "restore a backup: thingclone restore FILE"
        return Finding("integrity", PROBLEM, f"the database is damaged: {damage}", advice)
    return Finding("integrity", OK, "no damage found")


def _contents() -> Finding:
    channels, entries = execute(
        "SELECT count(*), coalesce(sum(last_entry_id), 0) FROM counters"
    ).fetchone()
    return Finding("database", OK, f"{database.place}, channels: {channels}, entries: {entries}")


def _newest(now: int) -> Finding:
    row = execute(
        """SELECT channel_id, newest_at FROM counters WHERE newest_at IS NOT NULL
            ORDER BY newest_at DESC LIMIT 1"""
    ).fetchone()
    if row is None:
        return Finding("newest entry", OK, "none yet")
    channel_id, moment = row
    shown = f"{times.spaced(moment, times.UTC)} in channel {channel_id}"
    if moment > now + times.MINUTE:
        return Finding(
            "newest entry",
            WARNING,
            f"{shown} is in the future",
            "the clock was wrong, or a device sends a wrong created_at",
        )
    return Finding("newest entry", OK, shown)


class _Undone(Exception):
    """So that the transaction is rolled back."""


def _write(now: int, limits: Limits) -> Finding:
    begun = monotonic()
    try:
        with writing():
            execute("INSERT INTO pulse (beaten_at) VALUES (?)", (now,))
            raise _Undone
    except _Undone:
        seconds = monotonic() - begun
    except DatabaseFailure as failure:
        advice = "until this is fixed, every write is answered with 0"
        return Finding("writing", PROBLEM, explained(failure).reason, advice)
    if seconds > limits.slow_write:
        advice = "another program has locked the database, or the disk is slow"
        return Finding("writing", WARNING, f"a write took {seconds:.1f} seconds", advice)
    return Finding("writing", OK, "a test write succeeded and was undone")
