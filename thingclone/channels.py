"""Channels and their settings: making them, finding them, telling what they are (contract, section
9).
"""

import math
from collections.abc import Iterable

from peewee import prefetch

from thingclone import keys
from thingclone.database import database, execute
from thingclone.errors import BadRequest, Conflict, NoSuchThing
from thingclone.models import FIELD_NAMES, TEXT_LIMIT, Channel, Counter, ReadKey, Tag, Tagging, User
from thingclone.numerals import coordinate, real
from thingclone.timestamps import DAY
from thingclone.transactions import writing

PER_PAGE = 15
ACTIVE_DAYS = 7
LARGEST_ID = 2**31 - 1
FRESH_LOCATION = {"latitude": "0.0", "longitude": "0.0"}

EARTH_RADIUS = 6371.0  # kilometres
_RANKING = (("name", 15), ("description", 20), ("url", 15))


# --- making them ----------------------------------------------------------------------------------


def add_channel(
    user: User,
    name: str,
    now: int,
    labels: Iterable[str] = (),
    channel_id: int | None = None,
    write_key: str | None = None,
    read_key: str | None = None,
    **attributes,
) -> Channel:
    """A new channel with a write key and a read key; the number and keys that devices already have
    can be kept.

    `labels` are those of field 1, 2, ...; `attributes` are columns of Channel. Without a name it is
    called by its number. Conflict for a number or key that is taken, BadRequest for what cannot be
    one.
    """
    labels = list(labels)
    if len(labels) > len(FIELD_NAMES):
        raise BadRequest(f"a channel has {len(FIELD_NAMES)} fields, not {len(labels)}")
    _check_keys(write_key, read_key)
    if channel_id is not None and not 1 <= channel_id <= LARGEST_ID:
        raise BadRequest(f"{channel_id} cannot be the number of a channel: 1 to {LARGEST_ID}")
    for place in FRESH_LOCATION:
        if attributes.get(place) is not None:
            attributes[place] = coordinate(attributes[place])
    fields = {field: label[:TEXT_LIMIT] for field, label in zip(FIELD_NAMES, labels, strict=False)}
    number = {} if channel_id is None else {"id": channel_id}
    with writing():
        _check_free(channel_id, write_key, read_key)
        channel = Channel.create(
            user=user,
            name=name[:TEXT_LIMIT],
            write_key=write_key or keys.new_key(),
            created_at=now,
            updated_at=now,
            **FRESH_LOCATION | attributes | fields | number,
        )
        if number:
            database.after_given_id("channels")
        if not channel.name.strip():
            channel.name = f"Channel {channel.id}"
            channel.save(only=[Channel.name])
        channel.counter = Counter.create(channel=channel)
        ReadKey.create(channel=channel, api_key=read_key or keys.new_key(), created_at=now)
    return channel


def _check_keys(write_key: str | None, read_key: str | None):
    for kind, key in (("write", write_key), ("read", read_key)):
        if key is not None and not keys.is_acceptable(key):
            raise BadRequest(f"this cannot be a {kind} key: 1 to 64 letters, digits, - and _")
    if write_key and read_key and keys.normal(write_key) == keys.normal(read_key):
        raise BadRequest("the write key and the read key must not be the same")


def _check_free(channel_id: int | None, write_key: str | None, read_key: str | None):
    if channel_id is not None and Channel.get_or_none(Channel.id == channel_id):
        raise Conflict(f"channel {channel_id} exists already")
    for kind, key in (("write", write_key), ("read", read_key)):
        holder = key and _holder_of(keys.normal(key))
        if holder:
            raise Conflict(f"the {kind} key {keys.masked(key)} is taken: it is {holder}")


def _holder_of(key: str) -> str | None:
    """What a key opens already, in words."""
    for question, answer in (
        ("SELECT id FROM channels WHERE upper(write_key) = ?", "the write key of channel {}"),
        ("SELECT channel_id FROM read_keys WHERE upper(api_key) = ?", "a read key of channel {}"),
        ("SELECT login FROM users WHERE upper(api_key) = ?", "the user key of {}"),
    ):
        row = execute(question, (key,)).fetchone()
        if row:
            return answer.format(row[0])
    return None


# --- finding them ---------------------------------------------------------------------------------


def complete_channel(channel_id: int) -> Channel:
    """One channel with all that tells about it."""
    is_possible = 1 <= channel_id <= LARGEST_ID  # a larger number is too large for the database
    found = is_possible and _complete(Channel.select().where(Channel.id == channel_id))
    if not found:
        raise NoSuchThing(f"no channel {channel_id}")
    return found[0]


def all_channels() -> list[Channel]:
    """Every channel of this server, by number."""
    return _complete(Channel.select().order_by(Channel.id))


