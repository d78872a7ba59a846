"""How long one read or write takes, as a multiple of the least that it could take."""

import json
import sqlite3
import statistics
from collections.abc import Callable
from contextlib import closing
from threading import Event, Thread
from time import perf_counter

from bench.contenders import BULK_KEY, UPDATES, ask, feed_path
from bench.load import load
from bench.measure import measure
from bench.readings import FIELDS, reading

READ, BULK = 8_000, 14_400  # entries
BULK_PATH = "/channels/2/bulk_update.json"


def _seconds(deed: Callable) -> float:
    """How long a deed takes; the median of seven times."""

    def once() -> float:
        start = perf_counter()
        deed()
        return perf_counter() - start

    return statistics.median(once() for _ in range(7))


# --- reads ----------------------------------------------------------------------------------------

_ROWS = f"""SELECT created_at, entry_id, {", ".join(FIELDS)} FROM entries
    WHERE channel_id = 1 ORDER BY entry_id DESC LIMIT {READ}"""


def _against_rows(field, path: str):
    """The time of a read over HTTP against that of only getting its rows out of the file."""
    port = field.with_few.port
    with closing(sqlite3.connect(field.file("few"))) as connection:
        for _ in range(field.rounds):
            rows = _seconds(lambda: connection.execute(_ROWS).fetchall())
            yield _seconds(lambda: ask(port, path)) / rows


@measure("feeds.json?results=8000, 8 fields: time / fetching the rows in Python", "<= 2")
def json_feeds(field):
    yield from _against_rows(field, feed_path("json"))


@measure("feeds.csv?results=8000, the same", "<= 3")
def csv_feeds(field):
    yield from _against_rows(field, feed_path("csv"))


@measure("feeds.xml?results=8000, the same", "<= 4")
def xml_feeds(field):
    yield from _against_rows(field, feed_path("xml"))


@measure("feeds.json?results=8000&average=60, the same", "<= 2")
def averages(field):
    yield from _against_rows(field, feed_path("json", "&average=60"))


@measure("feeds.json?results=8000&median=60, the same", "<= 4")
def medians(field):
    yield from _against_rows(field, feed_path("json", "&median=60"))


# --- bulk writes ----------------------------------------------------------------------------------


def _messages() -> list[dict]:
    return [{"delta_t": 15} | reading(number) for number in range(BULK)]


def _bulk_body() -> bytes:
    return json.dumps({"write_api_key": BULK_KEY, "updates": _messages()}).encode()


@measure("bulk_update.json of 14,400 entries: time / executemany of the ready tuples", "<= 3")
def bulk_writes(field):
    body, port = _bulk_body(), field.ours.port
    tuples = [
        (1, number, number, *(message[name] for name in FIELDS))
        for number, message in enumerate(_messages(), 1)
    ]
    insert = f"INSERT INTO entries VALUES ({', '.join('?' * 11)})"
    with closing(sqlite3.connect(field.file("tuples"), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"""CREATE TABLE IF NOT EXISTS entries (channel_id INTEGER,
            entry_id INTEGER, created_at INTEGER, {", ".join(f"{name} TEXT" for name in FIELDS)},
            PRIMARY KEY (channel_id, entry_id)) WITHOUT ROWID""")
        first = connection.execute("SELECT coalesce(max(entry_id), 0) FROM entries").fetchone()[0]

        def write_tuples():
            nonlocal first
            rows = [(1, first + row[1], *row[2:]) for row in tuples]
            first += BULK
            start = perf_counter()
            connection.execute("BEGIN")
            connection.executemany(insert, rows)
            connection.execute("COMMIT")
            return perf_counter() - start

        for _ in range(field.rounds):
            plain = statistics.median(write_tuples() for _ in range(7))
            yield _seconds(lambda: ask(port, BULK_PATH, body)) / plain


# --- among others ---------------------------------------------------------------------------------


@measure(
    "p99 of /update beside a reader of 8,000 entries and a bulk writer of 14,400", "<= 100", "ms"
)
def updates_among_others(field):
    port, body, is_over = field.ours.port, _bulk_body(), Event()
    others = (
        lambda: ask(port, feed_path("json")),
        lambda: ask(port, BULK_PATH, body),
    )

    def again_and_again(deed):
        while not is_over.is_set():
            deed()

    threads = [Thread(target=again_and_again, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    try:
        for _ in range(field.rounds):
            yield load(port, *UPDATES, clients=16, seconds=field.seconds).p99
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
