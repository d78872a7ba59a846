"""What a device asks us to write, parsed and not yet stored.

Values are cleaned here as ThingSpeak does it, and what had to be changed is noted in plain words.
`recording` stores them. Those that come by the thousand are in `bulk`. ThingSpeak page: "Write
Data" (contract, section 5.1).
"""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from thingclone.channels import macs
from thingclone.database.models import FIELD_NAMES, FIELD_NUMBERS, TEXT_LIMIT, VALUES
from thingclone.errors import BadRequest
from thingclone.formats import times
from thingclone.formats.numbers import coordinate, json_number_text

# What an entry has beside its number and time, and the short names under which devices may send it.
COORDINATES = ("latitude", "longitude")
TEXTS = tuple(name for name in VALUES if name not in COORDINATES)
ALIASES = dict.fromkeys(TEXTS) | {"latitude": "lat", "longitude": "long"}
ALIASES |= zip(FIELD_NAMES, map(str, FIELD_NUMBERS), strict=True)

_IP_ADDRESS = "IP_ADDRESS"
_ALWAYS_PLAIN = len(_IP_ADDRESS)  # shorter text is stored as it is, unless it has a backslash


@dataclass(slots=True)
class Update:
    """What a device asks us to write, not yet stored.

    `values` holds what an entry has beside its number and time: field1 to field8, latitude,
    longitude, elevation, status; text as it will be stored, absent if not sent. `named` holds
    values that go by labels of fields instead. `sent` holds the numbers of a JSON body as they
    came: the write echo repeats them. `notes` says in plain sentences what was changed or passed
    over. `talkback_key` asks for the next command of a TalkBack.
    """

    key: object = None
    mac: object = None
    values: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    created_at: int | None = None
    zone: tzinfo = UTC
    unlimited: bool = False
    sent: dict[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    address: str = ""
    talkback_key: object = None

    @classmethod
    def from_params(cls, params: dict, now: int, address: str = "") -> "Update":
        """The update in the parameters of a request; `address` stands in for a value that says
        `ip_address`.

        Fields also go by bare numbers, `1` to `8`; coordinates by `lat` and `long`.
        """
        reader = _Reader(params, address)
        reader.take_all()
        zone = times.request_zone(params.get("timezone"), params.get("offset"), now)
        return cls(
            key=params.get("api_key"),
            mac=macs.given(params.get("mac")),
            values=reader.values,
            created_at=reader.moment("created_at", zone),
            zone=zone,
            unlimited="talkback_key" in params or "tstream" in params,
            sent=reader.sent,
            notes=tuple(reader.notes),
            address=address,
            talkback_key=params.get("talkback_key"),
        )

    @classmethod
    def from_named(cls, key: object, mac: object, named: dict, address: str = "") -> "Update":
        """The update of values that a device calls by names of its own. BadRequest if one is too
        long: such devices were not made for ThingSpeak, which stores the beginning.
        """
        values, notes = {}, []
        for name, value in named.items():
            if value is None:
                continue
            text, note = _as_text(name, value, address)
            notes += [note] if note else []
            if text is not None:
                check_length(name, text)
                values[name] = text
        return cls(key=key, mac=mac, named=values, notes=tuple(notes), address=address)


class _Reader:
    """Takes values out of parameters, remembering what had to be changed."""

    def __init__(self, params: dict, address: str):
        self.params = params
        self.address = address
        self.values: dict[str, str] = {}
        self.sent: dict[str, object] = {}
        self.notes: list[str] = []

    def take_all(self):
        get, values = self.params.get, self.values
        for name in TEXTS:
            value = get(name)
            if value is None:
                value = get(ALIASES[name])
                if value is None:
                    continue
            if type(value) is str and len(value) < _ALWAYS_PLAIN and "\\" not in value:
                values[name] = value
            else:
                self._take_odd(name, value)
        for name in COORDINATES:
            value = get(name)
            if value is None:
                value = get(ALIASES[name])
            text = None if value is None else coordinate(value)
            if text is not None:
                values[name] = text

    def _take_odd(self, name: str, value: object):
        text, note = cleaned(name, value, self.address)
        if note:
            self.notes.append(note)
        if text is not None:
            self.values[name] = text
            if not isinstance(value, str):
                self.sent[name] = value

    def moment(self, name: str, zone: tzinfo) -> int | None:
        value = self.params.get(name)
        if value is None or value == "":
            return None
        moment = times.parse(value, zone)
        if moment is None:
            self.notes.append(f"{name} is not a valid date: the time of arrival was used")
        return moment


def cleaned(name: str, value: object, address: str = "") -> tuple[str | None, str | None]:
    """(the text that is stored for a value, what has to be said about it); None for what cannot be
    one.
    """
    text, note = _as_text(name, value, address)
    if text is not None and len(text) > TEXT_LIMIT:
        return text[:TEXT_LIMIT], f"{name} was truncated to {TEXT_LIMIT} characters"
    return text, note


def check_length(name: str, text: str):
    """BadRequest if a text is longer than what is stored of one."""
    if len(text) > TEXT_LIMIT:
        raise BadRequest(f"{name[:50]} has {len(text)} characters: the limit is {TEXT_LIMIT}")


def _as_text(name: str, value: object, address: str) -> tuple[str | None, str | None]:
    """(a value as text of any length, why it cannot be one)."""
    if isinstance(value, str):
        # Two characters each, a backslash and a letter, as some modem firmware leaves them.
        text = value.removesuffix("\\n").removesuffix("\\r")
        if address and text.upper() == _IP_ADDRESS:
            text = address
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = json_number_text(value)
    else:
        return (
            None,
            f"{name} was ignored: a value must be text or a number, not a list or an object",
        )
    return text, None
