"""A server that answers what the test says, byte by byte, and keeps the requests."""

import socket
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from threading import Thread
from time import sleep

PATIENCE = 20.0  # seconds
PAUSE = 0.02  # seconds between the pieces of a slow answer

DATE = b"Date: Fri, 10 May 2024 12:00:00 GMT\r\n"


def answer(body: bytes, status: bytes = b"200 OK", headers: bytes = DATE) -> bytes:
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


class Scripted:
    """What each request is answered with, one after the other, the last again and again: bytes, or
    pieces of them with pauses between; None says nothing, and leaves the connection open. A
    function gets the request, and returns one of these.
    """

    def __init__(self, listener: socket.socket, answers: list):
        self.port = listener.getsockname()[1]
        self.answers = answers
        self.requests: list[bytes] = []
        self._listener = listener
        self._open: list[socket.socket] = []

    def serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed: the test is over
            connection.settimeout(PATIENCE)
            self._open.append(connection)
            try:
                self.requests.append(_request(connection))
            except OSError:
                continue  # the board went away
            said = self.answers[min(len(self.requests), len(self.answers)) - 1]
            if isinstance(said, Callable):
                said = said(self.requests[-1])
            if said is not None:
                _say(connection, [said] if isinstance(said, bytes) else said)
                connection.close()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def bodies(self) -> list[bytes]:
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]


def _request(connection: socket.socket) -> bytes:
    """One request, up to the end of its body."""
    heard = b""
    while not _is_complete(heard):
        piece = connection.recv(65536)
        if not piece:
            break
        heard += piece
    return heard


def _is_complete(heard: bytes) -> bool:
    head, end, body = heard.partition(b"\r\n\r\n")
    length = int((head + b"\r\n").partition(b"Content-Length: ")[2].partition(b"\r\n")[0] or 0)
    return bool(end) and len(body) >= length


def _say(connection: socket.socket, pieces: Iterable[bytes]):
    for number, piece in enumerate(pieces):
        if number:
            sleep(PAUSE)
        try:
            connection.sendall(piece)
        except OSError:
            return  # the board has had enough


@contextmanager
def scripted(*answers, port: int = 0):
    listener = socket.create_server(("127.0.0.1", port))
    server = Scripted(listener, list(answers))
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()
