"""Why writes to a channel were refused or changed: a call that ThingSpeak does not have."""

from thingclone import channels, journal
from thingclone.api import callers, refusals, requests
from thingclone.api.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format
from thingclone.journal import attempt_object

FORMATS = ("json", "xml", "")

door = Door(refusals.error_object)


@door.get(f"{CHANNEL}/journal{SUFFIX}")
def show_journal(channel_id, suffix):
    form = chosen_format(*FORMATS)
    channel = channels.own_channel(callers.account(), channel_id)
    requests.notebook().write_if_possible()
    attempts = [attempt_object(attempt) for attempt in journal.entries(channel)]
    return answer_json(form, form.thing("attempts", attempts))
