"""What all pages share: templates, headers, forms and refusals.

A PageDoor is a Door whose answers are pages. It accepts forms only from pages of this server. The
Content-Security-Policy forbids scripts and styles inside a page, so text from users never runs.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from urllib.parse import quote

from bottle import SimpleTemplate

from thingclone.errors import AuthRequired, BadRequest, ForeignForm, ReadDenied, Refusal
from thingclone.formats.as_json import TXT
from thingclone.formats.numbers import strict_real
from thingclone.http import request
from thingclone.http.door import Door, send, set_header
from thingclone.http.params import all_params, query_params
from thingclone.web import static_files, visitor, wording

HTML = "text/html; charset=utf-8"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
_TEMPLATES = resources.files("thingclone.web") / "templates"
_LOCAL_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


class Html:
    content_type = HTML


class PageDoor(Door):
    """Routes that answer with pages, or take forms from them."""

    def __init__(self, report: Callable | None = None):
        super().__init__(report or page_of_refusal)
        self.install(_own_forms_only)


# --- pages ----------------------------------------------------------------------------------------


def show(template: str, status: int = 200, **values) -> bytes:
    """Returns a page. Its template gets these values, `visitor`, and `wording` as `words`."""
    _send_page_headers()
    page = render(template, visitor=visitor.current(), **values)
    return send(HTML, page.encode(), status)


def show_embedded(template: str, **values) -> bytes:
    """Returns a page that any other page may show in a frame. It must not contain a form."""
    _send_page_headers(framable=True)
    return send(HTML, render(template, **values).encode())


def embedded_refusal(refusal: Refusal):
    """Reports a refusal in a frame. Give it to PageDoor()."""
    _send_page_headers(framable=True)
    return refusal.status, render("embedded_refusal", refusal=refusal), Html


def _send_page_headers(framable: bool = False):
    request.seal()
    set_header("Referrer-Policy", "same-origin")
    if framable:
        set_header("Content-Security-Policy", _POLICY)
    else:
        set_header("Content-Security-Policy", f"{_POLICY}; frame-ancestors 'none'")
        set_header("X-Frame-Options", "DENY")


def render(template: str, **values) -> str:
    shared = {"asset": static_files.url, "words": wording, "now": request.now()}
    return _template(template).render(shared, **values)


@cache
def _template(name: str) -> SimpleTemplate:
    """Compiles a template once. All templates share the parts that they include."""
    template = SimpleTemplate(name=f"{name}.tpl", lookup=[str(_TEMPLATES)])
    template.cache = _parts
    return template


_parts: dict[str, SimpleTemplate] = {}


# --- forms ----------------------------------------------------------------------------------------


def redirect(path: str, status: int = 303) -> bytes:
    """Sends the browser to another page of this server."""
    _point_to(path)
    return send(TXT.content_type, b"", status)


def _point_to(path: str):
    request.seal()
    set_header("Location", path)


def form_text(name: str) -> str:
    """Returns what the form has in this field, or an empty text."""
    value = all_params().get(name)
    return "" if value is None else str(value)


def typed(name: str) -> str:
    """Returns the same, with `\\n` as line end: browsers send `\\r\\n`."""
    return as_typed(form_text(name))


def as_typed(text: str) -> str:
    """Returns a stored text as typed() does if its form was sent unchanged."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_confirmed(words: str):
    """Raises BadRequest unless the form has these words as confirmation."""
    if " ".join(form_text("confirmation").lower().split()) != words:
        raise BadRequest(f"nothing was deleted: type “{words}” to confirm")


def check_coordinates(given: dict):
    """Raises BadRequest for a latitude or longitude that is not a number. The API ignores it
    instead, but a person can correct it.
    """
    for name in ("latitude", "longitude"):
        if given.get(name) and strict_real(given[name]) is None:
            raise BadRequest(f"{given[name][:30]!r} is not a {name}: use degrees, for example 51.5")


def number(text) -> int | None:
    """Returns the whole number of up to ten digits that the text is, or None."""
    return int(text) if _NUMBER.fullmatch(str(text)) else None


_NUMBER = re.compile(r"[0-9]{1,10}")


def local_path(path: str, otherwise: str = "/channels") -> str:
    """Returns the path if it stays on this server. Browsers read `//host` and `/\\host` as another
    server.
    """
    return path if _LOCAL_PATH.fullmatch(path) else otherwise


def _own_forms_only(callback):
    """Accepts forms only from pages of this server. A page of another origin could make a visitor's
    browser send one with the visitor's cookie.
    """

    def guarded(*args, **kwargs):
        if request.method() not in ("GET", "HEAD") and not _is_own_form():
            raise ForeignForm(
                "this form does not come from a page of this server, so nothing was changed"
            )
        return callback(*args, **kwargs)

    return guarded


def _is_own_form() -> bool:
    # Browsers omit Sec-Fetch-Site without TLS, and most servers at home have no TLS.
    site = request.header("Sec-Fetch-Site", None)
    if site is not None:
        return site == "same-origin"
    origin = _host(request.header("Origin").partition("://")[2])
    return bool(origin) and origin == _host(request.header("Host"))


def _host(netloc: str) -> str:
    """Returns the host without port 80 or 443, so that the same hosts compare equal."""
    return _USUAL_PORT.sub("", netloc.lower())


_USUAL_PORT = re.compile(r":(?:80|443)$")


# --- refusals -------------------------------------------------------------------------------------


def page_of_refusal(refusal: Refusal):
    """Reports a refusal as a page, or redirects to the login page."""
    if type(refusal) is AuthRequired and request.method() == "GET":
        _point_to(f"/login?next={quote(_here())}")
        return 303, "", TXT
    _send_page_headers()
    status = wording.status_of(refusal)
    page = render(
        "refusal",
        refusal=refusal,
        status=status,
        visitor=visitor.known(),
        is_unclear=visitor.is_unclear(),
        path=request.path(),
        is_closed=isinstance(refusal, ReadDenied),
        has_key=bool(query_params().get("api_key")),
    )
    return status, page, Html


def _here() -> str:
    query = request.query_string()
    return request.path() + (f"?{query}" if query else "")
