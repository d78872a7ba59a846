"""Pointers: which entry is the newest that has something in a field.

The counter of a channel has one for each field, and a write puts it on. When entries are corrected
it may be too far for a while, but never too near: a read looks back from it.
"""

from dataclasses import dataclass

from thingclone.channels import access
from thingclone.database import execute
from thingclone.database.models import FIELD_NAMES, Channel, Field
from thingclone.database.transactions import give_way, writing
from thingclone.entries.window import EVERYTHING, Selection, select

LOOKED_THROUGH = 10_000  # entries in one transaction

# The newest entry that has something, of each field.
NEWEST = ", ".join(f"max(CASE WHEN {name} IS NOT NULL THEN entry_id END)" for name in FIELD_NAMES)
_ALL = ", ".join(f"{name} = ?" for name in FIELD_NAMES)


def reach(channel: Channel, newest: tuple):
    """Let no pointer be too near for entries that have got values, the NEWEST of which are these;
    to be settled then.
    """
    for name, entry_id in zip(FIELD_NAMES, newest, strict=True):
        if entry_id is not None:
            setattr(channel.counter, name, max(entry_id, getattr(channel.counter, name) or 0))


def settle_wholly(channel: Channel):
    """Let all pointers go back as far as they should, in transactions that are never long."""
    while not _settle_once(channel):
        give_way()


def _settle_once(channel: Channel) -> bool:
    with writing():
        return settle(access.channel_to_change(channel.id), LOOKED_THROUGH)


def settle(channel: Channel, most: int) -> bool:
    """Let the pointers go back to entries that are there, looking through so many for each field;
    whether all have got to where they should be.
    """
    found = [_settled(channel, name, most) for name in FIELD_NAMES]
    execute(
        f"UPDATE counters SET {_ALL} WHERE channel_id = ?",
        (*(pointer for pointer, _ in found), channel.id),
    )
    return all(is_exact for _, is_exact in found)


def _settled(channel: Channel, name: str, most: int) -> tuple[int | None, bool]:
    """(the pointer, whether it is that of the newest entry with something in this field)."""
    pointer = getattr(channel.counter, name)
    if pointer is None or _has(channel, pointer, name):
        return pointer, True
    newest, oldest, count = execute(
        f"""SELECT max(CASE WHEN {name} IS NOT NULL THEN entry_id END), min(entry_id), count(*)
            FROM (SELECT entry_id, {name} FROM entries WHERE channel_id = ? AND entry_id <= ?
                ORDER BY entry_id DESC LIMIT ?) AS looked_through""",
        (channel.id, pointer, most),
    ).fetchone()
    if newest is not None or count < most:
        return newest, True
    return oldest - 1, False


def _has(channel: Channel, entry_id: int, name: str) -> bool:
    wanted = f"SELECT 1 FROM entries WHERE channel_id = ? AND entry_id = ? AND {name} IS NOT NULL"
    return execute(wanted, (channel.id, entry_id)).fetchone() is not None


# --- a channel at a glance ------------------------------------------------------------------------

RECENT = 60  # entries


@dataclass(frozen=True)
class FieldValues:
    """The last value of a labelled field, and its recent ones, oldest first. None stands for an
    entry without a value.
    """

    field: Field
    last: str | None
    recent: tuple[str | None, ...]


@dataclass(frozen=True)
class Glance:
    """`newest_at` is when the newest entry was measured; None if there is none."""

    values: tuple[FieldValues, ...]
    newest_at: int | None


def glance(channel: Channel) -> Glance:
    """What there is to see of a channel with its counter."""
    names = tuple(channel.fields)
    rows = Selection(channel, EVERYTHING, RECENT).rows(names) if names else []
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    values = tuple(
        FieldValues(field, _last(channel, name), recent)
        for (name, field), recent in zip(channel.fields.items(), columns, strict=True)
    )
    return Glance(values, channel.counter.newest_at)


def _last(channel: Channel, name: str) -> str | None:
    """The value of the newest entry that has something in this field."""
    entry_id = getattr(channel.counter, name)
    if entry_id is None:
        return None
    rows = select((name,), "channel_id = ? AND entry_id = ?", (channel.id, entry_id))
    return rows[0][0] if rows else None
