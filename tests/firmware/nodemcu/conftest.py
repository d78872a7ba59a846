"""A board, a server in its reach, and a channel for each test.

Both databases hold the same entries after the same requests: that is tested elsewhere, so here is
only SQLite, and one server for the tests of a module.
"""

import json
from datetime import datetime

import pytest

from tests.conftest import NOON
from tests.firmware.nodemcu.board import BUILDS, Board
from tests.servers import Server, running
from thingclone.accounts import users
from thingclone.channels import channels, keys
from thingclone.database import connect, database


@pytest.fixture(scope="module")
def database_url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('garden')}/thingclone.db"
    connect(url)
    yield url
    database.close()


@pytest.fixture(scope="module")
def gardener(database_url):
    return users.add_user("gardener", NOON)


@pytest.fixture(scope="module")
def server(database_url, gardener):
    with running(database_url) as server:
        yield server


WAIT = 2000  # seconds: longer than any pause between two attempts
SHOW = "show = function(...) print('->', ...) end"


class Garden:
    """A channel of the tests, as it is read over HTTP."""

    def __init__(self, channel, server: Server):
        self.channel = channel
        self.server = server
        self.settings = {
            "ssid": "garden",
            "password": "",
            "host": "127.0.0.1",
            "port": server.port,
            "channel": channel.id,
            "write_key": channel.write_key,
            "read_key": channel.read_key,
        }

    def get(self, path: str) -> str:
        return self.server.get(
            f"/channels/{self.channel.id}/{path}api_key={self.channel.read_key}"
        )[1]

    def write(self, **values):
        pairs = "&".join(f"{name}={value}" for name, value in values.items())
        self.server.get(f"/update?api_key={self.channel.write_key}&{pairs}")

    def entries(self, *names: str) -> list:
        """What the entries have in field1, or in these fields."""
        feeds = self._feeds("status=true&")
        names = names or ("field1",)
        return [
            entry[names[0]] if len(names) == 1 else [entry[name] for name in names]
            for entry in feeds
        ]

    def times(self) -> list[int]:
        """The seconds of the entries, counted from the first."""
        moments = [
            datetime.fromisoformat(entry["created_at"]).timestamp() for entry in self._feeds()
        ]
        return [int(moment - moments[0]) for moment in moments]

    def _feeds(self, options: str = "") -> list[dict]:
        """The entries in the order in which they came."""
        feeds = json.loads(self.get(f"feeds.json?{options}"))["feeds"]
        return sorted(feeds, key=lambda entry: entry["entry_id"])


def new_channel(gardener):
    read_key = keys.new_key()
    labels = ("Temperature", "Humidity")
    channel = channels.add_channel(gardener, "Greenhouse", NOON, labels, read_key=read_key)
    channel.read_key = read_key
    return channel


@pytest.fixture
def garden(gardener, server) -> Garden:
    """A private channel, and the settings of a board that writes to it."""
    return Garden(new_channel(gardener), server)


@pytest.fixture(params=BUILDS)
def build(request) -> str:
    return request.param


@pytest.fixture
def board(build, tmp_path):
    """A board that is off, with the module in its flash."""
    board = Board(tmp_path / "flash", build)
    yield board
    board.switch_off()


@pytest.fixture
def wired(board, garden):
    """A board that is on and in the WiFi, with `thing` set up for the garden."""
    board.configure(**garden.settings)
    return set_up(board)


def set_up(board) -> Board:
    """Switch a board on, and do at its terminal what an app does."""
    board.start()
    assert board.type("board.join()") == ""
    assert board.type("thing = require('thingclone')") == ""
    assert board.type("thing.setup(dofile('config.lua'))") == ""
    assert board.type(SHOW) == ""
    return board


def take(board, *values, every: float = 60):
    """Take readings, a minute apart."""
    for value in values:
        board.type(f"thing.update({{{value}}})")
        board.run(every)
