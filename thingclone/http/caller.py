"""Who is calling: the account behind a user key, behind `login` and `token`, or behind the session
of a browser (contract, sections 2.2, 2.3 and 10).

A browser sends its cookie with every request to this server, even with one that a page of another
origin makes. So a session opens reads only, never a write. What it opens is sealed, and no script
of another origin gets it as JSONP.
"""

from thingclone.accounts import sessions, users
from thingclone.channels import access, macs
from thingclone.database.models import Channel, Session, User
from thingclone.errors import AuthRequired
from thingclone.http import request
from thingclone.http.params import all_params, query_params


def account() -> User:
    """The account that calls. Raises AuthRequired if there is none, TooManyGuesses after too many
    wrong keys.
    """
    params, now = all_params(), request.now()
    if not _has_token(params) and not params["api_key"]:
        raise AuthRequired(
            "this needs a user key: send api_key=... or the header X-THINGSPEAKAPIKEY"
        )
    shown = params["token"] if _has_token(params) else params["api_key"]
    with request.services().throttle.user_key(str(shown), request.address(), now):
        if not _has_token(params):
            return users.user_with_key(params["api_key"])
        session = _session(params)
    sessions.note_use(session, now)
    return session.user


def signed_in() -> User | None:
    """The account behind the parameters `login` and `token`, or else behind the browser's session.
    None if there is neither. A server that is ingest-only does not know sessions.
    """
    params = all_params()
    if request.settings().ingest_only:
        return None
    if not _has_token(params):
        return _user_of_browser()
    try:
        return _session(params).user
    except AuthRequired:
        return None


def _user_of_browser() -> User | None:
    token = request.session_token()
    if not token or not _is_own_read():
        return None
    request.seal()
    session = sessions.find(token, request.now())
    return session and session.user


def _is_own_read() -> bool:
    """Whether it is a read that no script of another origin can look into."""
    if request.method() not in ("GET", "HEAD") or query_params().get("callback"):
        return False
    is_visit = request.header("Sec-Fetch-Mode") == "navigate"
    return is_visit or request.header("Sec-Fetch-Site", "none") in ("same-origin", "none")


def is_caller(user: User) -> bool:
    """Whether the request comes from this user."""
    return users.owns_key(user, all_params()["api_key"]) or signed_in() == user


def channel_to_read(channel_id: str | None) -> Channel:
    """The channel, if the request may read it, by its key or by its owner's token. Without an id it
    is the channel of the device that the request names.
    """
    params = all_params()
    mac = macs.given(params.get("mac"))
    return access.channel_to_read(channel_id, params["api_key"], signed_in(), mac)


def _has_token(params: dict) -> bool:
    return bool(params.get("login") and params.get("token"))


def _session(params: dict) -> Session:
    return users.session_of(params["login"], params["token"], request.now())
