"""Crowds that want nothing, or never finish what they ask for: they lock nobody out."""

import os
import resource
import socket
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

import pytest

from tests.servers import running
from tests.sockets import Board, until
from tests.tools import need

KEY = "WRITEKEY00000001"
NEIGHBOUR = "127.0.0.2"  # another address of this machine
IDLE = 2_000


@pytest.fixture(autouse=True)
def many_files():
    """Each connection is a file of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * IDLE), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def crowd(port: int, count: int, said: bytes, source: str = "127.0.0.1"):
    """So many connections that have said this, and say nothing more."""
    with ExitStack() as stack:
        clients = []
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
            stack.callback(client.close)
            client.sendall(said)
            clients.append(client)
        yield clients


def is_cut_off(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def written(server, value: int) -> tuple[int, str]:
    return server.get(f"/update?api_key={KEY}&field1={value}")


def test_two_thousand_idle_connections_refuse_nobody(server, channel):
    greeting = b"GET /healthz HTTP/1.1\r\n\r\n"
    with crowd(server.port, IDLE, greeting) as clients:
        for client in clients:
            assert client.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
        assert [written(server, value) for value in range(3)] == [
            (200, "1"),
            (200, "2"),
            (200, "3"),
        ]
        assert not [client for client in clients if is_cut_off(client)]


def test_beyond_the_limit_the_longest_idle_makes_room(database_url, channel):
    with (
        running(database_url, "--max-connections", "10") as server,
        crowd(server.port, 10, b"") as clients,
    ):
        assert written(server, 1) == (200, "1")
        assert until(lambda: is_cut_off(clients[0]))
        assert not is_cut_off(clients[9])


def test_of_unfinished_requests_of_an_address_the_oldest_makes_room(database_url, channel):
    with (
        running(database_url, "--max-unfinished", "5") as server,
        Board(server.port) as neighbour,
        crowd(server.port, 8, b"GET /upd", NEIGHBOUR) as clients,
    ):
        neighbour.send(f"GET /update?api_key={KEY}".encode())
        assert until(lambda: is_cut_off(clients[2]))
        assert [is_cut_off(client) for client in clients] == [True] * 3 + [False] * 5
        answer = neighbour.send(b"&field1=1 HTTP/1.1\r\n\r\n").hear_answer()
        assert answer.endswith(b"\r\n\r\n1")
        clients[7].setblocking(True)
        clients[7].sendall(f"ate?api_key={KEY}&field1=2 HTTP/1.1\r\n\r\n".encode())
        assert clients[7].recv(4096).endswith(b"\r\n\r\n2")


def test_many_that_never_finish_keep_nobody_waiting(server, channel):
    with crowd(server.port, 1_000, b"GET /update HTTP/1.1\r\nX-Never-Ending: ", NEIGHBOUR):
        assert written(server, 1) == (200, "1")
        with Board(server.port) as board:
            for number in range(2, 50):
                board.send(f"GET /update?api_key={KEY}&field1=7 HTTP/1.1\r\n\r\n".encode())
                assert board.hear_answer().endswith(f"\r\n\r\n{number}".encode())


def with_few_files(command: list[str]) -> list[str]:
    """The command, which may open a hundred files at a time, connections included."""
    return [need("prlimit"), "--nofile=100", *command]


def test_where_few_files_are_allowed_the_longest_idle_makes_room_earlier(database_url, channel):
    with running(database_url, as_user=with_few_files) as server:
        with crowd(server.port, 150, b"") as clients:
            assert written(server, 1) == (200, "1")
            assert until(lambda: is_cut_off(clients[0]))
        assert server.stop() == (0, "")


def test_who_finds_no_room_waits_and_the_log_says_so_once(database_url, channel):
    with running(database_url, as_user=with_few_files) as server:
        with crowd(server.port, 150, b"GET /upd", NEIGHBOUR), Board(server.port) as board:
            sleep(1)
            used = processor_seconds(server)
            sleep(1)
            assert processor_seconds(server) < used + 0.5
            board.send(f"GET /update?api_key={KEY}&field1=1 HTTP/1.1\r\n\r\n".encode())
        assert written(server, 2)[0] == 200
        status, log = server.stop()
    assert status == 0
    assert log.endswith("cannot accept connections: Too many open files\n")
    assert log.count("\n") == 1


def processor_seconds(server) -> float:
    times = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
