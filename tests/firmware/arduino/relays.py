"""Nets that are worse than ours: what stands between a board and a server."""

import socket
import threading
from contextlib import contextmanager

from tests.servers import reserved_port


@contextmanager
def swallowing_answers_to_posts(port: int):
    """The port of a relay to a server: what is posted arrives, but the answer to it does not."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = threading.Thread(target=_relay_one, args=(listener, port))
        relay.start()
        yield listener.getsockname()[1]
        relay.join()


def _relay_one(listener: socket.socket, port: int):
    board, _ = listener.accept()
    with board, socket.create_connection(("127.0.0.1", port)) as server:
        while True:
            asked = board.recv(65536)
            server.sendall(asked)
            answer = server.recv(65536)
            if asked.startswith(b"POST "):
                return
            board.sendall(answer)


@contextmanager
def answering_once(answer: bytes):
    """The port of a server that gives one answer, and is gone."""
    with reserved_port() as port:
        listener = socket.create_server(("127.0.0.1", port))
        server = threading.Thread(target=_answer_one, args=(listener, answer))
        server.start()
        yield port
        server.join()


def _answer_one(listener: socket.socket, answer: bytes):
    with listener:
        board, _ = listener.accept()
    with board:
        board.recv(65536)
        board.sendall(answer)
