"""Values and times in json, xml and csv: escapes, quoting, null and empty text, time zones
(contract, sections 1.8 to 1.10 and 1.12).
"""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

NASTY = [
    "21.5",
    "",
    " ",
    "-1",
    "null",
    "21,5",
    'say "on"',
    "a\nb",
    "a\rb",
    "a\r\nb",
    "tab\there",
    "<b>&amp;</b>",
    "]]>",
    "it's",
    "back\\slash/",
    "°C µg Ω 温度 🌱",
    "line\u2028and\u2029paragraph",
    "=1+1",
    "a;b|c",
    " blanks at both ends ",
    "\ufeffbom",
    "\x7f",
]


# --- values ---------------------------------------------------------------------------------------


def test_whatever_was_written_is_read_back_in_every_format(client, public_channel, write):
    for value in NASTY:
        write(public_channel, field1=value)
    feeds = client.get("/channels/1/feeds.json").json["feeds"]
    assert [feed["field1"] for feed in feeds] == NASTY
    rows = list(csv.reader(io.StringIO(client.get("/channels/1/feeds.csv").text, newline="")))
    assert [row[2] for row in rows[1:]] == NASTY
    tree = ElementTree.fromstring(client.get("/channels/1/feeds.xml").body)
    assert [feed.findtext("field1") for feed in tree.iter("feed")] == NASTY
    for number, value in enumerate(NASTY, 1):
        assert client.get(f"/channels/1/fields/1/{number}.txt").body == value.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("21.5", '"21.5"'),
        ("", '""'),
        ("<b>", '"\\u003cb\\u003e"'),
        ("a&b", '"a\\u0026b"'),
        ("a\u2028b\u2029c", '"a\\u2028b\\u2029c"'),
        ("a/b", '"a/b"'),
        ("it's", '"it\'s"'),
        ('a"b', '"a\\"b"'),
        ("a\\b", '"a\\\\b"'),
        ("a\nb\tc", '"a\\nb\\tc"'),
        ("a\x01b", '"a\\u0001b"'),
        ("21 °C 🌱", '"21 °C 🌱"'),
    ],
)
def test_json_escapes_as_rails_does(client, public_channel, write, value, text):
    write(public_channel, field1=value)
    assert client.get("/channels/1/fields/1/last.json").text == (
        f'{{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":{text}}}'
    )
    assert client.get("/channels/1/feeds.json").text.endswith(f'"field1":{text},"field2":null}}]}}')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("21.5", "21.5"),
        ("<b> & </b>", "&lt;b&gt; &amp; &lt;/b&gt;"),
        ('a "b"', "a &quot;b&quot;"),
        ("21 °C 🌱", "21 °C 🌱"),
        ("a\nb", "a\nb"),
    ],
)
def test_xml_escapes_as_rails_does(client, public_channel, write, value, text):
    write(public_channel, field1=value)
    assert client.get("/channels/1/fields/1/last.xml").text == (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  <entry-id type="integer">1</entry-id>
  <field1>{text}</field1>
  <id type="integer" nil="true"/>
</feed>
"""
    )


@pytest.mark.parametrize("code", [1, 8, 11, 12, 14, 27, 31, 0xFFFE, 0xFFFF])
def test_what_xml_has_no_place_for_does_not_spoil_the_document(client, public_channel, write, code):
    write(public_channel, field1=f"a{chr(code)}b")
    tree = ElementTree.fromstring(client.get("/channels/1/feeds.xml").body)
    value = next(tree.iter("feed")).findtext("field1")
    assert (value[0], value[-1], len(value)) == ("a", "b", 3)
    assert client.get("/channels/1/feeds.json").json["feeds"][0]["field1"] == f"a{chr(code)}b"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("21.5", "21.5"),
        ("", '""'),
        (" ", " "),
        ("21,5", '"21,5"'),
        ('say "on"', '"say ""on"""'),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\rb"'),
        ("a;b'c", "a;b'c"),
        ("21 °C", "21 °C"),
    ],
)
def test_csv_quotes_only_what_needs_it(client, public_channel, write, value, cell):
    write(public_channel, field1=value)
    assert client.get("/channels/1/feeds.csv").body.decode() == (
        f"created_at,entry_id,field1,field2\n2024-05-01 12:00:00 UTC,1,{cell},\n"
    )
    assert client.get("/channels/1/feeds/last.csv").body.decode() == (
        f"created_at,entry_id,field1,field2\n2024-05-01T12:00:00Z,1,{cell},\n"
    )


