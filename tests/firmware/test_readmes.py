"""The pages that lead from a bare board to a value in the browser leave no step out."""

import re
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).parents[2] / "firmware"
STEPS = {
    "arduino/ThingClone": (
        "The server.",
        "The board.",
        "The library.",
        "The sketch.",
        "The secrets.",
        "Upload it,",
        "The browser.",
    ),
    "nodemcu": ("The server.", "Firmware.", "Wiring.", "Settings.", "Upload", "Look."),
}
STEP = re.compile(r"^\d\. \*\*(.+?)\*\*(.+\n(?:(?:   .*)?\n)*)", re.MULTILINE)


def steps_of(readme: str) -> dict[str, str]:
    return dict(STEP.findall((FIRMWARE / readme / "README.md").read_text()))


@pytest.mark.parametrize("readme", STEPS)
def test_it_begins_with_a_server_and_ends_in_a_browser(readme):
    found = steps_of(readme)
    assert tuple(found) == STEPS[readme]
    assert "`make run`" in found["The server."]
    *_, last = found.values()
    assert "http://192.168.1.10:8080/channels/1/fields/1/last.txt?api_key=" in last


def test_an_arduino_ide_learns_of_the_boards_that_it_does_not_know():
    board = steps_of("arduino/ThingClone")["The board."]
    assert "https://arduino.esp8266.com/stable/package_esp8266com_index.json" in board
    assert "https://espressif.github.io/arduino-esp32/package_esp32_index.json" in board
