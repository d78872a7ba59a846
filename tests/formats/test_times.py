"""Dates as devices write them, time zones, and how moments are printed."""

import tracemalloc
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from thingclone.formats.times import SECOND, exact, iso, named_zone, parse, request_zone, spaced

ROME = ZoneInfo("Europe/Rome")
NEW_YORK = ZoneInfo("America/New_York")
NOON = 1_714_564_800 * SECOND  # 2024-05-01 12:00:00 UTC
WINTER = 1_704_110_400 * SECOND  # 2024-01-01 12:00:00 UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2014-12-31 23:59:59", "2014-12-31T23:59:59Z"),
        ("2014-12-31T23:59:59", "2014-12-31T23:59:59Z"),
        ("2014-12-31t23:59:59z", "2014-12-31T23:59:59Z"),
        ("2014-12-31T23:59:59Z", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59:59 UTC", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59:59 GMT", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59", "2014-12-31T23:59:00Z"),
        ("2014-12-31", "2014-12-31T00:00:00Z"),
        ("  2014-12-31  23:59:59 ", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59:59\r\n", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59:59\\n", "2014-12-31T23:59:59Z"),
        ("2014-12-31, 23:59:59", "2014-12-31T23:59:59Z"),
        ("2014/12/31 23:59:59", "2014-12-31T23:59:59Z"),
        ("2014.12.31 23:59:59", "2014-12-31T23:59:59Z"),
        ("2014-1-2 3:4:5", "2014-01-02T03:04:05Z"),
        ("31/12/2014 23:59:59", "2014-12-31T23:59:59Z"),
        ("31.12.2014 23:59", "2014-12-31T23:59:00Z"),
        ("1-2-2014", "2014-02-01T00:00:00Z"),
        ("20141231", "2014-12-31T00:00:00Z"),
        ("20141231235959", "2014-12-31T23:59:59Z"),
        ("20141231T235959Z", "2014-12-31T23:59:59Z"),
        ("2014-12-31 11:59:59 PM", "2014-12-31T23:59:59Z"),
        ("2014-12-31 12:00 am", "2014-12-31T00:00:00Z"),
        ("2014-12-31 12:00 p.m.", "2014-12-31T12:00:00Z"),
        ("Wed, 31 Dec 2014 23:59:59 +0000", "2014-12-31T23:59:59Z"),
        ("Wed, 31 Dec 2014 23:59:59 GMT", "2014-12-31T23:59:59Z"),
        ("31 Dec 2014 23:59:59", "2014-12-31T23:59:59Z"),
        ("Wed Dec 31 23:59:59 2014", "2014-12-31T23:59:59Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("1714564800", "2024-05-01T12:00:00Z"),
        ("1714564800.75", "2024-05-01T12:00:00Z"),
        ("1714564800123", "2024-05-01T12:00:00Z"),
        ("2014-12-31" + " " * 100_000 + "T:" * 100_000, "2014-12-31T00:00:00Z"),
        ("1969-12-31 23:59:59", "1969-12-31T23:59:59Z"),
        ("1000-01-02", "1000-01-02T00:00:00Z"),
        ("9999-12-29 23:59:59", "9999-12-29T23:59:59Z"),
        (1714564800, "2024-05-01T12:00:00Z"),
        (1714564800.75, "2024-05-01T12:00:00Z"),
        (1714564800123, "2024-05-01T12:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
    ],
)
def test_a_date_is_read_in_any_form_that_devices_write(text, moment):
    assert iso(parse(text, UTC), UTC) == moment


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "now",
        "yesterday",
        "5",
        "-5",
        "2014",
        "23:59:59",
        "12345678901234567890",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0000-01-01",
        "0001-01-01",
        "1000-01-01",
        "99999-01-01",
        "99999-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "2014-13-01",
        "2014-02-30",
        "2023-02-29",
        "12/31/2014",
        "2014-12-31 25:00:00",
        "2014-12-31 23:60:00",
        "2014-12-31 23:59:61",
        "Wed, 31 Foo 2014 23:59:59",
        "٢٠١٤-١٢-٣١",
        "\ufffd",
        "x" * 100_000,
        None,
        True,
        False,
        [],
        [2014, 12, 31],
        {},
        10**30,
        -(10**30),
        1e300,
        -1e300,
        float("nan"),
        float("inf"),
    ],
)
def test_what_is_no_date_is_none(value):
    assert parse(value, UTC) is None


