"""Reading entries: feeds, single entries, last values, the whole channel (contract, sections 6 to
8; ThingSpeak page "Read Data").

ThingSpeak refuses in two ways: lists answer 400 `-1`, single entries 200 `-1`. Without
`/channels/ID` the channel is that of the device that `mac` names.
"""

from thingclone.database.models import FIELD_COUNT, FIELD_NAMES, Channel
from thingclone.entries import reading, timescales
from thingclone.entries.query import FeedQuery
from thingclone.errors import NothingRecorded
from thingclone.formats.as_csv import CSV
from thingclone.formats.as_json import JSON, TXT
from thingclone.formats.numbers import whole
from thingclone.http import caller, refusals, request
from thingclone.http.door import (
    CHANNEL,
    NOT_CACHED,
    SUFFIX,
    Door,
    answer,
    answer_json,
    chosen_format,
    format_name,
    keeping,
    of_channel,
    set_header,
)
from thingclone.http.params import all_params, decorated

FEEDS = "/<:re:feeds?>"
FIELD = "/<:re:fields?>/<number:re:[^/.]+>"
ENTRY = "<entry:re:[^/.]+>"

lists = Door(refusals.minus_one_400)
entries = Door(refusals.minus_one("feed"))
export = Door(refusals.minus_one_400)


@lists.get(of_channel(f"{FEEDS}{SUFFIX}"))
def read_feed(suffix, channel_id=None):
    return _list(channel_id, FIELD_NAMES)


@lists.get(of_channel(f"{FIELD}{SUFFIX}"))
def read_field(number, suffix, channel_id=None):
    return _list(channel_id, _fields(number))


def _list(channel_id: str | None, fields) -> bytes:
    form = chosen_format("lists")
    channel, query = _channel_and_query(channel_id)
    feed = reading.read(channel, query, fields, request.settings().max_results)
    return answer_json(form, form.feed(feed))


def _channel_and_query(channel_id: str | None) -> tuple[Channel, FeedQuery]:
    channel = caller.channel_to_read(channel_id)
    return channel, FeedQuery.from_params(all_params(), request.now())


def _fields(number: str) -> list[str]:
    """The fields that a URL means: `2`, `field2`. Every digit counts, so `12` is field 1 and field
    2.
    """
    return [name for name in FIELD_NAMES if name[-1] in number]


# --- age and last_average: before the routes of single entries, whose pattern would take them -----


@entries.get(of_channel(f"{FEEDS}/last_data_age{SUFFIX}"), lane="read")
def read_age(suffix, channel_id=None):
    return _age(channel_id, None)


@entries.get(of_channel(f"{FIELD}/last_data_age{SUFFIX}"), lane="read")
def read_age_of_field(number, suffix, channel_id=None):
    return _age(channel_id, _number(number))


def _age(channel_id: str | None, number: int | None) -> bytes:
    form = chosen_format("entries")
    channel, _ = _channel_and_query(channel_id)
    if number is not None and number not in range(1, 9):
        raise NothingRecorded(f"there is no field {number}: a channel has fields 1 to 8")
    age = str(reading.age(channel, number, request.now()))
    if form is TXT:
        return answer(form, age)
    return answer_json(form, form.thing("hash", {"last_data_age": age, "last_data_age_units": "s"}))


@entries.get(of_channel(f"{FEEDS}/last_<function:re:average|median|sum>{SUFFIX}"))
def read_last_bucket(function, suffix, channel_id=None):
    form = chosen_format("entries")
    channel, query = _channel_and_query(channel_id)
    params = all_params()
    if not params.get(function):
        raise NothingRecorded(
            f"last_{function} needs a period in minutes, for example {function}=60"
        )
    counted = next(params[name] for name in ("average", "median", "sum") if params.get(name))
    row = reading.last_bucket(
        channel, function, _minutes(params[function]), whole(counted), query.decimals
    )
    bucket = {"created_at": row[0], **dict(zip(FIELD_NAMES, row[1:], strict=True))}
    if format_name() in ("txt", "text"):
        return answer(form, decorated(bucket.get(f"field{params.get('field_id')}")))
    if format_name() == "csv":
        shown = ("created_at", *channel.fields)
        return answer(form, form.thing("feed", {name: bucket[name] for name in shown}, query.zone))
    whole_entry = {
        "channel_id": None,
        **{name: bucket[name] for name in (*FIELD_NAMES, "created_at")},
        **dict.fromkeys(("entry_id", "status", "latitude", "longitude", "elevation")),
    }
    form = JSON if form is TXT else form
    return answer_json(form, form.thing("feed", whole_entry, query.zone))


def _minutes(value) -> int:
    return timescales.bucket_minutes(value) or whole(value)


# --- single entries -------------------------------------------------------------------------------


@entries.get(of_channel(f"{FEEDS}/{ENTRY}{SUFFIX}", f"{FEEDS}/entry/{ENTRY}{SUFFIX}"), lane="read")
def read_entry(entry, suffix, channel_id=None):
    form = chosen_format("entries")
    channel, query = _channel_and_query(channel_id)
    feed = (
        reading.last(channel, query)
        if entry == "last"
        else reading.entry(channel, whole(entry), query)
    )
    return answer_json(form, form.entry(feed))


@entries.get(of_channel(f"{FIELD}/{ENTRY}{SUFFIX}"), lane="read")
def read_field_of_entry(number, entry, suffix, channel_id=None):
    form = chosen_format("entries")
    channel, query = _channel_and_query(channel_id)
    feed = _field_of_entry(channel, number, entry, query)
    if form is not TXT:
        return answer_json(form, form.entry(feed))
    name = f"field{number.removeprefix('field')}"
    if name not in feed.columns:
        raise NothingRecorded(
            f"{name} of channel {channel.id} is not shown, because it has no label"
        )
    return answer(form, decorated(feed.rows[0][feed.columns.index(name)]))


def _field_of_entry(channel: Channel, number: str, entry: str, query: FeedQuery):
    fields = _fields(number)
    if entry != "last":
        return reading.entry(channel, whole(entry), query, fields)
    plain = _number(number)
    if 1 <= plain <= FIELD_COUNT:
        return reading.last_of_field(channel, plain, query, fields)
    return reading.last(channel, query, fields)


def _number(text: str) -> int:
    return whole(text.removeprefix("field"))


# --- the whole channel ----------------------------------------------------------------------------


@export.route(
    rf"/stream{CHANNEL}{FEEDS}<suffix:re:(?:\.\w+)?>", method=["GET", "POST"], lane="stream"
)
def stream_channel(channel_id, suffix):
    """The whole channel as CSV, sent while it is read (contract, section 8.11)."""
    chosen_format("export")
    channel, query = _channel_and_query(channel_id)
    set_header("Content-Type", CSV.content_type)
    set_header("Content-Disposition", "attachment; filename=feeds.csv")
    set_header("Cache-Control", keeping(NOT_CACHED))
    return _lines(channel, query)


def _lines(channel: Channel, query: FeedQuery):
    # A query for every thousand entries, none left open between them: no transaction waits for a
    # slow client.
    yield CSV.header(query.columns(channel, FIELD_NAMES)).encode()
    for feed in reading.stream(channel, query):
        yield CSV.rows(feed).encode()
