"""Channels and what is said of them (contract, section 9; ThingSpeak page "Channels API")."""

from thingclone.channels import access, channels, search
from thingclone.errors import NoSuchThing
from thingclone.formats.numbers import whole
from thingclone.http import caller, refusals, request
from thingclone.http.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format
from thingclone.http.params import all_params

FORMATS = ("json", "xml", "")

settings = Door(refusals.minus_one_400)
lists = Door(refusals.error_object)


@settings.get(f"{CHANNEL}{SUFFIX}")
def show_channel(channel_id, suffix):
    form = chosen_format(*FORMATS)
    key = all_params()["api_key"]
    channel, is_owner = access.settings_to_show(channel_id, key, caller.signed_in())
    complete = channels.complete_channel(channel.id)
    shown = channels.owner_object(complete) if is_owner else channels.public_object(complete)
    return answer_json(form, form.thing("channel", shown))


@lists.get(f"/channels/public{SUFFIX}")
def list_public_channels(suffix):
    form = chosen_format(*FORMATS)
    params = all_params()
    page = whole(params["page"]) if params.get("page") else 1
    if page < 1:
        raise NoSuchThing("pages count from 1")
    found = search.search(params, page, request.now())
    shown = [channels.public_object(channel, with_username=True) for channel in found.channels]
    pagination = {
        "current_page": page,
        "per_page": search.PER_PAGE,
        "total_entries": found.total,
    }
    return answer_json(form, form.thing("response", {"pagination": pagination, "channels": shown}))
