"""What a request says: parameters from wherever they come, as one plain dict.

Text arrives as devices write it: undecodable bytes become U+FFFD, bad %-escapes stay, repeated
names count once (contract, sections 1.6, 1.7 and 2.2).
"""

import json
import math
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from thingclone.errors import BadRequest, TooLarge
from thingclone.http.request import Request, content_type, current, decoded, header, method


def all_params() -> dict:
    """Everything that the request says, by name. The query beats the body, the last of repeated
    names counts.

    Values are text, but those of a JSON body keep their type. `api_key` is the key, however it was
    sent: in a header whose name contains THINGSPEAKAPIKEY, else as `key`, `api_key` or `apikey`. It
    is None if there is no key. Raises BadRequest for a body that cannot be understood, TooLarge
    beyond `max_body`.
    """
    return _remembered(_body_params)


def json_params() -> dict:
    """As all_params(), of a URL whose body is JSON whatever its Content-Type says."""
    return _remembered(_json_object)


def _remembered(read_body) -> dict:
    request = current()
    if request.params is None:
        has_body = request.environ.get("CONTENT_LENGTH") not in (None, "", "0")
        found = read_body() | query_params() if has_body else query_params().copy()
        request.params = _with_key(found, request)
    return request.params


def _with_key(found: dict, request: Request) -> dict:
    key = _key_header(request.environ)
    for name in ("key", "api_key", "apikey"):
        if key is None:
            key = found.get(name)
    found["api_key"] = key
    if found.get("headers") == "false":
        request.is_bare = True
    return found


def _key_header(environ: dict) -> str | None:
    for name in environ:
        if "THINGSPEAKAPIKEY" in name and name.startswith("HTTP_"):
            return environ[name]
    return None


def query_params() -> dict:
    """The parameters of the query string alone."""
    request = current()
    if request.query is None:
        request.query = _pairs(request.environ.get("QUERY_STRING", ""))
    return request.query


def understood_params() -> dict:
    """As all_params(), or as much of it as was understood before the request was refused."""
    request = current()
    return request.params or _with_key(query_params().copy(), request)


def misunderstood_body() -> bytes:
    """The body, if it was read and could not be understood."""
    request = current()
    return request.body or b"" if request.params is None else b""


def meant_method() -> str:
    """The HTTP method that is meant. A browser sends a form by POST, and names another method as
    `_method`.
    """
    if method() != "POST":
        return method()
    named = all_params().get("_method") or header("X-HTTP-Method-Override")
    return str(named).upper() if str(named).upper() in ("PUT", "PATCH", "DELETE") else "POST"


def decorated(value: str | None) -> str:
    """A bare value between the parameters `prepend` and `append`. None is an empty text."""
    found = all_params()
    return f"{found.get('prepend', '')}{'' if value is None else value}{found.get('append', '')}"


def _pairs(text: str) -> dict:
    """The names and values of a form. Each character of `text` stands for a byte, as in WSGI."""
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    if text.isascii() and "%" not in text and "+" not in text and "\0" not in text:
        return {name.strip(): value for name, _, value in pairs}
    return {_form_text(name).strip(): _form_text(value) for name, _, value in pairs}


def _form_text(text: str) -> str:
    return decoded(unquote_to_bytes(text.replace("+", " ").encode("latin-1")))


# --- bodies ---------------------------------------------------------------------------------------


def _body_params() -> dict:
    kind = content_type().lower()
    if "json" in kind:
        return _json_object()
    if kind.startswith("multipart/"):
        return {decoded(name): decoded(value) for name, value in _parts()}
    if "xml" in kind:
        _check_length(current())
        return {}
    # Some sketches end the body with line ends and count them in: they belong to no value.
    return _pairs(_body().rstrip(b"\r\n").decode("latin-1"))


def _body() -> bytes:
    request = current()
    if request.body is None:
        request.body = request.environ["wsgi.input"].read(_check_length(request))
    return request.body


def _check_length(request: Request) -> int:
    length = int(request.environ.get("CONTENT_LENGTH") or 0)
    most = request.services.settings.max_body
    if length > most:
        raise TooLarge(f"the body has {length} bytes: the limit is {most}")
    return length


# --- JSON -----------------------------------------------------------------------------------------


def _json_object() -> dict:
    """The members of a JSON body. Blanks, line ends and NULs around it do not count."""
    text = _body().decode("utf-8-sig", "replace").strip("\0 \t\r\n")
    try:
        value = _json_value(text)
        is_shallow = text.count("[") + text.count("{") <= _MOST_LEVELS or _is_shallow(value)
    except RecursionError:  # how deep that is depends on the version of Python
        is_shallow = False
    if not is_shallow:
        raise BadRequest("the JSON body is nested too deeply")
    if not isinstance(value, dict):
        raise BadRequest("the JSON body must be an object: {...}")
    return _clean(value) if "\\u" in text or "\0" in text else value


def _json_value(text: str, **parsers):
    try:
        return json.loads(text, parse_float=_float, parse_constant=str, strict=False, **parsers)
    except json.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {_printable(_fault(error))}") from error
    except ValueError:  # too many digits for an int: hardly ever, so nobody else waits for _int
        return _json_value(text, parse_int=_int)


def _fault(error: json.JSONDecodeError) -> str:
    """What is wrong with the JSON. Python 3.13 is the first that names a trailing comma."""
    before, after = error.doc[: error.pos].rstrip(), error.doc[error.pos :]
    container = _TRAILING_COMMAS.get((error.msg, after[:1]))
    if container and before.endswith(","):
        what = f"Illegal trailing comma before end of {container}"
        error = json.JSONDecodeError(what, error.doc, len(before) - 1)
    return str(error)


_TRAILING_COMMAS = {
    ("Expecting property name enclosed in double quotes", "}"): "object",
    ("Expecting value", "]"): "array",
}


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
    """Whether it is nested at most _MOST_LEVELS deep."""
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
    """Replace what databases cannot store as text: NULs and halves of surrogate pairs."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(name): _clean(member) for name, member in value.items()}
    return [_clean(member) for member in value] if isinstance(value, list) else value


def _printable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")


# --- multipart ------------------------------------------------------------------------------------

# Not by Bottle: that refuses bytes that are not UTF-8, and takes a long value for a file.
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;,\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'\bname=(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def file_in_form(*names: str) -> bytes:
    """The bytes of a file that came in a multipart form under one of these names. Empty if there is
    none.
    """
    if not content_type().lower().startswith("multipart/"):
        return b""
    return next((value for name, value in _parts() if decoded(name) in names), b"")


def _parts() -> Iterator[tuple[bytes, bytes]]:
    """The names and values of a multipart body."""
    body, boundary = _body(), _BOUNDARY.search(content_type())
    if boundary is None:
        raise BadRequest("the multipart body cannot be read: its Content-Type has no boundary")
    separator = b"\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    for part in (b"\n" + body).split(separator)[1:]:
        head, *value = _BLANK_LINE.split(part.removesuffix(b"\r"), maxsplit=1)
        name = _NAME.search(head)
        if name and value:
            yield name[1] or name[2] or b"", value[0]
