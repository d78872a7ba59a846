"""The server goes away and comes back: no reading is lost, each keeps its time."""

import pytest

from tests.firmware.nodemcu.conftest import WAIT, take
from tests.servers import Server


class Comeback:
    """A server that can go away, and come back at the same port."""

    def __init__(self, database_url: str, port: int):
        self.database_url = database_url
        self.port = port
        self.asked: list[str] = []  # "POST /update 200"
        self.start()

    def start(self, *options: str):
        place = ("--host", "127.0.0.1", "--port", str(self.port), "--database", self.database_url)
        self.server = Server(*place, *options)

    def stop(self):
        self.server.process.terminate()
        log, _ = self.server.process.communicate()
        for line in log.splitlines():
            _, request, rest = line.split('"')[:3]
            method, url = request.split()[:2]
            self.asked.append(f"{method} {url.partition('?')[0]} {rest.split()[0]}")

    def get(self, path: str):
        return self.server.get(path)


@pytest.fixture(params=["new", "net", "2016"])
def build(request) -> str:
    return request.param


@pytest.fixture
def server(database_url, port):
    server = Comeback(database_url, port)
    yield server
    server.server.kill()


def test_readings_wait_for_the_server_and_come_in_one_bulk_write(wired, garden, server):
    take(wired, 1)
    server.stop()
    take(wired, 2, 3, 4)
    assert wired.type("print(thing.backlog())") == "3\t0\n"
    server.start()
    wired.run(WAIT)
    assert wired.type("print(thing.backlog())") == "0\t0\n"
    assert garden.entries() == ["1", "2", "3", "4"]
    _, *late = garden.times()
    assert [moment - late[0] for moment in late] == [0, 60, 120]
    server.stop()
    written = [asked for asked in server.asked if asked.startswith("POST")]
    bulk_write = f"POST /channels/{garden.channel.id}/bulk_update.json 202"
    assert written == ["POST /update 200", bulk_write]


def test_what_came_too_soon_comes_later(wired, garden, server):
    server.stop()
    server.start("--write-interval", "3600")
    take(wired, 1)
    wired.type("thing.update({2}, show)")
    reason = f"channel {garden.channel.id} accepts one write every 3600 seconds"
    if wired.options["build"] == "2016":
        reason = "the answer is 200 0"
    assert wired.run(1) == f"->\tnil\t{reason}\t1\n"
    server.stop()
    server.start()
    wired.run(WAIT)
    assert garden.entries() == ["1", "2"]
