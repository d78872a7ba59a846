"""The sketches that a channel's page of keys has for MicroPython, run against a real server."""

import sys
from pathlib import Path

import pytest

from tests.firmware.pasted import pasted
from tests.firmware.programs import shown_by

BOARD = Path(__file__).parent / "board" / "board.py"


@pytest.fixture(params=["old", "new"])
def play(request, tmp_path):
    """A function that runs a sketch for so many seconds: what it prints."""

    def play(sketch: str, seconds: int) -> str:
        script = tmp_path / "main.py"
        script.write_text(sketch)
        return shown_by(sys.executable, "-S", BOARD, script, str(seconds), request.param)

    return play


def test_a_value_is_written(play, server, gardener, channel, client):
    sketch = pasted(gardener, "/channels/1/keys/write", "py", server.port)
    compile(sketch, "main.py", "exec")
    assert play(sketch, 50) == "entry 1\nentry 2\nentry 3\n"
    url = f"/channels/1/fields/1/last.txt?api_key={channel.read_key}"
    assert client.get(url).text == "32768"


def test_a_write_that_is_refused_shows_a_0(play, server, gardener, channel):
    sketch = pasted(gardener, "/channels/1/keys/write", "py", server.port)
    sketch = sketch.replace(channel.write_key, channel.read_key)
    assert play(sketch, 10) == "entry 0\n"


def test_a_value_is_read(play, server, gardener, channel, write):
    write(channel, field1="21.5")
    sketch = pasted(gardener, "/channels/1/keys/1", "py", server.port)
    assert play(sketch, 30) == "21.5\n21.5\n"


def test_a_server_that_is_away_does_not_end_the_sketch(play, port, gardener, channel):
    for page in ("write", "1"):
        sketch = pasted(gardener, f"/channels/1/keys/{page}", "py", port)
        lines = play(sketch, 30).splitlines()
        assert len(lines) == 2
        assert all(line.startswith("no connection: ") for line in lines)
