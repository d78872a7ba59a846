"""Write attempts that the journal is to tell of: who sent what, keys masked. Doors share it."""

import json
import re

from thingclone.channels import keys, macs
from thingclone.entries.journal import TEXT_LIMIT, Noted
from thingclone.http import request
from thingclone.http.params import misunderstood_body, understood_params

LONGEST_VALUE = 200
MOST_VALUES = 30

# Of a key the first four characters may be seen, of a password nothing.
_IS_KEY = re.compile("key|token", re.IGNORECASE)
_IS_PASSWORD = re.compile("password", re.IGNORECASE)
# In a URL, in JSON, in a multipart body: `key=ABCD`, `"key": "ABCD"`, `"key"\r\n\r\nABCD`.
_SIGN = r"""(?:[\\"'\s]*[=:][\\"'\s]*|"\s+)"""
_KEY = re.compile(rf"""((?:key|token){_SIGN}[^&/\s"',\\]{{0,4}})[^&/\s"',\\]*""", re.IGNORECASE)
_PASSWORD = re.compile(rf"""(password{_SIGN})[^&"',\\]*""", re.IGNORECASE)


def note(reason: str):
    """Note that this request to write was refused, or changed, and why."""
    noted = Noted(request.address()[:100], reason.replace("\0", " "), _key(), _channel_id(), _mac())
    request.services().notebook.note(noted, request.now(), _sent)


def _key() -> str:
    params = understood_params()
    return keys.normal(params.get("write_api_key") or params["api_key"])[:100]


def _mac() -> str:
    return macs.normal(understood_params().get("mac") or "")[: macs.LONGEST]


def _channel_id() -> int | None:
    """The channel that the URL names; 0 for a number that none can have."""
    number = request.url_arguments().get("channel_id")
    if number is None:
        return None
    return int(number) if len(number) < 10 else 0


def _sent() -> str:
    """The request on one line, every parameter as if it stood in the query."""
    params = list(understood_params().items())[:MOST_VALUES]
    said = "&".join(_pair(name, value) for name, value in params if value is not None)
    line = f"{request.method()} {_masked(request.path())}{'?' if said else ''}{said}"
    body = misunderstood_body()[:TEXT_LIMIT].decode("utf-8", "replace")
    text = f"{line} {_masked(body)}" if body else line
    return text.replace("\0", "\ufffd")[:TEXT_LIMIT]


def _pair(name: str, value) -> str:
    if _IS_PASSWORD.search(name):
        return f"{name[:100]}=..."
    if _IS_KEY.search(name):
        return f"{name[:100]}={keys.masked(str(value))}"
    if isinstance(value, list):
        value = value[:3]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{name[:100]}={_masked(text[:LONGEST_VALUE])}"


def _masked(text: str) -> str:
    return _KEY.sub(r"\1...", _PASSWORD.sub(r"\1...", text))
