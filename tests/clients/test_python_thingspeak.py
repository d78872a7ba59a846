"""The Python client `thingspeak` 1.0.0 from PyPI: each of its calls against a real server, read
back by another.
"""

import json
import time

import pytest
import thingspeak
from requests import HTTPError

from tests.servers import running

ECHO = (
    '{"channel_id":1,"created_at":"2024-05-01T10:00:00Z","entry_id":1,"field1":"21.5",'
    '"field2":"40","field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
    '"field8":null,"latitude":"51.5","longitude":"-0.12","elevation":"35","status":"pump on"}'
)
XML_ECHO = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <channel-id type="integer">1</channel-id>
  <field1>21.5</field1>
  <field2>40</field2>
  <field3 nil="true"/>
  <field4 nil="true"/>
  <field5 nil="true"/>
  <field6 nil="true"/>
  <field7 nil="true"/>
  <field8 nil="true"/>
  <created-at type="dateTime">2024-05-01T10:00:00Z</created-at>
  <entry-id type="integer">1</entry-id>
  <status>pump on</status>
  <latitude type="decimal">51.5</latitude>
  <longitude type="decimal">-0.12</longitude>
  <elevation>35</elevation>
</feed>
"""
CHANNEL = (
    '{"id":1,"name":"Greenhouse","latitude":"0.0","longitude":"0.0","field1":"Temperature",'
    '"field2":"Humidity","created_at":"2024-05-01T12:00:00Z","updated_at":"2024-05-01T12:00:00Z",'
    '"last_entry_id":3}'
)
FEED = (
    f'{{"channel":{CHANNEL},"feeds":['
    '{"created_at":"2024-05-01T10:00:00Z","entry_id":1,"field1":"21.5","field2":"40"},'
    '{"created_at":"2024-05-01T10:01:00Z","entry_id":2,"field1":"22.25","field2":null},'
    '{"created_at":"2024-05-01T10:02:00Z","entry_id":3,"field1":null,"field2":"41"}]}'
)


def client(server, channel, key=None, fmt="json"):
    return thingspeak.Channel(channel.id, api_key=key, fmt=fmt, timeout=30, server_url=server.url)


def first_entry() -> dict:
    """Parameters of an update; the client adds its key to them."""
    return {
        "field1": 21.5,
        "field2": 40,
        "lat": 51.5,
        "long": -0.12,
        "elevation": 35,
        "status": "pump on",
        "created_at": "2024-05-01 10:00:00",
    }


@pytest.fixture
def writer(channel, server):
    """The client of the greenhouse with its write key; three entries are there."""
    writer = client(server, channel, channel.write_key)
    assert writer.update(first_entry()) == ECHO
    writer.update({"field1": "22.25", "created_at": "2024-05-01 10:01:00"})
    writer.update({"field2": "41", "created_at": "2024-05-01 10:02:00"})
    return writer


@pytest.fixture
def reader(writer, channel, server):
    """A client of the same channel with the read key."""
    return client(server, channel, channel.read_key)


def of_format(reader, fmt):
    return thingspeak.Channel(
        reader.id, reader.api_key, fmt, reader.timeout, server_url=reader.server_url
    )


@pytest.mark.parametrize(("fmt", "answer"), [("json", ECHO), ("xml", XML_ECHO), ("txt", "1")])
def test_update_answers_in_every_format(channel, server, fmt, answer):
    assert client(server, channel, channel.write_key, fmt).update(first_entry()) == answer
    stored = client(server, channel, channel.read_key).get({"location": "true", "status": "true"})
    assert json.loads(stored)["feeds"] == [
        {
            "created_at": "2024-05-01T10:00:00Z",
            "entry_id": 1,
            "field1": "21.5",
            "field2": "40",
            "latitude": "51.5",
            "longitude": "-0.12",
            "elevation": "35",
            "status": "pump on",
        }
    ]


def test_text_survives_the_way_there_and_back(channel, server):
    text = 'a b+c%d&e=f;"g" <ü> 温度'
    client(server, channel, channel.write_key).update({"field1": text})
    reader = client(server, channel, channel.read_key, fmt="txt")
    assert reader.get_field_last(1) == text


def test_a_wrong_write_key_raises_400_in_every_format(channel, server):
    for fmt in ("json", "xml", "txt"):
        with pytest.raises(HTTPError) as raised:
            client(server, channel, channel.read_key, fmt).update({"field1": 1})
        assert raised.value.response.status_code == 400
        assert raised.value.response.text == "0"
        assert raised.value.response.headers["X-ThingClone-Reason"] == (
            "this is a read key: a write needs the channel's write key"
        )


def test_a_write_too_soon_is_answered_with_0_and_raises_nothing(channel, database_url):
    with running(database_url, "--write-interval", "3600") as server:
        writer = client(server, channel, channel.write_key, fmt="txt")
        assert writer.update({"field1": 1}) == "1"
        assert writer.update({"field1": 2}) == "0"
        reader = client(server, channel, channel.read_key, fmt="txt")
        assert reader.get_field_last(1) == "1"


def test_get_answers_the_feed(reader):
    assert reader.get() == FEED
    assert of_format(reader, "txt").get() == FEED


def test_get_in_xml(reader):
    assert of_format(reader, "xml").get({"results": 1}) == (
        """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <id type="integer">1</id>
  <name>Greenhouse</name>
  <latitude type="decimal">0.0</latitude>
  <longitude type="decimal">0.0</longitude>
  <field1>Temperature</field1>
  <field2>Humidity</field2>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  <updated-at type="dateTime">2024-05-01T12:00:00Z</updated-at>
  <last-entry-id type="integer">3</last-entry-id>
  <feeds type="array">
    <feed>
      <created-at type="dateTime">2024-05-01T10:02:00Z</created-at>
      <entry-id type="integer">3</entry-id>
      <field1 nil="true"/>
      <field2>41</field2>
      <id type="integer" nil="true"/>
    </feed>
  </feeds>
