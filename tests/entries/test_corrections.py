"""Entries that are removed or changed afterwards: what reads answer then, and how it is undone."""

import random

import pytest

from thingclone.database.models import CorrectedEntry, Correction, Counter, Entry, User
from thingclone.entries import corrections
from thingclone.entries.window import Window
from thingclone.errors import BadRequest, Conflict, NoSuchThing, NothingRecorded
from thingclone.formats import times

DAY = 24 * 60 * 60


def moment(text: str) -> int:
    return times.parse(f"2024-05-01 {text}", times.UTC)


@pytest.fixture
def station(public_channel, write, clock):
    """A public channel with six entries, a minute apart from 12:00 on: field1 in all, field2 in the
    even ones, a status in the third.
    """
    for number in range(1, 7):
        values = {"field1": f"{number}1"} | ({} if number % 2 else {"field2": f"{number}2"})
        write(public_channel, **values | ({"status": "sun"} if number == 3 else {}))
        clock.advance(60)
    return public_channel


@pytest.fixture
def read(client, station):
    """A function that reads from the station."""

    def read(path: str, **params) -> str:
        return client.get(f"/channels/{station.id}/{path}", params).text

    return read


@pytest.fixture
def remove(station, clock):
    def remove(*entry_ids: int) -> Correction:
        return corrections.remove_entries(station, entry_ids, clock())

    return remove


@pytest.fixture
def remove_window(station, clock):
    def remove(**bounds) -> Correction:
        return corrections.remove_entries(station, Window(**bounds), clock())

    return remove


@pytest.fixture
def change(station, clock):
    def change(entry_id: int, **values) -> Correction:
        return corrections.change_entry(station, entry_id, values, clock())

    return change


@pytest.fixture
def undo(station, clock):
    def undo(correction: Correction) -> Correction:
        return corrections.undo(station, correction.id, clock())

    return undo


ALL = """created_at,entry_id,field1,field2
2024-05-01 12:00:00 UTC,1,11,
2024-05-01 12:01:00 UTC,2,21,22
2024-05-01 12:02:00 UTC,3,31,
2024-05-01 12:03:00 UTC,4,41,42
2024-05-01 12:04:00 UTC,5,51,
2024-05-01 12:05:00 UTC,6,61,62
"""

# --- removing: what is left to read ---------------------------------------------------------------


def test_a_removed_entry_is_in_no_list(read, remove):
    assert read("feeds.csv") == ALL
    remove(2, 5)
    assert (
        read("feeds.csv")
        == """created_at,entry_id,field1,field2
2024-05-01 12:00:00 UTC,1,11,
2024-05-01 12:02:00 UTC,3,31,
2024-05-01 12:03:00 UTC,4,41,42
2024-05-01 12:05:00 UTC,6,61,62
"""
    )
    assert (
        read("fields/2.csv", results=2)
        == """created_at,entry_id,field2
2024-05-01 12:03:00 UTC,4,42
2024-05-01 12:05:00 UTC,6,62
"""
    )
    assert '"feeds":[{"created_at":"2024-05-01T12:03:00Z","entry_id":4,' in (
        read("feeds.json", results=2)
    )
    assert read("feeds.xml").count("<feed>") == 4
    assert '<entry-id type="integer">5<' not in read("feeds.xml")


