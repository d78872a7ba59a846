"""Reading CSV where an empty cell is null and `""` is an empty text, as exports write them.

Python's csv module cannot tell the two apart. Pure: lines and files are up to `transfer.csv_file`.
"""

import re
from functools import cache

SEPARATORS = ("\t", ";", ",")  # where two are as frequent, commas are those of decimals


def cells(record: str, separator: str) -> list[str | None] | None:
    """The cells of a record, whose line end is cut off; None if it ends within quotation marks.
    ValueError if a closing one is not followed by the next cell.
    """
    if '"' not in record:
        return [cell or None for cell in record.split(separator)]
    found, place, pattern = [], 0, _cell(separator)
    while match := pattern.match(record, place):
        quoted, plain, end = match.groups()
        found.append(plain or None if quoted is None else quoted.replace('""', '"'))
        if not end:
            return found
        place = match.end()
    if _OPEN.fullmatch(record, place):
        return None
    raise ValueError("the quotation marks do not fit together")


@cache
def _cell(separator: str) -> re.Pattern:
    """A cell with what ends it."""
    quoted = r' *+"((?:[^"]++|"")*+)" *'
    return re.compile(rf'(?:{quoted}|(?! *+")([^{separator}]*))({separator}|\Z)')


_OPEN = re.compile(r' *"(?:[^"]++|"")*+', re.DOTALL)


def separator_of(line: str) -> str:
    """What parts the cells of a line: what is most frequent outside quotation marks."""
    outside = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=outside.count) if any(map(outside.count, SEPARATORS)) else ","