def test_null_and_empty_text_differ_in_every_format(client, public_channel, write):
    write(public_channel, field1="")
    assert '"field1":"","field2":null' in client.get("/channels/1/feeds.json").text
    assert client.get("/channels/1/feeds.csv").text.endswith(',1,"",\n')
    xml = client.get("/channels/1/feeds.xml")
    assert '<field2 nil="true"/>' in xml.text
    first = next(xml.xml.iter("feed")).find("field1")
    assert (first.text or "", first.attrib) == ("", {})


def test_names_labels_and_descriptions_are_escaped_too(client, add_channel):
    add_channel(
        "Fish & <chips>", labels=('"°C"',), public=True, description="a\u2028b", elevation="<1 m"
    )
    text = client.get("/channels/1/feeds.json?results=0").text
    assert '"name":"Fish \\u0026 \\u003cchips\\u003e","description":"a\\u2028b"' in text
    assert '"elevation":"\\u003c1 m","field1":"\\"°C\\""' in text
    text = client.get("/channels/1/feeds.xml?results=0").text
    assert "<name>Fish &amp; &lt;chips&gt;</name>" in text
    assert "<elevation>&lt;1 m</elevation>\n  <field1>&quot;°C&quot;</field1>" in text


# --- times ----------------------------------------------------------------------------------------


