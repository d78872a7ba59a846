"""Writing many entries at once, as JSON and as CSV (contract, sections 5.2 and 5.3)."""

import json

import pytest
from webtest.app import TestRequest

from thingclone.database.models import Entry
from thingclone.formats.times import UTC, iso
from thingclone.settings import Settings

FORM = "application/x-www-form-urlencoded"
ACCEPTED = b'{"success":true}'
UNAUTHORIZED = (
    b'{"status":"401","error":{"error_code":"error_auth_required",'
    b'"message":"Authorization Required",'
    b'"details":"Please provide proper authentication details."}}'
)
NOT_FOUND = (
    b'{"status":"404","error":{"error_code":"error_resource_not_found",'
    b'"message":"Resource Not Found",'
    b'"details":"The requested resource was not found. Please check the URL and try again."}}'
)
WRONG_METHOD = (
    b'{"status":"405","error":{"error_code":"error_method_invalid",'
    b'"message":"Method Not Allowed",'
    b'"details":"Please use the proper HTTP method for this request."}}'
)
TOO_SOON = (
    b'{"status":"429","error":{"error_code":"error_too_many_requests",'
    b'"message":"Too Many Requests",'
    b'"details":"Please wait before making another request."}}'
)
A_MESSAGE = {"created_at": "2024-01-30 10:26:21 -0500", "field1": "1"}


def bad_request(details: str) -> bytes:
    return (
        '{"status":"400","error":{"error_code":"error_bad_request",'
        f'"message":"Bad Request","details":"{details}"}}}}'
    ).encode()


def too_large(details: str) -> bytes:
    return (
        '{"status":"413","error":{"error_code":"error_request_too_large",'
        f'"message":"Request Entity Too Large","details":"{details}"}}}}'
    ).encode()


def send(client, path: str, body: bytes, content_type: str | None = "application/json"):
    """POST these very bytes."""
    request = TestRequest.blank(path, method="POST")
    request.body = body
    if content_type is None:
        request.environ.pop("CONTENT_TYPE", None)
    else:
        request.content_type = content_type
    return client.do_request(request)


@pytest.fixture
def write(client, channel):
    """A function that bulk-writes messages as JSON."""

    def write(*updates, **members):
        body = {"write_api_key": channel.write_key, "updates": list(updates)} | members
        return client.post_json("/channels/1/bulk_update.json", body)

    return write


@pytest.fixture
def write_csv(client, channel):
    """A function that bulk-writes messages as CSV; `updates` goes out as it is."""

    def write_csv(updates: str, time_format="absolute"):
        head = f"write_api_key={channel.write_key}&time_format={time_format}&updates="
        return send(client, "/channels/1/bulk_update.csv", (head + updates).encode(), FORM)

    return write_csv


def entries(*names: str) -> list[tuple]:
    """The values of all entries, in the order of their ids."""
    return list(
        Entry.select(*(getattr(Entry, name) for name in names)).order_by(Entry.entry_id).tuples()
    )


def times() -> list[str]:
    return [iso(moment, UTC) for (moment,) in entries("created_at")]


def assert_accepted(answer):
    assert (answer.status, answer.body) == ("202 Accepted", ACCEPTED)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Content-Length"] == "16"


# --- JSON -----------------------------------------------------------------------------------------


def test_a_bulk_write_is_accepted_and_can_be_read_back(client, channel, write):
    assert_accepted(
        write(
            {
                "created_at": "2024-01-30 10:26:21 -0500",
                "field1": "1",
                "field2": 2.5,
                "latitude": 50.1,
                "longitude": -4.2,
                "elevation": 12,
                "status": "ok",
            },
            {"created_at": "2024-01-30 10:27:21 -0500", "field1": "2"},
        )
    )
    wanted = {"api_key": channel.read_key, "status": "true", "location": "true"}
    assert client.get("/channels/1/feeds.json", wanted).json["feeds"] == [
        {
            "created_at": "2024-01-30T15:26:21Z",
            "entry_id": 1,
            "field1": "1",
            "field2": "2.5",
            "latitude": "50.1",
            "longitude": "-4.2",
            "elevation": "12",
            "status": "ok",
        },
        {
            "created_at": "2024-01-30T15:27:21Z",
            "entry_id": 2,
            "field1": "2",
            "field2": None,
            "latitude": None,
            "longitude": None,
            "elevation": None,
            "status": None,
        },
    ]


