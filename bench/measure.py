"""What a measure is, and the field of contenders that all measures share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import sleep

from bench.contenders import influxdb, make_database, peer, thingclone, write_to_influxdb
from bench.load import load
from tests.servers import Server

# Entries, one every 15 seconds.
MANY, A_MILLION, SEVERAL, FEW = 10_000_000, 1_000_000, 100_000, 10_000
COLD_SECONDS = 15


class Field:
    """The contenders, each started when it is first asked for and kept to the end."""

    def __init__(self, folder: Path, options):
        self.folder = folder
        self.rounds, self.seconds = options.rounds, options.seconds
        self.writes, self.reads = options.writes, options.reads
        self.stack = ExitStack()

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    def started(self, name: str, entries: int) -> Server:
        """A ThingClone of its own, with so many entries."""
        return self.stack.enter_context(thingclone(make_database(self.file(name), entries)))

    @cached_property
    def ours(self) -> Server:
        return self.started("ours", FEW)

    @cached_property
    def with_few(self) -> Server:
        return self.started("few", FEW)

    @cached_property
    def with_many(self) -> Server:
        return self.started("many", MANY)

    @cached_property
    def with_a_million(self) -> Server:
        return self.started("million", A_MILLION)

    @cached_property
    def with_several(self) -> Server:
        return self.started("several", SEVERAL)

    @cached_property
    def hello(self) -> int:
        return self.stack.enter_context(peer("hello"))

    @cached_property
    def one_by_one(self) -> int:
        return self.stack.enter_context(peer("one_by_one", str(self.file("one_by_one"))))

    @cached_property
    def influx(self) -> int:
        """InfluxDB with as many entries, as they were just written: in its cache."""
        return self._influx("influx", SEVERAL)

    @cached_property
    def influx_with_a_million(self) -> int:
        return self._influx("million-influx", A_MILLION)

    @cached_property
    def cold_influx(self) -> int:
        """The same when it has had the time to pack them into files."""
        cold = "cache-snapshot-write-cold-duration = '1s'"
        port = self._influx("cold-influx", SEVERAL, cold)
        sleep(COLD_SECONDS)
        return port

    def _influx(self, name: str, entries: int, data_options: str = "") -> int:
        port = self.stack.enter_context(influxdb(self.folder / name, data_options))
        write_to_influxdb(port, entries)
        return port

    def rate(self, port: int, *paths: str, **how) -> float:
        """Requests a second; a request that fails spoils the measure."""
        outcome = load(port, *paths, seconds=self.seconds, **how)
        if outcome.failures:
            raise RuntimeError(f"{outcome.failures} requests failed")
        return outcome.rate


@dataclass(frozen=True)
class Measure:
    """A row of the table: what is measured against what, and what it should come to."""

    name: str
    goal: str
    figures: Callable[[Field], Iterator[float]]
    unit: str

    def is_met_by(self, figure: float) -> bool:
        sign, _, wanted = self.goal.partition(" ")
        return figure >= float(wanted) if sign == ">=" else figure <= float(wanted)


MEASURES: list[Measure] = []


def measure(name: str, goal: str, unit: str = "x"):
    """Make a function a row of the table; it yields one figure a round."""

    def noted(figures):
        MEASURES.append(Measure(name, goal, figures, unit))
        return figures

    return noted
