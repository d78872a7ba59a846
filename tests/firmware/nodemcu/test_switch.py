"""switch.lua: outputs that follow the commands of a TalkBack, or the pins of a device."""

import pytest

from tests.firmware.nodemcu.scripted import answer, scripted

START = "switch.lua starts in 3 seconds; stop() keeps it from that\n"
HELLO = "WiFi: 127.0.0.1, MAC 5c:cf:7f:0b:0e:a8\nstarting switch.lua, 40000 bytes are free\n"
OUTPUTS = "[D1 is an output, low]\n[D2 is an output, low]\n"
COMMANDS = {
    "PUMPON": [1, True],
    "PUMPOFF": [1, False],
    "LAMPON": [2, True],
}
SWITCH = {"outputs": [1, 2], "every": 10, "off_after": 300}
SETTINGS = {
    "ssid": "garden",
    "password": "",
    "host": "127.0.0.1",
    "channel": 1,
    "write_key": "AQ3VKXN5TJ20ZLWM",
    "talkback": {"id": 7, "key": "0K6V2ZPLQ9XW4D7S"},
    "app": "switch.lua",
}
NONE = answer(b"{}")


def command(text: str) -> bytes:
    return answer(
        b'{"executed_at":"2024-05-01T12:00:00Z","position":null,"id":3,"command_string":"%s",'
        b'"created_at":"2024-05-01T11:59:00Z"}' % text.encode()
    )


@pytest.fixture
def switches(board):
    """Starts a board with switches whose server is at this port; what it prints."""

    def start(port: int, **switch) -> str:
        board.configure(**SETTINGS, port=port, switch=SWITCH | switch)
        board.upload("init.lua")
        board.upload("switch.lua")
        assert board.start() == START
        return board.run(3.5)

    return start


def test_commands_switch_outputs(board, switches):
    with scripted(
        NONE, command("PUMPON"), command("LAMPON"), NONE, command("PUMPOFF"), NONE
    ) as server:
        assert switches(server.port, commands=COMMANDS) == HELLO + OUTPUTS
        assert board.run(11) == "command PUMPON\n[D1 high]\ncommand LAMPON\n[D2 high]\n"
        assert board.run(15) == "command PUMPOFF\n[D1 low]\n"
        assert board.run(100) == ""


def test_an_unknown_command_switches_nothing(board, switches):
    with scripted(command("LAUNCH"), NONE) as server:
        assert (
            switches(server.port, commands=COMMANDS)
            == HELLO + OUTPUTS + "command LAUNCH: unknown\n"
        )
        assert board.run(100) == ""


def test_pins_are_followed(board, switches):
    def pins(*levels: bool) -> bytes:
        values = [str(level).lower().encode() for level in levels]
        return answer(b'{"1": %s, "2": %s, "24": true}' % tuple(values))

    with scripted(pins(False, True), pins(True, True), pins(True, False)) as server:
        assert switches(server.port, follow_pins=True) == HELLO + OUTPUTS + "[D2 high]\n"
        assert board.run(10) == "[D1 high]\n"
        assert board.run(10) == "[D2 low]\n"
        assert board.run(100) == ""


def test_commands_and_pins_together(board, switches):
    def both(request: bytes) -> bytes:
        return answer(b'{"2": true}') if b"/api/list" in request else NONE

    with scripted(both) as server:
        printed = switches(server.port, commands=COMMANDS, follow_pins=True)
        assert printed == HELLO + OUTPUTS + "[D2 high]\n"


def test_relays_that_are_on_when_their_pin_is_low(board, switches):
    with scripted(NONE, command("PUMPON"), NONE) as server:
        printed = switches(server.port, commands=COMMANDS, active_low=True)
        assert printed == f"{HELLO}[D1 is an output, high]\n[D2 is an output, high]\n"
        assert board.run(10) == "command PUMPON\n[D1 low]\n"


def test_everything_goes_off_when_the_server_is_silent_for_long(board, switches, port):
    with scripted(command("PUMPON"), NONE, port=port):
        assert switches(port, commands=COMMANDS).endswith("[D1 high]\n")
        board.run(5)
    printed = board.run(280)
    assert "[D1 low]" not in printed
    assert f"no command: no connection to 127.0.0.1:{port}\n" in printed
    assert "[D1 low]\n" in board.run(40)


def test_outputs_stay_as_they_are_if_one_wants_that(board, switches, port):
    with scripted(command("PUMPON"), NONE, port=port):
        switches(port, commands=COMMANDS, off_after=False)
        board.run(5)
    assert "[D1 low]" not in board.run(3600)


def test_the_page_of_a_portal_switches_nothing(board, switches):
    page = answer(b"<html>PUMPON 1 true</html>")
    with scripted(page) as server:
        printed = switches(server.port, commands=COMMANDS, follow_pins=True)
        assert printed == (
            f"{HELLO}{OUTPUTS}no command: the answer is 200 <html>PUMPON 1 true</html>\n"
            "no pins: the answer is 200 <html>PUMPON 1 true</html>\n"
        )
