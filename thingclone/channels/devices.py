"""Devices: boards that are known by their MAC, with a command and pins that their owner sets.

A device becomes known when it writes (`greet`), or when its owner adds it. Which channel it writes
to is decided in `access`. Pins are switched in `apps.pins`.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC
from typing import Any

from peewee import ModelSelect, prefetch

from thingclone.channels import access, channels, macs
from thingclone.database import database, execute
from thingclone.database.models import TEXT_LIMIT, Channel, Device, Pin, User
from thingclone.database.transactions import writing
from thingclone.errors import AuthRequired, BadRequest, Conflict, NoSuchThing
from thingclone.formats import times
from thingclone.formats.numbers import id_from
from thingclone.settings import Settings

LARGEST_PIN = 9999
MOST_PINS = 100
_TEXTS = ("name", "command")
SEEN_AGAIN = times.MINUTE  # a device that writes more often is noted once in this time


# --- by writing -----------------------------------------------------------------------------------


def greet(key: object, mac: object, address: str, now: int, settings: Settings) -> tuple[str, ...]:
    """Note that a device writes from this address. A new one becomes known, with a channel of its
    own if its key is a user key.

    A write key writes even if the device cannot be remembered: the sentences tell why it was not.
    AuthRequired if a user key cannot do without it.
    """
    channel = access.channel_of_write_key(key)
    account_id = channel.user_id if channel else access.account(key)
    if account_id is None:
        return ()  # access refuses this key
    device = access.device(account_id, mac)
    if device is None:
        obstacle = _obstacle(account_id, mac, channel, settings)
        if obstacle and channel is None:
            raise AuthRequired(obstacle)
        if obstacle:
            return (f"the device was not added: {obstacle}",)
        device = _become_known(account_id, str(mac), channel, now)
    _note_seen(device, now, address)
    return ()


def _obstacle(
    account_id: int, mac: object, channel: Channel | None, settings: Settings
) -> str | None:
    """Why a new device cannot become known, in words. None if it can."""
    fault = macs.fault(mac)
    if fault:
        return fault
    if channel is None and not settings.auto_provision:
        return f"this account has no device {mac}: add it first, or turn on auto_provision"
    (count,) = execute("SELECT count(*) FROM devices WHERE user_id = ?", (account_id,)).fetchone()
    if count >= settings.max_devices:
        return f"this account has {count} devices: the limit is {settings.max_devices}"
    return None


def _become_known(account_id: int, mac: str, channel: Channel | None, now: int) -> Device:
    with writing():
        database.lock_setup()  # several servers may hear of it at once
        known = access.device(account_id, mac)
        if known is not None:
            return known
        if channel is None:
            channel = channels.add_channel(account_id, mac, now)
        return _create(account_id, channel.id, mac, mac, now)


def _create(account_id: int, channel_id: int, mac: str, name: str, now: int) -> Device:
    return Device.create(
        user=account_id,
        channel=channel_id,
        mac=mac,
        normal_mac=macs.normal(mac),
        name=name,
        created_at=now,
    )


def _note_seen(device: Device, now: int, address: str):
    last = device.last_seen
    if last is not None and last <= now < last + SEEN_AGAIN:
        return
    device.first_seen = now if device.first_seen is None else device.first_seen
    device.last_seen, device.last_address = now, address
    execute(
        "UPDATE devices SET first_seen = ?, last_seen = ?, last_address = ? WHERE id = ?",
        (device.first_seen, now, address, device.id),
    )


# --- by their owner -------------------------------------------------------------------------------


def add_device(
    user: User | int, mac: str, now: int, channel_id: int | str | None = None, **attributes: Any
) -> Device:
    """A new device with these attributes, as of change_device(). It gets a new private channel,
    unless it is given one of the account's.
    """
    fault = macs.fault(mac)
    if fault:
        raise BadRequest(fault)
    user_id = user if isinstance(user, int) else user.id
    with writing():
        database.lock_setup()
        if access.device(user_id, mac):
            raise Conflict(f"device {mac} already exists")
        if channel_id is None:
            channel_id = channels.add_channel(user_id, mac, now).id
        else:
            channel_id = _number_of_channel(user_id, channel_id)
        return change_device(_create(user_id, channel_id, mac, mac, now), **attributes)


def change_device(device: Device, **attributes: Any) -> Device:
    """Set the name, the command, the channel (its number) or the pins (their numbers in order) of a
    device. Without a name it goes by its MAC. Pins that it had already stay as they are.
    """
    changed: dict[str, object] = {
        name: _checked(name, value) for name, value in attributes.items() if name in _TEXTS
    }
    if "name" in changed:
        changed["name"] = changed["name"] or device.mac
    with writing():
        if "channel" in attributes:
            changed["channel"] = _number_of_channel(device.user_id, attributes["channel"])
        if changed:
            Device.update(**changed).where(Device.id == device.id).execute()
        if "pins" in attributes:
            _declare(device, attributes["pins"])
        return _complete(device)


def remove_device(device: Device):
    """Forget a device and its pins. Its channel stays."""
    with writing():
        device.delete_instance()


def _checked(attribute: str, text: object) -> str | None:
    if text is not None and not isinstance(text, str):
        raise BadRequest(f"the {attribute} of a device must be text")
    if text and len(text) > TEXT_LIMIT:
        raise BadRequest(f"the {attribute} of a device can have at most {TEXT_LIMIT} characters")
    return text or None


def _declare(device: Device, numbers: Iterable):
    wanted = list(dict.fromkeys(_number_of_pin(number) for number in numbers))
    if len(wanted) > MOST_PINS:
        raise BadRequest(f"a device can have at most {MOST_PINS} pins, not {len(wanted)}")
    states = states_of_pins(device.id)
    Pin.delete().where(Pin.device == device.id).execute()
    for place, number in enumerate(wanted):
        is_on = states.get(number, False)
        Pin.create(device=device.id, number=number, place=place, is_on=is_on)


def _number_of_pin(number: object) -> int:
    text = str(number).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= LARGEST_PIN):
        raise BadRequest(
            f"{text[:20]!r} is not a pin: pins are whole numbers from 0 to {LARGEST_PIN}"
        )
    return int(text)


def _number_of_channel(user_id: int, channel_id: int | str) -> int:
    found = access.channel(channel_id)
    if found.user_id != user_id:
        raise NoSuchThing(f"no channel {channel_id}")  # as if it were not there
    return found.id


# --- finding them ---------------------------------------------------------------------------------


def devices_of(user_id: int, channel_id: int | None = None) -> list[Device]:
    """The devices of an account, or only those with this channel, with their pins, by name."""
    found = Device.select().where(Device.user == user_id)
    return _with_pins(found if channel_id is None else found.where(Device.channel == channel_id))


def own_device(user_id: int, device_id: int | str) -> Device:
    """The device of this number, if it belongs to the account, with its pins."""
    own = Device.select().where((Device.user == user_id) & (Device.id == id_from(device_id)))
    found = _with_pins(own)
    if not found:
        raise NoSuchThing(f"you have no device {str(device_id)[:20]}")
    return found[0]


def all_devices() -> list[Device]:
    return _with_pins(Device.select())


def device_of(user_id: int, mac: object) -> Device:
    """The device that goes by this MAC in an account, with its pins."""
    return _complete(access.device(user_id, mac), mac)


def device_anywhere(mac: str) -> Device:
    """The device that goes by this MAC, if it is the only one on this server."""
    found = _with_pins(Device.select().where(Device.normal_mac == macs.normal(mac)))
    if len(found) > 1:
        logins = ", ".join(sorted(device.user.login for device in found))
        raise Conflict(f"several accounts have a device {mac}, choose one of them: {logins}")
    return found[0] if found else _complete(None, mac)


def _complete(device: Device | None, mac: object = "") -> Device:
    if device is None:
        raise NoSuchThing(f"no device {str(mac)[: macs.LONGEST]}")
    (found,) = _with_pins(Device.select().where(Device.id == device.id))
    return found


def _with_pins(query: "ModelSelect[Device]") -> list[Device]:
    joined = query.select(Device, User).join(User).order_by(Device.name, Device.id)
    return list(prefetch(joined, Pin.select().order_by(Pin.place)))


def states_of_pins(device_id: int) -> dict[int, bool]:
    """Whether each pin of a device is on, in the order of its owner."""
    rows = execute(
        "SELECT number, is_on FROM pins WHERE device_id = ? ORDER BY place", (device_id,)
    ).fetchall()
    return {number: bool(is_on) for number, is_on in rows}


def command_for(key: object, mac: object) -> str | None:
    """The command for the device of this MAC. Without a MAC, that of the only device with a command
    that the key opens.
    """
    if mac is not None:
        with suppress(NoSuchThing):
            return access.device_open_to(key, mac).command
        return None
    commands = [one.command for one in access.devices_open_to(key) if one.command]
    return commands[0] if len(commands) == 1 else None


# --- telling what they are ------------------------------------------------------------------------


def device_object(device: Device) -> dict:
    """The attributes that its owner may see."""
    return {
        "mac": device.mac,
        "name": device.name,
        "user": device.user.login,
        "channel": device.channel_id,
        "command": device.command,
        "pins": {str(pin.number): pin.is_on for pin in device.pins},
        "first_seen": _printed(device.first_seen),
        "last_seen": _printed(device.last_seen),
        "last_address": device.last_address,
    }


def _printed(moment: int | None) -> str | None:
    return None if moment is None else times.iso(moment, UTC)
