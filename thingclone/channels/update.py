"""New settings of a channel, parsed and not yet stored, as a form, JSON or the command line gives
them (contract, sections 4 and 9.6; ThingSpeak page "Channels API").

A ChannelUpdate holds only what is given. `channels` stores it.
"""

from dataclasses import dataclass, field
from typing import Any

from thingclone.database.models import FIELD_NAMES, TEXT_LIMIT
from thingclone.errors import BadRequest
from thingclone.formats.numbers import coordinate, json_number_text, whole

METADATA_LIMIT = 65_535  # bytes
MOST_TAGS = 100
_TEXTS = ("name", "description", "elevation", "url", "github_url", *FIELD_NAMES)
_LARGEST_LICENSE = 2**31 - 1
_YES = frozenset(("true", "1", "t", "on", "yes"))


@dataclass(frozen=True)
class ChannelUpdate:
    """`columns` are columns of Channel as they will be stored. `tags` are None, or words of which
    no two are the same but for case. `notes` says in plain sentences what was changed.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: dict) -> "ChannelUpdate":
        """From parameters named as in the REST API. BadRequest for a list or an object in place of
        text.
        """
        notes: list[str] = []
        columns: dict[str, Any] = {
            name: _short(name, params[name], notes) for name in _TEXTS if name in params
        }
        for name in ("name", *FIELD_NAMES):
            if name in columns:
                columns[name] = columns[name] or ""
        if "metadata" in params:
            columns["metadata"] = _metadata(params["metadata"], notes)
        for name in ("latitude", "longitude"):
            if name in params:
                columns[name] = None if params[name] is None else coordinate(params[name])
        if "license_id" in params:
            columns["license_id"] = max(0, min(whole(params["license_id"]), _LARGEST_LICENSE))
        if params.get("public_flag") not in (None, ""):
            columns["public"] = str(params["public_flag"]).strip().lower() in _YES
        tags = _tags(params["tags"], notes) if "tags" in params else None
        return cls(columns, tags, tuple(notes))

    def labels(self) -> dict[str, str]:
        """The labels that are not blank."""
        given = {name: self.columns.get(name, "") for name in FIELD_NAMES}
        return {name: label for name, label in given.items() if label.strip()}


def _short(name: str, value: object, notes: list[str]) -> str | None:
    text = _text(name, value)
    if text is not None and len(text) > TEXT_LIMIT:
        notes.append(f"{name} was truncated to {TEXT_LIMIT} characters")
        return text[:TEXT_LIMIT]
    return text


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json_number_text(value)
    raise BadRequest(f"{name} must be text, not a list or an object")


def _metadata(value: object, notes: list[str]) -> str | None:
    text = _text("metadata", value)
    if text is None or len(text.encode()) <= METADATA_LIMIT:
        return text
    notes.append(f"metadata was truncated to {METADATA_LIMIT} bytes")
    return text.encode()[:METADATA_LIMIT].decode("utf-8", "ignore")


def _tags(value: object, notes: list[str]) -> tuple[str, ...]:
    """The words of a list, or of a text with commas between them."""
    words = value if isinstance(value, list) else (_text("tags", value) or "").split(",")
    tags: dict[str, str] = {}
    for word in words:
        tag = (_short("a tag", word, notes) or "").strip()
        if tag:
            tags.setdefault(tag.lower(), tag)
    if len(tags) > MOST_TAGS:
        raise BadRequest(f"{len(tags)} tags are too many: a channel can have at most {MOST_TAGS}")
    return tuple(tags.values())
