"""Devices of an account and of a channel: adding, changing, switching, removing."""

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.channels import channels, devices
from thingclone.database.models import Channel, Device, Entry

MAC = "5c:cf:7f:0b:0e:a8"
LIST = "/channels/1/devices"


@pytest.fixture
def board(gardener, channel):
    """The gardener's device 1, which writes to the greenhouse."""
    return devices.add_device(
        gardener, MAC, NOON, channel.id, name="Board", command="wait", pins=[1, 24]
    )


def listed(page) -> list[str]:
    return [" ".join(row.get_text().split()) for row in page.html.select(".rows li")]


def add(browser, path: str, **values):
    adding = form(browser.get(path), "/devices")
    for name, value in values.items():
        adding[name] = value
    return adding.submit()


def test_the_board_of_a_channel_that_was_given_away_switches_nothing(browser, channel, board):
    neighbour = users.add_user("neighbour", NOON)
    Channel.update(user=neighbour).execute()
    page = browser.post("/devices/1/toggle", {"pin": "24"})
    assert page.status_int == 401
    assert news(page).startswith(f"The channel of device {MAC} belongs to another account now")
    assert Entry.select().count() == 0
    assert devices.states_of_pins(board.id) == {1: False, 24: False}


def test_a_device_is_added_to_a_channel(browser, channel):
    answer = add(browser, LIST, mac=MAC, name="Board")
    assert answer.headers["Location"] == LIST
    assert listed(answer.follow()) == [f"Board {MAC} · not seen yet"]
    assert listed(browser.get("/devices")) == [f"Board {MAC} · Greenhouse · not seen yet"]


def test_a_device_is_added_with_a_channel_of_its_own(browser, channel):
    add(browser, "/devices", mac="living room")
    assert Device.get().channel_id == 2
    assert Channel.get_by_id(2).name == "living room"
    assert listed(browser.get("/devices")) == ["living room living room · not seen yet"]
    assert listed(browser.get(LIST)) == []


def test_a_board_that_writes_is_seen(browser, channel, clock):
    url = browser.get(LIST).html.find(id="first-url")["value"].removeprefix("http://localhost:80")
    assert browser.get(url, extra_environ={"REMOTE_ADDR": "192.168.1.23"}).text == "1"
    clock.advance(120)
    assert listed(browser.get(LIST)) == [f"{MAC} last seen 2 minutes ago from 192.168.1.23"]


def test_a_board_writes_with_the_user_key(browser, gardener):
    url = browser.get("/devices").html.find(id="first-url")["value"]
    assert browser.get(url.removeprefix("http://localhost:80")).text == "1"
    assert listed(browser.get("/devices"))[0].startswith(f"{MAC} {MAC} · last seen just now")


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"mac": MAC}, 409, f"Device {MAC} already exists."),
        ({"mac": ""}, 400, "A MAC must have something besides : - . and blanks."),
        ({"mac": "x" * 101}, 400, "A MAC must have at most 100 characters."),
        (
            {"mac": "x", "name": "y" * 256},
            400,
            "The name of a device can have at most 255 characters.",
        ),
        ({"mac": "x", "channel": "99"}, 404, "No channel 99."),
    ],
)
def test_what_cannot_be_a_device(browser, board, given, status, reason):
    for back in (LIST, "/devices", "//evil.example", "/account"):
        page = browser.post("/devices", given | {"back": back})
        assert (page.status_int, news(page)) == (status, reason)
        assert form(page, "/devices")["mac"].value == given["mac"]
    assert Device.select().count() == 1


def test_a_device_is_changed(browser, board, add_channel):
    add_channel("Cellar")
    changing = form(browser.get("/devices/1"), "/devices/1")
    assert changing["pins"].value == "1, 24"
    changing["name"], changing["command"] = "Board two", "measure twice"
    changing["pins"], changing["channel"] = "24, 2", "2"
    answer = changing.submit()
    assert answer.headers["Location"] == "/devices/1?done=saved"
    assert news(answer.follow()) == "Device saved."
    changed = devices.device_of(board.user_id, MAC)
    assert (changed.name, changed.command, changed.channel_id) == ("Board two", "measure twice", 2)
    assert [pin.number for pin in changed.pins] == [24, 2]


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"pins": "1, x"}, 400, "'x' is not a pin: pins are whole numbers from 0 to 9999."),
        ({"command": "y" * 256}, 400, "The command of a device can have at most 255 characters."),
        ({"channel": ""}, 400, "A device needs a channel: choose one."),
        ({"channel": "99"}, 404, "No channel 99."),
    ],
)
def test_what_a_device_cannot_be_changed_to(browser, board, given, status, reason):
    given = {"name": "Board two", "command": "", "pins": "", "channel": "1"} | given
    page = browser.post("/devices/1", given)
    assert (page.status_int, news(page)) == (status, reason)
    assert form(page, "/devices/1")["name"].value == "Board two"
    assert devices.device_of(board.user_id, MAC).name == "Board"


def test_pins_are_switched(browser, board):
    switching = browser.get("/devices/1").forms[2]
    assert switching["pin"].value == "24"
    page = switching.submit().follow()
    states = [" ".join(button.get_text().split()) for button in page.html.select(".pins button")]
    assert states == ["Pin 1 off", "Pin 24 on"]
    assert page.html.select(".pins button")[1]["aria-pressed"] == "true"
    assert browser.get("/channels/1/feeds/last.json").json["field3"] == "1"
    answer = browser.post("/devices/1/toggle", {"pin": "7"})
    assert (answer.status_int, news(answer)) == (400, "This device has no pin 7.")


def test_a_device_is_removed_and_its_channel_stays(browser, board):
    answer = form(browser.get("/devices/1"), "/devices/1/remove").submit()
    assert answer.headers["Location"] == "/devices"
    assert (Device.select().count(), Channel.select().count()) == (0, 1)


def test_the_device_of_somebody_else_is_not_there(browser, stranger, gardener, channel):
    neighbour = users.add_user("neighbour", NOON)
    theirs = channels.add_channel(neighbour, "Next door", NOON, public=True)
    devices.add_device(neighbour, MAC, NOON, theirs.id, name="Theirs", pins=[1])
    given = {"name": "Mine", "channel": "1", "pins": "", "command": "", "pin": "1"}
    for path in ("/devices/1", "/devices/1/toggle", "/devices/1/remove"):
        assert browser.post(path, given).status_int == 404
        assert stranger.post(path, given).status_int == 401
    for path in ("/devices/1", f"/channels/{theirs.id}/devices"):
        page = browser.get(path)
        assert (page.status_int, "Theirs" in page.text) == (404, False)
        assert stranger.get(path).headers["Location"] == f"/login?next={path}"
    assert listed(browser.get("/devices")) == []
    page = browser.post("/devices", {"mac": "x", "channel": theirs.id})
    assert page.status_int == 404
    assert [device.name for device in Device.select()] == ["Theirs"]


@pytest.mark.parametrize("text", NASTY)
def test_what_devices_are_called_is_nothing_but_text(browser, gardener, channel, text):
    added = devices.add_device(gardener, "a<b>&\"'", NOON, channel.id, name=text, command=text)
    for path in ("/devices", LIST, f"/devices/{added.id}"):
        page = browser.get(path)
        assert_only_text(page)
        assert text in page.html.get_text()
        assert "a<b>&\"'" in page.html.get_text()
    assert form(page, "/devices/1")["command"].value == text
