"""A search for entries, in URLs and forms. The pages of entries share it, to return to the same
search after a change.
"""

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from urllib.parse import urlencode

from thingclone.database.models import Channel
from thingclone.entries.pagination import Place
from thingclone.entries.query import end_of_second
from thingclone.entries.window import EVERYTHING, Window
from thingclone.errors import BadRequest
from thingclone.formats import times
from thingclone.http.params import all_params
from thingclone.web import wording
from thingclone.web.door import local_path, redirect

LONGEST_TEXT = 100  # of a search

_PLACE = re.compile(r"(-?[0-9]{1,17})\.([0-9]{1,10})")


@dataclass(frozen=True)
class EntrySearch:
    """Which entries to show: between two times, and with a text in any value."""

    channel_id: int
    start: int | None = None
    end: int | None = None
    text: str = ""
    zone: tzinfo = UTC

    @classmethod
    def from_params(cls, channel: Channel, params: dict, zone: tzinfo) -> "EntrySearch":
        """Raises BadRequest for an invalid date."""
        end = moment_of(params, "end", zone)
        return cls(
            channel.id,
            start=moment_of(params, "start", zone),
            end=None if end is None else end_of_second(end),
            text=str(params.get("q") or "").strip()[:LONGEST_TEXT],
            zone=zone,
        )

    @property
    def window(self) -> Window:
        return Window(self.start, self.end)

    @property
    def is_timed(self) -> bool:
        return self.window != EVERYTHING

    def path(self, below: str = "", **more) -> str:
        """Returns the URL of this search, or of a page below the table with the same search."""
        bounds = {"start": self.start, "end": self.end}
        query = {name: wording.time_input(moment, self.zone) for name, moment in bounds.items()}
        query |= {"q": self.text, "timezone": str(self.zone) if self.is_timed else ""}
        query |= {name: f"{place[0]}.{place[1]}" for name, place in more.items() if place}
        query = urlencode({name: value for name, value in query.items() if value}, safe=":/")
        return f"/channels/{self.channel_id}/data{below}{'?' if query else ''}{query}"

    def export(self, suffix: str, most: int) -> str:
        """Returns the URL of the API for the same time range."""
        bounds = {"start": self.start, "end": self.end}
        query = {
            name: times.iso(moment, UTC) for name, moment in bounds.items() if moment is not None
        }
        query |= {"results": most, "location": "true", "status": "true"}
        return f"/channels/{self.channel_id}/feeds.{suffix}?{urlencode(query, safe=':')}"


def moment_of(params: dict, name: str, zone: tzinfo) -> int | None:
    text = str(params.get(name) or "").strip()
    moment = times.parse(text, zone) if text else None
    if text and moment is None:
        raise BadRequest(f"{text[:30]!r} is not a date: write it like 2024-05-01 12:00")
    return moment


def place_of(params: dict, name: str) -> Place | None:
    """Returns the place in time at which a page of the table begins, or None."""
    found = _PLACE.fullmatch(params.get(name, ""))
    return (int(found[1]), int(found[2])) if found else None


def back_to(channel: Channel) -> str:
    """Returns the path of the table that the form or link came from."""
    otherwise = f"/channels/{channel.id}/data"
    path = local_path(str(all_params().get("back") or ""), otherwise)
    is_table = path == otherwise or path.startswith(f"{otherwise}?")
    return path if is_table else otherwise


def back(channel: Channel, **news) -> bytes:
    """Redirects to the table, which shows the news."""
    path = back_to(channel)
    return redirect(f"{path}{'&' if '?' in path else '?'}{urlencode(news)}" if news else path)
