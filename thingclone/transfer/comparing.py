"""Compares a pulled channel with its source: counts, first and last entry, checksums of windows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from thingclone.channels import access
from thingclone.database.models import FIELD_NAMES, VALUES, Channel, Pull, PulledWindow
from thingclone.entries.storing import EntryRow
from thingclone.entries.window import Selection, Window, select
from thingclone.formats import times
from thingclone.formats.numbers import LARGEST_ID

_STORED = ("entry_id", "created_at", *VALUES)


@dataclass(frozen=True)
class Side:
    """One of the two channels."""

    entries: int
    first_id: int | None
    last_id: int | None


@dataclass(frozen=True)
class Difference:
    """A window whose entries differ: its bounds as text, and the number of entries."""

    window: str
    there: int
    here: int


@dataclass(frozen=True)
class Comparison:
    there: Side
    here: Side
    windows: int
    differences: list[Difference]

    @property
    def is_alike(self) -> bool:
        return self.there == self.here and not self.differences


def compare(pull: Pull) -> Comparison:
    """Compare the entries here, window by window, with those that were pulled."""
    channel = access.channel(pull.channel_id)
    windows = sorted(
        PulledWindow.select().where(PulledWindow.channel == pull.channel_id),
        key=lambda window: window.first,
    )
    there, here, ids, differences = 0, 0, [], []
    for window in windows:
        rows = _stored(channel, pull, window)
        there, here = there + window.entries, here + len(rows)
        ids += [rows[0][0], rows[-1][0]] if rows else []
        if window.checksum != checksum(rows, pull.fields):
            differences.append(Difference(_named(pull, window), window.entries, len(rows)))
    ids_there = [number for one in windows for number in (one.lowest_id, one.highest_id) if number]
    return Comparison(_side(there, ids_there), _side(here, ids), len(windows), differences)


def _side(entries: int, ids: list[int]) -> Side:
    return Side(entries, min(ids, default=None), max(ids, default=None))


def _stored(channel: Channel, pull: Pull, window: PulledWindow) -> list[EntryRow]:
    """Returns the entries of a window by id, without those that devices wrote here since."""
    if pull.axis == "ids":
        wanted = Window(first_id=window.first, last_id=window.last)
    else:
        end = (window.last + 1) * times.SECOND - 1
        wanted = Window(start=window.first * times.SECOND, end=end)
    rows = Selection(channel, wanted, LARGEST_ID).rows(_STORED)
    return sorted(_entry_row(row) for row in rows if row[0] <= pull.last_entry_id)


def _named(pull: Pull, window: PulledWindow) -> str:
    if pull.axis == "ids":
        return f"entries {window.first} to {window.last}"
    first, last = (
        times.spaced(second * times.SECOND, times.UTC) for second in (window.first, window.last)
    )
    return f"{first} to {last}"


def differing(pull: Pull, rows: Iterable[EntryRow]) -> list[int]:
    """Returns the ids of the rows that differ from the entries here."""
    return [
        row[0]
        for row in rows
        if _line(row, pull.fields) != _line(_entry(pull, row[0]), pull.fields)
    ]


def _entry(pull: Pull, entry_id: int) -> EntryRow:
    found = select(_STORED, "channel_id = ? AND entry_id = ?", (pull.channel_id, entry_id))
    return _entry_row(found[0])


def _entry_row(row: tuple) -> EntryRow:
    return row[0], row[1], row[2:]


def checksum(rows: Iterable[EntryRow], fields: str) -> str:
    """Returns the checksum of rows in the order of their ids. `fields` are those shown there."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row, fields))
    return digest.hexdigest()


def _line(row: EntryRow, fields: str) -> bytes:
    """Returns what can be compared: the time in whole seconds, and the values shown there."""
    entry_id, created_at, values = row
    shown = fields.split(",")
    compared = [
        value
        for name, value in zip(VALUES, values, strict=True)
        if name in shown or name not in FIELD_NAMES
    ]
    return json.dumps([entry_id, created_at // times.SECOND, *compared]).encode() + b"\n"
