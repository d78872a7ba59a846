"""The sketches that a channel's page of keys has for NodeMCU, run against a real server."""

import pytest

from tests.firmware.pasted import pasted


@pytest.fixture(params=["new", "integer", "2016"])
def build(request) -> str:
    """The firmware that has the module http; what came before it is old enough for the module."""
    return request.param


def started(board, sketch: str):
    board.upload("init.lua", sketch)
    assert board.start() == ""
    return board


def test_a_value_is_written(board, garden, gardener):
    page = f"/channels/{garden.channel.id}/keys/write"
    started(board, pasted(gardener, page, "lua", garden.server.port))
    assert board.run(65) == "entry 1\nentry 2\nentry 3\n"
    assert garden.entries() == ["512", "512", "512"]


def test_a_write_that_is_refused_says_why(board, build, garden, gardener):
    page = f"/channels/{garden.channel.id}/keys/write"
    sketch = pasted(gardener, page, "lua", garden.server.port)
    started(board, sketch.replace(garden.channel.write_key, garden.channel.read_key))
    reason = "this is a read key: a write needs the channel's write key"
    assert board.run(25) == f"not written: {400 if build == '2016' else reason}\n"


def test_a_value_is_read(board, garden, gardener):
    garden.write(field1="21.5")
    page = f"/channels/{garden.channel.id}/keys/{garden.channel.id}"
    started(board, pasted(gardener, page, "lua", garden.server.port))
    assert board.run(45) == "21.5\n21.5\n"


def test_a_server_that_is_away_is_told(board, garden, gardener):
    page = f"/channels/{garden.channel.id}/keys/write"
    started(board, pasted(gardener, page, "lua", 1))
    assert board.run(25) == "not written: -1\n"
