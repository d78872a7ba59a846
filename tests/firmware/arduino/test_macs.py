"""Boards that name themselves, to a real server."""

import pytest

from tests.firmware.arduino.sketches import play
from thingclone.database.models import User

KEY = "USERKEY000000000"
MAC = "6c:rf:7f:2b:0e:g8"


@pytest.fixture(autouse=True)
def user_key(gardener):
    """The gardener's user key, as one can read it in a test."""
    User.update(api_key=KEY).execute()


def test_a_board_that_names_itself_gets_a_channel(puppet, server, client):
    puppet.do("begin", "127.0.0.1", server.port)
    for number in (1, 2):
        puppet.do("setField", "real", 1, 72.25 + number, 1)
        assert puppet.do("write", KEY, MAC) == "THING_OK"
        assert puppet.ask("entryNumber") == number
    assert client.get(f"/fields/1/last.txt?mac={MAC}&api_key={KEY}").text == "74.2"


def test_a_user_key_alone_is_refused(puppet, server):
    puppet.do("begin", "127.0.0.1", server.port)
    puppet.do("setField", "int", 1, 1)
    assert puppet.do("write", KEY) == "THING_REFUSED"
    assert puppet.ask("httpStatus") == 400


def test_path_style(workshop, server, client):
    program = workshop.example(
        "PathStyle",
        "-DESP8266",
        WIFI_NAME="greenhouse",
        WIFI_PASSWORD="tomatoes",
        SERVER_HOST="127.0.0.1",
        SERVER_PORT=server.port,
        USER_KEY=KEY,
    )
    _, first, second = play(program, 30, ANALOG="740").split("HTTP/1.1 200 OK\n")
    assert (first[-4:], second[-4:]) == ("\n\n1\n", "\n\n2\n")
    assert client.get(f"/fields/1/last.txt?mac={MAC}&api_key={KEY}").text == "72.3"
