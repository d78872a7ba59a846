"""Pins: outputs of a device. Its owner declares them. A key that may write to its channel switches
them.

Each switch is an entry in the channel of the device, so that switching has a history: 1 or 0 in the
field with the label `Pin 24`, or in the status once all fields are taken.
"""

from thingclone.channels import access, labels
from thingclone.channels.devices import states_of_pins
from thingclone.database import execute
from thingclone.database.models import Channel, Device
from thingclone.database.transactions import writing
from thingclone.entries import recording
from thingclone.entries.update import Update
from thingclone.errors import BadRequest
from thingclone.settings import Settings


class NoSuchPin(BadRequest):
    """The device has no such pin."""


def device_with_pins(key: object, mac: object, to_write: bool = False) -> Device:
    """The device of this MAC. Without one, the only device with pins that the key opens."""
    if mac is not None:
        return access.device_open_to(key, mac, to_write)
    found = _having_pins(access.devices_open_to(key, to_write))
    if not found:
        raise BadRequest("no device of this key has pins: the owner must set them first")
    if len(found) > 1:
        raise BadRequest(f"{len(found)} devices of this key have pins: choose one with mac=...")
    return found[0]


def _having_pins(devices: list[Device]) -> list[Device]:
    """Those of the devices that have pins. All belong to one account."""
    if not devices:
        return []
    having = execute(
        "SELECT DISTINCT pins.device_id FROM pins JOIN devices ON devices.id = pins.device_id"
        " WHERE devices.user_id = ?",
        (devices[0].user_id,),
    ).fetchall()
    return [device for device in devices if (device.id,) in having]


def toggle(device: Device, number: str, now: int, settings: Settings) -> bool:
    """Switch a pin on if it is off, and off if it is on. Returns whether it is on now."""
    with writing():
        channel = access.channel_of_device(device)  # locked: one switch at a time
        states = states_of_pins(device.id)
        pin = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        if pin not in states:
            raise NoSuchPin(f"this device has no pin {number[:20]}")
        is_on = not states[pin]
        execute(
            "UPDATE pins SET is_on = ? WHERE device_id = ? AND number = ?",
            (is_on, device.id, pin),
        )
        recording.record(_entry(channel, f"Pin {pin}", "1" if is_on else "0"), now, settings)
    return is_on


def _entry(channel: Channel, name: str, value: str) -> Update:
    if labels.has_field_for(channel, name):
        return Update(key=channel.write_key, named={name: value}, unlimited=True)
    return Update(key=channel.write_key, values={"status": f"{name}: {value}"}, unlimited=True)
