"""What all pages share: templates, headers, forms that only our own pages may send, and how pages
say no.

A PageDoor is a Door whose answers are pages. The Content-Security-Policy allows neither scripts nor
styles inside of a page, so no text of anybody ever runs.
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
    """Routes whose answers are pages, and forms that are sent to them."""

    def __init__(self, report: Callable | None = None):
        super().__init__(report or page_of_refusal)
        self.install(_own_forms_only)


# --- pages ----------------------------------------------------------------------------------------


def show(template: str, status: int = 200, **values) -> bytes:
    """A page of ThingClone. Its template gets these values, `visitor`, and the functions of
    `wording`.
    """
    _send_page_headers()
    page = render(template, visitor=visitor.current(), **values)
    return send(HTML, page.encode(), status)


def show_embedded(template: str, **values) -> bytes:
    """A page that any other page may show in a frame. It must not hold a form."""
    _send_page_headers(framable=True)
    return send(HTML, render(template, **values).encode())


def embedded_refusal(refusal: Refusal):
    """The same for PageDoor(embedded_refusal): a frame that says why it is empty."""
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
    """A template, compiled once; all share the parts that they include."""
    template = SimpleTemplate(name=f"{name}.tpl", lookup=[str(_TEMPLATES)])
    template.cache = _parts
    return template


_parts: dict[str, SimpleTemplate] = {}


# --- forms ----------------------------------------------------------------------------------------


def redirect(path: str, status: int = 303) -> bytes:
    """Have the browser go on to a page of ours."""
    _point_to(path)
    return send(TXT.content_type, b"", status)


def _point_to(path: str):
    request.seal()
    set_header("Location", path)


def form_text(name: str) -> str:
    """What a form says in this field."""
    value = all_params().get(name)
    return "" if value is None else str(value)


def typed(name: str) -> str:
    """The same, with the line ends that were typed: browsers send others."""
    return as_typed(form_text(name))


def as_typed(text: str) -> str:
    """A text as a form sends it if nobody has touched it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_confirmed(words: str):
    """BadRequest unless the form brings these words, typed by somebody who means it."""
    if " ".join(form_text("confirmation").lower().split()) != words:
        raise BadRequest(f"nothing was deleted: type “{words}” to confirm")


def check_coordinates(given: dict):
    """BadRequest for a latitude or longitude that is no number. A device's would be left out, and
    the device be told; a person can mend it.
    """
    for name in ("latitude", "longitude"):
        if given.get(name) and strict_real(given[name]) is None:
            raise BadRequest(f"{given[name][:30]!r} is not a {name}: use degrees, for example 51.5")


def number(text) -> int | None:
    """The whole number that a text is; None for any other, and for one that nothing here has."""
    return int(text) if _NUMBER.fullmatch(str(text)) else None


_NUMBER = re.compile(r"[0-9]{1,10}")


def local_path(path: str, otherwise: str = "/channels") -> str:
    """The path to go on to, if it leads to this server; a browser reads `//host` and `/\\host` as
    another one.
    """
    return path if _LOCAL_PATH.fullmatch(path) else otherwise


def _own_forms_only(callback):
    """The plugin that takes forms of our own pages alone: a page of another origin could have a
    visitor's browser send one, cookie and all.
    """

    def guarded(*args, **kwargs):
        if request.method() not in ("GET", "HEAD") and not _is_own_form():
            raise ForeignForm(
                "this form does not come from a page of this server, so nothing was changed"
            )
        return callback(*args, **kwargs)

    return guarded


def _is_own_form() -> bool:
    # Browsers leave Sec-Fetch-Site out where there is no TLS, which is the usual case at home.
    site = request.header("Sec-Fetch-Site", None)
    if site is not None:
        return site == "same-origin"
    origin = _host(request.header("Origin").partition("://")[2])
    return bool(origin) and origin == _host(request.header("Host"))


def _host(netloc: str) -> str:
    """The same text for the same host, whether it names the usual port or not."""
    return _USUAL_PORT.sub("", netloc.lower())


_USUAL_PORT = re.compile(r":(?:80|443)$")


# --- how pages say no -----------------------------------------------------------------------------


def page_of_refusal(refusal: Refusal):
    """A page that says what is wrong and what can be done; whoever has to sign in is sent there."""
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
