"""Changing an entry by hand, and adding one as a device would."""

from thingclone.database.models import TEXT_LIMIT, VALUES, Channel, Entry
from thingclone.entries import corrections, pagination, recording
from thingclone.entries.update import Update
from thingclone.errors import BadRequest, NoSuchThing, Refusal
from thingclone.formats.times import UTC, iso
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import all_params
from thingclone.web import visitor, wording
from thingclone.web.door import PageDoor, as_typed, check_coordinates, redirect, typed
from thingclone.web.search import back, back_to, moment_of
from thingclone.web.tabs import own_channel, show_tab

ENTRY = f"{CHANNEL}/data/<entry_id:re:[0-9]+>"
NEW_ENTRY = f"{CHANNEL}/data/new"

door = PageDoor()


# --- changing -------------------------------------------------------------------------------------


@door.get(ENTRY)
def show_entry(channel_id, entry_id):
    channel = own_channel(channel_id)
    return _entry_form(channel, pagination.entry(channel, entry_id))


@door.post(ENTRY)
def change_entry(channel_id, entry_id):
    channel = own_channel(channel_id)
    entry = pagination.entry(channel, entry_id)
    given = {name: typed(name) for name in VALUES if name in all_params()}
    changed = {name: text or None for name, text in given.items() if text != _as_shown(entry, name)}
    if not changed:
        return back(channel)
    try:
        _check(changed)
        change = corrections.change_entry(
            channel, entry.entry_id, changed, request.now(), visitor.required()
        )
    except NoSuchThing:
        raise
    except Refusal as refusal:
        return _entry_form(channel, entry, refusal, given)
    return back(channel, correction=change.id)


def _as_shown(entry: Entry, name: str) -> str:
    return as_typed(getattr(entry, name) or "")


def _entry_form(
    channel: Channel, entry: Entry, refusal: Refusal | None = None, given: dict | None = None
) -> bytes:
    values = {name: _as_shown(entry, name) for name in VALUES} | (given or {})
    return show_tab(
        "Data",
        "entry",
        channel,
        refusal,
        entry=entry,
        values=values,
        inputs=_inputs(channel, values),
        zone=visitor.zone(),
        back=back_to(channel),
        days=corrections.KEPT_DAYS,
    )


def _inputs(channel: Channel, values: dict) -> tuple[list, list]:
    """Returns two lists of (name, label): values that this channel uses, and all others."""
    named = [(name, wording.column(channel, name)) for name in VALUES]
    used = [one for one in named if one[0] in channel.fields or one[0] == "status"]
    used += [one for one in named if values.get(one[0]) and one not in used]
    return used, [one for one in named if one not in used]


def _check(values: dict):
    """Raises BadRequest for values that the API truncates or ignores. A person can correct them."""
    check_coordinates(values)
    for name, text in values.items():
        if text and len(text) > TEXT_LIMIT:
            raise BadRequest(f"{name} has {len(text)} characters: the limit is {TEXT_LIMIT}")


# --- adding ---------------------------------------------------------------------------------------


@door.get(NEW_ENTRY)
def show_new_entry(channel_id):
    return _new_entry(own_channel(channel_id), {})


@door.post(NEW_ENTRY)
def add_entry(channel_id):
    channel = own_channel(channel_id)
    given = {name: typed(name) for name in (*VALUES, "created_at")}
    try:
        update = _update(channel, given)
        recorded = recording.record(update, request.now(), request.settings())
    except Refusal as refusal:
        return _new_entry(channel, given, refusal)
    return redirect(f"/channels/{channel.id}/data?added={recorded.entry_id}")


def _update(channel: Channel, given: dict) -> Update:
    """Returns the update that a device would send."""
    values = {name: text for name, text in given.items() if text}
    moment = moment_of(values, "created_at", visitor.zone())
    values.pop("created_at", None)
    if not values:
        raise BadRequest("there is nothing to add: fill in a value")
    _check(values)
    sent = values | {"api_key": channel.write_key}
    if moment is not None:
        sent["created_at"] = iso(moment, UTC)
    return Update.from_params(sent, request.now(), request.address())


def _new_entry(channel: Channel, given: dict, refusal: Refusal | None = None) -> bytes:
    return show_tab(
        "Data",
        "new_entry",
        channel,
        refusal,
        values=given,
        inputs=_inputs(channel, given),
        zone=visitor.zone(),
        created_at=given.get("created_at", ""),
    )
