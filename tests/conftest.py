"""The cast of the tests: both databases, an app with a clock that is set by hand, a gardener and a
greenhouse.
"""

import os
import shutil
from pathlib import Path

import pytest
from webtest import TestApp

from tests.postgresql import cluster, empty, prepare_to_empty
from tests.servers import reserved_port, running
from thingclone.accounts import users
from thingclone.app import create_app
from thingclone.apps import talkback
from thingclone.channels import channels
from thingclone.database import attach, connect, database, execute
from thingclone.formats import times
from thingclone.settings import Settings

NOON = times.parse("2024-05-01 12:00:00", times.UTC)


MEMORY = Path("/dev/shm")  # a folder of Linux that no commit waits for


def pytest_configure():
    """Keep temporary files in memory, where there is room."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**31:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


class Clock:
    """The app's clock: stands still until it is moved."""

    def __init__(self, moment: int = NOON):
        self.moment = moment

    def __call__(self) -> int:
        return self.moment

    def set(self, text: str):
        self.moment = times.parse(text, times.UTC)

    def advance(self, seconds: float):
        self.moment += int(seconds * times.SECOND)


class Client(TestApp):
    """WebTest's client; what the server refuses is an answer like any other."""

    def do_request(self, req, status=None, expect_errors=None):
        return super().do_request(
            req, status, expect_errors=True if status is None else expect_errors
        )


@pytest.fixture
def port():
    """A port of 127.0.0.1 on which nobody listens but who is told its number."""
    with reserved_port() as port:
        yield port


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """An empty SQLite database with up-to-date tables, to be copied: that takes a tenth of the time
    of its migrations.
    """
    file = tmp_path_factory.mktemp("template") / "thingclone.db"
    connect(f"sqlite:///{file}")
    database.close()
    return file


@pytest.fixture(scope="session")
def postgresql_url():
    """A PostgreSQL database with up-to-date tables."""
    with cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql(postgresql_url):
    """A connection to it that serves all tests: a new one takes longer than most of them."""
    engine = connect(postgresql_url)
    prepare_to_empty()
    database.initialize(None)
    yield engine
    engine.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """An empty database with up-to-date tables, once SQLite, once PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def sqlite_database(tmp_path, sqlite_template):
    shutil.copy(sqlite_template, tmp_path / "thingclone.db")
    url = f"sqlite:///{tmp_path}/thingclone.db"
    attach(url)
    database.connection()
    yield url
    database.close()


@pytest.fixture
def postgresql_database(postgresql, postgresql_url):
    database.initialize(postgresql)
    empty()
    yield postgresql_url
    if database.obj is not postgresql:
        database.close()
    database.initialize(None)


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(database_url, settings, clock) -> Client:
    return Client(create_app(settings, clock))


@pytest.fixture
def bare_client(database_url, settings, clock):
    """A client that does not mind an answer without Content-Type."""
    return Client(create_app(settings, clock), lint=False)


@pytest.fixture
def gardener(database_url):
    return users.add_user("gardener", NOON)


@pytest.fixture
def add_channel(gardener):
    """A function that adds a channel; private, two labelled fields, keys that one can read in a
    test.
    """
    added = []

    def add(name="Greenhouse", labels=("Temperature", "Humidity"), **attributes):
        number = len(added) + 1
        keys = {"write_key": f"WRITEKEY{number:08}", "read_key": f"READKEY{number:09}"}
        channel = channels.add_channel(gardener, name, NOON, labels, **keys | attributes)
        channel.read_key = attributes.get("read_key", keys["read_key"])
        added.append(channel)
        return channel

    return add


@pytest.fixture
def channel(add_channel):
    """A private channel of the gardener: 1, "Greenhouse", fields Temperature and Humidity."""
    return add_channel()


@pytest.fixture
def public_channel(add_channel):
    return add_channel("Weather station", public=True)


@pytest.fixture
def door_talkback(gardener):
    """The gardener's TalkBack 1, "Door"."""
    return talkback.add_talkback(gardener, "Door", NOON, api_key="TALKBACKKEY00001")


@pytest.fixture
def write(client):
    """A function that writes an entry by /update and returns its number."""

    def write(channel, created_at=None, **values) -> int:
        time = {} if created_at is None else {"created_at": created_at}
        return int(client.get("/update", {"api_key": channel.write_key} | time | values).text)

    return write


@pytest.fixture
def greenhouse(gardener, clock, write):
    """The channel of the contract's examples: public, number 1417, with its entries 317 and 318."""
    channel = channels.add_channel(
        gardener, "Greenhouse", times.parse("2023-02-14T19:33:17Z", times.UTC),
        ("Temp", "Humidity"), 1417, "GREENHOUSEWRITES", "GREENHOUSE-READS", public=True,
        description="two sensors", latitude="51.5", longitude="-0.12",
    )  # fmt: skip
    settings_changed = times.parse("2023-02-15T08:00:00Z", times.UTC)
    execute("UPDATE channels SET updated_at = ?", (settings_changed,))
    execute("UPDATE counters SET last_entry_id = 316")
    clock.set("2024-11-10T12:49:27Z")
    write(channel, field1="21.4", field2="40")
    clock.set("2024-11-10T12:49:42Z")
    write(channel, field1="21.5")
    return channel


@pytest.fixture
def server(database_url, gardener):
    """A real server on this database, in a process of its own; not its first start."""
    with running(database_url) as server:
        yield server
