"""A CSV file of entries.

Records are read one by one, so that the whole file is never in memory. A quotation mark that is
never closed spoils only its own line.
"""

import re
from collections.abc import Callable, Iterator
from datetime import tzinfo
from functools import cache, cached_property
from itertools import islice
from operator import itemgetter
from typing import Any, BinaryIO

from thingclone.entries.storing import EntryRow
from thingclone.errors import BadRequest
from thingclone.formats import times
from thingclone.transfer import columns
from thingclone.transfer.rows import Reader, Unusable, utf_8

SEPARATORS = ("\t", ";", ",")  # in a tie the first wins: commas may be decimal commas
LONGEST = 65_536  # bytes of a record
_LOOKED_AT = 20  # records to guess the columns from
_BOM = b"\xef\xbb\xbf"

Mark = tuple[int, int]


class CsvFile:
    """`unit` is what record numbers count."""

    format = "csv"
    unit = "line"
    labels: dict[str, str] = {}  # a CSV file has none

    def __init__(self, file: BinaryIO, labels: dict, zone: tzinfo, with_ids: bool):
        self._file = file
        self._zone = zone
        self._line = 0
        self.reader = Reader(zone, with_ids)
        begin = self._find_separator()
        self._start = self._find_columns(begin, labels)

    @property
    def description(self) -> str:
        parted = {"\t": "tabs", ";": "semicolons", ",": "commas"}.get(self.separator)
        header = "with a header line" if self.has_header else "without a header line"
        return f"CSV, separated by {parted or self.separator}, {header}"

    def mark(self) -> Mark:
        """Where the next record begins."""
        return self._file.tell(), self._line

    def records(self, mark: Mark | None = None) -> Iterator[tuple[int, list | str]]:
        """Yields (number, cells) from a mark on, or (number, reason) for an unreadable record."""
        self._go_to(mark or self._start)
        while line := self._read_line():
            number = self._line
            cells = self._cells(line)
            if isinstance(cells, str) or any(cell is not None for cell in cells):
                yield number, cells

    def row(self, record: Any) -> EntryRow:
        """Returns the row of a record. Raises Unusable."""
        if isinstance(record, str):
            raise Unusable(record)
        width = len(self.columns.targets)
        if len(record) > width and any(cell is not None for cell in record[width:]):
            raise Unusable(f"the line has {len(record)} cells, but the file has {width} columns")
        cells = [*record[:width], *[None] * (width + 1 - len(record))]
        created_at, entry_id, *values = self._pick(cells)
        return self.reader.row(entry_id, created_at, tuple(values))

    @cached_property
    def _pick(self) -> Callable[[list], tuple]:
        return itemgetter(*self.columns.places)

    # --- what it looks like -----------------------------------------------------------------------

    def _find_separator(self) -> Mark:
        """Returns the mark of the first record. Excel may name the separator in a line before."""
        self._go_to((0, 0))
        if self._file.read(len(_BOM)) != _BOM:
            self._file.seek(0)
        begin, line = self.mark(), self._read_line()
        while line and not line.strip():
            begin, line = self.mark(), self._read_line()
        if len(line.strip()) == 5 and line.lower().startswith(b"sep="):
            self.separator = line[4:5].decode("latin-1")
            return self.mark()
        self.separator = separator_of(line.decode("latin-1"))
        return begin

    def _find_columns(self, begin: Mark, labels: dict) -> Mark:
        """Returns the mark of the first record that is an entry."""
        found = (cells for _, cells in self.records(begin) if isinstance(cells, list))
        first, *others = list(islice(found, 1 + _LOOKED_AT)) or [[]]
        if not first:
            raise BadRequest("the file has no records")
        second = others[0] if others else []
        self.has_header = columns.has_header(first, second, labels, self._is_date)
        if self.has_header:
            self.columns = columns.named(first, labels)
            next(self.records(begin))
            begin = self.mark()
        else:
            others.append(first)
            self.columns = columns.positional(max(map(len, others)))
        self._check_dates(others)
        return begin

    def _check_dates(self, records: list[list]):
        """Refuse a file without times with one sentence instead of one for each line."""
        if "created_at" not in self.columns.targets:
            raise BadRequest("no column has times: name one created_at in the first line")
        place = self.columns.targets.index("created_at")
        texts = [cells[place] for cells in records if len(cells) > place]
        if texts and not any(map(self._is_date, texts)):
            name = self.columns.names[place]
            raise BadRequest(f"column {name!r} should have times, but has none")

    def _is_date(self, cell: str | None) -> bool:
        return cell is not None and times.parse(cell, self._zone) is not None

    # --- records ----------------------------------------------------------------------------------

    def _go_to(self, mark: Mark):
        offset, self._line = mark
        self._file.seek(offset)

    def _read_line(self) -> bytes:
        """Returns the next line with its end. Empty at the end of the file."""
        self._line += 1
        return self._file.readline(LONGEST)

    def _cells(self, line: bytes) -> list | str:
        """Returns the cells of the record that begins with this line, or why it is unreadable."""
        if len(line) == LONGEST:
            return self._passed_over(line)
        cells = self._split(line)
        return self._joined(line) if cells is None else cells

    def _joined(self, record: bytes) -> list | str:
        """Join lines until all quotation marks are closed.

        If they never are, only this line is unreadable.
        """
        after_line, cells = self.mark(), None
        while cells is None:
            line = self._read_line() if len(record) < LONGEST else b""
            record += line
            cells = self._split(record) if line else "a quotation mark is never closed"
        if isinstance(cells, str):
            self._go_to(after_line)
        return cells

    def _split(self, record: bytes) -> list | str | None:
        text = record.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        try:
            return cells_of(utf_8(text), self.separator)
        except (Unusable, ValueError) as unusable:
            return str(unusable)

    def _passed_over(self, line: bytes) -> str:
        while line and not line.endswith(b"\n"):
            line = self._file.readline(LONGEST)
        return f"the line is longer than {LONGEST} bytes"


# --- cells ----------------------------------------------------------------------------------------


def cells_of(record: str, separator: str) -> list[str | None] | None:
    """Returns the cells of a record without its line end, or None if a quotation is still open.

    An empty cell is null and `""` an empty text, as in exports. Python's csv module cannot tell the
    two apart. Raises ValueError if a closing quotation mark is not followed by a separator.
    """
    if '"' not in record:
        return [cell or None for cell in record.split(separator)]
    found, place, pattern = [], 0, _cell(separator)
    while match := pattern.match(record, place):
        quoted, plain, end = match.groups()
        found.append(plain or None if quoted is None else quoted.replace('""', '"'))
        if not end:
            return found
        place = match.end()
    if _OPEN.fullmatch(record, place):
        return None
    raise ValueError("the quotation marks do not match")


@cache
def _cell(separator: str) -> re.Pattern:
    """Returns a pattern for a cell and the separator after it."""
    quoted = r' *+"((?:[^"]++|"")*+)" *'
    return re.compile(rf'(?:{quoted}|(?! *+")([^{separator}]*))({separator}|\Z)')


_OPEN = re.compile(r' *"(?:[^"]++|"")*+', re.DOTALL)


def separator_of(line: str) -> str:
    """Returns the most frequent separator of a line outside quotation marks."""
    outside = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=outside.count) if any(map(outside.count, SEPARATORS)) else ","
