"""A channel at a glance: the last value of each field, and the few before it."""

from dataclasses import dataclass

from thingclone.database.models import Channel
from thingclone.entries.query import Window
from thingclone.entries.window import Selection, select

RECENT = 60  # entries


@dataclass(frozen=True)
class FieldGlance:
    """A labelled field: its last value, and the recent ones, oldest first; None where an entry has
    none.
    """

    name: str
    label: str
    last: str | None
    recent: tuple[str | None, ...]

    @property
    def number(self) -> int:
        return int(self.name[-1])


@dataclass(frozen=True)
class Glance:
    """`newest_at` is when the newest entry was measured; None if there is none."""

    fields: tuple[FieldGlance, ...]
    newest_at: int | None


def glance(channel: Channel) -> Glance:
    """What there is to see of a channel with its counter."""
    names = tuple(channel.labels)
    rows = Selection(channel, Window(), RECENT).rows(names) if names else []
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    fields = tuple(
        FieldGlance(name, channel.labels[name], _last(channel, name), recent)
        for name, recent in zip(names, columns, strict=True)
    )
    return Glance(fields, channel.counter.newest_at)


def _last(channel: Channel, name: str) -> str | None:
    """The value of the newest entry that has something in this field."""
    entry_id = getattr(channel.counter, name)
    if entry_id is None:
        return None
    rows = select((name,), "channel_id = ? AND entry_id = ?", (channel.id, entry_id))
    return rows[0][0] if rows else None
