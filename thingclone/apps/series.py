"""Series: public channels that the dialect of that name adds, and their points, which are entries.

A point has one number over all channels, made of the numbers of its channel and entry. Its values
go by the labels of their fields.
"""

import json
from datetime import UTC
from math import isfinite, isqrt

from thingclone.channels import access, channels
from thingclone.database import execute
from thingclone.database.models import TEXT_LIMIT, Channel, Series
from thingclone.database.transactions import writing
from thingclone.entries import clearing, corrections, recording
from thingclone.entries.update import Update
from thingclone.entries.window import Selection, Window, select
from thingclone.errors import AuthRequired, BadRequest, NoSuchThing, NothingRecorded
from thingclone.formats import times
from thingclone.formats.numbers import LARGEST_ID
from thingclone.settings import Settings

DAYS = 2  # that a read shows, if it does not say which


# --- series ---------------------------------------------------------------------------------------


def add_series(
    account_id: int, device_id: str, device_description: str, description: str | None, now: int
) -> int:
    """A new series. Its number is that of its channel."""
    for text in (device_id, device_description, description or ""):
        if len(text) > TEXT_LIMIT:
            raise BadRequest(f"a description can have at most {TEXT_LIMIT} characters")
    name = description or device_description or device_id
    with writing():
        channel = channels.add_channel(
            account_id, name, now, public=True, description=device_description
        )
        Series.create(
            channel=channel.id,
            description=description,
            device_description=device_description,
            device_id=device_id,
        )
    return channel.id


def series_of(account_id: int) -> dict[str, dict]:
    """All series of an account by their number, and how many points each has."""
    rows = execute(
        """SELECT channel_id, series.description, device_description, device_id,
            channels.created_at, users.login,
            (SELECT count(*) FROM entries WHERE entries.channel_id = series.channel_id)
        FROM series JOIN channels ON channels.id = channel_id JOIN users ON users.id = user_id
        WHERE user_id = ? ORDER BY channel_id""",
        (account_id,),
    )
    return {str(row[0]): _series_object(row) for row in rows.fetchall()}


def _series_object(row: tuple) -> dict:
    number, description, device_description, device_id, moment, login, count = row
    return {
        "count": count,
        "desc": description,
        "device_desc": device_description,
        "device_id": device_id,
        "id": number,
        "timestamp": times.iso(moment, UTC),
        "user": login,
    }


def remove_series(number: str, key: object) -> bool:
    """Remove a series with all its points. Returns whether there was one. Only the user key of its
    account may do that.
    """
    series = _find(number)
    if series is None:
        return False
    _check_owner(series.channel, key)
    clearing.remove_channel(series.channel)
    return True


def count_points(account_id: int) -> int:
    """How many points all series of an account have."""
    return sum(one["count"] for one in series_of(account_id).values())


def _find(number: object) -> Series | None:
    """The series of this number."""
    if not (str(number).isascii() and str(number).isdigit()):
        return None
    try:
        channel = access.channel(str(number))
    except NoSuchThing:
        return None
    row = execute("SELECT device_id FROM series WHERE channel_id = ?", (channel.id,)).fetchone()
    return Series(channel=channel, device_id=row[0]) if row else None


def _check_owner(channel: Channel, key: object):
    if access.account(key) != channel.user_id:
        raise AuthRequired("Permission denied")


# --- points ---------------------------------------------------------------------------------------


def add_point(
    number: object, key: object, values: dict, now: int, settings: Settings, address: str
) -> tuple[int, tuple[str, ...]]:
    """Returns (the number of a new point, notes in plain sentences). The key must be the user key
    of the account that the series belongs to.
    """
    series = _find(number)
    if series is None:
        raise NoSuchThing(f"Series {str(number)[:50]} not found")
    _check_owner(series.channel, key)
    update = Update.from_named(series.channel.write_key, series.device_id, values, address)
    if not update.named:
        raise BadRequest("Some fields are missing")
    recorded = recording.record(update, now, settings)
    return _number_of_point(recorded.channel_id, recorded.entry_id), recorded.notes


def points(number: object, key: object, start: int, end: int, most: int) -> list[dict]:
    """The points of a series from `start` to `end`, the newest `most` of them, in their order."""
    series = _find(number)
    if series is None:
        raise NoSuchThing(f"Series {str(number)[:50]} doesn't exist")
    channel = access.channel_to_read(series.channel.id, key)
    rows = Selection(channel, Window(start, end), most).rows(_columns(channel))
    return [_point_object(channel, row) for row in rows]


def point(number: str, key: object) -> dict:
    """One point."""
    channel_id, entry_id = _channel_and_entry(number)
    series = _find(channel_id)
    if series is not None and entry_id <= LARGEST_ID:
        channel = access.channel_to_read(channel_id, key)
        where = "channel_id = ? AND entry_id = ?"
        for row in select(_columns(channel), where, (channel_id, entry_id)):
            return _point_object(channel, row)
    raise NoSuchThing(f"Point {number[:50]} doesn't exist")


def remove_point(number: str, key: object, now: int) -> bool:
    """Remove a point, as a correction that can be undone. Returns whether there was one. Only the
    user key of its account may do that.
    """
    channel_id, entry_id = _channel_and_entry(number)
    series = _find(channel_id)
    if series is None:
        return False
    _check_owner(series.channel, key)
    try:
        corrections.remove_entries(series.channel, [entry_id], now, access.account(key))
    except NothingRecorded:
        return False
    return True


def _columns(channel: Channel) -> tuple[str, ...]:
    return ("entry_id", "created_at", *channel.fields)


def _point_object(channel: Channel, row: tuple) -> dict:
    entry_id, created_at, *values = row
    return {
        "fields": {
            field.label: _as_sent(text)
            for field, text in zip(channel.fields.values(), values, strict=True)
            if text is not None
        },
        "id": _number_of_point(channel.id, entry_id),
        "series_id": channel.id,
        "timestamp": times.iso(created_at, UTC),
    }


def _as_sent(text: str) -> str | float:
    """The number, true or false that a text stands for in JSON, or else the text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_plain = isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
    return value if is_plain else text


# --- the numbers of points ------------------------------------------------------------------------


def _number_of_point(channel_id: int, entry_id: int) -> int:
    """One number for the two, as small as can be: boards keep it in 32 bits as long as the two
    stay below 46,000, scripts in a double up to 94 million.

    Counted around squares: of all pairs whose larger number is n come first those in which it is
    the entry's.
    """
    if channel_id < entry_id:
        return entry_id * entry_id + channel_id
    return channel_id * channel_id + channel_id + entry_id


def _channel_and_entry(number: str) -> tuple[int, int]:
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return 0, 0  # of no channel
    root = isqrt(int(number))
    rest = int(number) - root * root
    return (rest, root) if rest < root else (root, rest - root)
