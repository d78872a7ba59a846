"""The keys of a channel, and sketches with them."""

from thingclone.channels import keys
from thingclone.database.models import Channel
from thingclone.errors import NoSuchThing, Refusal
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import query_params
from thingclone.web.door import PageDoor, form_text, redirect
from thingclone.web.sketches import LANGUAGES, Address, sketch
from thingclone.web.tabs import own_channel, show_tab

API_KEYS_URL = f"{CHANNEL}/api_keys"  # for browsers only: others get the API
KEYS_URL = f"{CHANNEL}/keys"

door = PageDoor()


@door.get(API_KEYS_URL, page=True)
def show_keys(channel_id):
    return _keys(own_channel(channel_id))


def _keys(channel: Channel, refusal: Refusal | None = None) -> bytes:
    return show_tab(
        "API keys",
        "api_keys",
        channel,
        refusal,
        base_url=request.base_url(),
        field=_first_field(channel),
        done=query_params().get("done", ""),
    )


def _first_field(channel: Channel) -> int:
    return min((field.number for field in channel.fields.values()), default=1)


# --- changing -------------------------------------------------------------------------------------


@door.post(f"{KEYS_URL}/write")
def renew_write_key(channel_id):
    channel = own_channel(channel_id)
    keys.renew_write_key(channel)
    return _done(channel, "renewed")


@door.post(f"{KEYS_URL}/read")
def add_read_key(channel_id):
    channel = own_channel(channel_id)
    keys.add_read_key(channel, request.now(), form_text("note"))
    return _done(channel, "added")


@door.post(f"{KEYS_URL}/note")
def note_read_key(channel_id):
    channel = own_channel(channel_id)
    keys.set_note(channel, form_text("key"), form_text("note"))
    return _done(channel, "noted")


@door.post(f"{KEYS_URL}/revoke")
def revoke_read_key(channel_id):
    channel = own_channel(channel_id)
    try:
        keys.revoke(channel, form_text("key"))
    except NoSuchThing:
        raise
    except Refusal as refusal:
        return _keys(channel, refusal)
    return _done(channel, "revoked")


def _done(channel: Channel, what: str) -> bytes:
    return redirect(f"/channels/{channel.id}/api_keys?done={what}")


# --- sketches -------------------------------------------------------------------------------------


@door.get(f"{KEYS_URL}/<which:re:write|[0-9]+>")
def show_sketches(channel_id, which):
    """Shows sketches with the write key, or with the read key of this number."""
    channel = own_channel(channel_id)
    key, note = _key(channel, which)
    address, field = Address.of(request.base_url()), _first_field(channel)
    writes = which == "write"
    filled = [
        (language, sketch(language, address, channel.id, field, key, writes))
        for language in LANGUAGES
    ]
    return show_tab(
        "API keys",
        "sketches",
        channel,
        address=address,
        sketches=filled,
        key=key,
        note=note,
        writes=writes,
        field=field,
    )


def _key(channel: Channel, which: str) -> tuple[str, str | None]:
    """Returns (key, note)."""
    if which == "write":
        return channel.write_key, None
    for key in channel.read_keys:
        if str(key.id) == which:
            return key.api_key, key.note
    raise NoSuchThing(f"channel {channel.id} has no read key with this ID")
