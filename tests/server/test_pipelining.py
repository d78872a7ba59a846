"""Several requests in one packet, or a part of one: what follows a request waits until that is
answered.
"""

from pathlib import Path
from signal import SIGCONT, SIGSTOP
from socket import SHUT_WR
from time import sleep

from tests.databases import on_sqlite
from tests.servers import full_disk, running
from tests.sockets import Board
from thingclone.database import database, execute

KEY = "WRITEKEY00000001"


def update(value, headers: str = "") -> bytes:
    return f"GET /update?api_key={KEY}&field1={value} HTTP/1.1\r\n{headers}\r\n".encode()


def stored() -> list[str]:
    return [row[0] for row in execute("SELECT field1 FROM entries ORDER BY entry_id").fetchall()]


@on_sqlite
def test_writes_in_one_packet_are_refused_one_by_one_on_a_full_disk(server, channel):
    with Board(server.port) as board:
        assert board.send(update("before")).hear_answer().endswith(b"\r\n\r\n1")
        with full_disk(server, Path(database.place)):
            board.send(update("a") + update("b") + update("c"))
            heard = b""
            while heard.count(b"\r\n\r\n0") < 3:
                heard += board.socket.recv(65_536)
        assert heard.count(b"HTTP/1.1 503 Service Unavailable\r\n") == 3
        assert board.send(update("after")).hear_answer().endswith(b"\r\n\r\n2")
    assert stored() == ["before", "after"]


def test_whoever_has_to_go_may_have_made_a_request_just_now(database_url, channel):
    """The server finds the end of the oldest request together with the beginning of so many others
    of this address that the oldest has to make room.
    """
    with running(database_url, "--max-unfinished", "5") as server:
        for _ in range(10):
            boards = [Board(server.port).send(b"GET /healthz") for _ in range(5)]
            assert server.get("/healthz") == (200, "alive\n")
            server.process.send_signal(SIGSTOP)
            boards[0].send(b" HTTP/1.1\r\n\r\n")
            boards += [Board(server.port).send(b"GET /healthz") for _ in range(3)]
            server.process.send_signal(SIGCONT)
            answer = boards[7].send(b" HTTP/1.1\r\n\r\n").hear_answer()
            assert answer.endswith(b"\r\n\r\nalive\n")
            for board in boards:
                board.close()
        assert server.stop() == (0, "")


def test_who_says_no_more_behind_several_requests_is_answered_them_all(server, channel):
    with Board(server.port) as board:
        board.send(b"".join(update(number) for number in range(50)))
        board.socket.shutdown(SHUT_WR)
        heard = board.hear()
    assert heard.count(b"HTTP/1.1 200 OK\r\n") == 50
    assert heard.endswith(b"\r\n\r\n50")
    assert stored() == [str(number) for number in range(50)]


def test_a_hundred_thousand_requests_of_one_client_are_not_kept(server, channel):
    """Those that it may not have answered yet wait as bytes, not as thousands of objects each."""
    request = b"GET /healthz HTTP/1.1\r\n\r\n"
    with Board(server.port) as board:
        before = memory(server)
        board.socket.setblocking(False)
        sent = 0
        while sent < 100_000 * len(request):
            try:
                sent += board.socket.send((request * 2000)[sent % len(request) :])
            except BlockingIOError:
                break
        board.socket.settimeout(15)
        sleep(1)
        assert memory(server) < before + 10
        assert board.socket.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")


def memory(server) -> int:
    """Megabytes of the server."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def test_what_follows_an_expectation_comes_after_the_answer_before_it(server, channel):
    expecting = (
        f"POST /update HTTP/1.1\r\nX-THINGSPEAKAPIKEY: {KEY}\r\nExpect: 100-continue\r\n"
        "Connection: close\r\nContent-Length: 8\r\n\r\n"
    ).encode()
    with Board(server.port) as board:
        heard = b""
        board.send(update("a") + expecting)
        while not heard.endswith(b"100 Continue\r\n\r\n"):
            heard += board.socket.recv(65_536)
        assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
        assert heard.endswith(b"\r\n\r\n1HTTP/1.1 100 Continue\r\n\r\n")
        assert board.send(b"field1=b").hear().endswith(b"\r\n\r\n2")
    assert stored() == ["a", "b"]


def test_what_comes_just_after_an_answer_takes_no_others_place(server, channel):
    """A thread answers a list, while the loop has much else to do. What was sent behind that
    request is still to be parsed when the next one arrives.
    """
    for number in range(200):
        server.get(f"/update?api_key={KEY}&field1={number}&field2={'x' * 255}&status={'x' * 255}")
    query = b"status=true&results=200&api_key=READKEY000000001"
    listing = b"GET /channels/1/feeds.json?%s HTTP/1.1\r\n\r\n" % query
    others = [Board(server.port) for _ in range(300)]
    for other in others:
        assert other.send(b"GET /healthz HTTP/1.1\r\n\r\n").hear_answer().endswith(b"alive\n")
    for number in range(5):
        with Board(server.port) as board:
            assert board.send(b"GET /readyz HTTP/1.1\r\n\r\n").hear_answer()
            server.process.send_signal(SIGSTOP)
            board.send(listing + update(f"a{number}"))
            for other in others:
                other.send(update("other"))
            server.process.send_signal(SIGCONT)
            heard = board.hear_answer()
            heard += board.send(update(f"b{number}", "Connection: close\r\n")).hear()
            assert heard.count(b"HTTP/1.1 200 OK\r\n") == 3
            for other in others:
                assert other.hear_answer().startswith(b"HTTP/1.1 200 OK\r\n")
    for other in others:
        other.close()
    pairs = [f"{name}{number}" for number in range(5) for name in "ab"]
    assert [value for value in stored() if value in pairs] == pairs


def test_whoever_is_gone_is_not_told_to_continue(server):
    """The first answer has found nobody, so the connection ends with what is said next."""
    expecting = b"POST /update HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n"
    for _ in range(20):
        with Board(server.port) as board:
            board.send(b"GET /healthz HTTP/1.1\r\n\r\n" + expecting)
    assert server.get("/healthz") == (200, "alive\n")
    assert server.stop() == (0, "")


def test_whoever_expects_without_a_body_is_answered_at_once(server, channel):
    with Board(server.port) as board:
        board.send(update("a", "Expect: 100-continue\r\n") + update("b", "Connection: close\r\n"))
        heard = board.hear()
    assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
    assert heard.count(b"HTTP/1.1") == 2
    assert heard.endswith(b"\r\n\r\n2")
    assert stored() == ["a", "b"]
