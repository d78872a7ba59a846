"""Importing a file into a channel, after a preview (contract, section 5.4).

The server keeps nothing in between: the page with the preview contains the compressed file.
"""

import base64
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo

from thingclone.database.models import VALUES, Channel
from thingclone.entries.storing import EntryRow
from thingclone.errors import BadRequest, Conflict, Refusal, TooLarge
from thingclone.formats import times
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import file_in_form
from thingclone.transfer import files, importing
from thingclone.transfer.files import Source
from thingclone.transfer.importing import Findings, Order
from thingclone.web import visitor, wording
from thingclone.web.door import PageDoor, form_text, redirect
from thingclone.web.tabs import own_channel, show_tab

IMPORT = f"{CHANNEL}/import"
FILE_NAME = "a file from a browser"  # browsers do not always send the name of a file

door = PageDoor()


@dataclass(frozen=True)
class Given:
    """A file, and how to read it."""

    content: bytes
    zone: tzinfo
    anew: bool = False

    @classmethod
    def from_form(cls) -> "Given":
        packed = form_text("packed")
        content = _unpacked(packed) if packed else file_in_form("file", "upload[csv]")
        if not content.strip():
            raise BadRequest("there is no file, or it is empty: choose one")
        return cls(content, _zone(), bool(form_text("anew")))

    @property
    def packed(self) -> str:
        return base64.urlsafe_b64encode(zlib.compress(self.content)).decode()


def _unpacked(packed: str) -> bytes:
    most, opener = request.settings().max_body, zlib.decompressobj()
    try:
        content = opener.decompress(base64.urlsafe_b64decode(packed), most + 1)
    except (ValueError, zlib.error) as error:
        raise BadRequest("the file did not arrive complete: choose it again") from error
    if len(content) > most:
        raise TooLarge(f"the file is too large: the limit is {most} bytes")
    if not opener.eof:
        raise BadRequest("the file did not arrive complete: choose it again")
    return content


def _zone() -> tzinfo:
    name = form_text("feed[time_zone]") or form_text("timezone")
    zone = times.named_zone(name) if name else UTC
    if zone is None:
        raise BadRequest(f"{name[:50]!r} is not a time zone: use a name such as Europe/Rome")
    return zone


# --- the form, the preview ------------------------------------------------------------------------


@door.get(IMPORT)
def show_import(channel_id):
    return _form(own_channel(channel_id))


def _form(channel: Channel, refusal: Refusal | None = None) -> bytes:
    zone, names = str(visitor.zone()), times.zone_names()
    return show_tab(
        "Data",
        "import",
        channel,
        refusal,
        zone=zone,
        zones=names if zone in names else (zone, *names),
        most=request.settings().max_body // 1_000_000,
    )


@door.post(IMPORT)
def preview_or_import(channel_id):
    channel = own_channel(channel_id)
    try:
        given = Given.from_form()
        if not form_text("packed"):
            return _preview(channel, given)
        count = _import(channel, given)
    except Conflict as conflict:
        return _preview(channel, given, conflict)
    except Refusal as refusal:
        return _form(channel, refusal)
    return redirect(f"/channels/{channel.id}/data?imported={count}")


def _preview(channel: Channel, given: Given, refusal: Refusal | None = None) -> bytes:
    with _looked_through(channel, given) as (_, source, found):
        columns = ()
        if source.columns:
            columns = tuple(zip(source.columns.names, source.columns.targets, strict=True))
        return show_tab(
            "Data",
            "preview",
            channel,
            refusal,
            given=given,
            source=source,
            found=found,
            mapped=columns,
            first=[_shown(row, given.zone) for row in found.first],
            columns=_used(channel, found),
        )


def _used(channel: Channel, found: Findings) -> list[tuple[int, str]]:
    """Returns (place in VALUES, heading) of the values in the first entries."""
    return [
        (place, wording.column(channel, name))
        for place, name in enumerate(VALUES)
        if any(values[place] is not None for _, _, values in found.first)
    ]


def _shown(row: EntryRow, zone: tzinfo) -> tuple[str, tuple]:
    _, created_at, values = row
    return wording.clock(created_at, zone), values


# --- importing ------------------------------------------------------------------------------------


@door.post(f"{CHANNEL}/upload")
def upload(channel_id):
    """Imports the file of ThingSpeak's form."""
    channel = own_channel(channel_id)
    try:
        _import(channel, Given.from_form())
    except Refusal as refusal:
        return _form(channel, refusal)
    return redirect(f"/channels/{channel.id}#dataimport", 302)


def _import(channel: Channel, given: Given) -> int:
    """Imports in slices, so that devices can write in between. Returns the number of entries."""
    with _looked_through(channel, given) as (file, source, found):
        if not found.entries:
            raise BadRequest("the file has no entries")
        digest = files.digest(file, f"{given.zone} False")
        auto_label = request.settings().auto_label
        order = Order(
            channel.id,
            FILE_NAME,
            digest,
            given.anew,
            auto_label,
            called="this file",
            how_anew="tick the box below",
        )
        job = importing.begin(order, source, found, request.now())
        before = job.done
        importing.store(job, source, found.newest_first, request.now(), lambda _: None)
    return found.entries - before


@contextmanager
def _looked_through(channel: Channel, given: Given) -> Iterator[tuple]:
    """Yields (file in UTF-8, source of entries, findings)."""
    with files.readable(io.BytesIO(given.content), _encoding(given.content)) as file:
        source: Source = files.source(file, channel.labels, given.zone, with_ids=False)
        yield file, source, importing.look_through(source, lambda _: None)


def _encoding(content: bytes) -> str:
    """Returns the encoding of a file. Spreadsheets on Windows may use another than UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
