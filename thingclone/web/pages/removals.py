"""Deleting entries: selected ones, or all in a time range. Undoing corrections."""

import re
from collections.abc import Iterator

from thingclone.database.models import Channel
from thingclone.entries import corrections, pagination
from thingclone.errors import BadRequest, NoSuchThing, Refusal
from thingclone.formats.times import DAY
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import all_params, query_params
from thingclone.web import visitor
from thingclone.web.door import PageDoor, form_text, number, redirect
from thingclone.web.search import EntrySearch, back
from thingclone.web.tabs import own_channel, show_tab

DATA = f"{CHANNEL}/data"

_CHOSEN = re.compile(r"entry-([0-9]{1,10})")

door = PageDoor()


# --- removing -------------------------------------------------------------------------------------


@door.post(f"{DATA}/remove")
def remove_chosen(channel_id):
    channel = own_channel(channel_id)
    chosen = list(_chosen(all_params()))
    if not chosen:
        raise BadRequest("no entry is selected, so none was deleted")
    removal = corrections.remove_entries(channel, chosen, request.now(), visitor.required())
    return back(channel, correction=removal.id)


def _chosen(params: dict) -> Iterator[int]:
    """Yields the IDs of the selected entries."""
    for name in params:
        if match := _CHOSEN.fullmatch(name):
            yield int(match[1])


@door.get(f"{DATA}/range")
def show_range(channel_id):
    channel = own_channel(channel_id)
    return _range(channel, EntrySearch.from_params(channel, query_params(), visitor.zone()))


@door.post(f"{DATA}/range")
def remove_range(channel_id):
    """Deletes the entries in slices, so that devices can write in between. This can take long."""
    channel = own_channel(channel_id)
    search = EntrySearch.from_params(channel, all_params(), visitor.zone())
    try:
        removal = corrections.remove_entries(
            channel, search.window, request.now(), visitor.required()
        )
    except Refusal as refusal:
        return _range(channel, search, refusal)
    return redirect(f"/channels/{channel.id}/data?correction={removal.id}")


def _range(channel: Channel, search: EntrySearch, refusal: Refusal | None = None) -> bytes:
    return show_tab(
        "Data",
        "range",
        channel,
        refusal,
        search=search,
        count=pagination.count(channel, search.window) if search.is_timed else 0,
        days=corrections.KEPT_DAYS,
    )


# --- undoing --------------------------------------------------------------------------------------


@door.get(f"{DATA}/corrections")
def list_corrections(channel_id):
    return _corrections(own_channel(channel_id))


@door.post(f"{DATA}/undo")
def undo(channel_id):
    channel = own_channel(channel_id)
    try:
        undone = corrections.undo(channel, number(form_text("correction")) or 0, request.now())
    except NoSuchThing:
        raise
    except Refusal as refusal:
        return _corrections(channel, refusal)
    return back(channel, undone=undone.id)


def _corrections(channel: Channel, refusal: Refusal | None = None) -> bytes:
    return show_tab(
        "Data",
        "corrections",
        channel,
        refusal,
        corrections=corrections.recent(channel),
        zone=visitor.zone(),
        kept_from=request.now() - corrections.KEPT_DAYS * DAY,
        days=corrections.KEPT_DAYS,
    )
