"""Single entries and last values, last_average and its sisters, the age of data (contract,
sections 8.4 to 8.7), and how they say no (3.2).
"""

import pytest

from thingclone.settings import Settings

JSON = '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5","field2":null}'
XML = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <created-at type="dateTime">2024-11-10T12:49:42Z</created-at>
  <entry-id type="integer">318</entry-id>
  <field1>21.5</field1>
  <field2 nil="true"/>
  <id type="integer" nil="true"/>
</feed>
"""
CSV = "created_at,entry_id,field1,field2\n2024-11-10T12:49:42Z,318,21.5,\n"
FIELD_JSON = '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5"}'
FIELD_XML = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <created-at type="dateTime">2024-11-10T12:49:42Z</created-at>
  <entry-id type="integer">318</entry-id>
  <field1>21.5</field1>
  <id type="integer" nil="true"/>
</feed>
"""
FIELD_CSV = "created_at,entry_id,field1\n2024-11-10T12:49:42Z,318,21.5\n"
NIL_XML = """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <entry-id type="integer" nil="true"/>
</feed>
"""
TYPES = {
    "": "text/plain; charset=utf-8",
    ".html": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".text": "text/plain; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
}


# --- one entry ------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["feeds/last", "feeds/318", "feed/entry/318"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [("", JSON), (".html", JSON), (".txt", JSON), (".text", JSON), (".json", JSON), (".xml", XML),
     (".csv", CSV)],
)  # fmt: skip
def test_an_entry_is_byte_for_byte_that_of_thingspeak(client, greenhouse, entry, suffix, text):
    answer = client.get(f"/channels/1417/{entry}{suffix}")
    assert (answer.status, answer.body) == ("200 OK", text.encode())
    assert answer.headers["Content-Type"] == TYPES[suffix]


def test_the_shortest_csv_has_the_52_bytes_that_were_recorded(client, add_channel, write):
    write(add_channel("ESP", labels=("Value",), public=True), "2019-11-01T06:32:48Z", field1="1")
    answer = client.get("/channels/1/fields/1/last.csv")
    assert answer.body == b"created_at,entry_id,field1\n2019-11-01T06:32:48Z,1,1\n"
    assert answer.headers["Content-Length"] == "52"


def test_status_and_location_follow_the_fields(client, public_channel, write):
    write(public_channel, field1="21.5", lat="51.5", long="-0.12", status="ok")
    text = (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"21.5","field2":null,'
        '"latitude":"51.5","longitude":"-0.12","elevation":null,"status":"ok"}'
    )
    assert client.get("/channels/1/feeds/last.txt?status=true&location=true").text == text
    assert client.get("/channels/1/feeds/1?location=TRUE&status=True").text == text
    assert client.get("/channels/1/fields/1/last.json?status=true").text == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"21.5","status":"ok"}'
    )
    assert client.get("/channels/1/fields/1/last.csv?location=true").text == (
        "created_at,entry_id,field1,latitude,longitude,elevation\n"
        "2024-05-01T12:00:00Z,1,21.5,51.5,-0.12,\n"
    )
    assert client.get("/channels/1/feeds/last.xml?status=true").text.endswith(
        '  <field2 nil="true"/>\n  <status>ok</status>\n'
        '  <id type="integer" nil="true"/>\n</feed>\n'
    )


def test_the_last_entry_is_the_one_that_came_last_whatever_its_time(client, public_channel, write):
    write(public_channel, "2024-05-01T11:00:00Z", field1="newer")
    write(public_channel, "2020-01-01T00:00:00Z", field1="older")
    assert client.get("/channels/1/feeds/last.json").json["field1"] == "older"
    assert client.get("/channels/1/fields/1/last.txt").text == "older"
    assert client.get("/channels/1/status/last.json").json["entry_id"] == 2
    write(public_channel, "2030-01-01T00:00:00Z", field1="future")
    assert client.get("/channels/1/feeds/last.json").json["field1"] == "future"


