"""Copies of the whole database, and how one of them takes its place again."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from thingclone.database import database, migrate, sqlite_copies, unknown_migrations
from thingclone.errors import BadRequest, Conflict, NoSuchThing
from thingclone.formats import times


@dataclass(frozen=True)
class Copy:
    """What is in a copy, for its owner to see that it is the right one."""

    file: str
    channels: int
    entries: int
    bytes: int


def back_up(file: Path, force: bool, advance: Callable[[int], None]) -> Copy:
    """Copy the database into a file while others write to it, and look through the copy. Conflict
    for a file that is there already, unless it is to be forced.
    """
    if not database.exists():
        raise NoSuchThing(f"there is no database {database.place}")
    if _is_database(file):
        raise BadRequest(f"{file} is the database itself: choose another file")
    if file.exists() and not file.is_file():
        raise BadRequest(f"{file} is not a regular file: choose another file")
    if file.exists() and not force:
        raise Conflict(f"{file} already exists: choose another file, or use --force")
    if not file.absolute().parent.is_dir():
        raise NoSuchThing(f"there is no folder {file.absolute().parent}")
    unchecked = file.with_name(f"{file.name}.unchecked")
    try:
        sqlite_copies.copy(Path(database.place), unchecked, advance)
        found = _checked(unchecked)
        unchecked.replace(file)
    finally:
        unchecked.unlink(missing_ok=True)
    sqlite_copies.sync_folder(file)
    return Copy(str(file), found["channels"], found["entries"], file.stat().st_size)


def restore(file: Path, now: int, advance: Callable[[int], None]) -> tuple[Copy, Path | None]:
    """Put a copy in the place of the database, which is kept under another name: (what is in it,
    that name). Its tables are brought up to date.
    """
    if not file.is_file():
        raise NoSuchThing(f"there is no file {file}")
    if _is_database(file):
        raise BadRequest(f"{file} is the database itself: choose another file")
    if process := database.server():
        raise Conflict(f"process {process} serves {database.place}: stop it first")
    database.claim()
    try:
        return _restored(file, Path(database.place), now, advance)
    finally:
        database.release()


def _restored(
    file: Path, present: Path, now: int, advance: Callable[[int], None]
) -> tuple[Copy, Path | None]:
    found = _checked(file)
    arrived = present.with_name(f"{present.name}.restored")
    sqlite_copies.copy(file, arrived, advance)
    _give_to_owner(arrived, present)
    kept = _set_aside(present, now) if present.exists() else None
    arrived.replace(present)
    sqlite_copies.sync_folder(present)
    database.connection()
    migrate()
    return Copy(str(file), found["channels"], found["entries"], present.stat().st_size), kept


def _is_database(file: Path) -> bool:
    return file.exists() and database.exists() and file.samefile(database.place)


def _checked(file: Path) -> dict[str, int]:
    """The rows of each table of a copy that can be used."""
    counts, migrations = sqlite_copies.check(file)
    if unknown := unknown_migrations(migrations):
        raise Conflict(
            f"{file} is from a newer ThingClone, which made the change {unknown[0]}: update"
            " ThingClone first"
        )
    return counts


def _set_aside(present: Path, now: int) -> Path:
    moment = re.sub(r"[:-]", "", times.exact(now)[:19]).replace("T", "-")
    names = (f"{present.name}.before-restore-{moment}{more}" for more in ("", *"abcdefgh"))
    kept = next(name for name in map(present.with_name, names) if not name.exists())
    sqlite_copies.set_aside(present, kept)
    return kept


def _give_to_owner(file: Path, present: Path):
    """Whoever the database belongs to must be able to write to it, though root restored it."""
    owner = (present if present.exists() else present.parent).stat()
    if os.getuid() == 0:
        os.chown(file, owner.st_uid, owner.st_gid)
    if present.exists():
        file.chmod(owner.st_mode & 0o777)
