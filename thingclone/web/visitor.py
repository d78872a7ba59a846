"""Who looks at a page: the account whose session the browser's cookie stands for.

The cookie is HttpOnly and SameSite=Lax, and Secure where the client speaks TLS.
"""

from contextlib import suppress
from datetime import UTC, tzinfo

from bottle import request

from thingclone.accounts import sessions
from thingclone.database.models import User
from thingclone.errors import AuthRequired, Refusal
from thingclone.formats.times import SECOND, named_zone
from thingclone.http import requests
from thingclone.http.door import set_header

ZONE_COOKIE = "thingclone_zone"  # set by page.js: only a browser knows where it is
_VISITOR = "thingclone.visitor"


def current() -> User | None:
    """Who has signed in, if anybody."""
    environ = request.environ
    if _VISITOR not in environ:
        environ[_VISITOR] = _find()
    return environ[_VISITOR]


def known() -> User | None:
    """Who has signed in, as far as this request has found out: asks no database."""
    return request.environ.get(_VISITOR)


def is_unclear() -> bool:
    """Whether somebody may have signed in, but this request has not found out."""
    return _VISITOR not in request.environ and bool(requests.session_token())


def _find() -> User | None:
    token = requests.session_token()
    session = token and sessions.find(token, requests.now())
    if not session:
        return None
    if sessions.note_use(session, requests.now()):
        _send_cookie(token, sessions.LASTING // SECOND)
    return session.user


def required() -> User:
    """Who has signed in; AuthRequired sends everybody else to the page where they can."""
    user = current()
    if user is None:
        raise AuthRequired("sign in to see this")
    return user


def enter(user: User):
    """From now on this browser is signed in."""
    token = sessions.start(user, requests.now(), requests.address())
    request.environ[_VISITOR] = user
    _send_cookie(token, sessions.LASTING // SECOND)


def leave():
    """Sign this browser out."""
    sessions.end(requests.session_token())
    request.environ[_VISITOR] = None
    _send_cookie("", 0)


def zone() -> tzinfo:
    """In which time zone the visitor reads and writes times: that of the form or link, else that of
    the browser; UTC as long as it is not known.
    """
    named = None
    with suppress(Refusal):  # a body that is too large, say
        named = requests.params().get("timezone")
    return named_zone(str(named or request.get_cookie(ZONE_COOKIE))) or UTC


def _send_cookie(token: str, seconds: int):
    secure = "; Secure" if requests.is_encrypted() else ""
    set_header(
        "Set-Cookie",
        f"{requests.SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; "
        f"SameSite=Lax{secure}",
    )