@pytest.mark.parametrize(
    ("created_at", "stored"),
    [
        ("2024-01-30 10:26:21 -0500", "2024-01-30T15:26:21Z"),
        ("2024-01-30 10:26:21 +0100", "2024-01-30T09:26:21Z"),
        ("2024-01-30T10:26:21Z", "2024-01-30T10:26:21Z"),
        ("2024-01-30T10:26:21-05:00", "2024-01-30T15:26:21Z"),
        ("2024-01-30T10:26:21.750Z", "2024-01-30T10:26:21Z"),
        ("2024-01-30 10:26:21", "2024-01-30T10:26:21Z"),
        ("2024-01-30", "2024-01-30T00:00:00Z"),
        ("1706610381", "2024-01-30T10:26:21Z"),
        (1706610381, "2024-01-30T10:26:21Z"),
        (1706610381.9, "2024-01-30T10:26:21Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_created_at_is_a_date_or_seconds_since_1970(write, created_at, stored):
    assert_accepted(write({"created_at": created_at, "field1": 1}))
    assert times() == [stored]


def test_created_at_is_read_in_the_zone_of_the_request(write):
    write({"created_at": "2024-07-01 12:00:00"}, timezone="America/New_York")
    assert times() == ["2024-07-01T16:00:00Z"]


def test_ids_follow_the_order_of_the_list_not_that_of_the_times(write):
    write(
        {"created_at": "2024-01-03", "field1": "first"},
        {"created_at": "2024-01-01", "field1": "second"},
        {"created_at": "2024-01-02", "field1": "third"},
    )
    assert entries("entry_id", "field1") == [(1, "first"), (2, "second"), (3, "third")]


def test_a_bulk_write_counts_on_from_the_last_entry(client, channel, write):
    assert client.get("/update", {"api_key": channel.write_key}).text == "1"
    write(A_MESSAGE, {"created_at": "2024-01-31"})
    assert client.get("/update", {"api_key": channel.write_key}).text == "4"
    assert entries("entry_id") == [(1,), (2,), (3,), (4,)]


def test_deltas_count_from_the_last_stored_entry(client, channel, write):
    for date in ("2024-01-30 10:00:00", "2024-01-29 10:00:00"):
        client.get("/update", {"api_key": channel.write_key, "created_at": date})
    assert_accepted(write({"delta_t": 15, "field1": 1.0}, {"delta_t": 2, "field1": 1.1}))
    assert times()[2:] == ["2024-01-29T10:00:15Z", "2024-01-29T10:00:17Z"]
    assert entries("field1")[2:] == [("1.0",), ("1.1",)]


def test_in_an_empty_channel_deltas_end_now(write):
    assert_accepted(write({"delta_t": 0}, {"delta_t": 15}, {"delta_t": "45"}))
    assert times() == ["2024-05-01T11:59:00Z", "2024-05-01T11:59:15Z", "2024-05-01T12:00:00Z"]


def test_fractions_of_a_second_are_no_duplicates(write):
    messages = [{"delta_t": 0.25, "field1": 1}, {"delta_t": "0.25", "field1": 2}]
    assert_accepted(write(*messages))
    assert entries("entry_id", "field1") == [(1, "1"), (2, "2")]


def test_a_first_delta_of_zero_has_the_time_of_the_last_entry(client, channel, write):
    client.get("/update", {"api_key": channel.write_key, "created_at": "2024-01-30"})
    assert_accepted(write({"delta_t": 0}))
    assert times() == ["2024-01-30T00:00:00Z", "2024-01-30T00:00:00Z"]


def test_of_messages_with_the_same_time_the_last_is_kept(write):
    assert_accepted(
        write(
            {"created_at": "2024-01-30 10:00:00", "field1": "first"},
            {"created_at": "2024-01-30 10:00:01", "field1": "other"},
            {"created_at": "2024-01-30T11:00:00+01:00", "field1": "last"},
        )
    )
    assert entries("entry_id", "field1") == [(1, "other"), (2, "last")]


def test_a_delta_of_zero_replaces_the_message_before(write):
    assert_accepted(write({"delta_t": 1, "field1": "first"}, {"delta_t": 0, "field1": "last"}))
    assert entries("entry_id", "field1") == [(1, "last")]


def test_a_time_that_is_stored_already_is_stored_again(write):
    assert_accepted(write(A_MESSAGE))
    assert_accepted(write(A_MESSAGE))
    assert entries("entry_id", "field1") == [(1, "1"), (2, "1")]


def test_values_are_read_as_those_of_update(write):
    write(
        {
            "created_at": 1706610381,
            "1": "short name",
            "field2": "",
            "field3": None,
            "field4": "é" * 300,
            "field5": True,
            "field6": [1],
            "field7": "NaN",
            "field8": "ip_address",
            "lat": "abc",
            "long": "",
            "status": r"ok\r\n",
            "other": {},
        }
    )
    wanted = [f"field{number}" for number in range(1, 9)]
    assert entries(*wanted, "latitude", "longitude", "status") == [
        ("short name", "", None, "é" * 255, "true", None, "NaN", "ip_address", "0.0", None, "ok")
    ]


def test_the_reason_says_what_was_changed(write):
    answer = write(A_MESSAGE, {"created_at": 0, "field4": "x" * 256, "field6": [1]})
    assert_accepted(answer)
    assert answer.headers["X-ThingClone-Reason"] == (
        "message 2: field4 was truncated to 255 characters; "
        "message 2: field6 was ignored: a value must be text or a number, not a list or an object"
    )


def test_messages_without_values_make_entries(write):
    assert_accepted(write({"created_at": "2024-01-30"}, {"created_at": "2024-01-31"}))
    assert entries("entry_id", "field1") == [(1, None), (2, None)]


def test_an_empty_list_stores_nothing(write):
    assert_accepted(write())
    assert entries("entry_id") == []


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "text/plain", FORM, None, "text/csv"],
)
def test_the_content_type_does_not_matter(client, channel, content_type):
    body = json.dumps({"write_api_key": channel.write_key, "updates": [A_MESSAGE]}).encode()
    assert_accepted(send(client, "/channels/1/bulk_update.json", body, content_type))


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\0", b" \t", b"\r\0"])
def test_what_arduino_counts_in_after_the_json_is_passed_over(client, channel, end):
    body = json.dumps({"write_api_key": channel.write_key, "updates": [A_MESSAGE]}).encode()
    assert_accepted(send(client, "/channels/1/bulk_update.json", body + end))
    assert entries("field1") == [("1",)]


@pytest.mark.parametrize(
    "path", ["/channels/1/bulk_update.json/", "//channels/1//bulk_update.json"]
)
def test_slashes_too_many_are_passed_over(client, channel, path):
    body = json.dumps({"write_api_key": channel.write_key, "updates": [A_MESSAGE]}).encode()
    assert_accepted(send(client, path, body))


def test_14400_messages_fit_into_one_call(client, channel, write):
    messages = [{"created_at": 1700000000 + number, "field1": number} for number in range(14_400)]
    assert_accepted(write(*messages))
    feed = client.get("/channels/1/feeds/last.json", {"api_key": channel.read_key}).json
    assert (feed["entry_id"], feed["field1"]) == (14_400, "14399")
    answer = write(*messages, {"created_at": 0})
    assert answer.status_int == 413
    assert answer.body == too_large("14401 messages in one bulk write: the limit is 14400")
    assert Entry.select().count() == 14_400


@pytest.mark.parametrize("settings", [Settings(max_bulk=2)])
def test_how_many_messages_fit_is_a_setting(write, write_csv):
    assert_accepted(write(A_MESSAGE, {"created_at": 0}))
    details = "3 messages in one bulk write: the limit is 2"
    for answer in (write(*[A_MESSAGE] * 3), write_csv("0000000001|0000000002|0000000003")):
        assert (answer.status_int, answer.body) == (413, too_large(details))
    assert Entry.select().count() == 2


@pytest.mark.parametrize("settings", [Settings(max_body=1000)])
def test_a_body_beyond_the_limit_is_too_large(client, channel):
    for kind in ("json", "csv"):
        answer = send(client, f"/channels/1/bulk_update.{kind}", b"x" * 1001)
        assert answer.status_int == 413
        assert answer.body == too_large("the body has 1001 bytes: the limit is 1000")


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["write_api_key", "api_key", "key", "apikey"])
def test_the_key_may_stand_in_the_body(client, channel, name):
    body = {name: channel.write_key, "updates": [A_MESSAGE]}
    assert_accepted(client.post_json("/channels/1/bulk_update.json", body))


