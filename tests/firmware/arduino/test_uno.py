"""The library on an Arduino Uno: as large as its README says, and working."""

import re

import pytest

from tests.firmware.arduino.sketches import EXAMPLES, LIBRARY, secrets_h
from tests.firmware.arduino.uno import STAND_IN, Uno, switch_on
from tests.tools import need, run

FLASH, RAM = 32256, 2048  # bytes of an Uno, the bootloader apart
TOLERANCE = 0.03
SKETCHES = {
    "WriteOneValue": EXAMPLES / "WriteOneValue/WriteOneValue.ino",
    "Everything": STAND_IN / "Everything.ino",
    "Without": STAND_IN / "Without.ino",
}


@pytest.fixture(scope="module")
def uno(tmp_path_factory):
    return Uno(tmp_path_factory.mktemp("uno"))


@pytest.fixture(scope="module")
def program(uno):
    """A function that builds a sketch for a server at this port."""
    built = {}

    def build(name: str, port: int = 8080):
        if (name, port) not in built:
            secrets = secrets_h(
                SERVER_HOST="127.0.0.1",
                SERVER_PORT=port,
                CHANNEL=1,
                WRITE_KEY="WRITEKEY00000001",
            )
            sketch = SKETCHES[name].read_text()
            built[name, port] = uno.build(name, f"{name}{port}", sketch, **{"secrets.h": secrets})
        return built[name, port]

    return build


@pytest.fixture(scope="module")
def board(uno):
    return uno.board()


# --- sizes ----------------------------------------------------------------------------------------

_ROW = re.compile(r"^\| (.+?) +\| (\d+) +\| (\d+) +\|$", re.MULTILINE)


def in_the_readme() -> dict[str, tuple[int, int]]:
    """Bytes of flash and RAM by what they are of."""
    rows = _ROW.findall((LIBRARY / "README.md").read_text())
    return {what: (int(flash), int(ram)) for what, flash, ram in rows}


def test_the_figures_of_the_readme_are_true(uno, program):
    one, everything, without = (
        uno.sizes(program(name)) for name in ("WriteOneValue", "Everything", "Without")
    )
    measured = {
        "WriteOneValue, without the Ethernet library": one,
        "the library's part of it": (one[0] - without[0], one[1] - without[1]),
        "a sketch that uses all of the library": everything,
    }
    said = in_the_readme()
    assert list(said) == list(measured)
    for what, sizes in measured.items():
        assert said[what] == pytest.approx(sizes, rel=TOLERANCE), what


def test_even_everything_leaves_room_on_an_uno(uno, program):
    flash, ram = uno.sizes(program("Everything"))
    assert flash < 0.6 * FLASH
    assert ram < 0.5 * RAM


ALLOCATES = re.compile(r"^.* (?:malloc|realloc|free|operator new.*|String::.*)$", re.MULTILINE)


@pytest.mark.parametrize("name", ["WriteOneValue", "Everything"])
def test_no_memory_is_ever_allocated(program, name):
    symbols = run(need("avr-nm"), "-C", str(program(name)))
    assert "setup" in symbols or "main" in symbols
    assert (
        re.findall(r"^.* (?:malloc|realloc|free|operator new.*|String::.*)$", symbols, re.MULTILINE)
        == []
    )


# --- a run ----------------------------------------------------------------------------------------


def test_a_value_gets_from_the_pin_to_the_browser(board, program, server, channel, client):
    built = program("WriteOneValue", server.port)
    said, stack = switch_on(board, built, 15, "entry 1")
    assert said == "Written as entry 1"
    assert stack < 300
    url = "/channels/1/fields/1/last.txt?api_key=" + channel.read_key
    assert client.get(url).text == "740"


def test_everything_works(board, program, server, channel, client):
    built = program("Everything", server.port)
    said, stack = switch_on(board, built, 40, "That was all")
    assert said == (
        "done (HTTP 202)\ndone (HTTP 200)\n-21.50\n-21\n3\n4294967295\n404\nThat was all"
    )
    assert stack < 700
    feeds = client.get(
        "/channels/1/feeds.csv?location=true&status=true&api_key=" + channel.read_key
    ).text
    assert re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "TIME", feeds) == (
        "created_at,entry_id,field1,field2,latitude,longitude,elevation,status\n"
        'TIME,1,1,"it\'s ""kept""",,,,\n'
        'TIME,2,2,"it\'s ""kept""",,,,\n'
        "TIME,3,-21.5,4294967295,51.5,-0.125,35.0,ok\n"
    )
