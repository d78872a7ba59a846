"""Pages to embed in other web pages: charts, a map, recent status messages (contract, sections 8.10
and 11).

A chart page contains no data. Its script asks the API, which decides what the visitor may see. The
picture of a chart needs no script.
"""

import re

from thingclone.channels import access
from thingclone.database.models import FIELD_COUNT
from thingclone.entries import reading
from thingclone.entries.query import FeedQuery
from thingclone.errors import NoSuchThing, ReadDenied, Refusal
from thingclone.formats import svg
from thingclone.formats.numbers import whole
from thingclone.http import caller, request
from thingclone.http.door import CHANNEL, Door, answer
from thingclone.http.params import all_params
from thingclone.web.door import PageDoor, embedded_refusal, show_embedded
from thingclone.web.wording import number, place

CHART = f"{CHANNEL}/charts/<number:re:[0-9]+>"
SMALLEST, LARGEST = 100, 4000  # pixels of a picture

_BARE_COLOR = re.compile(r"[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}")
_KINDS = ("line", "spline", "step", "column", "bar")


class Svg:
    content_type = "image/svg+xml"


def _picture_of_refusal(refusal: Refusal):
    """Reports a refusal as a picture."""
    status = 400 if isinstance(refusal, ReadDenied) else refusal.status
    text = "This channel is private." if status == 400 else f"{refusal.message}."
    return status, svg.message(text), Svg


pages = PageDoor(embedded_refusal)
pictures = Door(_picture_of_refusal)


# --- charts ---------------------------------------------------------------------------------------


@pages.get(CHART)
def show_chart(channel_id, number):
    number = _field_number(number)
    asked = request.query_string()
    query = f"?{asked}" if asked else ""
    return show_embedded("chart", channel_id=channel_id, number=number, query=query)


@pictures.get(f"{CHART}.svg")
def draw_chart(channel_id, number):
    name = f"field{_field_number(number)}"
    channel = caller.channel_to_read(channel_id)
    params = all_params()
    feed_query = FeedQuery.from_params(params, request.now())
    feed = reading.read(channel, feed_query, (name,), request.settings().max_results)
    chart = svg.Chart(
        title=_text(params, "title", channel.name),
        x_title=_text(params, "xaxis", "Date"),
        y_title=_text(params, "yaxis", channel.labels.get(name, "")),
        zone=feed_query.zone,
        kind=_kind(params),
        color=_color(params, "color", "#d62020"),
        background=_color(params, "bgcolor", "#ffffff"),
        width=_pixels(params, "width", 450),
        height=_pixels(params, "height", 250),
        low=_bound(params, "yaxismin"),
        high=_bound(params, "yaxismax"),
    )
    return answer(Svg, chart.svg(_points(feed, name)))


def _field_number(digits: str) -> int:
    significant = digits.lstrip("0")
    if len(significant) != 1 or int(significant) > FIELD_COUNT:
        raise NoSuchThing(
            f"there is no field {digits[:20]}: a channel has fields 1 to {FIELD_COUNT}"
        )
    return int(significant)


def _points(feed, name: str) -> list[svg.Point]:
    """Returns the points of a field. Skips entries without a value. A text makes a hole."""
    if name not in feed.columns:
        return []
    column = feed.columns.index(name)
    rows = (row for row in feed.rows if row[column] not in (None, ""))
    return [(row[0], number(row[column])) for row in rows]


def _text(params: dict, name: str, otherwise: str) -> str:
    return str(params[name])[:255] if params.get(name) else otherwise


def _kind(params: dict) -> str:
    if params.get("step") == "true":
        return "step"
    return params["type"] if params.get("type") in _KINDS else "line"


def _color(params: dict, name: str, otherwise: str) -> str:
    text = str(params.get(name) or "")
    if _BARE_COLOR.fullmatch(text):
        return f"#{text}"
    return text if _COLOR.fullmatch(text) else otherwise


def _pixels(params: dict, name: str, otherwise: int) -> int:
    wanted = whole(params.get(name) or 0)
    return max(SMALLEST, min(wanted, LARGEST)) if wanted > 0 else otherwise


def _bound(params: dict, name: str) -> float | None:
    return number(str(params.get(name) or ""))


# --- map and status -------------------------------------------------------------------------------


@pages.get(f"{CHANNEL}/maps/channel_show")
def show_map(channel_id):
    try:
        channel = caller.channel_to_read(channel_id)
    except ReadDenied:
        channel = None
    return show_embedded("map", channel=channel, place=channel and place(channel))


@pages.get(f"{CHANNEL}/status/recent", page=True)
def show_recent_statuses(channel_id):
    channel = access.channel(channel_id)
    is_open = channel.public or access.owns(caller.signed_in(), channel)
    statuses = reading.recent_statuses(channel) if is_open else None
    return show_embedded("statuses", statuses=statuses)
