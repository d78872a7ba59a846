"""pins: outputs that are listed and toggled, as in a tutorial of a GPIO server with Bottle.

    GET /api/list             {"24": false, "18": false, "23": false}
    POST /api/toggle/24       {"Success": true}

A browser or a script toggles, the device reads the list and sets its outputs.
"""

import json

from thingclone.apps import pins
from thingclone.channels import macs
from thingclone.channels.devices import states_of_pins
from thingclone.database.models import Device
from thingclone.dialects import credentials
from thingclone.errors import BadRequest, Refusal
from thingclone.formats.as_json import JSON
from thingclone.http import request
from thingclone.http.door import Door, answer, send
from thingclone.http.params import all_params

NAME = "pins"


class NotJson(BadRequest):
    """The request does not say that it is JSON."""


_WORDING = {NotJson: "Only JSON requests accepted", pins.NoSuchPin: "Invalid Pin Number"}


def error(refusal: Refusal):
    credentials.ask_for_login(refusal)
    text = _WORDING.get(type(refusal), refusal.reason)
    return refusal.status, json.dumps({"Error": text}), JSON


writes = Door(error, journaled=True)
reads = Door(error)


@reads.get("/api/list", lane="read", login=True)
def list_pins():
    states = states_of_pins(_device().id)
    return answer(JSON, json.dumps({str(number): is_on for number, is_on in states.items()}))


@writes.post("/api/toggle/<pin:path>", lane="write", login=True)
def toggle(pin):
    pins.toggle(_device(to_write=True), pin, request.now(), request.settings())
    return send(JSON.content_type, b'{"Success": true}')


def _device(to_write: bool = False) -> Device:
    content_type = request.content_type().partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise NotJson("only JSON is accepted: send Content-Type: application/json")
    key = credentials.key_for(NAME)
    return pins.device_with_pins(key, macs.given(all_params().get("mac")), to_write)
