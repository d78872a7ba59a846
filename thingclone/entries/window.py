"""Which rows a window means, and how to get them fast.

Entries are stored in the order of their ids, and nearly always that is the order of their times
too. An entry that is older than one before it is marked (`overtaken_by`) and has a small index of
its own. So a window of time is a span of ids, found by bisection, and whatever came late to it: no
second index over millions of entries.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from thingclone.database import database, execute
from thingclone.database.models import Channel
from thingclone.entries.timescales import Table
from thingclone.formats import times
from thingclone.formats.numbers import LARGEST_ID

_IN_ORDER = "channel_id = ? AND entry_id BETWEEN ? AND ? AND overtaken_by IS NULL"
# The plus keeps SQLite from going through all these ids: the index of the late ones is to be used.
_LATE = """channel_id = ? AND +entry_id BETWEEN ? AND ? AND overtaken_by IS NOT NULL
    AND created_at BETWEEN ? AND ?"""


@dataclass(frozen=True)
class Window:
    """Bounds of the rows: times or entry ids, both ends included; None is open."""

    start: int | None = None
    end: int | None = None
    first_id: int | None = None
    last_id: int | None = None


EVERYTHING = Window()


def select(columns: tuple, condition: str, parameters: tuple) -> list[tuple]:
    """These columns of the entries for which a condition holds."""
    return execute(_sql(columns, condition), parameters).fetchall()


@lru_cache(maxsize=1000)
def _sql(columns: tuple, condition: str) -> str:
    return f"SELECT {', '.join(columns)} FROM entries WHERE {condition}"


class Selection:
    """The newest entries of a channel's window, `limit` at the most, in ascending order of
    (created_at, entry_id).
    """

    def __init__(self, channel: Channel, window: Window, limit: int):
        self.channel_id = channel.id
        self.limit = limit
        self.largest_id = channel.counter.last_entry_id or 0
        largest = LARGEST_ID if window.last_id is None else window.last_id
        ids = max(1, window.first_id or 1), min(self.largest_id, largest)
        start = times.EARLIEST if window.start is None else window.start
        end = times.LATEST if window.end is None else window.end
        self._late = (channel.id, *ids, start, end)
        self._in_order = (channel.id, *self._span(window, *ids))

    def rows(self, columns: tuple) -> list[tuple]:
        """These columns of the entries."""
        if self.limit < 1:
            return []
        if not self._has_late_ones():
            return self._rows_in_order(columns)
        sorted_by = ("created_at", "entry_id")
        late = select(
            sorted_by + columns,
            f"{_LATE} ORDER BY created_at DESC, entry_id DESC LIMIT ?",
            (*self._late, self.limit),
        )
        rows = sorted(self._rows_in_order(sorted_by + columns) + late, key=lambda row: row[:2])
        return [row[2:] for row in rows[-self.limit :]]

    def text(self, kind: str, columns: tuple) -> str | None:
        """The entries as text of a feed in this format, times in UTC, where the database can write
        that.
        """
        if not self._may_be_written:
            return None
        return database.feed_text(kind, columns, self._newest_in_order())

    def spans(self) -> tuple[tuple[int, int], list[int]]:
        """All entries of the window, whatever the limit: between which ids those stand that came in
        order, and the ids of those that came late.
        """
        late = select(("entry_id",), f"{_LATE} ORDER BY entry_id", self._late)
        return self._in_order[1:], [entry_id for (entry_id,) in late]

    def count(self) -> int:
        """How many entries are in the window, whatever the limit."""
        (in_order,), (late,) = (
            *select(("count(*)",), _IN_ORDER, self._in_order),
            *select(("count(*)",), _LATE, self._late),
        )
        return in_order + late

    def beside(self, place: tuple[int, int], columns: tuple, later: bool = False) -> list[tuple]:
        """These columns of the entries that are before a place (created_at, entry_id) in the order
        of time, or after it; the nearest first.
        """
        sign, way = (">", "ASC") if later else ("<", "DESC")
        sorted_by = ("created_at", "entry_id")
        beyond = f"AND (created_at, entry_id) {sign} (?, ?) ORDER BY"
        in_order = select(
            sorted_by + columns,
            f"{_IN_ORDER} {beyond} entry_id {way} LIMIT ?",
            (*self._in_order, *place, self.limit),
        )
        late = select(
            sorted_by + columns,
            f"{_LATE} {beyond} created_at {way}, entry_id {way} LIMIT ?",
            (*self._late, *place, self.limit),
        )
        rows = sorted(in_order + late, key=lambda row: row[:2], reverse=not later)
        return [row[2:] for row in rows[: self.limit]]

    def table(self, columns: tuple) -> Table:
        """The same to calculate with: `created_at` and fields."""
        table = None
        if self._may_be_written:
            texts = database.feed_columns(columns, self._newest_in_order())
            table = Table.from_texts(columns, texts)
        return table or Table.from_rows(columns, self.rows(columns))

    @property
    def _may_be_written(self) -> bool:
        return database.writes_feeds and not self._has_late_ones()

    def _rows_in_order(self, columns: tuple) -> list[tuple]:
        newest = f"{_IN_ORDER} ORDER BY entry_id DESC LIMIT ?"
        return select(columns, newest, (*self._in_order, self.limit))[::-1]

    def _has_late_ones(self) -> bool:
        return bool(select(("1",), f"{_LATE} LIMIT 1", self._late))

    def _newest_in_order(self) -> tuple[int, int, int]:
        """(channel, first id, last id) of the newest entries, as many as the limit allows."""
        channel_id, first_id, last_id = self._in_order
        if self.limit < 1:
            return channel_id, 1, 0
        if last_id - first_id >= self.limit:
            found = select(
                ("entry_id",),
                f"{_IN_ORDER} ORDER BY entry_id DESC LIMIT 1 OFFSET ?",
                (*self._in_order, self.limit - 1),
            )
            first_id = found[0][0] if found else first_id
        return channel_id, first_id, last_id

    def _span(self, window: Window, first_id: int, last_id: int) -> tuple[int, int]:
        """The ids between which the entries of the window stand that came in order."""
        if window.start is not None:
            first_id = max(first_id, self._first_since(window.start))
        if window.end is not None:
            last_id = min(last_id, self._first_since(window.end + 1) - 1)
        return first_id, last_id

    def _first_since(self, moment: int) -> int:
        """The smallest id from which on no entry was recorded in order before this moment."""
        low, high = 1, self.largest_id + 1
        while low < high:
            middle = (low + high) // 2
            found = select(
                ("entry_id", "coalesce(overtaken_by, created_at)"),
                "channel_id = ? AND entry_id >= ? ORDER BY entry_id LIMIT 1",
                (self.channel_id, middle),
            )
            if not found or found[0][1] >= moment:
                high = middle
            else:
                low = found[0][0] + 1
        return low


# --- going through many entries -------------------------------------------------------------------

MOST_SPANS = 100  # in one slice


@dataclass(frozen=True)
class Span:
    """The entries with ids from first to last, all or only those that came in the order of time."""

    first: int
    last: int
    in_order: bool = False

    @property
    def condition(self) -> str:
        in_order = " AND overtaken_by IS NULL" if self.in_order else ""
        return f"channel_id = ? AND entry_id BETWEEN ? AND ?{in_order}"


def slices(channel: Channel, which: Window | Iterable[int], size: int) -> Iterator[list[Span]]:
    """What is in the window now, or has these ids: lists of spans that have together not more than
    so many entries, or little more.
    """
    spans = _of_window(channel, which, size) if isinstance(which, Window) else _of_ids(which, size)
    taken, count = [], 0
    for span in spans:
        taken.append(span)
        count += span.last - span.first + 1
        if count >= size or len(taken) == MOST_SPANS:
            yield taken
            taken, count = [], 0
    yield taken


def _of_window(channel: Channel, window: Window, size: int) -> Iterator[Span]:
    (first, last), late = Selection(channel, window, 0).spans()
    while (first := _next_id(channel, first)) <= last:
        yield Span(first, min(first + size - 1, last), in_order=True)
        first += size
    yield from _of_ids(late, size)


def _next_id(channel: Channel, first: int) -> int:
    """The first id of an entry from here on."""
    found = execute(
        """SELECT entry_id FROM entries WHERE channel_id = ? AND entry_id >= ?
            ORDER BY entry_id LIMIT 1""",
        (channel.id, first),
    ).fetchone()
    return found[0] if found else LARGEST_ID + 1


def _of_ids(entry_ids: Iterable[int], size: int) -> Iterator[Span]:
    span = None
    for entry_id in sorted(one for one in set(entry_ids) if 0 < one <= LARGEST_ID):
        if span and entry_id == span.last + 1 < span.first + size:
            span = Span(span.first, entry_id)
        else:
            if span:
                yield span
            span = Span(entry_id, entry_id)
    if span:
        yield span
