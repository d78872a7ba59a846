"""A real ThingClone in a process of its own, for tests that come in by a socket."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

COMMAND = [sys.executable, "-m", "thingclone"]
PATIENCE = 30  # seconds


def thingclone(
    *arguments: str, database_url: str, stdin: str | None = None
) -> subprocess.CompletedProcess:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments, "--database", database_url],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def thingclone_json(*arguments: str, database_url: str):
    """The JSON document that a command prints; it must succeed."""
    done = thingclone(*arguments, "--json", database_url=database_url)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Server:
    """A running `thingclone serve` on 127.0.0.1, or another command that serves, with these
    arguments and environment variables.
    """

    def __init__(
        self, *arguments: str, as_user=list, command=(*COMMAND, "serve"), **variables: str
    ):
        self.process = subprocess.Popen(
            as_user([*command, *arguments]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": ""} | variables,
        )
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if found := re.match(r"Listening on http://127\.0\.0\.1:(\d+)$", line):
                self.port = int(found.group(1))
                break
        else:
            raise AssertionError(f"the server did not start: {self.process.stderr.read()}")
        self.url = f"http://127.0.0.1:{self.port}"

    def get(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """(status, text) of an answer; a request with a body is a POST."""
        request = Request(
            self.url + path,
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, signal_number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it with a signal: (exit status, what it logged)."""
        self.process.send_signal(signal_number)
        _, log = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, log

    def kill(self):
        self.process.kill()
        self.process.communicate()


@contextmanager
def reserved_port():
    """A port of 127.0.0.1 on which nobody listens but who is told its number: the system gives it
    to no other program, because this one has it and does not listen.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextmanager
def running(database_url: str, *options: str, port: int = 0, as_user=list):
    """A server on this database as long as the block lasts; `as_user` makes its command one of
    another user.
    """
    place = ("--host", "127.0.0.1", "--port", str(port), "--database", database_url)
    with ended(Server(*place, *options, as_user=as_user)) as server:
        yield server


@contextmanager
def ended(server: Server):
    """The server, which does not outlive the block."""
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


@contextmanager
def full_disk(server: Server, file: Path):
    """The server cannot write to the end of the database's log, where each change goes first."""
    log = Path(f"{file}-wal").stat().st_size
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (log // 2, hard))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