def test_an_export_and_a_status_list_leave_it_out(client, station, read, remove):
    remove(1, 3, 4)
    assert (
        client.get(f"/stream/channels/{station.id}/feeds.csv").text
        == """created_at,entry_id,field1,field2
2024-05-01 12:01:00 UTC,2,21,22
2024-05-01 12:04:00 UTC,5,51,
2024-05-01 12:05:00 UTC,6,61,62
"""
    )
    assert (
        read("status.csv")
        == """created_at,entry_id,status
2024-05-01 12:01:00 UTC,2,
2024-05-01 12:04:00 UTC,5,
2024-05-01 12:05:00 UTC,6,
"""
    )
    assert read("status/recent.json") == "[]"


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"results": 3}, [1, 5, 6]),
        ({"results": 2}, [5, 6]),
        ({"start_entry_id": 2, "end_entry_id": 5}, [5]),
        ({"start_entry_id": 2, "end_entry_id": 4}, []),
        ({"start": "2024-05-01 12:00:00", "end": "2024-05-01 12:04:00"}, [1, 5]),
        ({"start": "2024-05-01 12:01:00", "end": "2024-05-01 12:03:59"}, []),
        ({"start": "2024-05-01 12:03:00"}, [5, 6]),
        ({"end": "2024-05-01 12:03:00"}, [1]),
        ({"minutes": 4, "results": 1}, [6]),
    ],
)
def test_windows_have_a_hole_then(client, station, remove, params, ids):
    remove(2, 3, 4)
    feeds = client.get(f"/channels/{station.id}/feeds.json", params).json["feeds"]
    assert [feed["entry_id"] for feed in feeds] == ids


def test_a_single_entry_is_gone(read, remove):
    remove(4)
    assert read("feeds/4.json") == "-1"
    assert read("fields/1/4") == "-1"
    assert read("status/4.json") == "-1"
    assert read("feeds/3.json").startswith('{"created_at":"2024-05-01T12:02:00Z","entry_id":3,')


def test_last_is_the_last_that_is_left(read, remove):
    remove(6)
    assert read("feeds/last.json", status="true") == (
        '{"created_at":"2024-05-01T12:04:00Z","entry_id":5,"field1":"51","field2":null,'
        '"status":null}'
    )
    remove(5, 4)
    assert read("feeds/last.csv") == (
        "created_at,entry_id,field1,field2\n2024-05-01T12:02:00Z,3,31,\n"
    )
    assert read("status/last.json") == (
        '{"created_at":"2024-05-01T12:02:00Z","entry_id":3,"status":"sun"}'
    )
    assert read("status/last.txt") == "sun"


def test_the_last_value_of_a_field_is_the_last_that_is_left(read, remove):
    assert [read("fields/1/last"), read("fields/2/last")] == ["61", "62"]
    remove(6)
    assert [read("fields/1/last"), read("fields/2/last")] == ["51", "42"]
    remove(4)
    assert [read("fields/1/last"), read("fields/2/last")] == ["51", "22"]
    assert read("fields/2/last.json") == (
        '{"created_at":"2024-05-01T12:01:00Z","entry_id":2,"field2":"22"}'
    )
    remove(2)
    assert [read("fields/1/last"), read("fields/2/last")] == ["51", "-1"]


def test_ages_are_those_of_what_is_left(read, remove):
    assert read("feeds/last_data_age.txt") == "60"
    remove(6)
    assert read("feeds/last_data_age.txt") == "120"
    assert read("fields/2/last_data_age.txt") == "180"


def test_calculations_are_done_with_what_is_left(read, remove):
    remove(6, 5, 1)
    assert '"field1":"31.0","field2":"21.333333333333332",' in (
        read("feeds/last_average.json", average="60")
    )
    assert read("feeds/last_sum.txt", sum="10", field_id="1") == "93.0"
    assert read("feeds.csv", median="60") == (
        "created_at,field1,field2\n2024-05-01 12:00:00 UTC,31.0,32.0\n"
    )
    assert read("feeds.csv", timescale="10") == (
        "created_at,field1,field2\n2024-05-01 12:00:00 UTC,21,22\n"
    )


def test_when_all_are_removed_there_is_nothing(read, remove):
    remove(1, 2, 3, 4, 5, 6)
    assert read("feeds.csv") == "created_at,entry_id,field1,field2\n"
    for path in ("feeds/last.json", "fields/1/last", "status/last.txt", "feeds/last_data_age.txt",
                 "feeds/last_average.json?average=10"):  # fmt: skip
        assert read(path) == "-1"


