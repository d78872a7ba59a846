"""What it takes: memory, space on the disk, and what crowds of strangers may cost."""

import sqlite3
from contextlib import closing
from time import perf_counter

from bench.contenders import UPDATES, ask, feed_path, make_database, thingclone
from bench.crowds import dripping, idle
from bench.load import load, resident_megabytes
from bench.measure import measure

CROWD = 2_000


def _fresh(field, name: str):
    return thingclone(make_database(field.file(name), 0))


@measure("memory of the server, idle", "<= 50", "MB")
def memory_idle(field):
    for turn in range(field.rounds):
        with _fresh(field, f"idle{turn}") as server:
            ask(server.port, UPDATES[0])
            yield resident_megabytes(server.process.pid)


@measure("memory after a million writes and 10,000 reads of 8,000 entries", "<= 80", "MB")
def memory_worn(field):
    with _fresh(field, "worn") as server:
        _until(field.writes, lambda: load(server.port, *UPDATES, clients=64, seconds=10))
        reads = (feed_path("json"), feed_path("csv"), feed_path("json", "&average=60"))
        _until(field.reads, lambda: load(server.port, *reads, clients=4, seconds=10))
        yield resident_megabytes(server.process.pid)


def _until(count: int, some_load):
    """Load until so many requests were answered."""
    while count > 0:
        outcome = some_load()
        if outcome.failures:
            raise RuntimeError(f"{outcome.failures} requests failed")
        count -= outcome.count


@measure(
    "bytes on disk per entry of 8 fields of 2 to 6 characters, written by /update", "<= 70", "B"
)
def bytes_per_entry(field):
    file, entries = field.file("bytes"), 0
    with _fresh(field, "bytes") as server:
        before = file.stat().st_size
        while entries < 100_000:
            entries += load(server.port, *UPDATES, clients=64, seconds=5).count
        server.stop()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield (file.stat().st_size - before) / entries


@measure("memory with 2,000 idle connections while others write", "<= 100", "MB")
def memory_of_a_crowd(field):
    for turn in range(field.rounds):
        with _fresh(field, f"crowd{turn}") as server, idle(server.port, CROWD):
            field.rate(server.port, *UPDATES)
            yield resident_megabytes(server.process.pid)


@measure("/update beside 2,000 clients that drip a byte a second / alone", ">= 0.5")
def updates_beside_dripping_clients(field):
    with _fresh(field, "dripped") as server:
        for _ in range(field.rounds):
            alone = field.rate(server.port, *UPDATES)
            with dripping(server.port, CROWD):
                yield field.rate(server.port, *UPDATES) / alone


@measure("how long a new client waits for /healthz beside them and 16 writers", "<= 1", "s")
def new_client_beside_dripping_clients(field):
    with _fresh(field, "waited") as server:
        for _ in range(field.rounds):
            with dripping(server.port, CROWD):
                yield _longest_wait(server.port, field.seconds)


def _longest_wait(port: int, seconds: float) -> float:
    longest, end = 0.0, perf_counter() + seconds
    while (start := perf_counter()) < end:
        ask(port, "/healthz")
        longest = max(longest, perf_counter() - start)
    return longest
