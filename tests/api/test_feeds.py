"""Lists of entries: every way to ask for them, which rows and columns come, who may read them
(contract, sections 2.3, 6 and 8.1 to 8.3).
"""

import random

import pytest

from tests.conftest import NOON
from thingclone.database import execute
from thingclone.formats.times import DAY, MINUTE, SECOND, UTC, iso
from thingclone.settings import Settings

JSON_LIST = (
    '{"channel":{"id":1417,"name":"Greenhouse","description":"two sensors","latitude":"51.5",'
    '"longitude":"-0.12","field1":"Temp","field2":"Humidity",'
    '"created_at":"2023-02-14T19:33:17Z","updated_at":"2023-02-15T08:00:00Z","last_entry_id":318},'
    '"feeds":[{"created_at":"2024-11-10T12:49:27Z","entry_id":317,"field1":"21.4","field2":"40"},'
    '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5","field2":null}]}'
)
XML_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <id type="integer">1417</id>
  <name>Greenhouse</name>
  <description>two sensors</description>
  <latitude type="decimal">51.5</latitude>
  <longitude type="decimal">-0.12</longitude>
  <field1>Temp</field1>
  <field2>Humidity</field2>
  <created-at type="dateTime">2023-02-14T19:33:17Z</created-at>
  <updated-at type="dateTime">2023-02-15T08:00:00Z</updated-at>
  <last-entry-id type="integer">318</last-entry-id>
  <feeds type="array">
    <feed>
      <created-at type="dateTime">2024-11-10T12:49:42Z</created-at>
      <entry-id type="integer">318</entry-id>
      <field1>21.5</field1>
      <field2 nil="true"/>
      <id type="integer" nil="true"/>
    </feed>
  </feeds>
</channel>"""
CSV_LIST = """created_at,entry_id,field1,field2
2024-11-10 12:49:27 UTC,317,21.4,40
2024-11-10 12:49:42 UTC,318,21.5,
"""
NOT_FOUND_JSON = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found","details":"The requested resource was not found. '
    'Please check the URL and try again."}}'
)
NOT_FOUND_XML = """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>404</status>
  <error>
    <error-code>error_resource_not_found</error-code>
    <message>Resource Not Found</message>
    <details>The requested resource was not found. Please check the URL and try again.</details>
  </error>
