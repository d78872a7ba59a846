"""The library and a real server: what a board writes is read back through another door."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.firmware.arduino.relays import swallowing_answers_to_posts
from tests.servers import running


@pytest.fixture
def board(puppet, server, channel):
    """A board that knows the server of the greenhouse, channel 1."""
    puppet.do("begin", "127.0.0.1", server.port)
    return puppet


@pytest.fixture
def feeds(client, channel):
    """A function that reads all entries of the greenhouse, location and status included."""

    def read() -> list[dict]:
        url = "/channels/1/feeds.json?location=true&status=true&api_key=" + channel.read_key
        return client.get(url).json["feeds"]

    return read


def ago(entry: dict) -> float:
    """Seconds since an entry."""
    created_at = datetime.fromisoformat(entry["created_at"])
    return (datetime.now(UTC) - created_at) / timedelta(seconds=1)


# --- writing --------------------------------------------------------------------------------------


def test_an_entry_arrives_as_it_was_set(board, channel, feeds):
    board.do("setField", "real", 1, "21.46", 1)
    board.do("setField", "text", 2, '50 % & more = "°C"'.encode())
    board.do("setLocation", "51.507351", "-0.127758", "35")
    board.do("setStatus", "sun + wind")
    assert board.do("write", channel.write_key) == "THING_OK"
    assert board.ask("entryNumber") == 1
    (entry,) = feeds()
    del entry["created_at"]
    assert entry == {
        "entry_id": 1,
        "field1": "21.5",
        "field2": '50 % & more = "°C"',
        "latitude": "51.507351",
        "longitude": "-0.127758",
        "elevation": "35.0",
        "status": "sun + wind",
    }


def test_entries_are_counted(board, channel):
    for number in (1, 2, 3):
        board.do("setField", "int", 1, number)
        assert board.do("write", channel.write_key) == "THING_OK"
        assert board.ask("entryNumber") == number


def test_a_read_key_is_refused_with_the_reason(board, channel, feeds):
    board.do("setField", "int", 1, 20)
    assert board.do("write", channel.read_key) == "THING_REFUSED"
    assert board.explained == (
        "refused (HTTP 400): this is a read key: a write needs the channel's write key\r\n"
    )
    assert feeds() == []


def test_too_long_a_value_is_written_and_the_board_told(board, channel, feeds):
    board.do("setField", "text", 1, "x" * 300)
    assert board.do("write", channel.write_key) == "THING_OK"
    assert board.reason == "field1 was truncated to 255 characters"
    assert feeds()[0]["field1"] == "x" * 255


def test_an_entry_too_soon_is_refused_with_the_reason(puppet, database_url, channel):
    with running(database_url, "--write-interval", "3600") as server:
        puppet.do("begin", "127.0.0.1", server.port)
        results = []
        for number in (1, 2):
            puppet.do("setField", "int", 1, number)
            results.append(puppet.do("write", channel.write_key))
        assert results == ["THING_OK", "THING_REFUSED"]
        assert puppet.explained == (
            "refused (HTTP 200): channel 1 accepts one write every 3600 seconds\r\n"
        )


# --- reading --------------------------------------------------------------------------------------


def test_the_last_value_of_a_field_is_read(board, write, channel):
    write(channel, field1="21.5", field2="door open")
    write(channel, field1="22.5")
    assert board.read("readField", 16, 1, 2, channel.read_key) == ("THING_OK", "door open")
    assert board.read("readFloat", 1, 1, channel.read_key) == ("THING_OK", "22.500000")
    assert board.read("readLong", 1, 1, channel.write_key) == ("THING_OK", "22")


def test_minus_1_is_told_from_nothing(board, write, channel):
    assert board.read("readLong", 1, 1, channel.read_key)[0] == "THING_NOTHING"
    write(channel, field1="-1")
    assert board.read("readLong", 1, 1, channel.read_key) == ("THING_OK", "-1")
    assert board.read("readLong", 1, 1)[0] == "THING_NOTHING"
    assert "private" in board.reason


def test_a_channel_that_is_not_there(board):
    assert board.read("readField", 16, 99, 1)[0] == "THING_REFUSED"
    assert board.explained == "refused (HTTP 404): no channel 99\r\n"


def test_the_last_entry_is_read(board, write, channel):
    write(channel, "2024-05-01 12:00:00", field1="21.5", status="<warm> & sunny", lat="51.5")
    assert board.read("readLast", 1, channel.read_key) == (
        "THING_OK",
        "1|2024-05-01T12:00:00Z|21.5" + "|null" * 7 + "|51.5|null|null|<warm> & sunny",
    )


def test_an_empty_channel_has_no_last_entry(board, channel):
    assert board.read("readLast", 1, channel.read_key)[0] == "THING_NOTHING"


# --- keeping --------------------------------------------------------------------------------------


@pytest.fixture
def keep(puppet):
    """A function that keeps a reading of field 1, and waits."""
    puppet.tell("keepLaterIn")

    def keep(value, seconds):
        puppet.do("setField", "int", 1, value)
        assert puppet.do("writeLater") == "THING_OK"
        puppet.tell("delay", seconds * 1000)

    return keep


def values_and_ages(entries: list[dict]) -> list[tuple]:
    """What stands in field 1, and how many minutes ago."""
    return [(entry["field1"], round(ago(entry) / 60)) for entry in entries]


def two_hours_ago() -> str:
    return (datetime.now(UTC) - timedelta(hours=2)).isoformat()


def test_readings_wait_for_a_server_that_is_down(
    puppet, database_url, port, channel, keep, feeds, write
):
    write(channel, two_hours_ago(), field1="0")
    puppet.do("begin", "127.0.0.1", port)
    for value in (1, 2, 3):
        keep(value, seconds=600)
        assert puppet.do("sendKept", 1, channel.write_key) == "THING_NO_CONNECTION"
    assert puppet.ask("kept") == 3
    with running(database_url, port=port):
        assert puppet.do("sendKept", 1, channel.write_key) == "THING_OK"
    assert puppet.ask("kept") == 0
    assert values_and_ages(feeds()) == [("0", 120), ("1", 30), ("2", 20), ("3", 10)]


def test_a_server_that_goes_down_and_comes_back_gets_everything_once(
    puppet, database_url, port, channel, keep, feeds
):
    puppet.do("begin", "127.0.0.1", port)
    for value in range(1, 10):
        keep(value, seconds=60)
        if value % 3 == 0:
            with running(database_url, port=port):
                assert puppet.do("sendKept", 1, channel.write_key) == "THING_OK"
        else:
            assert puppet.do("sendKept", 1, channel.write_key) == "THING_NO_CONNECTION"
    entries = sorted(feeds(), key=lambda entry: entry["entry_id"])
    assert [entry["field1"] for entry in entries] == [str(value) for value in range(1, 10)]


@pytest.mark.parametrize("others", [[], ["now"]])
def test_readings_have_their_times_whoever_else_writes(board, channel, keep, feeds, write, others):
    for value in others:
        write(channel, datetime.now(UTC).isoformat(), field1=value)
    keep(1, seconds=1200)
    keep(2, seconds=600)
    assert board.do("sendKept", 1, channel.write_key) == "THING_OK"
    kept = [entry for entry in feeds() if entry["field1"] not in others]
    assert values_and_ages(kept) == [("1", 30), ("2", 10)]


def test_a_lost_answer_does_not_double_the_readings(puppet, server, channel, keep, feeds, write):
    write(channel, two_hours_ago(), field1="0")
    keep(1, seconds=600)
    keep(2, seconds=600)
    with swallowing_answers_to_posts(server.port) as port:
        puppet.do("begin", "127.0.0.1", port)
        assert puppet.do("sendKept", 1, channel.write_key) == "THING_CUT_OFF"
    assert puppet.ask("kept") == 2
    puppet.do("begin", "127.0.0.1", server.port)
    assert puppet.do("sendKept", 1, channel.write_key) == "THING_OK"
    assert puppet.ask("kept") == 0
    assert [entry["field1"] for entry in feeds()] == ["0", "1", "2"]


def test_a_wrong_key_keeps_the_readings(board, channel, keep, feeds):
    keep(1, seconds=60)
    assert board.do("sendKept", 1, channel.read_key) == "THING_REFUSED"
    assert board.explained == (
        "refused (HTTP 401): this is a read key: a write needs the channel's write key\r\n"
    )
    assert (board.ask("kept"), feeds()) == (1, [])


def test_texts_survive_the_detour(board, channel, keep, feeds):
    text = 'tab\t, "quotes", back\\slash, °C, ü'
    board.do("setStatus", text.encode())
    keep(1, seconds=1)
    assert board.do("sendKept", 1, channel.write_key) == "THING_OK"
    assert feeds()[0]["status"] == text