</channel>"""
    )


def test_get_takes_options(reader):
    for options, feeds in (
        ({"results": 0}, []),
        ({"days": 1}, []),
        (
            {"results": 1, "timezone": "Europe/Rome"},
            [
                {
                    "created_at": "2024-05-01T12:02:00+02:00",
                    "entry_id": 3,
                    "field1": None,
                    "field2": "41",
                }
            ],
        ),
        (
            {"start": "2024-05-01 10:01:00", "end": "2024-05-01 10:01:30"},
            [
                {
                    "created_at": "2024-05-01T10:01:00Z",
                    "entry_id": 2,
                    "field1": "22.25",
                    "field2": None,
                }
            ],
        ),
        (
            {"sum": 10, "round": 2},
            [{"created_at": "2024-05-01T10:00:00Z", "field1": "43.75", "field2": "81.00"}],
        ),
        (
            {"median": 60, "results": 2},
            [{"created_at": "2024-05-01T10:00:00Z", "field1": "22.25", "field2": "41.0"}],
        ),
        (
            {"average": 60, "results": 2},
            [{"created_at": "2024-05-01T10:00:00Z", "field1": "11.125", "field2": "20.5"}],
        ),
    ):
        assert json.loads(reader.get(options))["feeds"] == feeds


def test_get_field_shows_that_field_alone(reader):
    field_2 = (
        f'{{"channel":{CHANNEL},"feeds":['
        '{"created_at":"2024-05-01T10:01:00Z","entry_id":2,"field2":null},'
        '{"created_at":"2024-05-01T10:02:00Z","entry_id":3,"field2":"41"}]}'
    )
    assert reader.get_field(2, {"results": 2}) == field_2
    assert of_format(reader, "txt").get_field(2, {"results": 2}) == field_2
    assert "<field2>41</field2>\n" in of_format(reader, "xml").get_field(2, {"results": 1})


def test_get_field_last_is_the_newest_value_of_that_field(reader):
    assert reader.get_field_last(1) == (
        '{"created_at":"2024-05-01T10:01:00Z","entry_id":2,"field1":"22.25"}'
    )
    assert of_format(reader, "txt").get_field_last(1) == "22.25"
    assert of_format(reader, "xml").get_field_last(1) == (
        """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <created-at type="dateTime">2024-05-01T10:01:00Z</created-at>
  <entry-id type="integer">2</entry-id>
  <field1>22.25</field1>
  <id type="integer" nil="true"/>
