"""Aggregation, rounding and limits of feeds, exactly as ThingSpeak calculates them (contract,
section 7).

Rows are tuples in ascending order of time: `created_at` (a moment) first, the rest as `columns`
names it. Pure functions.
"""

import re
from functools import reduce
from itertools import groupby
from operator import add

from thingclone.numerals import fixed_text, float_text, numeric, strict_real, whole
from thingclone.timestamps import MINUTE

FUNCTIONS = (
    "timescale",
    "sum",
    "average",
    "median",
)  # where a request names several, the first of these counts
VALID_MINUTES = frozenset((10, 15, 20, 30, 60, 240, 720, 1440))
# Two entries of 1970 and 2999 are 50 million buckets of 10 minutes apart: beyond this many, empty
# ones are left out.
MOST_BUCKETS = 100_000

# One match for a whole column: its values joined by a blank line each, every one a plain number.
_ALL_PLAIN = re.compile(r"(?:[+-]?[0-9]+(?:\.[0-9]+)?\n)*")


def bucket_minutes(value) -> int | None:
    """The minutes that a parameter asks for (`daily` is 1440, "10abc" is 10), or None for a value
    that is not offered.
    """
    minutes = 1440 if value == "daily" else whole(value)
    return minutes if minutes in VALID_MINUTES else None


def aggregate(function: str, minutes: int, columns: tuple, rows: list) -> list:
    """The rows of the buckets of so many minutes, aligned to 1970 UTC, empty ones between the
    others included.

    `timescale` keeps the first entry of a bucket as it is; `sum`, `average` and `median` give each
    field a float as text and leave out all else. The divisor of `average` is the number of entries
    in the bucket.
    """
    if not rows:
        return []
    length = minutes * MINUTE
    starts = [row[0] // length * length for row in rows]
    spans = _spans(starts)
    by_column = dict(zip(columns, zip(*rows, strict=True), strict=True))
    if function == "timescale":
        values = {name: [by_column[name][first] for first, _ in spans] for name in columns}
    else:
        fields = {name: column for name, column in by_column.items() if name.startswith("field")}
        values = dict.fromkeys(columns, [None] * len(spans)) | _calculate(function, fields, spans)
    values["created_at"] = [starts[first] for first, _ in spans]
    return _with_empty_buckets(list(zip(*values.values(), strict=True)), length, len(columns))


def within(columns: tuple, rows: list, minimum: float | None, maximum: float | None) -> list:
    """The rows without those in which a field is a number below `minimum` or above `maximum`."""
    places = _field_places(columns)

    def fits(row):
        for place in places:
            number = strict_real(row[place]) if row[place] else None
            if number is not None:
                if minimum is not None and number < minimum:
                    return False
                if maximum is not None and number > maximum:
                    return False
        return True

    return [row for row in rows if fits(row)]


def rounded(columns: tuple, rows: list, decimals: int) -> list:
    """The rows with each numeric field printed with so many decimals; other text stays as it is."""
    places = set(_field_places(columns))
    return [
        tuple(
            _round(value, decimals) if place in places else value for place, value in enumerate(row)
        )
        for row in rows
    ]


def _round(value: str | None, decimals: int) -> str | None:
    number = numeric(value) if value else None
    if number is None:
        return value
    text = fixed_text(number, decimals)
    return text.replace(".", ",") if "," in value else text


def _field_places(columns: tuple) -> list[int]:
    return [place for place, name in enumerate(columns) if name.startswith("field")]


def _spans(starts: list[int]) -> list[tuple[int, int]]:
    """[first, end) of the rows of each bucket that has any."""
    spans, first = [], 0
    for _, group in groupby(starts):
        end = first + len(list(group))
        spans.append((first, end))
        first = end
    return spans


def _calculate(function: str, columns: dict, spans: list) -> dict:
    """The text of each field in each bucket. From the first bucket with a decimal comma on, commas
    are printed.
    """
    calculate = {"sum": _sum, "average": _average, "median": _median}[function]
    numbers = {name: _numbers(column) for name, column in columns.items()}
    comma_from = min((_first_comma(column) for column in columns.values()), default=float("inf"))

    def text(column, first, end):
        number = calculate(column[first:end])
        if number is None:
            return None
        printed = float_text(number)
        return printed.replace(".", ",") if end > comma_from else printed

    return {name: [text(column, *span) for span in spans] for name, column in numbers.items()}


def _numbers(column) -> list[float | None]:
    """The float of each value of a column, None for those that do not count as numbers."""
    try:
        if _ALL_PLAIN.fullmatch("\n".join(column) + "\n"):
            return list(map(float, column))
    except TypeError:  # a null among the values
        pass
    return [numeric(value) if value else None for value in column]


def _first_comma(column) -> float:
    for place, value in enumerate(column):
        if value and "," in value and numeric(value) is not None:
            return place
    return float("inf")


def _sum(values: list) -> float | None:
    # Added one by one from the left: Python's sum() corrects rounding errors since 3.12, Ruby's +
    # does not.
    numbers = [number for number in values if number is not None]
    return reduce(add, numbers) if numbers else None


def _average(values: list) -> float | None:
    total = _sum(values)
    return None if total is None else total / len(values)


def _median(values: list) -> float | None:
    numbers = sorted(number for number in values if number is not None)
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _with_empty_buckets(rows: list, length: int, width: int) -> list:
    if (rows[-1][0] - rows[0][0]) // length >= MOST_BUCKETS:
        return rows
    blank = (None,) * (width - 1)
    by_start = {row[0]: row for row in rows}
    return [
        by_start.get(start, (start, *blank)) for start in range(rows[0][0], rows[-1][0] + 1, length)
    ]
