"""Rows of the table `entries`, made of the records that files and other servers hold."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from itertools import islice
from time import monotonic, sleep

from thingclone.database.models import TEXT_LIMIT, VALUES
from thingclone.database.transactions import GIVE_WAY_SECONDS
from thingclone.entries.storing import EntryRow
from thingclone.formats import times
from thingclone.formats.numbers import LARGEST_ID, coordinate, strict_real

AT_ONCE = 3000  # rows per transaction: a server must not wait long for its turn

_LATITUDE, _LONGITUDE = VALUES.index("latitude"), VALUES.index("longitude")
_UNDECODED = re.compile("[\udc80-\udcff]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_WHOLE = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


class Unusable(Exception):
    """A record cannot become an entry. The reason is half a sentence."""


class Reader:
    """Turns records into rows, and counts the values it truncates."""

    def __init__(self, zone: tzinfo, with_ids: bool):
        self.zone = zone
        self.with_ids = with_ids
        self.cut = 0

    def row(self, entry_id: object, created_at: object, values: tuple) -> EntryRow:
        """Returns a row. Raises Unusable if the id, date or a value is not valid."""
        number = _number(entry_id)
        if not number and self.with_ids:
            raise Unusable(
                f"{_quoted(entry_id)} is not a valid entry_id"
                if entry_id
                else "entry_id is missing"
            )
        if created_at is None:
            raise Unusable("the date is missing")
        moment = times.parse(created_at, self.zone)
        if moment is None:
            raise Unusable(f"{_quoted(created_at)} is not a valid date")
        place = values[_LATITUDE], values[_LONGITUDE]
        if place != (None, None):
            values = (*values[:_LATITUDE], *map(_coordinate, place), *values[_LONGITUDE + 1 :])
        if any(type(value) is not str or len(value) > 100 for value in values if value is not None):
            values = tuple(map(self._text, values))
        return number, moment, values

    def _text(self, value: object) -> str | None:
        if isinstance(value, str | None):
            text = value
        elif isinstance(value, bool):
            text = "true" if value else "false"
        else:
            raise Unusable("a value must be text or a number, not a list or an object")
        if text is not None and len(text) > TEXT_LIMIT:
            self.cut += 1
            text = text[:TEXT_LIMIT]
        return text


def utf_8(text: str) -> str:
    """Returns a text that every database can store.

    Raises Unusable if "surrogateescape" decoded it from something other than UTF-8.
    """
    if not text.isascii() and _UNDECODED.search(text):
        raise Unusable("the text is not UTF-8: give its --encoding, for example latin-1")
    return text.replace("\0", "\ufffd")


def values_of(record: dict) -> tuple:
    """Returns the values of an entry in JSON."""
    return tuple(map(storable, map(record.get, VALUES)))


def storable(value: object) -> object:
    """Replace NULs and lone surrogates in a text. Returns anything else unchanged."""
    return _UNSTORABLE.sub("\ufffd", value) if type(value) is str else value


def _number(value: object) -> int:
    text = str(value).strip()
    return int(text) if _WHOLE.fullmatch(text) and int(text) <= LARGEST_ID else 0


def _coordinate(value: object) -> str | None:
    if value is None or value == "":
        return None
    if strict_real(str(value).strip()) is None:
        raise Unusable(f"{_quoted(value)} is not a latitude or longitude in degrees")
    return coordinate(value)


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def slices(rows: Iterable[EntryRow]) -> Iterator[list[EntryRow]]:
    """Yields slices to store in one transaction each, with pauses for others to write."""
    rows, free_since = iter(rows), 0.0
    while some := list(islice(rows, AT_ONCE)):
        sleep(max(0.0, free_since + GIVE_WAY_SECONDS - monotonic()))
        yield some
        free_since = monotonic()