def test_the_key_may_stand_in_a_header_or_in_the_query(client, channel):
    body = json.dumps({"updates": [A_MESSAGE]}).encode()
    url = "/channels/1/bulk_update.json"
    answer = client.post(url, body, headers={"X-THINGSPEAKAPIKEY": channel.write_key})
    assert_accepted(answer)
    assert_accepted(client.post(f"{url}?api_key={channel.write_key}", body))
    form = {"updates": "2024-01-30T10:26:21Z,1"}
    header = {"THINGSPEAKAPIKEY": channel.write_key}
    assert_accepted(client.post("/channels/1/bulk_update.csv", form, headers=header))


@pytest.mark.parametrize("kind", ["json", "csv"])
@pytest.mark.parametrize("which", ["none", "empty", "wrong", "read", "user", "other", "number"])
def test_every_wrong_key_is_401(client, add_channel, gardener, kind, which):
    channel, other = add_channel(), add_channel()
    key = {
        "none": None,
        "empty": "",
        "wrong": "WRONG",
        "read": channel.read_key,
        "user": gardener.api_key,
        "other": other.write_key,
        "number": 5,
    }[which]
    url = f"/channels/1/bulk_update.{kind}"
    given = {} if key is None else {"write_api_key": key}
    if kind == "json":
        answer = client.post_json(url, {"updates": [A_MESSAGE]} | given)
    else:
        answer = client.post(url, {"updates": "2024-01-30T10:26:21Z,1"} | given)
    assert (answer.status, answer.body) == ("401 Unauthorized", UNAUTHORIZED)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert Entry.select().count() == 0


