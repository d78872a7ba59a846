"""Reading entries: which rows and columns answer a query (contract, sections 6 and 8).

read() and its sisters answer a FeedQuery with a Feed, for `formats` to print. Who may read is
decided in registry.

Entries are stored in the order of their ids, and nearly always that is the order of their times
too. An entry that is older than one before it is marked (`overtaken_by`) and has a small index of
its own. So a window of time is a range of ids, found by bisection, and whatever came late to it: no
second index over millions of entries.
"""

from collections.abc import Iterator
from functools import lru_cache

from thingclone import timescales, timestamps
from thingclone.database import execute
from thingclone.errors import NothingRecorded
from thingclone.formats import Feed
from thingclone.models import FIELD_NAMES, Channel
from thingclone.queries import LOCATION, FeedQuery, Window
from thingclone.transactions import Memory

STATUS_DAYS = 1
RECENT_STATUSES = 30
MOST_AVERAGED = 100  # entries behind last_average and its sisters
STREAMED_AT_ONCE = 1000
LOOKED_THROUGH = 10_000  # newest entries that are searched for a status
MOST_ENTRIES = 2**31 - 1  # the largest entry id


# --- feeds ----------------------------------------------------------------------------------------


def read(channel: Channel, query: FeedQuery, fields, most: int) -> Feed:
    """The newest rows of the query's window, oldest first, never more than `most`; `fields` names
    those wanted.
    """
    columns = query.columns(channel, fields)
    limit = most if query.results is None else min(query.results, most)
    rows = _rows(channel, columns, query.window, limit)
    if query.function:
        rows = timescales.aggregate(query.function, query.minutes, columns, rows)
    if query.minimum is not None or query.maximum is not None:
        rows = timescales.within(columns, rows, query.minimum, query.maximum)
    return Feed(
        channel_object(channel, query.metadata), columns, _rounded(columns, rows, query), query.zone
    )


def statuses(channel: Channel, query: FeedQuery, most: int) -> Feed:
    """The status of every entry in the window, null ones included; of the channel only name and
    place.
    """
    columns = ("created_at", "entry_id", "status")
    limit = most if query.results is None else min(query.results, most)
    about = {name: getattr(channel, name) for name in ("name", *LOCATION)}
    return Feed(
        _without_blanks(about), columns, _rows(channel, columns, query.window, limit), query.zone
    )


def stream(channel: Channel, query: FeedQuery) -> Iterator[Feed]:
    """The whole channel in the order of its ids: a Feed for every thousand entries."""
    columns = query.columns(channel, FIELD_NAMES)
    last_id = 0
    while True:
        rows = _select(
            ("entry_id", *columns), "channel_id = ? AND entry_id > ? ORDER BY entry_id LIMIT ?",
            (channel.id, last_id, STREAMED_AT_ONCE),
        )  # fmt: skip
        yield Feed(None, columns, [row[1:] for row in rows], query.zone)
        if len(rows) < STREAMED_AT_ONCE:
            return
        last_id = rows[-1][0]


def channel_object(channel: Channel, metadata: bool = False) -> dict:
    """What a feed says of its channel, in order; blank attributes are left out."""
    place = {name: getattr(channel, name) for name in ("description", *LOCATION)}
    return {
        "id": channel.id,
        "name": channel.name,
        **_without_blanks(place),
        **channel.labels,
        "created_at": channel.created_at,
        "updated_at": channel.updated_at,
        "last_entry_id": channel.counter.last_entry_id,
        **_without_blanks({"metadata": channel.metadata} if metadata else {}),
    }


def _without_blanks(attributes: dict) -> dict:
    return {name: value for name, value in attributes.items() if value}


def _rounded(columns: tuple, rows: list, query: FeedQuery) -> list:
    return rows if query.decimals is None else timescales.rounded(columns, rows, query.decimals)


# --- single entries -------------------------------------------------------------------------------


# Single entries: dashboards and switches ask for the same newest ones again and again.
_memory = Memory()


def last(channel: Channel, query: FeedQuery, fields=FIELD_NAMES) -> Feed:
    """The entry that came last, whatever its time."""
    return _single(channel, _last_id(channel), query, query.columns(channel, fields))


def last_of_field(channel: Channel, number: int, query: FeedQuery, fields) -> Feed:
    """The newest entry that has something in this field; an empty text is something."""
    return entry(channel, getattr(channel.counter, f"field{number}"), query, fields)


def entry(channel: Channel, entry_id: int | None, query: FeedQuery, fields=FIELD_NAMES) -> Feed:
    """One entry. NothingRecorded if there is none of this id."""
    return _single(channel, entry_id, query, query.columns(channel, fields))


def status(channel: Channel, entry_id: int | None, query: FeedQuery) -> Feed:
    """The status of one entry, of the last where no id is given."""
    wanted = _last_id(channel) if entry_id is None else entry_id
    return _single(channel, wanted, query, ("created_at", "entry_id", "status"))


