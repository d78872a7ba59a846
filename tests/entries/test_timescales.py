"""Aggregation, rounding and limits of feeds: the pure functions, and the same through the URL
(contract, section 7).
"""

import tracemalloc
from statistics import median

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as some

from thingclone.entries import timescales
from thingclone.entries.timescales import Table
from thingclone.formats import times
from thingclone.formats.times import MINUTE, UTC

NINE = times.parse("2024-03-05 09:00:00", UTC)
COLUMNS = ("created_at", "field1")


def rows(*values, minutes=1):
    """Entries so many minutes apart, from nine o'clock on."""
    return [(NINE + place * minutes * MINUTE, value) for place, value in enumerate(values)]


def aggregate(function, minutes, columns, entries):
    """The rows of the buckets, however the function gets them."""
    if function == "timescale":
        return timescales.first_rows(minutes, entries)
    calculated_from = [name for name in columns if name == "created_at" or "field" in name]
    values = [row[: len(calculated_from)] for row in entries]
    table = Table.from_rows(calculated_from, values)
    return timescales.calculated_rows(function, minutes, table, columns)


def aggregated(function, minutes, entries, columns=COLUMNS):
    """[(time of the bucket, field1, ...)]"""
    return [
        (times.iso(row[0], UTC), *row[1:]) for row in aggregate(function, minutes, columns, entries)
    ]


def calculated(function, *values):
    """The value of the one bucket that these values are in."""
    (row,) = aggregate(function, 60, COLUMNS, rows(*values))
    return row[1]


# --- which buckets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        *[(str(minutes), minutes) for minutes in (10, 15, 20, 30, 60, 240, 720, 1440)],
        ("daily", 1440),
        ("10abc", 10),
        ("10.9", 10),
        (" 10", 10),
        ("+60", 60),
        *[
            (value, None)
            for value in ("5", "45", "0", "-10", "1", "100", "1441", "abc", "", "Daily", "weekly",
                          "a10", "1e1", "0x10", "99999999999999999999999999")
        ],
    ],
)  # fmt: skip
def test_the_minutes_of_a_bucket(value, minutes):
    assert timescales.bucket_minutes(value) == minutes


def test_the_example_of_the_contract():
    entries = [
        (NINE + 1 * MINUTE, "4"),
        (NINE + 7 * MINUTE, "7"),
        (NINE + 34 * MINUTE, "10"),
    ]
    assert aggregated("average", 10, entries) == [
        ("2024-03-05T09:00:00Z", "5.5"),
        ("2024-03-05T09:10:00Z", None),
        ("2024-03-05T09:20:00Z", None),
        ("2024-03-05T09:30:00Z", "10.0"),
    ]


@pytest.mark.parametrize(
    ("minutes", "time", "start"),
    [
        (10, "2024-03-05T09:59:59Z", "2024-03-05T09:50:00Z"),
        (10, "2024-03-05T09:50:00Z", "2024-03-05T09:50:00Z"),
        (15, "2024-03-05T09:50:00Z", "2024-03-05T09:45:00Z"),
        (20, "2024-03-05T09:39:00Z", "2024-03-05T09:20:00Z"),
        (30, "2024-03-05T09:29:00Z", "2024-03-05T09:00:00Z"),
        (60, "2024-03-05T09:29:00Z", "2024-03-05T09:00:00Z"),
        (240, "2024-03-05T09:29:00Z", "2024-03-05T08:00:00Z"),
        (720, "2024-03-05T23:29:00Z", "2024-03-05T12:00:00Z"),
        (1440, "2024-03-05T23:29:00Z", "2024-03-05T00:00:00Z"),
        (1440, "2024-03-05T00:30:00+01:00", "2024-03-04T00:00:00Z"),
        (10, "1969-12-31T23:55:00Z", "1969-12-31T23:50:00Z"),
        (1440, "1969-12-31T23:55:00Z", "1969-12-31T00:00:00Z"),
    ],
)
def test_buckets_are_aligned_to_1970_utc(minutes, time, start):
    entries = [(times.parse(time, UTC), "1")]
    for function in timescales.FUNCTIONS:
        assert aggregated(function, minutes, entries)[0][0] == start


