"""From a URL to its route: all doors merged into one WSGI app, and what all of them share.

Devices and browsers share a few URLs: `/channels/1` is an answer of the API to everybody but a
browser, which asks for text/html and gets the page of that channel. To a browser routes with
`page=True` come first, to all others they do not exist. A suffix, or the parameter `format`, always
means the API.
"""

import copy
import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from bottle import Bottle, HTTPError, Router, response

from thingclone.errors import BadRequest, Malfunction, NoSuchThing, Refusal, WrongMethod
from thingclone.http import refusals, request
from thingclone.http.door import Door, send_refusal, set_header
from thingclone.http.services import Services
from thingclone.http.status_lines import STATUS_LINES

HEADERS_OF_ALL = [
    ("X-Content-Type-Options", "nosniff"),  # a browser must never take stored text for a page
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, PUT, OPTIONS, DELETE, PATCH"),
    (
        "Access-Control-Allow-Headers",
        "origin, content-type, X-Requested-With, X-THINGSPEAKAPIKEY, THINGSPEAKAPIKEY",
    ),
    ("Access-Control-Max-Age", "1800"),
]
# What is left for a client that sends headers=false: what the message cannot be understood, or be
# safe, without.
_NECESSARY = frozenset(("Content-Length", "Content-Encoding"))
_SLASHES = re.compile("//+")
_REPLACEMENT = "\ufffd".encode().decode("latin-1")  # as WSGI spells it
_SUFFIX = re.compile(r"\.\w+$")
_FORMAT = re.compile(r"(?:^|&)format=")

# In the environ of a request: what find() has found, so that wsgi() need not look for it again.
FOUND = "thingclone.found"


class _Router(Router):
    """Bottle's router, with a memory: devices ask for the same few paths again and again, unless
    the path holds values. To a browser it offers the pages first.
    """

    MOST = 2000

    def __init__(self):
        super().__init__()
        self._pages = Router()
        self._matches = {}

    def add(self, rule, method, target, name=None):
        if target.config.get("page"):
            self._pages.add(rule, method, target, name)
        else:
            super().add(rule, method, target, name)

    def forgetful(self) -> "_Router":
        """Returns a router of the same routes with a memory of its own."""
        router = copy.copy(self)
        router._matches = {}
        return router

    def match(self, environ):
        """Returns (route, arguments). Raises HTTPError if no route takes this request."""
        known = environ.pop(FOUND, None)
        if known is None:
            return self._remembered(environ)
        if isinstance(known, HTTPError):
            raise known
        return known

    def _remembered(self, environ):
        wanted = environ["REQUEST_METHOD"], environ["PATH_INFO"], _wants_page(environ)
        found = self._matches.get(wanted)
        if found is None:
            found = self._found(environ, wanted[2])
            if found[0].config.get("holds_values"):
                return found
            if len(self._matches) >= self.MOST:
                self._matches.clear()
            self._matches[wanted] = found
        return found

    def _found(self, environ, wants_page: bool):
        if wants_page:
            with suppress(HTTPError):
                return self._pages.match(environ)
        return super().match(environ)


def _wants_page(environ) -> bool:
    accepted = environ.get("HTTP_ACCEPT", "")
    return "text/html" in accepted and not _FORMAT.search(environ.get("QUERY_STRING", ""))


class Doors(Bottle):
    """Doors merged into one. Merging takes many times longer than making an App of them."""

    def __init__(self, doors: Iterable[Door]):
        super().__init__()
        del self.router  # or Bottle takes the next line for a conflict of plugins
        self.router = _Router()
        for door in doors:
            self.merge(door)


