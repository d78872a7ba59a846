"""Reading requests: parameters from wherever they come, as one plain dict (contract, sections 1.6,
1.7 and 2.2).

Text arrives as devices write it: undecodable bytes become U+FFFD, bad %-escapes stay, repeated
names count once.
"""

import base64
import json
import math
import re
from urllib.parse import unquote_to_bytes

from bottle import request

from thingclone.errors import AuthRequired, BadRequest, TooLarge
from thingclone.http import multipart
from thingclone.http.services import Services
from thingclone.settings import Settings

BARE = "thingclone.bare"  # in the environ of a request that wants no headers but the necessary ones
# In the environ of a request whose answer is for this browser alone: no other origin may read it,
# nobody may store it, and its own headers stay whatever the request says.
SEALED = "thingclone.sealed"
SESSION_COOKIE = "thingclone_session"
_PARAMS = "thingclone.params"
_QUERY = "thingclone.query"
_BODY = "thingclone.body"


def services() -> Services:
    return request.app.services


def settings() -> Settings:
    return services().settings


def now() -> int:
    """The moment of this request, by the app's clock."""
    return services().clock()


def method() -> str:
    """The HTTP method that is meant: a browser's form is sent by POST, and names another one as
    `_method`.
    """
    if request.method != "POST":
        return request.method
    named = params().get("_method") or request.environ.get("HTTP_X_HTTP_METHOD_OVERRIDE") or ""
    return str(named).upper() if str(named).upper() in ("PUT", "PATCH", "DELETE") else "POST"


def address() -> str:
    """Where the request comes from."""
    return request.environ.get("REMOTE_ADDR", "")


def session_token() -> str:
    """The token of the browser's session; empty if it has none."""
    if SESSION_COOKIE not in request.environ.get("HTTP_COOKIE", ""):
        return ""
    return request.get_cookie(SESSION_COOKIE) or ""


def seal():
    """Have the answer stay with the browser that asked."""
    request.environ[SEALED] = True


def is_sealed() -> bool:
    return SEALED in request.environ


def is_encrypted() -> bool:
    """Whether the client, or the trusted proxy before us, speaks TLS."""
    return request.environ.get("wsgi.url_scheme") == "https"


def base_url() -> str:
    """This server's address, as the client wrote it."""
    environ = request.environ
    host = environ.get("HTTP_HOST", "")
    if not _HOST.fullmatch(host):
        host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}"


_HOST = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")


def content_type() -> str:
    return request.environ.get("CONTENT_TYPE", "")


def path() -> str:
    """The path, decoded. Bottle would drop bytes that are no UTF-8."""
    return _decoded(request.environ["bottle.raw_path"].encode("latin-1"))


def basic_login() -> tuple[str, str] | None:
    """(login, password) of HTTP Basic authentication; None where there is no such header.
    AuthRequired if it cannot be read.
    """
    scheme, _, encoded = request.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    encoded = "".join(encoded.split()).rstrip("=")
    try:
        plain = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError as error:
        raise AuthRequired("the header Authorization: Basic ... is no Base64") from error
    login, separator, password = _decoded(plain).partition(":")
    if not separator:
        raise AuthRequired("the header Authorization: Basic ... has no colon")
    return login, password


def params() -> dict:
    """Everything that the request says, by name: the query beats the body, the last of repeated
    names counts.

    Values are text; those of a JSON body keep their type. `api_key` is the key, however it was
    sent: a header whose name contains THINGSPEAKAPIKEY, else `key`, `api_key` or `apikey`; None if
    there is none. BadRequest for a body that cannot be understood, TooLarge beyond `max_body`.
    """
    return _remembered(_body_params)


def json_params() -> dict:
    """As params(), of a URL whose body is JSON whatever its Content-Type says."""
    return _remembered(_json_object)


def _remembered(read_body) -> dict:
    environ = request.environ
    if _PARAMS not in environ:
        has_body = environ.get("CONTENT_LENGTH") not in (None, "", "0")
        found = read_body() | query() if has_body else query().copy()
        environ[_PARAMS] = _with_key(found, environ)
    return environ[_PARAMS]


def _with_key(found: dict, environ: dict) -> dict:
    key = _key_header(environ)
    for name in ("key", "api_key", "apikey"):
        if key is None:
            key = found.get(name)
    found["api_key"] = key
    if found.get("headers") == "false":
        environ[BARE] = True
    return found


def understood() -> dict:
    """params(), or as much of it as could be understood when that was refused."""
    environ = request.environ
    return environ.get(_PARAMS) or _with_key(query().copy(), environ)


