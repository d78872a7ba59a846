"""Why writes to a channel were refused or changed: a call that ThingSpeak does not have."""

from thingclone.channels import channels
from thingclone.entries import journal
from thingclone.entries.journal import attempt_object
from thingclone.http import caller, refusals, request
from thingclone.http.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format

door = Door(refusals.error_object)


@door.get(f"{CHANNEL}/journal{SUFFIX}")
def show_journal(channel_id, suffix):
    form = chosen_format("objects")
    channel = channels.own_channel(caller.account(), channel_id)
    request.services().notebook.write_if_possible()
    attempts = [attempt_object(attempt) for attempt in journal.attempts(channel)]
    return answer_json(form, form.thing("attempts", attempts))
