"""The whole channel as CSV, sent while it is read (contract, section 8.11)."""

from thingclone.entries import reading
from thingclone.entries.query import FeedQuery
from thingclone.formats.as_csv import CSV
from thingclone.http import caller, refusals, request
from thingclone.http.door import NOT_CACHED, Door, chosen_format, keeping, set_header
from thingclone.http.params import all_params

door = Door(refusals.minus_one_400)


@door.route(
    r"/stream/channels/<channel_id:re:[0-9]+>/<:re:feeds?><suffix:re:(?:\.\w+)?>",
    method=["GET", "POST"],
    lane="stream",
)
def stream_channel(channel_id, suffix):
    chosen_format("csv", "")
    channel = caller.channel_to_read(channel_id)
    query = FeedQuery.from_params(all_params(), request.now())
    set_header("Content-Type", CSV.content_type)
    set_header("Content-Disposition", "attachment; filename=feeds.csv")
    set_header("Cache-Control", keeping(NOT_CACHED))
    return _lines(channel, query)


def _lines(channel, query):
    # A query for every thousand entries, none left open between them: no transaction waits for a
    # slow client.
    yield CSV.header(query.columns(channel, reading.FIELD_NAMES)).encode()
    for feed in reading.stream(channel, query):
        yield CSV.rows(feed).encode()
