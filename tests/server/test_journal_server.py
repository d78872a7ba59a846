"""The journal of a real server: written by its loop, and no burden to those who write."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import sleep

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import Server, full_disk, running
from tests.sockets import Board, Crowd, until
from thingclone.database import database, execute
from thingclone.database.models import Attempt, Entry, User
from thingclone.entries import journal

KEY = "WRITEKEY00000001"
BAD = "/update?api_key=READKEY000000001&field1=bad"


def counts() -> list[tuple]:
    return [(attempt.reason[:18], attempt.count) for attempt in Attempt.select()]


def refuse(server: Server, times: int = 1):
    for _ in range(times):
        assert server.get(BAD) == (400, "0")


@pytest.fixture
def owner(channel):
    User.update(api_key="USERKEY000000000").execute()


def test_the_loop_writes_it_down_though_nobody_asks(channel, server):
    refuse(server)
    until(lambda: Attempt.select().exists())
    (attempt,) = journal.attempts(channel)
    assert (attempt.address, attempt.count) == ("127.0.0.1", 1)
    assert attempt.sent == "GET /update?api_key=READ...&field1=bad"
    refuse(server, 3)
    until(lambda: Attempt.select().count() > 1)
    sleep(1.2)
    assert sum(attempt.count for attempt in journal.attempts(channel)) == 4


def test_who_asks_sees_all_of_it_at_once(owner, server):
    for number in range(1, 6):
        refuse(server)
        status, text = server.get("/channels/1/journal.json?api_key=USERKEY000000000")
        assert status == 200
        assert sum(attempt["count"] for attempt in json.loads(text)) == number


def test_a_stop_writes_down_what_was_noted(channel, database_url):
    with running(database_url) as server:
        refuse(server, 5)
        assert server.stop() == (0, "")
    assert sum(attempt.count for attempt in journal.attempts(channel)) == 5


@on_postgresql
def test_two_servers_write_into_one_journal(owner, channel, database_url):
    with running(database_url) as one, running(database_url) as other:
        refuse(one, 2)
        refuse(other, 3)
        until(lambda: sum(attempt.count for attempt in journal.attempts(channel)) == 5)
    assert sum(attempt.count for attempt in journal.attempts(channel)) == 5


def test_a_flood_of_refused_writes_among_good_ones(channel, server):
    """Of each second little is kept, and every good write is acknowledged and stored."""

    def good(name: str) -> int:
        with Board(server.port) as board:
            for number in range(100):
                path = f"/update?api_key={KEY}&field1={name}-{number}"
                answer = board.send(f"GET {path} HTTP/1.1\r\n\r\n".encode()).hear_answer()
                assert answer.startswith(b"HTTP/1.1 200 OK")
        return 100

    def bad() -> int:
        with Board(server.port) as board:
            for number in range(1000):
                key = "READKEY000000001" if number % 2 else f"WRONG{number}"
                request = f"GET /update?api_key={key} HTTP/1.1\r\n\r\n".encode()
                assert board.send(request).hear_answer().startswith(b"HTTP/1.1 400 ")
        return 1000

    with ThreadPoolExecutor() as threads:
        jobs = [threads.submit(good, f"w{number}") for number in range(3)]
        jobs += [threads.submit(bad) for _ in range(3)]
        assert sum(job.result() for job in jobs) == 3300
    assert Entry.select().count() == 300
    assert server.stop() == (0, "")
    told = counts()
    assert sum(count for reason, count in told if reason == "this is a read key") == 1500
    assert len(told) < 100
    assert len(journal.attempts_of_no_channel()) <= 100


def test_threads_that_write_are_not_kept_waiting(channel, server):
    """The journal is written in between: whoever finds the loop in front of them goes next."""

    def write_in_bulk(first: int):
        for number in range(first, first + 10):
            updates = [{"created_at": 1_000_000 + number, "field1": "x"}]
            body = json.dumps({"write_api_key": KEY, "updates": updates}).encode()
            assert server.get("/channels/1/bulk_update.json", body)[0] == 202

    with ThreadPoolExecutor() as threads:
        jobs = [threads.submit(write_in_bulk, 100 * number) for number in range(3)]
        while not all(job.done() for job in jobs):
            refuse(server)
        for job in jobs:
            job.result()
    assert Entry.select().count() == 30
    until(lambda: Attempt.select().exists())


@on_sqlite
def test_a_full_disk_is_not_told_of_and_breaks_nothing(channel, database_url):
    with running(database_url) as server:
        with full_disk(server, Path(database.place)), closing(Crowd(server)) as crowd:
            answers = crowd.send_at_once(
                [f"GET {path} HTTP/1.1\r\n\r\n".encode() for path in (BAD, BAD, "/healthz")]
            )
            assert [answer.partition(b" ")[2][:3] for answer in answers] == [b"400", b"400", b"200"]
            sleep(1.5)
            assert server.get(f"/update?api_key={KEY}&field1=lost") == (503, "0")
            assert server.get("/healthz") == (200, "alive\n")
        assert server.get(f"/update?api_key={KEY}&field1=after") == (200, "1")
        assert counts() == []
        refuse(server, 2)
        until(lambda: Attempt.select().exists())
        assert counts()[0][0] == "this is a read key"


def test_a_journal_that_cannot_be_written_spoils_no_write(channel, server):
    execute("ALTER TABLE attempts RENAME TO away")
    for number in range(1, 30):
        refuse(server)
        assert server.get(f"/update?api_key={KEY}&field1={number}") == (200, str(number))
        sleep(0.06)
    execute("ALTER TABLE away RENAME TO attempts")
    refuse(server)
    until(lambda: Attempt.select().exists())
    status, log = server.stop()
    assert status == 0
    assert "the database failed" in log