def test_a_number_is_never_given_again(read, remove, write, station):
    remove(5, 6)
    assert '"last_entry_id":6}' in read("feeds.json", results=0)
    assert write(station, field1="71") == 7
    assert read("feeds/last.json").startswith('{"created_at":"2024-05-01T12:06:00Z","entry_id":7,')
    remove(7)
    assert write(station) == 8
    assert read("fields/1/last") == "41"


def test_an_interval_counts_from_the_last_write_all_the_same(station, remove):
    remove(6)
    assert Counter.get_by_id(station.id).last_write_at == moment("12:05:00")


def test_relative_times_count_from_the_last_that_is_left(client, station, read, remove):
    remove(6)
    update = {"write_api_key": station.write_key, "updates": [{"delta_t": 15, "field1": "x"}]}
    assert client.post_json(f"/channels/{station.id}/bulk_update.json", update).status_int == 202
    assert read("feeds/last.csv").endswith("2024-05-01T12:04:15Z,7,x,\n")


# --- removing: which ------------------------------------------------------------------------------


def test_a_span_of_numbers(read, remove_window):
    removal = remove_window(first_id=2, last_id=4)
    assert read("feeds.csv").count("\n") == 4
    assert (removal.entries, removal.first_entry_id, removal.last_entry_id) == (3, 2, 4)
    remove_window(first_id=6)
    assert (
        read("feeds.csv")
        == """created_at,entry_id,field1,field2
2024-05-01 12:00:00 UTC,1,11,
2024-05-01 12:04:00 UTC,5,51,
"""
    )


def test_a_window_of_time_has_those_that_came_late_too(read, write, station, remove_window):
    write(station, created_at="2024-05-01 12:01:30", field1="late")
    remove_window(start=moment("12:01:00"), end=moment("12:02:00"))
    assert (
        read("feeds.csv")
        == """created_at,entry_id,field1,field2
2024-05-01 12:00:00 UTC,1,11,
2024-05-01 12:03:00 UTC,4,41,42
2024-05-01 12:04:00 UTC,5,51,
2024-05-01 12:05:00 UTC,6,61,62
"""
    )
    assert read("fields/1/last") == "61"


def test_entries_of_other_channels_stay(client, station, remove, write, channel):
    for number in range(1, 7):
        write(channel, field1=str(number))
    remove(1, 2, 3, 4, 5, 6)
    key = {"api_key": channel.read_key}
    assert client.get(f"/channels/{channel.id}/feeds.csv", key).text.count("\n") == 7
    assert client.get(f"/channels/{channel.id}/fields/1/last", key).text == "6"


def test_those_that_are_not_there_are_passed_over(read, remove):
    removal = remove(0, -1, 6, 6, 7, 10**12)
    assert (removal.entries, removal.first_entry_id, removal.last_entry_id) == (1, 6, 6)
    assert read("feeds.csv") == "".join(ALL.splitlines(keepends=True)[:6])


def test_if_there_is_none_it_is_refused(station, remove, remove_window):
    for removal in (
        lambda: remove(7),
        lambda: remove(),
        lambda: remove_window(first_id=7),
        lambda: remove_window(end=moment("11:59:59")),
    ):
        with pytest.raises(NothingRecorded, match=f"channel {station.id} has no such entries"):
            removal()
    with pytest.raises(BadRequest, match="name the entries to remove"):
        remove_window()
    assert corrections.recent(station) == []


# --- changing -------------------------------------------------------------------------------------


def test_a_changed_entry_has_the_new_values_everywhere(client, station, read, change):
    change(3, field1="31.5", field2="32", status="rain")
    assert "2024-05-01 12:02:00 UTC,3,31.5,32\n" in read("feeds.csv")
    assert read("feeds/3.json", status="true") == (
        '{"created_at":"2024-05-01T12:02:00Z","entry_id":3,"field1":"31.5","field2":"32",'
        '"status":"rain"}'
    )
    assert read("fields/2/3") == "32"
    assert read("feeds/last_sum.txt", sum="60", field_id="1") == "216.5"
    assert "12:02:00 UTC,3,31.5,32\n" in client.get(f"/stream/channels/{station.id}/feeds").text


