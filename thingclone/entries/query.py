"""What a request wants to read, parsed: which rows, which columns, what to make of them.

`reading` answers it. ThingSpeak page: "Read Data" (contract, sections 6.2 to 6.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from thingclone.database.models import LOCATION, Channel
from thingclone.entries import timescales
from thingclone.entries.window import EVERYTHING, Window
from thingclone.formats import times
from thingclone.formats.numbers import real, whole

DEFAULT_RESULTS = 100


@dataclass(frozen=True)
class FeedQuery:
    """What a request wants to read: which rows, which columns, what to make of them."""

    window: Window = EVERYTHING
    results: int | None = None
    zone: tzinfo = UTC
    location: bool = False
    status: bool = False
    metadata: bool = False
    function: str | None = None
    minutes: int = 0
    decimals: int | None = None
    minimum: float | None = None
    maximum: float | None = None

    @classmethod
    def from_params(cls, params: dict, now: int) -> "FeedQuery":
        """As the parameters of the page "Read Data" ask for; what is not understood counts as
        absent.
        """
        if not _QUERY_NAMES.intersection(params):
            return _PLAIN_QUERY
        zone = times.request_zone(params.get("timezone"), params.get("offset"), now)
        function, minutes = _aggregation(params)
        return cls(
            window=_window(params, zone, now),
            results=_results(params),
            zone=zone,
            location=_is_true(params.get("location")),
            status=_is_true(params.get("status")),
            metadata=params.get("metadata") == "true",
            function=function,
            minutes=minutes,
            decimals=whole(params["round"]) if params.get("round") is not None else None,
            minimum=real(params["min"]) if _present(params, "min") else None,
            maximum=real(params["max"]) if _present(params, "max") else None,
        )

    @property
    def is_plain(self) -> bool:
        """Whether entries are wanted as they are."""
        is_limited = self.minimum is not None or self.maximum is not None
        return not self.function and self.decimals is None and not is_limited

    def columns(self, channel: Channel, fields: Iterable[str]) -> tuple[str, ...]:
        """The columns of a feed: of these fields only the labelled ones; no entry id where buckets
        are asked for.
        """
        entry_id = () if self.function else ("entry_id",)
        shown = [name for name in channel.fields if name in fields]
        extra = (LOCATION if self.location else ()) + (("status",) if self.status else ())
        return ("created_at", *entry_id, *shown, *extra)


# A request that names none of these reads plainly, as most do.
_QUERY_NAMES = frozenset(
    """results days minutes start end start_entry_id end_entry_id timezone offset status location
    metadata min max round timescale sum average median""".split()
)
_PLAIN_QUERY = FeedQuery(results=DEFAULT_RESULTS)


def _present(params: dict, name: str) -> bool:
    return params.get(name) not in (None, "")


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _results(params: dict) -> int | None:
    """How many rows at most: what `results` says, all if a window is given, 100 otherwise."""
    if _present(params, "results"):
        return max(0, whole(params["results"]))
    narrowing = ("days", "minutes", "start", "end", "start_entry_id", "end_entry_id")
    return None if any(_present(params, name) for name in narrowing) else DEFAULT_RESULTS


def _window(params: dict, zone: tzinfo, now: int) -> Window:
    """`start` overrides `minutes`, that overrides `days`; a range of entry ids overrides all."""
    if _present(params, "start_entry_id") or _present(params, "end_entry_id"):
        first = whole(params["start_entry_id"]) if _present(params, "start_entry_id") else None
        last = whole(params["end_entry_id"]) if _present(params, "end_entry_id") else None
        return Window(first_id=first, last_id=last)
    start = end = None
    if _present(params, "days"):
        start = _before(now, whole(params["days"]) * times.DAY)
    if _present(params, "minutes"):
        start = _before(now, whole(params["minutes"]) * times.MINUTE)
    if _present(params, "start"):
        start = _else(times.parse(params["start"], zone), start)
    if _present(params, "end"):
        end = end_of_second(times.parse(params["end"], zone))
    if end is None and (start is not None or _present(params, "results")):
        end = now  # entries of the future are left out, except from a list that nothing narrows
    return Window(start=start, end=end)


def _before(now: int, duration: int) -> int:
    return max(times.EARLIEST, min(now - duration, times.LATEST))


def end_of_second(moment: int | None) -> int | None:
    """Printed times are cut off to seconds: what is printed as 12:00:07 is not later than that."""
    return None if moment is None else moment - moment % times.SECOND + times.SECOND - 1


def _else(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _aggregation(params: dict) -> tuple[str | None, int]:
    for function in timescales.FUNCTIONS:
        if _present(params, function):
            minutes = timescales.bucket_minutes(params[function])
            if minutes:
                return function, minutes
    return None, 0