@pytest.mark.parametrize("function", timescales.FUNCTIONS)
def test_empty_buckets_between_others_are_kept(function):
    entries = [(NINE, "1", "on"), (NINE + 35 * MINUTE, "2", "off")]
    result = aggregated(function, 10, entries, ("created_at", "field1", "status"))
    assert [row[0][11:16] for row in result] == ["09:00", "09:10", "09:20", "09:30"]
    assert [row[1] for row in result[1:3]] == [None, None]
    assert [row[2] for row in result[1:3]] == [None, None]


@pytest.mark.parametrize("function", timescales.FUNCTIONS)
def test_no_rows_make_no_buckets(function):
    assert aggregate(function, 10, COLUMNS, []) == []


@pytest.mark.parametrize("function", timescales.FUNCTIONS)
def test_entries_far_apart_do_not_exhaust_the_memory(function):
    """A clock that was not set writes 1970, another one 2999: 54 million buckets lie between."""
    ends = ("1970-01-01T00:00:00Z", "2999-12-31T23:59:00Z")
    entries = [(times.parse(end, UTC), "1") for end in ends]
    tracemalloc.start()
    result = aggregated(function, 10, entries)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (result[0][0], result[-1][0]) == ("1970-01-01T00:00:00Z", "2999-12-31T23:50:00Z")
    assert peak < 50_000_000


# --- what is in a bucket --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "values", "result"),
    [
        ("sum", ["1", "2.5"], "3.5"),
        ("sum", ["1", None, "abc", "2"], "3.0"),
        ("sum", ["0.1"] * 10, "0.9999999999999999"),
        ("sum", ["0.1", "0.2"], "0.30000000000000004"),
        ("sum", ["10000000000000000", "1", "-10000000000000000"], "0.0"),
        ("sum", ["-5"], "-5.0"),
        ("sum", [None, "", "nan"], None),
        ("average", ["4", "7"], "5.5"),
        ("average", ["6", "6", "7"], "6.333333333333333"),
        ("average", ["4", None, "abc", "8"], "3.0"),
        ("average", ["4", ""], "2.0"),
        ("average", [None, None], None),
        ("average", ["abc"], None),
        ("median", ["9", "1", "5"], "5.0"),
        ("median", ["9", "1", "5", "4"], "4.5"),
        ("median", ["9", None, "1", "abc", "5"], "5.0"),
        ("median", ["10", "9"], "9.5"),
        ("median", ["abc", None], None),
        ("timescale", ["4", "7"], "4"),
        ("timescale", ["04.50", "7"], "04.50"),
        ("timescale", [None, "7"], None),
        ("timescale", ["abc", "7"], "abc"),
        ("timescale", ["", "7"], ""),
    ],
)
def test_the_value_of_a_bucket(function, values, result):
    assert calculated(function, *values) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("12", "12.0"),
        ("+12", "12.0"),
        ("-12.50", "-12.5"),
        (" 12 ", "12.0"),
        ("\t12\r\n", "12.0"),
        ("007", "7.0"),
        ("0.1", "0.1"),
        ("9007199254740993", "9007199254740992.0"),
        ("999999999999999", "999999999999999.0"),
        ("1000000000000000", "1000000000000000.0"),
        ("10000000000000000", "1.0e+16"),
        ("12345678901234567890", "1.2345678901234567e+19"),
        ("0.0001", "0.0001"),
        ("0.00001", "1.0e-05"),
        ("0.0000123", "1.23e-05"),
        *[
            (text, None)
            for text in ("1e3", "1E3", ".5", "5.", "-.5", "nan", "NaN", "inf", "-inf", "abc", "",
                         "12 C", "1 2", "1.2.3", "1,2,3", "0x10", "1_000", "--1", "+", "²", "१२")
        ],
    ],
)  # fmt: skip
def test_what_counts_as_a_number_and_how_it_is_printed(text, result):
    for function in ("sum", "average", "median"):
        assert calculated(function, text) == result