@pytest.mark.parametrize(
    "query", ["results=0", "days=0", "minutes=0&start=2030-01-01", "end_entry_id=1", "min=100"]
)
def test_parameters_that_choose_rows_do_not_touch_a_single_entry(client, greenhouse, query):
    assert client.get(f"/channels/1417/feeds/last.json?{query}").text == JSON


def test_an_entry_is_rounded_and_printed_in_a_zone(client, public_channel, write):
    write(public_channel, "2024-01-15T12:00:00Z", field1="2.675", field2="wet", lat="51.55")
    url = "/channels/1/feeds/last.json?round=2&timezone=Europe/London&location=true"
    assert client.get(url).text == (
        '{"created_at":"2024-01-15T12:00:00+00:00","entry_id":1,"field1":"2.67","field2":"wet",'
        '"latitude":"51.55","longitude":null,"elevation":null}'
    )
    assert client.get("/channels/1/fields/1/last.txt?round=1").text == "2.7"
    assert client.get("/channels/1/fields/1/1.txt?round=0").text == "3"
    assert client.get("/channels/1/fields/2/last.txt?round=2").text == "wet"


def test_an_aggregation_parameter_takes_the_entry_id_away(client, greenhouse):
    assert client.get("/channels/1417/feeds/last.json?average=10").text == (
        '{"created_at":"2024-11-10T12:49:42Z","field1":"21.5","field2":null}'
    )
    assert client.get("/channels/1417/feeds/last.json?average=5").text == JSON


# --- one value ------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["fields/1/last", "field/1/318", "fields/field1/last"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [("", "21.5"), (".html", "21.5"), (".txt", "21.5"), (".text", "21.5"), (".json", FIELD_JSON),
     (".xml", FIELD_XML), (".csv", FIELD_CSV)],
)  # fmt: skip
def test_a_value_is_byte_for_byte_that_of_thingspeak(client, greenhouse, entry, suffix, text):
    answer = client.get(f"/channels/1417/{entry}{suffix}")
    assert (answer.status, answer.body) == ("200 OK", text.encode())
    assert answer.headers["Content-Type"] == TYPES[suffix]


def test_the_last_value_skips_entries_without_one(client, public_channel, write):
    write(public_channel, "2024-05-01T11:00:00Z", field1="20", field2="40")
    for _ in range(120):
        write(public_channel, field1="21")
    write(public_channel, status="alive")
    assert client.get("/channels/1/fields/2/last.txt").text == "40"
    assert client.get("/channels/1/fields/2/last.json").text == (
        '{"created_at":"2024-05-01T11:00:00Z","entry_id":1,"field2":"40"}'
    )
    assert client.get("/channels/1/fields/1/last.json").json["entry_id"] == 121
    assert client.get("/channels/1/feeds/last.json").json["field1"] is None


def test_an_empty_text_is_a_value(client, public_channel, write):
    write(public_channel, field1="20")
    write(public_channel, field1="")
    answer = client.get("/channels/1/fields/1/last.txt")
    assert (answer.status_int, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == "0"
    assert client.get("/channels/1/fields/1/last.json").text == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":2,"field1":""}'
    )


def test_the_last_value_may_come_from_a_bulk_write(client, public_channel):
    updates = [
        {"created_at": "2024-05-01T10:00:00Z", "field1": "1", "field2": "a"},
        {"created_at": "2024-05-01T09:00:00Z", "field1": "2", "field2": None},
        {"created_at": "2024-05-01T11:00:00Z", "field2": None},
    ]
    client.post_json(
        "/channels/1/bulk_update.json",
        {"write_api_key": public_channel.write_key, "updates": updates},
    )
    assert client.get("/channels/1/fields/1/last.txt").text == "2"
    assert client.get("/channels/1/fields/2/last.txt").text == "a"


