"""The dialect series: time series that boards make for themselves."""

import json
from itertools import product

import pytest

from tests.dialects.conftest import KEY
from tests.servers import running
from tests.sockets import ask
from thingclone.accounts import users
from thingclone.apps.series import _channel_and_entry, _number_of_point
from thingclone.database.models import Channel, Device, Entry, Series, User
from thingclone.entries import corrections
from thingclone.settings import Settings

NEW_SERIES = {
    "desc": "Temperature in Tokyo",
    "device_desc": "ESP32 with DS18B20 temperature sensor",
    "device_id": "12:AB:CD:XY:ZU:57",
    "token": KEY,
}
SERIES = {
    "count": 0,
    "desc": "Temperature in Tokyo",
    "device_desc": "ESP32 with DS18B20 temperature sensor",
    "device_id": "12:AB:CD:XY:ZU:57",
    "id": 1,
    "timestamp": "2024-05-01T12:00:00Z",
    "user": "gardener",
}
OPEN = Settings(open_dialects="series", dialect_user="gardener")


@pytest.fixture
def settings():
    """The owner has opened the dialect: reads need no key, as with the original."""
    return OPEN


@pytest.fixture
def made(client) -> int:
    answer = client.put_json("/series/new", NEW_SERIES)
    assert (answer.status_int, answer.text) == (201, "1")
    return answer.json


@pytest.fixture
def put(client, made):
    """A function that puts a point into the series, and returns the answer."""

    def put(fields, /, **members):
        point = {"token": KEY, "series_id": made, "fields": fields} | members
        return client.put_json("/point/new", point)

    return put


# --- as the original's own clients ----------------------------------------------------------------


def urequests(path: bytes, document: dict, method=b"PUT") -> bytes:
    """A request as urequests of MicroPython sends it."""
    body = json.dumps(document).encode()
    return (
        b"%s %s HTTP/1.0\r\nHost: 192.168.1.10\r\ncontent-type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (method, path, len(body), body)
    )


def answered(answer: bytes) -> tuple[bytes, bytes]:
    """(status line, body)"""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0], body


def test_the_requests_of_the_esp32_client_byte_for_byte(database_url, client):
    options = ("--open-dialects", "series", "--dialect-user", "gardener")
    with running(database_url, *options) as server:
        made = ask(server.port, urequests(b"/series/new", NEW_SERIES))
        assert answered(made) == (b"HTTP/1.1 201 Created", b"1")
        point = {"token": KEY, "series_id": 1, "fields": {"temp_C": 13.5, "batt_V": 3.81}}
        added = ask(server.port, urequests(b"/point/new", point))
        assert answered(added) == (b"HTTP/1.1 201 Created", b"3")
        listed = ask(server.port, b"GET /series/1 HTTP/1.0\r\nHost: 192.168.1.10\r\n\r\n")
        status, body = answered(listed)
        assert status == b"HTTP/1.1 200 OK"
        (shown,) = json.loads(body)
        assert shown["fields"] == {"temp_C": 13.5, "batt_V": 3.81}
    read = client.get("/channels/1/fields/1/last.txt")
    assert read.text == "13.5"


def test_the_script_of_the_originals_own_tests(client, put, clock):
    listed = client.get("/series")
    assert (listed.status_int, "1" in listed.json) == (200, True)
    numbers = []
    for value in (1, 2, 3):
        answer = put({"temp_C": value})
        assert (answer.status_int, type(answer.json)) == (201, int)
        numbers.append(answer.json)
        clock.advance(5)
    assert len(client.get("/series/1").json) == 3
    assert client.get(f"/point/{numbers[0]}").json["fields"] == {"temp_C": 1}
    assert remove(client, f"/point/{numbers[0]}").status_int == 204
    assert client.get(f"/point/{numbers[0]}").status_int == 404
    assert len(client.get("/series/1").json) == 2
    assert remove(client, "/series/1").status_int == 204
    assert "1" not in client.get("/series").json
    assert client.get("/series/1").status_int == 404


