"""Who looks at a page: the account whose session the browser's cookie stands for.

The cookie is HttpOnly and SameSite=Lax, and Secure where the client speaks TLS.
"""

from contextlib import suppress
from datetime import UTC, tzinfo

from thingclone.accounts import sessions
from thingclone.database.models import User
from thingclone.errors import AuthRequired, Refusal
from thingclone.formats.times import SECOND, named_zone
from thingclone.http import request
from thingclone.http.door import set_header
from thingclone.http.params import all_params

ZONE_COOKIE = "thingclone_zone"  # set by page.js: only a browser knows where it is


def current() -> User | None:
    """Who has signed in, if anybody."""
    if not request.current().is_visitor_known:
        _note(_find())
    return known()


def known() -> User | None:
    """Who has signed in, as far as this request has found out: asks no database."""
    return request.current().visitor


def is_unclear() -> bool:
    """Whether somebody may have signed in, but this request has not found out."""
    return not request.current().is_visitor_known and bool(request.session_token())


def _note(user: User | None):
    noted = request.current()
    noted.visitor, noted.is_visitor_known = user, True


def _find() -> User | None:
    token = request.session_token()
    session = token and sessions.find(token, request.now())
    if not session:
        return None
    if sessions.note_use(session, request.now()):
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
    token = sessions.start(user, request.now(), request.address())
    _note(user)
    _send_cookie(token, sessions.LASTING // SECOND)


def leave():
    """Sign this browser out."""
    sessions.end(request.session_token())
    _note(None)
    _send_cookie("", 0)


def zone() -> tzinfo:
    """In which time zone the visitor reads and writes times: that of the form or link, else that of
    the browser; UTC as long as it is not known.
    """
    named = None
    with suppress(Refusal):  # a body that is too large, say
        named = all_params().get("timezone")
    return named_zone(str(named or request.cookie(ZONE_COOKIE) or "UTC")) or UTC


def _send_cookie(token: str, seconds: int):
    secure = "; Secure" if request.is_encrypted() else ""
    set_header(
        "Set-Cookie",
        f"{request.SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; "
        f"SameSite=Lax{secure}",
    )