def test_the_key_of_another_channel_is_told_apart(client, add_channel):
    add_channel()
    body = {"write_api_key": add_channel().write_key, "updates": [A_MESSAGE]}
    answer = client.post_json("/channels/1/bulk_update.json", body)
    assert answer.headers["X-ThingClone-Reason"] == (
        "this is the write key of another channel, not of 1"
    )


@pytest.mark.parametrize("number", ["2", "0", "4294967297", "9" * 40])
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_channel_that_is_not_there_is_404(client, channel, number, kind):
    body = {"write_api_key": channel.write_key, "updates": [A_MESSAGE]}
    url = f"/channels/{number}/bulk_update.{kind}"
    if kind == "json":
        answer = client.post_json(url, body)
    else:
        answer = client.post(url, body | {"updates": "2024-01-30T10:26:21Z,1"})
    assert (answer.status, answer.body) == ("404 Not Found", NOT_FOUND)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert Entry.select().count() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_bulk_writes_are_posted(client, channel, method):
    answer = client.request("/channels/1/bulk_update.json", method=method)
    assert (answer.status, answer.body) == ("405 Method Not Allowed", WRONG_METHOD)


# --- write interval -------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [Settings(write_interval=15)])
def test_a_bulk_write_that_comes_too_soon_is_429(client, channel, clock, write, write_csv):
    assert_accepted(write(A_MESSAGE))
    clock.advance(14)
    for answer in (write({"created_at": 0}), write_csv("2024-01-30T10:26:21Z,1")):
        assert (answer.status, answer.body) == ("429 Too Many Requests", TOO_SOON)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert (
            answer.headers["X-ThingClone-Reason"] == "channel 1 accepts one write every 15 seconds"
        )
        assert "Retry-After" not in answer.headers
    assert client.get("/update", {"api_key": channel.write_key}).text == "0"
    clock.advance(1)
    assert_accepted(write({"created_at": 0}))
    assert Entry.select().count() == 2


@pytest.mark.parametrize("settings", [Settings(write_interval=15)])
def test_a_bulk_write_comes_too_soon_after_a_single_one(client, channel, write):
    client.get("/update", {"api_key": channel.write_key})
    assert write(A_MESSAGE).status_int == 429


# --- wrong shapes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ("text", "message 2 of updates is not an object"),
        (5, "message 2 of updates is not an object"),
        (None, "message 2 of updates is not an object"),
        ([A_MESSAGE], "message 2 of updates is not an object"),
        ({}, "message 2 has neither created_at nor delta_t"),
        ({"field1": "1"}, "message 2 has neither created_at nor delta_t"),
        ({"created_at": None}, "message 2 has neither created_at nor delta_t"),
        ({"created_at": ""}, "message 2: created_at '' is not a valid date"),
        ({"created_at": "soon"}, "message 2: created_at 'soon' is not a valid date"),
        ({"created_at": "0000-00-00"}, "message 2: created_at '0000-00-00' is not a valid date"),
        (
            {"created_at": [2024] * 5000},
            "message 2: created_at '[2024, 2024, 2024, 2024, 2024, 2024, 202' is not a valid date",
        ),
        ({"created_at": {}}, "message 2: created_at '{}' is not a valid date"),
        ({"created_at": True}, "message 2: created_at 'True' is not a valid date"),
        ({"created_at": 1e300}, "message 2: created_at '1e+300' is not a valid date"),
        ({"delta_t": 5}, "updates must not mix created_at and delta_t"),
        (
            {"delta_t": -1},
            "message 2: delta_t must be seconds from 0 to a century",
        ),
        (
            {"delta_t": 10**30},
            "message 2: delta_t must be seconds from 0 to a century",
        ),
    ],
)
def test_one_bad_message_stores_nothing_at_all(write, message, details):
    answer = write(A_MESSAGE, message, {"created_at": "2024-01-31"})
    assert (answer.status, answer.body) == ("400 Bad Request", bad_request(details))
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-ThingClone-Reason"] == details
    assert Entry.select().count() == 0


