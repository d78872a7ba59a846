"""How answers look: json, xml, csv and txt, byte for byte as ThingSpeak writes them (contract,
sections 1.8 to 1.10).

A format is a class and its row in FORMATS. Each can say the same things: a feed, a single entry, a
thing (any object of the REST API), a command of a TalkBack or that there is none, nothing (`-1`),
and why not (the error object). Moments are printed here, because each format has its own way with
them. Pure: no HTTP, no database.
"""

import json
from collections.abc import Callable
from datetime import UTC, tzinfo
from xml.sax.saxutils import escape

from thingclone.errors import Refusal
from thingclone.formats import times


class Feed:
    """A channel's entries answering a query: `columns` name the values of each of the `rows`, the
    oldest first.

    `channel` is what the answer says of the channel itself, in order; None where it says nothing.
    Moments stay numbers. Rows may be a function that gets them, and `written` one that may have
    them as text: `written("json")`, None if it has not.
    """

    def __init__(
        self,
        channel: dict | None,
        columns: tuple[str, ...],
        rows: list[tuple] | Callable[[], list[tuple]],
        zone: tzinfo = UTC,
        written: Callable[[str], str | None] | None = None,
    ):
        self.channel = channel
        self.columns = columns
        self.zone = zone
        self._rows = rows
        self._written = written

    @property
    def rows(self) -> list[tuple]:
        if callable(self._rows):
            self._rows = self._rows()
        return self._rows

    def written(self, kind: str) -> str | None:
        return self._written(kind) if self._written else None


# What the name of an attribute tells of its type, everywhere in the API.
MOMENTS = frozenset(("created_at", "updated_at", "executed_at"))
XML_TYPES = {
    **dict.fromkeys(MOMENTS, "dateTime"),
    **dict.fromkeys(("latitude", "longitude"), "decimal"),
    **dict.fromkeys(
        ("id", "channel_id", "entry_id", "last_entry_id", "ranking", "license_id"), "integer"
    ),
    **dict.fromkeys(("per_page", "total_entries", "position", "count"), "integer"),
    **dict.fromkeys(("public_flag", "write_flag"), "boolean"),
    "current_page": "WillPaginate::PageNumber",
}
XML_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Json:
    """Compact, strings for values, null for none; `<`, `>` and `&` as \\u003c, \\u003e, \\u0026 as
    Rails writes them.
    """

    content_type = "application/json; charset=utf-8"

    def feed(self, feed: Feed) -> str:
        channel = self.thing("channel", feed.channel, feed.zone)
        written = feed.written("json")
        if written is not None:  # megabytes: each step here is a copy of them
            return f'{{"channel":{channel},"feeds":[{_escaped(written)}]}}'
        feeds = self.thing("feeds", _records(feed), feed.zone)
        return f'{{"channel":{channel},"feeds":{feeds}}}'

    def entry(self, feed: Feed) -> str:
        return self.thing("feed", _records(feed)[0], feed.zone)

    def thing(self, root: str, thing, zone: tzinfo = UTC) -> str:
        text = json.dumps(_presentable(thing, zone), ensure_ascii=False, separators=(",", ":"))
        return _escaped(text)

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        return self.thing("command", command or {}, zone)

    def commands(self, commands: list[dict], zone: tzinfo = UTC) -> str:
        return self.thing("commands", commands, zone)

    def nothing(self, kind: str) -> str:
        return "-1"

    def refusal(self, refusal: Refusal) -> str:
        return self.thing("hash", _error_object(refusal))


class Txt(Json):
    """JSON text under another content type; of a command only the text, of an error the code."""

    content_type = "text/plain; charset=utf-8"

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        return _command_text(command)

    def refusal(self, refusal: Refusal) -> str:
        return refusal.code


class Xml:
    """As Rails' to_xml: dashes in names, types as attributes, two blanks of indent."""

    content_type = "application/xml; charset=utf-8"

    def feed(self, feed: Feed) -> str:
        written = feed.written("xml")
        if written is None:
            feeds = [record | {"id": None} for record in _records(feed)]
            return self.thing("channel", feed.channel | {"feeds": feeds}, feed.zone).rstrip("\n")
        channel = self.thing("channel", feed.channel, feed.zone).removesuffix("</channel>\n")
        if not written:
            return f'{channel}  <feeds type="array"/>\n</channel>'
        return f'{channel}  <feeds type="array">\n{written}  </feeds>\n</channel>'

    def entry(self, feed: Feed) -> str:
        return self.thing("feed", _records(feed)[0] | {"id": None}, feed.zone)

    def thing(self, root: str, thing, zone: tzinfo = UTC) -> str:
        return XML_PROLOG + "".join(_element(root, thing, zone, ""))

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        if not command:
            return f"{XML_PROLOG}<hash></hash>"
        return self.thing("command", _in_xml_order(command), zone)

    def commands(self, commands: list[dict], zone: tzinfo = UTC) -> str:
        return self.thing("commands", [_in_xml_order(command) for command in commands], zone)

    def nothing(self, kind: str) -> str:
        if kind == "channel":
            return self.thing("channel", {"id": -1})
        return self.thing("feed", {"entry_id": None})

    def refusal(self, refusal: Refusal) -> str:
        return self.thing("hash", _error_object(refusal))


