"""What a bulk write asks us to store, parsed and not yet stored (contract, sections 5.2 and 5.3).

ThingSpeak pages: "Bulk-Write JSON Data", "Bulk-Write CSV Data". Thousands of messages come at once,
so they are taken apart column by column: a column of plain text is found to be so in one go, and
only a column with anything odd in it is looked at value by value.
"""

from dataclasses import dataclass
from datetime import tzinfo
from operator import itemgetter

from thingclone.database.models import TEXT_LIMIT, VALUES
from thingclone.entries.update import ALIASES, COORDINATES, TEXTS, cleaned
from thingclone.errors import BadRequest, TooLarge
from thingclone.formats import times
from thingclone.formats.numbers import coordinate, strict_real

_TIME_COLUMNS = {"absolute": "created_at", "relative": "delta_t"}
_LONGEST_DELTA = 100 * 366 * 86400  # seconds


@dataclass(frozen=True)
class BulkUpdate:
    """Many entries for one channel, in the order in which they get their ids.

    `columns` has the values of what was sent, one for each message and None where it has none:
    `{"field1": ["21.5", None]}`. The times are either `moments`, or `deltas`, microseconds after
    the message before. `notes` says in plain sentences what was changed or left out.
    """

    key: object
    columns: dict[str, list[str | None]]
    moments: list[int] | None = None
    deltas: list[int] | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, key: object, updates: object, zone: tzinfo, most: int) -> "BulkUpdate":
        """From the list `updates` of a JSON body: objects with `created_at` or `delta_t` (seconds)
        and values. TooLarge if there are more than `most`.
        """
        if not isinstance(updates, list):
            raise BadRequest("updates must be a list of objects")
        if len(updates) > most:
            raise TooLarge(f"{len(updates)} messages in one bulk write: the limit is {most}")
        for number, message in enumerate(updates, 1):
            if type(message) is not dict:
                raise BadRequest(f"message {number} of updates is not an object")
        names = set().union(*updates)
        notes: list[str] = []
        found = {name: _texts(name, updates, names, notes) for name in TEXTS}
        found |= {name: _coordinates(name, updates, names) for name in COORDINATES}
        columns = {name: column for name, column in found.items() if column}
        return cls(key, columns, **_times(updates, names, zone), notes=tuple(notes))

    @classmethod
    def from_csv(
        cls, key: object, updates: object, time_format: object, zone: tzinfo, most: int
    ) -> "BulkUpdate":
        """From messages parted by `|`, cells by `,`: time, field1 to field8, latitude, longitude,
        elevation, status.

        `time_format` says whether the times are dates (`absolute`) or seconds since the message
        before (`relative`).
        """
        if not isinstance(updates, str):
            raise BadRequest("updates must be text: messages separated by |")
        time_column = _TIME_COLUMNS.get(str(time_format))
        if time_column is None:
            raise BadRequest("time_format must be absolute or relative")
        columns = (time_column, *VALUES)
        messages = [
            {
                name: cell
                for name, cell in zip(columns, line.split(",", len(columns) - 1), strict=False)
                if cell
            }
            for line in updates.split("|")
            if line.strip()
        ]
        return cls.from_json(key, messages, zone, most)


# --- values ---------------------------------------------------------------------------------------


def _column(name: str, messages: list[dict], names: set) -> list | None:
    """What the messages say by this name, or by its alias; None if none of them says anything."""
    alias = ALIASES[name]
    if alias in names:
        found = ((message.get(name), message.get(alias)) for message in messages)
        return [second if first is None else first for first, second in found]
    if name not in names:
        return None
    try:
        return list(map(itemgetter(name), messages))
    except KeyError:
        return [message.get(name) for message in messages]


def _texts(name: str, messages: list[dict], names: set, notes: list[str]) -> list | None:
    column = _column(name, messages, names)
    if column is None or _is_plain(column):
        return column
    texts: list[str | None] = []
    for number, value in enumerate(column, 1):
        text, note = (None, None) if value is None else cleaned(name, value)
        if note:
            notes.append(f"message {number}: {note}")
        texts.append(text)
    return texts


def _is_plain(column: list) -> bool:
    """Whether all values can be stored as they are: short text that ends in no odd characters."""
    if not {str, type(None)}.issuperset(map(type, column)):
        return False
    texts = list(filter(None, column)) if None in column else column
    return max(map(len, texts), default=0) <= TEXT_LIMIT and "\\" not in "".join(texts)


def _coordinates(name: str, messages: list[dict], names: set) -> list | None:
    column = _column(name, messages, names)
    return column and [None if value is None else coordinate(value) for value in column]


# --- times ----------------------------------------------------------------------------------------


def _times(messages: list[dict], names: set, zone: tzinfo) -> dict[str, list[int]]:
    """The times of all messages, by the name of what they are: moments or deltas."""
    dates = [message.get("created_at") for message in messages]
    deltas = [message.get("delta_t") for message in messages]
    if "delta_t" not in names and None not in dates:
        return {"moments": [_moment(place, date, zone) for place, date in enumerate(dates, 1)]}
    if not any(date is not None for date in dates) and None not in deltas:
        return {"deltas": _microseconds(deltas)}
    return {"moments": _mixed_moments(dates, deltas, zone)}


def _mixed_moments(dates: list, deltas: list, zone: tzinfo) -> list[int]:
    """Where not all messages have the same kind of time: what is wrong with them, or their dates,
    which count before deltas.
    """
    moments = []
    for number, (date, delta) in enumerate(zip(dates, deltas, strict=True), 1):
        if date is not None:
            moments.append(_moment(number, date, zone))
        elif delta is None:
            raise BadRequest(f"message {number} has neither created_at nor delta_t")
        else:
            _seconds(number, delta)
    if len(moments) < len(dates):
        raise BadRequest("updates must not mix created_at and delta_t")
    return moments


def _moment(number: int, date: object, zone: tzinfo) -> int:
    moment = times.parse(date, zone)
    if moment is None:
        raise BadRequest(f"message {number}: created_at {str(date)[:40]!r} is not a valid date")
    return moment


def _microseconds(deltas: list) -> list[int]:
    if set(map(type, deltas)) == {int} and 0 <= min(deltas) <= max(deltas) <= _LONGEST_DELTA:
        return [seconds * times.SECOND for seconds in deltas]
    return [round(_seconds(number, delta) * times.SECOND) for number, delta in enumerate(deltas, 1)]


def _seconds(number: int, delta: object) -> float:
    seconds = strict_real(str(delta))
    if seconds is None or not 0 <= seconds <= _LONGEST_DELTA:
        raise BadRequest(f"message {number}: delta_t must be seconds from 0 to a century")
    return seconds
