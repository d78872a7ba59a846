"""The channel on the other server, as known before its entries are read."""

from dataclasses import dataclass
from typing import Any

from thingclone.errors import BadRequest
from thingclone.formats.numbers import LARGEST_ID, whole
from thingclone.transfer.remote import Remote
from thingclone.transfer.walks import (
    FIRST_SECOND,
    LAST_SECOND,
    Walk,
    WalkByIds,
    WalkByTimes,
    second_of,
)


@dataclass(frozen=True)
class Origin:
    """What the other server says about its channel."""

    remote: Remote
    about: dict
    newest: dict | None  # the entry with the latest time
    last_entry_id: int

    @classmethod
    def ask(cls, remote: Remote) -> "Origin":
        answer = remote.feed(results=1)
        rows = _rows(answer)
        last_id = min(whole(answer["channel"].get("last_entry_id")), LARGEST_ID)
        if last_id and all(row["entry_id"] != last_id for row in rows):
            rows += filter(None, [_single(remote, last_id)])
        last_id = max([last_id, *(row["entry_id"] for row in rows)])
        newest = max(rows, key=lambda row: (second_of(row), row["entry_id"]), default=None)
        return cls(remote, answer["channel"], newest, last_id)

    def feed(self, **params: object) -> list[dict]:
        return _rows(self.remote.feed(**params))

    def walk(self) -> Walk:
        """Ask the server once or twice, and return a walk that it supports."""
        newest_id = self.newest["entry_id"] if self.newest else 0
        older = self.feed(results=1, end_entry_id=newest_id - 1) if newest_id > 1 else []
        if older and older[0]["entry_id"] < newest_id:
            return WalkByIds(self.feed)
        walk = WalkByTimes(self.feed, entry=self.entry)
        if self.newest:
            found = self.feed(**walk.params(FIRST_SECOND, LAST_SECOND), results=1)
            walk.cuts_oldest = not found or walk.key(found[0]) >= walk.key(self.newest)
        return walk

    def entry(self, entry_id: int) -> dict | None:
        return _single(self.remote, entry_id)


def _single(remote: Remote, entry_id: int) -> dict | None:
    found = remote.entry(entry_id)
    return None if found is None else _row(found)


def _rows(answer: dict) -> list[dict]:
    return [_row(row) for row in answer["feeds"]]


def _row(row: Any) -> dict:
    number = whole(row.get("entry_id")) if isinstance(row, dict) else 0
    if not 1 <= number <= LARGEST_ID:
        raise BadRequest("the server returned entries without an ID")
    return row | {"entry_id": number}
