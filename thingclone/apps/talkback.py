"""TalkBacks: queues of commands for devices (contract, section 13; ThingSpeak page "TalkBack App").

A TalkBack belongs to a user. Anyone with its key may add commands and execute them: see `commands`.
"""

from peewee import fn

from thingclone.channels import keys
from thingclone.database import database, execute
from thingclone.database.models import TEXT_LIMIT, Channel, TalkBack, User
from thingclone.database.transactions import writing
from thingclone.errors import AuthRequired, BadRequest, Conflict, NoSuchThing
from thingclone.formats.numbers import LARGEST_ID, id_from


def add_talkback(
    user: User,
    name: str,
    now: int,
    channel_id: int | None = None,
    talkback_id: int | None = None,
    api_key: str | None = None,
) -> TalkBack:
    """A new TalkBack that notes what is executed in this channel of the user. The number and key
    that devices already have can be kept.
    """
    if api_key is not None and not keys.is_acceptable(api_key):
        raise BadRequest("a TalkBack key must be 1 to 64 letters, digits, - and _")
    if talkback_id is not None and not 1 <= talkback_id <= LARGEST_ID:
        raise BadRequest(f"{talkback_id} is not a valid TalkBack ID: use 1 to {LARGEST_ID}")
    number = {} if talkback_id is None else {"id": talkback_id}
    with writing():
        _check_free(talkback_id, api_key)
        added = TalkBack.create(
            user=user,
            name=name[:TEXT_LIMIT],
            api_key=api_key or keys.new_key(),
            channel=channel_id and _own_channel(user, channel_id),
            created_at=now,
            **number,
        )
        if number:
            database.after_given_id("talkbacks")
    return added


def _check_free(talkback_id: int | None, api_key: str | None):
    if talkback_id is not None and TalkBack.get_or_none(TalkBack.id == talkback_id):
        raise Conflict(f"TalkBack {talkback_id} already exists")
    keys.check_free(api_key)


def _own_channel(user: User, channel_id: int) -> Channel:
    found = Channel.get_or_none((Channel.id == id_from(channel_id)) & (Channel.user == user))
    if found is None:
        raise NoSuchThing(f"{user.login} has no channel {channel_id}")
    return found


def all_talkbacks() -> list[TalkBack]:
    """Every TalkBack of this server, by number."""
    return list(TalkBack.select(TalkBack, User).join(User).order_by(TalkBack.id))


def talkbacks_of(user: User) -> list[TalkBack]:
    return list(TalkBack.select().where(TalkBack.user == user).order_by(TalkBack.id))


def talkback(talkback_id: int | str) -> TalkBack:
    found = TalkBack.get_or_none(TalkBack.id == id_from(talkback_id))
    if found is None:
        raise NoSuchThing(f"no TalkBack {str(talkback_id)[:50]}")
    return found


def talkback_with_key(key: object) -> TalkBack | None:
    normal = keys.normal(key)
    return TalkBack.get_or_none(fn.upper(TalkBack.api_key) == normal) if normal else None


def talkback_of(user: User, talkback_id: int | str) -> TalkBack:
    """The user's TalkBack of this number. NoSuchThing for those of others, too."""
    found = talkback(talkback_id)
    if found.user_id != user.id:
        raise NoSuchThing(f"no TalkBack {talkback_id}")
    return found


def talkback_to_use(talkback_id: int | str, key: object) -> TalkBack:
    """The TalkBack of this number, if the key is its own."""
    found = talkback(talkback_id)
    if not keys.normal(key):
        raise AuthRequired(f"TalkBack {found.id} needs its own key: send api_key=...")
    if keys.normal(key) != keys.normal(found.api_key):
        raise AuthRequired(
            f"this is not the key of TalkBack {found.id}: a TalkBack has its own key, not that"
            " of a channel or an account"
        )
    return found


def change_talkback(talkback: TalkBack, name: str, channel_id: int | None):
    """Give it another name, and another channel or none."""
    with writing():
        talkback.name = name[:TEXT_LIMIT]
        talkback.channel = _own_channel(talkback.user, channel_id) if channel_id else None
        talkback.save(only=[TalkBack.name, TalkBack.channel])


def renew_key(talkback: TalkBack) -> str:
    """Replace the key. The old one opens nothing from now on."""
    with writing():
        talkback.api_key = keys.new_key()
        talkback.save(only=[TalkBack.api_key])
    return talkback.api_key


def remove_talkback(talkback: TalkBack):
    """With all its commands."""
    with writing():
        execute("DELETE FROM talkbacks WHERE id = ?", (talkback.id,))
