"""Boards that take commands from a TalkBack of a real server."""

import pytest

from tests.firmware.arduino.sketches import play

COMMANDS = "/talkbacks/1/commands"


@pytest.fixture
def queue(client, door_talkback):
    """A function that queues these commands."""

    def queue(*commands: str):
        for command in commands:
            client.post(COMMANDS, {"api_key": door_talkback.api_key, "command_string": command})

    return queue


@pytest.fixture
def board(puppet, server):
    puppet.do("begin", "127.0.0.1", server.port)
    return puppet


def test_commands_are_taken_in_order_and_once(board, queue, door_talkback):
    queue("open", "hälf", "-1")
    taken = [board.read("nextCommand", 16, 1, door_talkback.api_key) for _ in range(4)]
    assert taken == [
        ("THING_OK", "open"),
        ("THING_OK", "hälf"),
        ("THING_OK", "-1"),
        ("THING_NOTHING", ""),
    ]
    assert board.explained == "there is nothing (HTTP 200)\r\n"


def test_a_command_longer_than_its_memory_is_told(board, queue, door_talkback):
    queue("x" * 20)
    taken = board.read("nextCommand", 16, 1, door_talkback.api_key)
    assert taken == ("THING_TOO_LONG", "x" * 15)


@pytest.mark.parametrize(("number", "status"), [(1, 401), (99, 404)])
def test_without_its_key_a_talkback_is_refused(board, queue, client, door_talkback, number, status):
    queue("open")
    assert board.read("nextCommand", 16, number, "WRONG") == ("THING_REFUSED", "")
    assert board.ask("httpStatus") == status
    assert board.reason != ""
    assert client.get(f"{COMMANDS}.json?api_key={door_talkback.api_key}").json != []


def test_talk_back_pump(workshop, server, client, queue, door_talkback):
    program = workshop.example(
        "TalkBackPump",
        "-DESP8266",
        WIFI_NAME="greenhouse",
        WIFI_PASSWORD="tomatoes",
        SERVER_HOST="127.0.0.1",
        SERVER_PORT=server.port,
        TALKBACK=1,
        TALKBACK_KEY=door_talkback.api_key,
    )
    queue("PUMPON", "DANCE", "PUMPOFF", "PUMPON")
    # The second time nobody stops the pump, but the sketch itself.
    assert play(program, 100) == (
        "[pin 5 HIGH]\nUnknown command: DANCE\n[pin 5 LOW]\n[pin 5 HIGH]\n[pin 5 LOW]\n"
    )
    executed = client.get(f"{COMMANDS}/last?api_key={door_talkback.api_key}")
    assert executed.text == "PUMPON"
