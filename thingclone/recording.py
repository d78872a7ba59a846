"""Writing entries: record() stores an Update, record_all() a BulkUpdate.

Who may write where is decided in registry; how the answer looks, in formats.
"""

from dataclasses import dataclass
from functools import partial

from thingclone import registry, timestamps, transactions
from thingclone.database import execute, execute_many
from thingclone.errors import AuthRequired, BadRequest, TooLarge, TooSoon
from thingclone.models import FIELD_NAMES, Channel
from thingclone.settings import Settings
from thingclone.transactions import writing
from thingclone.updates import BulkUpdate, Message, Update


@dataclass(frozen=True)
class Recorded:
    """An entry that was stored: its place and time."""

    channel_id: int
    entry_id: int
    created_at: int


def record(update: Update, now: int, settings: Settings) -> Recorded:
    """Store one entry. AuthRequired without a write key, TooSoon within the channel's write
    interval.
    """
    with writing(checked_first=True):
        channel = registry.channel_to_write(update.key)
        if not update.unlimited:
            _check_interval(channel, now, settings)
        created_at = now if update.created_at is None else update.created_at
        entry_id = _store(channel, [(created_at, update.values)], now, settings)
    return Recorded(channel.id, entry_id, created_at)


def record_all(channel_id: int | str, bulk: BulkUpdate, now: int, settings: Settings) -> int:
    """Store the entries of a bulk write, all or none; how many they are.

    Of messages with the same time the last is kept. TooLarge beyond `max_bulk` messages, TooSoon
    within the interval, NoSuchThing and AuthRequired if there is no such channel or it has another
    write key.
    """
    if len(bulk.messages) > settings.max_bulk:
        raise TooLarge(
            f"{len(bulk.messages)} messages in one bulk write: the limit is {settings.max_bulk}"
        )
    with writing():
        addressed = registry.channel(channel_id)
        channel = registry.channel_to_write(bulk.key)
        if channel.id != addressed.id:
            raise AuthRequired(f"this is the write key of another channel than {addressed.id}")
        _check_interval(channel, now, settings)
        entries = _dated(bulk.messages, channel, now)
        if entries:
            _store(channel, entries, now, settings)
    return len(entries)


def _check_interval(channel: Channel, now: int, settings: Settings):
    last = channel.counter.last_write_at
    # A clock that was set back must not lock a channel up: a last write in the future does not
    # count.
    if last is not None and last <= now < last + settings.write_interval * timestamps.SECOND:
        raise TooSoon(
            f"channel {channel.id} takes one write every {settings.write_interval:g} seconds"
        )


def _dated(messages: list[Message], channel: Channel, now: int) -> list[tuple[int, dict]]:
    """(created_at, values) of each message; deltas count from the channel's last entry, or so that
    they end now.
    """
    if all(message.delta is None for message in messages):
        dated = [(message.created_at, message.values) for message in messages]
    elif any(message.delta is None for message in messages):
        raise BadRequest("updates must not mix created_at and delta_t")
    else:
        moment = _last_moment(channel)
        if moment is None:
            moment = now - sum(message.delta for message in messages)
        dated = []
        for message in messages:
            moment += message.delta
            dated.append((moment, message.values))
        if not timestamps.EARLIEST <= dated[0][0] <= moment <= timestamps.LATEST:
            raise BadRequest("the sum of delta_t leads beyond the calendar")
    last_of_its_time = {created_at: place for place, (created_at, _) in enumerate(dated)}
    return [entry for place, entry in enumerate(dated) if last_of_its_time[entry[0]] == place]


def _last_moment(channel: Channel) -> int | None:
    row = execute(
        "SELECT created_at FROM entries WHERE channel_id = ? ORDER BY entry_id DESC LIMIT 1",
        (channel.id,),
    ).fetchone()
    return row[0] if row else None


_COLUMNS = (*FIELD_NAMES, "latitude", "longitude", "elevation", "status")
_INSERT = f"""INSERT INTO entries
    (channel_id, entry_id, created_at, overtaken_by, {", ".join(_COLUMNS)})
    VALUES ({", ".join("?" * (4 + len(_COLUMNS)))})"""


def _store(channel: Channel, entries: list[tuple[int, dict]], now: int, settings: Settings) -> int:
    """Insert the entries and count them; the id of the last."""
    if settings.auto_label:
        _label_new_fields(channel, entries, now)
    counter = channel.counter
    entry_id, newest_at = counter.last_entry_id or 0, counter.newest_at
    rows, newest_of = [], {}
    for created_at, values in entries:
        entry_id += 1
        overtaken_by = newest_at if newest_at is not None and newest_at > created_at else None
        newest_at = created_at if overtaken_by is None else newest_at
        rows.append((channel.id, entry_id, created_at, overtaken_by, *map(values.get, _COLUMNS)))
        newest_of |= dict.fromkeys(values, entry_id)
    execute_many(_INSERT, rows)
    counter.last_entry_id, counter.last_write_at, counter.newest_at = entry_id, now, newest_at
    for name in FIELD_NAMES:
        if name in newest_of:
            setattr(counter, name, newest_of[name])
    if transactions.is_remembered():
        transactions.at_commit(channel.id, partial(_save_counter, channel))
    else:
        _save_counter(channel)
    return entry_id


_COUNTED = ("last_entry_id", "last_write_at", "newest_at", *FIELD_NAMES)
_COUNT = f"UPDATE counters SET {', '.join(f'{name} = ?' for name in _COUNTED)} WHERE channel_id = ?"


def _save_counter(channel: Channel):
    counted = (getattr(channel.counter, name) for name in _COUNTED)
    execute(_COUNT, (*counted, channel.id))


def _label_new_fields(channel: Channel, entries: list[tuple[int, dict]], now: int):
    """Label fields that are written to for the first time, or reads would not show them.

    An empty label was set by the owner, to hide the field: it stays.
    """
    unlabelled = [name for name in FIELD_NAMES if getattr(channel, name) is None]
    for name in unlabelled:
        if any(name in values for _, values in entries):
            label = name.replace("field", "Field ")
            execute(
                f"UPDATE channels SET {name} = ?, updated_at = ? WHERE id = ? AND {name} IS NULL",
                (label, now, channel.id),
            )
            channel.set_label(name, label, now)