# --- series ---------------------------------------------------------------------------------------


def test_a_series_is_a_public_channel(client, made):
    channel = Channel.get()
    assert (channel.name, channel.description, channel.public) == (
        "Temperature in Tokyo",
        "ESP32 with DS18B20 temperature sensor",
        True,
    )
    assert client.get("/channels/1.json").json["name"] == "Temperature in Tokyo"


def test_the_list_has_what_is_known_of_each_series(client, put, clock):
    clock.advance(60)
    second = {"device_desc": "A board", "device_id": 10223432, "token": KEY}
    assert client.put_json("/series/new", second | {"timestamp": "1999-01-01"}).text == "2"
    put({"temp_C": 13})
    answer = client.get("/series")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.text == json.dumps(
        {
            "1": SERIES | {"count": 1},
            "2": {
                "count": 0,
                "desc": None,
                "device_desc": "A board",
                "device_id": "10223432",
                "id": 2,
                "timestamp": "2024-05-01T12:01:00Z",
                "user": "gardener",
            },
        }
    )
    assert client.get("/points/count").text == "1"


def test_the_list_is_that_of_one_account(client, made, clock):
    neighbour = users.add_user("neighbour", clock.moment)
    client.put_json("/series/new", NEW_SERIES | {"token": neighbour.api_key})
    assert client.get("/series").json == {"1": SERIES}
    listed = client.get("/series", {"api_key": neighbour.api_key})
    assert listed.json == {"2": SERIES | {"id": 2, "user": "neighbour"}}


def test_an_empty_list(client):
    assert (client.get("/series").text, client.get("/points/count").text) == ("{}", "0")


@pytest.mark.parametrize(
    ("members", "status", "message"),
    [
        ({"token": None}, 403, "Authentication token is required for access."),
        ({"token": ""}, 403, "Authentication token is required for access."),
        ({"token": "WRONG"}, 403, "Token doesn't exist: it must be a user key"),
        ({"token": ["a"]}, 403, "Token doesn't exist: it must be a user key"),
        ({"device_id": None}, 400, "device_id is missing"),
        ({"device_desc": None}, 400, "device_desc is missing"),
        ({"device_id": ["a"]}, 400, "device_id is missing"),
        ({"desc": "x" * 256}, 400, "a description can have at most 255 characters"),
    ],
)
def test_what_cannot_be_a_series_is_refused(client, members, status, message):
    document = {name: value for name, value in (NEW_SERIES | members).items() if value is not None}
    answer = client.put_json("/series/new", document)
    assert (answer.status_int, answer.json) == (status, {"message": message})
    assert answer.headers["X-ThingClone-Reason"] == message
    assert (Channel.select().count(), Series.select().count()) == (0, 0)


def test_the_keys_of_a_channel_are_no_tokens(client, channel):
    for key in (channel.write_key, channel.read_key):
        answer = client.put_json("/series/new", NEW_SERIES | {"token": key})
        assert answer.status_int == 403


@pytest.mark.parametrize("path", ["/series/1", "/series/old", "/point/1", "/point/old"])
def test_only_new_can_be_put(client, made, path):
    answer = client.put_json(path, NEW_SERIES)
    assert (answer.status_int, answer.json) == (
        404,
        {"message": "For now only 'new' resource is available for PUT request"},
    )


# --- points ---------------------------------------------------------------------------------------


def test_each_name_becomes_a_label(client, put):
    put({"temp_C": 13.5})
    put({"batt_V": 3.8, "temp_C": 14})
    channel = client.get("/channels/1/feeds.json").json["channel"]
    assert (channel["field1"], channel["field2"]) == ("temp_C", "batt_V")
    assert client.get("/channels/1/feeds/last.json").text == (
        '{"created_at":"2024-05-01T12:00:00Z","entry_id":2,"field1":"14","field2":"3.8"}'
    )


