"""`thingclone channel`: channels and their keys."""

import click

from thingclone import accounts, channels, timestamps
from thingclone.cli.options import json_option, on_database, show
from thingclone.models import Channel


@click.group()
def channel():
    """Channels, their fields and keys.

    \b
    Example:
      thingclone channel list
    """


@channel.command()
@click.argument("name")
@click.option(
    "--user", "login", metavar="LOGIN", help="Whose channel it is; the first account, if not given."
)
@click.option(
    "--field", "labels", metavar="LABEL", multiple=True, help="Label of field 1, 2, ...; repeat it."
)
@click.option("--description", metavar="TEXT", help="What the channel is about.")
@click.option(
    "--latitude", type=click.FloatRange(-90, 90), metavar="DEGREES", help="Where it is: north."
)
@click.option(
    "--longitude", type=click.FloatRange(-180, 180), metavar="DEGREES", help="Where it is: east."
)
@click.option("--elevation", metavar="METRES", help="Where it is: above the sea.")
@click.option(
    "--public/--private", default=False, show_default=True, help="Whether anybody may read it."
)
@click.option(
    "--id",
    "channel_id",
    type=int,
    metavar="NUMBER",
    help="Keep a number that devices already know.",
)
@click.option("--write-key", metavar="KEY", help="Keep a write key that devices already have.")
@click.option("--read-key", metavar="KEY", help="Keep a read key that clients already have.")
@json_option
@on_database
def add(name, login, labels, channel_id, write_key, read_key, as_json, **attributes):
    """Add the channel NAME and print its number and keys.

    \b
    Example:
      thingclone channel add Greenhouse --field Temperature --field Humidity
    """
    now = timestamps.now()
    user = accounts.user(login) if login else accounts.owner(now)
    given = {attribute: value for attribute, value in attributes.items() if value is not None}
    added = channels.add_channel(user, name, now, labels, channel_id, write_key, read_key, **given)
    complete = channels.complete_channel(added.id)
    show(as_json, _document(complete), f"Added channel {added.id}.\n{_description(complete)}")


@channel.command("list")
@json_option
@on_database
def list_channels(as_json):
    """List all channels.

    \b
    Example:
      thingclone channel list --json
    """
    found = channels.all_channels()
    text = (
        "\n".join(_line(one) for one in found)
        or 'There is no channel yet: thingclone channel add "My channel"'
    )
    show(as_json, [_document(one) for one in found], text)


@channel.command("show")
@click.argument("channel_id", metavar="ID", type=int)
@json_option
@on_database
def show_channel(channel_id, as_json):
    """Show the channel ID: its fields, keys and last entry.

    \b
    Example:
      thingclone channel show 1
    """
    found = channels.complete_channel(channel_id)
    show(as_json, _document(found), _description(found))


def _document(channel: Channel) -> dict:
    return {
        "id": channel.id,
        "name": channel.name,
        "write_key": channel.write_key,
        "read_keys": [key.api_key for key in channel.read_keys],
        "public": channel.public,
        "user": channel.user.login,
        "description": channel.description,
        "latitude": channel.latitude,
        "longitude": channel.longitude,
        "elevation": channel.elevation,
        "fields": channel.labels,
        "last_entry_id": channel.counter.last_entry_id,
    }


def _line(channel: Channel) -> str:
    entries = f"{channel.counter.last_entry_id or 0} entries"
    return (
        f"{channel.id:>6}  {channel.name}  ({'public' if channel.public else 'private'}, {entries})"
    )


def _description(channel: Channel) -> str:
    lines = [_line(channel).strip(), f"  write key   {channel.write_key}"]
    lines += [f"  read key    {key.api_key}" for key in channel.read_keys]
    lines += [f"  {name}      {label}" for name, label in channel.labels.items()]
    return "\n".join(lines)
