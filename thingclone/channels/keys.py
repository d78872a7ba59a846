"""API keys: their shape, whose they are, and the keys of a channel, which has one write key and any
number of read keys with notes (contract, sections 2.1 and 9.10).

A key of ours is 16 characters of 0-9 and A-Z. A key that an owner brings along may be longer or
shorter. Keys are compared without regard to case or surrounding blanks. No two of a server are the
same. What a key opens is decided in `access`. A key that was replaced or revoked opens nothing from
that moment on.
"""

import re
import secrets
import string
from dataclasses import dataclass

from thingclone.database import execute
from thingclone.database.models import TEXT_LIMIT, Channel, ReadKey
from thingclone.database.transactions import writing
from thingclone.errors import BadRequest, Conflict, NoSuchThing

WRITE, READ, USER, TALKBACK = "write", "read", "user", "talkback"

_ALPHABET = string.ascii_uppercase + string.digits
_ACCEPTABLE = re.compile(r"[0-9A-Za-z_-]{1,64}")


def new_key() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def normal(key: object) -> str:
    """The form in which keys are compared. The tables have an index on upper(key). NULs are left
    out, because databases cannot hold them in a text.
    """
    return str(key).replace("\0", "").strip().upper() if key is not None else ""


def is_acceptable(key: str) -> bool:
    return _ACCEPTABLE.fullmatch(key) is not None


def masked(key: str) -> str:
    """How a key may appear in a log: its first four characters."""
    return f"{key[:4]}..." if key else "(none)"


# --- whose key it is ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holder:
    """Whose key it is: that of a channel (WRITE or READ), an account (USER) or a TALKBACK.

    `user_id` is the account, or the owner of the channel. A TalkBack's key has none, because it
    opens nothing but the TalkBack.
    """

    kind: str
    user_id: int | None = None
    channel_id: int | None = None
    talkback_id: int | None = None


_FIND = f"""SELECT '{WRITE}', user_id, id, 0 FROM channels WHERE upper(write_key) = ?
    UNION ALL
    SELECT '{READ}', user_id, channel_id, 0 FROM read_keys
        JOIN channels ON channels.id = channel_id WHERE upper(api_key) = ?
    UNION ALL SELECT '{USER}', id, 0, 0 FROM users WHERE upper(api_key) = ?
    UNION ALL SELECT '{TALKBACK}', 0, 0, id FROM talkbacks WHERE upper(api_key) = ?"""


def find(key: object) -> Holder | None:
    """Whose key this is, None for a key that nobody has."""
    wanted = normal(key)
    row = wanted and execute(_FIND, (wanted,) * 4).fetchone()
    return Holder(row[0], *(number or None for number in row[1:])) if row else None


def _in_words(holder: Holder) -> str:
    if holder.kind == USER:
        wanted = "SELECT login FROM users WHERE id = ?"
        return f"the user key of {execute(wanted, (holder.user_id,)).fetchone()[0]}"
    return {
        WRITE: f"the write key of channel {holder.channel_id}",
        READ: f"a read key of channel {holder.channel_id}",
        TALKBACK: f"the key of TalkBack {holder.talkback_id}",
    }[holder.kind]


# --- keys that an owner brings along --------------------------------------------------------------


def check_keys(write_key: str | None = None, read_key: str | None = None):
    """BadRequest for what cannot be a key."""
    for kind, key in ((WRITE, write_key), (READ, read_key)):
        if key is not None and not is_acceptable(key):
            raise BadRequest(f"a {kind} key must be 1 to 64 letters, digits, - and _")
    if write_key and read_key and normal(write_key) == normal(read_key):
        raise BadRequest("the write key and the read key must differ")


def check_free(key: str | None, called: str = "key"):
    """Conflict for a key that is in use already. The message calls it a "write key", say."""
    holder = find(key)
    if key and holder:
        raise Conflict(f"the {called} {masked(key)} is taken: it is {_in_words(holder)}")


# --- the keys of a channel ------------------------------------------------------------------------


def renew_write_key(channel: Channel, key: str | None = None) -> str:
    """Replace the write key by this one or a random one. Returns it. The old one stops at once."""
    check_keys(write_key=key)
    new = key or new_key()
    with writing():
        check_free(new, "write key")
        if not Channel.update(write_key=new).where(Channel.id == channel.id).execute():
            raise NoSuchThing(f"no channel {channel.id}")
    return new


def add_read_key(
    channel: Channel, now: int, note: str | None = None, key: str | None = None
) -> ReadKey:
    """Add a read key to the channel, this one or a random one."""
    check_keys(read_key=key)
    new = key or new_key()
    with writing():
        check_free(new, "read key")
        if not Channel.select().where(Channel.id == channel.id).exists():
            raise NoSuchThing(f"no channel {channel.id}")
        return ReadKey.create(channel=channel, api_key=new, note=_note(note), created_at=now)


def set_note(channel: Channel, key: str, note: str | None) -> ReadKey:
    """Note on a read key who or what has it."""
    with writing():
        found = read_key(channel, key)
        found.note = _note(note)
        found.save(only=[ReadKey.note])
    return found


def revoke(channel: Channel, key: str) -> ReadKey:
    """Remove a read key. From then on it opens nothing."""
    with writing():
        found = read_key(channel, key)
        found.delete_instance()
    return found


def read_key(channel: Channel, key: str) -> ReadKey:
    """The read key of this channel that is written so, whatever its case."""
    wanted = normal(key)
    row = execute(
        "SELECT id FROM read_keys WHERE channel_id = ? AND upper(api_key) = ?", (channel.id, wanted)
    ).fetchone()
    if row:
        return ReadKey.get_by_id(row[0])
    if wanted == normal(channel.write_key):
        raise BadRequest("this is the write key: it can be replaced, but not revoked")
    raise NoSuchThing(f"channel {channel.id} has no read key {masked(wanted)}")


def _note(note: str | None) -> str | None:
    return (note or "").strip()[:TEXT_LIMIT] or None


def write_key_object(channel: Channel) -> dict:
    return {"api_key": channel.write_key, "write_flag": True, "note": None}


def read_key_object(key: ReadKey) -> dict:
    return {"api_key": key.api_key, "write_flag": False, "note": key.note}


def key_objects(channel: Channel) -> list[dict]:
    """The keys of a complete channel for its owner, the write key first."""
    return [write_key_object(channel), *map(read_key_object, channel.read_keys)]
