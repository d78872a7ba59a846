"""Style sheet, scripts and icon, and Chart.js from the package chartkick.

Their URLs contain a digest of all files. So browsers cache them for good, and load new ones after
an update.
"""

import hashlib
import threading
import zlib
from functools import cache
from importlib import resources

from thingclone.errors import NoSuchThing
from thingclone.http import request
from thingclone.http.door import GZIP, NOT_CACHED, Door, accepts_gzip, set_header, set_status
from thingclone.http.refusals import error_object

OURS = resources.files("thingclone.web") / "static"
CHARTKICK = resources.files("chartkick") / "django" / "static" / "chartkick"
FROM_CHARTKICK = ("Chart.bundle.js", "chartkick.js")
KEPT = "public, max-age=31536000, immutable"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

door = Door(error_object)


@door.get("/static/<version:re:[0-9a-f]+>/<name:re:[A-Za-z0-9_.-]+>")
def send_file(version, name):
    content, zipped, tag = _read(name)
    set_header("ETag", tag)
    set_header("Cache-Control", KEPT if version == digest() else NOT_CACHED)
    set_header("Vary", "Accept-Encoding")
    if tag in request.header("If-None-Match"):
        set_status(304)
        return b""
    set_header("Content-Type", _TYPES[name.rpartition(".")[2]])
    if not accepts_gzip():
        return content()
    set_header("Content-Encoding", "gzip")
    return zipped


@door.get("/favicon.ico")
def send_icon():
    return send_file(digest(), "icon.svg")


def url(name: str) -> str:
    """Returns the URL of this file."""
    return f"/static/{digest()}/{name}"


@cache
def digest() -> str:
    """Returns 12 hexadecimal digits that change with any of the files."""
    sums = hashlib.sha256()
    for name in sorted({*_ours(), *FROM_CHARTKICK}):
        for part in _parts(_place(name)):
            sums.update(part)
    return sums.hexdigest()[:12]


@cache
def _ours() -> frozenset[str]:
    return frozenset(path.name for path in OURS.iterdir())


def _place(name: str):
    if name in FROM_CHARTKICK:
        return CHARTKICK / name
    if name not in _ours():
        raise NoSuchThing(f"there is no file {name[:50]}")
    return OURS / name


def _parts(place):
    """Reads a file in small parts, so that a small server needs little memory."""
    with place.open("rb") as file:
        while part := file.read(65_536):
            yield part


_kept: dict[str, tuple] = {}
_reading = threading.Lock()


def _read(name: str) -> tuple:
    """Returns (function that reads the file, zipped, ETag). Memory holds only the zipped form."""
    with _reading:
        if name not in _kept:
            place = _place(name)
            zipped = _zipped(place)
            tag = f'"{hashlib.sha256(zipped).hexdigest()[:16]}"'
            _kept[name] = place.read_bytes, zipped, tag
        return _kept[name]


def _zipped(place) -> bytes:
    packer = zlib.compressobj(level=9, wbits=GZIP)
    return b"".join([*map(packer.compress, _parts(place)), packer.flush()])
