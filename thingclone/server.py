"""Sockets to WSGI: waitress with our settings."""

import signal
import socket
from collections.abc import Callable

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from thingclone import __version__
from thingclone.settings import Settings


class Task(WSGITask):
    """Adds the header `Status`, for sketches that search the answer for the text `Status: 200 OK`.

    Only a server may do that: WSGI reserves the name.
    """

    def build_response_header(self):
        self.response_headers.append(("Status", self.status))
        return super().build_response_header()


class Channel(HTTPChannel):
    task_class = Task


THREADS = 8
BACKLOG = 1024
CONNECTIONS = 1000


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections at this address; ValueError tells why it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ValueError(
            f"cannot listen on {host} port {port}: {error.strerror or error}"
        ) from error
    return listener


def run(app: Callable, listener: socket.socket, settings: Settings, when_ready: Callable[[], None]):
    """Serve the app until SIGTERM or Ctrl-C; what is running then is finished."""
    server = create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        ident=f"ThingClone/{__version__}",
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        max_request_body_size=settings.max_body + 1,
        clear_untrusted_proxy_headers=True,
    )
    server.channel_class = Channel
    signal.signal(signal.SIGTERM, _stop)
    when_ready()
    server.run()


def _stop(number, frame):
    raise SystemExit(0)