def test_what_is_not_named_stays(read, change):
    change(6, latitude="51.5", elevation="20 m")
    assert read("feeds/6.json", location="true") == (
        '{"created_at":"2024-05-01T12:05:00Z","entry_id":6,"field1":"61","field2":"62",'
        '"latitude":"51.5","longitude":null,"elevation":"20 m"}'
    )


def test_values_are_cleaned_as_those_of_a_device(read, change):
    noted = change(1, field1=7.50, field2="x" * 300, lat="51.50", long="abc")
    assert noted.notes == ("field2 was truncated to 255 characters",)
    assert read("feeds/1.json", location="true") == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"7.5","field2":"'
        + "x" * 255
        + '","latitude":"51.5","longitude":"0.0","elevation":null}'
    )


def test_a_value_can_be_taken_away_or_be_empty(read, change):
    change(6, field1=None, field2="")
    assert read("feeds/6.csv") == (
        'created_at,entry_id,field1,field2\n2024-05-01T12:05:00Z,6,,""\n'
    )
    assert [read("fields/1/last"), read("fields/2/last")] == ["51", ""]
    change(6, field2=None)
    assert read("fields/2/last") == "42"


def test_a_value_that_is_given_later_can_be_the_last(read, change, undo):
    given = change(5, field2="52")
    assert read("fields/2/last") == "62"
    change(6, field2=None)
    assert read("fields/2/last") == "52"
    undo(given)
    assert read("fields/2/last") == "42"


def test_a_field_without_any_value_gets_its_first(client, station, read, change):
    assert read("fields/3/last") == "-1"
    change(2, field3="23")
    assert Counter.get_by_id(station.id).field3 == 2
    assert read("fields/3/2.json") == '{"created_at":"2024-05-01T12:01:00Z","entry_id":2}'


def test_what_cannot_be_changed_is_refused(station, change):
    for entry_id in (-(10**20), 0, 7, 10**12):
        with pytest.raises(NothingRecorded, match=f"has no entry {entry_id}"):
            change(entry_id, field1="x")
    with pytest.raises(BadRequest, match="name the values to change"):
        change(1, colour="red", created_at="2024-01-01")
    with pytest.raises(BadRequest, match="field1 must be text or a number"):
        change(1, field1=["x"])
    assert corrections.recent(station) == []


# --- undoing --------------------------------------------------------------------------------------


def test_undone_all_is_as_it_was(client, station, read, remove, undo, change):
    def everything() -> list[str]:
        return [
            read(path)
            for path in ("feeds.csv?status=true&location=true", "feeds.xml", "feeds/last.json",
                         "fields/1/last", "fields/2/last", "fields/1/5", "status.json?results=9",
                         "feeds/last_data_age.txt", "feeds.json?average=10", "status/recent.json")
        ]  # fmt: skip

    before = everything()
    first = remove(1, 3, 6)
    second = change(5, field1="x", field2="y", status="z", latitude="1")
    third = remove(2, 4, 5)
    for correction in (third, second, first):
        assert everything() != before
        undo(correction)
    assert everything() == before
    assert CorrectedEntry.select().count() == 0


def test_removals_can_be_undone_in_any_order(read, remove, undo):
    first, second = remove(1, 4), remove(2, 6)
    undo(first)
    assert [line.split(",")[1] for line in read("feeds.csv").split()[1:] if "," in line] == [
        "1", "3", "4", "5"
    ]  # fmt: skip
    assert read("fields/2/last") == "42"
    undo(second)
    assert read("feeds.csv") == ALL
    assert read("fields/2/last") == "62"


def test_what_was_written_since_stays(read, station, write, clock, remove, undo):
    removal = remove(5, 6)
    clock.advance(60)
    write(station, field1="71")
    write(station, created_at="2024-05-01 12:04:30", field1="late")
    undo(removal)
    assert (
        read("feeds.csv")
        == ALL.replace(
            "2024-05-01 12:05:00", "2024-05-01 12:04:30 UTC,8,late,\n2024-05-01 12:05:00"
        )
        + "2024-05-01 12:07:00 UTC,7,71,\n"
    )
    assert read("feeds.csv", start="2024-05-01 12:04:10", end="2024-05-01 12:05:00") == (
        "created_at,entry_id,field1,field2\n"
        "2024-05-01 12:04:30 UTC,8,late,\n"
        "2024-05-01 12:05:00 UTC,6,61,62\n"
    )
    assert [read("fields/1/last"), read("fields/2/last")] == ["late", "62"]