</hash>
"""


# --- the bytes and the URLs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("feeds.json?results=2", "application/json", JSON_LIST),
        ("feeds?results=2", "text/plain", JSON_LIST),
        ("feeds.html", "text/plain", JSON_LIST),
        ("feeds.xml?results=1", "application/xml", XML_LIST),
        ("feeds.csv", "text/csv", CSV_LIST),
    ],
)
def test_a_list_is_byte_for_byte_that_of_thingspeak(client, greenhouse, path, content_type, text):
    answer = client.get(f"/channels/1417/{path}")
    assert (answer.status, answer.text) == ("200 OK", text)
    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/channels/1417/feed.json",
        "/channels/1417/feeds.json/",
        "/channels/1417/feeds/?format=json",
        "//channels//1417/feeds.json",
        "/channels/1417/feeds.json?_=1730000000000&unknown=1",
    ],
)
def test_a_list_has_several_spellings(client, greenhouse, path):
    assert client.get(path).text == JSON_LIST


@pytest.mark.parametrize(
    "path", ["fields/2", "field/2", "fields/field2", "field/field2", "fields/2/"]
)
def test_a_list_of_one_field_tells_of_all_labels_but_shows_that_field_alone(
    client, greenhouse, path
):
    assert client.get(f"/channels/1417/{path}?results=1").text == (
        '{"channel":{"id":1417,"name":"Greenhouse","description":"two sensors","latitude":"51.5",'
        '"longitude":"-0.12","field1":"Temp","field2":"Humidity",'
        '"created_at":"2023-02-14T19:33:17Z","updated_at":"2023-02-15T08:00:00Z",'
        '"last_entry_id":318},'
        '"feeds":[{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field2":null}]}'
    )
    with_suffix = f"/channels/1417/{path.rstrip('/')}.csv?results=1"
    assert client.get(with_suffix).text == (
        "created_at,entry_id,field2\n2024-11-10 12:49:42 UTC,318,\n"
    )


@pytest.mark.parametrize(
    "alias",
    [
        "feed/last.json",
        "feeds/entry/last.json",
        "feed/entry/last.json",
        "feeds/318.json",
        "feed/318.json",
        "feeds/entry/318.json",
        "feed/entry/318.json",
        "feeds/last.json/",
    ],
)
def test_the_newest_entry_has_several_spellings(client, greenhouse, alias):
    text = '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5","field2":null}'
    assert client.get("/channels/1417/feeds/last.json").text == text
    assert client.get(f"/channels/1417/{alias}").text == text


@pytest.mark.parametrize(
    ("canonical", "aliases"),
    [
        ("fields/1/last.txt", "field/1/last.txt fields/field1/last.txt fields/1/318.txt"),
        ("fields/2/317.json", "field/2/317.json"),
        ("feeds/last_average.json?average=10", "feed/last_average.json?average=10"),
        ("feeds/last_median.json?median=10", "feed/last_median.json?median=10"),
        ("feeds/last_sum.json?sum=10", "feed/last_sum.json?sum=10"),
        ("feeds/last_data_age.json", "feed/last_data_age.json"),
        ("fields/2/last_data_age.json", "field/2/last_data_age.json"),
        ("status.json", "statuses.json"),
        ("status/last.json", "statuses/last.json statuses/318.json status/318.json"),
        ("status/recent.json", "statuses/recent.json"),
    ],
)
def test_singular_and_plural_are_the_same(client, greenhouse, canonical, aliases):
    expected = client.get(f"/channels/1417/{canonical}")
    assert expected.status_int == 200
    assert expected.text not in ("", "-1")
    for alias in aliases.split():
        assert client.get(f"/channels/1417/{alias}").text == expected.text, alias


def test_an_empty_channel_has_an_empty_list(client, channel):
    feeds = "/channels/1/feeds{}?api_key=READKEY000000001"
    assert client.get(feeds.format(".json")).text == (
        '{"channel":{"id":1,"name":"Greenhouse","latitude":"0.0","longitude":"0.0",'
        '"field1":"Temperature","field2":"Humidity","created_at":"2024-05-01T12:00:00Z",'
        '"updated_at":"2024-05-01T12:00:00Z","last_entry_id":null},"feeds":[]}'
    )
    assert client.get(feeds.format(".csv")).text == "created_at,entry_id,field1,field2\n"
    assert client.get(feeds.format(".xml")).text.endswith(
        '  <last-entry-id type="integer" nil="true"/>\n  <feeds type="array"/>\n</channel>'
    )


# --- which rows -----------------------------------------------------------------------------------


@pytest.fixture
def ten(client, public_channel):
    """A public channel with the entries 1 to 10, at 11:51:00, 11:52:00 ... 12:00:00, which is
    now.
    """
    add_entries(client, public_channel, [NOON - minute * MINUTE for minute in range(9, -1, -1)])
    return public_channel


def ids(client, query="", channel_id=1) -> list[int]:
    lines = client.get(f"/channels/{channel_id}/feeds.csv?{query}").text.splitlines()
    return [int(line.split(",")[1]) for line in lines[1:]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", range(1, 11)),
        ("results=3", [8, 9, 10]),
        ("results=0", []),
        ("results=abc", []),
        ("results=-1", []),
        ("results=3abc", [8, 9, 10]),
        ("results=100000", range(1, 11)),
        ("days=1", range(1, 11)),
        ("days=0", [10]),
        ("days=-1", []),
        ("days=99999999999999999999", range(1, 11)),
        ("minutes=3", [7, 8, 9, 10]),
        ("days=1&minutes=3", [7, 8, 9, 10]),
        ("minutes=3&days=1", [7, 8, 9, 10]),
        ("start=2024-05-01%2011:58:00", [8, 9, 10]),
        ("start=2024-05-01+11:58:00", [8, 9, 10]),
        ("start=2024-05-01T11:58:00Z", [8, 9, 10]),
        ("start=2024-05-01T13:58:00%2B02:00", [8, 9, 10]),
        ("start=2024-05-01%2013:58:00&timezone=Europe/Rome", [8, 9, 10]),
        ("start=2024-05-01%2013:58:00&offset=2", [8, 9, 10]),
        ("start=2024-05-01T11:58:00Z&timezone=Europe/Rome", [8, 9, 10]),
        ("start=2024-05-01%2011:58", [8, 9, 10]),
        ("start=2024-05-01", range(1, 11)),
        ("start=2024-05-02", []),
        ("minutes=1&start=2024-05-01%2011:58:00", [8, 9, 10]),
        ("days=1&minutes=9&start=2024-05-01%2011:58:00", [8, 9, 10]),
        ("end=2024-05-01%2011:53:00", [1, 2, 3]),
        ("start=2024-05-01%2011:52:00&end=2024-05-01%2011:54:00", [2, 3, 4]),
        ("start=2024-05-01%2011:54:00&end=2024-05-01%2011:52:00", []),
        ("minutes=8&end=2024-05-01%2011:54:00", [2, 3, 4]),
        ("results=2&end=2024-05-01%2011:54:00", [3, 4]),
        ("results=2&start=2024-05-01%2011:52:00&end=2024-05-01%2011:56:00", [5, 6]),
        ("start=nonsense", range(1, 11)),
        ("end=nonsense", range(1, 11)),
        ("minutes=2&start=nonsense", [8, 9, 10]),
        ("start_entry_id=3&end_entry_id=5", [3, 4, 5]),
        ("start_entry_id=9", [9, 10]),
        ("end_entry_id=2", [1, 2]),
        ("end_entry_id=0", []),
        ("start_entry_id=5&end_entry_id=3", []),
        ("start_entry_id=11", []),
        ("start_entry_id=-5&end_entry_id=99999999999999999999", range(1, 11)),
        ("start_entry_id=2&minutes=1&start=2024-05-02&end=2024-05-03", range(2, 11)),
        ("end_entry_id=2&days=0", [1, 2]),
        ("results=2&start_entry_id=2&end_entry_id=6", [5, 6]),
        ("results=&days=&minutes=&start=&end=&start_entry_id=", range(1, 11)),
    ],
)
def test_the_rows_of_a_query(client, ten, query, expected):
    assert ids(client, query) == list(expected)


def test_a_list_without_parameters_is_the_newest_hundred_of_any_age(client, public_channel, clock):
    add_entries(client, public_channel, [NOON + number * SECOND for number in range(150)])
    clock.set("2034-05-01 12:00:00")
    assert ids(client) == list(range(51, 151))
    assert ids(client, "timezone=Europe/Rome&status=true") == list(range(51, 151))


@pytest.mark.parametrize(
    "query",
    ["results=8000", "days=1", "minutes=60", "start=2024-05-01", "end=2024-05-02",
     "start_entry_id=1", "end_entry_id=999"],
)  # fmt: skip
def test_any_parameter_that_chooses_rows_lifts_the_limit_of_a_hundred(
    client, public_channel, clock, query
):
    add_entries(client, public_channel, [NOON + number * SECOND for number in range(150)])
    clock.advance(200)
    assert ids(client, query) == list(range(1, 151))


def test_no_more_than_8000_entries_come_at_once(client, public_channel):
    add_entries(client, public_channel, [NOON - number * SECOND for number in range(8100, 0, -1)])
    assert ids(client, "results=100000") == list(range(101, 8101))
    assert ids(client, "days=1") == list(range(101, 8101))
    assert ids(client, "results=7999") == list(range(102, 8101))


@pytest.mark.parametrize("settings", [Settings(max_results=5)])
def test_the_owner_of_a_server_may_set_how_many_come_at_most(client, ten):
    assert ids(client) == [6, 7, 8, 9, 10]
    assert ids(client, "results=100") == [6, 7, 8, 9, 10]
    assert ids(client, "results=2") == [9, 10]


def test_a_window_that_ends_now_leaves_out_the_future(client, public_channel, write):
    write(public_channel, "2024-05-01T11:59:59Z", field1="past")
    write(public_channel, "2024-05-01T12:00:01Z", field1="future")
    assert ids(client, "days=1") == [1]
    assert ids(client, "minutes=5") == [1]
    assert ids(client, "start=2024-05-01") == [1]
    assert ids(client, "results=2") == [1]
    assert ids(client, "start=2024-05-01&end=2024-05-02") == [1, 2]
    assert ids(client) == [1, 2]


def test_both_ends_of_a_window_are_whole_seconds(client, public_channel, clock, write):
    """What is printed as 12:00:07 is found by start=12:00:07 and by end=12:00:07."""
    clock.advance(7.25)
    write(public_channel, field1="1")
    clock.advance(0.5)
    write(public_channel, field1="2")
    clock.advance(10)
    assert ids(client, "start=2024-05-01T12:00:07Z&end=2024-05-01T12:00:07Z") == [1, 2]
    assert ids(client, "end=2024-05-01T12:00:07Z") == [1, 2]
    assert ids(client, "end=2024-05-01T12:00:06Z") == []


def test_rows_ascend_in_time_and_ties_in_the_order_of_arrival(client, public_channel, write):
    for time in ("11:03", "11:01", "11:02", "11:01", "11:03", "11:01"):
        write(public_channel, f"2024-05-01 {time}")
    assert ids(client) == [2, 4, 6, 3, 1, 5]
    assert ids(client, "results=3") == [3, 1, 5]
    assert ids(client, "end=2024-05-01 11:01:00") == [2, 4, 6]
    assert ids(client, "start_entry_id=3&end_entry_id=5") == [4, 3, 5]


def add_entries(client, channel, moments):
    """Entries by bulk write, in this order; a bulk call must not hold a moment twice."""
    updates = [{"created_at": iso(moment, UTC), "field1": 1} for moment in moments]
    for first in range(0, len(updates), 1000):
        body = {"write_api_key": channel.write_key, "updates": updates[first : first + 1000]}
        answer = client.post_json(f"/channels/{channel.id}/bulk_update.json", body)
        assert answer.text == '{"success":true}'


def model(entries: list[tuple[int, int]], query: dict) -> list[int]:
    """Section 6.3 in plain words: the ids of these (moment, id), for windows in seconds after
    noon.
    """
    if "first" in query or "last" in query:
        lowest, highest = query.get("first", 0), query.get("last", 10**9)
        found = [entry for entry in entries if lowest <= entry[1] <= highest]
    else:
        start, end = None, NOON if "results" in query else None
        if "days" in query:
            start, end = NOON - query["days"] * DAY, NOON
        if "minutes" in query:
            start, end = NOON - query["minutes"] * MINUTE, NOON
        if "start" in query:
            start, end = NOON + query["start"] * SECOND, NOON
        if "end" in query:
            end = NOON + query["end"] * SECOND
        found = [
            entry
            for entry in entries
            if (start is None or entry[0] >= start) and (end is None or entry[0] <= end)
        ]
    limit = query.get("results", 8000 if query else 100)
    return [entry_id for _, entry_id in sorted(found)[max(0, len(found) - limit) :]]


URL_OF = {
    "results": lambda number: f"results={number}",
    "days": lambda number: f"days={number}",
    "minutes": lambda number: f"minutes={number}",
    "start": lambda second: f"start={iso(NOON + second * SECOND, UTC)}",
    "end": lambda second: f"end={iso(NOON + second * SECOND, UTC)}",
    "first": lambda number: f"start_entry_id={number}",
    "last": lambda number: f"end_entry_id={number}",
}


@pytest.mark.parametrize("late", [0.0, 0.02, 0.3, 0.9])
@pytest.mark.parametrize("seed", [1, 2])
def test_entries_that_arrive_late_are_found_where_they_belong(client, public_channel, seed, late):
    chance = random.Random(seed)
    moment, arrived = -3 * 86400, []
    while len(arrived) < 400:
        moment += chance.choice((0, 1, 60, 900, 3600))
        is_late = chance.random() < late
        arrived.append(moment - chance.randrange(200_000) if is_late else moment)
        if chance.random() < 0.01:
            arrived.append(moment + chance.randrange(100_000))  # a clock that ran ahead once
    for second in arrived:
        client.get(
            "/update",
            {"api_key": public_channel.write_key, "created_at": iso(NOON + second * SECOND, UTC)},
        )
    entries = [(NOON + second * SECOND, number) for number, second in enumerate(arrived, 1)]
    low, high = min(arrived) - 1000, max(arrived) + 1000
    draw = {
        "results": lambda: chance.choice((0, 1, 2, 10, 100, 399, 8000)),
        "days": lambda: chance.randrange(8),
        "minutes": lambda: chance.randrange(6000),
        "start": lambda: chance.choice((chance.choice(arrived), chance.randrange(low, high))),
        "end": lambda: chance.choice((chance.choice(arrived), chance.randrange(low, high))),
        "first": lambda: chance.randrange(420),
        "last": lambda: chance.randrange(420),
    }
    for _ in range(150):
        names = [name for name in draw if chance.random() < 0.3]
        query = {name: draw[name]() for name in names}
        url = "&".join(URL_OF[name](value) for name, value in query.items())
        assert ids(client, url) == model(entries, query), url


def test_many_late_entries_do_not_push_out_the_others(client, public_channel):
    """A board that was off-line for a day sends what it has kept."""
    hour = 3600 * SECOND
    in_order = [NOON - 2 * hour + number * SECOND for number in range(2000)]
    kept = [NOON - 30 * hour + number * SECOND for number in range(3000)]
    add_entries(client, public_channel, in_order + kept)
    assert ids(client, "results=10") == list(range(1991, 2001))
    assert ids(client, "results=2010") == list(range(4991, 5001)) + list(range(1, 2001))
    assert ids(client, "results=5&end=2024-04-30T06:30:00Z") == list(range(3797, 3802))
    assert ids(client, "days=1") == list(range(1, 2001))
    assert ids(client, "results=0") == []
    assert ids(client, "results=-5") == []


# --- which columns --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "created_at,entry_id,field1,field2"),
        ("status=true", "created_at,entry_id,field1,field2,status"),
        ("status=TRUE", "created_at,entry_id,field1,field2,status"),
        ("status=1", "created_at,entry_id,field1,field2"),
        ("location=true", "created_at,entry_id,field1,field2,latitude,longitude,elevation"),
        ("location=True", "created_at,entry_id,field1,field2,latitude,longitude,elevation"),
        ("status=true&location=true",
         "created_at,entry_id,field1,field2,latitude,longitude,elevation,status"),
        ("average=10", "created_at,field1,field2"),
        ("timescale=daily&status=true", "created_at,field1,field2,status"),
        ("average=5", "created_at,entry_id,field1,field2"),
    ],
)  # fmt: skip
def test_the_columns_of_a_query(client, greenhouse, query, expected):
    assert client.get(f"/channels/1417/feeds.csv?results=0&{query}").text == expected + "\n"


def test_location_and_status_come_last_in_every_format(client, public_channel, write):
    write(
        public_channel,
        field1="21.5",
        lat="51.50",
        long="-0.12",
        elevation="300m MSL",
        status="pump on",
    )
    query = "feeds{}?results=1&location=true&status=true"
    feed = (
        '"feeds":[{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"21.5",'
        '"field2":null,"latitude":"51.5","longitude":"-0.12","elevation":"300m MSL",'
        '"status":"pump on"}]}'
    )
    assert client.get("/channels/1/" + query.format(".json")).text.endswith(feed)
    assert client.get("/channels/1/" + query.format(".csv")).text == (
        "created_at,entry_id,field1,field2,latitude,longitude,elevation,status\n"
        "2024-05-01 12:00:00 UTC,1,21.5,,51.5,-0.12,300m MSL,pump on\n"
    )
    assert client.get("/channels/1/" + query.format(".xml")).text.endswith(
        """    <feed>
      <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
      <entry-id type="integer">1</entry-id>
      <field1>21.5</field1>
      <field2 nil="true"/>
      <latitude type="decimal">51.5</latitude>
      <longitude type="decimal">-0.12</longitude>
      <elevation>300m MSL</elevation>
      <status>pump on</status>
      <id type="integer" nil="true"/>
    </feed>
  </feeds>
