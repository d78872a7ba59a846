"""XML as ThingSpeak writes it."""

from datetime import UTC, tzinfo
from xml.sax.saxutils import escape

from thingclone.errors import Refusal
from thingclone.formats import times
from thingclone.formats.feed import MOMENTS, XML_TYPES, Feed, error_object

_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
# A command of a TalkBack has another order than in JSON, and spells its nulls without type and
# with an end tag.
_COMMAND = ("command_string", "position", "executed_at", "id", "created_at")
_NULLS_OF_COMMANDS = frozenset(("position", "executed_at"))
# XML 1.0 has no place for these, not even as a reference.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "*")
_ENTITIES = {'"': "&quot;", "\r": "&#13;"}


class Xml:
    """As Rails' to_xml: dashes in names, types as attributes, two blanks of indent."""

    content_type = "application/xml; charset=utf-8"

    def feed(self, feed: Feed) -> str:
        written = feed.written("xml")
        if written is None:
            feeds = [record | {"id": None} for record in feed.records()]
            whole = (feed.channel or {}) | {"feeds": feeds}
            return self.thing("channel", whole, feed.zone).rstrip("\n")
        channel = self.thing("channel", feed.channel, feed.zone).removesuffix("</channel>\n")
        if not written:
            return f'{channel}  <feeds type="array"/>\n</channel>'
        return f'{channel}  <feeds type="array">\n{written}  </feeds>\n</channel>'

    def entry(self, feed: Feed) -> str:
        return self.thing("feed", feed.records()[0] | {"id": None}, feed.zone)

    def thing(self, root: str, thing: object, zone: tzinfo = UTC) -> str:
        return _PROLOG + "".join(_element(root, thing, zone, ""))

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        if not command:
            return f"{_PROLOG}<hash></hash>"
        return self.thing("command", _in_order(command), zone)

    def commands(self, commands: list[dict], zone: tzinfo = UTC) -> str:
        return self.thing("commands", [_in_order(command) for command in commands], zone)

    def nothing(self, kind: str) -> str:
        if kind == "channel":
            return self.thing("channel", {"id": -1})
        return self.thing("feed", {"entry_id": None})

    def refusal(self, refusal: Refusal) -> str:
        return self.thing("hash", error_object(refusal))


XML = Xml()


def _in_order(command: dict) -> dict:
    return {name: command[name] for name in _COMMAND}


def _element(name: str, value: object, zone: tzinfo, indent: str):
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
            yield f"{indent}<{tag}{kind}>{_text(name, value, zone)}</{tag}>\n"


def _array(name: str, tag: str, values: list, zone: tzinfo, indent: str):
    if not values:
        yield f'{indent}<{tag} type="array"/>\n'
        return
    yield f'{indent}<{tag} type="array">\n'
    for value in values:
        yield from _element(name.removesuffix("s"), value, zone, indent + "  ")
    yield f"{indent}</{tag}>\n"


def _text(name: str, value: object, zone: tzinfo) -> str:
    if name in MOMENTS and isinstance(value, int):
        return times.iso(value, zone)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value).translate(_UNPRINTABLE), _ENTITIES)
