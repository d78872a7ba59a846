"""Moments: reading dates as devices write them, printing them as ThingSpeak does.

A moment is an integer, microseconds since 1970 UTC. Rules: contract, sections 1.12 and 6.2. Only
this module reads the clock. Everything else takes `now` as an argument.
"""

import re
import time
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_tz
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from thingclone.formats.numbers import whole

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Far enough from the ends of the calendar that no time zone can push a moment over them.
EARLIEST = (datetime(1000, 1, 2, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
LATEST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def now() -> int:
    return time.time_ns() // 1000


# --- printing -------------------------------------------------------------------------------------

# Of either form with an offset. Before there were time zones, offsets had seconds: not shown.
_LONGEST = len("2024-05-01T12:34:56+02:00")


def iso(moment: int, zone: tzinfo) -> str:
    """2024-05-01T12:34:56Z, or with +02:00 in any zone but UTC. Whole seconds, cut off, not
    rounded.
    """
    seconds = moment // SECOND
    if zone is UTC:
        day, second = divmod(seconds, 86400)
        return f"{_date(day)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    return _local(seconds, zone).isoformat()[:_LONGEST]


def exact(moment: int, zone: tzinfo = UTC) -> str:
    """2024-05-01T12:34:56+00:00, with six decimals unless the second is whole. For exports."""
    fraction = moment % SECOND
    decimals = f".{fraction:06}" if fraction else ""
    return f"{iso(moment, UTC)[:-1]}{decimals}+00:00"


def spaced(moment: int, zone: tzinfo) -> str:
    """2024-05-01 12:34:56 UTC, or with +0200 in any zone but UTC: the form of CSV lists."""
    seconds = moment // SECOND
    if zone is UTC:
        day, second = divmod(seconds, 86400)
        return f"{_date(day)} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} UTC"
    return _local(seconds, zone).strftime("%Y-%m-%d %H:%M:%S %z")[:_LONGEST]


def clock_text(moment: int, zone: tzinfo, with_date: bool = False) -> str:
    """14:34, or 1 May with a date: as short as it goes below a chart."""
    local = _local(moment // SECOND, zone)
    return f"{local.day} {local:%b}" if with_date else f"{local:%H:%M}"


def in_logs(second: int) -> str:
    """01/May/2024:14:34:56 +0200, in the zone of this machine: the form of web servers' logs."""
    return time.strftime("%d/%b/%Y:%H:%M:%S %z", time.localtime(second))


@lru_cache(maxsize=1000)
def _date(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")


def _local(seconds: int, zone: tzinfo) -> datetime:
    # Not fromtimestamp(): that fails for years that the C library does not know.
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(zone)


# --- zones ----------------------------------------------------------------------------------------


def request_zone(timezone: object, offset: object, now: int) -> tzinfo:
    """The zone that a request asks for. An IANA name beats whole hours of offset. An unknown zone
    is UTC.
    """
    if timezone:
        return named_zone(str(timezone)) or UTC
    if offset:
        return _zone_with_offset(whole(offset), now)
    return UTC


def named_zone(name: str) -> tzinfo | None:
    """The zone of an IANA name in exactly that spelling, or None."""
    return _known_zone(name) if len(name) <= _LONGEST_NAME else None


_LONGEST_NAME = 50  # any client may fill the cache: not with megabytes


@lru_cache(maxsize=1000)
def _known_zone(name: str) -> tzinfo | None:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that a person may choose from: UTC, and one for each place."""
    places = (name for name in available_timezones() if _PLACE.match(name))
    return ("UTC", *sorted(places))


_PLACE = re.compile(
    "(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
)


def _zone_with_offset(hours: int, now: int) -> tzinfo:
    """A zone whose clock is now this many hours ahead of UTC. Moments of another season follow its
    daylight rules.
    """
    if hours == 0 or abs(hours) > _FARTHEST_OFFSET:
        return UTC
    for name in _ZONES_BY_OFFSET:
        zone = named_zone(name)
        if zone and _local(now // SECOND, zone).utcoffset() == timedelta(hours=hours):
            return zone
    return UTC


_FARTHEST_OFFSET = 14  # hours

# One zone after the other is tried, in the order in which Rails lists its time zones.
_ZONES_BY_OFFSET = """
    Pacific/Midway Pacific/Honolulu America/Juneau America/Los_Angeles America/Tijuana
    America/Denver America/Phoenix America/Chihuahua America/Mazatlan America/Chicago America/Regina
    America/Mexico_City America/Guatemala America/New_York America/Indiana/Indianapolis
    America/Bogota America/Lima America/Halifax America/Caracas America/La_Paz America/Santiago
    America/Sao_Paulo America/Argentina/Buenos_Aires America/Montevideo America/Godthab
    Atlantic/South_Georgia Atlantic/Azores Atlantic/Cape_Verde Europe/London Europe/Lisbon
    Africa/Casablanca Europe/Belgrade Europe/Paris Africa/Algiers Europe/Bucharest Africa/Cairo
    Europe/Helsinki Europe/Istanbul Europe/Minsk Asia/Jerusalem Africa/Harare Africa/Johannesburg
    Europe/Moscow Europe/Samara Asia/Kuwait Africa/Nairobi Asia/Muscat Asia/Baku Asia/Tbilisi
    Asia/Yerevan Asia/Yekaterinburg Asia/Karachi Asia/Tashkent Asia/Dhaka Asia/Almaty
    Asia/Novosibirsk Asia/Bangkok Asia/Krasnoyarsk Asia/Shanghai Asia/Singapore Australia/Perth
    Asia/Irkutsk Asia/Tokyo Asia/Yakutsk Australia/Melbourne Australia/Brisbane Australia/Hobart
    Asia/Vladivostok Pacific/Guam Asia/Magadan Pacific/Guadalcanal Pacific/Noumea Pacific/Fiji
    Asia/Kamchatka Pacific/Auckland Pacific/Tongatapu Pacific/Fakaofo Pacific/Apia
""".split()


# --- reading --------------------------------------------------------------------------------------

_CLOCK = (
    r"(?:(?:\s*[Tt]\s*|[\s,+]+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?"
    r"(?:\s*([AaPp])\.?[Mm]\b\.?)?)?\s*(.*)"
)
# What exports are full of, and the patterns below would read as well, but slower.
_PLAIN = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:Z|\+00:?00| UTC)",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK, re.ASCII | re.DOTALL)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _CLOCK, re.ASCII | re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d))?(Z?)", re.ASCII)
_EPOCH_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?", re.ASCII)
_EPOCH_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
_MILLISECONDS_FROM = 10**12  # as seconds that would be the year 33658
# A form decodes the plus of +01:00 to a blank: " 01:00" is taken for what it was.
_OFFSET = re.compile(r"([+-]?)(\d\d):?(\d\d)?(?::?\d\d)?", re.ASCII)
# As JavaScript prints dates: 31 2014 23:59:59 GMT+0100 (Central European Standard Time).
_NAMED_OFFSET = re.compile(r"(?:GMT|UTC)([ +-]\d\d:?\d\d)(?: \([^()]*\))?$", re.ASCII)
_ENDS_WITH_A_CLOCK = re.compile(r":\d\d$", re.ASCII)
_ABBREVIATIONS = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "CET": 1, "CEST": 2, "BST": 1, "JST": 9,
}  # fmt: skip


def parse(value: object, zone: tzinfo) -> int | None:
    """A date as a device sends it, or None for any other text. `zone` counts where the text names
    no offset of its own.

    Reads ISO 8601 and similar dates, one-digit months and hours included, seconds or milliseconds
    since 1970 (also as a number), RFC 2822, and an offset or a zone name at the end.
    """
    try:
        if isinstance(value, str):
            moment = _parse_text(value.strip(), zone)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = int(value * (1000 if value >= _MILLISECONDS_FROM else SECOND))
        else:
            return None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment is not None and EARLIEST <= moment <= LATEST else None


def _parse_text(text: str, zone: tzinfo) -> int | None:
    if match := _PLAIN.fullmatch(text):
        day, hour, minute, second, fraction = match.groups()
        seconds = (int(hour) * 60 + int(minute)) * 60 + int(second)
        return _midnight(day) + seconds * SECOND + _microseconds(fraction)
    if _EPOCH_SECONDS.fullmatch(text):
        whole_seconds, _, fraction = text.partition(".")
        return int(whole_seconds) * SECOND + _microseconds(fraction)
    if _EPOCH_MILLISECONDS.fullmatch(text):
        return int(text) * 1000
    text = _NAMED_OFFSET.sub(r"\1", text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _moment(match.group(1, 2, 3), match.groups()[3:], zone)
    if match := _DAY_FIRST.fullmatch(text):
        return _moment(match.group(3, 2, 1), match.groups()[3:], zone)
    if match := _COMPACT.fullmatch(text):
        return _moment(
            match.group(1, 2, 3), (*match.group(4, 5, 6), None, None, match.group(7)), zone
        )
    return _parse_mail_date(text, zone)


@lru_cache(maxsize=1000)
def _midnight(day: str) -> int:
    return _to_utc(datetime.fromisoformat(day).replace(tzinfo=UTC), UTC)


def _moment(date: tuple, clock: tuple, zone: tzinfo) -> int:
    hour, minute, second, fraction, half, zone_text = clock
    hour = int(hour or 0)
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    second = int(second or 0)
    leap = second == 60  # a leap second is the first of the next minute
    year, month, day = map(int, date)
    local = datetime(year, month, day, hour, int(minute or 0), 59 if leap else second, tzinfo=UTC)
    moment = _to_utc(local, _zone_at_end(zone_text, zone)) + _microseconds(fraction)
    return moment + SECOND if leap else moment


def _to_utc(local: datetime, zone: tzinfo | timedelta) -> int:
    """The moment at which clocks in this zone show what `local` shows in UTC."""
    if isinstance(zone, timedelta):
        return (local - _EPOCH - zone) // timedelta(microseconds=1)
    return (local.replace(tzinfo=zone) - _EPOCH) // timedelta(microseconds=1)


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _zone_at_end(text: str, zone: tzinfo) -> tzinfo | timedelta:
    """The zone that follows the time: an offset, an abbreviation or a zone name. Anything else is
    passed over, as Ruby does.
    """
    text = text.strip()
    if match := _OFFSET.fullmatch(text):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return -offset if sign == "-" else offset
    if text.upper() in _ABBREVIATIONS:
        return timedelta(hours=_ABBREVIATIONS[text.upper()])
    return (text and named_zone(text)) or zone


def _parse_mail_date(text: str, zone: tzinfo) -> int | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    names_a_zone = not _ENDS_WITH_A_CLOCK.search(text)
    local = datetime(*parts[:6], tzinfo=UTC)
    return _to_utc(local, timedelta(seconds=parts[9] or 0) if names_a_zone else zone)
