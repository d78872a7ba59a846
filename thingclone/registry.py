"""Which channel a key may write to or read from. Nothing else decides that (contract, sections 2.2
and 2.3).
"""

from types import SimpleNamespace

from thingclone import keys
from thingclone.database import database, execute
from thingclone.errors import AuthRequired, NoSuchThing, ReadDenied
from thingclone.models import Channel, Counter, User
from thingclone.transactions import Memory

_CHANNEL_NAMES = tuple(field.name for field in Channel._meta.sorted_fields)
_COUNTER_NAMES = tuple(field.name for field in Counter._meta.sorted_fields)
_SELECT = (
    "SELECT {} FROM channels JOIN counters ON counters.channel_id = channels.id WHERE ".format(
        ", ".join(
            [f"channels.{field.column_name}" for field in Channel._meta.sorted_fields]
            + [f"counters.{field.column_name}" for field in Counter._meta.sorted_fields]
        )
    )
)


# Channels by number and by write key, and the keys that may read them.
_memory = Memory()


def _keep(channel: Channel | None) -> Channel | None:
    """One object stands for a channel by number and by key: its counter moves with every write."""
    if channel is None:
        return None
    facts = _memory.facts()
    channel = facts.setdefault(channel.id, channel)
    return facts.setdefault(keys.normal(channel.write_key), channel)


def channel(channel_id: int | str) -> Channel:
    """The channel of this number, with its `counter`."""
    number = int(channel_id) if len(str(channel_id)) <= 10 else 0
    found = _memory.facts().get(number)
    if found is None and 0 < number < 2**31:
        found = _keep(_find("channels.id = ?", number))
    if found is None:
        raise NoSuchThing(f"no channel {str(channel_id)[:50]}")
    return found


def channel_to_read(channel_id: int | str, key, user: User | None = None) -> Channel:
    """The channel, if it is public, or the key is its write key or one of its read keys, or `user`,
    who has signed in, owns it.
    """
    found = channel(channel_id)
    if found.public or key_may_read(found, key) or owns(user, found):
        return found
    if key is None:
        raise ReadDenied(f"channel {found.id} is private: it needs a read key, as api_key=...")
    raise ReadDenied(
        f"channel {found.id} is private, and the key that came along is none of its keys"
    )


def key_may_read(channel: Channel, key) -> bool:
    normal = keys.normal(key)
    if not normal:
        return False
    if normal == keys.normal(channel.write_key):
        return True
    facts = _memory.facts()
    if (channel.id, normal) not in facts:
        wanted = "SELECT 1 FROM read_keys WHERE channel_id = ? AND upper(api_key) = ?"
        if execute(wanted, (channel.id, normal)).fetchone() is None:
            return False
        facts[channel.id, normal] = True
    return True


def owns(user: User | None, channel: Channel) -> bool:
    return user is not None and user.id == channel.user_id


def settings_to_show(channel_id: int | str, key, user: User | None = None) -> tuple[Channel, bool]:
    """(channel, whether the key is its owner's user key, or `user`, who has signed in, its owner);
    private channels are shown to their owners alone.
    """
    found = channel(channel_id)
    wanted = "SELECT 1 FROM users WHERE id = ? AND upper(api_key) = ?"
    has_key = execute(wanted, (found.user_id, keys.normal(key))).fetchone() is not None
    is_owner = has_key or owns(user, found)
    if not is_owner and not found.public:
        raise ReadDenied(
            f"channel {found.id} is private: its settings are shown for its owner's user key alone"
        )
    return found, is_owner


def channel_to_write(key) -> Channel:
    """The channel of this write key, with its counter locked for the transaction that is open."""
    normal = keys.normal(key)
    if not normal:
        raise AuthRequired(
            "a write needs the channel's write key: api_key=..., or the header X-THINGSPEAKAPIKEY"
        )
    found = _memory.facts().get(normal)
    if found is None:
        found = _keep(_find("upper(channels.write_key) = ?", normal, lock=True))
    if found is None:
        raise AuthRequired(_what_kind_of_key(normal))
    return found


def channel_to_change(channel_id: int) -> Channel:
    """The channel of this number, with its counter locked for the transaction that is open: for
    what is not done with a write key.
    """
    found = _memory.facts().get(channel_id)
    if found is None:
        found = _keep(_find("channels.id = ?", channel_id, lock=True))
    if found is None:
        raise NoSuchThing(f"no channel {channel_id}")
    return found


def _what_kind_of_key(normal: str) -> str:
    """Why this key does not write; the most frequent mistake is to take the wrong one of the keys
    on the page.
    """
    if execute("SELECT 1 FROM read_keys WHERE upper(api_key) = ?", (normal,)).fetchone():
        return "this is a read key: a write needs the channel's write key"
    if execute("SELECT 1 FROM users WHERE upper(api_key) = ?", (normal,)).fetchone():
        return "this is a user key: a write needs the channel's write key"
    if execute("SELECT 1 FROM talkbacks WHERE upper(api_key) = ?", (normal,)).fetchone():
        return "this is the key of a TalkBack: a write needs the channel's write key"
    return "no channel has this write key"


def _find(condition: str, value, lock: bool = False) -> Channel | None:
    locking = database.locking("counters") if lock else ""
    row = execute(_SELECT + condition + locking, (value,)).fetchone()
    if row is None:
        return None
    found = Channel(**dict(zip(_CHANNEL_NAMES, row, strict=False)))
    found.counter = SimpleNamespace(
        **dict(zip(_COUNTER_NAMES, row[len(_CHANNEL_NAMES) :], strict=True))
    )
    return found
