"""The keys of a channel: one write key, any number of read keys with notes (contract, sections 2.1
and 9.10).

What a key opens is decided in registry. A key that was replaced or revoked opens nothing from that
moment on.
"""

from thingclone.channels import keys
from thingclone.database import execute
from thingclone.database.models import TEXT_LIMIT, Channel, ReadKey
from thingclone.database.transactions import writing
from thingclone.errors import BadRequest, Conflict, NoSuchThing

# --- keys that somebody brings along --------------------------------------------------------------


def check_keys(write_key: str | None = None, read_key: str | None = None):
    """BadRequest for what cannot be a key."""
    for kind, key in (("write", write_key), ("read", read_key)):
        if key is not None and not keys.is_acceptable(key):
            raise BadRequest(f"this cannot be a {kind} key: 1 to 64 letters, digits, - and _")
    if write_key and read_key and keys.normal(write_key) == keys.normal(read_key):
        raise BadRequest("the write key and the read key must not be the same")


def check_free(write_key: str | None = None, read_key: str | None = None):
    """Conflict for a key that opens something already."""
    for kind, key in (("write", write_key), ("read", read_key)):
        holder = key and holder_of(keys.normal(key))
        if holder:
            raise Conflict(f"the {kind} key {keys.masked(key)} is taken: it is {holder}")


def holder_of(key: str) -> str | None:
    """What a key opens already, in words."""
    for question, answer in (
        ("SELECT id FROM channels WHERE upper(write_key) = ?", "the write key of channel {}"),
        ("SELECT channel_id FROM read_keys WHERE upper(api_key) = ?", "a read key of channel {}"),
        ("SELECT login FROM users WHERE upper(api_key) = ?", "the user key of {}"),
        ("SELECT id FROM talkbacks WHERE upper(api_key) = ?", "the key of TalkBack {}"),
    ):
        row = execute(question, (key,)).fetchone()
        if row:
            return answer.format(row[0])
    return None


# --- changing them --------------------------------------------------------------------------------


def renew_write_key(channel: Channel, key: str | None = None) -> str:
    """A new write key for the channel, this one or a random one; the old one stops at once."""
    check_keys(write_key=key)
    new = key or keys.new_key()
    with writing():
        check_free(write_key=new)
        if not Channel.update(write_key=new).where(Channel.id == channel.id).execute():
            raise NoSuchThing(f"no channel {channel.id}")
    return new


def add_read_key(
    channel: Channel, now: int, note: str | None = None, key: str | None = None
) -> ReadKey:
    """One more read key for the channel, this one or a random one."""
    check_keys(read_key=key)
    new = key or keys.new_key()
    with writing():
        check_free(read_key=new)
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
    """Have this read key open nothing any more."""
    with writing():
        found = read_key(channel, key)
        found.delete_instance()
    return found


def read_key(channel: Channel, key: str) -> ReadKey:
    """The read key of this channel that is written so, whatever its case."""
    normal = keys.normal(key)
    row = execute(
        "SELECT id FROM read_keys WHERE channel_id = ? AND upper(api_key) = ?", (channel.id, normal)
    ).fetchone()
    if row:
        return ReadKey.get_by_id(row[0])
    if normal == keys.normal(channel.write_key):
        raise BadRequest("this is the write key: a channel always has one, it can only be renewed")
    raise NoSuchThing(f"channel {channel.id} has no read key {keys.masked(normal)}")


def _note(note: str | None) -> str | None:
    return (note or "").strip()[:TEXT_LIMIT] or None


# --- telling what they are ------------------------------------------------------------------------


def write_key_object(channel: Channel) -> dict:
    return {"api_key": channel.write_key, "write_flag": True, "note": None}


def read_key_object(key: ReadKey) -> dict:
    return {"api_key": key.api_key, "write_flag": False, "note": key.note}


def key_objects(channel: Channel) -> list[dict]:
    """The keys of a complete channel for its owner, the write key first."""
    return [write_key_object(channel), *map(read_key_object, channel.read_keys)]