def body_read() -> bytes:
    """The bytes of the body, if it was read, and not understood."""
    return b"" if _PARAMS in request.environ else request.environ.get(_BODY, b"")


def query() -> dict:
    """The parameters of the query string alone."""
    environ = request.environ
    if _QUERY not in environ:
        environ[_QUERY] = _pairs(environ.get("QUERY_STRING", ""))
    return environ[_QUERY]


def decorated(value: str | None) -> str:
    """A bare value between the parameters `prepend` and `append`; null is an empty text."""
    found = params()
    return f"{found.get('prepend', '')}{'' if value is None else value}{found.get('append', '')}"


def _pairs(text: str) -> dict:
    """The names and values of a form; each character of `text` stands for a byte, as in WSGI."""
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    if text.isascii() and "%" not in text and "+" not in text and "\0" not in text:
        return {name.strip(): value for name, _, value in pairs}
    return {_form_text(name).strip(): _form_text(value) for name, _, value in pairs}


def _form_text(text: str) -> str:
    return _decoded(unquote_to_bytes(text.replace("+", " ").encode("latin-1")))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def _key_header(environ: dict) -> str | None:
    if "THINGSPEAKAPIKEY" not in " ".join(environ):
        return None
    names = (name for name in environ if "THINGSPEAKAPIKEY" in name and name.startswith("HTTP_"))
    return environ[next(names)]


# --- bodies ---------------------------------------------------------------------------------------


def _body_params() -> dict:
    content_type = request.environ.get("CONTENT_TYPE", "").lower()
    if "json" in content_type:
        return _json_object()
    if content_type.startswith("multipart/"):
        return _multipart()
    if "xml" in content_type:
        _check_length(request.environ)
        return {}
    # Some sketches end the body with line ends and count them in: they belong to no value.
    return _pairs(body().rstrip(b"\r\n").decode("latin-1"))


def body() -> bytes:
    """The bytes of the body."""
    environ = request.environ
    if _BODY not in environ:
        environ[_BODY] = environ["wsgi.input"].read(_check_length(environ))
    return environ[_BODY]


def _check_length(environ: dict) -> int:
    length, most = int(environ.get("CONTENT_LENGTH") or 0), settings().max_body
    if length > most:
        raise TooLarge(f"the body has {length} bytes: the limit is {most}")
    return length


def _json_object() -> dict:
    """The members of a JSON body; blanks, line ends and NULs around it are passed over."""
    text = body().decode("utf-8-sig", "replace").strip("\0 \t\r\n")
    try:
        value = _json_value(text)
    except RecursionError as error:
        raise BadRequest("the JSON body is nested too deeply") from error
    if not isinstance(value, dict):
        raise BadRequest("the JSON body is not an object: {...} was expected")
    if text.count("[") + text.count("{") > _MOST_LEVELS and not _is_shallow(value):
        raise BadRequest("the JSON body is nested too deeply")
    return _clean(value) if "\\u" in text or "\0" in text else value


def _json_value(text: str, **parsers):
    try:
        return json.loads(text, parse_float=_float, parse_constant=str, strict=False, **parsers)
    except json.JSONDecodeError as error:
        raise BadRequest(f"the body is no JSON: {_printable(str(error))}") from error
    except ValueError:  # too many digits for an int: hardly ever, so nobody else waits for _int
        return _json_value(text, parse_int=_int)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _int(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


_CONTAINERS = {dict, list}
_MOST_LEVELS = 100  # more would exhaust Python's stack, one step or another later
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _is_shallow(value: dict) -> bool:
    """Whether it is nested no deeper than anybody needs."""
    level = [value]
    for _ in range(_MOST_LEVELS):
        inner = []
        for container in level:
            members = container.values() if type(container) is dict else container
            if not _CONTAINERS.isdisjoint(map(type, members)):
                inner += [member for member in members if type(member) in _CONTAINERS]
        if not inner:
            return True
        level = inner
    return False


def _clean(value):
    """Without what no database can store as text: NULs and halves of surrogate pairs."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(name): _clean(member) for name, member in value.items()}
    return [_clean(member) for member in value] if isinstance(value, list) else value


def _printable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _multipart() -> dict:
    """The parts of a multipart body by their names; a file counts as the text in it."""
    found = multipart.parts(content_type(), body())
    return {_decoded(name): _decoded(value) for name, value in found}


def file(*names: str) -> bytes:
    """The bytes of a file that came in a multipart form, under one of these names; empty if none
    did.
    """
    if not content_type().lower().startswith("multipart/"):
        return b""
    found = multipart.parts(content_type(), body())
    return next((value for name, value in found if _decoded(name) in names), b"")
