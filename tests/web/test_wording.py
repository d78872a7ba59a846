"""How pages put things."""

import pytest

from thingclone.formats.times import DAY, MINUTE, SECOND
from thingclone.web import wording


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (-61 * SECOND, "in the future"),
        (-60 * SECOND, "just now"),
        (0, "just now"),
        (4 * SECOND, "just now"),
        (5 * SECOND, "5 seconds ago"),
        (119 * SECOND, "119 seconds ago"),
        (120 * SECOND, "2 minutes ago"),
        (119 * MINUTE, "119 minutes ago"),
        (120 * MINUTE, "2 hours ago"),
        (47 * 60 * MINUTE, "47 hours ago"),
        (2 * DAY, "2 days ago"),
        (1000 * DAY, "1000 days ago"),
    ],
)
def test_an_age(passed, text):
    assert wording.age(1_700_000_000 * SECOND, 1_700_000_000 * SECOND + passed) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, "—"),
        ("", "—"),
        ("21.5", "21.5"),
        (" 21.50 ", "21.50"),
        ("-0.123456789", "-0.123457"),
        ("1234567890", "1.23457e+09"),
        ("a long text that is no number", "a long text that is no number"),
    ],
)
def test_a_value_in_a_few_characters(text, shown):
    assert wording.value(text) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [("21.5", 21.5), ("-3", -3.0), ("1,5", 1.5), ("1e3", 1000.0), (".5", 0.5), (" 7 ", 7.0),
     ("1e999", None), ("1e101", None), ("1e-300", 0.0), ("nan", None), ("inf", None), ("", None),
     (None, None), ("12abc", None), ("0x10", None), ("1_000", None), ("٣", None)],
)  # fmt: skip
def test_what_is_a_number(text, number):
    assert wording.number(text) == number


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("no channel 9", "No channel 9."), ("is it?", "Is it?"), ("", "."), ("fields", "Fields."),
     ("field1 is too long", "field1 is too long."), ("created_at is x", "created_at is x.")],
)  # fmt: skip
def test_a_reason_as_a_sentence(reason, sentence):
    assert wording.sentence(reason) == sentence


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("https://example.org", True), ("HTTP://example.org", True), ("javascript:alert(1)", False),
     ("java\nscript:alert(1)", False), ("//example.org", False), ("example.org", False),
     ("data:text/html,x", False), ("http:///x", False), ("http://a b", False), ("", False),
     (None, False)],
)  # fmt: skip
def test_what_may_be_a_link(text, is_one):
    assert wording.is_web_address(text) is is_one