def test_deltas_that_lead_beyond_the_calendar_store_nothing(write):
    details = "the delta_t values add up to a time beyond the year 9999"
    century = 3_162_240_000
    assert write(*[{"delta_t": century}] * 20).body == bad_request(details)
    assert Entry.select().count() == 0
    write({"created_at": "2024-01-30"})
    assert write(*[{"delta_t": century}] * 80).body == bad_request(details)
    assert Entry.select().count() == 1


@pytest.mark.parametrize("seconds", ["soon", "", "5s", "nan", True, [], [5], {}])
def test_a_delta_that_is_no_number_is_refused(write, seconds):
    answer = write({"delta_t": seconds})
    details = "message 1: delta_t must be seconds from 0 to a century"
    assert (answer.status, answer.body) == ("400 Bad Request", bad_request(details))
    assert Entry.select().count() == 0


@pytest.mark.parametrize("updates", [None, "", "text", 5, True, {}, A_MESSAGE])
def test_updates_that_are_no_list_are_refused(write, updates):
    answer = write(updates=updates)
    assert (answer.status, answer.body) == (
        "400 Bad Request",
        bad_request("updates must be a list of objects"),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"updates":[{"delta_t":1}]',
        b"[]",
        b'"text"',
        b"5",
        b"null",
        b"\0",
        b"\xff\xfe{\0}\0",
        b"write_api_key=WRITEKEY00000001&updates=2024-01-30,1",
        b"[" * 100_000,
        b'{"updates":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"updates":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"updates":' + b"[" * 500 + b'"\\u0041"' + b"]" * 500 + b"}",
        b'{"write_api_key":' + b"[" * 900 + b"]" * 900 + b',"updates":[]}',
        b'{"updates":[' + b"1" * 10_000 + b"]}",
    ],
)
def test_a_body_of_the_wrong_shape_is_a_bad_request(client, channel, body):
    answer = send(client, "/channels/1/bulk_update.json", body)
    assert answer.status == "400 Bad Request"
    assert answer.body.startswith(
        b'{"status":"400","error":{"error_code":"error_bad_request","message":"Bad Request",'
        b'"details":"'
    )
    assert answer.json["error"]["details"] == answer.headers["X-ThingClone-Reason"]
    assert Entry.select().count() == 0


# --- CSV ------------------------------------------------------------------------------------------


def test_csv_is_accepted_and_can_be_read_back(client, channel, write_csv):
    assert_accepted(write_csv("2024-01-30T10:26:21Z,1,2,,,,,,,,,,ok|2024-01-30T10:27:21Z,3"))
    wanted = {"api_key": channel.read_key, "status": "true"}
    assert client.get("/channels/1/feeds.json", wanted).json["feeds"] == [
        {
            "created_at": "2024-01-30T10:26:21Z",
            "entry_id": 1,
            "field1": "1",
            "field2": "2",
            "status": "ok",
        },
        {
            "created_at": "2024-01-30T10:27:21Z",
            "entry_id": 2,
            "field1": "3",
            "field2": None,
            "status": None,
        },
    ]


def test_csv_has_a_column_for_everything(write_csv):
    write_csv("2024-01-30T10:26:21Z,1,2,3,4,5,6,7,8,51.50,-0.12,40,all well")
    fields = [f"field{number}" for number in range(1, 9)]
    assert entries(*fields, "latitude", "longitude", "elevation", "status") == [
        ("1", "2", "3", "4", "5", "6", "7", "8", "51.5", "-0.12", "40", "all well")
    ]


