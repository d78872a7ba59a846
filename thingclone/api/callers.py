"""Who is calling: the account behind a user key, or behind `login` and `token` (contract, sections
2.2 and 10). Doors share it.
"""

from thingclone import accounts, registry, sessions
from thingclone.api import requests
from thingclone.errors import AuthRequired
from thingclone.models import Channel, Session, User


def account() -> User:
    """The account that calls. AuthRequired for nobody, TooManyGuesses after too many wrong keys."""
    params, now = requests.params(), requests.now()
    if not _has_token(params) and not params["api_key"]:
        raise AuthRequired("this needs a user key: api_key=..., or the header X-THINGSPEAKAPIKEY")
    shown = params["token"] if _has_token(params) else params["api_key"]
    with requests.guesses().user_key(str(shown), requests.address(), now):
        if not _has_token(params):
            return accounts.user_with_key(params["api_key"])
        session = _session(params)
    sessions.note_use(session, now)
    return session.user


def signed_in() -> User | None:
    """The account that the parameters `login` and `token` stand for, if there are any."""
    params = requests.params()
    if not _has_token(params):
        return None
    try:
        return _session(params).user
    except AuthRequired:
        return None


def is_caller(user: User) -> bool:
    """Whether the request comes from this user."""
    return accounts.owns_key(user, requests.params()["api_key"]) or signed_in() == user


def channel_to_read(channel_id: str) -> Channel:
    """The channel, if the request may read it: by its key, or by its owner's token."""
    return registry.channel_to_read(channel_id, requests.params()["api_key"], signed_in())


def _has_token(params: dict) -> bool:
    return bool(params.get("login") and params.get("token"))


def _session(params: dict) -> Session:
    return accounts.session_of(params["login"], params["token"], requests.now())