def test_a_change_is_undone_after_what_came_later(station, change, remove, undo):
    first, second = change(3, field1="a"), change(3, field1="b")
    third = remove(3, 4)
    for earlier in (first, second):
        with pytest.raises(
            Conflict, match=f"entry 3 was corrected again: undo correction {third.id} first"
        ):
            undo(earlier)
    undo(third)
    with pytest.raises(Conflict, match=f"undo correction {second.id} first"):
        undo(first)
    undo(second)
    undo(first)
    assert Entry.get(Entry.channel == station.id, Entry.entry_id == 3).field1 == "31"


def test_once_undone_it_cannot_be_undone_again(remove, undo, read):
    removal = remove(3)
    undo(removal)
    with pytest.raises(Conflict, match=f"correction {removal.id} is already undone"):
        undo(removal)
    assert read("feeds.csv") == ALL


def test_a_correction_of_another_channel_is_unknown(station, channel, remove, clock):
    removal = remove(3)
    for number in (removal.id, 0, 99, 10**12):
        with pytest.raises(NoSuchThing, match=f"channel {channel.id} has no correction {number}"):
            corrections.undo(channel, number, clock())


def test_after_thirty_days_it_is_too_late(station, read, remove, undo, clock):
    removal = remove(3)
    clock.advance(30 * DAY)
    recent = remove(4)
    clock.advance(1)
    with pytest.raises(Conflict, match=f"correction {removal.id} is older than 30 days"):
        undo(removal)
    corrections.empty(clock())
    assert corrections.recent(station) == [recent]
    assert [kept.entry_id for kept in CorrectedEntry.select()] == [4]
    undo(recent)
    assert '"entry_id":4' in read("feeds.json")


def test_later_corrections_empty_the_old_ones(station, remove, change, clock):
    remove(1, 2)
    clock.advance(30 * DAY + 1)
    latest = change(3, field1="x")
    assert corrections.recent(station) == [latest]
    assert [kept.entry_id for kept in CorrectedEntry.select()] == [3]


def test_clearing_the_channel_forgets_its_corrections(
    client, station, channel, remove, change, write, clock, read
):
    User.update(api_key="USERKEY000000000").execute()
    remove(5, 6)
    change(4, field1="x")
    write(channel, field1="kept")
    other = corrections.remove_entries(channel, [1], clock())
    key = {"api_key": "USERKEY000000000"}
    assert client.delete(f"/channels/{station.id}/feeds.json", key).text == "[]"
    assert list(Correction.select()) == [other]
    assert [kept.field1 for kept in CorrectedEntry.select()] == ["kept"]
    assert write(station, field1="new") == 1
    assert read("feeds/last.json").startswith('{"created_at":"2024-05-01T12:06:00Z","entry_id":1,')
    assert client.delete(f"/channels/{channel.id}.json", key).status_int == 200
    assert (Correction.select().count(), CorrectedEntry.select().count()) == (0, 0)


def test_into_an_emptied_table_nothing_is_put_back(station, remove, change, undo, read, write):
    removal, changed = remove(5, 6), change(4, field1="x")
    Entry.delete().where(Entry.channel == station.id).execute()
    Counter.update(last_entry_id=None).where(Counter.channel == station.id).execute()
    for _ in range(2):
        for correction in (removal, changed):
            with pytest.raises(Conflict, match="was cleared since"):
                undo(correction)
        write(station, field1="new")
    assert read("feeds.csv").count("new") == 2


def test_with_the_channel_its_corrections_go(station, remove):
    remove(5, 6)
    station.delete_instance()
    assert (Correction.select().count(), CorrectedEntry.select().count()) == (0, 0)


