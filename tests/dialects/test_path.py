"""The dialect path: all values in the path of the URL."""

import pytest

from tests.dialects.conftest import KEY, own_value
from tests.sockets import ask
from thingclone.database.models import Channel, Device, Entry
from thingclone.dialects.path import translate

MAC = "6c:rf:7f:2b:0e:g8"


def test_the_request_of_the_tutorial_byte_for_byte(server, client):
    """As urequests of MicroPython sends it."""
    answer = ask(
        server.port,
        b"GET /update/API_key=USERKEY000000000/mac=6c:rf:7f:2b:0e:g8/field=1/data=72.3 HTTP/1.0\r\n"
        b"Host: 192.168.1.10\r\n\r\n",
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Length: 1\r\n" in head
    assert body == b"1"
    assert own_value(client, MAC) == "72.3"


def test_a_browser_may_type_it(client):
    assert client.get(f"/update/API_key={KEY}/mac={MAC}/field=1/data=72.3").text == "1"
    assert client.post(f"/update/API_key={KEY}/mac={MAC}/field=1/data=72.4").text == "2"
    assert own_value(client, MAC) == "72.4"


@pytest.mark.parametrize(
    "path",
    [
        "API_key={0}/mac={1}/field=1/data=72.3",
        "data=72.3/field=1/mac={1}/API_key={0}",
        "field=1/API_key={0}/data=72.3/mac={1}",
        "api_key={0}/mac={1}/field1=72.3",
        "key={0}/mac={1}/1=72.3",
        "APIKEY={0}/MAC={1}/Field=1/Data=72.3/",
        "/API_key={0}//mac={1}/field1=72.3//",
    ],
)
def test_segments_stand_in_any_order_and_spelling(client, path):
    assert client.get("/update/" + path.format(KEY, MAC)).text == "1"
    assert own_value(client, MAC) == "72.3"


def test_several_values_in_one_url(client):
    path = f"/update/API_key={KEY}/mac={MAC}/field1=72.3/field2=40/field=3/data=7/field=8/data=x"
    assert client.get(path).text == "1"
    assert [own_value(client, MAC, number) for number in (1, 2, 3, 8)] == ["72.3", "40", "7", "x"]
    assert Entry.select().count() == 1


def test_a_write_key_writes_to_its_channel(client, channel):
    assert client.get(f"/update/API_key={channel.write_key}/field=1/data=72.3").text == "1"
    assert client.get(f"/update/API_key={channel.write_key}/mac={MAC}/field=2/data=40").text == "2"
    read = {"api_key": channel.read_key}
    assert client.get("/channels/1/fields/1/last.txt", read).text == "72.3"
    assert client.get("/channels/1/fields/2/last.txt", read).text == "40"
    assert Device.get().channel_id == channel.id


def test_all_parameters_of_update_may_stand_in_the_path(client, channel):
    path = "/update/lat=51.5/long=-0.12/elevation=35/status=window%20open/created_at=2024-04-01"
    client.get(f"{path}/api_key={channel.write_key}/timezone=Europe%2FRome", status=400)
    assert client.get(f"{path}/api_key={channel.write_key}").text == "1"
    query = {"api_key": channel.read_key, "status": "true", "location": "true"}
    assert client.get("/channels/1/feeds/last.json", query).json == {
        "created_at": "2024-04-01T00:00:00Z",
        "entry_id": 1,
        "field1": None,
        "field2": None,
        "latitude": "51.5",
        "longitude": "-0.12",
        "elevation": "35",
        "status": "window open",
    }


def test_the_path_beats_the_query_and_the_query_adds_to_it(client, channel):
    url = f"/update/api_key={channel.write_key}/field1=1?field1=2&field2=3&api_key=WRONG"
    assert client.get(url).text == "1"
    answer = client.get("/channels/1/feeds/last.json", {"api_key": channel.read_key})
    assert (answer.json["field1"], answer.json["field2"]) == ("1", "3")


def test_the_key_may_come_as_a_header(client, channel):
    headers = {"X-THINGSPEAKAPIKEY": channel.write_key}
    assert client.get("/update/field=1/data=72.3", headers=headers).text == "1"


def test_the_answer_is_that_of_update(client, channel):
    url = f"/update/api_key={channel.write_key}/field=1/data=72.3"
    answer = client.get(url + "?format=json")
    assert answer.text == (
        '{"channel_id":1,"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"72.3",'
        '"field2":null,"field3":null,"field4":null,"field5":null,"field6":null,"field7":null,'
        '"field8":null,"latitude":null,"longitude":null,"elevation":null,"status":null}'
    )
    assert client.get(url, headers={"Accept": "application/json"}).json["entry_id"] == 2


def test_a_value_may_hold_anything_but_a_slash(client, channel):
    url = f"/update/api_key={channel.write_key}/field1=a=b%26c/field2=%22quoted%22%20%C3%A9+%23%3F"
    assert client.get(url).text == "1"
    answer = client.get("/channels/1/feeds/last.json", {"api_key": channel.read_key})
    assert (answer.json["field1"], answer.json["field2"]) == ("a=b&c", '"quoted" é+#?')


def test_bytes_that_are_no_utf_8_are_replaced(server, client, channel):
    request = b"GET /update/api_key=WRITEKEY00000001/field=1/data=a%FFb HTTP/1.0\r\n\r\n"
    assert ask(server.port, request).endswith(b"\r\n\r\n1")
    read = {"api_key": channel.read_key}
    assert client.get("/channels/1/fields/1/last.txt", read).text == "a\ufffdb"


UNKNOWN = (
    "{!r} in the path is not a known name=value: send a value with a slash to /update?name=value"
)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("field=1/data=1%2F2", UNKNOWN.format("2")),
        ("field=1/data=a%2Fb=c", UNKNOWN.format("b=c")),
        ("field=1/data=a%2Fdata=b", "each field=N needs a data=VALUE"),
        ("field1=a%2Ffield1=b", "a name appears twice in the path, or a value contains a slash"),
        ("field=1/data=5/../../etc/passwd", UNKNOWN.format("..")),
        ("field=1/data=5/..%2f..%2fetc", UNKNOWN.format("..")),
        ("72.3", UNKNOWN.format("72.3")),
        ("temperature=72.3", UNKNOWN.format("temperature=72.3")),
        ("field=1", "each field=N needs a data=VALUE"),
        ("data=72.3", "each field=N needs a data=VALUE"),
        ("field=9/data=72.3", "field=9: a channel has fields 1 to 8"),
        ("field=field1/data=72.3", "field=field1: a channel has fields 1 to 8"),
        ("field=/data=72.3", "field=: a channel has fields 1 to 8"),
        (
            "field=1/data=1/field1=2",
            "a name appears twice in the path, or a value contains a slash",
        ),
        ("x" * 5000, UNKNOWN.format("x" * 50)),
    ],
)
def test_what_is_not_understood_is_refused_and_not_stored(client, channel, path, reason):
    answer = client.get(f"/update/api_key={channel.write_key}/{path}")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == reason
    assert Entry.select().count() == 0


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("API_key=WRONG/field=1/data=5", "no channel has this write key"),
        (
            "field=1/data=5",
            "a write needs the channel's write key: send api_key=... or the header"
            " X-THINGSPEAKAPIKEY",
        ),
        (
            f"API_key={KEY}/field=1/data=5",
            "this is a user key: a write needs the channel's write key, or the mac of a device",
        ),
        (
            f"API_key={KEY}/mac=:-/field=1/data=5",
            "a MAC must have something besides : - . and blanks",
        ),
        (f"API_key={KEY}/mac=a%00b/field=1/data=5",
         "a MAC must be UTF-8 without control characters"),
        (f"API_key={KEY}/mac=a%FFb/field=1/data=5",
         "a MAC must be UTF-8 without control characters"),
        (f"API_key={KEY}/mac={'x' * 101}/field=1/data=5", "a MAC must have at most 100 characters"),
    ],
)  # fmt: skip
def test_without_a_key_and_a_mac_that_fit_nothing_is_stored(client, channel, path, reason):
    answer = client.get(f"/update/{path}")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == reason
    assert (Entry.select().count(), Channel.select().count()) == (0, 1)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_answered_as_those_of_update(client, channel, method):
    url = f"/update/api_key={channel.write_key}/field=1/data=5"
    answer = client.request(url, method=method)
    assert (answer.status_int, answer.text) == (404, "0")


def test_a_megabyte_is_refused(server, channel):
    path = b"/update/api_key=WRITEKEY00000001/field=1/data=" + b"5" * 1_000_000
    answer = ask(server.port, b"GET " + path + b" HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 431 ")
    body = b"x=" + b"5" * 1_000_000
    answer = ask(
        server.port,
        b"POST /update/api_key=WRONG/field=1/data=5 HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s"
        % (len(body), body),
    )
    assert (answer[:12], answer[-5:]) == (b"HTTP/1.1 400", b"\r\n\r\n0"[-5:])
    assert Entry.select().count() == 0


def test_the_key_in_the_path_does_not_reach_the_log(server, channel):
    assert server.get("/update/API_key=WRITEKEY00000001/field=1/data=5") == (200, "1")
    server.process.send_signal(15)
    printed, logged = server.process.communicate(timeout=30)
    assert "/update/API_key=WRIT.../field=1/data=5" in printed
    assert "WRITEKEY00000001" not in printed + logged


def test_translate_makes_parameters_of_segments():
    assert translate(["API_key=K", f"mac={MAC}", "field=1", "data=72.3", "field2=4"]) == {
        "api_key": "K",
        "mac": MAC,
        "field1": "72.3",
        "field2": "4",
    }