def test_a_list_as_date_costs_no_memory():
    tracemalloc.start()
    try:
        assert parse([0] * 100, UTC) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("2014-12-31T23:59:59.5Z", 500_000),
        ("2014-12-31T23:59:59,25Z", 250_000),
        ("2014-12-31T23:59:59.123456789Z", 123_456),
        ("2014-12-31T23:59:59.000001Z", 1),
        ("1714564800.25", 250_000),
        ("1714564800123", 123_000),
        (1714564800.25, 250_000),
        (1714564800123, 123_000),
    ],
)
def test_fractions_of_a_second_are_kept_to_the_microsecond(text, microseconds):
    assert parse(text, UTC) % SECOND == microseconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2014-12-31 23:59:59", "2015-01-01T04:59:59Z"),
        ("2014-07-01 12:00:00", "2014-07-01T16:00:00Z"),
        ("2014-12-31", "2014-12-31T05:00:00Z"),
        ("31 Dec 2014 23:59:59", "2015-01-01T04:59:59Z"),
        ("20141231T235959", "2015-01-01T04:59:59Z"),
        ("2014-12-31 23:59:59 nonsense", "2015-01-01T04:59:59Z"),
        ("2014-12-31T23:59:59Z", "2014-12-31T23:59:59Z"),
        ("20141231T235959Z", "2014-12-31T23:59:59Z"),
        ("2014-12-31 23:59:59 UTC", "2014-12-31T23:59:59Z"),
        ("2014-12-31T23:59:59+01:00", "2014-12-31T22:59:59Z"),
        ("2014-12-31T23:59:59+0100", "2014-12-31T22:59:59Z"),
        ("2014-12-31T23:59:59+01", "2014-12-31T22:59:59Z"),
        ("2014-12-31T23:59:59 01:00", "2014-12-31T22:59:59Z"),
        ("2014-12-31 23:59:59  0100", "2014-12-31T22:59:59Z"),
        ("2014-12-31 23:59:59 -0330", "2015-01-01T03:29:59Z"),
        ("2014-12-31 23:59:59 Asia/Tokyo", "2014-12-31T14:59:59Z"),
        ("2014-12-31 23:59:59 CET", "2014-12-31T22:59:59Z"),
        ("2014-12-31 11:59:59 PM +0000", "2014-12-31T23:59:59Z"),
        ("Wed, 31 Dec 2014 23:59:59 +0100", "2014-12-31T22:59:59Z"),
        ("Wed, 31 Dec 2014 23:59:59 PST", "2015-01-01T07:59:59Z"),
        (
            "Wed Dec 31 2014 23:59:59 GMT+0100 (Central European Standard Time)",
            "2014-12-31T22:59:59Z",
        ),
        ("Wed Dec 31 2014 23:59:59 GMT 0100 (CET)", "2014-12-31T22:59:59Z"),
        ("2014-12-31 23:59:59 GMT+01:00", "2014-12-31T22:59:59Z"),
        ("2014-12-31+23:59:59", "2015-01-01T04:59:59Z"),
        ("1714564800", "2024-05-01T12:00:00Z"),
        (1714564800, "2024-05-01T12:00:00Z"),
    ],
)
def test_the_zone_counts_where_the_text_names_none_of_its_own(text, moment):
    assert iso(parse(text, NEW_YORK), UTC) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-31 01:59:59", "2024-03-31T00:59:59Z"),
        ("2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),
        ("2024-03-31 03:00:00", "2024-03-31T01:00:00Z"),
        ("2024-10-27 01:59:59", "2024-10-26T23:59:59Z"),
        ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
        ("2024-10-27 03:00:00", "2024-10-27T02:00:00Z"),
    ],
)
def test_a_time_that_daylight_saving_skips_or_repeats_is_read_before_the_change(text, moment):
    assert iso(parse(text, ROME), UTC) == moment


