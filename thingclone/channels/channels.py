"""Channels and their settings: adding, changing, finding and describing them (contract, section 9).

The keys of a channel are in `keys`, the search for public ones in `search`. Channels are removed in
`entries.clearing`.
"""

from collections.abc import Iterable
from typing import Any

from peewee import ModelSelect, fn, prefetch

from thingclone.channels import keys
from thingclone.channels.update import ChannelUpdate
from thingclone.database import database, execute, execute_many
from thingclone.database.models import (
    FIELD_NAMES,
    TEXT_LIMIT,
    Channel,
    Counter,
    ReadKey,
    Tag,
    Tagging,
    User,
)
from thingclone.database.transactions import writing
from thingclone.errors import BadRequest, Conflict, NoSuchThing
from thingclone.formats.numbers import LARGEST_ID, coordinate, id_from

FRESH_LOCATION = {"latitude": "0.0", "longitude": "0.0"}
FIRST_LABEL = "Field Label 1"

# How completely a channel is described, in points; public lists are sorted by them.
RANKING = (("name", 15), ("description", 20), ("url", 15))
POINTS_FOR_PLACE = 15
POINTS_FOR_TAGS = 20


# --- making them ----------------------------------------------------------------------------------


def add_channel(
    user: User | int,
    name: str,
    now: int,
    labels: Iterable[str] = (),
    channel_id: int | None = None,
    write_key: str | None = None,
    read_key: str | None = None,
    **attributes: Any,
) -> Channel:
    """A new channel with a write key and a read key. The number and keys that devices already have
    can be kept.

    `user` is its owner, or the owner's number. `labels` are those of field 1, 2, ..., `attributes`
    are columns of Channel. Without a name it is called by its number. Conflict for a number or key
    that is taken, BadRequest for what cannot be one.
    """
    labels = list(labels)
    if len(labels) > len(FIELD_NAMES):
        raise BadRequest(f"a channel has {len(FIELD_NAMES)} fields, not {len(labels)}")
    keys.check_keys(write_key, read_key)
    if channel_id is not None and not 1 <= channel_id <= LARGEST_ID:
        raise BadRequest(f"{channel_id} is not a valid channel ID: use 1 to {LARGEST_ID}")
    for place in FRESH_LOCATION:
        if attributes.get(place) is not None:
            attributes[place] = coordinate(attributes[place])
    fields = {field: label[:TEXT_LIMIT] for field, label in zip(FIELD_NAMES, labels, strict=False)}
    number = {} if channel_id is None else {"id": channel_id}
    with writing():
        _check_free(channel_id)
        keys.check_free(write_key, "write key")
        keys.check_free(read_key, "read key")
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


def _check_free(channel_id: int | None):
    if channel_id is not None and Channel.get_or_none(Channel.id == channel_id):
        raise Conflict(f"channel {channel_id} already exists")


def add_channel_from(user: User, update: ChannelUpdate, now: int) -> Channel:
    """A new channel with these settings and tags. If they label no field, the first one gets a
    label.
    """
    attributes = {
        name: value
        for name, value in update.columns.items()
        if name != "name" and name not in FIELD_NAMES
    }
    labels = update.labels() or {"field1": FIRST_LABEL}
    with writing():
        name = update.columns.get("name", "")
        channel = add_channel(user, name, now, **attributes | labels)
        _set_tags(channel, update.tags or ())
    return channel


# --- changing them --------------------------------------------------------------------------------


def change_channel(channel: Channel, update: ChannelUpdate, now: int, user: User | None = None):
    """Store the settings that are given. `user` becomes the owner."""
    with writing():
        stored = _stored(channel)
        given = dict(update.columns) | ({"user": user} if user else {})
        changed = {name: value for name, value in given.items() if _differs(stored, name, value)}
        if "name" in changed and not changed["name"].strip():
            changed["name"] = f"Channel {channel.id}"
        is_retagged = update.tags is not None and _set_tags(channel, update.tags)
        if changed or is_retagged:
            Channel.update(**changed, updated_at=now).where(Channel.id == channel.id).execute()


