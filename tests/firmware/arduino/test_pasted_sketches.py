"""The sketches that a channel's page of keys has for Arduino, run against a real server."""

import pytest

from tests.firmware.arduino.sketches import play
from tests.firmware.pasted import pasted
from thingclone.web import sketches


@pytest.fixture(params=["-DESP8266", "-DESP32"])
def board(request, workshop):
    """A function that compiles a sketch for this board."""
    return lambda text: workshop.sketch(f"Pasted{request.param[2:]}", text, request.param)


def test_a_value_is_written(board, server, gardener, channel, client):
    program = board(pasted(gardener, "/channels/1/keys/write", "ino", server.port))
    assert play(program, 50, ANALOG="740") == "1\n2\n3\n"
    url = f"/channels/1/fields/1/last.txt?api_key={channel.read_key}"
    assert client.get(url).text == "740.00"


def test_a_write_that_is_refused_says_why(board, server, gardener, channel):
    text = pasted(gardener, "/channels/1/keys/write", "ino", server.port)
    program = board(text.replace(channel.write_key, channel.read_key))
    assert play(program, 10) == (
        "X-ThingClone-Reason: this is a read key: a write needs the channel's write key\n0\n"
    )


def test_a_value_is_read(board, server, gardener, channel, write):
    write(channel, field1="21.5")
    program = board(pasted(gardener, "/channels/1/keys/1", "ino", server.port))
    assert play(program, 30) == "21.5\n21.5\n"


def test_a_server_that_is_away_is_told(board, gardener, channel):
    for page in ("write", "1"):
        program = board(pasted(gardener, f"/channels/1/keys/{page}", "ino", 1))
        assert play(program, 30) == "no connection\nno connection\n"


@pytest.mark.parametrize("writes", [True, False])
def test_sketches_that_speak_tls_compile(board, writes):
    arduino = sketches.LANGUAGES[0]
    address = sketches.Address.of("https://garden.example")
    text = sketches.sketch(arduino, address, 1, 1, "WRITEKEY00000001", writes)
    assert "client.setInsecure();" in text
    board(text)
