"""Entries as a person leafs through them: newest first, a page at a time, those between two times,
those that say something.

A page begins at a place in the order of time. It is found by that, not by counting: the millionth
entry is as near as the first. A text is searched for among a few thousand entries at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from thingclone.database.models import VALUES, Channel, Entry
from thingclone.entries.window import Selection, Window, select
from thingclone.errors import NothingRecorded
from thingclone.formats import times
from thingclone.formats.numbers import id_from

PER_PAGE = 50
LOOKED_THROUGH = 20_000  # entries that are searched for a text, for one page

_COLUMNS = ("entry_id", "created_at", *VALUES)
_SEARCHED_AT_ONCE = 1000

Place = tuple[int, int]  # (created_at, entry_id)

_END = (times.LATEST + 1, 0)


@dataclass(frozen=True)
class Page:
    """Some entries, newest first. `older` and `newer` are the places where the pages next to it
    begin, None where there is none. `is_cut`: the search was left off before the page was full.
    """

    entries: list[Entry]
    older: Place | None = None
    newer: Place | None = None
    is_cut: bool = False


# --- leafing --------------------------------------------------------------------------------------


def page(channel: Channel, window: Window, text: str = "", before: Place | None = None) -> Page:
    """The newest entries of the window that say this text; or of those before a place."""
    found, older, is_cut = _gathered(channel, _walk(channel, window, before or _END, text), text)
    newer = (_place(found[0]) if found else before) if before else None
    return Page(found, older, newer, is_cut)


def page_after(channel: Channel, window: Window, text: str, after: Place) -> Page:
    """The oldest ones after a place; the first page, if they do not fill one."""
    walk = _walk(channel, window, after, text, later=True)
    found, newer, is_cut = _gathered(channel, walk, text)
    if newer is None:
        return page(channel, window, text)
    return Page(found[::-1], _place(found[0]) if found else after, newer, is_cut)


def _gathered(
    channel: Channel, walk: Iterator[tuple], text: str
) -> tuple[list[Entry], Place | None, bool]:
    """(the first entries that say this, from where to go on if there may be more, whether the
    search was left off).
    """
    found: list[Entry] = []
    wanted = text.casefold()
    for count, row in enumerate(walk, 1):
        if not wanted or _says(row, wanted):
            if len(found) == PER_PAGE:
                return found, _place(found[-1]), False
            found.append(_entry(channel, row))
        if count == LOOKED_THROUGH:
            return found, _place_of(row), True
    return found, None, False


def _says(row: tuple, wanted: str) -> bool:
    _, _, *values = row
    return any(wanted in value.casefold() for value in values if value)


def _place(entry: Entry) -> Place:
    return entry.created_at, entry.entry_id


def _place_of(row: tuple) -> Place:
    entry_id, created_at, *_ = row
    return created_at, entry_id


def _walk(
    channel: Channel, window: Window, place: Place, text: str, later: bool = False
) -> Iterator[tuple]:
    """The rows of the entries before a place, or after it, the nearest first: a search looks at
    thousands, and makes entries of a few.
    """
    size = _SEARCHED_AT_ONCE if text else PER_PAGE + 1
    while True:
        near = _narrowed(window, place[0], later)
        rows = Selection(channel, near, size).beside(place, _COLUMNS, later)
        yield from rows
        if len(rows) < size:
            return
        place = _place_of(rows[-1])


def _narrowed(window: Window, moment: int, later: bool) -> Window:
    """The part of the window on one side of a moment, so that the way to it is short."""
    if later:
        start = moment if window.start is None else max(moment, window.start)
        return replace(window, start=start)
    end = moment if window.end is None else min(moment, window.end)
    return replace(window, end=end)


def _entry(channel: Channel, row: tuple) -> Entry:
    return Entry(channel=channel.id, **dict(zip(_COLUMNS, row, strict=True)))


# --- counting, finding ----------------------------------------------------------------------------


def count(channel: Channel, window: Window) -> int:
    """How many entries are in the window."""
    return Selection(channel, window, 0).count()


def entry(channel: Channel, entry_id: int | str) -> Entry:
    """One entry. NothingRecorded if there is none of this number."""
    rows = select(_COLUMNS, "channel_id = ? AND entry_id = ?", (channel.id, id_from(entry_id)))
    if not rows:
        raise NothingRecorded(f"channel {channel.id} has no entry {str(entry_id)[:20]}")
    return _entry(channel, rows[0])
