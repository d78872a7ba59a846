"""An acknowledged reading is never lost: killed servers, full disks, locked files, neighbours."""

import os
import random
import signal
import sqlite3
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import Server, full_disk, running
from tests.sockets import Board, Crowd, ask, until
from tests.tools import python_as_nobody
from thingclone.database import connect, database, execute

KEY = "WRITEKEY00000001"


class Writers:
    """Clients that write as fast as they can, each value different, and note what was said."""

    def __init__(self, port: int, name: str, count: int = 4):
        self.port, self.name = port, name
        self.acknowledged: dict[int, str] = {}
        self.is_over = threading.Event()
        self.threads = [
            threading.Thread(target=self._write, args=(number,)) for number in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def _write(self, number: int):
        stays = number % 2 == 0  # half of them keep their connection
        board, count = None, 0
        while not self.is_over.is_set():
            count += 1
            value = f"{self.name}-{number}-{count}"
            end = "" if stays else "Connection: close\r\n"
            request = f"GET /update?api_key={KEY}&field1={value} HTTP/1.1\r\n{end}\r\n".encode()
            try:
                board = board or Board(self.port)
                body = board.send(request).hear_answer().partition(b"\r\n\r\n")[2]
                self.acknowledged[int(body)] = value
                if not stays:
                    board.close()
                    board = None
            except (OSError, AssertionError, ValueError):
                return

    def stop(self) -> dict[int, str]:
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        return self.acknowledged


def stored() -> dict[int, str]:
    return dict(execute("SELECT entry_id, field1 FROM entries ORDER BY entry_id").fetchall())


def assert_nothing_is_lost(acknowledged: dict[int, str]):
    entries = stored()
    assert list(entries) == list(range(1, len(entries) + 1))
    assert {entry_id: entries.get(entry_id) for entry_id in acknowledged} == acknowledged
    assert execute("SELECT last_entry_id FROM counters").fetchone()[0] == (len(entries) or None)


def test_fifty_times_killed_nothing_acknowledged_is_lost(database_url, channel):
    acknowledged = {}
    chance = random.Random(50)
    rounds = 50 if database_url.startswith("sqlite") else 5
    for number in range(rounds):
        with running(database_url) as server:
            writers = Writers(server.port, f"round{number}")
            sleep(chance.uniform(0.02, 0.3))
            server.process.send_signal(signal.SIGKILL)
            acknowledged |= writers.stop()
        assert_nothing_is_lost(acknowledged)
    assert len(acknowledged) > rounds
    if database_url.startswith("sqlite"):
        assert execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_stop_under_load_finishes_what_is_running(database_url, channel):
    with running(database_url) as server:
        writers = Writers(server.port, "stopped")
        until(lambda: len(writers.acknowledged) > 50)
        status, log = server.stop()
        assert_nothing_is_lost(writers.stop())
    assert (status, log) == (0, "")


# --- the disk -------------------------------------------------------------------------------------


@pytest.fixture
def sqlite_file(database_url) -> Path:
    return Path(database.place)


def update(server: Server, value: str) -> tuple[int, str]:
    return server.get(f"/update?api_key={KEY}&field1={value}")


def last(server: Server, channel) -> tuple[int, str]:
    return server.get(f"/channels/1/fields/1/last.txt?api_key={channel.read_key}")


@on_sqlite
def test_a_full_disk_refuses_writers_and_serves_readers(sqlite_file, database_url, server, channel):
    assert update(server, "before") == (200, "1")
    with full_disk(server, sqlite_file):
        answer = ask(
            server.port,
            f"GET /update?api_key={KEY}&field1=lost HTTP/1.1\r\nConnection: close\r\n\r\n".encode(),
        )
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"X-ThingClone-Reason: the disk " in answer
        assert answer.endswith(b"\r\n\r\n0")
        assert server.get("/readyz")[0] == 503
        assert last(server, channel) == (200, "before")
    assert update(server, "after") == (200, "2")
    assert stored() == {1: "before", 2: "after"}


@on_sqlite
def test_a_turn_that_cannot_be_stored_is_refused_whole(sqlite_file, server, channel):
    assert update(server, "before") == (200, "1")
    with full_disk(server, sqlite_file), closing(Crowd(server)) as crowd:
        answers = crowd.write_at_once(KEY, [f"field1=lost{number}" for number in range(8)])
    assert {answer.partition(b" ")[2][:3] for answer in answers} == {b"503"}
    assert {answer.rpartition(b"\r\n")[2] for answer in answers} == {b"0"}
    assert update(server, "after") == (200, "2")
    assert stored() == {1: "before", 2: "after"}


@on_sqlite
def test_after_a_statement_that_undid_its_turn_nothing_is_stored_outside_of_it(server, channel):
    """On a full disk SQLite may undo the whole transaction at any statement, as this trigger does:
    what came after it would each be a transaction of its own then.
    """
    execute(
        """CREATE TRIGGER fails BEFORE INSERT ON entries WHEN NEW.field1 = 'fails'
            BEGIN SELECT RAISE(ROLLBACK, 'disk I/O error'); END"""
    )
    values = ["a", "b", "fails", "c", "d"]
    with closing(Crowd(server)) as crowd:
        answers = crowd.write_at_once(KEY, [f"field1={value}" for value in values])
    ids = [int(answer.rpartition(b"\r\n")[2]) for answer in answers]
    told = dict(zip(ids, values, strict=True))
    assert told.pop(0) == "fails"
    assert stored() == told
    assert update(server, "after") == (200, "5")
    assert_nothing_is_lost(told)


@on_sqlite
def test_a_read_only_file_refuses_writers_and_serves_readers(
    sqlite_file, database_url, channel, client
):
    client.get(f"/update?api_key={KEY}&field1=before")
    database.close()
    if os.getuid() == 0:
        for path in (sqlite_file.parent, *sqlite_file.parent.iterdir()):
            os.chown(path, 65534, 65534)
        for folder in sqlite_file.parent.parents:
            folder.chmod(folder.stat().st_mode | 0o055)
    sqlite_file.chmod(0o444)
    with running(database_url, as_user=python_as_nobody) as server:
        assert "\nNo link to choose a password: " in server.output
        assert update(server, "lost") == (503, "0")
        assert last(server, channel) == (200, "before")


# --- others who write -----------------------------------------------------------------------------


@contextmanager
def somebody_writing(file: Path):
    """Another program has a transaction open that writes."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@on_sqlite
@pytest.mark.parametrize("path", ["/update", "/update/", "//update", "/upd%61te"])
def test_a_write_waits_for_somebody_elses_transaction(sqlite_file, server, channel, path):
    answers = []
    ask_for = f"{path}?api_key={KEY}&field1=patient"
    with somebody_writing(sqlite_file):
        writer = threading.Thread(target=lambda: answers.append(server.get(ask_for)))
        writer.start()
        sleep(1)
        assert last(server, channel) == (200, "-1")
        assert answers == []
    writer.join()
    assert answers == [(200, "1")]


@on_sqlite
def test_a_file_locked_for_ten_seconds_refuses_writes_with_a_reason_and_serves_reads(
    sqlite_file, server, channel
):
    locked_until = monotonic() + 10
    with somebody_writing(sqlite_file):
        while monotonic() < locked_until:
            with Board(server.port) as board:
                board.send(f"GET /update?api_key={KEY}&field1=1 HTTP/1.1\r\n\r\n".encode())
                answer = board.hear_answer()
            assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
            assert b"X-ThingClone-Reason: the database is locked by another program\r\n" in answer
            assert answer.endswith(b"\r\n\r\n0")
            assert server.get("/healthz") == (200, "alive\n")
            assert last(server, channel) == (200, "-1")
    assert update(server, "later") == (200, "1")


@on_sqlite
def test_the_loop_that_has_given_up_asking_lets_threads_write(sqlite_file, server, channel):
    """A bulk write waits for the file in a thread, a single write for that thread, too long."""
    answers = []
    with somebody_writing(sqlite_file):
        bulk = threading.Thread(target=lambda: answers.append(bulk_write(server)))
        bulk.start()
        sleep(0.3)
        assert update(server, "impatient") == (503, "0")
    bulk.join()
    assert answers == [202]
    assert bulk_write(server) == 202
    assert len(stored()) == 2


@on_sqlite
def test_threads_do_not_wait_for_a_locked_file_one_after_the_other(sqlite_file, server, channel):
    """There are four of them, and lists are read by threads, too."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(bulk_write(server))) for _ in "12345"]
    with somebody_writing(sqlite_file):
        began_at = monotonic()
        for thread in threads:
            thread.start()
        sleep(0.3)
        assert server.get(f"/channels/1/feeds.csv?api_key={channel.read_key}")[0] == 200
        assert monotonic() < began_at + 12
        for thread in threads:
            thread.join()
        assert monotonic() < began_at + 20
    assert answers == [503] * 5
    assert bulk_write(server) == 202


def bulk_write(server: Server) -> int:
    updates = '[{"created_at": 1, "field1": "bulk"}]'
    body = f'{{"write_api_key": "{KEY}", "updates": {updates}}}'.encode()
    return server.get("/channels/1/bulk_update.json", body)[0]


@on_sqlite
def test_what_another_program_changes_counts_at_once(sqlite_file, server, channel):
    """The loop remembers channels and keys; it must see what the command line does to them."""
    assert update(server, "1") == (200, "1")
    with closing(sqlite3.connect(sqlite_file)) as other, other:
        other.execute("UPDATE channels SET write_key = 'ANOTHERKEY000001'")
        other.execute("UPDATE counters SET last_entry_id = 41")
    assert update(server, "2") == (400, "0")
    assert server.get("/update?api_key=ANOTHERKEY000001&field1=3") == (200, "42")


# --- neighbours -----------------------------------------------------------------------------------


def test_a_bad_request_does_not_spoil_its_neighbours(server, channel):
    good = [
        f"GET /update?api_key={KEY}&field1=good{number} HTTP/1.1\r\n\r\n" for number in range(10)
    ]
    bad = [
        "GET /update?api_key=WRONG&field1=bad HTTP/1.1\r\n\r\n",
        "POST /update HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
        f"GET /update?api_key={channel.read_key}&field1=bad HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "PUT /update HTTP/1.1\r\n\r\n",
    ]
    requests = [text.encode() for text in [*good[:5], *bad, *good[5:]]]
    with closing(Crowd(server)) as crowd:
        answers = crowd.send_at_once(requests)
    bodies = [answer.rpartition(b"\r\n")[2] for answer in answers]
    assert sorted(bodies[:5] + bodies[10:], key=int) == [b"%d" % number for number in range(1, 11)]
    assert [answer.partition(b" ")[2][:3] for answer in answers[5:10]] == [b"400"] * 4 + [b"404"]
    assert sorted(stored().values()) == sorted(f"good{number}" for number in range(10))


def test_a_client_that_hangs_up_at_once_has_written(server, channel, client):
    for number in range(20):
        with Board(server.port) as board:
            board.send(f"GET /update?api_key={KEY}&field1={number} HTTP/1.1\r\n\r\n".encode())
    assert until(lambda: len(stored()) == 20)


def test_requests_in_one_packet_are_answered_in_order(server, channel):
    requests = [
        f"GET /update?api_key={KEY}&field1={number} HTTP/1.1\r\n\r\n".encode() for number in (1, 2)
    ]
    requests.append(
        f"GET /channels/1/feeds.csv?api_key={channel.read_key} HTTP/1.1\r\n\r\n".encode()
    )
    requests.append(
        f"GET /update?api_key={KEY}&field1=3 HTTP/1.1\r\nConnection: close\r\n\r\n".encode()
    )
    heard = ask(server.port, b"".join(requests))
    bodies = [part.partition(b"\r\n\r\n")[2] for part in heard.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies[0] == b"1"
    assert bodies[1] == b"2"
    assert bodies[2].startswith(b"created_at,entry_id,field1,field2\n")
    assert bodies[2].count(b"\n") == 3
    assert bodies[3] == b"3"


# --- several servers ------------------------------------------------------------------------------


@on_sqlite
def test_a_second_server_on_the_same_file_is_refused(sqlite_file, database_url, server):
    with pytest.raises(AssertionError, match="is already in use by process"):
        Server("--port", "0", "--database", database_url)


@on_postgresql
@pytest.mark.parametrize(
    "lock", ["SELECT * FROM counters FOR UPDATE", "LOCK TABLE entries IN ACCESS EXCLUSIVE MODE"]
)
def test_a_lock_of_another_program_in_postgresql_keeps_nobody_else_waiting(
    database_url, channel, server, lock
):
    answers = []
    writers = [
        threading.Thread(target=lambda: answers.append(update(server, "refused")))
        for _ in range(20)
    ]
    with database.atomic():
        execute(lock)
        for writer in writers:
            writer.start()
        began_at = monotonic()
        while len(answers) < len(writers):
            asked_at = monotonic()
            assert server.get("/healthz") == (200, "alive\n")
            assert monotonic() < asked_at + 4
            assert monotonic() < began_at + 15
        for writer in writers:
            writer.join()
    assert answers == [(503, "0")] * len(writers)
    assert update(server, "later")[0] == 200
    assert list(stored().values()) == ["later"]


@on_postgresql
def test_a_write_waits_for_a_row_that_another_program_has_locked(database_url, channel, server):
    answers = []
    writer = threading.Thread(target=lambda: answers.append(update(server, "patient")))
    with database.atomic():
        execute("SELECT * FROM counters FOR UPDATE")
        writer.start()
        sleep(2)
        assert answers == []
    writer.join()
    assert answers == [(200, "1")]


@on_postgresql
def test_two_servers_share_a_postgresql_database(database_url, channel):
    with running(database_url) as one, running(database_url) as other:
        writers = [Writers(one.port, "one"), Writers(other.port, "other")]
        until(lambda: all(len(some.acknowledged) > 100 for some in writers))
        acknowledged = [some.stop() for some in writers]
    assert not acknowledged[0].keys() & acknowledged[1].keys()
    assert_nothing_is_lost(acknowledged[0] | acknowledged[1])
    assert len(stored()) > 200


@on_postgresql
def test_a_postgresql_that_comes_back_is_found_again(database_url, channel, server):
    assert update(server, "1") == (200, "1")
    connect(database_url)
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    until(lambda: update(server, "2")[0] == 200)
    assert stored()[2] == "2"
