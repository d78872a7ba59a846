"""Whatever is in a channel, and however much of it a server shows at once: a walk sees everything,
and each window once.
"""

from hypothesis import given
from hypothesis import strategies as st

from thingclone.formats import times
from thingclone.transfer.walks import WalkByIds, WalkByTimes, gaps

SECONDS = st.integers(0, 400).map(lambda second: 1_700_000_000 + second * 15)
CHANNELS = st.dictionaries(st.integers(1, 3000), SECONDS, max_size=700)


def rows_of(channel: dict) -> list[dict]:
    """The entries of {entry id: second} in the order in which they are shown."""
    return [
        {"entry_id": entry_id, "created_at": times.iso(second * 10**6, times.UTC)}
        for entry_id, second in sorted(channel.items(), key=lambda one: (one[1], one[0]))
    ]


def server(channel: dict, cap: int, cuts_oldest: bool = True):
    """Answers as a server that shows `cap` entries."""
    rows = rows_of(channel)

    def feed(results, start=None, end=None, start_entry_id=None, end_entry_id=None):
        found = [
            row
            for row in rows
            if (start is None or row["created_at"][:19].replace("T", " ") >= start)
            and (end is None or row["created_at"][:19].replace("T", " ") <= end)
            and (start_entry_id is None or row["entry_id"] >= start_entry_id)
            and (end_entry_id is None or row["entry_id"] <= end_entry_id)
        ]
        return found[-cap:] if cuts_oldest else found[:cap]

    return feed


def assert_seen(walk, channel: dict, first: int, last: int):
    windows = sorted(walk.windows(first, last))
    seen = [row for window in windows for row in window.rows]
    assert sorted(row["entry_id"] for row in seen) == sorted(channel)
    assert gaps([window[:2] for window in windows], first, last) == []
    assert [one.last + 1 for one in windows[:-1]] == [one.first for one in windows[1:]]
    for window in windows:
        assert all(window.first <= walk.key(row) <= window.last for row in window.rows)


@given(CHANNELS, st.integers(100, 300), st.booleans())
def test_by_ids_everything_is_seen_once(channel, cap, cuts_oldest):
    walk = WalkByIds(server(channel, cap, cuts_oldest))
    assert_seen(walk, channel, *walk.bounds(3000))


@given(CHANNELS, st.integers(100, 300), st.booleans())
def test_by_times_everything_is_seen_once(channel, cap, cuts_oldest):
    walk = WalkByTimes(server(channel, cap, cuts_oldest), cuts_oldest=cuts_oldest)
    assert_seen(walk, channel, *walk.bounds(3000))


@given(st.integers(101, 400), st.integers(0, 300), st.booleans())
def test_a_crowd_in_one_second_is_seen_one_by_one(crowd, others, cuts_oldest):
    channel = {number: 1_700_000_000 + 15 * min(number, 50) for number in range(1, crowd + 50)}
    channel |= {crowd + 50 + number: 1_700_010_000 + number for number in range(others)}
    rows = {row["entry_id"]: row for row in rows_of(channel)}
    walk = WalkByTimes(server(channel, 100, cuts_oldest), entry=rows.get, cuts_oldest=cuts_oldest)
    assert_seen(walk, channel, *walk.bounds(0))


def test_a_full_channel_takes_one_question_for_each_answer():
    channel = {number: 1_700_000_000 + 15 * number for number in range(1, 40_001)}
    questions = []
    feed = server(channel, 8000)

    def counted(**params):
        questions.append(params)
        return feed(**params)

    list(WalkByIds(counted).windows(1, 40_000))
    assert len(questions) == 5
    questions.clear()
    list(WalkByTimes(counted).windows(0, 4_102_444_800))
    assert len(questions) == 6


@given(
    st.lists(st.tuples(st.integers(-5, 30), st.integers(0, 5)), max_size=8),
    st.integers(0, 10),
    st.integers(0, 25),
)
def test_gaps_are_what_no_window_covers(spans, first, last):
    windows = [(begin, begin + length) for begin, length in spans]
    covered = {number for begin, end in windows for number in range(begin, end + 1)}
    left = [number for begin, end in gaps(windows, first, last) for number in range(begin, end + 1)]
    assert left == [number for number in range(first, last + 1) if number not in covered]
