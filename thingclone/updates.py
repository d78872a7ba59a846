"""What devices ask us to write, parsed and not yet stored: single updates and bulk writes.

Values are cleaned here as ThingSpeak does it, and what had to be changed is noted in plain words.
`recording` stores them. ThingSpeak pages: "Write Data", "Bulk-Write JSON Data", "Bulk-Write CSV
Data" (contract, section 5).
"""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from thingclone import timestamps
from thingclone.errors import BadRequest
from thingclone.models import FIELD_NAMES, FIELD_NUMBERS, TEXT_LIMIT
from thingclone.numerals import coordinate, json_number_text, strict_real

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
