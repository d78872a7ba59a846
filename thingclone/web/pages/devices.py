"""Devices: boards that are identified by their MAC, with a command and pins."""

import re

from thingclone.apps import pins
from thingclone.channels import channels, devices
from thingclone.database.models import Device
from thingclone.errors import BadRequest, Refusal
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.http.params import query_params
from thingclone.web import visitor
from thingclone.web.door import PageDoor, form_text, number, redirect
from thingclone.web.tabs import own_channel, show_account_tab, show_tab

DEVICE_URL = "/devices/<device_id:re:[0-9]+>"

_LIST = re.compile(r"/devices|/channels/[0-9]{1,10}/devices")

door = PageDoor()


# --- lists ----------------------------------------------------------------------------------------


@door.get("/devices", page=True)
def list_devices():
    return _list("/devices")


@door.get(f"{CHANNEL}/devices", page=True)
def list_devices_of_channel(channel_id):
    return _list(f"/channels/{own_channel(channel_id).id}/devices")


def _list(back: str, refusal: Refusal | None = None) -> bytes:
    """Shows the devices of the account, or of the channel in the path."""
    user = visitor.required()
    about = {
        "back": back,
        "given": {name: form_text(name) for name in ("mac", "name")} if refusal else {},
        "base_url": request.base_url(),
        "user_key": user.api_key,
    }
    if back == "/devices":
        own = channels.channels_of(user)
        names = {channel.id: channel.name for channel in own}
        return show_account_tab(
            "Devices",
            "devices",
            refusal,
            devices=devices.devices_of(user.id),
            channels=own,
            names=names,
            **about,
        )
    channel = own_channel(back.split("/")[2])
    found = devices.devices_of(user.id, channel.id)
    return show_tab("Devices", "channel_devices", channel, refusal, devices=found, **about)


def _back() -> str:
    """Returns the path of the list from which the form was sent."""
    path = form_text("back")
    return path if _LIST.fullmatch(path) else "/devices"


@door.post("/devices", page=True)
def add_device():
    user, back = visitor.required(), _back()
    try:
        devices.add_device(
            user,
            form_text("mac").strip(),
            request.now(),
            number(form_text("channel")),
            name=form_text("name").strip(),
        )
    except Refusal as refusal:
        return _list(back, refusal)
    return redirect(back)


# --- one device -----------------------------------------------------------------------------------


def _own(device_id: str) -> Device:
    return devices.own_device(visitor.required().id, device_id)


@door.get(DEVICE_URL, page=True)
def show_device(device_id):
    return _device(_own(device_id))


def _device(device: Device, refusal: Refusal | None = None) -> bytes:
    shown = {
        "name": device.name,
        "command": device.command or "",
        "pins": ", ".join(str(pin.number) for pin in device.pins),
        "channel": str(device.channel_id),
    }
    return show_account_tab(
        "Devices",
        "device",
        refusal,
        device=device,
        values=shown | ({name: form_text(name) for name in shown} if refusal else {}),
        channels=channels.channels_of(visitor.required()),
        base_url=request.base_url(),
        done=query_params().get("done", ""),
    )


@door.post(DEVICE_URL, page=True)
def change_device(device_id):
    device = _own(device_id)
    try:
        devices.change_device(
            device,
            name=form_text("name").strip(),
            command=form_text("command"),
            channel=_channel_of_form(),
            pins=form_text("pins").replace(",", " ").split(),
        )
    except Refusal as refusal:
        return _device(device, refusal)
    return redirect(f"/devices/{device.id}?done=saved")


def _channel_of_form() -> int:
    channel_id = number(form_text("channel"))
    if channel_id is None:
        raise BadRequest("a device needs a channel: choose one")
    return channel_id


@door.post(f"{DEVICE_URL}/toggle", page=True)
def toggle_pin(device_id):
    device = _own(device_id)
    try:
        pins.toggle(device, form_text("pin"), request.now(), request.settings())
    except Refusal as refusal:
        return _device(device, refusal)
    return redirect(f"/devices/{device.id}")


@door.post(f"{DEVICE_URL}/remove", page=True)
def remove_device(device_id):
    devices.remove_device(_own(device_id))
    return redirect("/devices")