class App(Bottle):
    """All doors. Paths, errors of routing and headers are the same for all of them.
    `page_of_refusal(refusal)` returns (status, page, format) for a browser.
    """

    def __init__(self, services: Services, doors: Doors, page_of_refusal: Callable):
        super().__init__()
        self.services = services
        self.page_of_refusal = page_of_refusal
        self.uninstall("json")  # answers are bytes already
        del self.routes, self.router  # as above
        self.routes, self.router = doors.routes, doors.router.forgetful()

    def wsgi(self, environ, start_response):
        """As Bottle's, but shorter for what the doors send, which is bytes with headers of their
        own spelling.
        """
        environ["PATH_INFO"] = _tidy(environ["PATH_INFO"])
        begun = request.begin(environ, self.services)
        answered = self._handle(environ)
        body = [answered] if type(answered) is bytes else self._cast(answered)
        headers = begun.headers
        if not headers:
            headers = response.headerlist
        elif type(body) is list:  # else it is streamed
            headers.append(("Content-Length", str(sum(map(len, body)))))
        if begun.is_sealed:
            headers = headers + HEADERS_OF_ALL[:1]
        elif begun.is_bare:
            headers = [header for header in headers if header[0] in _NECESSARY] + HEADERS_OF_ALL[:1]
        else:
            headers = headers + HEADERS_OF_ALL
        status = response.status_code
        start_response(STATUS_LINES[status], headers, environ.pop("bottle.exc_info", None))
        if environ["REQUEST_METHOD"] == "HEAD" or status in (204, 304):
            return []
        return body

    def find(self, method: str, path: str, query: str, headers: dict[str, str]) -> tuple:
        """Returns (lane, what to put into `environ[FOUND]`).

        The lane says how a server should run the request: `read` and `write` are quick, `slow` is
        not, and a `stream` lasts as long as its client reads. Checking a password is slow, too.
        Headers have the names that waitress gives them: `ACCEPT`.
        """
        path = _tidy(path)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path if path.isascii() else _decoded(path),
            "QUERY_STRING": query,
            "HTTP_ACCEPT": headers.get("ACCEPT", ""),
        }
        try:
            found = self.router.match(environ)
        except HTTPError as error:
            return "read", error
        config = found[0].config
        if "AUTHORIZATION" in headers and config.get("login"):
            return "slow", found
        return config.get("lane", "slow"), found

    def default_error_handler(self, error: HTTPError) -> bytes:
        """Refuse what no route takes, in the format that the suffix names. A browser that names
        none gets a page. A wrong method is refused in the words of the door that takes another one.
        """
        refusal, allowed = _refusal_of(error), error.get_header("Allow")
        body = send_refusal(refusal, self._report_at(allowed or ""))
        if isinstance(refusal, WrongMethod):
            set_header("Allow", allowed)
        return body

    def _report_at(self, allowed: str) -> Callable:
        """How to word the refusal of a path for which only these methods are `allowed`."""
        environ = request.current().environ
        has_pages = not request.settings().ingest_only
        if has_pages and _wants_page(environ) and not _SUFFIX.search(request.path()):
            return self.page_of_refusal
        method = next((name for name in allowed.split(",") if name not in ("", "OPTIONS")), None)
        if method is None:
            return refusals.error_object
        asked = {"REQUEST_METHOD": method, "PATH_INFO": environ["PATH_INFO"]}
        route, _ = self.router.match(asked)
        return route.app.report


def _tidy(path: str) -> str:
    """A path of WSGI in UTF-8, without doubled slashes, a slash at its end, and NULs.

    Bottle drops bytes that are not UTF-8, and would take /upd%FFate for /update. Databases cannot
    store NULs as text.
    """
    if "\0" in path:
        path = path.replace("\0", _REPLACEMENT)
    if not path.isascii():
        path = path.encode("latin-1").decode("utf-8", "replace").encode().decode("latin-1")
    if "//" in path or (path.endswith("/") and len(path) > 1):
        return _SLASHES.sub("/", path).rstrip("/") or "/"
    return path


def _decoded(path: str) -> str:
    """A path of WSGI as Bottle reads it."""
    return path.encode("latin-1").decode("utf-8", "ignore")


def _refusal_of(error: HTTPError) -> Refusal:
    method, path = request.method(), request.current().environ["PATH_INFO"][:200]
    # Every path takes OPTIONS: one that takes nothing else is not there.
    if error.status_code == 404 or error.get_header("Allow") == "OPTIONS":
        return NoSuchThing(f"nothing is at {path}: check the URL")
    if error.status_code == 405 and request.settings().ingest_only:
        return NoSuchThing(f"this server is ingest-only: it does not offer {method} {path}")
    if error.status_code == 405:
        return WrongMethod(f"{path} does not accept {method}")
    if error.status_code < 500:
        return BadRequest(str(error.body))
    return Malfunction("ThingClone failed: see its log")