def test_a_sum_beyond_all_numbers_is_infinity():
    assert calculated("sum", "9" * 309) == "Infinity"
    assert calculated("sum", "-" + "9" * 309) == "-Infinity"


def test_a_decimal_comma_is_printed_from_its_row_on():
    entries = rows("1.5", "2,5", "3.5", minutes=10)
    assert [row[1] for row in aggregated("sum", 10, entries)] == ["1.5", "2,5", "3,5"]
    assert calculated("average", "1,5", "2.5") == "2,0"
    assert calculated("average", "1.5", "2,5") == "2,0"
    assert calculated("timescale", "1,5") == "1,5"


def test_a_comma_in_a_text_is_no_decimal_comma():
    assert calculated("sum", "a, b", "2.5") == "2.5"


def test_sums_leave_out_status_and_place_and_timescale_keeps_those_of_the_first_row():
    columns = ("created_at", "field1", "latitude", "longitude", "elevation", "status")
    entries = [
        (NINE + MINUTE, "1", "51.5", "-0.12", "30", "first"),
        (NINE + 2 * MINUTE, "2", "52.5", "-0.13", "31", "second"),
    ]
    for function, result in (("sum", "3.0"), ("average", "1.5"), ("median", "1.5")):
        assert aggregated(function, 10, entries, columns) == [
            ("2024-03-05T09:00:00Z", result, None, None, None, None)
        ]
    assert aggregated("timescale", 10, entries, columns) == [
        ("2024-03-05T09:00:00Z", "1", "51.5", "-0.12", "30", "first")
    ]


def plainly(function, minutes, entries):
    """Sections 7.2 and 7.3 in plain words."""
    length = minutes * MINUTE
    buckets = {}
    for moment, value in entries:
        buckets.setdefault(moment // length * length, []).append(value)
    return [
        (start, plain_value(function, buckets.get(start, [])))
        for start in range(min(buckets), max(buckets) + 1, length)
    ]


def plain_value(function, values):
    numbers = [float(value) for value in values if value is not None and value != "text"]
    if not numbers:
        return None
    total = 0.0
    for number in numbers:
        total += number
    return repr({"sum": total, "average": total / len(values), "median": median(numbers)}[function])


VALUES = some.one_of(some.none(), some.just("text"), some.integers(1, 9999).map(str),
                     some.integers(100, 9999).map(lambda number: str(number / 100)))  # fmt: skip


@given_settings(deadline=None)
@given(
    function=some.sampled_from(("sum", "average", "median")),
    minutes=some.sampled_from(sorted(timescales.VALID_MINUTES)),
    entries=some.lists(some.tuples(some.integers(0, 5000), VALUES), min_size=1, max_size=60),
)
def test_buckets_are_calculated_as_the_contract_says(function, minutes, entries):
    entries = sorted(
        [(NINE + minute * MINUTE, value) for minute, value in entries], key=lambda row: row[0]
    )
    assert aggregate(function, minutes, COLUMNS, entries) == plainly(function, minutes, entries)


# --- round, min, max ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("2.675", 2, "2.67"),
        ("0.5", 0, "0"),
        ("1.5", 0, "2"),
        ("2.5", 0, "2"),
        ("12", 2, "12.00"),
        ("-1.005", 2, "-1.00"),
        ("-0.4", 0, "-0"),
        (" 21.456 ", 1, "21.5"),
        ("+21.456", 1, "21.5"),
        ("2,675", 2, "2,67"),
        ("2,5", 0, "2"),
        ("1.0", 20, "1.00000000000000000000"),
        ("text 1.55", 1, "text 1.55"),
        ("1e3", 1, "1e3"),
        (".55", 1, ".55"),
        ("nan", 1, "nan"),
        ("", 1, ""),
        (None, 1, None),
    ],
)
def test_rounding_is_that_of_printf(value, decimals, text):
    assert timescales.rounded(COLUMNS, [(NINE, value)], decimals) == [(NINE, text)]


def test_only_fields_are_rounded():
    columns = ("created_at", "entry_id", "field1", "latitude", "elevation", "status")
    row = (NINE, 3, "1.55", "51.55", "30.55", "7.55")
    assert timescales.rounded(columns, [row], 0) == [(NINE, 3, "2", "51.55", "30.55", "7.55")]


