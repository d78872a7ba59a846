"""Ways to read all entries of a channel from a server that limits each answer, usually to 8000.

A walk requests one window after another, and yields a window once it is sure to have all its
entries. The limit of a server is unknown, so an answer as long as the longest so far may be cut
off. A walk by ids then halves the window. A walk by times continues before the oldest entry of the
answer, or after the newest one on servers that cut off the newest entries.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from thingclone.errors import BadRequest
from thingclone.formats import times

AT_ONCE = 8000  # entries requested
FEWEST = 100  # no server has a lower limit
FIRST_SECOND = 0  # 1970
LAST_SECOND = 4_102_444_800  # 2100-01-01
_STRANGERS = 3  # ids in a row that are missing or of another second

Row = dict


class FetchedWindow(NamedTuple):
    """All entries between two ids or two seconds, inclusive."""

    first: int
    last: int
    rows: list[Row]


@dataclass
class Walk(ABC):
    """`feed(**params)` requests a list of entries."""

    axis: ClassVar[str]
    feed: Callable[..., list[Row]]
    longest: int = FEWEST

    @abstractmethod
    def bounds(self, last_entry_id: int) -> tuple[int, int]:
        """Returns the bounds of all entries up to this one."""

    @abstractmethod
    def windows(self, first: int, last: int) -> Iterator[FetchedWindow]:
        """Fetch everything between these bounds, window by window."""

    @abstractmethod
    def key(self, row: Row) -> int:
        """Returns where the entry lies on the axis."""

    @abstractmethod
    def params(self, first: int, last: int) -> dict:
        """Returns the parameters that ask for entries between these bounds."""

    def _asked(self, first: int, last: int) -> tuple[list[Row], bool]:
        """Returns (the entries between these bounds, whether some may be cut off)."""
        rows = self.feed(**self.params(first, last), results=AT_ONCE)
        if any(not first <= self.key(row) <= last for row in rows):
            raise BadRequest("the server returned other entries than requested")
        may_be_cut = len(rows) >= self.longest
        self.longest = max(self.longest, len(rows))
        return sorted(rows, key=lambda row: (self.key(row), row["entry_id"])), may_be_cut


class WalkByIds(Walk):
    """A walk for servers that support start_entry_id and end_entry_id."""

    axis = "ids"

    def bounds(self, last_entry_id: int) -> tuple[int, int]:
        return 1, last_entry_id

    def key(self, row: Row) -> int:
        return row["entry_id"]

    def params(self, first: int, last: int) -> dict:
        return {"start_entry_id": first, "end_entry_id": last}

    def windows(self, first: int, last: int) -> Iterator[FetchedWindow]:
        for begin in range(first, last + 1, AT_ONCE):
            yield from self._halves(begin, min(begin + AT_ONCE - 1, last))

    def _halves(self, first: int, last: int) -> Iterator[FetchedWindow]:
        rows, may_be_cut = self._asked(first, last)
        if not may_be_cut or len(rows) > last - first:
            yield FetchedWindow(first, last, rows)
            return
        middle = (first + last) // 2
        yield from self._halves(first, middle)
        yield from self._halves(middle + 1, last)


@dataclass
class WalkByTimes(Walk):
    """A walk for servers that support only start and end. `entry(entry_id)` requests one entry."""

    entry: Callable[[int], Row | None] = lambda entry_id: None
    cuts_oldest: bool = True
    axis = "times"

    def bounds(self, last_entry_id: int) -> tuple[int, int]:
        return FIRST_SECOND, LAST_SECOND

    def key(self, row: Row) -> int:
        return second_of(row)

    def params(self, first: int, last: int) -> dict:
        return {"start": _printed(first), "end": _printed(last)}

    def windows(self, first: int, last: int) -> Iterator[FetchedWindow]:
        is_known = False  # whether there must be an entry at the bound
        while first <= last:
            rows, may_be_cut = self._asked(first, last)
            bound = last if self.cuts_oldest else first
            if is_known and not any(self.key(row) == bound for row in rows):
                raise BadRequest("the channel changed while it was read: run the command again")
            if not may_be_cut:
                yield FetchedWindow(first, last, rows)
                return
            edge = self.key(rows[0] if self.cuts_oldest else rows[-1])
            if edge == bound:
                # One second has more entries than the limit: request the others one by one.
                yield FetchedWindow(edge, edge, self._all_of_second(edge, rows))
                step, is_known = 1, False
            else:
                whole = [row for row in rows if self.key(row) != edge]
                span = (edge + 1, last) if self.cuts_oldest else (first, edge - 1)
                yield FetchedWindow(*span, whole)
                step, is_known = 0, True
            if self.cuts_oldest:
                last = edge - step
            else:
                first = edge + step

    def _all_of_second(self, second: int, rows: list[Row]) -> list[Row]:
        """Add the entries that the server does not list. Their ids are near the listed ones."""
        found = {row["entry_id"]: row for row in rows}
        lowest, highest = min(found), max(found)
        between = (number for number in range(lowest, highest) if number not in found)
        for numbers in (
            range(lowest - 1, 0, -1),
            range(highest + 1, highest + 2**31),
            between,
        ):
            found |= {row["entry_id"]: row for row in self._near(second, numbers)}
        return list(found.values())

    def _near(self, second: int, numbers: Iterable[int]) -> Iterator[Row]:
        strangers = 0
        for number in numbers:
            row = self.entry(number)
            if row is not None and second_of(row) == second:
                strangers = 0
                yield row
            else:
                strangers += 1
                if strangers == _STRANGERS:
                    return


def second_of(row: Row) -> int:
    moment = times.parse(row.get("created_at"), times.UTC)
    if moment is None:
        raise BadRequest(f"entry {row.get('entry_id')} on the server has no time")
    return moment // times.SECOND


def _printed(second: int) -> str:
    return times.iso(second * times.SECOND, times.UTC)[:-1].replace("T", " ")


def gaps(windows: Iterable[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Returns the ranges between two bounds that no window covers."""
    left = []
    for begin, end in sorted(windows):
        if begin > last:
            break
        if begin > first:
            left.append((first, begin - 1))
        first = max(first, end + 1)
    return left + ([(first, last)] if first <= last else [])
