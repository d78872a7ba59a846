"""Which entries to go through, in portions that one transaction takes.

A Span is the entries of neighbouring ids. That many entries are never listed one by one: a database
finds a span by its ends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thingclone.database import execute
from thingclone.database.models import Channel
from thingclone.entries.query import Window
from thingclone.entries.window import LARGEST_ID, Selection

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