@pytest.mark.parametrize(
    ("minimum", "maximum", "kept"),
    [
        (None, None, ["5", "10", "1e1", "-1", None, "", "abc", "9,9"]),
        (5.0, None, ["5", "10", "1e1", None, "", "abc", "9,9"]),
        (None, 5.0, ["5", "-1", None, "", "abc", "9,9"]),
        (5.0, 9.0, ["5", None, "", "abc", "9,9"]),
        (10.0, 10.0, ["10", "1e1", None, "", "abc", "9,9"]),
    ],
)
def test_min_and_max_keep_what_is_within_them_and_what_is_no_number(minimum, maximum, kept):
    entries = rows("5", "10", "1e1", "-1", None, "", "abc", "9,9")
    assert [row[1] for row in timescales.within(COLUMNS, entries, minimum, maximum)] == kept


def test_one_field_beyond_the_limits_drops_the_whole_row():
    columns = ("created_at", "entry_id", "field1", "field2", "latitude")
    entries = [(NINE, 1, "5", "50", "500"), (NINE, 2, "5", "5", "500")]
    assert timescales.within(columns, entries, None, 10.0) == entries[1:]


# --- through the URL ------------------------------------------------------------------------------


@pytest.fixture
def measured(add_channel, clock, write):
    """The rows of the contract's example."""
    channel = add_channel("Tank", labels=("Level",), public=True)
    clock.set("2024-03-05 10:00:00")
    write(channel, "2024-03-05T09:01:00Z", field1="4", status="first", lat="51.5")
    write(channel, "2024-03-05T09:07:00Z", field1="7", status="second")
    write(channel, "2024-03-05T09:34:00Z", field1="10", status="third")
    return channel


def feeds(client, query, path="feeds.json"):
    answer = client.get(f"/channels/1/{path}?{query}").text
    return answer[answer.index('"feeds":') : -1]


RAW = (
    '"feeds":[{"created_at":"2024-03-05T09:01:00Z","entry_id":1,"field1":"4"},'
    '{"created_at":"2024-03-05T09:07:00Z","entry_id":2,"field1":"7"},'
    '{"created_at":"2024-03-05T09:34:00Z","entry_id":3,"field1":"10"}]'
)
AVERAGED = (
    '"feeds":[{"created_at":"2024-03-05T09:00:00Z","field1":"5.5"},'
    '{"created_at":"2024-03-05T09:10:00Z","field1":null},'
    '{"created_at":"2024-03-05T09:20:00Z","field1":null},'
    '{"created_at":"2024-03-05T09:30:00Z","field1":"10.0"}]'
)


def test_averages_come_in_every_format(client, measured):
    assert feeds(client, "average=10") == AVERAGED
    assert feeds(client, "average=10", "fields/1.json") == AVERAGED
    assert feeds(client, "average=10abc&median=60") == AVERAGED
    assert client.get("/channels/1/feeds.csv?average=10").text == (
        "created_at,field1\n"
        "2024-03-05 09:00:00 UTC,5.5\n"
        "2024-03-05 09:10:00 UTC,\n"
        "2024-03-05 09:20:00 UTC,\n"
        "2024-03-05 09:30:00 UTC,10.0\n"
    )
    assert client.get("/channels/1/feeds.xml?average=60").text.endswith(
        """  <feeds type="array">
    <feed>
      <created-at type="dateTime">2024-03-05T09:00:00Z</created-at>
      <field1>7.0</field1>
      <id type="integer" nil="true"/>
    </feed>
  </feeds>
</channel>"""
    )


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("timescale=60", "4"),
        ("sum=60", "21.0"),
        ("average=60", "7.0"),
        ("median=60", "7.0"),
        ("timescale=60&sum=60&average=60&median=60", "4"),
        ("median=60&average=60&sum=60", "21.0"),
        ("timescale=5&sum=60", "21.0"),
        ("timescale=&sum=abc&average=0&median=60", "7.0"),
        ("average=60&round=2", "7.00"),
        ("average=60&round=abc", "7"),
        ("average=60&round=", "7"),
        ("average=60&max=7", "7.0"),
        ("average=60&min=7&max=7.0", "7.0"),
        ("sum=60&results=2", "17.0"),
        ("sum=60&start=2024-03-05T09:05:00Z", "17.0"),
        ("sum=60&end_entry_id=2", "11.0"),
        ("sum=60&results=100000", "21.0"),
        ("average=60&timezone=UTC", "7.0"),
    ],
)
def test_parameters_of_aggregation(client, measured, query, value):
    assert feeds(client, query) == (
        f'"feeds":[{{"created_at":"2024-03-05T09:00:00Z","field1":"{value}"}}]'
    )