@pytest.mark.parametrize(
    "updates",
    [
        "2024-01-30T10:26:21Z,1|2024-01-30T10:27:21Z,,2",
        "2024-01-30T10:26:21Z,1|2024-01-30T10:27:21Z,,2|",
        "2024-01-30T10:26:21Z,1,|2024-01-30T10:27:21Z,,2,,,,,,,,,,",
        "2024-01-30T10%3A26%3A21Z%2C1%7C2024-01-30T10%3A27%3A21Z%2C%2C2%7C",
        "2024-01-30 10:26:21,1|2024-01-30+10:27:21,,2||",
        "|2024-01-30T10:26:21Z,1|\r\n2024-01-30T10:27:21Z,,2|\r\n",
        "1706610381,1|1706610441,,2",
        "1706610381,1| |1706610441,,2|\r\n|",
    ],
)
def test_csv_is_read_leniently(write_csv, updates):
    assert_accepted(write_csv(updates))
    assert times() == ["2024-01-30T10:26:21Z", "2024-01-30T10:27:21Z"]
    assert entries("entry_id", "field1", "field2") == [(1, "1", None), (2, None, "2")]


@pytest.mark.parametrize(
    "date",
    [
        "2024-01-30 10:26:21+01:00",
        "2024-01-30 10:26:21 +0100",
        "2024-01-30T10:26:21+01:00",
        "2024-01-30 10:26:21%2B01:00",
        "2024-01-30+10:26:21+%2B0100",
    ],
)
def test_a_plus_that_the_form_damaged_to_a_blank_is_an_offset(write_csv, date):
    assert_accepted(write_csv(f"{date},1"))
    assert times() == ["2024-01-30T09:26:21Z"]


def test_the_status_is_last_and_may_hold_commas(write_csv):
    write_csv("2024-01-30T10:26:21Z,1,,,,,,,,,,,pump on, door open, all well,")
    assert entries("status") == [("pump on, door open, all well,",)]


def test_absolute_times_are_the_default(client, channel):
    form = {"write_api_key": channel.write_key, "updates": "2024-01-30T10:26:21Z,1"}
    assert_accepted(client.post("/channels/1/bulk_update.csv", form))
    assert times() == ["2024-01-30T10:26:21Z"]


def test_relative_times_count_from_the_message_before(client, channel, write_csv):
    assert_accepted(write_csv("0,1|15,2|45,3", "relative"))
    assert times() == ["2024-05-01T11:59:00Z", "2024-05-01T11:59:15Z", "2024-05-01T12:00:00Z"]
    assert_accepted(write_csv("30,4", "relative"))
    assert times()[3:] == ["2024-05-01T12:00:30Z"]


def test_a_csv_without_messages_stores_nothing(write_csv):
    assert_accepted(write_csv(""))
    assert_accepted(write_csv("|"))
    assert Entry.select().count() == 0


@pytest.mark.parametrize(
    ("updates", "time_format", "details"),
    [
        ("2024-01-30,1|soon,2", "absolute", "message 2: created_at 'soon' is not a valid date"),
        ("2024-01-30,1|,2", "absolute", "message 2 has neither created_at nor delta_t"),
        ("2024-01-30,1", "Absolute", "time_format must be absolute or relative"),
        ("2024-01-30,1", "", "time_format must be absolute or relative"),
        (
            "5,1|-5,2",
            "relative",
            "message 2: delta_t must be seconds from 0 to a century",
        ),
    ],
)
def test_one_bad_line_stores_nothing_at_all(write_csv, updates, time_format, details):
    answer = write_csv(updates, time_format)
    assert (answer.status, answer.body) == ("400 Bad Request", bad_request(details))
    assert Entry.select().count() == 0


@pytest.mark.parametrize("time_format", [{}, [], ["absolute"], 1, None])
def test_a_time_format_that_is_no_text_is_a_bad_request(client, channel, time_format):
    form = {"write_api_key": channel.write_key, "updates": "2024-01-30,1"}
    answer = client.post_json("/channels/1/bulk_update.csv", form | {"time_format": time_format})
    details = "time_format must be absolute or relative"
    assert (answer.status, answer.body) == ("400 Bad Request", bad_request(details))
    assert Entry.select().count() == 0


def test_csv_without_updates_is_a_bad_request(client, channel):
    form = {"write_api_key": channel.write_key, "time_format": "absolute"}
    answer = client.post("/channels/1/bulk_update.csv", form)
    details = "updates must be text: messages separated by |"
    assert (answer.status, answer.body) == ("400 Bad Request", bad_request(details))
