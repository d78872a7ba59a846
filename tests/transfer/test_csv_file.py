"""Cells of CSV: what was written is read again, and no text is too odd."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thingclone.formats.as_csv import CSV
from thingclone.formats.feed import Feed
from thingclone.transfer.csv_file import SEPARATORS, cells_of, separator_of


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("", [None]),
        ("a", ["a"]),
        ('a,,"",b', ["a", None, "", "b"]),
        ('"a,b","x""y",', ["a,b", 'x"y', None]),
        (' "a" ,b', ["a", "b"]),
        (" a ,b", [" a ", "b"]),
        ('5" pipe,x', ['5" pipe', "x"]),
        ('"two\nlines",x', ["two\nlines", "x"]),
        ('a,"open', None),
        ('a,"open""', None),
        ('"', None),
    ],
)
def test_cells_of(record, found):
    assert cells_of(record, ",") == found


@pytest.mark.parametrize("record", ['"a"b,c', '"a""b"c', 'x,"y" z,"'])
def test_what_does_not_fit_together(record):
    with pytest.raises(ValueError, match="the quotation marks do not match"):
        cells_of(record, ",")


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a\tb", "\t"),
        ("a", ","),
        ("1.5.2024;21,5;40,1", ";"),
        ('"a;b",c', ","),
    ],
)
def test_the_separator_is_what_is_most_frequent(line, separator):
    assert separator_of(line) == separator


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8")), min_size=1))
def test_what_exports_write_is_read_again(row):
    written = CSV.rows(Feed(None, tuple(map(str, range(len(row)))), [tuple(row)]))
    assert cells_of(written.removesuffix("\n"), ",") == row


@given(st.text('a",;\t \n'), st.sampled_from(SEPARATORS))
def test_any_text_is_cells_or_is_none(record, separator):
    try:
        found = cells_of(record, separator)
    except ValueError:
        return
    assert found is None or len(found) >= 1


@pytest.mark.parametrize("record", ['"' * 60_000, '""' * 30_000, ' "' * 30_000, '"a' * 30_000])
def test_no_text_takes_long(record):
    begun = time.perf_counter()
    with suppress(ValueError):
        cells_of(record, ",")
    assert time.perf_counter() - begun < 1
