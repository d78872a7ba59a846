"""Channels and what is said of them (contract, section 9; ThingSpeak page "Channels API")."""

from thingclone import channels, directory, registry
from thingclone.api import callers, refusals, requests
from thingclone.api.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format
from thingclone.errors import NoSuchThing
from thingclone.numerals import whole

FORMATS = ("json", "xml", "")

settings = Door(refusals.minus_one_400)
lists = Door(refusals.error_object)


@settings.get(f"{CHANNEL}{SUFFIX}")
def show_channel(channel_id, suffix):
    form = chosen_format(*FORMATS)
    key = requests.params()["api_key"]
    channel, is_owner = registry.settings_to_show(channel_id, key, callers.signed_in())
    complete = channels.complete_channel(channel.id)
    shown = channels.owner_object(complete) if is_owner else channels.public_object(complete)
    return answer_json(form, form.thing("channel", shown))


@lists.get(f"/channels/public{SUFFIX}")
def list_public_channels(suffix):
    form = chosen_format(*FORMATS)
    params = requests.params()
    page = whole(params["page"]) if params.get("page") else 1
    if page < 1:
        raise NoSuchThing("pages count from 1")
    found = directory.search(params, page, requests.now())
    shown = [channels.public_object(channel, with_username=True) for channel in found.channels]
    pagination = {
        "current_page": page,
        "per_page": directory.PER_PAGE,
        "total_entries": found.total,
    }
    return answer_json(form, form.thing("response", {"pagination": pagination, "channels": shown}))
