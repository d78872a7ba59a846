"""Talking to a server byte by byte, as boards do."""

import signal
import socket
from collections.abc import Iterable
from time import monotonic, sleep

from tests.servers import Server

PATIENCE = 15.0  # seconds


class Board:
    """A connection to a server on this machine; the system keeps so many bytes for it that it has
    not read, or as many as it likes.
    """

    def __init__(self, port: int, most_unread: int | None = None):
        self.socket = socket.socket()
        if most_unread is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, most_unread)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, *pieces: bytes, pause: float = 0.0) -> "Board":
        """Send each piece in a packet of its own."""
        for number, piece in enumerate(pieces):
            if number and pause:
                sleep(pause)
            self.socket.sendall(piece)
        return self

    def hear(self) -> bytes:
        """All that the server says until it closes the connection."""
        heard = b""
        while True:
            try:
                piece = self.socket.recv(65536)
            except ConnectionResetError:
                return heard + b"(reset)"
            if not piece:
                return heard
            heard += piece

    def hear_answer(self) -> bytes:
        """One answer with a Content-Length; the connection stays open."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            piece = self.socket.recv(65536)
            assert piece, f"closed in the middle of an answer: {heard!r}"
            heard += piece
        head, _, body = heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            piece = self.socket.recv(65536)
            assert piece, f"closed after {len(body)} of {length} bytes"
            body += piece
        return head + b"\r\n\r\n" + body

    def close(self):
        self.socket.close()

    def __enter__(self) -> "Board":
        return self

    def __exit__(self, *_):
        self.close()


class Crowd:
    """Clients whose requests the server finds all at once: it is stopped while they send."""

    def __init__(self, server: Server):
        self.server = server
        self.boards: list[Board] = []

    def send_at_once(self, requests: list[bytes]) -> list[bytes]:
        self.boards = [Board(self.server.port) for _ in requests]
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            for board, request in zip(self.boards, requests, strict=True):
                board.send(request)
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        return [board.hear_answer() for board in self.boards]

    def write_at_once(self, key: str, queries: list[str]) -> list[bytes]:
        return self.send_at_once(
            [f"GET /update?api_key={key}&{query} HTTP/1.1\r\n\r\n".encode() for query in queries]
        )

    def close(self):
        for board in self.boards:
            board.close()


def ask(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Everything that a server answers to these bytes, up to the end of the connection."""
    with Board(port) as board:
        return board.send(*pieces, pause=pause).hear()


def one_by_one(data: bytes) -> Iterable[bytes]:
    return (data[place : place + 1] for place in range(len(data)))


def until(question, seconds: float = PATIENCE):
    """The first answer of a question that is true, asked again and again; the last one when time is
    up.
    """
    end = monotonic() + seconds
    while not (answer := question()) and monotonic() < end:
        sleep(0.02)
    return answer
