"""Status messages: the list, the last, one entry's, the recent ones (contract, sections 8.8 to
8.10).
"""

import pytest

from tests.conftest import NOON
from thingclone.formats.times import MINUTE, UTC, iso
from thingclone.settings import Settings

NIL_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <entry-id type="integer" nil="true"/>
</feed>
"""
NIL_CHANNEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <id type="integer">-1</id>
</channel>
"""


@pytest.fixture
def pump(add_channel, write):
    """A public channel with three entries of the last hours; the second has no status."""
    channel = add_channel("Pump", public=True, latitude="51.5", longitude="-0.12", elevation="30")
    write(channel, "2024-05-01T09:00:00Z", status="pump on", field1="1")
    write(channel, "2024-05-01T10:00:00Z", field1="2")
    write(channel, "2024-05-01T11:00:00Z", status="pump off")
    return channel


def ids(client, query):
    lines = client.get(f"/channels/1/status.csv?{query}").text.splitlines()
    return [int(line.split(",")[1]) for line in lines[1:]]


# --- the list -------------------------------------------------------------------------------------

JSON_LIST = (
    '{"channel":{"name":"Pump","latitude":"51.5","longitude":"-0.12","elevation":"30"},'
    '"feeds":[{"created_at":"2024-05-01T09:00:00Z","entry_id":1,"status":"pump on"},'
    '{"created_at":"2024-05-01T10:00:00Z","entry_id":2,"status":null},'
    '{"created_at":"2024-05-01T11:00:00Z","entry_id":3,"status":"pump off"}]}'
)


@pytest.mark.parametrize("path", ["status.json", "status", "status.html", "statuses.json"])
def test_the_list_tells_the_name_and_place_of_the_channel_and_every_status(client, pump, path):
    answer = client.get(f"/channels/1/{path}")
    assert (answer.status, answer.text) == ("200 OK", JSON_LIST)


def test_the_list_in_csv_and_xml(client, pump):
    assert client.get("/channels/1/status.csv?timezone=Europe/Rome").text == (
        "created_at,entry_id,status\n"
        "2024-05-01 11:00:00 +0200,1,pump on\n"
        "2024-05-01 12:00:00 +0200,2,\n"
        "2024-05-01 13:00:00 +0200,3,pump off\n"
    )
    assert client.get("/channels/1/status.xml?results=1").text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <name>Pump</name>
  <latitude type="decimal">51.5</latitude>
  <longitude type="decimal">-0.12</longitude>
  <elevation>30</elevation>
  <feeds type="array">
    <feed>
      <created-at type="dateTime">2024-05-01T11:00:00Z</created-at>
      <entry-id type="integer">3</entry-id>
      <status>pump off</status>
      <id type="integer" nil="true"/>
    </feed>
  </feeds>
</channel>"""
    )


def test_of_a_channel_without_a_place_only_the_name_is_told(client, add_channel):
    add_channel("Pump", public=True, latitude=None, longitude=None, elevation="")
    assert client.get("/channels/1/status.json").text == '{"channel":{"name":"Pump"},"feeds":[]}'


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [2, 3]),
        ("results=10", [2, 3]),
        ("results=1", [3]),
        ("results=0", []),
        ("days=2", [1, 2, 3]),
        ("days=3", [1, 2, 3]),
        ("days=2&results=2", [2, 3]),
        ("minutes=60", [3]),
        ("start=2024-04-30T11:00:00Z&end=2024-05-01T10:59:59Z", [1, 2]),
        ("start=2024-04-30%2013:00:00&timezone=Europe/Rome", [1, 2, 3]),
        ("start_entry_id=1&end_entry_id=2", [1, 2]),
    ],
)
def test_the_list_goes_back_one_day_if_nothing_else_is_said(
    client, public_channel, write, query, expected
):
    write(public_channel, "2024-04-30T11:00:00Z", status="a")
    write(public_channel, "2024-05-01T10:30:00Z", status="b")
    write(public_channel, "2024-05-01T11:00:00Z", status="c")
    assert ids(client, query) == expected


@pytest.mark.parametrize("settings", [Settings(max_results=5)])
def test_the_list_is_as_long_as_the_longest_feed_and_in_csv_longer(client, public_channel):
    updates = [
        {"created_at": iso(NOON - minute * MINUTE, UTC), "status": minute}
        for minute in range(8, 0, -1)
    ]
    client.post_json(
        "/channels/1/bulk_update.json",
        {"write_api_key": public_channel.write_key, "updates": updates},
    )
    feeds = client.get("/channels/1/status.json?results=100").json["feeds"]
    assert [feed["entry_id"] for feed in feeds] == [4, 5, 6, 7, 8]
    assert ids(client, "") == list(range(1, 9))
    assert ids(client, "results=3") == [6, 7, 8]


# --- one entry's ----------------------------------------------------------------------------------

JSON = '{"created_at":"2024-05-01T11:00:00Z","entry_id":3,"status":"pump off"}'
XML = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <created-at type="dateTime">2024-05-01T11:00:00Z</created-at>
  <entry-id type="integer">3</entry-id>
  <status>pump off</status>
  <id type="integer" nil="true"/>
</feed>
"""


