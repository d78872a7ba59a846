"""Labels of fields, given when values arrive.

Some devices call their values by names of their own. Each name is the label of a field. A new name
gets a free field.
"""

from collections.abc import Iterable

from thingclone.database import execute
from thingclone.database.models import FIELD_COUNT, FIELD_NAMES, TEXT_LIMIT, Channel
from thingclone.errors import BadRequest


def fields_called(channel: Channel, names: Iterable[str], now: int) -> dict[str, str]:
    """The field of each name. New names become labels. BadRequest if there are not enough fields
    left: then none is given a label.
    """
    found, new = _known(channel, names)
    if new:
        _refresh(channel)
        found, new = _known(channel, names)
        free = _free_fields(channel)
        _check(channel, new, free)
        for name, field in zip(new, free, strict=False):
            give_label(channel, field, name, now)
            found[name] = field
    return found


def give_label(channel: Channel, field: str, label: str, now: int):
    """Label a field that has no label yet."""
    execute(
        f"UPDATE channels SET {field} = ?, updated_at = ? WHERE id = ? AND {field} IS NULL",
        (label, now, channel.id),
    )
    channel.set_label(field, label, now)


def has_field_for(channel: Channel, name: str) -> bool:
    """Whether a value of this name has a field, or would get one."""
    found, _ = _known(channel, [name])
    return bool(found) or bool(_free_fields(channel))


def _known(channel: Channel, names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """(the fields of names that are labels, the other names). Case does not matter, unless two
    names differ in nothing else.
    """
    fields = {field.label: name for name, field in reversed(channel.fields.items())}
    found = {name: fields[name] for name in names if name in fields}
    whatever_case = {
        label.casefold(): field for label, field in fields.items() if field not in found.values()
    }
    new = []
    for name in names:
        if name not in found:
            field = whatever_case.pop(name.casefold(), None)
            if field is None:
                new.append(name)
            else:
                found[name] = field
    return found, new


def _free_fields(channel: Channel) -> list[str]:
    """The fields without label and data. An empty label was set by the owner, to hide a field."""
    return [
        field
        for field in FIELD_NAMES
        if field in channel.unlabelled and getattr(channel.counter, field) is None
    ]


def _check(channel: Channel, names: list[str], free: list[str]):
    for name in names:
        if not name.strip() or len(name) > TEXT_LIMIT:
            raise BadRequest(f"the name of a value must have 1 to {TEXT_LIMIT} characters")
    if len(names) > len(free):
        raise BadRequest(
            f"channel {channel.id} has no field left for {names[len(free)]}: a channel has"
            f" {FIELD_COUNT} fields"
        )


def _refresh(channel: Channel):
    """Read the labels again. Another server may have given some since, though never while the
    counter is locked.
    """
    columns = ", ".join(FIELD_NAMES)
    row = execute(f"SELECT {columns} FROM channels WHERE id = ?", (channel.id,)).fetchone()
    for field, label in zip(FIELD_NAMES, row, strict=True):
        channel.set_label(field, label, channel.updated_at)
