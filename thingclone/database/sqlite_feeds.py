"""Feeds as SQLite writes them: byte for byte the text that `formats` makes of the same rows, or
none.

SQLite turns thousands of rows into text four times as fast as Python does. Its JSON is always
right. It writes CSV and XML as if no value needed quoting or escaping. Counting the separators of
the result then shows whether that was so. If not, this module returns None and `formats` does the
work.
"""

from collections.abc import Callable
from functools import lru_cache

from thingclone.formats.feed import XML_TYPES

# In whole seconds, rounded down before 1970 too. With a pattern, strftime() takes twice as long.
_SPACED = "datetime(created_at / 1000000 - (created_at % 1000000 < 0), 'unixepoch')"
_ISO = f"replace({_SPACED}, ' ', 'T') || 'Z'"
# In the order of the ids, because the table stands in that order and there is no other way to go
# through it. A subquery with ORDER BY would say so, and take half as long again.
_ROWS = """FROM entries WHERE channel_id = ? AND entry_id BETWEEN ? AND ?
    AND overtaken_by IS NULL"""


def feed_text(run: Callable, kind: str, columns: tuple, bounds: tuple[int, int, int]) -> str | None:
    """Returns the entries that came in order as the text between the head and the foot of a feed,
    or None if a value needs quoting. `bounds` are channel, first id, last id.
    """
    write, statement = _KINDS[kind]
    return write(run(statement(columns), bounds).fetchone(), columns)


def feed_columns(run: Callable, columns: tuple, bounds: tuple[int, int, int]) -> list[str]:
    """Returns each column of the same entries as one text: values with commas between them, `null`
    for none.
    """
    return [text or "" for text in run(_columns_statement(columns), bounds).fetchone()]


@lru_cache(maxsize=300)
def _columns_statement(columns: tuple) -> str:
    texts = ", ".join(f"group_concat(ifnull({name}, 'null'))" for name in columns)
    return f"SELECT {texts} {_ROWS}"


# --- JSON -----------------------------------------------------------------------------------------


@lru_cache(maxsize=300)
def _json_statement(columns: tuple) -> str:
    values = {name: name for name in columns} | {"created_at": _ISO}
    members = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return f"SELECT group_concat(json_object({members})) {_ROWS}"


def _json(row: tuple, columns: tuple) -> str:
    return row[0] or ""


# --- CSV ------------------------------------------------------------------------------------------


@lru_cache(maxsize=300)
def _csv_statement(columns: tuple) -> str:
    cells = {name: f"CASE {name} WHEN '' THEN '\"\"' ELSE {name} END" for name in columns}
    cells |= {"created_at": f"{_SPACED} || ' UTC'", "entry_id": "entry_id"}
    line = ",".join(["%s"] * len(columns))
    values = ", ".join(cells[name] for name in columns)
    return f"SELECT group_concat(printf('{line}', {values}), '\n'), count(*) {_ROWS}"


def _csv(row: tuple, columns: tuple) -> str | None:
    text, count = row
    if not count:
        return ""
    is_plain = (
        '"' not in text
        and "\r" not in text
        and text.count("\n") == count - 1
        and text.count(",") == count * (len(columns) - 1)
    )
    return text + "\n" if is_plain else None


# --- XML ------------------------------------------------------------------------------------------

_NULL = "\x01"  # stands for NULL at first: no text has it that XML could hold


@lru_cache(maxsize=300)
def _xml_statement(columns: tuple) -> str:
    values = {name: f"ifnull({name}, char({ord(_NULL)}))" for name in columns}
    values |= {"created_at": _ISO, "entry_id": "entry_id"}
    elements = "".join(f"      {_start(name)}%s{_end(name)}\n" for name in columns)
    feed = f"    <feed>\n{elements}{_END_OF_FEED}"
    nulls = " + ".join(f"({name} IS NULL)" for name in columns)
    feeds = f"printf('{feed}', {', '.join(values[name] for name in columns)})"
    return f"SELECT group_concat({feeds}, ''), count(*), sum({nulls}) {_ROWS}"


_END_OF_FEED = '      <id type="integer" nil="true"/>\n    </feed>\n'


def _start(name: str) -> str:
    kind = f' type="{XML_TYPES[name]}"' if name in XML_TYPES else ""
    return f"<{name.replace('_', '-')}{kind}>"


def _end(name: str) -> str:
    return f"</{name.replace('_', '-')}>"


def _xml(row: tuple, columns: tuple) -> str | None:
    text, count, nulls = row
    if not count:
        return ""
    tags = count * (3 + 2 * len(columns))
    quotes = count * (4 + 2 * sum(name in XML_TYPES for name in columns))
    data = text.encode()
    is_plain = (
        "&" not in text
        and text.count("<") == text.count(">") == tags
        and text.count('"') == quotes
        and len(data) - len(data.translate(None, _UNPRINTABLE)) == nulls == text.count(_NULL)
    )
    return _with_nulls(text, columns if nulls else ()) if is_plain else None


def _with_nulls(text: str, columns: tuple) -> str:
    for name in columns:
        full = f"{_start(name)}{_NULL}{_end(name)}"
        text = text.replace(full, f'{_start(name)[:-1]} nil="true"/>')
    return text


# A bare CR, and what XML has no place for: control characters, and where U+FFFE begins in UTF-8.
_UNPRINTABLE = bytes([*range(9), 11, 12, *range(13, 32), 0xEF])


_KINDS = {
    "json": (_json, _json_statement),
    "csv": (_csv, _csv_statement),
    "xml": (_xml, _xml_statement),
}
