"""Devices over HTTP, for their owner."""

import pytest

from thingclone.accounts import users
from thingclone.database.models import Channel, Device, User

KEY = "USERKEY000000000"
GREENHOUSE = {
    "mac": "6c:rf:7f:2b:0e:g8",
    "name": "North wall",
    "user": "gardener",
    "channel": 1,
    "command": "open",
    "pins": {"24": False, "18": False, "23": False},
    "first_seen": None,
    "last_seen": None,
    "last_address": None,
}


@pytest.fixture(autouse=True)
def user_key(gardener):
    User.update(api_key=KEY).execute()


@pytest.fixture
def greenhouse(client, channel):
    """A device with all that one can have."""
    form = {"mac": GREENHOUSE["mac"], "name": "North wall", "channel": "1", "command": "open"}
    answer = client.post("/devices.json", form | {"pins": "24,18, 23", "api_key": KEY})
    assert (answer.status_int, answer.json) == (200, GREENHOUSE)


def test_the_list_has_all_devices_of_the_account(client, greenhouse, clock):
    neighbour = users.add_user("neighbour", clock.moment)
    client.get("/update", {"api_key": neighbour.api_key, "mac": "other"})
    client.get("/update", {"api_key": KEY, "mac": "second", "field1": "1"})
    answer = client.get("/devices.json", {"api_key": KEY})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.text == (
        '[{"mac":"6c:rf:7f:2b:0e:g8","name":"North wall","user":"gardener","channel":1,'
        '"command":"open","pins":{"24":false,"18":false,"23":false},'
        '"first_seen":null,"last_seen":null,"last_address":null},'
        '{"mac":"second","name":"second","user":"gardener","channel":3,"command":null,"pins":{},'
        '"first_seen":"2024-05-01T12:00:00Z","last_seen":"2024-05-01T12:00:00Z",'
        '"last_address":""}]'
    )


def test_a_device_is_added_with_a_channel_of_its_own(client):
    answer = client.post_json("/devices.json", {"mac": "board", "api_key": KEY})
    assert (answer.json["mac"], answer.json["name"], answer.json["channel"]) == (
        "board", "board", 1,
    )  # fmt: skip
    assert (Channel.get().name, Channel.get().public) == ("board", False)


def test_a_device_is_shown_by_any_spelling_of_its_mac(client, greenhouse):
    for mac in ("6c:rf:7f:2b:0e:g8", "6C-RF-7F-2B-0E-G8", "6c.rf.7f.2b.0e.g8", "6crf7f2b0eg8"):
        assert client.get(f"/devices/{mac}.json", {"api_key": KEY}).json == GREENHOUSE


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("mac", ["%00", "6c:rf:7f:2b:0e:g8%00"])
def test_a_mac_that_no_database_can_hold_is_that_of_no_device(client, greenhouse, method, mac):
    answer = client.request(f"/devices/{mac}.json?api_key={KEY}", method=method)
    reason = answer.headers["X-ThingClone-Reason"]
    assert (answer.status_int, reason) == (404, "no device " + mac.replace("%00", r"\ufffd"))
    assert Device.get().mac == GREENHOUSE["mac"]


def test_a_device_is_changed(client, greenhouse, add_channel):
    second = add_channel("Cellar")
    form = {"name": "South wall", "command": "close", "channel": second.id, "pins": "18 5"}
    answer = client.put("/devices/6crf7f2b0eg8.json", form | {"api_key": KEY})
    assert answer.json == GREENHOUSE | {
        "name": "South wall", "command": "close", "channel": second.id,
        "pins": {"18": False, "5": False},
    }  # fmt: skip
    write = {"mac": GREENHOUSE["mac"], "api_key": KEY, "field1": "5"}
    assert client.get("/update.json", write).json["channel_id"] == second.id


def test_only_what_is_given_changes(client, greenhouse):
    path = "/devices/6crf7f2b0eg8.json"
    assert client.put(path, {"api_key": KEY}).json == GREENHOUSE
    answer = client.put_json(path, {"api_key": KEY, "pins": [24, "7"]})
    assert answer.json == GREENHOUSE | {"pins": {"24": False, "7": False}}


@pytest.mark.parametrize("nothing", ["", None])
def test_without_name_and_command_it_goes_by_its_mac_and_has_none(client, greenhouse, nothing):
    body = {"api_key": KEY, "name": nothing, "command": nothing, "pins": []}
    answer = client.put_json("/devices/6crf7f2b0eg8.json", body)
    assert answer.json == GREENHOUSE | {"name": GREENHOUSE["mac"], "command": None, "pins": {}}