def test_the_ninth_name_is_refused(put):
    assert put({f"name{number}": number for number in range(8)}).status_int == 201
    answer = put({"light": 5})
    assert (answer.status_int, answer.json) == (
        400,
        {"message": "channel 1 has no field left for light: a channel has 8 fields"},
    )
    assert Entry.select().count() == 1


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        (13, 13), (13.5, 13.5), (-0.25, -0.25), (1e-7, 1e-7), (True, True), ("warm", "warm"),
        ("13", 13), ("", ""), ('"13"', '"13"'), ("[1]", "[1]"), ("NaN", "NaN"), ("null", "null"),
        ("ü<&>'", "ü<&>'"),
    ],
)  # fmt: skip
def test_values_come_back_as_they_were_sent(client, put, sent, back):
    number = put({"value": sent}).json
    shown = client.get(f"/point/{number}").json["fields"]["value"]
    assert (shown, type(shown)) == (back, type(back))


def test_a_point_has_its_series_and_time(client, put, clock):
    clock.advance(60)
    number = put({"temp_C": 13, "nothing": None}, timestamp="1999-01-01").json
    answer = client.get(f"/point/{number}")
    assert answer.text == (
        '{"fields": {"temp_C": 13}, "id": 3, "series_id": 1, "timestamp": "2024-05-01T12:01:00Z"}'
    )


def test_a_series_may_be_named_as_text(client, put):
    assert put({"temp_C": 1}, series_id="1").status_int == 201


def test_what_cannot_be_kept_is_told(put):
    answer = put({"text": "x" * 255 + "\\r\\n", "list": [1] * 300, "temp_C": 5})
    assert answer.status_int == 201
    assert answer.headers["X-ThingClone-Reason"] == (
        "list was ignored: a value must be text or a number, not a list or an object"
    )


@pytest.mark.parametrize("length", [256, 1_000_000])
def test_a_value_that_is_too_long_is_refused_and_nothing_stored(put, length):
    answer = put({"text": "x" * length, "temp_C": 5})
    assert (answer.status_int, answer.json) == (
        400,
        {"message": f"text has {length} characters: the limit is 255"},
    )
    assert Entry.select().count() == 0


def test_the_device_of_a_series_becomes_known(client, put):
    put({"temp_C": 13.5})
    (device,) = Device.select()
    assert (device.mac, device.channel_id) == ("12:AB:CD:XY:ZU:57", 1)
    read = {"mac": "12abcdxyzu57", "api_key": KEY}
    assert client.get("/fields/1/last.txt", read).text == "13.5"


@pytest.mark.parametrize(
    ("members", "status", "message"),
    [
        ({"token": None}, 403, "Authentication token is required for access."),
        ({"token": "WRONG"}, 403, "Token doesn't exist: it must be a user key"),
        ({"series_id": 99}, 404, "Series 99 not found"),
        ({"series_id": "x"}, 404, "Series x not found"),
        ({"series_id": -1}, 404, "Series -1 not found"),
        ({"series_id": 10**30}, 404, f"Series {10**30} not found"),
        ({"series_id": [1]}, 404, "Series [1] not found"),
        ({"series_id": True}, 404, "Series True not found"),
        ({"series_id": None}, 400, "Some fields are missing"),
        ({"fields": None}, 400, "Some fields are missing"),
        ({"fields": {}}, 400, "Some fields are missing"),
        ({"fields": {"a": None}}, 400, "Some fields are missing"),
        ({"fields": {"a": [1]}}, 400, "Some fields are missing"),
        ({"fields": [1]}, 400, "Some fields are missing"),
        ({"fields": "a"}, 400, "Some fields are missing"),
        ({"fields": {"": 1}}, 400, "the name of a value must have 1 to 255 characters"),
        ({"fields": {"x" * 256: 1}}, 400, "the name of a value must have 1 to 255 characters"),
    ],
)
def test_what_cannot_be_a_point_is_refused(put, members, status, message):
    answer = put({"temp_C": 1}, **members)
    assert (answer.status_int, answer.json) == (status, {"message": message})
    assert Entry.select().count() == 0


