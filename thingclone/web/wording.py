"""How pages put things: ages, values with their units, places, and why something is refused."""

import re
from datetime import tzinfo
from urllib.parse import quote, urlencode

from thingclone import __version__ as VERSION  # noqa: F401  # for the foot of each page
from thingclone.database.models import Channel, Correction
from thingclone.entries.newest import FieldValues
from thingclone.errors import ReadDenied, Refusal
from thingclone.formats import svg
from thingclone.formats.numbers import real
from thingclone.formats.times import DAY, MINUTE, SECOND, UTC, iso, spaced

_NUMBER = re.compile(r"\s*[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,3})?\s*", re.ASCII)
_HOUR = 60 * MINUTE
_STEPS = ((DAY, "day"), (_HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))
# What no sensor measures is not drawn: computing with it could overflow.
SMALLEST, LARGEST = 1e-100, 1e100
LONGEST_EXACT = 9  # characters of a number that is shown as it was sent


# --- fields ---------------------------------------------------------------------------------------


def number(value: str | None) -> float | None:
    """The number that a value is, to be drawn; None where it is none."""
    if value is None or not _NUMBER.fullmatch(value):
        return None
    found = float(value.replace(",", "."))
    if abs(found) < SMALLEST:
        return 0.0
    return found if abs(found) < LARGEST else None


def value(text: str | None) -> str:
    """A value in a few characters: a long number is rounded, everything else stays as it is."""
    if text is None:
        return "—"
    found = number(text)
    if found is None or len(text) <= LONGEST_EXACT:
        return text.strip() or "—"
    return f"{found:.6g}"


def sparkline(values: tuple[FieldValues, ...]) -> tuple[str, str, int]:
    """(line, area, number of the field) of the first field that has recent numbers."""
    for one in values:
        texts = [text for text in one.recent if text not in (None, "")]
        line, area = svg.sparkline([number(text) for text in texts], 300, 48)
        if line:
            return line, area, one.field.number
    return "", "", 1


# --- times and places -----------------------------------------------------------------------------


def age(moment: int, now: int) -> str:
    """`3 minutes ago`."""
    passed = now - moment
    if passed < -MINUTE:  # clocks differ a little
        return "in the future"
    if passed < 5 * SECOND:
        return "just now"
    for length, name in _STEPS:
        count = passed // length
        # Of a day and a half one wants to know the hours.
        if count >= 2 or (count and name == "second"):
            return f"{count} {name}{'s' if count != 1 else ''} ago"
    return "just now"


def machine_time(moment: int) -> str:
    """A time as scripts read it."""
    return iso(moment, UTC)


def clock(moment: int, zone: tzinfo) -> str:
    """2024-05-01 12:34:56, on the clocks of a zone."""
    return spaced(moment, zone)[: len("2024-05-01 12:34:56")]


def time_input(moment: int | None, zone: tzinfo) -> str:
    """The same as a form's field has it; empty where there is none."""
    return "" if moment is None else clock(moment, zone).replace(" ", "T")


def place(channel: Channel) -> tuple[float, float] | None:
    """(latitude, longitude) of a channel that has a place; a fresh one is at 0, 0."""
    if not channel.latitude or not channel.longitude:
        return None
    latitude, longitude = real(channel.latitude), real(channel.longitude)
    is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if is_on_earth and (latitude or longitude) else None


def coordinates(latitude: float, longitude: float) -> str:
    """`51.5° N, 0.12° W`."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):g}° {north}, {abs(longitude):g}° {east}"


def counted(count: int, name: str, names: str = "") -> str:
    """`1 entry`, `2 entries`."""
    return f"{count:,} {name if count == 1 else names or name + 's'}"


def column(channel: Channel, name: str) -> str:
    """What stands above a column of entries: the label of a field, else `Field 3`, `Status`."""
    return channel.labels.get(name) or name.replace("field", "Field ").capitalize()


def correction(correction: Correction) -> str:
    """What was done: `Entry 12 was changed`."""
    count, first, last = correction.entries, correction.first_entry_id, correction.last_entry_id
    if not correction.is_removal:
        return f"Entry {first} was changed"
    if count == 1:
        return f"Entry {first} was deleted"
    return f"{count:,} entries were deleted, between number {first} and {last}"


# --- links ----------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """As part of a URL."""
    return quote(text, safe="")


def map_link(latitude: float, longitude: float) -> str:
    """A map that somebody else draws; only who follows the link asks for it."""
    where = {"mlat": latitude, "mlon": longitude}
    return f"https://www.openstreetmap.org/?{urlencode(where)}#map=13/{latitude}/{longitude}"


def is_web_address(text: str | None) -> bool:
    """Whether it may be a link: `javascript:` must not."""
    return bool(text) and _WEB_ADDRESS.fullmatch(text) is not None


_WEB_ADDRESS = re.compile(r"https?://[^\s/\x00-\x20][^\x00-\x20]*", re.IGNORECASE)


def page_link(wanted: dict, page: int) -> str:
    """Another page of the same list."""
    given = {name: value for name, value in wanted.items() if value}
    return f"/channels/public?{urlencode(given | {'page': page})}"


def iframe(base_url: str, channel_id: int, field: int) -> str:
    """What somebody pastes into a page to show a chart, as ThingSpeak writes it."""
    address = f"{base_url}/channels/{channel_id}/charts/{field}"
    query = "bgcolor=%23ffffff&color=%23d62020&dynamic=true&results=60&type=line&update=15"
    style = "border: 1px solid #cccccc;"
    return f'<iframe width="450" height="260" style="{style}" src="{address}?{query}"></iframe>'


# --- refusals -------------------------------------------------------------------------------------


def status_of(refusal: Refusal) -> int:
    # 401 would need a WWW-Authenticate that no page of ours answers to.
    return 403 if isinstance(refusal, ReadDenied) else refusal.status


def headline(refusal: Refusal) -> str:
    """What is wrong, in a few words."""
    return _HEADLINES.get(status_of(refusal), "That did not work")


_HEADLINES = {
    401: "Sign in first",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "Not like that",
    409: "That is taken",
    413: "That is too large",
    429: "Too many attempts",
    500: "ThingClone has a fault",
    503: "The database cannot be used just now",
}


def sentence(text: str) -> str:
    """A reason with a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
