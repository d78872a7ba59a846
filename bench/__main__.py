"""`python -m bench`: measure everything, print it, and write bench/RESULTS.md."""

import argparse
import platform
import shutil
import sqlite3
import statistics
import tempfile
from importlib.metadata import version
from pathlib import Path

from bench import rates, sizes, times  # noqa: F401  (they fill MEASURES)
from bench.measure import MEASURES, Field, Measure
from thingclone import __version__
from thingclone.formats.times import UTC, iso, now

RESULTS = Path(__file__).parent / "RESULTS.md"


def main():
    options = _options()
    if shutil.which("wrk") is None:
        raise SystemExit("The load comes from wrk: apt-get install wrk (and influxdb, to compare)")
    chosen = [one for one in MEASURES if options.only in one.figures.__name__]
    with tempfile.TemporaryDirectory(prefix="thingclone-bench-") as folder:
        field = Field(Path(folder), options)
        with field.stack:
            rows = [_row(one, field) for one in chosen]
    if len(chosen) == len(MEASURES):
        RESULTS.write_text(_document(rows, options))


def _options():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measure")
    parser.add_argument("--seconds", type=float, default=3, help="length of each load")
    parser.add_argument("--only", default="", help="measures with this in their function's name")
    parser.add_argument("--writes", type=int, default=1_000_000, help="before memory is looked at")
    parser.add_argument("--reads", type=int, default=10_000, help="before memory is looked at")
    return parser.parse_args()


def _row(measure: Measure, field: Field) -> str:
    """One line of the table, printed at once: a run takes a while."""
    print(f"{measure.name} ... ", end="", flush=True)
    if "influx" in measure.figures.__name__ and shutil.which("influxd") is None:
        row = f"| {measure.name} | {measure.goal} {measure.unit} | not measured: no influxd | | | |"
        print("no influxd here")
        return row
    figures = sorted(measure.figures(field))
    middle = statistics.median(figures)
    verdict = "yes" if measure.is_met_by(middle) else "**no**"
    least, median, most = (f"{figure:.3g}" for figure in (figures[0], middle, figures[-1]))
    print(f"{least} / {median} / {most} {measure.unit}, goal {measure.goal}: {verdict}", flush=True)
    goal = f"{measure.goal} {measure.unit}"
    return f"| {measure.name} | {goal} | {least} | **{median}** | {most} | {verdict} |"


def _document(rows: list[str], options) -> str:
    date = iso(now(), UTC)[:10]
    packages = ", ".join(f"{name} {version(name)}" for name in ("bottle", "peewee", "waitress"))
    return f"""# What it measured

Made by `make bench` on {date}: ThingClone {__version__}, Python {platform.python_version()}, SQLite
{sqlite3.sqlite_version}, {packages}; {_machine()}. Contenders ran in turn in the same run,
{options.rounds} rounds of {options.seconds:g} s each, all on the same processors as the load.
`synchronous=FULL` everywhere: an answer leaves when the entry is on the disk.

Compare the ratios, not the machines. Rates are ours over theirs, times are ours over theirs.

| measure | goal | min | median | max | met |
|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def _machine() -> str:
    cpus = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    count = len(cpus) or 1
    return f"{count} x {cpus[0] if cpus else platform.machine()}, Linux {platform.release()}"


main()
