"""The entries of a channel as a table, with a search and links to export them."""

from contextlib import suppress

from thingclone.database.models import VALUES, Channel, Correction, Entry
from thingclone.entries import corrections, pagination
from thingclone.entries.pagination import Page
from thingclone.errors import BadRequest, NoSuchThing
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import query_params
from thingclone.web import visitor, wording
from thingclone.web.door import PageDoor, number
from thingclone.web.search import EntrySearch, place_of
from thingclone.web.tabs import own_channel, show_tab

door = PageDoor()


@door.get(f"{CHANNEL}/data")
def show_data(channel_id):
    channel = own_channel(channel_id)
    params, zone = query_params(), visitor.zone()
    try:
        search, refusal = EntrySearch.from_params(channel, params, zone), None
    except BadRequest as bad:
        search, refusal = EntrySearch(channel.id, zone=zone), bad
    page = _page(channel, search, params)
    return show_tab(
        "Data",
        "data",
        channel,
        refusal,
        search=search,
        page=page,
        back=search.path(before=place_of(params, "before"), after=place_of(params, "after")),
        columns=_columns(channel, page.entries),
        most=request.settings().max_results,
        looked_through=pagination.LOOKED_THROUGH,
        **_news(channel, params),
    )


def _page(channel: Channel, search: EntrySearch, params: dict) -> Page:
    after = place_of(params, "after")
    if after:
        return pagination.page_after(channel, search.window, search.text, after)
    return pagination.page(channel, search.window, search.text, place_of(params, "before"))


def _columns(channel: Channel, entries: list[Entry]) -> list[tuple[str, str]]:
    """Returns (name, heading) of the labelled fields, and of other values in these entries."""
    return [
        (name, wording.column(channel, name))
        for name in VALUES
        if name in channel.fields or any(getattr(entry, name) is not None for entry in entries)
    ]


def _news(channel: Channel, params: dict) -> dict:
    """Returns what was done just now, according to the URL."""
    return {
        "correction": _known_correction(channel, params.get("correction")),
        "undone": _known_correction(channel, params.get("undone")),
        "added": number(params.get("added")),
        "imported": number(params.get("imported")),
    }


def _known_correction(channel: Channel, text: str | None) -> Correction | None:
    with suppress(NoSuchThing):
        return corrections.correction(channel, number(text) or 0)