</channel>"""
    )


@pytest.mark.parametrize("settings", [Settings(auto_label=False)])
def test_a_field_without_a_label_is_invisible(client, public_channel, write):
    write(public_channel, field1="1", field3="hidden")
    assert client.get("/channels/1/feeds.csv").text == (
        "created_at,entry_id,field1,field2\n2024-05-01 12:00:00 UTC,1,1,\n"
    )
    assert client.get("/channels/1/fields/3.csv").text == (
        "created_at,entry_id\n2024-05-01 12:00:00 UTC,1\n"
    )


@pytest.mark.parametrize("label", ["", "   "])
def test_a_field_whose_label_was_blanked_is_invisible(client, add_channel, write, label):
    channel = add_channel(labels=("Temperature", label), public=True)
    write(channel, field1="1", field2="hidden")
    assert client.get("/channels/1/feeds.csv").text == (
        "created_at,entry_id,field1\n2024-05-01 12:00:00 UTC,1,1\n"
    )
    assert '"field2"' not in client.get("/channels/1/feeds.json").text


@pytest.mark.parametrize(
    ("number", "columns"),
    [("1", "field1"), ("12", "field1,field2"), ("21", "field1,field2"), ("3", ""), ("0", ""),
     ("9", ""), ("abc", "")],
)  # fmt: skip
def test_the_digits_of_a_field_number_choose_the_columns(client, greenhouse, number, columns):
    header = client.get(f"/channels/1417/fields/{number}.csv?results=0").text
    assert header == ",".join(["created_at,entry_id", *filter(None, [columns])]) + "\n"


def test_the_channel_object_leaves_out_what_is_blank(client, add_channel):
    add_channel(
        "Tank",
        labels=("Level", "", "Inflow"),
        public=True,
        description="",
        elevation="12",
        latitude=None,
        longitude=None,
        metadata="",
    )
    assert client.get("/channels/1/feeds.json?metadata=true").text == (
        '{"channel":{"id":1,"name":"Tank","elevation":"12","field1":"Level","field3":"Inflow",'
        '"created_at":"2024-05-01T12:00:00Z","updated_at":"2024-05-01T12:00:00Z",'
        '"last_entry_id":null},"feeds":[]}'
    )


def test_metadata_comes_last_and_only_when_asked_for_exactly(client, add_channel):
    add_channel("Tank", labels=("Level",), public=True, metadata='{"litres":300}')
    ending = '"last_entry_id":null,"metadata":"{\\"litres\\":300}"},"feeds":[]}'
    assert client.get("/channels/1/feeds.json?metadata=true").text.endswith(ending)
    for query in ("", "metadata=TRUE", "metadata=1"):
        assert "metadata" not in client.get(f"/channels/1/feeds.json?{query}").text


def test_updated_at_is_the_time_of_the_last_change_of_settings(client, greenhouse, clock, write):
    clock.set("2024-12-24T18:00:00Z")
    write(greenhouse, field1="1")
    assert '"updated_at":"2023-02-15T08:00:00Z"' in client.get("/channels/1417/feeds.json").text


# --- who may read ---------------------------------------------------------------------------------

KEYS = {
    "no key": None,
    "the read key": "READKEY000000001",
    "the write key": "WRITEKEY00000001",
    "the read key in small letters, with blanks": " readkey000000001 ",
    "another channel's read key": "READKEY000000002",
    "another channel's write key": "WRITEKEY00000002",
    "a wrong key": "NOSUCHKEY0000000",
    "an empty key": "",
    "the owner's user key": "USERKEY000000000",
}
OPENING = {"the read key", "the write key", "the read key in small letters, with blanks"}


@pytest.fixture
def two_channels(add_channel):
    execute("UPDATE users SET api_key = 'USERKEY000000000'")
    return add_channel(), add_channel()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "path",
    ["feeds.json", "feeds.xml", "feeds.csv", "feeds", "feed.html", "fields/1.json", "fields/1"],
)
def test_a_private_channel_opens_with_its_own_keys_alone(client, two_channels, path, key):
    answer = client.get(f"/channels/1/{path}", {} if KEYS[key] is None else {"api_key": KEYS[key]})
    if key in OPENING:
        assert answer.status_int == 200
        assert "created_at" in answer.text or "created-at" in answer.text
    else:
        assert (answer.status, answer.text) == ("400 Bad Request", "-1")


@pytest.mark.parametrize("key", KEYS)
def test_no_key_is_wrong_for_a_public_channel(client, two_channels, add_channel, key):
    add_channel(public=True)
    answer = client.get("/channels/3/feeds.json", {} if KEYS[key] is None else {"key": KEYS[key]})
    assert (answer.status_int, answer.json["channel"]["id"]) == (200, 3)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("key=READKEY000000001", {}, 200),
        ("api_key=READKEY000000001", {}, 200),
        ("apikey=READKEY000000001", {}, 200),
        ("", {"X-THINGSPEAKAPIKEY": "READKEY000000001"}, 200),
        ("", {"THINGSPEAKAPIKEY": "READKEY000000001"}, 200),
        ("", {"x-thingspeakapikey": "READKEY000000001"}, 200),
        ("key=READKEY000000001&api_key=WRONG", {}, 200),
        ("key=WRONG&api_key=READKEY000000001", {}, 400),
        ("api_key=READKEY000000001", {"X-THINGSPEAKAPIKEY": "WRONG"}, 400),
        ("api_key=WRONG", {"X-THINGSPEAKAPIKEY": "READKEY000000001"}, 200),
        ("api_key=READKEY000000001", {"X-THINGSPEAKAPIKEY": ""}, 400),
        ("API_KEY=READKEY000000001", {}, 400),
    ],
)
def test_a_key_is_taken_from_where_clients_put_it(client, channel, query, headers, status):
    assert client.get(f"/channels/1/feeds.json?{query}", headers=headers).status_int == status


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("feeds.json", "application/json", NOT_FOUND_JSON),
        ("fields/1.json", "application/json", NOT_FOUND_JSON),
        ("feeds.xml", "application/xml", NOT_FOUND_XML),
        ("feeds.csv", "text/csv", "error_resource_not_found"),
        ("feeds", "text/plain", "error_resource_not_found"),
        ("feeds.html", "text/plain", "error_resource_not_found"),
    ],
)
@pytest.mark.parametrize("number", ["99", "0", "2147483648", "9" * 40])
def test_an_unknown_channel_is_answered_with_404(client, channel, number, path, content_type, text):
    answer = client.get(f"/channels/{number}/{path}")
    assert (answer.status, answer.text) == ("404 Not Found", text)
    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"


def test_a_refusal_says_why(client, two_channels):
    def reason(path):
        return client.get(path).headers["X-ThingClone-Reason"]

    assert reason("/channels/1/feeds.json") == (
        "channel 1 is private: send one of its read keys as api_key=..."
    )
    assert reason("/channels/1/feeds.json?api_key=READKEY000000002") == (
        "channel 1 is private: the key that was sent does not open it"
    )
    assert reason("/channels/99/feeds.json") == "no channel 99"


def test_a_refusal_says_nothing_more_without_headers(bare_client, two_channels):
    bare = bare_client.get("/channels/1/feeds.json?headers=false")
    assert (bare.status_int, bare.text) == (400, "-1")
    assert set(bare.headers) == {"Content-Length", "X-Content-Type-Options"}
