"""Files to import. A source always gets a seekable file in UTF-8."""

import codecs
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from typing import BinaryIO

from thingclone.errors import BadRequest
from thingclone.transfer.csv_file import CsvFile
from thingclone.transfer.json_file import JsonFile

CHUNK = 1_000_000  # bytes

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel calls it Unicode text

Source = CsvFile | JsonFile


@contextmanager
def readable(file: BinaryIO, encoding: str) -> Iterator[BinaryIO]:
    """Yields the file, or a temporary copy that is seekable and in UTF-8."""
    with tempfile.TemporaryFile() as copy:
        if not file.seekable():
            shutil.copyfileobj(file, copy, CHUNK)
            file = copy
        file.seek(0)
        if file.read(2) in _UTF_16:
            encoding = "utf-16"
        file.seek(0)
        if codecs.lookup(encoding).name == "utf-8":
            yield file
        else:
            with tempfile.TemporaryFile() as recoded:
                _recode(file, recoded, encoding)
                yield recoded


def _recode(file: BinaryIO, recoded: BinaryIO, encoding: str):
    try:
        reader = codecs.getreader(encoding)(file)
        while text := reader.read(CHUNK):
            recoded.write(text.encode())
    except UnicodeDecodeError as error:
        raise BadRequest(f"the file is not {encoding}: {error.reason}") from error


def source(file: BinaryIO, labels: dict, zone: tzinfo, with_ids: bool) -> Source:
    """Returns a source of entries for a channel with these labels."""
    file.seek(0)
    if file.read(CHUNK).lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] in (b"{", b"["):
        return JsonFile(file, zone, with_ids)
    return CsvFile(file, labels, zone, with_ids)


def digest(file: BinaryIO, reading: str) -> str:
    """Returns a digest of the content and of the options it is read with."""
    file.seek(0)
    found = hashlib.sha256()
    while part := file.read(CHUNK):
        found.update(part)
    found.update(reading.encode())
    return found.hexdigest()
