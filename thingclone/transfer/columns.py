"""What the columns of a CSV file mean (contract, sections 5.4 and 8.11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from thingclone.database.models import FIELD_NAMES, VALUES

TARGETS = ("created_at", "entry_id", *VALUES)

_FIELD = re.compile(r"field_?([1-8])")
_ALIASES = dict.fromkeys(
    ("created", "date", "datetime", "date_time", "time", "timestamp"), "created_at"
) | {"lat": "latitude", "lon": "longitude", "lng": "longitude", "long": "longitude"}
_NUMBER = re.compile(r"\s*[+-]?[0-9]+(?:[.,][0-9]+)?\s*")


@dataclass(frozen=True)
class Columns:
    """The names of a file's columns, and what each becomes: one of TARGETS, or None."""

    names: tuple[str, ...]
    targets: tuple[str | None, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The index of each of TARGETS. A missing one points after the last column."""
        width = len(self.targets)
        return tuple(
            self.targets.index(target) if target in self.targets else width for target in TARGETS
        )


def has_header(
    first: list, second: list, labels: dict, is_date: Callable[[str | None], bool]
) -> bool:
    """Returns True if the first record names columns.

    It does not begin with a date. It has a known name, or the second record has a date or more
    numbers.
    """
    if is_date(first[0]):
        return False
    if any(_target(cell or "", labels) for cell in first):
        return True
    return is_date(second[0] if second else None) or _numbers(second) > _numbers(first)


def named(header: list, labels: dict) -> Columns:
    """Returns the columns of a header with names or labels, in any order and case.

    If no name is known, columns count by position. Of two columns with one name, the first counts.
    """
    names = tuple((cell or "").strip() for cell in header)
    targets: list[str | None] = []
    for name in names:
        target = _target(name, labels)
        targets.append(None if target in targets else target)
    if "created_at" not in targets and targets and targets[0] is None:
        targets[0] = "created_at"
    if not set(targets) & set(VALUES):
        targets = _by_place(targets)
    return Columns(names, tuple(targets))


def _by_place(targets: list) -> list:
    fields = iter(FIELD_NAMES)
    return [target or next(fields, None) for target in targets]


def positional(widest: int) -> Columns:
    """Returns the columns of a file without a header: date, field1 to field8, latitude, longitude,
    elevation, status. With one more column, the second is the entry id of an export.
    """
    known = TARGETS if widest == len(TARGETS) else ("created_at", *VALUES)
    targets = known + (None,) * (widest - len(known))
    return Columns(tuple(f"column {number}" for number in range(1, len(targets) + 1)), targets)


def _target(name: str, labels: dict) -> str | None:
    plain = re.sub(r"[\s_-]+", "_", name.strip().lower())
    if match := _FIELD.fullmatch(plain):
        return f"field{match[1]}"
    if plain in TARGETS:
        return plain
    for field, label in labels.items():
        if label.strip().lower() == name.strip().lower():
            return field
    return _ALIASES.get(plain)


def _numbers(record: list) -> int:
    return sum(bool(_NUMBER.fullmatch(cell or "")) for cell in record)
