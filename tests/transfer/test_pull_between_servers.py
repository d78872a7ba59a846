"""A channel moves from one running ThingClone to another."""

import json
import shutil
import signal
import subprocess
import time

import pytest

from tests.servers import COMMAND, PATIENCE, running, thingclone
from thingclone.database import database, execute

COUNT = 21_000
WRITE_KEY, READ_KEY = "AQ3VKXN5TJ20ZLWM", "P4YB81HCE7D9UGSR"
READS = [
    *(f"feeds.{form}?results=8000&location=true&status=true" for form in ("json", "xml", "csv")),
    "feeds.json?results=8000&end_entry_id=7000",
    "feeds.csv?start=2024-01-01%2008:00:00&end=2024-01-01%2009:00:00",
    "feeds.json?average=60&results=8000",
    *("feeds/last.json", "fields/1/last.json", "fields/2/last.txt", "status/last.json"),
    "feeds/400.json?status=true&location=true",
]


def lines():
    """A channel with late entries, equal times, gaps between the numbers, an unlabelled field."""
    yield "created_at,entry_id,field1,field2,field3,latitude,longitude,elevation,status"
    for number in range(1, COUNT + 1):
        second = 1_704_067_200 + 5 * (number // 3 * 3)
        if number % 700 == 0:
            second -= 4000
        if number % 1234:
            value = f'"{number},5 ""°"""' if number % 11 == 0 else number
            place = "51.5,-0.12,35,well" if number % 100 == 0 else ",,,"
            yield f"{second},{number},{value},{'' if number % 2 else chr(34) * 2},unseen,{place}"


@pytest.fixture(scope="module")
def source_file(tmp_path_factory):
    """A database with the channel 1417, private."""
    file = tmp_path_factory.mktemp("source") / "source.db"

    def run(*arguments: str, stdin: str | None = None):
        done = thingclone(*arguments, database_url=f"sqlite:///{file}", stdin=stdin)
        assert done.returncode == 0, done.stderr

    keys = ("--write-key", WRITE_KEY, "--read-key", READ_KEY)
    labels = ("--field", "Temperature", "--field", "Humidity")
    run("channel", "add", "Greenhouse", "--id", "1417", "--description", "warm", *labels, *keys)
    run("import", "1417", "-", "--keep-ids", stdin="\n".join(lines()))
    return file


@pytest.fixture
def source(source_file, tmp_path):
    """A running server with that channel."""
    shutil.copy(source_file, tmp_path / "source.db")
    with running(f"sqlite:///{tmp_path}/source.db", "--no-access-log") as server:
        yield server


@pytest.fixture
def command(source, database_url, gardener):
    keys = ("--api-key", READ_KEY, "--read-key", READ_KEY, "--write-key", WRITE_KEY)
    pull = [*COMMAND, "pull", source.url, "--channel", "1417", *keys, "--json"]
    return [*pull, "--database", database_url]


def document(command: list[str], *options: str) -> dict:
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def answers(server) -> dict:
    headers = {"X_THINGSPEAKAPIKEY": READ_KEY}
    return {path: server.get(f"/channels/1417/{path}", **headers) for path in READS}


def count() -> int:
    return execute("SELECT count(*) FROM entries").fetchone()[0]


def test_a_channel_moves_as_it_is(source, command, database_url):
    assert document(command, "--pause", "0")["alike"]
    assert count() == len(list(lines())) - 1
    with running(database_url, "--no-access-log") as target:
        assert answers(target) == answers(source)
        assert target.get("/channels/1417/feeds.json") == (400, "-1")
        assert source.get(f"/update?api_key={WRITE_KEY}&field1=next") == (200, str(COUNT + 1))
        assert target.get(f"/update?api_key={WRITE_KEY}&field1=next") == (200, str(COUNT + 1))
    assert execute("SELECT count(*) FROM entries WHERE field3 IS NOT NULL").fetchone() == (0,)


def test_a_pull_that_is_killed_goes_on(source, command, database_url):
    process = subprocess.Popen([*command, "--pause", "0.3"], stderr=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE
    while not count():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    stored = count()
    assert 0 < stored < COUNT - 1000
    done = document(command, "--pause", "0")
    assert (done["stored"], done["alike"]) == (len(list(lines())) - 1 - stored, True)
    assert done["there"] == {"entries": count(), "first_id": 1, "last_id": COUNT}
    with running(database_url, "--no-access-log") as target:
        assert answers(target) == answers(source)


def test_a_later_pull_fetches_what_is_new(source, command, database_url):
    document(command, "--pause", "0")
    for number in range(5):
        time_there = "&created_at=2024-01-01T08:00:00Z" if number == 3 else ""
        source.get(f"/update?api_key={WRITE_KEY}&field1=new{number}{time_there}")
    done = document(command, "--pause", "0")
    assert (done["stored"], done["alike"], done["here"]["last_id"]) == (5, True, COUNT + 5)
    with running(database_url, "--no-access-log") as target:
        assert answers(target) == answers(source)


def test_the_server_here_goes_on_while_a_channel_comes(source, command, database_url):
    done = thingclone(
        "channel", "add", "Cellar", "--write-key", "CELLAR", database_url=database_url
    )
    assert done.returncode == 0
    with running(database_url, "--no-access-log") as target:
        process = subprocess.Popen([*command, "--pause", "0"], stdout=subprocess.PIPE)
        written = 0
        while process.poll() is None:
            status, text = target.get("/update?api_key=CELLAR&field1=1")
            written += 1
            assert (status, text) == (200, str(written))
        assert json.loads(process.communicate()[0])["alike"]
        assert answers(target) == answers(source)
    assert written > 5
    database.close()
