"""The only place that inserts entries and counts them.

Each function takes a channel of `channels.access` and runs inside `with writing():`. It keeps
these true: `overtaken_by` of every entry (see `EntryColumns`), and in the channel's counter the
last number, the newest time and, for each field, the newest entry with a value. After the commit,
listeners are told what was stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, chain
from typing import NamedTuple

from thingclone.database import execute, execute_many, insert_columns, transactions
from thingclone.database.models import FIELD_NAMES, VALUES, Channel

# An entry from elsewhere: its number or 0, created_at, and its values in the order of VALUES.
EntryRow = tuple[int, int, tuple[str | None, ...]]

WRITTEN, IMPORTED, PUT_BACK = "written", "imported", "put back"
MOST_AT_ONCE = 3000  # entries that one query looks at

_COLUMNS = ("channel_id", "entry_id", "created_at", "overtaken_by", *VALUES)
_INSERT = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class Stored(NamedTuple):
    """What listeners are told: entries first_id to last_id are on the disk, perhaps with others
    between them. `how` is WRITTEN by a device, IMPORTED, or PUT_BACK after a removal.
    """

    channel_id: int
    first_id: int
    last_id: int
    how: str


def store(channel: Channel, created_at: int, values: dict[str, str]) -> int:
    """Store one entry. Returns its number."""
    counter = channel.counter
    entry_id, newest_at = (counter.last_entry_id or 0) + 1, counter.newest_at
    overtaken_by = newest_at if newest_at is not None and newest_at > created_at else None
    execute(_INSERT, (channel.id, entry_id, created_at, overtaken_by, *map(values.get, VALUES)))
    if overtaken_by is None:
        counter.newest_at = created_at
    for name in FIELD_NAMES:
        if name in values:
            setattr(counter, name, entry_id)
    _count(channel, entry_id, entry_id, WRITTEN)
    return entry_id


def store_columns(
    channel: Channel, moments: list[int], columns: Mapping[str, Sequence], how: str = WRITTEN
) -> int:
    """Store entries given column by column. Returns the number of the last one."""
    counter = channel.counter
    first_id = (counter.last_entry_id or 0) + 1
    last_id = first_id + len(moments) - 1
    newest_at = moments[0] if counter.newest_at is None else counter.newest_at
    place: dict[str, Sequence] = {
        "channel_id": [channel.id] * len(moments),
        "entry_id": range(first_id, last_id + 1),
        "created_at": moments,
    }
    insert_columns("entries", {**place, **_overtaken(moments, newest_at), **columns})
    counter.newest_at = max(newest_at, *moments)
    for name in FIELD_NAMES:
        last = place_of_last(columns.get(name, ()))
        if last is not None:
            setattr(counter, name, first_id + last)
    _count(channel, first_id, last_id, how)
    return last_id


def append(channel: Channel, rows: list[EntryRow]) -> EntryRow:
    """Store imported entries behind those that are there. Returns the last one with its new
    number.
    """
    _, moments, values = zip(*rows, strict=True)
    columns = _filled(VALUES, zip(*values, strict=True), len(rows))
    return store_columns(channel, list(moments), columns, IMPORTED), moments[-1], values[-1]


def insert(channel: Channel, rows: list[EntryRow]) -> list[EntryRow]:
    """Store imported entries under the numbers that they have, in any order. Returns those whose
    number is taken.
    """
    free: dict[int, EntryRow] = {}
    taken_ids = _taken([entry_id for entry_id, _, _ in rows], channel.id)
    taken = [row for row in rows if row[0] in taken_ids or free.setdefault(row[0], row) is not row]
    if free:
        _insert_rows(channel.id, list(free.values()))
        _count_rows(channel, list(free.values()))
        _mark_late_ones(channel.id, set(free))
    return taken


def put_back(channel: Channel, correction_id: int, after: int, last_id: int) -> int:
    """Insert the entries that a removal keeps, those with numbers above `after` up to `last_id`,
    unless a number is taken. Returns how many. Their `overtaken_by` is still right; for the
    pointers, call `newest.reach()` and `newest.settle()`.
    """
    columns = ", ".join(_COLUMNS[1:])
    inserted = execute(
        f"""INSERT INTO entries (channel_id, {columns}) SELECT ?, {columns} FROM corrected_entries
            WHERE correction_id = ? AND entry_id > ? AND entry_id <= ? ON CONFLICT DO NOTHING""",
        (channel.id, correction_id, after, last_id),
    )
    transactions.after_commit(Stored(channel.id, after + 1, last_id, PUT_BACK))
    return inserted.rowcount


def reserve(channel: Channel, entry_id: int):
    """Number the entries of devices from above `entry_id` on."""
    channel.counter.last_entry_id = max(channel.counter.last_entry_id or 0, entry_id)
    _save_counter(channel)


def place_of_last(column: Sequence) -> int | None:
    """Where the last value of a column stands; None if it has none."""
    places = range(len(column) - 1, -1, -1)
    return next((place for place in places if column[place] is not None), None)


def _overtaken(moments: list[int], newest_at: int) -> dict[str, list]:
    """The column `overtaken_by`: for each entry the latest time before it, if that is later than
    its own. Left out where all entries come in order.
    """
    if newest_at <= moments[0] and moments == sorted(moments):
        return {}
    before = accumulate([newest_at, *moments[:-1]], max)
    latest_and_own = zip(before, moments, strict=True)
    return {"overtaken_by": [latest if latest > own else None for latest, own in latest_and_own]}


def _filled(names: tuple, columns: Iterable[tuple], count: int) -> dict[str, tuple]:
    """The columns that hold anything, by name."""
    named = zip(names, columns, strict=True)
    return {name: column for name, column in named if column.count(None) < count}


def _taken(ids: list[int], channel_id: int) -> set[int]:
    wanted = ", ".join("?" * len(ids))
    found = execute(
        f"SELECT entry_id FROM entries WHERE channel_id = ? AND entry_id IN ({wanted})",
        (channel_id, *ids),
    )
    return {entry_id for (entry_id,) in found.fetchall()}


def _insert_rows(channel_id: int, rows: list[EntryRow]):
    ids, moments, values = zip(*rows, strict=True)
    columns = _filled(VALUES, zip(*values, strict=True), len(rows))
    place = {"channel_id": (channel_id,) * len(rows), "entry_id": ids, "created_at": moments}
    insert_columns("entries", {**place, **columns})


# --- counting -------------------------------------------------------------------------------------

_COUNTED = ("last_entry_id", "last_write_at", "newest_at", *FIELD_NAMES)
_COUNT = f"UPDATE counters SET {', '.join(f'{name} = ?' for name in _COUNTED)} WHERE channel_id = ?"


def _count(channel: Channel, first_id: int, last_id: int, how: str):
    channel.counter.last_entry_id = last_id
    _save_counter(channel)
    transactions.after_commit(Stored(channel.id, first_id, last_id, how))


def _count_rows(channel: Channel, rows: list[EntryRow]):
    """Count entries that have numbers of their own."""
    counter = channel.counter
    ids, moments, _ = zip(*rows, strict=True)
    before = () if counter.newest_at is None else (counter.newest_at,)
    counter.newest_at = max(chain(moments, before))
    for place, name in enumerate(FIELD_NAMES):
        written = [row[0] for row in rows if row[2][place] is not None]
        if written:
            setattr(counter, name, max(getattr(counter, name) or 0, *written))
    counter.last_entry_id = max(counter.last_entry_id or 0, *ids)
    _save_counter(channel)
    transactions.after_commit(Stored(channel.id, min(ids), max(ids), IMPORTED))


def _save_counter(channel: Channel):
    if transactions.is_remembered():
        transactions.before_commit(channel.id, partial(_write_counter, channel))
    else:
        _write_counter(channel)


def _write_counter(channel: Channel):
    counted = (getattr(channel.counter, name) for name in _COUNTED)
    execute(_COUNT, (*counted, channel.id))


# --- late ones ------------------------------------------------------------------------------------


def _mark_late_ones(channel_id: int, new_ids: set[int]):
    """Bring `overtaken_by` in order after entries were inserted between others."""
    changes, settled = [], 0
    for entry_id in sorted(new_ids):
        if entry_id > settled:
            newest_at = _newest_before(channel_id, entry_id)
            for settled, created_at, marked in _entries_from(channel_id, entry_id):
                is_late = newest_at is not None and newest_at > created_at
                overtaken_by = newest_at if is_late else None
                newest_at = newest_at if is_late else created_at
                if overtaken_by != marked:
                    changes.append((overtaken_by, channel_id, settled))
                elif settled not in new_ids:
                    break  # for this one nothing has changed: nor has it for those behind it
    if changes:
        execute_many(
            "UPDATE entries SET overtaken_by = ? WHERE channel_id = ? AND entry_id = ?", changes
        )


def _newest_before(channel_id: int, entry_id: int) -> int | None:
    """The latest time of all entries before this one: what the one right before it knows."""
    row = execute(
        """SELECT coalesce(overtaken_by, created_at) FROM entries
            WHERE channel_id = ? AND entry_id < ? ORDER BY entry_id DESC LIMIT 1""",
        (channel_id, entry_id),
    ).fetchone()
    return row[0] if row else None


def _entries_from(channel_id: int, entry_id: int) -> Iterator[tuple]:
    """(entry_id, created_at, overtaken_by) of the entries from this one on: few are wanted, or
    many.
    """
    limit = 4
    while True:
        rows = execute(
            """SELECT entry_id, created_at, overtaken_by FROM entries
                WHERE channel_id = ? AND entry_id >= ? ORDER BY entry_id LIMIT ?""",
            (channel_id, entry_id, limit),
        ).fetchall()
        yield from rows
        if len(rows) < limit:
            return
        entry_id, limit = rows[-1][0] + 1, min(2 * limit, MOST_AT_ONCE)
