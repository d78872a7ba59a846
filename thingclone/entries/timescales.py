"""Aggregation, rounding and limits of feeds, exactly as ThingSpeak calculates them (contract,
section 7).

Rows are tuples in ascending order of time: `created_at` (a moment) first, the rest as `columns`
names it. Pure functions.
"""

import json
import sys
from bisect import bisect_left
from dataclasses import dataclass
from functools import reduce
from math import inf
from operator import add

from thingclone.formats.numbers import fixed_text, float_text, numeric, strict_real, whole
from thingclone.formats.times import MINUTE

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


def bucket_minutes(value: object) -> int | None:
    """The minutes that a parameter asks for (`daily` is 1440, "10abc" is 10), or None for a value
    that is not offered.
    """
    minutes = 1440 if value == "daily" else whole(value)
    return minutes if minutes in VALID_MINUTES else None


def first_rows(minutes: int, rows: list) -> list:
    """The rows of `timescale`: of each bucket the first entry as it is, dated at its start."""
    spans = _spans([row[0] for row in rows], minutes * MINUTE)
    firsts = [(start, *rows[first][1:]) for start, first, _ in spans]
    return _with_empty_buckets(firsts, minutes * MINUTE)


def calculated_rows(function: str, minutes: int, table: "Table", columns: tuple) -> list:
    """The rows of `sum`, `average` and `median`.

    Each field is a float as text; all other columns are left out. The divisor of `average` is the
    number of entries in the bucket.
    """
    spans = _spans(table.moments, minutes * MINUTE)
    values = dict.fromkeys(columns, [None] * len(spans)) | _calculate(function, table, spans)
    values["created_at"] = [start for start, _, _ in spans]
    return _with_empty_buckets(list(zip(*values.values(), strict=True)), minutes * MINUTE)


@dataclass(frozen=True)
class Table:
    """Entries column by column, to calculate with: their moments, and of each field the numbers,
    None for what does not count as one. From entry `comma_from` on, decimal commas are printed.
    """

    moments: list[int]
    numbers: dict[str, list[float | None]]
    comma_from: float = inf

    @classmethod
    def from_rows(cls, columns: tuple, rows: list) -> "Table":
        """From rows whose first column is `created_at`, all others fields."""
        values = [[row[place] for row in rows] for place in range(len(columns))]
        numbers = [[numeric(value) if value else None for value in some] for some in values[1:]]
        commas = (
            place
            for some, counted in zip(values[1:], numbers, strict=True)
            for place, (value, number) in enumerate(zip(some, counted, strict=True))
            if number is not None and "," in value
        )
        return cls(
            values[0], dict(zip(columns[1:], numbers, strict=True)), min(commas, default=inf)
        )

    @classmethod
    def from_texts(cls, columns: tuple, texts: list[str]) -> "Table | None":
        """From the values of each column with commas between them, `null` for none; None if they
        are not all plain.
        """
        moments = json.loads(f"[{texts[0]}]")
        numbers = []
        for text in texts[1:]:
            column = _plain_numbers(text)
            if column is None or len(column) != len(moments):
                return None
            numbers.append(column)
        return cls(moments, dict(zip(columns[1:], numbers, strict=True)))


_IN_NUMBERS = b"0123456789.-,"
_IN_NULLS = b"nul"
_BARE_POINTS = (",.", ".,", "-.")


def _plain_numbers(text: str) -> list[float | None] | None:
    """Thousands of numbers at once, if they all look like -21.5 or 40: what Python takes for a
    number is one here too, but for exponents and a point without a digit on either side.
    """
    odd = text.encode().translate(None, _IN_NUMBERS)
    framed = f",{text},"
    if odd.translate(None, _IN_NULLS) or any(point in framed for point in _BARE_POINTS):
        return None
    try:
        # The decoder of JSON reads whole numbers much faster, and nulls.
        values = text.split(",") if "." in text and not odd else json.loads(f"[{text}]")
        if odd:
            return [None if value is None else float(value) for value in values]
        return list(map(float, values))
    except (ValueError, OverflowError):
        return None


def within(columns: tuple, rows: list, minimum: float | None, maximum: float | None) -> list:
    """The rows without those in which a field is a number below `minimum` or above `maximum`."""
    places = _field_places(columns)

    def fits(row: tuple) -> bool:
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
    if value is None or number is None:
        return value
    text = fixed_text(number, decimals)
    return text.replace(".", ",") if "," in value else text


def _field_places(columns: tuple) -> list[int]:
    return [place for place, name in enumerate(columns) if name.startswith("field")]


def _spans(moments: list[int], length: int) -> list[tuple[int, int, int]]:
    """(start, first, end) of each bucket that has any rows: it holds those from first to before
    end. The buckets are aligned to 1970 UTC.
    """
    spans, first = [], 0
    while first < len(moments):
        start = moments[first] // length * length
        end = bisect_left(moments, start + length, first)
        spans.append((start, first, end))
        first = end
    return spans


def _calculate(function: str, table: Table, spans: list) -> dict:
    """The text of each field in each bucket."""
    calculate = {"sum": _sum, "average": _average, "median": _median}[function]

    def text(numbers: list, first: int, end: int) -> str | None:
        number = calculate(numbers[first:end])
        if number is None:
            return None
        printed = float_text(number)
        return printed.replace(".", ",") if end > table.comma_from else printed

    return {
        name: [text(numbers, first, end) for _, first, end in spans]
        for name, numbers in table.numbers.items()
    }


# Added one by one from the left, as Ruby does it. Since 3.12 Python's sum() corrects the errors of
# rounding; before, it was the same, and four times as fast.
_add_up = sum if sys.version_info < (3, 12) else lambda numbers: reduce(add, numbers, 0.0)


def _sum(values: list) -> float | None:
    numbers = [number for number in values if number is not None] if None in values else values
    return _add_up(numbers) if numbers else None


def _average(values: list) -> float | None:
    total = _sum(values)
    return None if total is None else total / len(values)


def _median(values: list) -> float | None:
    numbers = sorted(number for number in values if number is not None)
    if not numbers:
        return None
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _with_empty_buckets(rows: list, length: int) -> list:
    """The rows, and a blank one for each bucket between them."""
    if not rows or (rows[-1][0] - rows[0][0]) // length >= MOST_BUCKETS:
        return rows
    blank = (None,) * (len(rows[0]) - 1)
    by_start = {row[0]: row for row in rows}
    return [
        by_start.get(start, (start, *blank)) for start in range(rows[0][0], rows[-1][0] + 1, length)
    ]
