"""weather.lua: the sensor, the readings in the channel, deep sleep; from init.lua on."""

import pytest

from tests.firmware.nodemcu.conftest import WAIT

START = "weather.lua starts in 3 seconds; stop() keeps it from that\n"
HELLO = "WiFi: 127.0.0.1, MAC 5c:cf:7f:0b:0e:a8\nstarting weather.lua, 40000 bytes are free\n"
SLEEP = {"pin": 5, "every": 300, "sleep": True}
STAY = {"pin": 5, "every": 60, "sleep": False}


@pytest.fixture
def station(board, garden):
    """Starts a weather station with these settings."""

    def start(weather: dict, **settings):
        board.configure(**garden.settings | settings, app="weather.lua", weather=weather)
        board.upload("init.lua")
        board.upload("weather.lua")
        assert board.start() == START
        return board

    return start


def sense(board, *readings) -> str:
    """What the sensor says, as pairs or the number of an error."""
    told = ", ".join(
        str(one) if isinstance(one, int) else f"{{{one[0]}, {one[1]}}}" for one in readings
    )
    return board.type(f"board.sensor({told})")


def test_a_reading_is_written_and_the_board_sleeps(station, garden):
    board = station(SLEEP)
    sense(board, (21.7, 40.3))
    printed = board.run(10)
    assert printed.startswith(f"{HELLO}written: 1\nsleeping\n[asleep for 297 seconds, rtc ")
    assert garden.entries("field1", "field2") == [["21.7", "40.3"]]


def test_one_reading_after_each_sleep(station, garden):
    board = station(SLEEP)
    for celsius in (20, 20.5, 21):
        sense(board, (celsius, 40))
        assert "[asleep for 297 seconds" in board.run(10)
        assert board.start() == START
    assert garden.entries("field1", "field2") == [
        ["20.0", "40.0"],
        ["20.5", "40.0"],
        ["21.0", "40.0"],
    ]


NUMBERS = {
    21.7: "21.7",
    21.3: "21.3",
    0.0: "0.0",
    0.1: "0.1",
    -0.5: "-0.5",
    -7.9: "-7.9",
    -10.0: "-10.0",
    80.0: "80.0",
    19.9: "19.9",
}


def test_every_tenth_is_written_as_the_sensor_means_it(station, garden):
    board = station(STAY)
    readings = [(celsius, 99.9) for celsius in NUMBERS]
    sense(board, *readings)
    board.run(5 + 60 * (len(NUMBERS) - 1))
    assert garden.entries() == list(NUMBERS.values())


def test_without_sleep_readings_follow_each_other(station, garden):
    board = station(STAY)
    sense(board, (20, 40), (21, 41), (22, 42))
    assert board.run(130).endswith("written: 1\nwritten: 2\nwritten: 3\n")
    assert garden.entries() == ["20.0", "21.0", "22.0"]


def test_a_sensor_that_fails_once_is_asked_again(station, garden):
    board = station(SLEEP)
    sense(board, 2, (21.7, 40.3))
    assert "written: 1\nsleeping\n[asleep for 295 seconds" in board.run(10)
    assert garden.entries() == ["21.7"]


@pytest.mark.parametrize(("error", "trouble"), [(2, "does not answer"), (1, "is disturbed")])
def test_a_sensor_that_fails_is_reported_as_a_status(station, garden, error, trouble):
    board = station(SLEEP)
    sense(board, error)
    assert "written: 1\nsleeping\n" in board.run(10)
    assert garden.entries("field1", "status") == [[None, f"the DHT22 at D5 {trouble}"]]


def test_readings_without_wifi_come_later(station, garden):
    board = station(SLEEP)
    board.options["wifi"] = "off"
    board.type("board.wifi(false)")
    for celsius in (20, 21, 22):
        sense(board, (celsius, 40))
        printed = board.run(30)
        assert "no WiFi yet\n" in printed
        assert "not written: no WiFi; " in printed
        assert "[asleep for 277 seconds" in printed
        assert board.start() == START
    board.type("board.wifi(true)")
    sense(board, (23, 40))
    assert "written: true\nsleeping\n" in board.run(30)
    assert garden.entries() == ["20.0", "21.0", "22.0", "23.0"]
    assert garden.times()[:3] == [0, 300, 600]


def test_what_was_lost_is_told(station, garden):
    board = station(STAY, queue=2)
    board.type("board.wifi(false)")
    sense(board, (20, 40))
    board.run(23 + 60 * 4 + 1)  # five readings; the sixth pushes a fourth one out
    board.type("board.wifi(true)")
    board.run(WAIT)
    statuses = [status for _, status in garden.entries("field1", "status") if status]
    assert statuses == ["4 readings were lost: the queue was full"]


def test_a_board_never_stays_awake_for_long(station, garden):
    board = station(SLEEP)
    board.type("board.join() thing = require('thingclone')")
    board.type("package.loaded.thingclone_http = function() end")
    board.type("package.loaded.thingclone_net = function() end")
    sense(board, (20, 40))
    assert board.run(122).endswith("free\n")
    assert "sleeping\n[asleep for 177 seconds" in board.run(2)
    assert (board.flash / "thingclone.que").exists()
