"""Writing one entry: `/update`, the URL that every device knows (contract, section 5.1; ThingSpeak
page "Write Data").
"""

from bottle import request

from thingclone import recording
from thingclone.api import refusals, requests
from thingclone.api.door import Door, explain, format_name, send
from thingclone.errors import NoSuchThing
from thingclone.formats import FORMATS, TXT
from thingclone.recording import Recorded
from thingclone.updates import Update

_VALUES = tuple(f"field{number}" for number in range(1, 9))
# The order of the write echo; json's is today's, xml's the older one.
_ECHO = {
    "json": (
        "channel_id",
        "created_at",
        "entry_id",
        *_VALUES,
        "latitude",
        "longitude",
        "elevation",
        "status",
    ),
    "xml": (
        "channel_id",
        *_VALUES,
        "created_at",
        "entry_id",
        "status",
        "latitude",
        "longitude",
        "elevation",
    ),
}
URLS = ["/update", "/s/update", r"/update.<suffix:re:\w+>", r"/s/update.<suffix:re:\w+>"]

door = Door(refusals.zero)


@door.route(URLS, method=["GET", "POST"], lane="write")
def receive_update(suffix=""):
    update = Update.from_params(requests.params(), requests.now(), requests.address())
    recorded = recording.record(update, requests.now(), requests.settings())
    if update.notes:
        explain("; ".join(update.notes))
    name = format_name()
    if name in _ECHO:
        form = FORMATS[name]
        return send(
            form.content_type,
            form.thing("feed", _echo(update, recorded, name), update.zone).encode(),
        )
    return send(FORMATS.get(name, TXT).content_type, str(recorded.entry_id).encode())


@door.route(URLS, method="ANY")
def wrong_method(suffix=""):
    raise NoSuchThing(f"/update takes GET and POST, not {request.method}")


def _echo(update: Update, recorded: Recorded, name: str) -> dict:
    """All that an entry has, as it was stored; in json, numbers of a JSON body come back as
    numbers.
    """
    stored = {
        "channel_id": recorded.channel_id,
        "created_at": recorded.created_at,
        "entry_id": recorded.entry_id,
        **update.values,
        **(update.sent if name == "json" else {}),
    }
    return {attribute: stored.get(attribute) for attribute in _ECHO[name]}