def test_a_null_of_a_certain_entry_is_an_empty_body(client, greenhouse):
    for suffix in ("", ".txt", ".text", ".html"):
        answer = client.get(f"/channels/1417/fields/2/318{suffix}")
        assert (answer.status, answer.body) == ("200 OK", b"")
        assert answer.headers["Content-Length"] == "0"
    assert client.get("/channels/1417/fields/2/318.json").text == (
        '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field2":null}'
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("prepend=T:&append=C", "T:21.5C"),
        ("prepend=T:", "T:21.5"),
        ("append=%20%C2%B0C%0A", "21.5 °C\n"),
        ("prepend=&append=", "21.5"),
        ("prepend=T:&append=C&round=0", "T:22C"),
    ],
)
def test_text_is_glued_on_to_a_bare_value(client, greenhouse, query, text):
    for suffix in ("", ".txt", ".text", ".html"):
        assert client.get(f"/channels/1417/fields/1/last{suffix}?{query}").text == text
    assert client.get("/channels/1417/fields/1/last.json?prepend=T:").text == FIELD_JSON
    assert client.get("/channels/1417/fields/1/last.csv?prepend=T:").text == FIELD_CSV


@pytest.mark.parametrize("settings", [Settings(auto_label=False)])
def test_a_field_without_a_label_shows_no_value(client, public_channel, write):
    write(public_channel, field3="hidden", field1="1")
    write(public_channel, field1="2")
    for suffix in ("", ".txt", ".text", ".html"):
        assert client.get(f"/channels/1/fields/3/last{suffix}").text == "-1"
        assert client.get(f"/channels/1/fields/3/1{suffix}?prepend=T:").text == "-1"
    for entry in ("last", "1"):
        assert client.get(f"/channels/1/fields/3/{entry}.json").text == (
            '{"created_at":"2024-05-01T12:00:00Z","entry_id":1}'
        )
        assert client.get(f"/channels/1/fields/3/{entry}.csv").text == (
            "created_at,entry_id\n2024-05-01T12:00:00Z,1\n"
        )


@pytest.mark.parametrize("number", ["0", "9", "abc", "99999999999999999999"])
def test_a_field_that_no_channel_has_shows_the_last_entry_without_fields(
    client, greenhouse, number
):
    assert client.get(f"/channels/1417/fields/{number}/last.json").text == (
        '{"created_at":"2024-11-10T12:49:42Z","entry_id":318}'
    )
    for suffix in ("", ".txt"):
        answer = client.get(f"/channels/1417/fields/{number}/last{suffix}?prepend=T:")
        assert (answer.status_int, answer.text) == (200, "-1")


def test_every_digit_of_a_field_number_counts(client, greenhouse):
    assert client.get("/channels/1417/fields/12/last.json").text == JSON
    assert client.get("/channels/1417/fields/12/317.json").text == (
        '{"created_at":"2024-11-10T12:49:27Z","entry_id":317,"field1":"21.4","field2":"40"}'
    )


# --- last_average, last_median, last_sum ----------------------------------------------------------


@pytest.fixture
def measured(add_channel, clock, write):
    channel = add_channel("Tank", labels=("Level", "Flow"), public=True)
    clock.set("2024-03-05 10:00:00")
    for time, level in (("08:40", "1"), ("09:01", "4"), ("09:07", "7"), ("09:08", "dry")):
        write(channel, f"2024-03-05T{time}:00Z", field1=level)
    return channel


LAST_BUCKET = (
    '{{"channel_id":null,"field1":{},"field2":null,"field3":null,"field4":null,"field5":null,'
    '"field6":null,"field7":null,"field8":null,"created_at":"{}","entry_id":null,'
    '"status":null,"latitude":null,"longitude":null,"elevation":null}}'
)


