"""Making and changing channels, with the user key of their owner (contract, sections 9.2 and 9.6 to
9.9; ThingSpeak page "Channels API").

Somebody else's channel is as good as none: 404.
"""

from thingclone.channels import channels
from thingclone.channels.update import Description
from thingclone.database.models import Channel
from thingclone.errors import WrongMethod
from thingclone.http import caller, refusals, request
from thingclone.http.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format, explain, send
from thingclone.http.params import all_params, meant_method

FORMATS = ("json", "xml", "")

door = Door(refusals.error_object)


@door.get(f"/channels{SUFFIX}")
def list_own_channels(suffix):
    form = chosen_format(*FORMATS)
    user = caller.account()
    found = channels.channels_of(user, tag=str(all_params().get("tag") or ""))
    return answer_json(form, form.thing("channels", [channels.owner_object(one) for one in found]))


@door.post(f"/channels{SUFFIX}")
def make_channel(suffix):
    form = chosen_format(*FORMATS)
    made = channels.make_channel(caller.account(), _description(), request.now())
    return _send(form, channels.owner_object(channels.complete_channel(made.id)))


@door.route(f"{CHANNEL}{SUFFIX}", method=["PUT", "PATCH", "DELETE", "POST"])
def change_or_remove_channel(channel_id, suffix):
    method = meant_method()
    if method == "POST":
        raise WrongMethod("a channel is changed by PUT, and removed by DELETE")
    form = chosen_format(*FORMATS)
    channel = _own(channel_id)
    if method == "DELETE":
        channels.remove_channel(channel)
        return _send(form, channels.public_object(channel))
    channels.change_channel(channel, _description(), request.now())
    return _send(form, channels.owner_object(channels.complete_channel(channel.id)))


@door.route(f"{CHANNEL}/feeds{SUFFIX}", method=["DELETE", "POST"])
def remove_feeds(channel_id, suffix):
    if meant_method() != "DELETE":
        raise WrongMethod("entries are written to /update, and removed by DELETE")
    return _clear(channel_id)


@door.post(f"{CHANNEL}/clear{SUFFIX}")
def clear_channel(channel_id, suffix):
    return _clear(channel_id)


def _clear(channel_id: str) -> bytes:
    form = chosen_format(*FORMATS)
    channels.clear_channel(_own(channel_id))
    return send(form.content_type, form.thing("nil_classes", []).encode())


def _own(channel_id: str) -> Channel:
    return channels.own_channel(caller.account(), channel_id)


def _description() -> Description:
    description = Description.from_params(all_params())
    if description.notes:
        explain("; ".join(description.notes))
    return description


def _send(form, channel: dict) -> bytes:
    return send(form.content_type, form.thing("channel", channel).encode())
