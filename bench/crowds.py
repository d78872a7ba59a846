"""Crowds of clients that want nothing, or never finish what they ask for."""

import socket
import threading
from contextlib import contextmanager
from time import monotonic

NEIGHBOUR = "127.0.0.2"  # an address of this machine that the well-behaved do not use


@contextmanager
def idle(port: int, count: int):
    """So many open connections that have asked for something once and now say nothing."""
    crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    try:
        for client in crowd:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
        for client in crowd:
            answer = client.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"an idle client was refused: {answer[:80]!r}")
        yield
    finally:
        for client in crowd:
            client.close()


@contextmanager
def dripping(port: int, count: int):
    """So many clients of one address that send a byte a second of a request that never ends, and
    come again when they are cut off.
    """
    is_over = threading.Event()
    thread = threading.Thread(target=_drip, args=(port, count, is_over))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _drip(port: int, count: int, is_over: threading.Event):
    crowd = [_knock(port) for _ in range(count)]
    place = 0
    while not is_over.is_set():
        # A slice of the crowd every twentieth of a second: each has its turn once a second.
        turn_ends = monotonic() + 0.05
        for _ in range(count // 20):
            place = (place + 1) % count
            try:
                crowd[place].send(b"x")
            except OSError:
                crowd[place].close()
                crowd[place] = _knock(port)
        is_over.wait(max(0, turn_ends - monotonic()))
    for client in crowd:
        client.close()


def _knock(port: int) -> socket.socket:
    client = socket.socket()
    client.bind((NEIGHBOUR, 0))
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    return client