def channels_of(user: User, public_only: bool = False) -> list[Channel]:
    wanted = Channel.select().where(Channel.user == user).order_by(Channel.id)
    return _complete(wanted.where(Channel.public) if public_only else wanted)


def public_channels(params: dict, now: int) -> list[Channel]:
    """The public channels that a search asks for, best first: by ids, by user, by tag, by place;
    else all active ones.

    The first filter that is given counts. A place takes `distance` in kilometres around `latitude`
    and `longitude`; its channels need not be active, and the nearest comes first.
    """
    found = _complete(Channel.select().where(Channel.public))
    if params.get("channel_ids"):
        wanted = {number.strip() for number in str(params["channel_ids"]).split(",")}
        return _best_first(channel for channel in found if str(channel.id) in wanted)
    active = [channel for channel in found if _is_active(channel, now)]
    if params.get("username"):
        login = str(params["username"]).lower()
        return _best_first(channel for channel in active if channel.user.login.lower() == login)
    if params.get("tag"):
        tag = str(params["tag"]).lower()
        return _best_first(
            channel for channel in active if tag in map(str.lower, tag_names(channel))
        )
    if all(params.get(name) for name in ("latitude", "longitude", "distance")):
        return _near(found, *(real(params[name]) for name in ("latitude", "longitude", "distance")))
    return _best_first(active)


def _complete(query) -> list[Channel]:
    """The channels with all that tells about them: counter, user, read keys and tags, in three
    queries.
    """
    joined = (
        query.select(Channel, Counter, User)
        .join(Counter, attr="counter")
        .switch(Channel)
        .join(User)
    )
    return list(prefetch(joined, ReadKey.select(), Tagging.select(Tagging, Tag).join(Tag)))


def _is_active(channel: Channel, now: int) -> bool:
    last_change = max(channel.updated_at, channel.counter.last_write_at or 0)
    return (channel.counter.last_entry_id or 0) > 1 and last_change > now - ACTIVE_DAYS * DAY


def _best_first(found: Iterable[Channel]) -> list[Channel]:
    return sorted(found, key=lambda channel: (-ranking(channel), -channel.updated_at, channel.id))


def _near(
    found: list[Channel], latitude: float, longitude: float, distance: float
) -> list[Channel]:
    if not math.isfinite(latitude) or not math.isfinite(longitude):
        return []
    far = [
        (_kilometres(channel, latitude, longitude), channel)
        for channel in found
        if channel.latitude
    ]
    near = [(kilometres, channel) for kilometres, channel in far if kilometres <= distance]
    return [channel for _, channel in sorted(near, key=lambda pair: (pair[0], pair[1].id))]


def _kilometres(channel: Channel, latitude: float, longitude: float) -> float:
    """The way along the earth from a channel to a place, by the haversine formula."""
    from_latitude, to_latitude = math.radians(real(channel.latitude)), math.radians(latitude)
    half_north = (to_latitude - from_latitude) / 2
    half_east = math.radians(longitude - real(channel.longitude)) / 2
    arc = (
        math.sin(half_north) ** 2
        + math.cos(from_latitude) * math.cos(to_latitude) * math.sin(half_east) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, max(0.0, arc))))


# --- telling what they are ------------------------------------------------------------------------


def tag_names(channel: Channel) -> list[str]:
    return [tagging.tag.name for tagging in channel.taggings]


def ranking(channel: Channel) -> int:
    """How completely a channel is described, in points; public lists are sorted by them."""
    points = sum(worth for name, worth in _RANKING if getattr(channel, name))
    points += 15 if channel.latitude and channel.longitude else 0
    return points + (20 if tag_names(channel) else 0)


def public_object(channel: Channel, with_username: bool = False) -> dict:
    """What anybody may know of a public channel, in the order of the REST API."""
    return {
        "id": channel.id,
        "name": channel.name,
        "description": channel.description,
        "latitude": channel.latitude,
        "longitude": channel.longitude,
        "created_at": channel.created_at,
        "elevation": channel.elevation,
        "last_entry_id": channel.counter.last_entry_id,
        "public_flag": channel.public,
        "url": channel.url,
        "ranking": ranking(channel),
        "metadata": channel.metadata,
        "license_id": channel.license_id,
        "github_url": channel.github_url,
        **({"username": channel.user.login} if with_username else {}),
        "tags": [{"id": tagging.tag.id, "name": tagging.tag.name} for tagging in channel.taggings],
    }


def owner_object(channel: Channel) -> dict:
    """What the owner sees besides: the keys, the write key first."""
    api_keys = [{"api_key": channel.write_key, "write_flag": True}]
    api_keys += [{"api_key": key.api_key, "write_flag": False} for key in channel.read_keys]
    return public_object(channel) | {"api_keys": api_keys}
