"""Many writers at once, in one server and in several: ids stay 1, 2, 3, ..., and nothing that was
acknowledged is missing.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import chain, count
from threading import Barrier, Event

import pytest

from tests.databases import on_postgresql
from tests.servers import PATIENCE, running
from thingclone.database.models import Channel, Entry

THREADS = 8
WRITES = 20  # of each thread


def at_once(*jobs) -> list:
    """What these functions return, each run in a thread of its own, all started together."""
    start = Barrier(len(jobs))

    def run(job):
        start.wait(PATIENCE)
        return job()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def writer(server, channels, name: str):
    """A job that writes to the channels in turn: the acknowledged (channel id, entry id, value)."""

    def write():
        acknowledged = []
        for number in range(WRITES):
            channel = channels[number % len(channels)]
            value = f"{name}-{number}"
            url = f"/update?api_key={channel.write_key}&field1={value}"
            status, entry_id = server.get(url)
            assert (status, int(entry_id) > 0) == (200, True)
            acknowledged.append((channel.id, int(entry_id), value))
        return acknowledged

    return write


def stored() -> list[tuple[int, int, str]]:
    """(channel id, entry id, value) of every entry, in order."""
    wanted = Entry.select(Entry.channel, Entry.entry_id, Entry.field1)
    return list(wanted.order_by(Entry.channel, Entry.entry_id).tuples())


def assert_numbered_without_gaps():
    entries = stored()
    for channel in Channel.select():
        ids = [entry_id for channel_id, entry_id, _ in entries if channel_id == channel.id]
        assert ids == list(range(1, len(ids) + 1))


@pytest.fixture
def channels(add_channel):
    return add_channel(), add_channel()


def test_many_threads_write_to_one_server(channels, server):
    writers = [writer(server, channels, f"t{number}") for number in range(THREADS)]
    acknowledged = list(chain.from_iterable(at_once(*writers)))
    assert len(acknowledged) == THREADS * WRITES
    assert sorted(acknowledged) == stored()
    assert_numbered_without_gaps()


@on_postgresql  # an SQLite file has one server
def test_two_servers_write_to_one_database(channels, database_url):
    with running(database_url) as first, running(database_url) as second:
        writers = [
            writer(server, channels, f"{name}{number}")
            for name, server in (("a", first), ("b", second))
            for number in range(THREADS // 2)
        ]
        acknowledged = list(chain.from_iterable(at_once(*writers)))
    assert len(acknowledged) == THREADS * WRITES
    assert sorted(acknowledged) == stored()
    assert_numbered_without_gaps()


SCRIPT = """
import json, sys
from thingclone.entries import recording
from thingclone.formats import times
from thingclone.database import connect
from thingclone.entries.update import Update
from thingclone.settings import Settings

url, name, writes, *keys = sys.argv[1:]
connect(url)
for number in range(int(writes)):
    params = {"api_key": keys[number % len(keys)], "field1": f"{name}-{number}"}
    update = Update.from_params(params, times.now())
    stored = recording.record(update, times.now(), Settings())
    print(json.dumps([stored.channel_id, stored.entry_id, params["field1"]]), flush=True)
"""


def test_processes_write_to_one_database(channels, database_url):
    keys = [channel.write_key for channel in channels]
    command = [sys.executable, "-c", SCRIPT, database_url]
    processes = [
        subprocess.Popen([*command, name, "40", *keys], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    acknowledged = []
    for process in processes:
        output, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        acknowledged += [tuple(json.loads(line)) for line in output.splitlines()]
    assert len(acknowledged) == 120
    assert sorted(acknowledged) == stored()
    assert_numbered_without_gaps()


def test_a_bulk_write_stays_in_one_piece_among_single_writes(channels, server):
    channel = channels[0]

    def bulk_writer(name):
        def write():
            for number in range(5):
                updates = [
                    {"created_at": 1700000000 + second, "field1": f"{name}-{number}-{second}"}
                    for second in range(10)
                ]
                body = json.dumps({"write_api_key": channel.write_key, "updates": updates})
                path = f"/channels/{channel.id}/bulk_update.json"
                assert server.get(path, body.encode()) == (202, '{"success":true}')

        return write

    single = [writer(server, [channel], f"s{number}") for number in range(4)]
    at_once(*single, *(bulk_writer(f"b{number}") for number in range(4)))
    assert_numbered_without_gaps()
    values = [value for _, _, value in stored()]
    assert len(values) == 4 * WRITES + 4 * 5 * 10
    for name in (f"b{writer}-{number}" for writer in range(4) for number in range(5)):
        first = values.index(f"{name}-0")
        assert values[first : first + 10] == [f"{name}-{second}" for second in range(10)]


def test_writers_at_once_to_a_new_field_give_it_one_label(add_channel, server):
    channel = add_channel(labels=())
    at_once(*(writer(server, [channel], f"t{number}") for number in range(THREADS)))
    assert Channel.get_by_id(channel.id).field1 == "Field 1"
    assert_numbered_without_gaps()


def test_with_a_write_interval_one_of_many_writers_wins(channels, database_url):
    url = f"/update?api_key={channels[0].write_key}&field1=5"
    with running(database_url, "--write-interval", "3600") as server:
        answers = at_once(*[lambda: server.get(url)] * THREADS)
    assert sorted(answers) == [(200, "0")] * (THREADS - 1) + [(200, "1")]
    assert len(stored()) == 1


def test_what_was_acknowledged_outlives_a_killed_server(channels, database_url):
    acknowledged = []
    enough = Event()

    def write(name):
        for number in count():
            channel = channels[number % 2]
            value = f"{name}-{number}"
            try:
                _, text = server.get(f"/update?api_key={channel.write_key}&field1={value}")
            except (OSError, HTTPException):
                return
            acknowledged.append((channel.id, int(text), value))
            if len(acknowledged) >= 50:
                enough.set()

    def kill():
        assert enough.wait(PATIENCE)
        server.kill()

    with running(database_url) as server:
        at_once(kill, *[lambda name=f"t{number}": write(name) for number in range(4)])
    with running(database_url) as server:
        channel = channels[0]
        _, text = server.get(f"/update?api_key={channel.write_key}&field1=after")
        acknowledged.append((channel.id, int(text), "after"))
    assert set(acknowledged) <= set(stored())
    assert_numbered_without_gaps()