@pytest.mark.parametrize(
    ("path", "value", "created_at"),
    [
        ("last_sum.json?sum=10", '"11.0"', "2024-03-05T09:00:00Z"),
        ("last_average.json?average=10", '"3.6666666666666665"', "2024-03-05T09:00:00Z"),
        ("last_median.json?median=10", '"5.5"', "2024-03-05T09:00:00Z"),
        ("last_sum.json?sum=7", '"7.0"', "2024-03-05T09:02:00Z"),
        ("last_sum.json?sum=2", "null", "2024-03-05T09:08:00Z"),
        ("last_sum.json?sum=3", '"7.0"', "2024-03-05T09:06:00Z"),
        ("last_sum.json?sum=1", "null", "2024-03-05T09:08:00Z"),
        ("last_sum.json?sum=60", '"11.0"', "2024-03-05T09:00:00Z"),
        ("last_sum.json?sum=1000000", '"12.0"', "2023-03-28T10:40:00Z"),
        ("last_sum.json?sum=10&round=2", '"11.00"', "2024-03-05T09:00:00Z"),
        ("last_sum.json?sum=60&timezone=Europe/Rome", '"11.0"', "2024-03-05T10:00:00+01:00"),
        ("last_sum?sum=60", '"11.0"', "2024-03-05T09:00:00Z"),
    ],
)
def test_the_last_bucket_of_the_newest_entries(client, measured, path, value, created_at):
    """The number counts entries, and it is the minutes of the bucket, too."""
    answer = client.get(f"/channels/1/feeds/{path}")
    assert (answer.status_int, answer.text) == (200, LAST_BUCKET.format(value, created_at))
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_the_last_bucket_in_xml(client, measured):
    assert client.get("/channels/1/feeds/last_sum.xml?sum=60").text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <channel-id type="integer" nil="true"/>
  <field1>11.0</field1>
  <field2 nil="true"/>
  <field3 nil="true"/>
  <field4 nil="true"/>
  <field5 nil="true"/>
  <field6 nil="true"/>
  <field7 nil="true"/>
  <field8 nil="true"/>
  <created-at type="dateTime">2024-03-05T09:00:00Z</created-at>
  <entry-id type="integer" nil="true"/>
  <status nil="true"/>
  <latitude type="decimal" nil="true"/>
  <longitude type="decimal" nil="true"/>
  <elevation nil="true"/>
</feed>
"""
    )


def test_the_last_bucket_as_text_is_the_value_of_one_field(client, measured):
    url = "/channels/1/feeds/last_sum.txt?sum=60"
    assert client.get(f"{url}&field_id=1").text == "11.0"
    assert client.get(f"{url}&field_id=1&prepend=S:&append=l").text == "S:11.0l"
    assert client.get(f"{url}&field_id=2").text == ""


def test_the_last_bucket_counts_no_more_than_a_hundred_entries(client, public_channel, write):
    for _ in range(110):
        write(public_channel, field1="1")
    assert client.get("/channels/1/feeds/last_sum.json?sum=1440").json["field1"] == "100.0"
    assert client.get("/channels/1/feeds/last_sum.json?sum=99").json["field1"] == "99.0"


@pytest.mark.parametrize(
    "path",
    [
        "last_average",
        "last_average.json",
        "last_average.json?median=10",
        "last_average.json?average=",
        "last_average.json?average=0",
        "last_average.json?average=abc",
        "last_average.json?average=-5",
        "last_sum.txt?average=10&field_id=1",
        "last_median.csv?sum=10",
    ],
)
def test_the_last_bucket_needs_the_parameter_of_its_name(client, measured, path):
    answer = client.get(f"/channels/1/feeds/{path}")
    assert (answer.status_int, answer.text) == (200, "-1")


# --- the age of data ------------------------------------------------------------------------------


@pytest.fixture
def aged(public_channel, clock, write):
    """Two entries, 174.5 and 1000 seconds old; only the older has a field2."""
    write(public_channel, field1="1", field2="2")
    clock.advance(825.5)
    write(public_channel, field1="1")
    clock.advance(174.5)
    return public_channel


AGE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <last-data-age>174</last-data-age>
  <last-data-age-units>s</last-data-age-units>
</hash>
"""
AGE_JSON = '{"last_data_age":"174","last_data_age_units":"s"}'
AGE_CSV = "last_data_age,last_data_age_units\n174,s\n"


@pytest.mark.parametrize("path", ["feeds", "feed", "fields/1", "field/1", "fields/field1"])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".json", AGE_JSON), (".txt", "174"), (".csv", AGE_CSV), (".xml", AGE_XML)],
)
def test_the_age_of_the_last_data(client, aged, path, suffix, text):
    answer = client.get(f"/channels/1/{path}/last_data_age{suffix}")
    assert (answer.status, answer.text) == ("200 OK", text)
    assert answer.headers["Content-Type"] == TYPES[suffix]