</feed>
"""
    )


def test_get_field_last_takes_options(reader):
    options = {"prepend": "T:", "append": "C", "round": 1}
    assert of_format(reader, "txt").get_field_last(1, options) == "T:22.2C"


def test_get_last_data_age_is_the_seconds_since_the_newest_value(reader):
    def expected(age):
        return {
            "json": f'{{"last_data_age":"{age}","last_data_age_units":"s"}}',
            "xml": f"""<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <last-data-age>{age}</last-data-age>
  <last-data-age-units>s</last-data-age-units>
</hash>
""",
            "txt": str(age),
        }

    written_at = 1714557660  # 2024-05-01 10:01:00 UTC
    for fmt in ("json", "xml", "txt"):
        youngest = int(time.time()) - written_at
        answer = of_format(reader, fmt).get_last_data_age(1)
        oldest = int(time.time()) - written_at
        assert answer in [expected(age)[fmt] for age in range(youngest, oldest + 1)]


def test_a_private_feed_without_key_raises_400(writer, channel, server):
    for call in ("get", "get_field"):
        with pytest.raises(HTTPError) as raised:
            getattr(client(server, channel), call)(*([1] if call == "get_field" else []))
        assert raised.value.response.status_code == 400
        assert raised.value.response.text == "-1"


def test_a_private_last_value_without_key_is_minus_one(writer, channel, server):
    stranger = client(server, channel)
    assert stranger.get_field_last(1) == "-1"
    assert stranger.get_last_data_age(1) == "-1"
    assert of_format(stranger, "txt").get_field_last(1) == "-1"


def test_a_public_channel_needs_no_key(public_channel, server):
    client(server, public_channel, public_channel.write_key).update({"field1": "7"})
    stranger = client(server, public_channel)
    assert json.loads(stranger.get())["feeds"][0]["field1"] == "7"
    assert of_format(stranger, "txt").get_field_last(1) == "7"


def test_a_channel_that_does_not_exist_raises_404(channel, server):
    with pytest.raises(HTTPError) as raised:
        thingspeak.Channel(2, server_url=server.url, timeout=30).get()
    assert raised.value.response.status_code == 404
    assert raised.value.response.text == (
        '{"status":"404","error":{"error_code":"error_resource_not_found",'
        '"message":"Resource Not Found","details":"The requested resource was not found. '
        'Please check the URL and try again."}}'
    )


VIEW = (
    '{"id":1,"name":"Weather station","description":null,"latitude":"0.0","longitude":"0.0",'
    '"created_at":"2024-05-01T12:00:00Z","elevation":null,"last_entry_id":null,'
    '"public_flag":true,"url":null,"ranking":30,"metadata":null,"license_id":0,'
    '"github_url":null,"tags":[]'
)


def test_view_shows_the_settings_of_a_public_channel(public_channel, server):
    assert client(server, public_channel).view() == VIEW + "}"
    assert client(server, public_channel, public_channel.read_key).view() == VIEW + "}"
    assert "<name>Weather station</name>\n" in client(server, public_channel, fmt="xml").view()


def test_view_shows_the_owner_the_keys(public_channel, gardener, server):
    assert client(server, public_channel, gardener.api_key).view() == (
        f'{VIEW},"api_keys":[{{"api_key":"WRITEKEY00000001","write_flag":true}},'
        '{"api_key":"READKEY000000001","write_flag":false}]}'
    )


def test_view_of_a_private_channel_is_for_its_owner(channel, gardener, server):
    with pytest.raises(HTTPError) as raised:
        client(server, channel, channel.read_key).view()
    assert raised.value.response.status_code == 400
    assert raised.value.response.text == "-1"
    assert json.loads(client(server, channel, gardener.api_key).view())["public_flag"] is False
