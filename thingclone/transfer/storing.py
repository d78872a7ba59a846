"""Storing entries that were recorded elsewhere, many at a time.

An arrival is a tuple: the number that it has or None, created_at, and its values in the order of
`recording.VALUES`. Both deeds want the channel of `registry.channel_to_change()`, inside `with
writing():`. Neither is a write of a device: no interval counts from it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from time import monotonic, sleep

from thingclone.database import execute, execute_many, insert_columns
from thingclone.database.models import FIELD_NAMES, VALUES, Channel
from thingclone.database.transactions import GIVE_WAY_SECONDS
from thingclone.entries.recording import save_counter

Arrival = tuple[int | None, int, tuple[str | None, ...]]

AT_ONCE = 3000  # arrivals in a transaction: a server must not wait long for its turn

_INSERTED = ("channel_id", "entry_id", "created_at", "overtaken_by", *VALUES)


def slices(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Slices to be stored in a transaction each, with time between them for others to write."""
    arrivals, free_since = iter(arrivals), 0.0
    while some := list(islice(arrivals, AT_ONCE)):
        sleep(max(0.0, free_since + GIVE_WAY_SECONDS - monotonic()))
        yield some
        free_since = monotonic()


def append(channel: Channel, arrivals: list[Arrival]) -> Arrival:
    """Store entries behind those that are there; the last one, with the number that it got."""
    last_id, newest_at = channel.counter.last_entry_id or 0, channel.counter.newest_at
    rows = []
    for entry_id, (_, created_at, values) in enumerate(arrivals, last_id + 1):
        if newest_at is None or created_at >= newest_at:
            newest_at = created_at
            rows.append((channel.id, entry_id, created_at, None, *values))
        else:
            rows.append((channel.id, entry_id, created_at, newest_at, *values))
    _insert_rows(rows)
    _count(channel, rows)
    return entry_id, created_at, values


def insert(channel: Channel, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Store entries under the numbers that they have, in any order; those whose number is taken
    are returned instead.
    """
    free, taken = {}, []
    taken_ids = _taken([entry_id for entry_id, _, _ in arrivals], channel.id)
    for arrival in arrivals:
        if arrival[0] in taken_ids or free.setdefault(arrival[0], arrival) is not arrival:
            taken.append(arrival)
    if free:
        rows = [(channel.id, *free[entry_id][:2], None, *free[entry_id][2]) for entry_id in free]
        _insert_rows(rows)
        _count(channel, rows)
        _mark_late_ones(channel.id, set(free))
    return taken


def reserve(channel: Channel, entry_id: int):
    """Have devices that write meanwhile get higher numbers than this one."""
    channel.counter.last_entry_id = max(channel.counter.last_entry_id or 0, entry_id)
    save_counter(channel)


def _taken(ids: list[int], channel_id: int) -> set[int]:
    wanted = ", ".join("?" * len(ids))
    found = execute(
        f"SELECT entry_id FROM entries WHERE channel_id = ? AND entry_id IN ({wanted})",
        (channel_id, *ids),
    )
    return {entry_id for (entry_id,) in found.fetchall()}


def _insert_rows(rows: list[tuple]):
    columns = zip(_INSERTED, zip(*rows, strict=True), strict=True)
    filled = {name: column for name, column in columns if column.count(None) < len(rows)}
    insert_columns("entries", filled)


def _count(channel: Channel, rows: list[tuple]):
    """Have the channel's counter count these rows."""
    counter = channel.counter
    counter.last_entry_id = max(counter.last_entry_id or 0, *(row[1] for row in rows))
    times = [row[2] for row in rows] + ([] if counter.newest_at is None else [counter.newest_at])
    counter.newest_at = max(times)
    for place, name in enumerate(FIELD_NAMES, 4):
        newest = max((row[1] for row in rows if row[place] is not None), default=0)
        setattr(counter, name, max(getattr(counter, name) or 0, newest) or None)
    save_counter(channel)


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
        entry_id, limit = rows[-1][0] + 1, min(2 * limit, AT_ONCE)
