"""`thingclone device`."""

import json

import pytest

from thingclone.accounts import users
from thingclone.database.models import Channel, Device, User

MAC = "6c:rf:7f:2b:0e:g8"
KEY = "USERKEY000000000"
GREENHOUSE = {
    "mac": MAC,
    "name": "Greenhouse",
    "user": "gardener",
    "channel": 1,
    "command": None,
    "pins": {},
    "first_seen": None,
    "last_seen": None,
    "last_address": None,
}


@pytest.fixture(autouse=True)
def people(gardener):
    """The gardener, and a neighbour who came later."""
    User.update(api_key=KEY).execute()
    users.add_user("neighbour", gardener.created_at)


@pytest.fixture
def document(printed):
    """Runs a command with --json; the one document that it prints."""
    return lambda *arguments: json.loads(printed(*arguments, "--json"))


@pytest.fixture
def greenhouse(document):
    assert document("device", "add", MAC, "--name", "Greenhouse") == GREENHOUSE


def test_add_makes_a_private_channel_named_after_the_device(printed, client):
    assert printed("device", "add", MAC) == f"{MAC}  (channel 1, gardener, seen never)\n"
    assert (Channel.get().name, Channel.get().public) == (MAC, False)
    assert client.get("/update", {"api_key": KEY, "mac": MAC, "field1": "5"}).text == "1"


def test_add_takes_all_options(document, add_channel):
    neighbour = User.get(User.login == "neighbour")
    channel = add_channel()
    Channel.update(user=neighbour).execute()
    options = ("--user", "Neighbour", "--name", "North wall", "--channel", str(channel.id))
    assert document("device", "add", MAC, *options) == GREENHOUSE | {
        "name": "North wall",
        "user": "neighbour",
    }


def test_list_tells_all_of_a_device_that_writes(greenhouse, document, client):
    query = {"api_key": KEY, "mac": "6C-RF-7F-2B-0E-G8", "field1": "5"}
    client.get("/update", query, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    client.get("/update", query | {"mac": "10223432"})
    document("device", "pins", MAC, "24", "18", "23")
    document("device", "command", MAC, "open the window")
    first, second = document("device", "list")
    assert second == GREENHOUSE | {
        "command": "open the window",
        "pins": {"24": False, "18": False, "23": False},
        "first_seen": "2024-05-01T12:00:00Z",
        "last_seen": "2024-05-01T12:00:00Z",
        "last_address": "192.0.2.7",
    }
    assert (first["mac"], first["name"], first["channel"]) == ("10223432", "10223432", 2)


def test_list_has_a_line_for_each_device(greenhouse, printed, client):
    client.get("/update", {"api_key": KEY, "mac": "10223432"})
    assert printed("device", "list") == (
        "10223432  (channel 2, gardener, seen 2024-05-01T12:00:00Z)\n"
        f"{MAC}  Greenhouse  (channel 1, gardener, seen never)\n"
    )
    assert printed("device", "list", "--user", "neighbour") == "No devices yet.\n"


def test_an_empty_list(printed, document):
    assert printed("device", "list") == "No devices yet.\n"
    assert document("device", "list") == []


def test_set_changes_name_and_channel(greenhouse, document, add_channel, client):
    channel = add_channel()
    changed = GREENHOUSE | {"name": "North wall", "channel": channel.id}
    options = ("--name", "North wall", "--channel", str(channel.id))
    assert document("device", "set", "6CRF7F2B0EG8", *options) == changed
    write = {"api_key": KEY, "mac": MAC}
    assert client.get("/update.json", write).json["channel_id"] == channel.id
    assert document("device", "set", MAC)["name"] == "North wall"


def test_a_command_is_set_shown_and_taken_back(greenhouse, printed, document):
    assert document("device", "command", MAC, "open")["command"] == "open"
    assert printed("device", "command", MAC) == (
        f"{MAC}  Greenhouse  (channel 1, gardener, seen never)\n  command     open\n"
    )
    assert document("device", "command", MAC, "--clear") == GREENHOUSE


def test_pins_are_declared_in_order_and_keep_their_state(greenhouse, printed, document):
    assert document("device", "pins", MAC, "18", "23", "24")["pins"] == {
        "18": False, "23": False, "24": False,
    }  # fmt: skip
    Device.get().pins.model.update(is_on=True).execute()
    assert list(document("device", "pins", MAC, "24", "5")["pins"].items()) == [
        ("24", True),
        ("5", False),
    ]
    assert printed("device", "pins", MAC) == (
        f"{MAC}  Greenhouse  (channel 1, gardener, seen never)\n"
        "  pin 24      on\n  pin 5       off\n"
    )
    assert document("device", "pins", MAC, "--none") == GREENHOUSE


def test_remove_forgets_the_device_and_keeps_its_channel(greenhouse, printed, document):
    assert printed("device", "remove", MAC) == (f"Removed device {MAC}. Its channel 1 stays.\n")
    assert (document("device", "list"), Channel.select().count()) == ([], 1)


def test_remove_prints_what_was_removed(greenhouse, document):
    assert document("device", "remove", MAC) == GREENHOUSE


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "6CRF7F2B0EG8"], "device 6CRF7F2B0EG8 already exists"),
        (["add", ":"], "a MAC must have something besides : - . and blanks"),
        (["add", "x" * 101], "a MAC must have at most 100 characters"),
        (["add", "board", "--channel", "99"], "no channel 99"),
        (["add", "board", "--user", "neighbour", "--channel", "1"], "no channel 1"),
        (["add", "board", "--user", "nobody"], "no account nobody"),
        (
            ["add", "board", "--name", "x" * 256],
            "the name of a device can have at most 255 characters",
        ),
        (["set", "board", "--name", "x"], "no device board"),
        (["set", MAC, "--channel", "99"], "no channel 99"),
        (["command", "board", "open"], "no device board"),
        (["command", MAC, "x" * 256], "the command of a device can have at most 255 characters"),
        (["pins", "board", "18"], "no device board"),
        (["pins", MAC, "D4"], "'D4' is not a pin: pins are whole numbers from 0 to 9999"),
        (["pins", MAC, *map(str, range(101))], "a device can have at most 100 pins, not 101"),
        (["remove", "board"], "no device board"),
        (["remove", MAC, "--user", "neighbour"], f"no device {MAC}"),
        (["list", "--user", "nobody"], "no account nobody"),
    ],
)
def test_what_is_refused_changes_nothing(greenhouse, refused, document, arguments, sentence):
    assert refused("device", *arguments) == sentence
    assert document("device", "list") == [GREENHOUSE]
    assert Channel.select().count() == 1


def test_where_several_accounts_have_a_device_one_says_whose_it_is(greenhouse, refused, document):
    document("device", "add", MAC, "--user", "neighbour")
    for arguments in (["set"], ["command", "x"], ["pins", "1"], ["remove"]):
        name, *rest = arguments
        assert refused("device", name, MAC, *rest) == (
            f"several accounts have a device {MAC}, choose one of them: gardener, neighbour"
        )
    assert document("device", "command", MAC, "x", "--user", "neighbour")["command"] == "x"
    assert document("device", "list", "--user", "gardener") == [GREENHOUSE]
