"""Leafing through entries, against the plain meaning of it: sorted by time and number, cut into
pages. The table itself is tested in web/test_data.py.
"""

import random
from itertools import chain

import pytest

from tests.conftest import NOON
from thingclone.channels import channels
from thingclone.entries import pagination
from thingclone.entries.window import Window
from thingclone.formats.times import SECOND


@pytest.fixture
def muddle(channel, write):
    """A channel whose entries came in any order, many of them at the same time; (number, second,
    value) of each.
    """
    dice = random.Random(4)
    entries = [(number, dice.randrange(40), str(dice.randrange(7))) for number in range(1, 241)]
    for number, second, value in entries:
        assert write(channel, created_at=NOON // SECOND + second, field1=value) == number
    return entries


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(None, None, ""), (5, 30, ""), (None, 20, "3"), (35, None, ""), (60, None, ""), (7, 7, "")],
)
def test_leafing_is_right_however_entries_came(muddle, first, last, text):
    channel = channels.complete_channel(1)
    window = Window(*(None if end is None else NOON + end * SECOND for end in (first, last)))
    inside = [
        (second, number, value)
        for number, second, value in muddle
        if (first or 0) <= second <= (40 if last is None else last)
    ]
    assert pagination.count(channel, window) == len(inside)
    wanted = [number for _, number, value in sorted(inside, reverse=True) if text in value]

    found, page = [], pagination.page(channel, window, text)
    while page.older:
        found.append(page)
        page = pagination.page(channel, window, text, page.older)
    found.append(page)
    assert list(chain.from_iterable(map(numbers, found))) == wanted
    assert all(len(page.entries) == pagination.PER_PAGE for page in found[:-1])

    for before in reversed(found[:-1]):
        page = pagination.page_after(channel, window, text, page.newer)
        assert numbers(page) == numbers(before)
    assert page.newer is None


def numbers(page) -> list[int]:
    return [entry.entry_id for entry in page.entries]
