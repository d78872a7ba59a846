"""A feed to be printed, the types of the attributes in it, and what several formats word alike."""

from collections.abc import Callable
from datetime import UTC, tzinfo

from thingclone.errors import Refusal

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


class Feed:
    """The entries of a channel that answer a query. `columns` name the values of each of the
    `rows`, the oldest first.

    `channel` is what the answer says of the channel itself, in order, or None. Moments stay
    numbers. `rows` may be a function that returns them. `written`, if given, returns them as the
    text of a format, `written("json")`, or None.
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

    def records(self) -> list[dict]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def command_text(command: dict | None) -> str:
    return command["command_string"] if command else ""


def error_object(refusal: Refusal) -> dict:
    return {
        "status": str(refusal.status),
        "error": {
            "error_code": refusal.code,
            "message": refusal.message,
            "details": refusal.details,
        },
    }
