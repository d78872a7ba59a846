"""The visitor of a page: the account of the session in the browser's cookie.

The cookie is HttpOnly and SameSite=Lax, and Secure if the client uses TLS.
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

ZONE_COOKIE = "thingclone_zone"  # set by page.js: only the browser knows its time zone


def current() -> User | None:
    """Returns the account that is signed in, or None."""
    if not request.current().is_visitor_known:
        _note(_find())
    return known()


def known() -> User | None:
    """Returns the same if this request knows it already. Does not query the database."""
    return request.current().visitor


def is_unclear() -> bool:
    """Whether there is a session cookie that this request has not looked up."""
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
    """Returns the account that is signed in. Raises AuthRequired, which leads to the login page."""
    user = current()
    if user is None:
        raise AuthRequired("sign in to see this")
    return user


def enter(user: User):
    """Signs this browser in."""
    token = sessions.start(user, request.now(), request.address())
    _note(user)
    _send_cookie(token, sessions.LASTING // SECOND)


def leave():
    """Signs this browser out."""
    sessions.end(request.session_token())
    _note(None)
    _send_cookie("", 0)


def zone() -> tzinfo:
    """Returns the time zone of the form or link, else of the browser, else UTC."""
    named = None
    with suppress(Refusal):  # for example, a body that is too large
        named = all_params().get("timezone")
    return named_zone(str(named or request.cookie(ZONE_COOKIE) or "UTC")) or UTC


def _send_cookie(token: str, seconds: int):
    secure = "; Secure" if request.is_encrypted() else ""
    set_header(
        "Set-Cookie",
        f"{request.SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; "
        f"SameSite=Lax{secure}",
    )