def _last_id(channel: Channel) -> int | None:
    return channel.counter.last_entry_id


def _single(channel: Channel, entry_id: int | None, query: FeedQuery, columns: tuple) -> Feed:
    wanted = channel.id, min(entry_id or 0, MOST_ENTRIES)
    facts = _memory.facts()
    rows = facts.get((wanted, columns))
    if rows is None:
        rows = _select(columns, "channel_id = ? AND entry_id = ?", wanted)
        if not rows:
            raise NothingRecorded(f"channel {channel.id} has no such entry")
        facts[wanted, columns] = rows
    return Feed(None, columns, _rounded(columns, rows, query), query.zone)


def recent_statuses(channel: Channel) -> list[dict]:
    """The newest entries that have a status, newest first, of the last few thousand entries."""
    columns = ("created_at", "entry_id", "status")
    oldest = (channel.counter.last_entry_id or 0) - LOOKED_THROUGH
    rows = _select(
        columns,
        "channel_id = ? AND entry_id > ? AND status <> '' ORDER BY entry_id DESC LIMIT ?",
        (channel.id, oldest, RECENT_STATUSES),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def age(channel: Channel, number: int | None, now: int) -> int:
    """Whole seconds since the last entry, or since the last that has something in this field."""
    query = FeedQuery()
    feed = last(channel, query) if number is None else last_of_field(channel, number, query, ())
    return max(0, now - feed.rows[0][0]) // timestamps.SECOND


def last_bucket(
    channel: Channel, function: str, minutes: int, entries: int, decimals: int | None
) -> tuple:
    """(created_at, values of field1 to field8) of the last bucket of the newest entries:
    last_average and its sisters.
    """
    columns = ("created_at", *FIELD_NAMES)
    rows = _rows(channel, columns, Window(), max(0, min(entries, MOST_AVERAGED)))
    if not rows or minutes < 1:
        raise NothingRecorded(f"channel {channel.id} has no entries to calculate with")
    rows = timescales.aggregate(function, minutes, columns, rows)[-1:]
    return rows[0] if decimals is None else timescales.rounded(columns, rows, decimals)[0]


# --- rows -----------------------------------------------------------------------------------------


def _select(columns: tuple, condition: str, parameters: tuple) -> list[tuple]:
    return execute(_sql(columns, condition), parameters).fetchall()


@lru_cache(maxsize=1000)
def _sql(columns: tuple, condition: str) -> str:
    return f"SELECT {', '.join(columns)} FROM entries WHERE {condition}"


def _rows(channel: Channel, columns: tuple, window: Window, limit: int) -> list[tuple]:
    """The newest rows of a window, in ascending order of (created_at, entry_id)."""
    first_id = max(1, window.first_id or 1)
    last_id = min(
        channel.counter.last_entry_id or 0,
        MOST_ENTRIES if window.last_id is None else window.last_id,
    )
    sorted_by = ("created_at", "entry_id")
    wanted = sorted_by + columns
    rows = _rows_in_order(channel, wanted, window, first_id, last_id, limit)
    late = _late_rows(channel, wanted, window, first_id, last_id, limit)
    if late:
        rows = sorted(rows + late, key=lambda row: row[:2])[-limit:]
    return [row[2:] for row in rows]


def _rows_in_order(
    channel: Channel, columns: tuple, window: Window, first_id: int, last_id: int, limit: int
) -> list:
    if window.start is not None:
        first_id = max(first_id, _first_id_since(channel, window.start))
    if window.end is not None:
        last_id = min(last_id, _first_id_since(channel, window.end + 1) - 1)
    if first_id > last_id or limit < 1:
        return []
    condition = """channel_id = ? AND entry_id BETWEEN ? AND ? AND overtaken_by IS NULL
        ORDER BY entry_id DESC LIMIT ?"""
    return _select(columns, condition, (channel.id, first_id, last_id, limit))[::-1]


def _late_rows(
    channel: Channel, columns: tuple, window: Window, first_id: int, last_id: int, limit: int
) -> list:
    condition = """channel_id = ? AND overtaken_by IS NOT NULL AND created_at BETWEEN ? AND ?
        AND entry_id BETWEEN ? AND ? ORDER BY created_at DESC, entry_id DESC LIMIT ?"""
    start = timestamps.EARLIEST if window.start is None else window.start
    end = timestamps.LATEST if window.end is None else window.end
    return _select(columns, condition, (channel.id, start, end, first_id, last_id, limit))


def _first_id_since(channel: Channel, moment: int) -> int:
    """The smallest id from which on no entry was recorded in order before this moment; found by
    bisection.
    """
    low, high = 1, (channel.counter.last_entry_id or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = _select(
            ("entry_id", "coalesce(overtaken_by, created_at)"),
            "channel_id = ? AND entry_id >= ? ORDER BY entry_id LIMIT 1",
            (channel.id, middle),
        )
        if not found or found[0][1] >= moment:
            high = middle
        else:
            low = found[0][0] + 1
    return low