def test_the_age_of_a_field_is_that_of_its_last_value(client, aged):
    assert client.get("/channels/1/fields/2/last_data_age.json").text == (
        '{"last_data_age":"1000","last_data_age_units":"s"}'
    )


def test_data_of_the_future_is_not_younger_than_nothing(client, public_channel, write):
    write(public_channel, "2024-05-01T13:00:00Z", field1="1")
    assert client.get("/channels/1/feeds/last_data_age.txt").text == "0"


# --- how they say no ------------------------------------------------------------------------------

PATHS = [
    "feeds/last",
    "feeds/1",
    "feeds/entry/1",
    "fields/1/last",
    "fields/1/1",
    "feeds/last_data_age",
    "fields/1/last_data_age",
    "feeds/last_average",
    "feeds/last_median",
    "feeds/last_sum",
]
MINUS_ONE = [
    *[(suffix, "-1") for suffix in ("", ".html", ".txt", ".text", ".json", ".csv")],
    (".xml", NIL_XML),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("suffix", "text"), MINUS_ONE)
def test_a_closed_channel_and_an_empty_one_answer_minus_one(client, channel, path, suffix, text):
    query = "average=10&median=10&sum=10&prepend=T:&append=C&field_id=1"
    for key in ("", "&api_key=WRONGKEY00000000", "&api_key=READKEY000000001"):
        answer = client.get(f"/channels/1/{path}{suffix}?{query}{key}")
        assert (answer.status, answer.body) == ("200 OK", text.encode())
        if "last_" not in path or suffix:
            assert answer.headers["Content-Type"] == TYPES[suffix]


@pytest.mark.parametrize("entry", ["0", "319", "316", "-1", "abc", "9" * 30, "last_word", "debug"])
@pytest.mark.parametrize(("suffix", "text"), MINUS_ONE)
def test_an_entry_that_does_not_exist_is_minus_one(client, greenhouse, entry, suffix, text):
    for path in (f"feeds/{entry}", f"feeds/entry/{entry}", f"fields/1/{entry}"):
        answer = client.get(f"/channels/1417/{path}{suffix}")
        assert (answer.status, answer.body) == ("200 OK", text.encode())


def test_a_field_that_was_never_written_to_is_minus_one(client, public_channel, write):
    write(public_channel, field1="1")
    for suffix, text in MINUS_ONE:
        assert client.get(f"/channels/1/fields/2/last{suffix}").text == text
        assert client.get(f"/channels/1/fields/2/last_data_age{suffix}").text == text


KEYS = {
    "READKEY000000001": True,
    "WRITEKEY00000001": True,
    " readkey000000001 ": True,
    "READKEY000000002": False,
    "WRITEKEY00000002": False,
    "NOSUCHKEY0000000": False,
    "": False,
}


@pytest.mark.parametrize("key", KEYS)
def test_the_keys_of_a_private_channel_open_its_entries(client, add_channel, write, key):
    channel = add_channel()
    add_channel()
    write(channel, field1="5")
    for path in PATHS:
        answer = client.get(f"/channels/1/{path}.txt?average=1&sum=1&median=1", {"key": key})
        assert answer.status_int == 200
        assert (answer.text != "-1") is KEYS[key], path


def test_the_user_key_opens_no_entries(client, gardener, channel, write):
    write(channel, field1="5")
    assert client.get("/channels/1/fields/1/last.txt", {"key": gardener.api_key}).text == "-1"


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_channel_is_answered_with_404(client, channel, path):
    answer = client.get(f"/channels/99/{path}.json")
    assert (answer.status, answer.text) == (
        "404 Not Found",
        '{"status":"404","error":{"error_code":"error_resource_not_found",'
        '"message":"Resource Not Found","details":"The requested resource was not found. '
        'Please check the URL and try again."}}',
    )
    assert client.get(f"/channels/99/{path}").text == "error_resource_not_found"
    assert client.get(f"/channels/99/{path}.csv").text == "error_resource_not_found"
    assert "<error-code>error_resource_not_found</error-code>" in (
        client.get(f"/channels/99/{path}.xml").text
    )
