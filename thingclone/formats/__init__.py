"""How answers look, byte for byte as ThingSpeak writes them (contract, sections 1.8 to 1.10). How
numbers and times are read and printed. HTTP and the database are elsewhere.

A format is a class, in the module `as_<its name>`, and its row in ROWS. Each format prints a feed,
a single entry, a thing (any object of the REST API), a command of a TalkBack or its absence,
nothing (`-1`), and a refusal. Each also prints times, because each has its own way with them.
"""

from dataclasses import dataclass
from functools import cache

from thingclone.formats.as_csv import CSV, Csv
from thingclone.formats.as_json import JSON, TXT, Json
from thingclone.formats.as_xml import XML, Xml


@dataclass(frozen=True)
class Row:
    """A format, the kinds of answers that are offered in it, and the media types that mean it in a
    header Accept.

    The kinds: lists of entries, single entries, recent statuses, objects of the REST API, people,
    commands of a TalkBack, the export of a whole channel.
    """

    form: Json | Xml | Csv
    offered: str
    accepted: str = ""


# By the suffix or parameter that names it; empty for an answer whose format nothing names.
ROWS = {
    "json": Row(JSON, "lists entries statuses objects people commands", "application/json"),
    "xml": Row(XML, "lists entries statuses objects people commands", "application/xml text/xml"),
    "csv": Row(CSV, "lists entries export", "text/csv"),
    "html": Row(TXT, "lists entries statuses people commands"),
    "txt": Row(TXT, "entries commands", "text/plain"),
    "text": Row(TXT, "entries commands"),
    "": Row(TXT, "lists entries statuses objects people commands export"),
}

FORMATS = {name: row.form for name, row in ROWS.items()}
NAME_OF_TYPE = {media: name for name, row in ROWS.items() for media in row.accepted.split()}


@cache
def offered(kind: str) -> tuple[str, ...]:
    """The names of the formats that answers of this kind are offered in."""
    return tuple(name for name, row in ROWS.items() if kind in row.offered.split())