@pytest.mark.parametrize("value", ["5", "45", "0", "-10", "abc", "", "10000", "Daily"])
@pytest.mark.parametrize("function", timescales.FUNCTIONS)
def test_a_bucket_that_is_not_offered_is_ignored(client, measured, function, value):
    assert feeds(client, f"{function}={value}") == RAW


@pytest.mark.parametrize(
    ("function", "value"),
    [("timescale", "4"), ("sum", "21.0"), ("average", "7.0"), ("median", "7.0")],
)
def test_daily_is_a_day_of_utc_whatever_the_zone(client, measured, function, value):
    assert feeds(client, f"{function}=daily") == (
        f'"feeds":[{{"created_at":"2024-03-05T00:00:00Z","field1":"{value}"}}]'
    )
    assert feeds(client, f"{function}=daily&timezone=Asia/Kolkata") == (
        f'"feeds":[{{"created_at":"2024-03-05T05:30:00+05:30","field1":"{value}"}}]'
    )


def test_status_and_place_are_asked_for_with_averages_too(client, measured):
    query = "status=true&location=true&results=3"
    empty = '"latitude":null,"longitude":null,"elevation":null,"status":null}]'
    assert feeds(client, f"average=60&{query}").endswith(f'"field1":"7.0",{empty}')
    assert feeds(client, f"timescale=60&{query}").endswith(
        '"field1":"4","latitude":"51.5","longitude":null,"elevation":null,"status":"first"}]'
    )


def test_limits_are_checked_after_aggregation_and_before_rounding(client, measured):
    assert feeds(client, "average=60&max=6.9") == '"feeds":[]'
    assert feeds(client, "average=10&max=5.5&round=0") == (
        '"feeds":[{"created_at":"2024-03-05T09:00:00Z","field1":"6"},'
        '{"created_at":"2024-03-05T09:10:00Z","field1":null},'
        '{"created_at":"2024-03-05T09:20:00Z","field1":null}]'
    )
    assert feeds(client, "min=5&max=9") == (
        '"feeds":[{"created_at":"2024-03-05T09:07:00Z","entry_id":2,"field1":"7"}]'
    )
    assert feeds(client, "min=abc") == RAW
    assert feeds(client, "min=&max=") == RAW


@pytest.mark.parametrize(("query", "text"), [("round=2", "2.67"), ("round=0", "3"), ("", "2.675")])
def test_raw_rows_are_rounded_too(client, public_channel, write, query, text):
    write(public_channel, field1="2.675", field2="wet", lat="51.55")
    assert feeds(client, f"location=true&{query}") == (
        '"feeds":[{"created_at":"2024-05-01T12:00:00Z","entry_id":1,'
        f'"field1":"{text}","field2":"wet",'
        '"latitude":"51.55","longitude":null,"elevation":null}]'
    )


def test_rows_far_apart_are_answered_through_the_url(client, public_channel, write):
    write(public_channel, "1970-01-01T00:00:00Z", field1="1")
    write(public_channel, "2999-12-31T23:59:00Z", field1="2")
    for function in timescales.FUNCTIONS:
        text = client.get(f"/channels/1/feeds.csv?{function}=10").text
        assert text.count("\n") <= 100_001
        assert "1970-01-01 00:00:00 UTC,1" in text
        assert "2999-12-31 23:50:00 UTC,2" in text
