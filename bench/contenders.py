"""Who is measured: ThingClone on a database of so many entries, and its peers, each a process that
lasts as long as a block.
"""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from bench.readings import FIELDS, reading, reading_in_sql
from tests.servers import running
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database import connect, database, execute
from thingclone.formats import times

WRITE_KEY, READ_KEY = "BENCHWRITEKEY001", "BENCHREADKEY0001"
BULK_KEY = "BENCHWRITEKEY002"  # of channel 2, which takes the bulk writes
SPACING = 15 * times.SECOND  # between the entries that are there beforehand
PEERS = Path(__file__).parent / "peers"
PATIENCE = 60.0  # seconds

UPDATES = [f"/update?api_key={WRITE_KEY}&" + urlencode(reading(number)) for number in range(50)]
LAST = f"/channels/1/fields/1/last.txt?api_key={READ_KEY}"


def feed_path(form: str, query: str = "") -> str:
    return f"/channels/1/feeds.{form}?api_key={READ_KEY}&results=8000{query}"


# --- ThingClone -----------------------------------------------------------------------------------


def make_database(file: Path, entries: int) -> str:
    """The URL of a database with two channels of eight fields: the first with so many entries that
    end now, the second empty.
    """
    url = f"sqlite:///{file}"
    connect(url)
    now = times.now()
    labels = [name.title() for name in FIELDS]
    owner = users.add_user("bench", now)
    channels.add_channel(owner, "Bench", now, labels, write_key=WRITE_KEY, read_key=READ_KEY)
    channels.add_channel(owner, "Bulk", now, labels, write_key=BULK_KEY)
    if entries:
        _fill(entries, now)
    database.close()
    return url


def _fill(entries: int, now: int):
    """Entries 15 seconds apart, made by the database itself: ten million take a minute."""
    first = now - entries * SPACING
    with database.atomic():
        execute(
            f"""WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers
                WHERE n < ?)
            INSERT INTO entries (channel_id, entry_id, created_at, {", ".join(FIELDS)})
            SELECT 1, n, ? + n * {SPACING}, {reading_in_sql("n")} FROM numbers""",
            (entries, first),
        )
        pointers = ", ".join(f"{name} = :last" for name in FIELDS)
        execute(
            f"""UPDATE counters SET last_entry_id = :last, newest_at = :newest, {pointers}
            WHERE channel_id = 1""",
            {"last": entries, "newest": first + entries * SPACING},
        )
    execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def thingclone(url: str, *options: str):
    """`thingclone serve` with its defaults, but for the access log, which nobody reads here."""
    with running(url, "--no-access-log", *options) as server:
        yield server


# --- peers ----------------------------------------------------------------------------------------


@contextmanager
def peer(name: str, *arguments: str):
    """The port of one of the servers in `peers/`."""
    port = free_port()
    command = [sys.executable, str(PEERS / f"{name}.py"), str(port), *arguments]
    with _process(command, port):
        yield port


@contextmanager
def influxdb(folder: Path, data_options: str = ""):
    """The port of an InfluxDB as Debian has it, which syncs each write, with a database `bench`."""
    folder.mkdir()
    port, inner_port = free_port(), free_port()
    settings = folder / "influxdb.conf"
    settings.write_text(f"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{inner_port}"
        [meta]
        dir = "{folder}/meta"
        [data]
        dir = "{folder}/data"
        wal-dir = "{folder}/wal"
        {data_options}
        [http]
        bind-address = "127.0.0.1:{port}"
        log-enabled = false
        [logging]
        level = "error"
        """)
    with _process([shutil.which("influxd"), "-config", str(settings)], port):
        ask(port, "/query?q=" + quote("CREATE DATABASE bench"), b"")
        yield port


def write_to_influxdb(port: int, entries: int):
    """As many points as a channel has entries, 15 seconds apart, the last one now."""
    now = times.now()
    for start in range(0, entries, 5000):
        lines = []
        for number in range(start, min(start + 5000, entries)):
            values = ",".join(f"{name}={value}" for name, value in reading(number).items())
            moment = (now - (entries - 1 - number) * SPACING) * 1000
            lines.append(f"feed {values} {moment}")
        ask(port, "/write?db=bench", "\n".join(lines).encode())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _process(command: list[str], port: int):
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy()
    )
    try:
        _wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int):
    end = monotonic() + PATIENCE
    while True:
        try:
            ask(port, "/")
            return
        except (URLError, ConnectionError):
            if monotonic() > end:
                raise
            sleep(0.05)


def ask(port: int, path: str, body: bytes | None = None) -> bytes:
    """What a server on this machine answers; a request with a body is a POST."""
    request = Request(f"http://127.0.0.1:{port}{path}", body)
    if body and body.startswith(b"{"):
        request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return answer.read()
    except HTTPError as error:
        return error.read()
