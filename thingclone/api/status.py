"""Reading status messages (contract, sections 8.8 to 8.10; ThingSpeak page "Read Status")."""

from thingclone.channels import access
from thingclone.entries import reading
from thingclone.entries.query import FeedQuery
from thingclone.formats.numbers import whole
from thingclone.http import caller, refusals, request
from thingclone.http.door import (
    CHANNEL,
    SUFFIX,
    Door,
    answer,
    answer_json,
    chosen_format,
    format_name,
    of_channel,
)
from thingclone.http.params import all_params, decorated

STATUS = "/<:re:status|statuses>"
MOST_CSV_ROWS = 1_000_000

lists = Door(refusals.minus_one("channel"))
entries = Door(refusals.minus_one("feed"))


@lists.get(of_channel(f"{STATUS}{SUFFIX}"))
def read_statuses(suffix, channel_id=None):
    form = chosen_format("lists")
    params = all_params()
    channel = caller.channel_to_read(channel_id)
    query = FeedQuery.from_params({"days": str(reading.STATUS_DAYS)} | params, request.now())
    most = MOST_CSV_ROWS if format_name() == "csv" else request.settings().max_results
    return answer_json(form, form.feed(reading.statuses(channel, query, most)))


@entries.get(f"{CHANNEL}{STATUS}/recent{SUFFIX}")
def read_recent_statuses(channel_id, suffix):
    form = chosen_format("statuses")
    channel = access.channel(channel_id)
    if not channel.public and not access.owns(caller.signed_in(), channel):
        return answer(form, "Status are not public")
    return answer_json(form, form.thing("feeds", reading.recent_statuses(channel)))


@entries.get(of_channel(f"{STATUS}/<entry:re:[^/.]+>{SUFFIX}"), lane="read")
def read_status(entry, suffix, channel_id=None):
    form = chosen_format("entries")
    params = all_params()
    channel = caller.channel_to_read(channel_id)
    query = FeedQuery.from_params(params, request.now())
    feed = reading.status(channel, None if entry == "last" else whole(entry), query)
    if format_name() in ("txt", "text"):
        return answer(form, decorated(feed.rows[0][2]))
    return answer_json(form, form.entry(feed))