def test_the_series_of_others_are_closed(client, made, clock):
    neighbour = users.add_user("neighbour", clock.moment)
    point = {"token": neighbour.api_key, "series_id": made, "fields": {"temp_C": 1}}
    answer = client.put_json("/point/new", point)
    assert (answer.status_int, answer.json) == (403, {"message": "Permission denied"})


def test_an_ordinary_channel_is_no_series(client, add_channel):
    channel = add_channel(public=True)
    point = {"token": KEY, "series_id": channel.id, "fields": {"temp_C": 1}}
    assert client.put_json("/point/new", point).json == {"message": "Series 1 not found"}
    assert client.get("/series/1").json == {"message": "Series 1 doesn't exist"}
    client.get("/update", {"api_key": channel.write_key, "field1": "1"})
    assert client.get(f"/point/{_number_of_point(1, 1)}").status_int == 404
    assert client.get("/series").json == {}


# --- reading --------------------------------------------------------------------------------------


@pytest.fixture
def five_days(put, clock):
    """A point each noon of five days; now it is noon of the last."""
    for day in range(1, 6):
        clock.set(f"2024-05-0{day} 12:00:00")
        assert put({"day": day}).status_int == 201


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", [3, 4, 5]),
        ("from=2024-05-01", [1, 2, 3, 4, 5]),
        ("from=2024-05-02T12:00:00Z&to=2024-05-03T12:00:00Z", [2, 3]),
        ("from=2024-05-02T14:00:00%2B02:00&to=2024-05-02", []),
        ("to=2024-05-04", [2, 3]),
        ("to=2024-05-04T12:00:00", [2, 3, 4]),
        ("from=&to=", [3, 4, 5]),
        ("from=2025-01-01", []),
    ],
)
def test_a_read_shows_from_and_to_or_the_last_two_days(client, five_days, query, days):
    answer = client.get(f"/series/1?{query}")
    assert answer.status_int == 200
    assert [point["fields"]["day"] for point in answer.json] == days


def test_a_list_of_points(client, put):
    put({"temp_C": 13})
    put({"batt_V": 3.8})
    assert client.get("/series/1").text == (
        '[{"fields": {"temp_C": 13}, "id": 3, "series_id": 1,'
        ' "timestamp": "2024-05-01T12:00:00Z"},'
        ' {"fields": {"batt_V": 3.8}, "id": 5, "series_id": 1,'
        ' "timestamp": "2024-05-01T12:00:00Z"}]'
    )


class TestWithALimit:
    @pytest.fixture
    def settings(self):
        return Settings(open_dialects="series", dialect_user="gardener", max_results=2)

    def test_the_newest_points_are_shown(self, client, put):
        for value in (1, 2, 3):
            put({"temp_C": value})
        shown = [point["fields"]["temp_C"] for point in client.get("/series/1").json]
        assert shown == [2, 3]


@pytest.mark.parametrize("name", ["from", "to"])
def test_a_date_that_is_none_is_refused(client, made, name):
    answer = client.get(f"/series/1?{name}=yesterday")
    message = f"{name} is not a valid date"
    assert (answer.status_int, answer.json) == (400, {"message": message})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/series?callback=show", "show({})"),
        ("/points/count?callback=show", "show(0)"),
        ("/series/1?callback=show", "show([])"),
    ],
)
def test_jsonp(client, path, text):
    client.put_json("/series/new", NEW_SERIES)
    Series.delete().where(path.startswith("/series?")).execute()
    answer = client.get(path)
    assert (answer.status_int, answer.text) == (200, text)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_point_by_jsonp(client, put):
    number = put({"temp_C": 13}).json
    assert client.get(f"/point/{number}?callback=a.b").text.startswith('a.b({"fields": ')
    assert client.get(f"/point/{number}?callback=alert(1)").text.startswith('{"fields": ')