@pytest.mark.parametrize(
    ("moment", "zone", "iso_text", "spaced_text"),
    [
        (NOON, UTC, "2024-05-01T12:00:00Z", "2024-05-01 12:00:00 UTC"),
        (NOON, ROME, "2024-05-01T14:00:00+02:00", "2024-05-01 14:00:00 +0200"),
        (WINTER, ROME, "2024-01-01T13:00:00+01:00", "2024-01-01 13:00:00 +0100"),
        (NOON, NEW_YORK, "2024-05-01T08:00:00-04:00", "2024-05-01 08:00:00 -0400"),
        (
            WINTER,
            ZoneInfo("Europe/London"),
            "2024-01-01T12:00:00+00:00",
            "2024-01-01 12:00:00 +0000",
        ),
        (
            NOON,
            ZoneInfo("Asia/Kolkata"),
            "2024-05-01T17:30:00+05:30",
            "2024-05-01 17:30:00 +0530",
        ),
        (NOON + 999_999, UTC, "2024-05-01T12:00:00Z", "2024-05-01 12:00:00 UTC"),
        (NOON + 999_999, ROME, "2024-05-01T14:00:00+02:00", "2024-05-01 14:00:00 +0200"),
        (0, UTC, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00 UTC"),
        (-1, UTC, "1969-12-31T23:59:59Z", "1969-12-31 23:59:59 UTC"),
        (
            -30_610_137_599 * SECOND,
            UTC,
            "1000-01-02T00:00:01Z",
            "1000-01-02 00:00:01 UTC",
        ),
        (
            253_402_127_999 * SECOND,
            ROME,
            "9999-12-30T00:59:59+01:00",
            "9999-12-30 00:59:59 +0100",
        ),
        (-3_786_825_600 * SECOND, ROME, "1850-01-01T00:49:56+00:49", "1850-01-01 00:49:56 +0049"),
    ],
)
def test_moments_are_printed_in_whole_seconds(moment, zone, iso_text, spaced_text):
    assert iso(moment, zone) == iso_text
    assert spaced(moment, zone) == spaced_text


@pytest.mark.parametrize(
    ("timezone", "offset", "now", "printed"),
    [
        (None, None, NOON, "2024-05-01T12:00:00Z"),
        ("", "", NOON, "2024-05-01T12:00:00Z"),
        ("UTC", None, NOON, "2024-05-01T12:00:00Z"),
        ("America/New_York", None, NOON, "2024-05-01T08:00:00-04:00"),
        ("America/New_York", "9", NOON, "2024-05-01T08:00:00-04:00"),
        ("america/new_york", "9", NOON, "2024-05-01T12:00:00Z"),
        ("America/Nowhere", None, NOON, "2024-05-01T12:00:00Z"),
        ("../../etc/passwd", None, NOON, "2024-05-01T12:00:00Z"),
        ("/etc/passwd", None, NOON, "2024-05-01T12:00:00Z"),
        ("America", None, NOON, "2024-05-01T12:00:00Z"),
        (".", None, NOON, "2024-05-01T12:00:00Z"),
        ("zone.tab", None, NOON, "2024-05-01T12:00:00Z"),
        ("\ufffd\0", None, NOON, "2024-05-01T12:00:00Z"),
        ("x" * 100_000, None, NOON, "2024-05-01T12:00:00Z"),
        ("", "9", NOON, "2024-05-01T21:00:00+09:00"),
        (None, "+9", NOON, "2024-05-01T21:00:00+09:00"),
        (None, "9.5", NOON, "2024-05-01T21:00:00+09:00"),
        (None, 9, NOON, "2024-05-01T21:00:00+09:00"),
        (None, "-3", NOON, "2024-05-01T09:00:00-03:00"),
        (None, "12", NOON, "2024-05-02T00:00:00+12:00"),
        (None, "-11", NOON, "2024-05-01T01:00:00-11:00"),
        (None, "0", NOON, "2024-05-01T12:00:00Z"),
        (None, "abc", NOON, "2024-05-01T12:00:00Z"),
        (None, "20", NOON, "2024-05-01T12:00:00Z"),
        (None, "9" * 40, NOON, "2024-05-01T12:00:00Z"),
        (["UTC"], {"a": 1}, NOON, "2024-05-01T12:00:00Z"),
    ],
)
def test_the_zone_of_a_request(timezone, offset, now, printed):
    assert iso(NOON, request_zone(timezone, offset, now)) == printed


def test_a_moment_of_another_season_follows_the_daylight_rules_of_the_offsets_zone():
    assert iso(NOON, request_zone(None, "-4", NOON)) == "2024-05-01T08:00:00-04:00"
    assert iso(WINTER, request_zone(None, "1", NOON)) == "2024-01-01T12:00:00+00:00"
    assert iso(NOON, request_zone(None, "-5", WINTER)) == "2024-05-01T08:00:00-04:00"


def test_names_that_are_no_zones_are_not_kept_in_memory():
    tracemalloc.start()
    try:
        for number in range(200):
            assert named_zone(f"{number}" * 20_000) is None
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T12:34:56Z",
        "2024-05-01 12:34:56 UTC",
        "2024-05-01T12:34:56+00:00",
        "2024-05-01T12:34:56.000000+0000",
    ],
)
def test_the_plain_forms_of_exports_name_their_zone(text):
    assert parse(text, ROME) == parse("2024-05-01 12:34:56", UTC)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2024-05-01T12:34:56Z", "2024-05-01T12:34:56+00:00"),
        ("2024-05-01T12:34:56.05Z", "2024-05-01T12:34:56.050000+00:00"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999+00:00"),
        ("1000-01-02T00:00:00Z", "1000-01-02T00:00:00+00:00"),
    ],
)
def test_exact_moments_are_read_as_they_were_printed(text, printed):
    moment = parse(text, UTC)
    assert exact(moment) == printed
    assert parse(printed, ROME) == moment


@pytest.mark.parametrize("text", ["2024-02-30T12:00:00Z", "2024-13-01 12:00:00 UTC"])
def test_a_day_that_does_not_exist_is_no_date(text):
    assert parse(text, UTC) is None
