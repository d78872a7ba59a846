"""Devices, for their owner: the user key lists, adds, changes and removes them."""

from thingclone.channels import devices
from thingclone.database.models import Device
from thingclone.errors import BadRequest
from thingclone.formats.as_json import JSON
from thingclone.http import caller, refusals, request
from thingclone.http.door import Door, answer_json, send
from thingclone.http.params import all_params

DEVICE = "/devices/<mac:re:[^/]+>.json"

door = Door(refusals.json_error_object)


@door.get("/devices.json")
def list_devices():
    found = devices.devices_of(_account())
    return answer_json(JSON, JSON.thing("devices", [devices.device_object(one) for one in found]))


@door.post("/devices.json")
def add_device():
    account, params = _account(), all_params()
    given = _attributes(params)
    channel_id = given.pop("channel", None)
    added = devices.add_device(account, params.get("mac", ""), request.now(), channel_id, **given)
    return _answer(added)


@door.get(DEVICE)
def show_device(mac):
    found = devices.device_of(_account(), mac)
    return answer_json(JSON, JSON.thing("device", devices.device_object(found)))


@door.put(DEVICE)
def change_device(mac):
    found = devices.device_of(_account(), mac)
    return _answer(devices.change_device(found, **_attributes(all_params())))


@door.delete(DEVICE)
def remove_device(mac):
    found = devices.device_of(_account(), mac)
    devices.remove_device(found)
    return _answer(found)


def _account() -> int:
    return caller.account().id


def _attributes(params: dict) -> dict:
    """Of name, command, channel and pins what the request gives."""
    given = {name: params[name] for name in ("name", "command", "pins") if name in params}
    if isinstance(given.get("pins"), str):
        given["pins"] = given["pins"].replace(",", " ").split()
    if not isinstance(given.get("pins", []), list):
        raise BadRequest("pins must be a list of numbers")
    channel_id = params.get("channel")
    if channel_id is not None:
        if not (str(channel_id).isascii() and str(channel_id).isdigit()):
            raise BadRequest("channel must be a channel ID")
        given["channel"] = channel_id
    return given


def _answer(device: Device) -> bytes:
    text = JSON.thing("device", devices.device_object(device))
    return send(JSON.content_type, text.encode())
