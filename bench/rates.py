"""Requests a second, as ratios to those of peers."""

from urllib.parse import quote

from bench.contenders import LAST, UPDATES, feed_path
from bench.measure import measure
from bench.readings import FIELDS, reading


@measure("durable /update, 16 keep-alive clients / hello world on stock waitress", ">= 1.3")
def updates(field):
    for _ in range(field.rounds):
        yield field.rate(field.ours.port, *UPDATES) / field.rate(field.hello, "/")


@measure("the same with a new connection for each request", ">= 1.5")
def updates_on_new_connections(field):
    for _ in range(field.rounds):
        ours = field.rate(field.ours.port, *UPDATES, keep_alive=False)
        yield ours / field.rate(field.hello, "/", keep_alive=False)


@measure("/update, 256 keep-alive clients / our own 16", ">= 0.8")
def updates_of_a_crowd(field):
    for _ in range(field.rounds):
        crowd = field.rate(field.ours.port, *UPDATES, clients=256)
        yield crowd / field.rate(field.ours.port, *UPDATES)


@measure("fields/1/last.txt, 16 keep-alive clients / hello world", ">= 2")
def last_values(field):
    for _ in range(field.rounds):
        yield field.rate(field.ours.port, LAST) / field.rate(field.hello, "/")


@measure("last.txt, 10 million entries stored / 10 thousand", ">= 0.9")
def last_values_of_many(field):
    for _ in range(field.rounds):
        yield field.rate(field.with_many.port, LAST) / field.rate(field.with_few.port, LAST)


@measure("/update, 10 million entries stored / 10 thousand", ">= 0.9")
def updates_of_many(field):
    for _ in range(field.rounds):
        many = field.rate(field.with_many.port, *UPDATES)
        yield many / field.rate(field.with_few.port, *UPDATES)


@measure("/update, keep-alive / InfluxDB 1.6, one point of 8 fields a /write", ">= 0.6")
def updates_against_influxdb(field):
    yield from _against_influxdb(field, keep_alive=True)


@measure("/update, new connections / InfluxDB 1.6, one point a /write", ">= 0.6")
def new_connections_against_influxdb(field):
    yield from _against_influxdb(field, keep_alive=False)


def _against_influxdb(field, keep_alive: bool):
    point = "written " + ",".join(f"{name}={value}" for name, value in reading(1).items())
    how = {"method": "POST", "body": point, "keep_alive": keep_alive}
    for _ in range(field.rounds):
        ours = field.rate(field.ours.port, *UPDATES, keep_alive=keep_alive)
        yield ours / field.rate(field.influx, "/write?db=bench", **how)


_LAST = "/query?db=bench&q=" + quote("SELECT last(field1) FROM feed")
_DAY = f"SELECT {', '.join(FIELDS)} FROM feed WHERE time > now() - 1d"


@measure("last.txt / InfluxDB 1.6, SELECT last(field1); both have 100,000 fresh entries", ">= 30")
def last_values_against_influxdb(field):
    for _ in range(field.rounds):
        yield field.rate(field.with_several.port, LAST) / field.rate(field.influx, _LAST)


@measure("the same with a million fresh entries", ">= 30")
def last_values_of_a_million_against_influxdb(field):
    for _ in range(field.rounds):
        rate = field.rate(field.with_a_million.port, LAST)
        yield rate / field.rate(field.influx_with_a_million, _LAST)


@measure("the same with 100,000, when InfluxDB has packed them into its files", ">= 1")
def last_values_against_cold_influxdb(field):
    for _ in range(field.rounds):
        yield field.rate(field.with_several.port, LAST) / field.rate(field.cold_influx, _LAST)


@measure("the last day, 5,760 entries x 8 fields / InfluxDB 1.6, packed, SELECT", ">= 1.3")
def a_day_against_influxdb(field):
    ours, theirs = feed_path("json", "&days=1"), "/query?db=bench&q=" + quote(_DAY)
    for _ in range(field.rounds):
        rate = field.rate(field.with_several.port, ours, clients=4)
        yield rate / field.rate(field.cold_influx, theirs, clients=4)


@measure("/update / one connection and transaction a point (fakufaku's design)", ">= 7")
def updates_against_one_by_one(field):
    point = UPDATES[0].replace("/update", "/point/new")
    for _ in range(field.rounds):
        yield field.rate(field.ours.port, *UPDATES) / field.rate(field.one_by_one, point)
