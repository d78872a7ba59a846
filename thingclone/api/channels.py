"""Channels: reading their settings, and for their owner making and changing them (contract,
section 9; ThingSpeak page "Channels API").

A channel of somebody else is refused like one that does not exist: 404.
"""

from thingclone.channels import access, channels, search
from thingclone.channels.update import ChannelUpdate
from thingclone.database.models import Channel
from thingclone.entries import clearing
from thingclone.errors import NoSuchThing, WrongMethod
from thingclone.formats.numbers import whole
from thingclone.http import caller, refusals, request
from thingclone.http.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format, explain, send
from thingclone.http.params import all_params, meant_method

settings = Door(refusals.minus_one_400)
lists = Door(refusals.error_object)
own = Door(refusals.error_object)


@settings.get(f"{CHANNEL}{SUFFIX}")
def show_channel(channel_id, suffix):
    form = chosen_format("objects")
    key = all_params()["api_key"]
    channel, is_owner = access.settings_to_show(channel_id, key, caller.signed_in())
    complete = channels.complete_channel(channel.id)
    shown = channels.owner_object(complete) if is_owner else channels.public_object(complete)
    return answer_json(form, form.thing("channel", shown))


@lists.get(f"/channels/public{SUFFIX}")
def list_public_channels(suffix):
    form = chosen_format("objects")
    params = all_params()
    page = whole(params["page"]) if params.get("page") else 1
    if page < 1:
        raise NoSuchThing("page must be 1 or more")
    found = search.search(params, page, request.now())
    shown = [channels.public_object(channel, with_username=True) for channel in found.channels]
    pagination = {
        "current_page": page,
        "per_page": search.PER_PAGE,
        "total_entries": found.total,
    }
    return answer_json(form, form.thing("response", {"pagination": pagination, "channels": shown}))


# --- one's own ------------------------------------------------------------------------------------


@own.get(f"/channels{SUFFIX}")
def list_own_channels(suffix):
    form = chosen_format("objects")
    user = caller.account()
    found = channels.channels_of(user, tag=str(all_params().get("tag") or ""))
    return answer_json(form, form.thing("channels", [channels.owner_object(one) for one in found]))


@own.post(f"/channels{SUFFIX}")
def make_channel(suffix):
    form = chosen_format("objects")
    made = channels.add_channel_from(caller.account(), _update(), request.now())
    return _send(form, channels.owner_object(channels.complete_channel(made.id)))


@own.route(f"{CHANNEL}{SUFFIX}", method=["PUT", "PATCH", "DELETE", "POST"])
def change_or_remove_channel(channel_id, suffix):
    method = meant_method()
    if method == "POST":
        raise WrongMethod("use PUT to change a channel, or DELETE to remove it")
    form = chosen_format("objects")
    channel = _own(channel_id)
    if method == "DELETE":
        clearing.remove_channel(channel)
        return _send(form, channels.public_object(channel))
    channels.change_channel(channel, _update(), request.now())
    return _send(form, channels.owner_object(channels.complete_channel(channel.id)))


@own.route(f"{CHANNEL}/feeds{SUFFIX}", method=["DELETE", "POST"])
def remove_feeds(channel_id, suffix):
    if meant_method() != "DELETE":
        raise WrongMethod("use /update to write entries, or DELETE to remove them")
    return _clear(channel_id)


@own.post(f"{CHANNEL}/clear{SUFFIX}")
def clear_channel(channel_id, suffix):
    return _clear(channel_id)


def _clear(channel_id: str) -> bytes:
    form = chosen_format("objects")
    clearing.clear_channel(_own(channel_id))
    return send(form.content_type, form.thing("nil_classes", []).encode())


def _own(channel_id: str) -> Channel:
    return channels.own_channel(caller.account(), channel_id)


def _update() -> ChannelUpdate:
    update = ChannelUpdate.from_params(all_params())
    if update.notes:
        explain("; ".join(update.notes))
    return update


def _send(form, channel: dict) -> bytes:
    return send(form.content_type, form.thing("channel", channel).encode())