@pytest.fixture
def seasons(public_channel, write):
    """Entry 1 in winter, entry 2 in summer."""
    write(public_channel, "2024-01-15T12:00:00Z", field1="cold")
    write(public_channel, "2024-04-30T22:30:00Z", field1="warm")
    return public_channel


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=UTC", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=Europe/London", "2024-01-15T12:00:00+00:00", "2024-04-30T23:30:00+01:00"),
        ("timezone=Europe/Rome", "2024-01-15T13:00:00+01:00", "2024-05-01T00:30:00+02:00"),
        ("timezone=America/New_York", "2024-01-15T07:00:00-05:00", "2024-04-30T18:30:00-04:00"),
        ("timezone=Asia/Kolkata", "2024-01-15T17:30:00+05:30", "2024-05-01T04:00:00+05:30"),
        ("timezone=Africa/Abidjan", "2024-01-15T12:00:00+00:00", "2024-04-30T22:30:00+00:00"),
        ("timezone=Europe%2FRome", "2024-01-15T13:00:00+01:00", "2024-05-01T00:30:00+02:00"),
        ("timezone=europe/rome", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=Mars/Olympus", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=../../etc/passwd", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=Europe", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=%00%FF", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("timezone=", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("offset=0", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("offset=abc", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("offset=20", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
        ("offset=2", "2024-01-15T13:00:00+01:00", "2024-05-01T00:30:00+02:00"),
        ("offset=-4", "2024-01-15T07:00:00-05:00", "2024-04-30T18:30:00-04:00"),
        ("offset=5.5", "2024-01-15T17:00:00+05:00", "2024-05-01T03:30:00+05:00"),
        ("offset=9&timezone=Europe/Rome", "2024-01-15T13:00:00+01:00",
         "2024-05-01T00:30:00+02:00"),
        ("offset=2&timezone=Mars/Olympus", "2024-01-15T12:00:00Z", "2024-04-30T22:30:00Z"),
    ],
)  # fmt: skip
def test_times_are_printed_in_the_zone_of_the_request(client, seasons, zone, winter, summer):
    feeds = client.get(f"/channels/1/feeds.json?{zone}").json["feeds"]
    assert [feed["created_at"] for feed in feeds] == [winter, summer]
    xml = client.get(f"/channels/1/feeds.xml?{zone}").xml
    assert [feed.findtext("created-at") for feed in xml.iter("feed")] == [winter, summer]
    assert client.get(f"/channels/1/feeds/1.json?{zone}").json["created_at"] == winter
    assert client.get(f"/channels/1/feeds/last.csv?{zone}").text == (
        f"created_at,entry_id,field1,field2\n{summer},2,warm,\n"
    )
    assert client.get(f"/channels/1/feeds.csv?{zone}").text == (
        f"created_at,entry_id,field1,field2\n{spaced(winter)},1,cold,\n{spaced(summer)},2,warm,\n"
    )


def spaced(time: str) -> str:
    """The form of CSV lists: 2024-01-15 12:00:00 UTC, 2024-01-15 13:00:00 +0100."""
    day, clock = time.split("T")
    return f"{day} {clock[:8]} {'UTC' if clock[8:] == 'Z' else clock[8:].replace(':', '')}"


def test_the_channel_object_keeps_the_zone_of_the_request(client, greenhouse):
    channel = client.get("/channels/1417/feeds.json?timezone=Europe/Rome").json["channel"]
    assert channel["created_at"] == "2023-02-14T20:33:17+01:00"
    assert channel["updated_at"] == "2023-02-15T09:00:00+01:00"
    text = client.get("/channels/1417/feeds.xml?timezone=Europe/London").text
    assert '  <created-at type="dateTime">2023-02-14T19:33:17+00:00</created-at>' in text


def test_fractions_of_a_second_are_never_printed(client, public_channel, clock, write):
    clock.advance(0.999999)
    write(public_channel)
    write(public_channel, "2024-05-01T12:00:01.75Z")
    for path, times in (
        ("feeds.json", ['"2024-05-01T12:00:00Z"', '"2024-05-01T12:00:01Z"']),
        ("feeds.csv", ["2024-05-01 12:00:00 UTC,", "2024-05-01 12:00:01 UTC,"]),
        ("feeds.xml", [">2024-05-01T12:00:00Z<", ">2024-05-01T12:00:01Z<"]),
        ("feeds/last.csv", ["2024-05-01T12:00:01Z,"]),
    ):
        text = client.get(f"/channels/1/{path}").text
        assert all(time in text for time in times)


@pytest.mark.parametrize("year", [1000, 1899, 1969, 2038, 2106, 9999])
def test_times_far_away_are_printed_like_any_other(client, public_channel, write, year):
    write(public_channel, f"{year}-06-01T12:00:00Z", field1="far")
    assert client.get("/channels/1/feeds/last.json").json["created_at"] == f"{year}-06-01T12:00:00Z"
    assert client.get("/channels/1/feeds.csv").text.splitlines()[1] == (
        f"{year}-06-01 12:00:00 UTC,1,far,"
    )
    for zone in ("Pacific/Kiritimati", "Pacific/Midway"):
        time = client.get(f"/channels/1/feeds.json?timezone={zone}").json["feeds"][0]["created_at"]
        assert time.startswith(f"{year}-0")
        assert len(time) >= len("2024-05-01T12:00:00+00:00")


def test_coordinates_are_text_without_needless_zeros(client, public_channel, write):
    write(public_channel, lat="40", long="-4.2500", elevation="")
    assert client.get("/channels/1/feeds/last.json?location=true").text == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":null,"field2":null,'
        '"latitude":"40.0","longitude":"-4.25","elevation":""}'
    )


def test_json_is_compact(client, greenhouse):
    for path in ("feeds", "feeds/last", "status", "status/last", "feeds/last_data_age"):
        text = client.get(f"/channels/1417/{path}.json").text
        assert text == json.dumps(json.loads(text), separators=(",", ":"))
