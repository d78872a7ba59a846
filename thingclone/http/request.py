"""The request that is being answered: who sends it, when, and which services are at hand.

What its sender says is in `params`.
"""

import base64
import re
import threading

import bottle

from thingclone.errors import AuthRequired
from thingclone.http.services import Services
from thingclone.settings import Settings

SESSION_COOKIE = "thingclone_session"

_thread = threading.local()
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")


class Request:
    """One request, and what is known so far of it and of its answer."""

    params: dict | None = None
    query: dict | None = None
    body: bytes | None = None
    visitor = None  # who has signed in, once `is_visitor_known`
    is_visitor_known = False
    is_bare = False  # no headers are wanted but the necessary ones
    # The answer is for this browser alone: no other origin may read it, nobody may store it, and
    # its own headers stay whatever the request says.
    is_sealed = False

    def __init__(self, environ: dict, services: Services):
        self.environ = environ
        self.services = services
        self.headers: list[tuple[str, str]] = []  # of the answer


def begin(environ: dict, services: Services) -> Request:
    """Start the request that this thread answers from now on."""
    _thread.request = Request(environ, services)
    return _thread.request


def current() -> Request:
    """The request that this thread answers."""
    return _thread.request


def services() -> Services:
    return current().services


def settings() -> Settings:
    return current().services.settings


def now() -> int:
    """The moment of this request, by the app's clock."""
    return current().services.clock()


def method() -> str:
    return bottle.request.method


def path() -> str:
    """The path, decoded."""
    return bottle.request.path


def query_string() -> str:
    return current().environ.get("QUERY_STRING", "")


def url_arguments() -> dict | None:
    """The named parts of the path. None if no route was found."""
    return current().environ.get("route.url_args")


def header(name: str, otherwise: str | None = "") -> str | None:
    """The value of a header, `If-None-Match` for example."""
    return current().environ.get(f"HTTP_{name.upper().replace('-', '_')}", otherwise)


def content_type() -> str:
    return current().environ.get("CONTENT_TYPE", "")


def cookie(name: str) -> str:
    """The value of a cookie; empty if there is none. Other cookies may be as they like: those of
    other programs on the same host come, too.
    """
    pairs = (pair.partition("=") for pair in header("Cookie").split(";"))
    return {key.strip(): value.strip(' "') for key, _, value in pairs}.get(name, "")


def session_token() -> str:
    """The token of the browser's session. Empty if it has none."""
    return cookie(SESSION_COOKIE)


def address() -> str:
    """The IP address that the request comes from."""
    return current().environ.get("REMOTE_ADDR", "")


def is_encrypted() -> bool:
    """Whether the client, or the trusted proxy before us, speaks TLS."""
    return current().environ.get("wsgi.url_scheme") == "https"


def base_url() -> str:
    """This server's address, as the client wrote it."""
    environ = current().environ
    host = environ.get("HTTP_HOST", "")
    if not _HOST.fullmatch(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}"


def basic_login() -> tuple[str, str] | None:
    """Returns (login, password) of HTTP Basic authentication, None without such a header. Raises
    AuthRequired if it cannot be read.
    """
    scheme, _, encoded = header("Authorization").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    encoded = "".join(encoded.split()).rstrip("=")
    try:
        plain = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError as error:
        raise AuthRequired("the header Authorization: Basic ... is not Base64") from error
    login, separator, password = decoded(plain).partition(":")
    if not separator:
        raise AuthRequired("the header Authorization: Basic ... has no colon")
    return login, password


def seal():
    """Mark the answer as one for this browser alone."""
    current().is_sealed = True


def decoded(data: bytes) -> str:
    """Text as devices write it: bytes that are not UTF-8, and NULs, become U+FFFD."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