@pytest.mark.parametrize(
    "number",
    ["99", "0", "-1", "new", "1.5", "x", "%C2%B2", "9" * 19, "9" * 40, "1e3", "'", "%00", "..",
     "1%2F2"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["series", "point"])
def test_what_is_not_there_is_404(client, put, kind, number):
    put({"temp_C": 1})
    answer = client.get(f"/{kind}/{number}")
    assert answer.status_int == 404
    if "%2F" not in number:
        assert answer.json["message"].endswith("doesn't exist")


def test_a_private_series_is_closed(client, put):
    number = put({"temp_C": 1}).json
    Channel.update(public=False).execute()
    for path in ("/series/1", f"/point/{number}"):
        answer = client.get(path)
        assert answer.status_int == 403
        assert answer.json.keys() == {"message"}


# --- removing -------------------------------------------------------------------------------------


def remove(client, path, **members):
    body = json.dumps({"token": KEY} | members)
    return client.delete(path, body, headers={"Content-Type": "application/json"})


def test_a_series_is_removed_with_its_points(client, put, channel):
    number = put({"temp_C": 1}).json
    answer = remove(client, "/series/1")
    assert (answer.status_int, answer.body) == (204, b"")
    for path in ("/series/1", f"/point/{number}", "/channels/1/feeds.json"):
        assert client.get(path).status_int == 404
    assert client.get("/series").json == {}
    assert [one.id for one in Channel.select()] == [channel.id]
    assert (Entry.select().count(), Device.select().count()) == (0, 0)


def test_a_series_that_is_not_there_is_removed_as_by_the_original(client, add_channel):
    add_channel(public=True)
    for path in ("/series/1", "/series/99", "/series/new", "/series/x"):
        answer = remove(client, path)
        assert (answer.status_int, answer.body) == (204, b"")
        assert answer.headers["X-ThingClone-Reason"] == "nothing to remove"
    assert Channel.select().count() == 1


def test_a_point_that_is_removed_is_left_out_everywhere(client, put):
    numbers = [put({"temp_C": value}).json for value in (1, 2, 3)]
    answer = remove(client, f"/point/{numbers[1]}")
    assert (answer.status_int, answer.body) == (204, b"")
    answer = client.get(f"/point/{numbers[1]}")
    assert (answer.status_int, answer.json) == (
        404,
        {"message": f"Point {numbers[1]} doesn't exist"},
    )
    assert [point["id"] for point in client.get("/series/1").json] == [numbers[0], numbers[2]]
    assert client.get("/points/count").text == "2"
    assert client.get("/series").json["1"]["count"] == 2
    assert [entry["field1"] for entry in client.get("/channels/1/feeds.json").json["feeds"]] == [
        "1",
        "3",
    ]
    assert client.get("/channels/1/feeds/2.json").text == "-1"
    assert put({"temp_C": 4}).json == _number_of_point(1, 4)
    assert remove(client, f"/point/{numbers[2]}").status_int == 204
    assert client.get("/channels/1/fields/1/last.txt").text == "4"


def test_a_point_that_was_removed_can_be_put_back(client, put, clock):
    number = put({"temp_C": 1}).json
    remove(client, f"/point/{number}")
    channel = Channel.get()
    (removal,) = corrections.recent(channel)
    assert (removal.entries, removal.user.login) == (1, "gardener")
    corrections.undo(channel, removal.id, clock.moment)
    assert client.get(f"/point/{number}").json["fields"] == {"temp_C": 1}


@pytest.mark.parametrize(
    "number", ["99", "4", "new", "x", "-1", "9" * 19, "9" * 40, "%00", "%C2%B2"]
)
def test_a_point_that_is_not_there_is_removed_as_by_the_original(client, put, number):
    put({"temp_C": 1})
    answer = remove(client, f"/point/{number}")
    assert (answer.status_int, answer.body) == (204, b"")
    assert answer.headers["X-ThingClone-Reason"] == "nothing to remove"
    assert Entry.select().count() == 1


def test_an_entry_of_an_ordinary_channel_is_no_point_to_remove(client, add_channel, write):
    channel = add_channel(public=True)
    write(channel, field1="1")
    assert remove(client, f"/point/{_number_of_point(1, 1)}").status_int == 204
    assert Entry.select().count() == 1


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "Authentication token is required for access."),
        ("", "Authentication token is required for access."),
        ("WRONG", "Token doesn't exist: it must be a user key"),
        ("NEIGHBOUR", "Permission denied"),
    ],
)
def test_only_its_owner_removes_a_series_and_its_points(client, put, clock, token, message):
    number = put({"temp_C": 1}).json
    users.add_user("neighbour", clock.moment)
    User.update(api_key="NEIGHBOUR").where(User.login == "neighbour").execute()
    for path in ("/series/1", f"/point/{number}"):
        answer = remove(client, path, token=token)
        assert (answer.status_int, answer.json) == (403, {"message": message})
    assert client.get("/points/count").text == "1"


