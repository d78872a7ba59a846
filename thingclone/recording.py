"""Writing entries: what happens when a device sends an update.

Update is a request to write, as parsed by a door; record() stores one, record_all() many at once.
Who may write where is decided in registry; how the answer looks, in formats. ThingSpeak pages:
"Write Data", "Bulk-Write JSON Data", "Bulk-Write CSV Data" (contract, section 5).
"""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import partial

from thingclone import registry, timestamps, transactions
from thingclone.database import execute, execute_many
from thingclone.errors import AuthRequired, BadRequest, TooLarge, TooSoon
from thingclone.models import FIELD_NAMES, FIELD_NUMBERS, TEXT_LIMIT, Channel
from thingclone.numerals import coordinate, json_number_text, strict_real
from thingclone.settings import Settings
from thingclone.transactions import writing

_ALIASES = tuple(
    (name, str(number)) for name, number in zip(FIELD_NAMES, FIELD_NUMBERS, strict=True)
)
_IP_ADDRESS = "IP_ADDRESS"


@dataclass(frozen=True)
class Update:
    """What a device asks us to write, not yet stored.

    `values` holds what an entry has beside its number and time: field1 to field8, latitude,
    longitude, elevation, status; text as it will be stored, absent if not sent. `sent` holds the
    numbers of a JSON body as they came: the write echo repeats them. `notes` says in plain
    sentences what was changed or passed over.
    """

    key: object = None
    values: dict[str, str] = field(default_factory=dict)
    created_at: int | None = None
    zone: tzinfo = UTC
    unlimited: bool = False
    sent: dict[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: dict, now: int, address: str = "") -> "Update":
        """The update in the parameters of a request; `address` stands in for a value that says
        `ip_address`.

        Fields also go by bare numbers, `1` to `8`; coordinates by `lat` and `long`.
        """
        reader = _Reader(params, address)
        reader.take_all()
        zone = timestamps.request_zone(params.get("timezone"), params.get("offset"), now)
        return cls(
            key=params.get("api_key"),
            values=reader.values,
            created_at=reader.moment("created_at", zone),
            zone=zone,
            unlimited="talkback_key" in params or "tstream" in params,
            sent=reader.sent,
            notes=tuple(reader.notes),
        )


class _Reader:
    """Takes values out of parameters, remembering what had to be changed."""

    def __init__(self, params: dict, address: str):
        self.params = params
        self.address = address
        self.values: dict[str, str] = {}
        self.sent: dict[str, object] = {}
        self.notes: list[str] = []

    def take_all(self):
        for name, alias in _ALIASES:
            self.take(name, alias)
        self.take("elevation")
        self.take("status")
        self.take_coordinate("latitude", "lat")
        self.take_coordinate("longitude", "long")

    def take(self, name: str, alias: str = ""):
        value = self.params.get(name)
        if value is None:
            value = self.params.get(alias)
            if value is None:
                return
        is_plain = type(value) is str and len(value) <= TEXT_LIMIT and "\\" not in value
        if is_plain and len(value) != len(_IP_ADDRESS):
            self.values[name] = value
        else:
            self._take_odd(name, value)

    def take_coordinate(self, name: str, alias: str):
        value = self.params.get(name)
        if value is None:
            value = self.params.get(alias)
        text = None if value is None else coordinate(value)
        if text is not None:
            self.values[name] = text

    def moment(self, name: str, zone: tzinfo) -> int | None:
        value = self.params.get(name)
        if value is None or value == "":
            return None
        moment = timestamps.parse(value, zone)
        if moment is None:
            self.notes.append(f"{name} is no date that can be read: the time of arrival was taken")
        return moment

    def _take_odd(self, name: str, value):
        if isinstance(value, str):
            # Two characters each, a backslash and a letter, as some modem firmware leaves them.
            text = value.removesuffix("\\n").removesuffix("\\r")
            if self.address and text.upper() == _IP_ADDRESS:
                text = self.address
        elif isinstance(value, bool):
            text = "true" if value else "false"
            self.sent[name] = value
        elif isinstance(value, int | float):
            text = json_number_text(value)
            self.sent[name] = value
        else:
            self.notes.append(
                f"{name} was left out: a value is text or a number, not a list or an object"
            )
            return
        if len(text) > TEXT_LIMIT:
            self.notes.append(f"{name} was cut off after {TEXT_LIMIT} characters")
        self.values[name] = text[:TEXT_LIMIT]


@dataclass(frozen=True)
class Message:
    """One entry of a bulk write: its time is `created_at`, or `delta` microseconds after the
    message before it.
    """

    values: dict[str, str]
    created_at: int | None = None
    delta: int | None = None


@dataclass(frozen=True)
class BulkUpdate:
    """Many entries for one channel, in the order in which they get their ids."""

    key: object
    messages: list[Message]
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, key, updates, zone: tzinfo) -> "BulkUpdate":
        """From the list `updates` of a JSON body: objects with `created_at` or `delta_t` (seconds)
        and values.
        """
        if not isinstance(updates, list):
            raise BadRequest("updates must be a list of objects")
        notes: list[str] = []
        messages = [
            _message(number, message, zone, notes) for number, message in enumerate(updates, 1)
        ]
        return cls(key, messages, tuple(notes))

    @classmethod
    def from_csv(cls, key, updates, time_format, zone: tzinfo) -> "BulkUpdate":
        """From messages parted by `|`, cells by `,`: time, field1 to field8, latitude, longitude,
        elevation, status.

        `time_format` says whether the times are dates (`absolute`) or seconds since the message
        before (`relative`).
        """
        if not isinstance(updates, str):
            raise BadRequest("updates must be text: messages parted by |")
        if time_format not in _TIME_COLUMNS:
            raise BadRequest("time_format must be absolute or relative")
        columns = (_TIME_COLUMNS[time_format], *_CSV_COLUMNS)
        return cls.from_json(
            key,
            [
                {
                    name: cell
                    for name, cell in zip(columns, line.split(",", len(columns) - 1), strict=False)
                    if cell
                }
                for line in updates.split("|")
                if line.strip()
            ],
            zone,
        )


_TIME_COLUMNS = {"absolute": "created_at", "relative": "delta_t"}
_CSV_COLUMNS = (*FIELD_NAMES, "latitude", "longitude", "elevation", "status")
_LONGEST_DELTA = 100 * 366 * 86400


def _message(number: int, message, zone: tzinfo, notes: list[str]) -> Message:
    if not isinstance(message, dict):
        raise BadRequest(f"message {number} of updates is not an object")
    reader = _Reader(message, address="")
    reader.take_all()
    notes += (f"message {number}: {note}" for note in reader.notes)
    if message.get("created_at") is not None:
        created_at = timestamps.parse(message["created_at"], zone)
        if created_at is None:
            raise BadRequest(f"message {number}: created_at is no date that can be read")
        return Message(reader.values, created_at=created_at)
    if message.get("delta_t") is None:
        raise BadRequest(f"message {number} has neither created_at nor delta_t")
    seconds = strict_real(str(message["delta_t"]))
    if seconds is None or not 0 <= seconds <= _LONGEST_DELTA:
        raise BadRequest(
            f"message {number}: delta_t must be seconds, not negative, less than a century"
        )
    return Message(reader.values, delta=round(seconds * timestamps.SECOND))


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
    if transactions.generation() is None:
        _save_counter(channel)
    else:
        transactions.at_commit(channel.id, partial(_save_counter, channel))
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
