"""How long one read or write takes, as a multiple of the least that it could take."""

import json
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from threading import Event, Thread
from time import perf_counter

from bench.contenders import BULK_KEY, UPDATES, ask, feed_path
from bench.load import load
from bench.measure import measure
from bench.readings import FIELDS, reading

READ, BULK = 8_000, 14_400  # entries
BULK_PATH = "/channels/2/bulk_update.json"


def _ratio(ours: Callable, theirs: Callable) -> float:
    """The time of one deed over that of another: medians of nine times each, in turn."""
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(9)]
    our_times, their_times = zip(*pairs, strict=True)
    return statistics.median(our_times) / statistics.median(their_times)


def _seconds(deed: Callable) -> float:
    start = perf_counter()
    deed()
    return perf_counter() - start


# --- reads ----------------------------------------------------------------------------------------

_ROWS = f"""SELECT created_at, entry_id, {", ".join(FIELDS)} FROM entries
    WHERE channel_id = 1 ORDER BY entry_id DESC LIMIT {READ}"""


def _against_rows(field, path: str):
    """The time of a read over HTTP against that of only getting its rows out of the file."""
    port = field.with_few.port
    with closing(sqlite3.connect(field.file("few"))) as connection:
        for _ in range(field.rounds):
            yield _ratio(lambda: ask(port, path), lambda: connection.execute(_ROWS).fetchall())


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
    values = [tuple(message[name] for name in FIELDS) for message in _messages()]
    with closing(_table_of_entries(field.file("tuples"))) as connection:
        for _ in range(field.rounds):
            rows = iter([_rows_from(turn * BULK, values) for turn in range(9)])
            tuples = partial(_write_next, connection, rows)
            yield _ratio(lambda: ask(port, BULK_PATH, body), tuples)
            connection.execute("DELETE FROM entries")


def _table_of_entries(file) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"""CREATE TABLE entries (channel_id INTEGER, entry_id INTEGER,
        created_at INTEGER, {", ".join(f"{name} TEXT" for name in FIELDS)},
        PRIMARY KEY (channel_id, entry_id)) WITHOUT ROWID""")
    return connection


def _rows_from(first: int, values: list[tuple]) -> list[tuple]:
    return [(1, first + place, place, *some) for place, some in enumerate(values)]


def _write_next(connection: sqlite3.Connection, rows: Iterator[list[tuple]]):
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO entries VALUES ({', '.join('?' * 11)})", next(rows))
    connection.execute("COMMIT")


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
