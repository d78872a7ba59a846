"""Commands of a TalkBack, with a real server: by the module, and by switch.lua."""

import pytest

from tests.conftest import NOON
from tests.firmware.nodemcu.conftest import set_up
from thingclone.apps import talkback

SWITCH = {
    "outputs": [1],
    "every": 10,
    "commands": {"PUMPON": [1, True], "PUMPOFF": [1, False]},
}


@pytest.fixture
def pump(gardener, garden):
    """A TalkBack of the gardener, of which the settings of the garden know."""
    pump = talkback.add_talkback(gardener, "Pump", NOON)
    garden.settings["talkback"] = {"id": pump.id, "key": pump.api_key}
    return pump


@pytest.fixture
def order(pump, server):
    """Gives the pump an order, as a page or a phone does."""

    def order(command: str):
        url = f"/talkbacks/{pump.id}/commands?api_key={pump.api_key}&command_string={command}"
        assert server.get(url, b"")[0] == 200

    return order


def test_commands_are_taken_one_by_one(board, garden, order):
    order("PUMPON")
    order("a+%22b%22+%5Cc")
    board.configure(**garden.settings)
    set_up(board)
    for said in ("PUMPON", 'a "b" \\c', "nil"):
        assert board.type("thing.command(show)") + board.run(1) == f"->\t{said}\tnil\n"


def test_the_reason_why_there_is_no_command_is_told(board, garden, pump, build):
    garden.settings["talkback"]["key"] = "WRONGKEY00000001"
    board.configure(**garden.settings)
    set_up(board)
    board.type("thing.command(show)")
    printed = board.run(1)
    assert printed.startswith("->\tnil\t")
    assert ("the answer is 401 " in printed) == (build == "2016")


def test_a_pump_obeys(board, garden, order):
    board.configure(**garden.settings, app="switch.lua", switch=SWITCH)
    board.upload("init.lua")
    board.upload("switch.lua")
    order("PUMPON")
    board.start()
    assert board.run(4).endswith("[D1 is an output, low]\ncommand PUMPON\n[D1 high]\n")
    order("PUMPOFF")
    order("PUMPON")
    assert board.run(20) == "command PUMPOFF\n[D1 low]\ncommand PUMPON\n[D1 high]\n"
    assert board.run(100) == ""
