"""CSV as ThingSpeak writes it."""

from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo

from thingclone.errors import Refusal
from thingclone.formats import times
from thingclone.formats.feed import MOMENTS, Feed, command_text


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

    def rows(self, feed: Feed, print_moment: Callable[[int, tzinfo], str] = times.spaced) -> str:
        return "".join(_lines(feed, print_moment))

    def entry(self, feed: Feed) -> str:
        return self.header(feed.columns) + "".join(_lines(feed, times.iso))

    def thing(self, root: str, thing: dict, zone: tzinfo = UTC) -> str:
        return self.entry(Feed(None, tuple(thing), [tuple(thing.values())], zone))

    def command(self, command: dict | None, zone: tzinfo = UTC) -> str:
        return command_text(command)

    def nothing(self, kind: str) -> str:
        return "-1"

    def refusal(self, refusal: Refusal) -> str:
        return refusal.code


CSV = Csv()


def _lines(feed: Feed, print_moment: Callable[[int, tzinfo], str]) -> Iterator[str]:
    for row in feed.rows:
        yield (
            ",".join(
                print_moment(value, feed.zone) if name in MOMENTS else _cell(value)
                for name, value in zip(feed.columns, row, strict=True)
            )
            + "\n"
        )


def _cell(value: object) -> str:
    """A null is an empty cell, an empty text is `""`."""
    if value is None:
        return ""
    text = str(value)
    if text and not any(character in text for character in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'
