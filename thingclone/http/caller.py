"""Who is calling: the account behind a user key, behind `login` and `token`, or behind the session
of a browser (contract, sections 2.2, 2.3 and 10). Doors share it.

A browser sends its cookie along whichever page has it ask, those of other origins included. So the
session opens reads alone, never a write; what it opens is sealed; and no script of another origin
gets it as JSONP.
"""

from bottle import request

from thingclone.accounts import sessions, users
from thingclone.channels import access, macs
from thingclone.database.models import Channel, Session, User
from thingclone.errors import AuthRequired
from thingclone.http import requests


def account() -> User:
    """The account that calls. AuthRequired for nobody, TooManyGuesses after too many wrong keys."""
    params, now = requests.params(), requests.now()
    if not _has_token(params) and not params["api_key"]:
        raise AuthRequired("this needs a user key: api_key=..., or the header X-THINGSPEAKAPIKEY")
    shown = params["token"] if _has_token(params) else params["api_key"]
    with requests.services().throttle.user_key(str(shown), requests.address(), now):
        if not _has_token(params):
            return users.user_with_key(params["api_key"])
        session = _session(params)
    sessions.note_use(session, now)
    return session.user


def signed_in() -> User | None:
    """The account that the parameters `login` and `token` stand for, or else the browser's session,
    if there is any. A server that is ingest-only knows of no sessions.
    """
    params = requests.params()
    if requests.settings().ingest_only:
        return None
    if not _has_token(params):
        return _user_of_browser()
    try:
        return _session(params).user
    except AuthRequired:
        return None


def _user_of_browser() -> User | None:
    token = requests.session_token()
    if not token or not _is_own_read():
        return None
    requests.seal()
    session = sessions.find(token, requests.now())
    return session and session.user


def _is_own_read() -> bool:
    """Whether it is a read that no script of another origin can look into."""
    environ = request.environ
    if request.method not in ("GET", "HEAD") or requests.query().get("callback"):
        return False
    is_visit = environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
    return is_visit or environ.get("HTTP_SEC_FETCH_SITE", "none") in ("same-origin", "none")


def is_caller(user: User) -> bool:
    """Whether the request comes from this user."""
    return users.owns_key(user, requests.params()["api_key"]) or signed_in() == user


def channel_to_read(channel_id: str | None) -> Channel:
    """The channel, if the request may read it: by its key, or by its owner's token. Without a
    number it is that of the device that the request names.
    """
    params = requests.params()
    mac = macs.given(params.get("mac"))
    return access.channel_to_read(channel_id, params["api_key"], signed_in(), mac)


def _has_token(params: dict) -> bool:
    return bool(params.get("login") and params.get("token"))


def _session(params: dict) -> Session:
    return users.session_of(params["login"], params["token"], requests.now())
