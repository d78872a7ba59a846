"""Imports of a file into a channel.

`look_through()` reads the whole file and stores nothing: it counts the entries, and finds their
order and what cannot be used. `store()` writes slices, each in its own transaction, which also
notes in the table `imports` how many entries are done. So a server that writes to the same database
never waits for long, and an import that was killed continues after the last slice on the disk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from thingclone.channels import access
from thingclone.database import execute
from thingclone.database.models import FIELD_COUNT, FIELD_NAMES, Channel, Import
from thingclone.database.transactions import writing
from thingclone.entries import storing
from thingclone.entries.storing import EntryRow
from thingclone.errors import Conflict
from thingclone.formats import times
from thingclone.transfer.files import Source
from thingclone.transfer.rows import Unusable, slices

MOST_REASONS = 20  # further refused records are only counted
MOST_SHOWN = 5  # entries that a dry run shows
AT_A_TIME = 1000  # records


# --- looking through ------------------------------------------------------------------------------


@dataclass
class Findings:
    """What is in a file."""

    entries: int = 0
    refused: int = 0
    reasons: list[tuple[int, str]] = field(default_factory=list)  # (number of the record, why)
    cut: int = 0  # values that are too long
    first: list[EntryRow] = field(default_factory=list)
    last_id: int = 0
    empty: list[int] = field(default_factory=lambda: list(range(FIELD_COUNT)))  # fields, from 0
    rising: int = 0
    falling: int = 0

    @property
    def newest_first(self) -> bool:
        return self.falling > self.rising

    @property
    def filled(self) -> list[str]:
        """The fields that have a value in some entry."""
        return [name for place, name in enumerate(FIELD_NAMES) if place not in self.empty]

    def refuse(self, number: int, reason: str):
        self.refused += 1
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append((number, reason))

    def add(self, row: EntryRow, before: EntryRow | None):
        self.entries += 1
        entry_id, created_at, values = row
        if len(self.first) < MOST_SHOWN:
            self.first.append(row)
        self.last_id = max(self.last_id, entry_id)
        if self.empty:
            self.empty = [place for place in self.empty if values[place] is None]
        if before is not None:
            # Ids show the order better than times, because an entry can arrive late.
            number, moment, _ = before
            step = entry_id - number if entry_id and number else created_at - moment
            self.rising += step > 0
            self.falling += step < 0


def look_through(source: Source, advance: Callable[[int], None]) -> Findings:
    """Read the whole source. Calls `advance` with the number of bytes read."""
    found, before, seen = Findings(), None, 0
    for number, record in source.records():
        try:
            row = source.row(record)
        except Unusable as unusable:
            found.refuse(number, str(unusable))
        else:
            found.add(row, before)
            before = row
        if number % AT_A_TIME == 0:
            seen, last = source.mark()[0], seen
            advance(seen - last)
    found.cut = source.reader.cut
    return found


# --- storing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """A request to import a file. `anew` ignores earlier imports. `label` labels the fields of a
    channel without labels.
    """

    channel_id: int
    file: str  # its name in messages, also in later ones
    digest: str
    anew: bool = False
    label: bool = True
    called: str = ""  # its name in messages about this request, if different
    how_anew: str = "use --anew"  # how to ignore earlier imports


def begin(order: Order, source: Source, found: Findings, now: int) -> Import:
    """Returns a new import, or the interrupted import of this file.

    Raises Conflict if the file was imported before or another import was interrupted, unless the
    order says `anew`.
    """
    with writing():
        channel = access.channel_to_change(order.channel_id)
        if order.anew:
            Import.delete().where(Import.channel == channel).execute()
        known = _known(channel)
        for one in known:
            if one.digest == order.digest and one.ended_at is None:
                return one
        for one in known:
            _check(one, order)
        if source.reader.with_ids:
            _keep_room(channel, found.last_id)
        if order.label:
            _label(channel, found, source.labels, now)
        return Import.create(
            channel=channel,
            digest=order.digest,
            file=order.file,
            entries=found.entries,
            done=0,
            began_at=now,
        )


def _keep_room(channel: Channel, last_id: int):
    """Reserve the ids up to this one, so that devices do not take them."""
    wanted = "SELECT 1 FROM entries WHERE channel_id = ? LIMIT 1"
    if execute(wanted, (channel.id,)).fetchone():
        raise Conflict(
            f"channel {channel.id} already has entries: IDs can be kept only in an empty channel"
        )
    storing.reserve(channel, last_id)


def _known(channel: Channel) -> list[Import]:
    """Returns the imports whose entries are still in the channel, and removes the others."""
    known = []
    for one in Import.select().where(Import.channel == channel):
        if _is_there(one):
            known.append(one)
        else:
            one.delete_instance()
    return known


def _is_there(job: Import) -> bool:
    if not job.done:
        return True
    place = "SELECT 1 FROM entries WHERE channel_id = ? AND entry_id = ? AND created_at = ?"
    row = execute(place, (job.channel_id, job.last_entry_id, job.last_created_at))
    return row.fetchone() is not None


def _check(known: Import, order: Order):
    if known.digest == order.digest and known.ended_at is not None:
        raise Conflict(
            f"{order.called or order.file} was imported into channel {known.channel_id} on"
            f" {times.exact(known.ended_at)[:10]}: {order.how_anew} to import it again"
        )
    if known.ended_at is None and known.done:
        raise Conflict(
            f"an import of {known.file} was interrupted after {known.done} of {known.entries}"
            " entries: import it again in the same way to finish it,"
            f" or {order.how_anew} to abandon it"
        )


def _label(channel: Channel, found: Findings, labels: dict, now: int):
    """Label the fields of a channel without labels, so that reads show them.

    A channel with labels hides its other fields on purpose.
    """
    if channel.fields:
        return
    fresh = labels or {name: name.replace("field", "Field ") for name in found.filled}
    fresh = {name: label for name, label in fresh.items() if getattr(channel, name) is None}
    if fresh:
        Channel.update(**fresh, updated_at=now).where(Channel.id == channel.id).execute()


def store(
    job: Import, source: Source, newest_first: bool, now: int, advance: Callable[[int], None]
) -> list[int]:
    """Store the remaining entries. Returns the ids that were taken and not stored."""
    taken = []
    for some in slices(islice(_rows(source, newest_first), job.done, None)):
        taken += _store(job, some, source.reader.with_ids)
        advance(len(some))
    with writing():
        Import.update(ended_at=now).where(Import.id == job.id).execute()
    return taken


def _store(job: Import, rows: list[EntryRow], with_ids: bool) -> list[int]:
    with writing():
        channel = access.channel_to_change(job.channel_id)
        taken = storing.insert(channel, rows) if with_ids else []
        last_id, last_at, _ = rows[-1] if with_ids else storing.append(channel, rows)
        noted = execute(
            """UPDATE imports SET done = ?, last_entry_id = ?, last_created_at = ?
                WHERE id = ? AND done = ?""",
            (job.done + len(rows), last_id, last_at, job.id, job.done),
        )
        if noted.rowcount != 1:
            raise Conflict(f"another process is importing {job.file}: wait until it has finished")
    job.done += len(rows)
    return [entry_id for entry_id, _, _ in taken]


def _rows(source: Source, newest_first: bool) -> Iterator[EntryRow]:
    for _, record in _backwards(source) if newest_first else source.records():
        try:
            yield source.row(record)
        except Unusable:
            continue  # the findings list it


def _backwards(source: Source) -> Iterator[tuple]:
    """Yields the records from last to first. Keeps only a thousand of them in memory."""
    marks: list[tuple[int, int] | None] = [None]
    for count, _ in enumerate(source.records(), 1):
        if count % AT_A_TIME == 0:
            marks.append(source.mark())
    for mark in reversed(marks):
        yield from reversed(list(islice(source.records(mark), AT_A_TIME)))
