"""Multipart bodies, as browsers send forms with files.

Not by Bottle: that refuses bytes that are no UTF-8, and takes a long value for a file.
"""

import re
from collections.abc import Iterator

from thingclone.errors import BadRequest

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;,\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'\bname=(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def parts(content_type: str, body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and values of a body."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise BadRequest("the multipart body cannot be read: its Content-Type names no boundary")
    separator = b"\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    for part in (b"\n" + body).split(separator)[1:]:
        head, *value = _BLANK_LINE.split(part.removesuffix(b"\r"), maxsplit=1)
        name = _NAME.search(head)
        if name and value:
            yield name[1] or name[2] or b"", value[0]
