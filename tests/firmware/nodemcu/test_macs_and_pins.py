"""Boards that the server knows by their MAC: their writes, and their pins with switch.lua."""

import json

import pytest

from tests.conftest import NOON
from tests.firmware.nodemcu.conftest import WAIT, set_up, take
from thingclone.channels import devices
from thingclone.database.models import Device

MAC = "5c:cf:7f:0b:0e:a8"  # of the board on the desk
SWITCH = {"outputs": [1, 2], "every": 10, "follow_pins": True}


@pytest.fixture
def forgotten():
    """The board on the desk is not known after the test."""
    yield
    for device in Device.select().where(Device.mac == MAC):
        devices.remove_device(device)


@pytest.fixture
def known(gardener, garden, forgotten):
    """The board on the desk, with the channel of the garden, and with the pins 1 and 2."""
    return devices.add_device(gardener, MAC, NOON, garden.channel.id, pins=(1, 2))


def values(server, gardener) -> list:
    """What the board has written to field1 of its channel, in the order of the entries."""
    (device,) = Device.select().where(Device.mac == MAC)
    url = f"/channels/{device.channel_id}/feeds.json?api_key={gardener.api_key}&mac={MAC}"
    feeds = json.loads(server.get(url)[1])["feeds"]
    return [entry["field1"] for entry in sorted(feeds, key=lambda entry: entry["entry_id"])]


def test_a_write_key_and_a_mac_make_the_board_known(board, garden, server, gardener, forgotten):
    board.configure(**garden.settings, mac=True)
    set_up(board)
    take(board, 21.5)
    assert garden.entries() == ["21.5"]
    assert values(server, gardener) == ["21.5"]


def test_a_user_key_and_a_mac_make_a_channel_for_the_board(
    board, garden, server, gardener, forgotten
):
    settings = garden.settings | {"write_key": gardener.api_key}
    del settings["channel"]
    board.configure(**settings, mac=True)
    set_up(board)
    take(board, 1)
    board.type("board.wifi(false)")
    take(board, 2, 3)
    board.type("board.wifi(true)")
    board.run(WAIT)
    assert values(server, gardener) == ["1", "2", "3"]


@pytest.fixture
def toggle(garden, known):
    """Toggles a pin, as a page or a phone does."""

    def toggle(pin: int):
        url = f"/api/toggle/{pin}?mac={MAC}&api_key={garden.channel.write_key}"
        answer = garden.server.get(url, b"", Content_Type="application/json")
        assert answer == (200, '{"Success": true}')

    return toggle


def test_pins_are_read(wired, toggle):
    toggle(2)
    wired.type("thing.pins(function(pins, why) print(pins['1'], pins['2'], pins['3'], why) end)")
    assert wired.run(1) == "false\ttrue\tnil\tnil\n"


def test_outputs_follow_the_pins_and_switching_has_a_history(board, garden, toggle):
    board.configure(**garden.settings, app="switch.lua", switch=SWITCH)
    board.upload("init.lua")
    board.upload("switch.lua")
    board.start()
    assert board.run(4).endswith("[D1 is an output, low]\n[D2 is an output, low]\n")
    toggle(2)
    assert board.run(11) == "[D2 high]\n"
    toggle(2)
    assert board.run(11) == "[D2 low]\n"
    assert garden.entries("field3") == ["1", "0"]
