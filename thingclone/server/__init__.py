"""Sockets to doors: waitress with a loop of our own (`loop`, `writers`), tolerant of old boards
(`parser`, `connection`, `answer`).
"""

import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

from thingclone.http.routing import App
from thingclone.server.loop import Server
from thingclone.settings import Settings

BACKLOG = 2048
# How long a busy thread may keep Python to itself. The loop asks for it some fifty times a turn,
# after each system call: with the usual five milliseconds a slow request would hold it up for long.
SWITCH_SECONDS = 0.0005
SPARE_FILES = 64  # for what is no connection: the database in each thread, files, the log


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at this address; ValueError tells why it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # The connections that it accepts inherit this: an answer leaves at once, small as it is.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ValueError(
            f"cannot listen on {host} port {port}: {error.strerror or error}"
        ) from error
    return listener


def run(app: App, listener: socket.socket, settings: Settings, when_ready: Callable[[], None]):
    """Serve the app until SIGTERM or Ctrl-C; what is running then is finished."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    most = min(settings.max_connections, max(_allow_many_files() - SPARE_FILES, 1))
    settings = replace(settings, max_connections=most)
    server = Server(app, listener, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what is here now stays: it need not be looked through again and again
    when_ready()
    server.run()


def _allow_many_files() -> int:
    """How many file descriptors there may be. Each connection takes one, and the usual limit is
    1024.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