def test_recent_tells_what_was_done_by_whom(station, gardener, clock, read):
    first = corrections.remove_entries(station, [2, 4], clock(), gardener)
    clock.advance(5)
    second = corrections.change_entry(station, 3, {"field1": "x"}, clock(), gardener)
    corrections.undo(station, second.id, clock() + times.SECOND)
    told = [
        (one.id, one.is_removal, one.entries, one.first_entry_id, one.last_entry_id, one.made_at,
         one.undone_at, one.user.login)
        for one in corrections.recent(station)
    ]  # fmt: skip
    assert told == [
        (second.id, False, 1, 3, 3, moment("12:06:05"), moment("12:06:06"), "gardener"),
        (first.id, True, 2, 2, 4, moment("12:06:00"), None, "gardener"),
    ]
    gardener.channels[0].delete_instance()
    assert corrections.recent(station) == []


# --- much -----------------------------------------------------------------------------------------


@pytest.fixture
def many(client, station, clock):
    """The station with 5006 entries, the last thousands of them without field2."""
    for first in range(0, 5000, 2500):
        updates = [{"delta_t": 1, "field1": str(number)} for number in range(first, first + 2500)]
        body = {"write_api_key": station.write_key, "updates": updates}
        assert client.post_json(f"/channels/{station.id}/bulk_update.json", body).status_int == 202
    clock.advance(2 * 60 * 60)
    return station


def test_thousands_are_removed_and_put_back(many, read, remove_window, undo):
    before = read("feeds.csv", results=8000)
    removal = remove_window(start=moment("12:05:01"), end=moment("13:00:00"))
    assert removal.entries == 3300
    left = read("feeds.csv", results=8000)
    assert left.count("\n") == 1 + 6 + 1700
    assert read("feeds.csv", start="2024-05-01 12:04:00", end="2024-05-01 13:00:02") == (
        "created_at,entry_id,field1,field2\n"
        "2024-05-01 12:04:00 UTC,5,51,\n"
        "2024-05-01 12:05:00 UTC,6,61,62\n"
        "2024-05-01 13:00:01 UTC,3307,3300,\n"
        "2024-05-01 13:00:02 UTC,3308,3301,\n"
    )
    undo(removal)
    assert read("feeds.csv", results=8000) == before
    assert CorrectedEntry.select().count() == 0


def test_the_last_value_is_found_behind_thousands_without_any(many, read, remove, undo):
    removal = remove(6)
    assert read("fields/2/last") == "42"
    assert Counter.get_by_id(many.id).field2 == 4
    rest = remove(2, 4)
    assert read("fields/2/last") == "-1"
    assert Counter.get_by_id(many.id).field2 is None
    undo(removal)
    assert read("fields/2/last") == "62"
    undo(rest)
    assert read("fields/2/last") == "62"


def test_ids_here_and_there(many, read, remove, undo):
    before = read("feeds.csv", results=8000)
    removal = remove(*range(1, 5007, 2))
    assert removal.entries == 2503
    assert read("feeds.csv", results=8000).count("\n") == 1 + 2503
    assert read("feeds/last.json").startswith(
        '{"created_at":"2024-05-01T13:28:20Z","entry_id":5006'
    )
    undo(removal)
    assert read("feeds.csv", results=8000) == before


# --- whatever happens -----------------------------------------------------------------------------


