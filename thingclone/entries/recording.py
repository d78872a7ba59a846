"""Writing entries: record() stores an Update, record_all() a BulkUpdate.

`channels.access` decides who may write where, and `storing` inserts the entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from thingclone.channels import access, devices, labels
from thingclone.database import execute
from thingclone.database.models import Channel
from thingclone.database.transactions import writing
from thingclone.entries import storing
from thingclone.entries.bulk import BulkUpdate
from thingclone.entries.update import Update
from thingclone.errors import AuthRequired, BadRequest, TooSoon
from thingclone.formats import times
from thingclone.settings import Settings


@dataclass(slots=True)
class Recorded:
    """An entry that was stored: its place and time, and what its sender should know, in plain
    sentences.
    """

    channel_id: int
    entry_id: int
    created_at: int
    notes: tuple[str, ...] = ()


def record(update: Update, now: int, settings: Settings) -> Recorded:
    """Store one entry. AuthRequired without a key that may write, TooSoon within the channel's
    write interval.
    """
    notes = update.notes
    with writing(checked_first=update.mac is None, forgets=False):
        if update.mac is not None:
            notes += devices.greet(update.key, update.mac, update.address, now, settings)
        channel = access.channel_to_write(update.key, update.mac)
        if not update.unlimited:
            _check_interval(channel, now, settings)
        created_at = now if update.created_at is None else update.created_at
        values = update.values
        if update.named:
            values = values | _by_field(channel, update.named, now)
        entry_id = _store(channel, created_at, values, now, settings)
    return Recorded(channel.id, entry_id, created_at, notes)


def _by_field(channel: Channel, named: dict[str, str], now: int) -> dict[str, str]:
    """Values that go by names of the device's own choice, by the fields with these labels."""
    fields = labels.fields_called(channel, named, now)
    return {fields[name]: value for name, value in named.items()}


def record_all(channel_id: int | str, bulk: BulkUpdate, now: int, settings: Settings) -> int:
    """Store the entries of a bulk write, all or none; how many they are.

    Of messages with the same time the last is kept. TooSoon within the interval, NoSuchThing and
    AuthRequired if there is no such channel or it has another write key.
    """
    with writing():
        addressed = access.channel(channel_id)
        channel = access.channel_to_write(bulk.key)
        if channel.id != addressed.id:
            raise AuthRequired(f"this is the write key of another channel, not of {addressed.id}")
        _check_interval(channel, now, settings)
        moments, columns = _without_doubles(_moments(bulk, channel, now), bulk.columns)
        if moments:
            _store_columns(channel, moments, columns, now, settings)
    return len(moments)


def record_status(channel_id: int, status: str, now: int, settings: Settings):
    """Store an entry that tells what the server itself has done; no interval holds it up."""
    with writing(checked_first=True, forgets=False):
        channel = access.channel_to_change(channel_id)
        _store(channel, now, {"status": status}, now, settings)


def _check_interval(channel: Channel, now: int, settings: Settings):
    last = channel.counter.last_write_at
    # A clock that was set back must not lock a channel up: a last write in the future does not
    # count.
    if last is not None and last <= now < last + settings.write_interval * times.SECOND:
        raise TooSoon(
            f"channel {channel.id} accepts one write every {settings.write_interval:g} seconds"
        )


def _moments(bulk: BulkUpdate, channel: Channel, now: int) -> list[int]:
    """The time of each message; deltas count from the channel's last entry, or so that they end
    now.
    """
    if bulk.moments is not None:
        return bulk.moments
    deltas = bulk.deltas or []
    start = _last_moment(channel)
    if start is None:
        start = now - sum(deltas)
    moments = list(accumulate(deltas, initial=start))[1:]
    if moments and not times.EARLIEST <= moments[0] <= moments[-1] <= times.LATEST:
        raise BadRequest("the delta_t values add up to a time beyond the year 9999")
    return moments


def _without_doubles(moments: list[int], columns: dict[str, list]) -> tuple[list, dict]:
    """Of entries with the same time the last."""
    last_of_its_time = {moment: place for place, moment in enumerate(moments)}
    if len(last_of_its_time) == len(moments):
        return moments, columns
    kept = sorted(last_of_its_time.values())
    return [moments[place] for place in kept], {
        name: [column[place] for place in kept] for name, column in columns.items()
    }


def _last_moment(channel: Channel) -> int | None:
    row = execute(
        "SELECT created_at FROM entries WHERE channel_id = ? ORDER BY entry_id DESC LIMIT 1",
        (channel.id,),
    ).fetchone()
    return row[0] if row else None


# --- what storing a device's entry brings along --------------------------------------------------


def _store(
    channel: Channel, created_at: int, values: dict[str, str], now: int, settings: Settings
) -> int:
    """Store one entry. Returns its number."""
    if settings.auto_label and not channel.unlabelled.isdisjoint(values):
        _label(channel, values, now)
    channel.counter.last_write_at = now
    return storing.store(channel, created_at, values)


def _store_columns(
    channel: Channel, moments: list[int], columns: dict[str, list], now: int, settings: Settings
):
    if settings.auto_label and channel.unlabelled:
        written = [name for name in columns if storing.place_of_last(columns[name]) is not None]
        _label(channel, written, now)
    channel.counter.last_write_at = now
    storing.store_columns(channel, moments, columns)


def _label(channel: Channel, written: Iterable[str], now: int):
    """Label fields that are written to for the first time, or reads would not show them."""
    for name in channel.unlabelled.intersection(written):
        labels.give_label(channel, name, name.replace("field", "Field "), now)
