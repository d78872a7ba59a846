"""Every example of the library, against a real server: what it shows, and what arrives."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter

import pytest

from tests.firmware.arduino.puppet import answer
from tests.firmware.arduino.relays import answering_once
from tests.firmware.arduino.sketches import EXAMPLES, play, secrets_of
from tests.servers import running
from tests.sockets import until

ESP8266, ESP32 = "-DESP8266", "-DESP32"
WIFI = {"WIFI_NAME": "greenhouse", "WIFI_PASSWORD": "tomatoes"}


def place(port: int) -> dict:
    return {"SERVER_HOST": "127.0.0.1", "SERVER_PORT": port}


@pytest.fixture
def feeds(client, channel):
    """A function that reads all entries of the greenhouse, in the order of their arrival."""
    url = "/channels/1/feeds.json?status=true&api_key=" + channel.read_key
    return lambda: sorted(client.get(url).json["feeds"], key=itemgetter("entry_id"))


def values(entries: list[dict], name: str = "field1") -> list:
    return [entry[name] for entry in entries]


# --- WriteOneValue --------------------------------------------------------------------------------


def test_write_one_value(workshop, server, channel, feeds):
    program = workshop.example("WriteOneValue", **place(server.port), WRITE_KEY=channel.write_key)
    shown = play(program, 50, ANALOG="740")
    assert shown == "".join(f"Written as entry {number}\n" for number in (1, 2, 3))
    assert values(feeds()) == ["740", "740", "740"]


def test_write_one_value_shows_why_it_was_refused(workshop, server, channel, feeds):
    program = workshop.example("WriteOneValue", **place(server.port), WRITE_KEY=channel.read_key)
    assert play(program, 10) == (
        "refused (HTTP 400): this is a read key: a write needs the channel's write key\n"
    )
    assert feeds() == []


# --- WeatherStation -------------------------------------------------------------------------------


class Station:
    """A weather station that sleeps and wakes up; the server is there or not."""

    def __init__(self, workshop, chip: str, port: int, channel, memory):
        self.program = workshop.example(
            "WeatherStation", chip, **WIFI, **place(port), CHANNEL=1, WRITE_KEY=channel.write_key
        )
        self.memory = memory

    def wake_up(self, sensor: str, **environment) -> str:
        return play(self.program, 60, DHT=sensor, RTC=str(self.memory), **environment)


@pytest.fixture(params=[ESP8266, ESP32])
def station(request, workshop, port, channel, tmp_path):
    return Station(workshop, request.param, port, channel, tmp_path / "rtc")


SLEEPS = "[deep sleep 600 s]\n"


def test_weather_station_keeps_readings_through_sleep_and_sends_them_at_once(
    station, database_url, port, channel, feeds, write
):
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    write(channel, two_hours_ago.isoformat(), field1="before")
    assert station.wake_up("20.04 40") == f"no connection\n{SLEEPS}"
    assert station.wake_up("21.5 41") == SLEEPS
    assert station.wake_up("22 42") == f"no connection\n{SLEEPS}"
    assert station.wake_up("23 43", NET="off") == f"No WiFi: the readings are kept\n{SLEEPS}"
    with running(database_url, port=port):
        assert station.wake_up("-4.5 99.9") == f"done (HTTP 202)\n{SLEEPS}"
        assert station.wake_up("24 44") == SLEEPS
    _, *entries = feeds()
    assert values(entries) == ["20.0", "21.5", "22.0", "23.0", "-4.5"]
    assert values(entries, "field2") == ["40.0", "41.0", "42.0", "43.0", "99.9"]
    times = [datetime.fromisoformat(entry["created_at"]) for entry in entries]
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert all(timedelta(minutes=10) <= pause < timedelta(minutes=11) for pause in pauses)
    assert datetime.now(UTC) - times[-1] < timedelta(seconds=30)


def test_weather_station_tells_of_a_broken_sensor(station, database_url, port, feeds):
    with running(database_url, port=port):
        for sensor in ("nan nan", "20 40", "21 nan", "22 42"):
            station.wake_up(sensor)
    assert values(feeds()) == [None, "20.0", "21.0", "22.0"]
    assert values(feeds(), "field2") == [None, "40.0", None, "42.0"]
    assert values(feeds(), "status") == ["the DHT22 does not answer", None, None, None]


def test_weather_station_starts_afresh_when_its_memory_is_noise(station, database_url, port, feeds):
    """After a power cut the memory holds anything."""
    station.wake_up("19 39")
    station.memory.write_bytes(bytes(range(256)) * (station.memory.stat().st_size // 256))
    with running(database_url, port=port):
        assert station.wake_up("20 40") == f"done (HTTP 202)\n{SLEEPS}"
    assert values(feeds()) == ["20.0"]


# --- ReadAndSwitch --------------------------------------------------------------------------------


def switch(workshop, port: int, channel):
    return workshop.example(
        "ReadAndSwitch", ESP8266, **WIFI, **place(port), CHANNEL=1, READ_KEY=channel.read_key
    )


def test_read_and_switch(workshop, server, channel, write):
    program = switch(workshop, server.port, channel)
    write(channel, field1="1")
    assert play(program, 5) == "[pin 5 HIGH]\n"
    write(channel, field1="0")
    assert play(program, 25) == ""  # it was low already


def test_read_and_switch_shows_why_it_cannot_read(workshop, server, channel):
    shown = play(switch(workshop, server.port, channel), 5)
    assert shown == "there is nothing (HTTP 200): channel 1 has no such entry\n"


def test_read_and_switch_switches_off_when_it_hears_nothing(workshop, channel):
    with answering_once(answer(b"1")) as port:
        shown = play(switch(workshop, port, channel), 400)
    assert re.sub(r"(no connection\n)+", r"\1...", shown) == (
        "[pin 5 HIGH]\nno connection\n...[pin 5 LOW]\nno connection\n..."
    )
    before, after = shown.split("[pin 5 LOW]")
    assert (before.count("no connection"), after.count("no connection")) == (30, 9)


# --- Unmodified -----------------------------------------------------------------------------------


def test_unmodified(workshop, server, channel, feeds):
    program = workshop.example(
        "Unmodified", ESP8266, **WIFI, **place(server.port), WRITE_KEY=channel.write_key
    )
    shown = play(program, 30, DHT="21.5 40")
    assert shown == 2 * (
        "Temperature: 21.50 degrees Celsius, Humidity: 40.00%. Sent to Thingspeak.\nWaiting...\n"
    )
    until(lambda: len(feeds()) == 2)  # the sketch hangs up before it is answered
    assert values(feeds()) == ["21.50", "21.50"]
    assert values(feeds(), "field2") == ["40.00", "40.00"]


# --- all of them ----------------------------------------------------------------------------------

HEADER = re.compile(
    r"/\*\n  (\w+): .+?\n\n(?:  .+?\n\n)*  Board +\S.+?\n  Wiring +\S.+?  Secrets +\S.+?\*/",
    re.DOTALL,
)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir()))
def test_every_example_tells_board_and_wiring_and_builds(workshop, example):
    sketch = (EXAMPLES / example / f"{example}.ino").read_text()
    assert HEADER.match(sketch).group(1) == example
    secrets = {
        name: 1 if name in ("SERVER_PORT", "CHANNEL", "TALKBACK") else "x"
        for name in secrets_of(example)
    }
    workshop.example(example, ESP8266, **secrets)
