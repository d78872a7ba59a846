"""`thingclone device`: boards that identify themselves by their MAC."""

import click

from thingclone.accounts import users
from thingclone.channels import devices
from thingclone.channels.devices import device_object
from thingclone.cli.options import json_option, on_database, show
from thingclone.database.models import Device
from thingclone.formats import times


@click.group()
def device():
    """Manage devices, their commands and pins.

    A device is a board that identifies itself by its MAC.

    \b
    Example:
      thingclone device list
    """


def named_device(command):
    """Add the arguments of a command on one device."""
    command = click.argument("mac")(command)
    return click.option(
        "--user", "login", metavar="LOGIN", help="Account that owns it, if several have this MAC."
    )(command)


def _find(mac: str, login: str | None) -> Device:
    if login:
        return devices.device_of(users.user(login).id, mac)
    return devices.device_anywhere(mac)


@device.command("list")
@click.option("--user", "login", metavar="LOGIN", help="List only the devices of this account.")
@json_option
@on_database
def list_devices(login, as_json):
    """List all devices.

    \b
    Example:
      thingclone device list --json
    """
    found = devices.devices_of(users.user(login).id) if login else devices.all_devices()
    documents = [device_object(one) for one in found]
    text = "\n".join(_line(one) for one in documents) or "No devices yet."
    show(as_json, documents, text)


@device.command()
@click.argument("mac")
@click.option(
    "--user", "login", metavar="LOGIN", help="Account that owns it (default: the first account)."
)
@click.option("--name", metavar="TEXT", help="Name of the device (default: its MAC).")
@click.option(
    "--channel",
    "channel_id",
    type=int,
    metavar="ID",
    help="Channel it writes to (default: a new private channel).",
)
@json_option
@on_database
def add(mac, login, name, channel_id, as_json):
    """Add a device before its first write.

    \b
    Example:
      thingclone device add 6c:rf:7f:2b:0e:g8 --name Greenhouse --channel 1
    """
    now = times.now()
    user = users.user(login) if login else users.owner(now)
    _show(devices.add_device(user, mac, now, channel_id, name=name), as_json)


@device.command("set")
@named_device
@click.option("--name", metavar="TEXT", help="Name of the device.")
@click.option("--channel", type=int, metavar="ID", help="Channel it writes to from now on.")
@json_option
@on_database
def set_device(mac, login, as_json, **attributes):
    """Change the name or channel of a device.

    \b
    Example:
      thingclone device set 6c:rf:7f:2b:0e:g8 --name "North wall"
    """
    given = {name: value for name, value in attributes.items() if value is not None}
    _show(devices.change_device(_find(mac, login), **given), as_json)


@device.command("command")
@named_device
@click.argument("text", required=False)
@click.option("--clear", is_flag=True, help="Remove the command.")
@json_option
@on_database
def command(mac, text, login, clear, as_json):
    """Set or show the command that waits for a device.

    Without TEXT, shows the current command.

    \b
    Example:
      thingclone device command 6c:rf:7f:2b:0e:g8 "open the window"
    """
    found = _find(mac, login)
    if clear or text is not None:
        found = devices.change_device(found, command=None if clear else text)
    _show(found, as_json)


@device.command("pins")
@named_device
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--none", is_flag=True, help="Remove all pins.")
@json_option
@on_database
def declare_pins(mac, numbers, login, none, as_json):
    """Set or show the output pins of a device.

    The given pins replace all current ones. Without any, shows the current pins.

    \b
    Example:
      thingclone device pins 6c:rf:7f:2b:0e:g8 18 23 24
    """
    found = _find(mac, login)
    if none or numbers:
        found = devices.change_device(found, pins=() if none else numbers)
    _show(found, as_json)


@device.command()
@named_device
@json_option
@on_database
def remove(mac, login, as_json):
    """Remove a device.

    Its channel and entries stay.

    \b
    Example:
      thingclone device remove 6c:rf:7f:2b:0e:g8
    """
    found = _find(mac, login)
    devices.remove_device(found)
    text = f"Removed device {found.mac}. Its channel {found.channel_id} stays."
    show(as_json, device_object(found), text)


def _show(found: Device, as_json: bool):
    document = device_object(found)
    show(as_json, document, _description(document))


def _line(document: dict) -> str:
    name = document["name"]
    title = document["mac"] if name == document["mac"] else f"{document['mac']}  {name}"
    seen = document["last_seen"] or "never"
    return f"{title}  (channel {document['channel']}, {document['user']}, seen {seen})"


def _description(document: dict) -> str:
    lines = [_line(document)]
    if document["command"] is not None:
        lines.append(f"  command     {document['command']}")
    lines += [
        f"  pin {number:<7} {'on' if is_on else 'off'}"
        for number, is_on in document["pins"].items()
    ]
    return "\n".join(lines)
