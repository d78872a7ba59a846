"""Reading entries: which rows and columns answer a query (contract, sections 6 and 8).

read() and its sisters answer a FeedQuery with a Feed, for `formats` to print. Who may read is
decided in `channels.access`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from functools import partial

from thingclone.database.models import FIELD_NAMES, FIELD_NUMBERS, LOCATION, Channel
from thingclone.database.transactions import Memory
from thingclone.entries import timescales
from thingclone.entries.query import FeedQuery
from thingclone.entries.window import EVERYTHING, Selection, select
from thingclone.errors import NothingRecorded
from thingclone.formats import times
from thingclone.formats.feed import Feed
from thingclone.formats.numbers import LARGEST_ID

STATUS_DAYS = 1
RECENT_STATUSES = 30
MOST_AVERAGED = 100  # entries behind last_average and its sisters
STREAMED_AT_ONCE = 1000
LOOKED_THROUGH = 10_000  # newest entries that are searched for a status


# --- feeds ----------------------------------------------------------------------------------------


def read(channel: Channel, query: FeedQuery, fields: Iterable[str], most: int) -> Feed:
    """The newest rows of the query's window, oldest first, never more than `most`; `fields` names
    those wanted.
    """
    columns = query.columns(channel, fields)
    limit = most if query.results is None else min(query.results, most)
    selection = Selection(channel, query.window, limit)
    about = channel_object(channel, query.metadata)
    if query.is_plain:
        return _selected(about, columns, selection, query)
    rows = _aggregated(selection, columns, query.function, query.minutes)
    if query.minimum is not None or query.maximum is not None:
        rows = timescales.within(columns, rows, query.minimum, query.maximum)
    return Feed(about, columns, _rounded(columns, rows, query), query.zone)


def _aggregated(selection: Selection, columns: tuple, function: str | None, minutes: int) -> list:
    if not function:
        return selection.rows(columns)
    if function == "timescale":
        return timescales.first_rows(minutes, selection.rows(columns))
    table = selection.table(("created_at", *(name for name in columns if name in FIELD_NAMES)))
    return timescales.calculated_rows(function, minutes, table, columns)


def _selected(about: dict, columns: tuple, selection: Selection, query: FeedQuery) -> Feed:
    """A feed of entries as they are, which the database may write itself."""
    written = None
    if query.zone is UTC:
        written = partial(selection.text, columns=columns)
    return Feed(about, columns, partial(selection.rows, columns), query.zone, written)


def statuses(channel: Channel, query: FeedQuery, most: int) -> Feed:
    """The status of every entry in the window, null ones included; of the channel only name and
    place.
    """
    columns = ("created_at", "entry_id", "status")
    limit = most if query.results is None else min(query.results, most)
    about = {name: getattr(channel, name) for name in ("name", *LOCATION)}
    selection = Selection(channel, query.window, limit)
    return _selected(_without_blanks(about), columns, selection, query)


def stream(channel: Channel, query: FeedQuery) -> Iterator[Feed]:
    """The whole channel in the order of its ids: a Feed for every thousand entries."""
    columns = query.columns(channel, FIELD_NAMES)
    for rows in pages(channel, columns):
        yield Feed(None, columns, rows, query.zone)


def pages(channel: Channel, columns: tuple) -> Iterator[list[tuple]]:
    """These columns of all entries in the order of their ids, a thousand at a time.

    Each is a query of its own: entries that come meanwhile are there too, and nobody who reads
    slowly keeps the database from tidying up.
    """
    last_id = 0
    while True:
        rows = select(
            ("entry_id", *columns), "channel_id = ? AND entry_id > ? ORDER BY entry_id LIMIT ?",
            (channel.id, last_id, STREAMED_AT_ONCE),
        )  # fmt: skip
        yield [row[1:] for row in rows]
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


# Which one, by an id. Of the newest it is the id that it had when it came: it may be removed since.
_THIS = "channel_id = ? AND entry_id = ?"
_NEWEST = "channel_id = ? AND entry_id <= ? ORDER BY entry_id DESC LIMIT 1"
_NEWEST_OF_FIELD = {
    number: _NEWEST.replace("ORDER", f"AND {name} IS NOT NULL ORDER")
    for number, name in zip(FIELD_NUMBERS, FIELD_NAMES, strict=True)
}


def last(channel: Channel, query: FeedQuery, fields: Iterable[str] = FIELD_NAMES) -> Feed:
    """The entry that came last, whatever its time."""
    newest_id = channel.counter.last_entry_id
    return _single(channel, _NEWEST, newest_id, query, query.columns(channel, fields))


def last_of_field(channel: Channel, number: int, query: FeedQuery, fields: Iterable[str]) -> Feed:
    """The newest entry that has something in this field; an empty text is something."""
    newest_id = getattr(channel.counter, f"field{number}")
    columns = query.columns(channel, fields)
    return _single(channel, _NEWEST_OF_FIELD[number], newest_id, query, columns)


def entry(
    channel: Channel, entry_id: int | None, query: FeedQuery, fields: Iterable[str] = FIELD_NAMES
) -> Feed:
    """One entry. NothingRecorded if there is none of this id."""
    return _single(channel, _THIS, entry_id, query, query.columns(channel, fields))


def status(channel: Channel, entry_id: int | None, query: FeedQuery) -> Feed:
    """The status of one entry, of the last where no id is given."""
    which, wanted = _THIS, entry_id
    if entry_id is None:
        which, wanted = _NEWEST, channel.counter.last_entry_id
    return _single(channel, which, wanted, query, ("created_at", "entry_id", "status"))


def _single(
    channel: Channel, which: str, entry_id: int | None, query: FeedQuery, columns: tuple
) -> Feed:
    wanted = channel.id, min(entry_id or 0, LARGEST_ID)
    facts = _memory.facts()
    rows = facts.get((wanted, which, columns))
    if rows is None:
        rows = select(columns, which, wanted)
        if not rows:
            raise NothingRecorded(f"channel {channel.id} has no such entry")
        facts[wanted, which, columns] = rows
    return Feed(None, columns, _rounded(columns, rows, query), query.zone)


def recent_statuses(channel: Channel) -> list[dict]:
    """The newest entries that have a status, newest first, of the last few thousand entries."""
    columns = ("created_at", "entry_id", "status")
    oldest = (channel.counter.last_entry_id or 0) - LOOKED_THROUGH
    rows = select(
        columns,
        "channel_id = ? AND entry_id > ? AND status <> '' ORDER BY entry_id DESC LIMIT ?",
        (channel.id, oldest, RECENT_STATUSES),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def age(channel: Channel, number: int | None, now: int) -> int:
    """Whole seconds since the last entry, or since the last that has something in this field."""
    query = FeedQuery()
    feed = last(channel, query) if number is None else last_of_field(channel, number, query, ())
    return max(0, now - feed.rows[0][0]) // times.SECOND


def last_bucket(
    channel: Channel, function: str, minutes: int, entries: int, decimals: int | None
) -> tuple:
    """(created_at, values of field1 to field8) of the last bucket of the newest entries:
    last_average and its sisters.
    """
    columns = ("created_at", *FIELD_NAMES)
    selection = Selection(channel, EVERYTHING, max(0, min(entries, MOST_AVERAGED)))
    table = selection.table(columns)
    if not table.moments or minutes < 1:
        raise NothingRecorded(f"channel {channel.id} has no entries to calculate with")
    rows = timescales.calculated_rows(function, minutes, table, columns)[-1:]
    return rows[0] if decimals is None else timescales.rounded(columns, rows, decimals)[0]
