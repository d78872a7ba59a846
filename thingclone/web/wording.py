"""Texts of pages: ages, values, places, links and refusals."""

import re
from datetime import tzinfo
from urllib.parse import quote, urlencode

from thingclone import __version__ as VERSION  # noqa: F401  # for the footer
from thingclone.database.models import Channel, Correction
from thingclone.entries.newest import FieldValues
from thingclone.errors import ReadDenied, Refusal
from thingclone.formats import svg
from thingclone.formats.numbers import real
from thingclone.formats.times import DAY, MINUTE, SECOND, UTC, iso, spaced

_NUMBER = re.compile(r"\s*[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,3})?\s*", re.ASCII)
_HOUR = 60 * MINUTE
_STEPS = ((DAY, "day"), (_HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))
# Charts omit larger numbers: no sensor measures them, and computing with them could overflow.
SMALLEST, LARGEST = 1e-100, 1e100
LONGEST_EXACT = 9  # characters of a number that is shown as it was sent


# --- fields ---------------------------------------------------------------------------------------


def number(value: str | None) -> float | None:
    """Returns a value as a number for charts, or None if it is not one."""
    if value is None or not _NUMBER.fullmatch(value):
        return None
    found = float(value.replace(",", "."))
    if abs(found) < SMALLEST:
        return 0.0
    return found if abs(found) < LARGEST else None


def value(text: str | None) -> str:
    """Returns a value in a few characters. Rounds long numbers, and keeps all other texts."""
    if text is None:
        return "—"
    found = number(text)
    if found is None or len(text) <= LONGEST_EXACT:
        return text.strip() or "—"
    return f"{found:.6g}"


def sparkline(values: tuple[FieldValues, ...]) -> tuple[str, str, int]:
    """Returns (line, area, number of the field) of the first field with recent numbers."""
    for one in values:
        texts = [text for text in one.recent if text not in (None, "")]
        line, area = svg.sparkline([number(text) for text in texts], 300, 48)
        if line:
            return line, area, one.field.number
    return "", "", 1


# --- times and places -----------------------------------------------------------------------------


def age(moment: int, now: int) -> str:
    """Returns a text such as `3 minutes ago`."""
    passed = now - moment
    if passed < -MINUTE:  # clocks differ a little
        return "in the future"
    if passed < 5 * SECOND:
        return "just now"
    for length, name in _STEPS:
        count = passed // length
        # A day and a half is 36 hours, not 1 day.
        if count >= 2 or (count and name == "second"):
            return f"{count} {name}{'s' if count != 1 else ''} ago"
    return "just now"


def machine_time(moment: int) -> str:
    """Returns a time in ISO 8601, for scripts."""
    return iso(moment, UTC)


def clock(moment: int, zone: tzinfo) -> str:
    """Returns `2024-05-01 12:34:56`, in a time zone."""
    return spaced(moment, zone)[: len("2024-05-01 12:34:56")]


def time_input(moment: int | None, zone: tzinfo) -> str:
    """Returns a time for an input of a form. Empty for None."""
    return "" if moment is None else clock(moment, zone).replace(" ", "T")


def place(channel: Channel) -> tuple[float, float] | None:
    """Returns (latitude, longitude), or None. A new channel is at 0, 0, which does not count."""
    if not channel.latitude or not channel.longitude:
        return None
    latitude, longitude = real(channel.latitude), real(channel.longitude)
    is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if is_on_earth and (latitude or longitude) else None


def coordinates(latitude: float, longitude: float) -> str:
    """Returns a text such as `51.5° N, 0.12° W`."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):g}° {north}, {abs(longitude):g}° {east}"


def counted(count: int, name: str, names: str = "") -> str:
    """Returns `1 entry`, `2 entries`."""
    return f"{count:,} {name if count == 1 else names or name + 's'}"


def column(channel: Channel, name: str) -> str:
    """Returns the heading of a column of entries: a label, or `Field 3`, `Status`."""
    return channel.labels.get(name) or name.replace("field", "Field ").capitalize()


def correction(correction: Correction) -> str:
    """Returns a text such as `Entry 12 was changed`."""
    count, first, last = correction.entries, correction.first_entry_id, correction.last_entry_id
    if not correction.is_removal:
        return f"Entry {first} was changed"
    if count == 1:
        return f"Entry {first} was deleted"
    return f"{count:,} entries with IDs from {first} to {last} were deleted"


# --- links ----------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Returns the text as part of a URL."""
    return quote(text, safe="")


def map_link(latitude: float, longitude: float) -> str:
    """Returns a link to OpenStreetMap."""
    where = {"mlat": latitude, "mlon": longitude}
    return f"https://www.openstreetmap.org/?{urlencode(where)}#map=13/{latitude}/{longitude}"


def is_web_address(text: str | None) -> bool:
    """Whether a text can be a link. `javascript:` cannot."""
    return bool(text) and _WEB_ADDRESS.fullmatch(text) is not None


_WEB_ADDRESS = re.compile(r"https?://[^\s/\x00-\x20][^\x00-\x20]*", re.IGNORECASE)


def page_link(wanted: dict, page: int) -> str:
    """Returns the URL of another page of the public channels."""
    given = {name: value for name, value in wanted.items() if value}
    return f"/channels/public?{urlencode(given | {'page': page})}"


def iframe(base_url: str, channel_id: int, field: int) -> str:
    """Returns the HTML that embeds a chart, as ThingSpeak writes it."""
    address = f"{base_url}/channels/{channel_id}/charts/{field}"
    query = "bgcolor=%23ffffff&color=%23d62020&dynamic=true&results=60&type=line&update=15"
    style = "border: 1px solid #cccccc;"
    return f'<iframe width="450" height="260" style="{style}" src="{address}?{query}"></iframe>'


# --- refusals -------------------------------------------------------------------------------------


def status_of(refusal: Refusal) -> int:
    # 401 needs a WWW-Authenticate header, and then browsers ask for a password themselves.
    return 403 if isinstance(refusal, ReadDenied) else refusal.status


def headline(refusal: Refusal) -> str:
    """Returns what is wrong, in a few words."""
    return _HEADLINES.get(status_of(refusal), "That did not work")


_HEADLINES = {
    401: "Sign in first",
    403: "Access denied",
    404: "Not found",
    405: "This request is not supported",
    409: "This conflicts with existing data",
    413: "The request is too large",
    429: "Too many attempts",
    500: "Something went wrong",
    503: "The database is unavailable",
}


def sentence(text: str) -> str:
    """Returns a reason with a full stop, and with a capital letter if it begins with a word."""
    if not _PARAMETER.match(text):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


_PARAMETER = re.compile(r"field[1-8]\b|[a-z]+_[a-z_]+\b")  # its name is written as it is sent
