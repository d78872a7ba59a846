"""The dialect pins: outputs that are listed and toggled."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dialects.conftest import KEY
from tests.servers import running
from tests.sockets import ask
from thingclone.accounts import users
from thingclone.channels import channels, devices
from thingclone.database.models import Channel, Device, Entry, User
from thingclone.settings import Settings

JSON = {"Content-Type": "application/json"}
OPEN = Settings(open_dialects="pins", dialect_user="gardener")
OFF = '{"24": false, "18": false, "23": false}'


@pytest.fixture(autouse=True)
def switchboard(database_url, gardener, clock) -> Device:
    """A device with three pins, and a channel of its own."""
    return devices.add_device(gardener, "switchboard", clock.moment, pins=(24, 18, 23))


def read_key() -> str:
    return channels.complete_channel(1).read_keys[0].api_key


def write_key() -> str:
    return Channel.get_by_id(1).write_key


@pytest.fixture
def toggle(client):
    """A function that toggles a pin with the user key, and returns the answer."""

    def toggle(pin, **params):
        query = "&".join(f"{name}={value}" for name, value in ({"api_key": KEY} | params).items())
        return client.post(f"/api/toggle/{pin}?{query}", headers=JSON)

    return toggle


@pytest.fixture
def listed(client):
    """A function that reads the list with the user key."""
    return lambda **params: client.get("/api/list", {"api_key": KEY} | params, headers=JSON)


class TestAsTheOriginal:
    """The owner has opened the dialect: browsers and scripts send no key."""

    @pytest.fixture
    def settings(self):
        return OPEN

    def test_the_requests_of_the_original_byte_for_byte(self, database_url, client):
        """As curl sends them."""
        options = ("--open-dialects", "pins", "--dialect-user", "gardener")
        headers = (
            b" HTTP/1.1\r\nHost: 192.168.1.10:8080\r\nUser-Agent: curl/7.38.0\r\nAccept: */*\r\n"
            b"Content-Type: application/json\r\n"
        )
        end = b"Connection: close\r\n\r\n"
        with running(database_url, *options) as server:
            listed = ask(server.port, b"GET /api/list" + headers + end)
            assert listed.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"\r\nContent-Type: application/json" in listed
            assert listed.endswith(b'\r\n\r\n{"24": false, "18": false, "23": false}')
            length = b"Content-Length: 0\r\n"
            toggled = ask(server.port, b"POST /api/toggle/18" + headers + length + end)
            assert toggled.startswith(b"HTTP/1.1 200 OK\r\n")
            assert toggled.endswith(b'\r\n\r\n{"Success": true}')
            listed = ask(server.port, b"GET /api/list" + headers + end)
            assert listed.endswith(b'\r\n\r\n{"24": false, "18": true, "23": false}')
        answer = client.get("/channels/1/fields/1/last.txt", {"api_key": read_key()})
        assert answer.text == "1"

    @pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-json", "json"])
    def test_only_json_is_accepted(self, client, content_type):
        headers = {"Content-Type": content_type}
        for method, url in (("GET", "/api/list"), ("POST", "/api/toggle/18")):
            answer = client.request(url, method=method, headers=headers)
            assert (answer.status_int, answer.text) == (
                400,
                '{"Error": "Only JSON requests accepted"}',
            )
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert Entry.select().count() == 0

    def test_a_charset_does_no_harm(self, client):
        headers = {"Content-Type": "Application/JSON; charset=utf-8"}
        assert client.get("/api/list", headers=headers).text == OFF

    @pytest.mark.parametrize(
        "pin",
        ["99", "0", "-18", "18.0", "abc", "%00", "18%2F23", "18/23", "../24", "1e1", "%C2%B2",
         "9" * 5000, "'; DROP TABLE pins; --", "%E2%85%A3"],
    )  # fmt: skip
    def test_an_unknown_pin_is_refused(self, client, pin):
        answer = client.post(f"/api/toggle/{pin}", headers=JSON)
        assert (answer.status_int, answer.text) == (400, '{"Error": "Invalid Pin Number"}')
        assert client.get("/api/list", headers=JSON).text == OFF
        assert Entry.select().count() == 0

    def test_a_body_is_not_needed_but_must_be_json(self, client):
        assert client.post("/api/toggle/18", b"{}", headers=JSON).text == '{"Success": true}'
        answer = client.post("/api/toggle/18", b"[" * 10_000, headers=JSON)
        assert answer.status_int == 400
        assert answer.json.keys() == {"Error"}
        answer = client.post("/api/toggle/18", b'{"x":"' + b"5" * 11_000_000, headers=JSON)
        assert answer.status_int == 413
        assert answer.json.keys() == {"Error"}
        assert Entry.select().count() == 1

    def test_several_devices_with_pins_need_their_mac(self, client, gardener, clock):
        devices.add_device(gardener, "second", clock.moment, pins=(5,))
        answer = client.get("/api/list", headers=JSON)
        assert (answer.status_int, answer.json) == (
            400,
            {"Error": "2 devices of this key have pins: choose one with mac=..."},
        )
        assert client.get("/api/list?mac=second", headers=JSON).text == '{"5": false}'
        answer = client.post("/api/toggle/5?mac=SECOND", headers=JSON)
        assert answer.text == '{"Success": true}'
        assert client.get("/api/list?mac=second", headers=JSON).text == '{"5": true}'
        assert client.get("/api/list?mac=switchboard", headers=JSON).text == OFF

    def test_without_any_pins_the_owner_is_named(self, client, switchboard):
        devices.change_device(switchboard, pins=())
        answer = client.get("/api/list", headers=JSON)
        assert (answer.status_int, answer.json) == (
            400,
            {"Error": "no device of this key has pins: the owner must set them first"},
        )
        assert client.get("/api/list?mac=switchboard", headers=JSON).text == "{}"

    def test_the_devices_of_other_accounts_stay_closed(self, client, clock):
        neighbour = users.add_user("neighbour", clock.moment)
        devices.add_device(neighbour, "other", clock.moment, pins=(5,))
        answer = client.get("/api/list?mac=other", headers=JSON)
        assert (answer.status_int, answer.json) == (
            404,
            {"Error": "this key has no access to device other"},
        )

    def test_other_methods_are_refused(self, client):
        answer = client.get("/api/toggle/18", headers=JSON)
        assert (answer.status_int, answer.json) == (
            405,
            {"Error": "/api/toggle/18 does not accept GET"},
        )
        assert answer.headers["Allow"] == "OPTIONS,POST"


# --- switching ------------------------------------------------------------------------------------


def test_each_toggle_is_an_entry_in_the_channel_of_the_device(client, toggle, listed, clock):
    for pin in (18, 24, 18):
        clock.advance(15)
        assert (toggle(pin).status_int, toggle(pin).text) == (200, '{"Success": true}')
        assert toggle(pin).text == '{"Success": true}'
    assert listed().text == '{"24": true, "18": false, "23": false}'
    query = {"api_key": read_key(), "results": 4}
    answer = client.get("/channels/1/feeds.json", query)
    assert {name: answer.json["channel"].get(name) for name in ("field1", "field2", "field3")} == {
        "field1": "Pin 18",
        "field2": "Pin 24",
        "field3": None,
    }
    assert client.get("/channels/1/feeds.csv", query).text == (
        "created_at,entry_id,field1,field2\n"
        "2024-05-01 12:00:30 UTC,6,,1\n"
        "2024-05-01 12:00:45 UTC,7,0,\n"
        "2024-05-01 12:00:45 UTC,8,1,\n"
        "2024-05-01 12:00:45 UTC,9,0,\n"
    )


def test_pins_leave_the_values_of_sensors_alone(client, toggle):
    client.get("/update", {"api_key": KEY, "mac": "switchboard", "field1": "21.5", "3": "7"})
    toggle(24)
    answer = client.get("/channels/1/feeds.json", {"api_key": read_key()})
    labels = {name: answer.json["channel"].get(name) for name in ("field1", "field2", "field3")}
    assert labels == {"field1": "Field 1", "field2": "Pin 24", "field3": "Field 3"}
    assert answer.json["feeds"][1]["field2"] == "1"


def test_once_all_fields_are_taken_the_status_tells(client, toggle):
    fields = {f"field{number}": "1" for number in range(1, 8)}
    client.get("/update", {"api_key": KEY, "mac": "switchboard"} | fields)
    for pin in (24, 18, 24):
        assert toggle(pin).text == '{"Success": true}'
    query = {"api_key": read_key(), "status": "true", "start_entry_id": 2}
    answer = client.get("/channels/1/feeds.json", query)
    assert answer.json["channel"]["field8"] == "Pin 24"
    assert [(one["field8"], one["status"]) for one in answer.json["feeds"]] == [
        ("1", None),
        (None, "Pin 18: 1"),
        ("0", None),
    ]


class TestWithAWriteInterval:
    @pytest.fixture
    def settings(self):
        return Settings(write_interval=15)

    def test_a_switch_does_not_wait(self, toggle):
        assert [toggle(18).status_int for _ in range(3)] == [200, 200, 200]


def test_toggles_at_once_all_count(server):
    def toggle(number):
        pin = (24, 18, 23)[number % 3]
        return server.get(f"/api/toggle/{pin}?api_key={KEY}", b"", Content_Type="application/json")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(toggle, range(33))) == {(200, '{"Success": true}')}
    answer = server.get(f"/api/list?api_key={KEY}", Content_Type="application/json")
    assert answer == (200, '{"24": true, "18": true, "23": true}')
    assert Entry.select().count() == 33


# --- keys -----------------------------------------------------------------------------------------


def test_without_a_key_it_is_closed_and_tells_how_to_open_it(client):
    for method, url in (("GET", "/api/list"), ("POST", "/api/toggle/18")):
        answer = client.request(url, method=method, headers=JSON)
        assert (answer.status_int, answer.json) == (
            401,
            {
                "Error": "pins needs a key: send api_key=..., the header X-THINGSPEAKAPIKEY, or"
                " Basic authentication with login and password or user key (its owner can open it"
                " with the settings open_dialects=pins and dialect_user)"
            },
        )
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="ThingClone", charset="UTF-8"'
    assert Entry.select().count() == 0


def test_a_device_reads_its_pins_with_a_key_of_its_channel(client):
    for key in (write_key(), read_key(), KEY):
        assert client.get("/api/list", {"api_key": key}, headers=JSON).text == OFF
        query = {"api_key": key, "mac": "switchboard"}
        assert client.get("/api/list", query, headers=JSON).text == OFF
        headers = JSON | {"X-THINGSPEAKAPIKEY": key}
        assert client.get("/api/list", headers=headers).text == OFF


def test_a_write_key_toggles_and_a_read_key_does_not(client):
    url = "/api/toggle/18?mac=switchboard&api_key="
    assert client.post(url + write_key(), headers=JSON).text == '{"Success": true}'
    answer = client.post(url + read_key(), headers=JSON)
    read_only = {"Error": "this is a read key: a write needs the channel's write key"}
    assert (answer.status_int, answer.json) == (401, read_only)
    answer = client.post(f"/api/toggle/18?api_key={read_key()}", headers=JSON)
    assert (answer.status_int, answer.json) == (401, read_only)
    assert client.get("/api/list", {"api_key": KEY}, headers=JSON).json["18"] is True
    assert Entry.select().count() == 1


def test_the_keys_of_another_channel_and_account_open_nothing(client, add_channel, clock):
    other = add_channel()
    neighbour = users.add_user("neighbour", clock.moment)
    for key in (other.write_key, other.read_key, neighbour.api_key):
        for url in ("/api/toggle/18", "/api/toggle/18?mac=switchboard"):
            headers = JSON | {"X-THINGSPEAKAPIKEY": key}
            assert client.post(url, headers=headers).status_int in (400, 404)
    answer = client.post("/api/toggle/18?api_key=WRONG", headers=JSON)
    assert (answer.status_int, answer.json) == (
        401,
        {"Error": "no account or channel has this key"},
    )
    assert Entry.select().count() == 0


def test_the_loop_notices_pins_that_the_owner_declares(server, switchboard):
    url = f"/api/list?api_key={KEY}&mac=switchboard"
    assert server.get(url, Content_Type="application/json") == (200, OFF)
    devices.change_device(switchboard, pins=(5,))
    assert server.get(url, Content_Type="application/json") == (200, '{"5": false}')
    User.update(api_key="OTHERKEY").execute()
    assert server.get(url, Content_Type="application/json")[0] == 401