def test_a_device_is_removed_and_its_channel_stays(client, greenhouse):
    answer = client.delete(f"/devices/6crf7f2b0eg8.json?api_key={KEY}")
    assert (answer.status_int, answer.json) == (200, GREENHOUSE)
    assert (Device.select().count(), Channel.select().count()) == (0, 1)
    answer = client.get("/devices/6crf7f2b0eg8.json", {"api_key": KEY})
    assert answer.json["error"]["error_code"] == "error_resource_not_found"


UNAUTHORIZED = (
    '{"status":"401","error":{"error_code":"error_auth_required",'
    '"message":"Authorization Required",'
    '"details":"Please provide proper authentication details."}}'
)
REQUESTS = [
    ("GET", "/devices.json"),
    ("POST", "/devices.json"),
    ("GET", "/devices/6crf7f2b0eg8.json"),
    ("PUT", "/devices/6crf7f2b0eg8.json"),
    ("DELETE", "/devices/6crf7f2b0eg8.json"),
]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "this needs a user key: send api_key=... or the header X-THINGSPEAKAPIKEY"),
        ("NOSUCHKEY", "no account has this user key"),
        (
            "WRITEKEY00000001",
            "this is not a user key: this request needs your user key",
        ),
        (
            "READKEY000000001",
            "this is not a user key: this request needs your user key",
        ),
    ],
)
def test_no_other_key_opens_devices(client, greenhouse, method, path, key, reason):
    answer = client.request(f"{path}?api_key={key}", method=method)
    assert (answer.status_int, answer.text) == (401, UNAUTHORIZED)
    assert answer.headers["X-ThingClone-Reason"] == reason


@pytest.mark.parametrize(("method", "path"), REQUESTS[2:])
def test_the_devices_of_others_are_not_there(client, greenhouse, clock, method, path):
    neighbour = users.add_user("neighbour", clock.moment)
    answer = client.request(f"{path}?api_key={neighbour.api_key}", method=method)
    assert answer.status_int == 404
    assert answer.headers["X-ThingClone-Reason"] == "no device 6crf7f2b0eg8"
    assert client.get("/devices.json", {"api_key": neighbour.api_key}).json == []
    assert client.get(path, {"api_key": KEY}).json == GREENHOUSE


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"mac": ""}, 400, "a MAC must have something besides : - . and blanks"),
        ({"mac": "x" * 101}, 400, "a MAC must have at most 100 characters"),
        ({"mac": ["a"]}, 400, "a MAC must be text"),
        ({"mac": "6CRF7F2B0EG8"}, 409, "device 6CRF7F2B0EG8 already exists"),
        ({"name": "x" * 256}, 400, "the name of a device can have at most 255 characters"),
        ({"name": 5}, 400, "the name of a device must be text"),
        ({"channel": "x"}, 400, "channel must be a channel ID"),
        ({"channel": "²"}, 400, "channel must be a channel ID"),
        ({"channel": [1]}, 400, "channel must be a channel ID"),
        ({"channel": 99}, 404, "no channel 99"),
        ({"channel": 2}, 404, "no channel 2"),
        ({"channel": 10**20}, 404, f"no channel {10**20}"),
        ({"pins": "18,x"}, 400, "'x' is not a pin: pins are whole numbers from 0 to 9999"),
        ({"pins": [18, -1]}, 400, "'-1' is not a pin: pins are whole numbers from 0 to 9999"),
        ({"pins": ["10000"]}, 400, "'10000' is not a pin: pins are whole numbers from 0 to 9999"),
        ({"pins": [None]}, 400, "'None' is not a pin: pins are whole numbers from 0 to 9999"),
        ({"pins": {"18": True}}, 400, "pins must be a list of numbers"),
        ({"pins": list(range(101))}, 400, "a device can have at most 100 pins, not 101"),
    ],
)
def test_what_cannot_be_a_device_is_refused_and_nothing_added(
    client, greenhouse, clock, given, status, reason
):
    neighbour = users.add_user("neighbour", clock.moment)
    client.get("/update", {"api_key": neighbour.api_key, "mac": "other"})
    answer = client.post_json("/devices.json", {"mac": "board", "api_key": KEY} | given)
    assert (answer.status_int, answer.headers["X-ThingClone-Reason"]) == (status, reason)
    assert (Device.select().count(), Channel.select().count()) == (2, 2)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"command": "x" * 256}, "the command of a device can have at most 255 characters"),
        ({"command": ["x"]}, "the command of a device must be text"),
        ({"name": "x" * 256, "pins": []}, "the name of a device can have at most 255 characters"),
    ],
)
def test_what_cannot_be_set_is_refused(client, greenhouse, given, reason):
    path = "/devices/6crf7f2b0eg8.json"
    answer = client.put_json(path, {"api_key": KEY} | given)
    assert (answer.status_int, answer.headers["X-ThingClone-Reason"]) == (400, reason)
    assert client.get(path, {"api_key": KEY}).json == GREENHOUSE