class Gardening:
    """Random writes, corrections and undoing, and what should be left: {entry id: (time, field1,
    field2)}.
    """

    def __init__(self, seed: int, station, write, clock):
        self.chance = random.Random(seed)
        self.station, self.write, self.clock = station, write, clock
        self.entries = {
            number: (
                moment(f"12:0{number - 1}:00"),
                f"{number}1",
                None if number % 2 else f"{number}2",
            )
            for number in range(1, 7)
        }
        self.done: list[tuple[Correction, dict]] = []

    def step(self):
        deeds = [self.add, self.add, self.remove, self.remove_window, self.change, self.undo]
        self.clock.advance(self.chance.randrange(100))
        self.chance.choice(deeds)()

    def add(self):
        time = self.clock()
        if self.chance.random() < 0.3:
            time -= self.chance.randrange(600) * times.SECOND
        values = {
            name: str(self.chance.randrange(1000))
            for name in ("field1", "field2")
            if self.chance.random() < 0.6
        }
        number = self.write(self.station, times.iso(time, times.UTC), **values)
        self.entries[number] = time, values.get("field1"), values.get("field2")

    def remove(self):
        count = min(len(self.entries), self.chance.randrange(1, 4))
        wanted = self.chance.sample(sorted(self.entries), count)
        wanted += self.chance.sample([max(self.entries, default=0)], 1)
        self._note(wanted, lambda: corrections.remove_entries(self.station, wanted, self.clock()))

    def remove_window(self):
        end = self.clock() - self.chance.randrange(600) * times.SECOND
        start = end - self.chance.randrange(60) * times.SECOND
        wanted = [number for number, (time, *_) in self.entries.items() if start <= time <= end]
        window = Window(start=start, end=end)
        self._note(wanted, lambda: corrections.remove_entries(self.station, window, self.clock()))

    def _note(self, wanted: list[int], remove):
        gone = {number: self.entries[number] for number in wanted if number in self.entries}
        if gone:
            self.done.append((remove(), gone))
            self.entries = {
                number: entry for number, entry in self.entries.items() if number not in gone
            }

    def change(self):
        if self.entries:
            number = self.chance.choice(sorted(self.entries))
            old = self.entries[number]
            new = self.chance.choice([None, "", "7"])
            values = {"field2": new}
            change = corrections.change_entry(self.station, number, values, self.clock())
            self.done.append((change, {number: old}))
            self.entries[number] = old[0], old[1], new

    def undo(self):
        if self.done:
            place = self.chance.randrange(len(self.done))
            correction, old = self.done[place]
            try:
                corrections.undo(self.station, correction.id, self.clock())
            except Conflict:
                later = {number for _, gone in self.done[place + 1 :] for number in gone}
                assert not correction.is_removal
                assert old.keys() <= later
                return
            del self.done[place]
            self.entries |= old

    def lines(self, start: int = 0, end: int = 2**60) -> str:
        chosen = sorted(
            (time, number, *values)
            for number, (time, *values) in self.entries.items()
            if start <= time <= end
        )
        lines = [
            ",".join([times.spaced(time, times.UTC), str(number), *map(cell, values)])
            for time, number, *values in chosen
        ]
        return "\n".join(["created_at,entry_id,field1,field2", *lines, ""])

    def lines_of(self, number: int) -> str:
        time, *values = self.entries[number]
        line = [times.iso(time, times.UTC), str(number), *map(cell, values)]
        return f"created_at,entry_id,field1,field2\n{','.join(line)}\n"

    def last(self, field: int) -> str:
        values = [self.entries[number][field] for number in sorted(self.entries)]
        return next((value for value in reversed(values) if value is not None), "-1")


def cell(value: str | None) -> str:
    return '""' if value == "" else value or ""


@pytest.mark.parametrize("seed", range(4))
def test_every_read_is_right_after_any_corrections(station, write, clock, client, read, seed):
    garden = Gardening(seed, station, write, clock)
    for _ in range(40):
        garden.step()
        assert read("feeds.csv", results=8000) == garden.lines(end=clock())
        assert [read("fields/1/last"), read("fields/2/last")] == [garden.last(1), garden.last(2)]
        newest = max(garden.entries, default=None)
        assert read("feeds/last.csv") == ("-1" if newest is None else garden.lines_of(newest))
        end = clock() - garden.chance.randrange(600) * times.SECOND
        start = end - 300 * times.SECOND
        end = end - end % times.SECOND + times.SECOND - 1
        window = {"start": start // times.SECOND, "end": end // times.SECOND}
        assert read("feeds.csv", **window) == garden.lines(start, end)