# --- keys for reading -----------------------------------------------------------------------------


class TestClosed:
    @pytest.fixture
    def settings(self):
        return Settings()

    def test_reads_need_a_key_and_tell_how_to_open_them(self, client, put):
        number = put({"temp_C": 1}).json
        for path in ("/series", "/series/1", f"/point/{number}", "/points/count"):
            answer = client.get(path)
            assert (answer.status_int, answer.json) == (
                403,
                {
                    "message": "series needs a key: send api_key=..., the header"
                    " X-THINGSPEAKAPIKEY, or Basic authentication with login and password or user"
                    " key (its owner can open it with the settings open_dialects=series and"
                    " dialect_user)"
                },
            )

    def test_a_key_opens_them(self, client, put, channel):
        number = put({"temp_C": 1}).json
        for path in ("/series", "/series/1", f"/point/{number}", "/points/count"):
            for key in (KEY, channel.write_key, channel.read_key):
                assert client.get(path, {"api_key": key}).status_int == 200
        answer = client.get("/series", {"api_key": "WRONG"})
        assert (answer.status_int, answer.json) == (
            403,
            {"message": "no account or channel has this key"},
        )


# --- hostile input --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/series/new", "/point/new"])
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"null", b"[" * 10_000, b'{"token":' + b"[" * 500, b"\xff\xfe\x00", b"a=b"],
)
def test_a_body_that_is_no_json_object_is_refused(client, made, path, body):
    for content_type in ("application/json", "text/plain", ""):
        answer = client.put(path, body, headers={"Content-Type": content_type})
        assert answer.status_int in (400, 403)
        assert answer.json.keys() == {"message"}
    assert (Channel.select().count(), Entry.select().count()) == (1, 0)


def test_a_megabyte_of_a_name_is_refused(client, put):
    assert put({"5" * 1_000_000: "text"}).status_int == 400
    answer = client.put_json("/series/new", NEW_SERIES | {"device_id": "5" * 1_000_000})
    assert answer.json == {"message": "a description can have at most 255 characters"}


def test_other_methods_are_refused(client, made):
    for path in ("/series", "/series/1", "/points/count", "/point/3"):
        answer = client.post(path)
        assert (answer.status_int, answer.json) == (
            405,
            {"message": f"{path} does not accept POST"},
        )


# --- the numbers of points ------------------------------------------------------------------------


def test_each_point_has_a_number_of_its_own_over_all_channels():
    pairs = list(product(range(60), range(60)))
    numbers = [_number_of_point(*pair) for pair in pairs]
    assert sorted(numbers) == list(range(3600))
    assert [_channel_and_entry(str(number)) for number in numbers] == pairs


def test_numbers_of_points_stay_small():
    assert _number_of_point(1, 46_340) < 2**31
    assert _number_of_point(3_000_000, 90_000_000) < 2**53
    largest = 2**31 - 1
    assert _channel_and_entry(str(_number_of_point(largest, largest))) == (largest, largest)