@pytest.mark.parametrize("entry", ["status/last", "status/3", "statuses/last"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("", JSON),
        (".html", JSON),
        (".json", JSON),
        (".xml", XML),
        (".csv", "created_at,entry_id,status\n2024-05-01T11:00:00Z,3,pump off\n"),
        (".txt", "pump off"),
        (".text", "pump off"),
    ],
)
def test_the_last_status(client, pump, entry, suffix, text):
    answer = client.get(f"/channels/1/{entry}{suffix}")
    assert (answer.status, answer.text) == ("200 OK", text)


def test_the_status_of_the_last_entry_may_be_null(client, pump, write):
    write(pump, field1="3")
    assert client.get("/channels/1/status/last.json").text == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":4,"status":null}'
    )
    answer = client.get("/channels/1/status/last.txt")
    assert (answer.status, answer.body) == ("200 OK", b"")
    assert client.get("/channels/1/status/last.csv").text.endswith("Z,4,\n")
    assert '  <status nil="true"/>\n' in client.get("/channels/1/status/last.xml").text


def test_a_status_is_printed_in_a_zone_and_text_is_glued_on(client, pump):
    assert client.get("/channels/1/status/last.json?timezone=Europe/Rome").text == (
        '{"created_at":"2024-05-01T13:00:00+02:00","entry_id":3,"status":"pump off"}'
    )
    assert client.get("/channels/1/status/last.txt?prepend=It:+&append=!").text == "It: pump off!"


# --- recent ---------------------------------------------------------------------------------------


def test_recent_statuses_come_newest_first_without_the_entries_that_have_none(client, pump, write):
    write(pump, status="")
    assert client.get("/channels/1/status/recent.json").text == (
        '[{"created_at":"2024-05-01T11:00:00Z","entry_id":3,"status":"pump off"},'
        '{"created_at":"2024-05-01T09:00:00Z","entry_id":1,"status":"pump on"}]'
    )


def test_recent_statuses_are_at_most_thirty(client, public_channel, write):
    for number in range(35):
        write(public_channel, status=number)
    recent = client.get("/channels/1/status/recent.json").json
    assert [status["entry_id"] for status in recent] == list(range(35, 5, -1))


def test_recent_statuses_of_nobody_are_an_empty_list(client, public_channel):
    assert client.get("/channels/1/status/recent.json").text == "[]"


@pytest.mark.parametrize("key", ["", "?api_key=READKEY000000001", "?api_key=WRITEKEY00000001"])
def test_recent_statuses_of_a_private_channel_are_not_public(client, channel, write, key):
    write(channel, status="secret")
    answer = client.get(f"/channels/1/status/recent.json{key}")
    assert (answer.status, answer.text) == ("200 OK", "Status are not public")


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
def test_recent_statuses_come_as_json_or_xml(client, pump, suffix):
    answer = client.get(f"/channels/1/status/recent{suffix}")
    assert (answer.status, answer.body) == ("406 Not Acceptable", b"")
    assert client.get("/channels/1/status/recent.xml").xml.findtext("feed/status") == "pump off"


# --- how they say no ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("status.json", "-1"),
        ("status", "-1"),
        ("status.csv", "-1"),
        ("status.xml", NIL_CHANNEL),
        ("status/last.json", "-1"),
        ("status/last", "-1"),
        ("status/last.txt?prepend=T:", "-1"),
        ("status/last.csv", "-1"),
        ("status/last.xml", NIL_FEED),
        ("status/1.json", "-1"),
        ("status/1.xml", NIL_FEED),
        ("status.json?callback=cb", "cb(-1)"),
        ("status/last.json?callback=cb", "cb(-1)"),
    ],
)
def test_a_closed_channel_answers_minus_one(client, channel, write, path, text):
    write(channel, status="secret")
    for key in ({}, {"X-THINGSPEAKAPIKEY": "WRONGKEY00000000"}):
        answer = client.get(f"/channels/1/{path}", headers=key)
        assert (answer.status, answer.text) == ("200 OK", text)
    for key in ("READKEY000000001", "WRITEKEY00000001"):
        answer = client.get(f"/channels/1/{path}", headers={"X-THINGSPEAKAPIKEY": key})
        assert "secret" in answer.text


@pytest.mark.parametrize(
    ("path", "text"),
    [("last.json", "-1"), ("last", "-1"), ("last.txt", "-1"), ("last.csv", "-1"),
     ("last.xml", NIL_FEED), ("7.json", "-1"), ("0.txt", "-1"), ("abc.csv", "-1"),
     ("99999999999999999999.json", "-1")],
)  # fmt: skip
def test_a_status_that_does_not_exist_is_minus_one(client, public_channel, path, text):
    answer = client.get(f"/channels/1/status/{path}")
    assert (answer.status, answer.text) == ("200 OK", text)


@pytest.mark.parametrize("path", ["status", "status/last", "status/1", "status/recent"])
def test_the_status_of_an_unknown_channel_is_404(client, channel, path):
    answer = client.get(f"/channels/99/{path}.json")
    assert (answer.status, answer.json["error"]["error_code"]) == (
        "404 Not Found",
        "error_resource_not_found",
    )
    assert client.get(f"/channels/99/{path}").text == "error_resource_not_found"
