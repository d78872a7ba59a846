"""Clients that read slowly, or not at all, what they have asked for: they get all of it, and keep
nobody waiting.
"""

import resource
from contextlib import ExitStack, contextmanager
from socket import SHUT_WR
from time import monotonic, sleep

import pytest

from tests.conftest import NOON
from tests.databases import on_sqlite
from tests.servers import running
from tests.sockets import Board, ask, until
from thingclone.database import execute, execute_many
from thingclone.database.transactions import writing

pytestmark = on_sqlite

ENTRIES = 30_000
SIZE = 400  # bytes of each: together much more than the system keeps for a client
KEY = "api_key=READKEY000000001"
EXPORT = f"GET /stream/channels/1/feeds.csv?{KEY} HTTP/1.1\r\n\r\n".encode()
FEED = f"GET /channels/1/feeds.json?results=8000&{KEY} HTTP/1.1\r\n\r\n".encode()


@pytest.fixture
def large_channel(channel):
    rows = [(channel.id, number, NOON, "x" * SIZE) for number in range(1, ENTRIES + 1)]
    with writing():
        execute_many(
            "INSERT INTO entries (channel_id, entry_id, created_at, field1) VALUES (?, ?, ?, ?)",
            rows,
        )
        execute("UPDATE counters SET last_entry_id = ?, newest_at = ?", (ENTRIES, NOON))
    return channel


@contextmanager
def boards(port: int, count: int, said: bytes, most_unread: int | None = None):
    """So many clients that have said this, and read nothing."""
    with ExitStack() as stack:
        yield [stack.enter_context(Board(port, most_unread)).send(said) for _ in range(count)]


def lines(export: bytes) -> int:
    """How many entries are in a whole export."""
    assert export.endswith(b"\r\n0\r\n\r\n")
    return export.count(b"," + b"x" * SIZE)


def test_who_reads_late_gets_the_whole_export(large_channel, server):
    with Board(server.port) as board:
        board.send(EXPORT)
        sleep(1)
        assert lines(board.hear()) == ENTRIES


def test_a_request_behind_a_long_export_does_not_disturb_it(large_channel, database_url):
    with running(database_url, "--request-timeout", "1") as server, Board(server.port) as board:
        board.send(EXPORT + b"GET /upd")
        sleep(2)
        assert lines(board.hear()) == ENTRIES


@pytest.mark.parametrize("results", [1, 8000])
@pytest.mark.parametrize("rest", [" HTTP/1.1\r\nConnection: close\r\n", " HTTP/1.0\r\n", ""])
def test_the_connection_ends_after_a_list(large_channel, server, results, rest):
    request = f"GET /channels/1/feeds.csv?results={results}&{KEY}{rest}\r\n"
    answer = ask(server.port, request.encode())
    assert answer.endswith(b"," + b"x" * SIZE + b",\n")
    assert answer.count(b"x,\n") == results


@pytest.mark.parametrize("results", [1, 1000])
def test_who_says_no_more_in_the_middle_of_the_answer_gets_it_all(large_channel, server, results):
    request = f"GET /channels/1/feeds.csv?results={results}&{KEY} HTTP/1.1\r\n\r\n"
    for _ in range(50):
        with Board(server.port) as board:
            board.send(request.encode()).socket.shutdown(SHUT_WR)
            assert board.hear().count(b"x,\n") == results


@pytest.mark.parametrize("request_bytes", [EXPORT, FEED * 4], ids=["export", "feeds"])
def test_who_reads_nothing_keeps_nobody_waiting(large_channel, server, request_bytes):
    with boards(server.port, 8, request_bytes):
        sleep(1)
        assert server.get(f"/channels/1/feeds/last_average.txt?average=10&{KEY}") == (200, "")
        with Board(server.port) as board:
            assert board.send(FEED).hear_answer().count(b"x" * SIZE) == 8000


@pytest.mark.parametrize("pause", [0, 1])
def test_a_long_answer_needs_no_disk(large_channel, server, pause):
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    with Board(server.port) as board:
        for _ in range(2):
            board.send(FEED)
            sleep(pause)
            assert board.hear_answer().count(b"x" * SIZE) == 8000


def test_answers_that_nobody_reads_do_not_fill_the_memory(large_channel, server):
    closing = FEED.replace(b" HTTP/1.1", b" HTTP/1.0")
    with boards(server.port, 200, closing, most_unread=4096) as silent:
        with Board(server.port) as board:
            assert board.send(FEED).hear_answer().count(b"x" * SIZE) == 8000
        heard = [client.hear().count(b"x" * SIZE) for client in silent]
    assert 10 < heard.count(8000) < 150


def test_who_reads_gets_everything_however_much_it_is(large_channel, database_url):
    """Together more than there is patience for with those who do not read."""
    everything = FEED.replace(b"8000", b"30000").replace(b" HTTP/1.1", b" HTTP/1.0")
    with (
        running(database_url, "--max-results", "30000") as server,
        boards(server.port, 4, everything, most_unread=65_536) as readers,
    ):
        heard = dict.fromkeys(readers, b"")
        reading = set(readers)
        while reading:
            for board in list(reading):
                piece = board.socket.recv(65_536)
                heard[board] += piece
                if not piece:
                    reading.discard(board)
            sleep(0.01)
    assert [answer.count(b"x" * SIZE) for answer in heard.values()] == [ENTRIES] * 4


@pytest.mark.parametrize("last_words", [b"", b"GET"])
def test_who_hangs_up_in_the_middle_makes_room(large_channel, server, last_words):
    with boards(server.port, 4, EXPORT) as clients:
        sleep(1)
        for client in clients:
            client.send(last_words)
    with Board(server.port) as board:
        assert lines(board.send(EXPORT).hear()) == ENTRIES


def test_who_reads_nothing_for_long_is_cut_off(large_channel, database_url):
    with (
        running(database_url, "--request-timeout", "1") as server,
        boards(server.port, 4, EXPORT) as silent,
        Board(server.port) as slow,
        Board(server.port) as waiting,
    ):
        waiting.send(EXPORT)
        slow.send(FEED)
        end = monotonic() + 5
        heard = b""
        while monotonic() < end:
            heard += slow.socket.recv(20_000)
            sleep(0.1)
        assert until(lambda: lines(waiting.hear()) == ENTRIES)
        for client in silent:
            assert not client.hear().endswith(b"\r\n0\r\n\r\n")
        while heard.count(b"x" * SIZE) < 8000:
            heard += slow.socket.recv(65_536)
        assert slow.send(b"GET /healthz HTTP/1.1\r\n\r\n").hear_answer().endswith(b"alive\n")