class Csv:
    """A header line and a line per entry. Lists print `2024-11-10 12:49:42 UTC`, single entries ISO
    8601.
    """

    content_type = "text/csv; charset=utf-8"

    def feed(self, feed: Feed) -> str:
        written = feed.written("csv")
        return self.header(feed.columns) + (self.rows(feed) if written is None else written)

    def header(self, columns: tuple) -> str:
        return ",".join(columns) + "\n"

    def rows(self, feed: Feed, print_moment=times.spaced) -> str:
        return "".join(_csv_lines(feed, print_moment))

    def entry(self, feed: Feed) -> str:
        return self.header(feed.columns) + "".join(_csv_lines(feed, times.iso))

    def thing(self, root: str, thing: dict, zone: tzinfo = UTC) -> str:
        return self.entry(Feed(None, tuple(thing), [tuple(thing.values())], zone))

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        return _command_text(command)

    def nothing(self, kind: str) -> str:
        return "-1"

    def refusal(self, refusal: Refusal) -> str:
        return refusal.code


JSON, XML, CSV, TXT = Json(), Xml(), Csv(), Txt()
FORMATS = {"json": JSON, "xml": XML, "csv": CSV, "txt": TXT, "text": TXT, "html": TXT, "": TXT}

# --- JSON -----------------------------------------------------------------------------------------

_JSON_ESCAPES = (
    ("&", "\\u0026"),
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def _escaped(text: str) -> str:
    for character, code in _JSON_ESCAPES:
        if character in text:  # to see that takes a tenth of the time of replace()
            text = text.replace(character, code)
    return text


def _records(feed: Feed) -> list[dict]:
    return [dict(zip(feed.columns, row, strict=True)) for row in feed.rows]


def _presentable(thing, zone: tzinfo):
    """The thing with its moments as text."""
    if isinstance(thing, dict):
        return {
            name: times.iso(value, zone)
            if name in MOMENTS and value is not None
            else _presentable(value, zone)
            for name, value in thing.items()
        }
    if isinstance(thing, list):
        return [_presentable(value, zone) for value in thing]
    return thing


def _command_text(command: dict | None) -> str:
    return command["command_string"] if command else ""


def _error_object(refusal: Refusal) -> dict:
    return {
        "status": str(refusal.status),
        "error": {
            "error_code": refusal.code,
            "message": refusal.message,
            "details": refusal.details,
        },
    }


# --- XML ------------------------------------------------------------------------------------------

# A command of a TalkBack has another order than in JSON, and spells its nulls without type and
# with an end tag.
_XML_COMMAND = ("command_string", "position", "executed_at", "id", "created_at")
_NULLS_OF_COMMANDS = frozenset(("position", "executed_at"))
# XML 1.0 has no place for these, not even as a reference.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "*")
_XML_ENTITIES = {'"': "&quot;", "\r": "&#13;"}


def _in_xml_order(command: dict) -> dict:
    return {name: command[name] for name in _XML_COMMAND}


def _element(name: str, value, zone: tzinfo, indent: str):
    tag = name.replace("_", "-")
    if isinstance(value, dict):
        yield f"{indent}<{tag}>\n"
        for member, content in value.items():
            yield from _element(member, content, zone, indent + "  ")
        yield f"{indent}</{tag}>\n"
    elif isinstance(value, list):
        yield from _array(name, tag, value, zone, indent)
    else:
        kind = f' type="{XML_TYPES[name]}"' if name in XML_TYPES else ""
        if value is None and name in _NULLS_OF_COMMANDS:
            yield f'{indent}<{tag} nil="true"></{tag}>\n'
        elif value is None:
            yield f'{indent}<{tag}{kind} nil="true"/>\n'
        else:
            yield f"{indent}<{tag}{kind}>{_xml_text(name, value, zone)}</{tag}>\n"


def _array(name: str, tag: str, values: list, zone: tzinfo, indent: str):
    if not values:
        yield f'{indent}<{tag} type="array"/>\n'
        return
    yield f'{indent}<{tag} type="array">\n'
    for value in values:
        yield from _element(name.removesuffix("s"), value, zone, indent + "  ")
    yield f"{indent}</{tag}>\n"


def _xml_text(name: str, value, zone: tzinfo) -> str:
    if name in MOMENTS:
        return times.iso(value, zone)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value).translate(_UNPRINTABLE), _XML_ENTITIES)


# --- CSV ------------------------------------------------------------------------------------------


def _csv_lines(feed: Feed, print_moment):
    for row in feed.rows:
        yield (
            ",".join(
                print_moment(value, feed.zone) if name in MOMENTS else _csv_cell(value)
                for name, value in zip(feed.columns, row, strict=True)
            )
            + "\n"
        )


def _csv_cell(value) -> str:
    """A null is an empty cell, an empty text is `""`."""
    if value is None:
        return ""
    text = str(value)
    if text and not any(character in text for character in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'
