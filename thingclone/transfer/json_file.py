"""A JSON file of entries: an export, an answer of `feeds.json`, or a bare list.

Entries are read one by one, so that the whole file is never in memory.
"""

import json
from codecs import getincrementaldecoder
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, BinaryIO

from thingclone.database.models import FIELD_NAMES
from thingclone.entries.storing import EntryRow
from thingclone.errors import BadRequest
from thingclone.transfer.rows import Reader, Unusable, values_of

CHUNK = 65_536  # bytes
LONGEST = 4_000_000  # characters of one value

# Numbers stay as they are written.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
_BLANKS = " \t\r\n\ufeff"

Mark = tuple[int, int]


class JsonFile:
    """`unit` is what record numbers count. `labels` are those of the channel in the file."""

    format = "json"
    unit = "entry"
    columns = None
    description = "JSON"

    def __init__(self, file: BinaryIO, zone: tzinfo, with_ids: bool):
        self._file = file
        self._entry = 0
        self.labels: dict[str, str] = {}
        self.reader = Reader(zone, with_ids)
        self._go_to(0)
        self._find_list()
        self._start = self.mark()

    def mark(self) -> Mark:
        """Where the next record begins."""
        return self._offset + len(self._text[: self._place].encode()), self._entry

    def records(self, mark: Mark | None = None) -> Iterator[tuple[int, object]]:
        """Yields (number, value) of the elements of the list from a mark on."""
        offset, self._entry = mark or self._start
        self._go_to(offset)
        while (sign := self._peek()) != "]":
            if sign == ",":
                self._place += 1
            value = self._value()
            self._entry += 1
            yield self._entry, value

    def row(self, record: Any) -> EntryRow:
        """Returns the row of a record. Raises Unusable."""
        if not isinstance(record, dict):
            raise Unusable("an entry must be an object, {...}")
        entry_id, created_at = record.get("entry_id"), record.get("created_at")
        return self.reader.row(entry_id, created_at, values_of(record))

    # --- finding the list -------------------------------------------------------------------------

    def _find_list(self):
        """Go to the first entry of the list. Raises BadRequest if there is no list."""
        sign = self._take()
        while sign in "{,":
            name = self._value()
            self._expect(":")
            if name in ("feeds", "updates") and self._peek() == "[":
                sign = "["
                self._place += 1
                break
            value = self._value()
            if name == "channel" and isinstance(value, dict):
                self.labels = {
                    field: label
                    for field in FIELD_NAMES
                    if isinstance(label := value.get(field), str) and label.strip()
                }
            sign = self._take()
        if sign != "[":
            raise BadRequest('the file has no entries: {"feeds":[...]} was expected')

    # --- text -------------------------------------------------------------------------------------

    def _go_to(self, offset: int):
        self._file.seek(offset)
        self._decoder = getincrementaldecoder("utf-8")()
        self._offset, self._text, self._place = offset, "", 0

    def _read_on(self) -> bool:
        """Read more text. Returns False at the end of the file."""
        data = self._file.read(CHUNK)
        self._offset += len(self._text[: self._place].encode())
        try:
            more = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise self._broken("the file is not UTF-8") from error
        self._text, self._place = self._text[self._place :] + more, 0
        return bool(data)

    def _peek(self) -> str:
        """Returns the next character that is not blank, without taking it."""
        while True:
            while self._place < len(self._text):
                if self._text[self._place] not in _BLANKS:
                    return self._text[self._place]
                self._place += 1
            if not self._read_on():
                raise self._broken("the file ends too early")

    def _take(self) -> str:
        sign = self._peek()
        self._place += 1
        return sign

    def _expect(self, sign: str):
        if self._take() != sign:
            raise self._broken("the file is not JSON")

    def _value(self) -> Any:
        """Returns the next value. Reads more text if the value is incomplete."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
                # A number at the very end may be incomplete.
                if end < len(self._text) or not self._read_on():
                    self._place = end
                    return value
            except (ValueError, RecursionError) as error:
                is_too_long = len(self._text) - self._place > LONGEST
                if is_too_long or not self._read_on():
                    raise self._broken("the file is not JSON") from error

    def _broken(self, what: str) -> BadRequest:
        where = f"after entry {self._entry}" if self._entry else "at the start"
        return BadRequest(f"{what}, {where}")
