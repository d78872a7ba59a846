"""The database writes feeds byte for byte as Python does, or not at all."""

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.databases import on_sqlite
from thingclone.channels import access
from thingclone.database import execute, execute_many
from thingclone.database.models import FIELD_NAMES, LOCATION
from thingclone.entries.window import Selection, Window
from thingclone.formats.as_csv import CSV
from thingclone.formats.as_json import JSON
from thingclone.formats.as_xml import XML
from thingclone.formats.feed import Feed

COLUMNS = ("created_at", "entry_id", *FIELD_NAMES, *LOCATION, "status")
FORMATS = {"json": JSON, "csv": CSV, "xml": XML}
ODD = ["", "null", '"', '""', ",", "\n", "\r", "\x01", "\x1f", "\x7f", "&", "<b>", "\u2028", "é"]
ODD += ['" nil="true"/>', "</field1>", "\ufffe", "\\", "\U0001f600", "21,5", "[1]", '{"a":1}']
values = st.none() | st.sampled_from(ODD) | st.floats(0, 99).map(str) | st.text(max_size=9)
entries = st.lists(st.tuples(st.integers(-(10**15), 10**15), *[values] * 12), max_size=6)


def stored(text: str | None) -> str | None:
    """A text as it comes through the doors: no NULs, no halves of surrogate pairs."""
    return text and text.replace("\0", "").encode("utf-8", "ignore").decode()


def store(rows):
    execute("DELETE FROM entries")
    columns = ", ".join(("channel_id", "entry_id", "created_at", *COLUMNS[2:]))
    execute_many(
        f"INSERT INTO entries ({columns}) VALUES ({', '.join('?' * 15)})",
        [(1, number, row[0], *map(stored, row[1:])) for number, row in enumerate(rows, 1)],
    )
    execute("UPDATE counters SET last_entry_id = ?", (len(rows),))


@on_sqlite
@rules(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=entries)
@example(rows=[])
@example(rows=[(-1, *["21.5"] * 12), (0, *[None] * 12)])
@example(rows=[(NOON, *['<" nil="true"/>'] * 12)])
def test_the_text_of_the_database_is_that_of_the_formats(channel, rows):
    store(rows)
    selection = Selection(access.channel(1), Window(), 100)
    for kind, form in FORMATS.items():
        written = selection.text(kind, COLUMNS)
        if written is not None:
            by_database = Feed({"id": 1}, COLUMNS, [], written=lambda _, text=written: text)
            assert form.feed(by_database) == form.feed(
                Feed({"id": 1}, COLUMNS, selection.rows(COLUMNS))
            )


@on_sqlite
@pytest.mark.parametrize("kind", FORMATS)
def test_plain_numbers_are_always_written_by_the_database(channel, kind):
    store([(NOON, "21.5", "-3", None, "0", "+7", "1e3", "10.25", "NaN", "51.5", "-0.1", "3", "ok")])
    assert Selection(access.channel(1), Window(), 100).text(kind, COLUMNS)


@on_sqlite
def test_the_newest_of_many_are_taken(channel):
    store([(NOON + number, *["1"] * 12) for number in range(50)])
    for limit, first in ((0, None), (1, 50), (49, 2), (50, 1), (51, 1)):
        text = Selection(access.channel(1), Window(), limit).text("csv", ("entry_id",))
        assert text.split() == [str(number) for number in range(first or 51, 51)]
