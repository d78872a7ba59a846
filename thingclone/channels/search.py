"""The list of public channels: searched, sorted and cut into pages by the database (contract,
section 9.3).

search() serves the API, by ThingSpeak's rules. browse() serves the pages.
"""

import math
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from peewee import Case, ColumnBase, Expression, ModelSelect, fn

from thingclone.channels.channels import (
    POINTS_FOR_PLACE,
    POINTS_FOR_TAGS,
    RANKING,
    complete,
    tagged,
)
from thingclone.database.models import Channel, Counter, Tag, Tagging, User
from thingclone.formats.numbers import id_from, real
from thingclone.formats.times import DAY

PER_PAGE = 15
ACTIVE_DAYS = 7
MOST_IDS = 1000  # of `channel_ids`
MOST_TAGS = 24  # to choose from

EARTH_RADIUS = 6371.0  # kilometres
_PLACE = ("latitude", "longitude", "distance")


@dataclass(frozen=True)
class ChannelPage:
    """Some of the channels that a search has found. `total` counts all that it has found."""

    channels: list[Channel]
    total: int


def search(params: dict, page: int, now: int) -> ChannelPage:
    """A page, counted from 1, of the public channels that a search asks for, best first: by ids, by
    user, by tag or by place. Without any of these it shows all active ones.

    The first filter that is given counts. A place takes `distance` in kilometres around `latitude`
    and `longitude`. Its channels need not be active, and the nearest comes first.
    """
    public = Channel.select().join(Counter).switch(Channel).join(User).where(Channel.public)
    if params.get("channel_ids"):
        return _best(public.where(Channel.id.in_(_numbers(params["channel_ids"]))), page)
    active = public.where(_is_active(now))
    if params.get("username"):
        login = fn.lower(str(params["username"]))
        return _best(active.where(fn.lower(User.login) == login), page)
    if params.get("tag"):
        return _best(active.where(Channel.id.in_(tagged(str(params["tag"])))), page)
    if all(params.get(name) for name in _PLACE):
        latitude, longitude, distance = (real(params[name]) for name in _PLACE)
        return _nearest(latitude, longitude, distance, page)
    return _best(active, page)


def browse(page: int, text: str = "", tag: str = "", username: str = "") -> ChannelPage:
    """A page of all public channels, best first: those with this text in name, description or tags,
    with this tag, of this account.
    """
    found = Channel.select().join(User).where(Channel.public)
    if text:
        found = found.where(_says(text))
    if tag:
        found = found.where(Channel.id.in_(tagged(tag)))
    if username:
        found = found.where(fn.lower(User.login) == fn.lower(username))
    return _best(found, page)


def _says(text: str) -> Expression:
    tags = Tagging.select(Tagging.channel).join(Tag).where(Tag.name.contains(text))
    said = Channel.name.contains(text) | Channel.description.contains(text)
    return said | Channel.id.in_(tags)


def public_tags() -> list[tuple[str, int]]:
    """The tags that most public channels have: (name, how many have it)."""
    count = fn.COUNT(Tagging.id)
    counted = Tag.select(Tag.name, count).join(Tagging).join(Channel).where(Channel.public)
    best = counted.group_by(Tag.id, Tag.name).order_by(count.desc(), Tag.name).limit(MOST_TAGS)
    rows: Any = best.tuples()
    return list(rows)


def _numbers(text: object) -> list[int]:
    words = [word.strip() for word in str(text).split(",", MOST_IDS)[:MOST_IDS]]
    return [id_from(word) for word in words if word.isascii() and word.isdigit()]


def _is_active(now: int) -> Expression:
    since = now - ACTIVE_DAYS * DAY
    return (Counter.last_entry_id > 1) & (
        (Channel.updated_at > since) | (Counter.last_write_at > since)
    )


def _best(found: "ModelSelect[Channel]", page: int) -> ChannelPage:
    total = found.count()
    first = (page - 1) * PER_PAGE
    if first >= total:
        return ChannelPage([], total)
    order = (_ranking().desc(), Channel.updated_at.desc(), Channel.id)
    best = found.select(Channel.id).order_by(*order).limit(PER_PAGE).offset(first)
    return ChannelPage(_in_order([channel.id for channel in best]), total)


def _ranking() -> ColumnBase:
    """The points of channels.ranking(), counted by the database."""
    tags = fn.EXISTS(Tagging.select().where(Tagging.channel == Channel.id))
    points = [(getattr(Channel, name) != "", worth) for name, worth in RANKING]
    points += [((Channel.latitude != "") & (Channel.longitude != ""), POINTS_FOR_PLACE)]
    points += [(tags, POINTS_FOR_TAGS)]
    return reduce(add, (Case(None, [(is_so, worth)], 0) for is_so, worth in points))


def _in_order(ids: list[int]) -> list[Channel]:
    """The complete channels of these numbers, in this order."""
    complete_ones = complete(Channel.select().where(Channel.id.in_(ids)))
    return sorted(complete_ones, key=lambda channel: ids.index(channel.id))


# --- by place -------------------------------------------------------------------------------------


def _nearest(latitude: float, longitude: float, distance: float, page: int) -> ChannelPage:
    if not math.isfinite(latitude) or not math.isfinite(longitude):
        return ChannelPage([], 0)
    places = Channel.select(Channel.id, Channel.latitude, Channel.longitude).where(
        Channel.public, Channel.latitude != "", Channel.longitude != ""
    )
    far = (
        (_kilometres(real(north), real(east), latitude, longitude), number)
        for number, north, east in places.tuples().iterator()
    )
    near = sorted(place for place in far if place[0] <= distance)
    first = (page - 1) * PER_PAGE
    return ChannelPage(
        _in_order([number for _, number in near[first : first + PER_PAGE]]), len(near)
    )


def _kilometres(
    from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """The way along the earth between two places, by the haversine formula."""
    north = math.radians(from_latitude), math.radians(to_latitude)
    half_north = (north[1] - north[0]) / 2
    half_east = math.radians(to_longitude - from_longitude) / 2
    shrunk = math.cos(north[0]) * math.cos(north[1])
    arc = math.sin(half_north) ** 2 + shrunk * math.sin(half_east) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, max(0.0, arc))))
