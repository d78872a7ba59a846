"""The settings of a channel as a form, and clearing and deleting the channel."""

from collections.abc import Callable

from thingclone.channels import channels
from thingclone.channels.update import ChannelUpdate
from thingclone.database.models import FIELD_NAMES, Channel
from thingclone.entries import clearing
from thingclone.errors import BadRequest, Refusal
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import all_params, query_params
from thingclone.web.door import (
    PageDoor,
    as_typed,
    check_confirmed,
    check_coordinates,
    redirect,
    typed,
)
from thingclone.web.tabs import own_channel, show_tab

SETTINGS_URL = f"{CHANNEL}/settings"
_TEXTS = ("name", "description", "url", "github_url", "elevation", "metadata", *FIELD_NAMES)

door = PageDoor()


@door.get(SETTINGS_URL)
def show_settings(channel_id):
    return _settings(own_channel(channel_id))


@door.post(SETTINGS_URL)
def change_settings(channel_id):
    channel = own_channel(channel_id)
    shown = _shown(channel)
    given = {name: typed(name) for name in shown if name in all_params()}
    changed = {name: text for name, text in given.items() if text != shown[name]}
    try:
        channels.change_channel(channel, _update(changed), request.now())
    except Refusal as refusal:
        return _settings(channel, refusal, given)
    return redirect(f"/channels/{channel.id}/settings?done=saved")


def _shown(channel: Channel) -> dict[str, str]:
    """Returns the settings as the form shows them. Only those that come back changed are stored."""
    texts = {name: getattr(channel, name) or "" for name in (*_TEXTS, "latitude", "longitude")}
    texts = {name: as_typed(text) for name, text in texts.items()}
    tags = ", ".join(channels.tag_names(channel))
    return texts | {"tags": tags, "public_flag": "true" if channel.public else "false"}


def _update(changed: dict) -> ChannelUpdate:
    """Raises BadRequest for texts that are too long. The API truncates them instead, but a person
    can correct them.
    """
    check_coordinates(changed)
    update = ChannelUpdate.from_params(changed)
    if update.notes:
        notes = "; ".join(update.notes)
        raise BadRequest(f"too long: {notes.replace('was truncated to', 'can have at most')}")
    return update


def _settings(channel: Channel, refusal: Refusal | None = None, given: dict | None = None) -> bytes:
    return show_tab(
        "Settings",
        "settings",
        channel,
        refusal,
        values=_shown(channel) | (given or {}),
        done=query_params().get("done", ""),
    )


# --- clearing, deleting ---------------------------------------------------------------------------


@door.post(f"{SETTINGS_URL}/clear")
def clear_channel(channel_id):
    """Clears the channel in slices, so that devices can write in between. This can take long."""
    emptied = f"/channels/{channel_id}/settings?done=cleared"
    return _once_confirmed(channel_id, "clear", clearing.clear_channel, emptied)


@door.post(f"{SETTINGS_URL}/delete")
def delete_channel(channel_id):
    return _once_confirmed(channel_id, "delete", clearing.remove_channel, "/channels")


def _once_confirmed(
    channel_id: str, verb: str, deed: Callable[[Channel], object], following: str
) -> bytes:
    """Does the deed if the form has the words `clear 1` or `delete 1`, then redirects."""
    channel = own_channel(channel_id)
    try:
        check_confirmed(f"{verb} {channel.id}")
        deed(channel)
    except Refusal as refusal:
        return _settings(channel, refusal)
    return redirect(following)
