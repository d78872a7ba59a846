"""Writing entries: record() stores an Update, record_all() a BulkUpdate.

Who may write where is decided in registry; how the answer looks, in formats.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from thingclone.channels import access, devices, labels
from thingclone.database import execute, insert_columns, transactions
from thingclone.database.models import FIELD_NAMES, VALUES, Channel
from thingclone.database.transactions import writing
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
    with writing(checked_first=update.mac is None):
        if update.mac is not None:
            notes += devices.greet(update, now, settings)
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
            raise AuthRequired(f"this is the write key of another channel than {addressed.id}")
        _check_interval(channel, now, settings)
        moments, columns = _without_doubles(_moments(bulk, channel, now), bulk.columns)
        if moments:
            _store_all(channel, moments, columns, now, settings)
    return len(moments)


def record_status(channel_id: int, status: str, now: int, settings: Settings):
    """Store an entry that tells what the server itself has done; no interval holds it up."""
    with writing(checked_first=True):
        channel = access.channel_to_change(channel_id)
        _store(channel, now, {"status": status}, now, settings)


def _check_interval(channel: Channel, now: int, settings: Settings):
    last = channel.counter.last_write_at
    # A clock that was set back must not lock a channel up: a last write in the future does not
    # count.
    if last is not None and last <= now < last + settings.write_interval * times.SECOND:
        raise TooSoon(
            f"channel {channel.id} takes one write every {settings.write_interval:g} seconds"
        )


def _moments(bulk: BulkUpdate, channel: Channel, now: int) -> list[int]:
    """The time of each message; deltas count from the channel's last entry, or so that they end
    now.
    """
    if bulk.moments is not None:
        return bulk.moments
    start = _last_moment(channel)
    if start is None:
        start = now - sum(bulk.deltas)
    moments = list(accumulate(bulk.deltas, initial=start))[1:]
    if moments and not times.EARLIEST <= moments[0] <= moments[-1] <= times.LATEST:
        raise BadRequest("the sum of delta_t leads beyond the calendar")
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


# --- storing --------------------------------------------------------------------------------------

_COLUMNS = ("channel_id", "entry_id", "created_at", "overtaken_by", *VALUES)
_INSERT = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


def _store(
    channel: Channel, created_at: int, values: dict[str, str], now: int, settings: Settings
) -> int:
    """Insert one entry and count it; its id."""
    if settings.auto_label and channel.unlabelled:
        _label(channel, values, now)
    counter = channel.counter
    entry_id, newest_at = (counter.last_entry_id or 0) + 1, counter.newest_at
    overtaken_by = newest_at if newest_at is not None and newest_at > created_at else None
    execute(_INSERT, (channel.id, entry_id, created_at, overtaken_by, *map(values.get, VALUES)))
    if overtaken_by is None:
        counter.newest_at = created_at
    for name in FIELD_NAMES:
        if name in values:
            setattr(counter, name, entry_id)
    _count(channel, entry_id, now)
    return entry_id


def _store_all(
    channel: Channel, moments: list[int], columns: dict[str, list], now: int, settings: Settings
):
    """Insert entries, given column by column, and count them."""
    if settings.auto_label and channel.unlabelled:
        _label(
            channel, [name for name in columns if _place_of_last(columns[name]) is not None], now
        )
    counter = channel.counter
    first_id = (counter.last_entry_id or 0) + 1
    newest_at = moments[0] if counter.newest_at is None else counter.newest_at
    place = {
        "channel_id": [channel.id] * len(moments),
        "entry_id": range(first_id, first_id + len(moments)),
        "created_at": moments,
    }
    insert_columns("entries", place | _overtaken(moments, newest_at) | columns)
    counter.newest_at = max(newest_at, *moments)
    for name in FIELD_NAMES:
        last = _place_of_last(columns.get(name, ()))
        if last is not None:
            setattr(counter, name, first_id + last)
    _count(channel, first_id + len(moments) - 1, now)


def _overtaken(moments: list[int], newest_at: int) -> dict[str, list]:
    """The column `overtaken_by`: for each entry the latest time before it, if it is older than
    that. Left out where all come in order.
    """
    if newest_at <= moments[0] and moments == sorted(moments):
        return {}
    before = accumulate([newest_at, *moments[:-1]], max)
    latest_and_own = zip(before, moments, strict=True)
    return {"overtaken_by": [latest if latest > own else None for latest, own in latest_and_own]}


def _place_of_last(column: list) -> int | None:
    """Where the last value of a column stands; None if it has none."""
    places = range(len(column) - 1, -1, -1)
    return next((place for place in places if column[place] is not None), None)


_COUNTED = ("last_entry_id", "last_write_at", "newest_at", *FIELD_NAMES)
_COUNT = f"UPDATE counters SET {', '.join(f'{name} = ?' for name in _COUNTED)} WHERE channel_id = ?"


def _count(channel: Channel, last_entry_id: int, now: int):
    channel.counter.last_entry_id, channel.counter.last_write_at = last_entry_id, now
    if transactions.is_remembered():
        transactions.at_commit(channel.id, partial(save_counter, channel))
    else:
        save_counter(channel)


def save_counter(channel: Channel):
    counted = (getattr(channel.counter, name) for name in _COUNTED)
    execute(_COUNT, (*counted, channel.id))


def _label(channel: Channel, written: Iterable[str], now: int):
    """Label fields that are written to for the first time, or reads would not show them."""
    for name in channel.unlabelled.intersection(written):
        labels.give_label(channel, name, name.replace("field", "Field "), now)
