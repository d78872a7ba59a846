"""A server whose clock is wrong, or is set back: nothing is refused, nothing gets lost."""

import pytest

from thingclone.settings import Settings


@pytest.fixture
def read(client, channel):
    return lambda path: client.get(f"/channels/1/{path}api_key={channel.read_key}").text


def test_ids_go_on_when_the_clock_is_set_back(write, read, channel, clock):
    assert write(channel, field1="1") == 1
    clock.advance(-3600)
    assert write(channel, field1="2") == 2
    clock.advance(-3600)
    assert write(channel, field1="3") == 3
    assert read("fields/1/last.txt?") == "3"
    assert read("feeds.csv?") == (
        "created_at,entry_id,field1,field2\n"
        "2024-05-01 10:00:00 UTC,3,3,\n"
        "2024-05-01 11:00:00 UTC,2,2,\n"
        "2024-05-01 12:00:00 UTC,1,1,\n"
    )


def test_a_window_finds_what_was_written_before_and_after_the_jump(write, read, channel, clock):
    for value in range(5):
        write(channel, field1=value)
        clock.advance(60)
    clock.advance(-86400)
    for value in range(5, 10):
        write(channel, field1=value)
        clock.advance(60)
    window = "start=2024-04-30+12:06:00&end=2024-05-01+12:01:00&"
    rows = read(f"feeds.csv?{window}").splitlines()[1:]
    assert [row.split(",")[2] for row in rows] == ["6", "7", "8", "9", "0", "1"]


def test_the_age_of_an_entry_from_the_future_is_nothing(write, read, channel, clock):
    write(channel, field1="1")
    clock.advance(-3600)
    assert read("feeds/last_data_age.txt?") == "0"


@pytest.mark.parametrize("settings", [Settings(write_interval=15)])
def test_a_channel_is_not_locked_up_until_the_old_time_comes_again(write, channel, clock):
    assert write(channel, field1="1") == 1
    assert write(channel, field1="2") == 0
    clock.advance(-86400)
    assert write(channel, field1="3") == 2
    clock.advance(14)
    assert write(channel, field1="4") == 0
    clock.advance(1)
    assert write(channel, field1="5") == 3


def test_a_clock_that_was_never_set_writes_1970_and_goes_on(write, read, channel, clock):
    clock.set("1970-01-01 00:00:09")
    assert write(channel, field1="1") == 1
    clock.set("2024-05-01 12:00:00")
    assert write(channel, field1="2") == 2
    assert read("feeds/1.json?") == (
        '{"created_at":"1970-01-01T00:00:09Z","entry_id":1,"field1":"1","field2":null}'
    )
    assert read("feeds.json?results=0&").endswith('"last_entry_id":2},"feeds":[]}')