def _stored(channel: Channel) -> Channel:
    found = Channel.get_or_none(Channel.id == channel.id)
    if found is None:
        raise NoSuchThing(f"no channel {channel.id}")
    return found


def _differs(stored: Channel, name: str, value: object) -> bool:
    if name in FIELD_NAMES:
        # Forms send all eight. A field that never had a label stays one that may get one.
        return value != (getattr(stored, name) or "")
    return value != getattr(stored, name)


def _set_tags(channel: Channel, names: Iterable[str]) -> bool:
    """Replace the channel's tags. Returns True if anything changed."""
    tags = [_tag(name) for name in names]
    query = Tagging.select(Tagging.tag).where(Tagging.channel == channel).order_by(Tagging.id)
    if [tagging.tag_id for tagging in query] == tags:
        return False
    Tagging.delete().where(Tagging.channel == channel).execute()
    execute_many(
        "INSERT INTO taggings (channel_id, tag_id) VALUES (?, ?)",
        [(channel.id, tag) for tag in tags],
    )
    return True


def _tag(name: str) -> int:
    """The id of the one tag of this name, whatever its case."""
    execute("INSERT INTO tags (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    return execute("SELECT id FROM tags WHERE lower(name) = lower(?)", (name,)).fetchone()[0]


# --- finding them ---------------------------------------------------------------------------------


def complete_channel(channel_id: int) -> Channel:
    """One channel with its counter, user, read keys and tags."""
    found = complete(Channel.select().where(Channel.id == id_from(channel_id)))
    if not found:
        raise NoSuchThing(f"no channel {channel_id}")
    return found[0]


def own_channel(user: User, channel_id: int | str) -> Channel:
    """One complete channel of this user. NoSuchThing for those of others."""
    mine = Channel.select().where(Channel.user == user)
    found = complete(mine.where(Channel.id == id_from(channel_id)))
    if not found:
        raise NoSuchThing(f"you have no channel {str(channel_id)[:50]}")
    return found[0]


def all_channels() -> list[Channel]:
    """Every channel of this server, by number."""
    return complete(Channel.select().order_by(Channel.id))


def channels_of(user: User, public_only: bool = False, tag: str = "") -> list[Channel]:
    wanted = Channel.select().where(Channel.user == user).order_by(Channel.id)
    if tag:
        wanted = wanted.where(Channel.id.in_(tagged(tag)))
    return complete(wanted.where(Channel.public) if public_only else wanted)


def tagged(tag: str) -> "ModelSelect[Tagging]":
    """The query for the numbers of all channels with this tag."""
    same = fn.lower(Tag.name) == fn.lower(tag.strip())
    return Tagging.select(Tagging.channel).join(Tag).where(same)


def complete(query: "ModelSelect[Channel]") -> list[Channel]:
    """The channels with counter, user, read keys and tags, in three queries."""
    joined = (
        query.select(Channel, Counter, User)
        .join(Counter, attr="counter")
        .switch(Channel)
        .join(User)
    )
    taggings = Tagging.select(Tagging, Tag).join(Tag).order_by(Tagging.id)
    return list(prefetch(joined, ReadKey.select().order_by(ReadKey.id), taggings))


# --- telling what they are ------------------------------------------------------------------------


def tag_names(channel: Channel) -> list[str]:
    return [tagging.tag.name for tagging in channel.taggings]


def ranking(channel: Channel) -> int:
    """The points of a channel. In `search` the database counts the same."""
    points = sum(worth for name, worth in RANKING if getattr(channel, name))
    points += POINTS_FOR_PLACE if channel.latitude and channel.longitude else 0
    return points + (POINTS_FOR_TAGS if tag_names(channel) else 0)


def public_object(channel: Channel, with_username: bool = False) -> dict:
    """The attributes that all may see, in the order of the REST API."""
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
    """The attributes that the owner sees: the public ones, and the keys, the write key first."""
    api_keys = [{"api_key": channel.write_key, "write_flag": True}]
    api_keys += [{"api_key": key.api_key, "write_flag": False} for key in channel.read_keys]
    return public_object(channel) | {"api_keys": api_keys}
