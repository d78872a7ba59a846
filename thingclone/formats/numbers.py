"""Numbers as ThingSpeak reads and prints them.

ThingSpeak is written in Ruby: its leniency in reading numbers and its way of printing floats are
visible on the wire (contract, sections 1.8, 4 and 7.3). Pure functions.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

BIGGEST = 2**63 - 1  # what both databases keep in one column; no number of ours goes beyond
LARGEST_ID = 2**31 - 1  # of channels, entries and whatever else has a number
MOST_DIGITS_OF_ID = 10  # leading zeros included
MOST_DECIMALS = 64  # of `round=`: more says nothing about a double
MOST_DIGITS = 40  # of a whole number; longer ones are BIGGEST anyway

_WHOLE = re.compile(r"\s*([+-]?)([0-9]+)")
_FLOAT = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?)")
_STRICT_FLOAT = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?\s*")
_NUMERIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_TEN_PLACES = Decimal("0.0000000001")
_BIGGEST_COORDINATE = Decimal("99999.9999999999")
_BLANKS = " \t\n\v\f\r\0"


def whole(value: object) -> int:
    """The number that a text begins with, 0 if with none: "12abc" is 12, "1e999" is 1. Ruby's
    `to_i`.
    """
    text = str(value)
    if len(text) < MOST_DIGITS and text.isascii() and text.isdigit():
        return min(int(text), BIGGEST)
    match = _WHOLE.match(text)
    if not match:
        return 0
    sign, digits = match.groups()
    number = min(int(digits), BIGGEST) if len(digits) <= MOST_DIGITS else BIGGEST
    return -number if sign == "-" else number


def id_from(value: object) -> int:
    """The id that a URL or a caller names. 0, which nothing has, for an impossible one."""
    text = str(value)
    number = int(text) if len(text) <= MOST_DIGITS_OF_ID else 0
    return number if 0 < number <= LARGEST_ID else 0


def real(value: object) -> float:
    """The float that a text begins with, 0.0 if with none. Ruby's `to_f`."""
    match = _FLOAT.match(str(value))
    return float(match.group(1)) if match else 0.0


def strict_real(text: str) -> float | None:
    """The float that the whole text is, exponents allowed, or None: what `min` and `max` compare
    with.
    """
    return float(text.strip()) if _STRICT_FLOAT.fullmatch(text) else None


def numeric(text: str) -> float | None:
    """The value of a text that counts as a number in averages and rounding, or None for any other
    text.

    A number has digits, a sign and one decimal point or comma. It has no exponent and no bare
    leading point (contract, section 7.3).
    """
    plain = text.strip(_BLANKS).replace(",", ".")
    return float(plain) if _NUMERIC.fullmatch(plain) else None


def float_text(number: float) -> str:
    """A float as Ruby prints it: 12.0, 0.1, 1.0e+16, 1.0e-05."""
    if not math.isfinite(number):
        return _not_finite(number)
    text = repr(number)
    mantissa, exponent_mark, exponent = text.partition("e")
    if exponent_mark and "." not in mantissa:
        return f"{mantissa}.0e{exponent}"
    return text


def fixed_text(number: float, decimals: int) -> str:
    """A float with this many decimals, rounded as C's printf does."""
    if not math.isfinite(number):
        return _not_finite(number)
    return f"{number:.{max(0, min(decimals, MOST_DECIMALS))}f}"


def _not_finite(number: float) -> str:
    """The text of a sum beyond 1.8e+308."""
    if math.isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"


def json_number_text(number: int | float) -> str:
    """The text that is stored for a number of a JSON body."""
    return float_text(number) if isinstance(number, float) else str(number)


def coordinate(value: object) -> str | None:
    """A latitude or longitude as a decimal(15,10) column keeps and prints it: "51.5", "40.0". "abc"
    is "0.0", "" is None.

    No more than ten decimals, magnitude below 100000 (contract, sections 1.8 and 4).
    """
    text = str(value).strip(_BLANKS)
    if not text:
        return None
    match = _DECIMAL.match(text[:100])
    number = Decimal(match.group() if match else 0)
    number = max(-_BIGGEST_COORDINATE, min(number, _BIGGEST_COORDINATE))
    text = f"{number.quantize(_TEN_PLACES, ROUND_HALF_UP):f}".rstrip("0")
    text = text + "0" if text.endswith(".") else text
    return "0.0" if text == "-0.0" else text
