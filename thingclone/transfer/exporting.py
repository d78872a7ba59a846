"""Exports of a channel: every column, labelled or not, with times to the microsecond.

`importing` reads back the same entries. A value that a spreadsheet takes for a formula stays as it
is.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from thingclone.database.models import FIELD_NAMES, VALUES, Channel
from thingclone.entries import reading
from thingclone.errors import BadRequest
from thingclone.formats import times
from thingclone.formats.as_csv import CSV
from thingclone.formats.feed import Feed

EXPORTED = ("created_at", "entry_id", *VALUES)


def csv_text(channel: Channel) -> Iterator[tuple[str, int]]:
    """Yields (text, number of entries in it): a header line, then a line for each entry."""
    yield CSV.header(EXPORTED), 0
    for rows in reading.pages(channel, EXPORTED):
        yield CSV.rows(Feed(None, EXPORTED, rows), times.exact), len(rows)


def json_text(channel: Channel) -> Iterator[tuple[str, int]]:
    """Yields (text, number of entries in it) of a JSON document in the shape of a feed."""
    yield f'{{"channel":{_json(_about(channel))},"feeds":[', 0
    separator = "\n"
    for rows in reading.pages(channel, EXPORTED):
        if rows:
            yield separator + ",\n".join(map(_json_entry, rows)), len(rows)
            separator = ",\n"
    yield "\n]}\n", 0


FORMATS = {"csv": csv_text, "json": json_text}


def to_file(pieces: Iterator[tuple[str, int]], file: Path) -> int:
    """Write an export to a file, and return the number of entries.

    The file appears only once it is complete and on the disk.
    """
    if file.exists() and not file.is_file():
        raise BadRequest(f"{file} is not a regular file: omit -o to write to standard output")
    file, count = file.resolve(), 0
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as target:
            for text, entries in pieces:
                target.write(text)
                count += entries
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise BadRequest(f"{file} cannot be written: {error.strerror}") from error
    return count


def _about(channel: Channel) -> dict:
    """Returns the channel object of a feed with the labels of all fields."""
    about = reading.channel_object(channel, metadata=True)
    about |= {name: getattr(channel, name) for name in FIELD_NAMES}
    for name in ("created_at", "updated_at"):
        about[name] = times.exact(about[name])
    return about


def _json_entry(row: tuple) -> str:
    created_at, *rest = row
    return _json(dict(zip(EXPORTED, (times.exact(created_at), *rest), strict=True)))


def _json(thing: dict) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
