"""`thingclone channel`."""

import click

from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.channels.update import ChannelUpdate
from thingclone.cli.options import (
    confirm,
    counted,
    json_option,
    on_database,
    printable,
    show,
    yes_option,
)
from thingclone.database.models import FIELD_COUNT, Channel
from thingclone.entries import clearing
from thingclone.formats import times

latitude_option = click.option(
    "--latitude",
    type=click.FloatRange(-90, 90),
    metavar="DEGREES",
    help="Latitude in degrees north.",
)
longitude_option = click.option(
    "--longitude",
    type=click.FloatRange(-180, 180),
    metavar="DEGREES",
    help="Longitude in degrees east.",
)
elevation_option = click.option("--elevation", metavar="METRES", help="Metres above sea level.")


@click.group()
def channel():
    """Manage channels, their fields and keys.

    \b
    Example:
      thingclone channel list
    """


@channel.command()
@click.argument("name")
@click.option(
    "--user", "login", metavar="LOGIN", help="Account that owns it (default: the first account)."
)
@click.option(
    "--field",
    "labels",
    metavar="LABEL",
    multiple=True,
    help="Label of field 1. Repeat for field 2, 3, ...",
)
@click.option("--description", metavar="TEXT", help="What the channel is about.")
@latitude_option
@longitude_option
@elevation_option
@click.option(
    "--public/--private",
    default=False,
    show_default=True,
    help="Whether anyone can read it without a key.",
)
@click.option(
    "--id",
    "channel_id",
    type=int,
    metavar="ID",
    help="ID that devices already use (default: the next free one).",
)
@click.option(
    "--write-key", metavar="KEY", help="Write key that devices already use (default: a new one)."
)
@click.option(
    "--read-key", metavar="KEY", help="Read key that clients already use (default: a new one)."
)
@json_option
@on_database
def add(name, login, labels, channel_id, write_key, read_key, as_json, **attributes):
    """Add a channel and print its ID and keys.

    \b
    Example:
      thingclone channel add Greenhouse --field Temperature --field Humidity
    """
    now = times.now()
    user = users.user(login) if login else users.owner(now)
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
        or 'No channels yet. Add one: thingclone channel add "My channel"'
    )
    show(as_json, [_document(one) for one in found], text)


@channel.command("show")
@click.argument("channel_id", metavar="ID", type=int)
@json_option
@on_database
def show_channel(channel_id, as_json):
    """Show a channel with its fields and keys.

    \b
    Example:
      thingclone channel show 1
    """
    found = channels.complete_channel(channel_id)
    show(as_json, _document(found), _description(found))


@channel.command("set")
@click.argument("channel_id", metavar="ID", type=int)
@click.option("--name", metavar="TEXT", help="Name of the channel.")
@click.option(
    "--field",
    "labels",
    metavar="N LABEL",
    type=(click.IntRange(1, FIELD_COUNT), str),
    multiple=True,
    help="Label of field N. Repeat for other fields. An empty label hides the field.",
)
@click.option("--description", metavar="TEXT", help="What the channel is about.")
@latitude_option
@longitude_option
@elevation_option
@click.option("--url", metavar="URL", help="Page about the channel.")
@click.option("--github-url", metavar="URL", help="Page of its source code.")
@click.option("--metadata", metavar="TEXT", help="Free text for programs, for example JSON.")
@click.option(
    "--tags", metavar="WORDS", help="Tags, separated by commas. They replace all current tags."
)
@click.option(
    "--public/--private",
    "public_flag",
    default=None,
    help="Whether anyone can read it without a key.",
)
@click.option("--user", "login", metavar="LOGIN", help="Account that owns it from now on.")
@json_option
@on_database
def set_channel(channel_id, labels, login, as_json, **given):
    """Change the settings of a channel.

    Settings that you do not give stay as they are.

    \b
    Example:
      thingclone channel set 1 --name Greenhouse --field 2 Humidity --public
    """
    params = {name: value for name, value in given.items() if value is not None}
    params |= {f"field{number}": label for number, label in labels}
    if not params and login is None:
        raise click.UsageError("nothing to change: give a setting, for example --name Greenhouse")
    user = users.user(login) if login is not None else None
    update = ChannelUpdate.from_params(params)
    changed = channels.complete_channel(channel_id)
    channels.change_channel(changed, update, times.now(), user)
    for note in update.notes:
        click.echo(printable(note), err=True)
    complete = channels.complete_channel(channel_id)
    show(as_json, _document(complete), f"Changed channel {channel_id}.\n{_description(complete)}")


@channel.command()
@click.argument("channel_id", metavar="ID", type=int)
@yes_option
@json_option
@on_database
def clear(channel_id, yes, as_json):
    """Remove all entries of a channel.

    The next entry gets the ID 1.

    \b
    Example:
      thingclone channel clear 1
    """
    cleared = channels.complete_channel(channel_id)
    confirm(f"Remove all entries of {_named(cleared)}?", yes)
    removed = clearing.clear_channel(cleared)
    text = f"Removed {counted(removed, 'entry')} from channel {channel_id}."
    show(as_json, {"id": channel_id, "removed": removed}, text)


@channel.command()
@click.argument("channel_id", metavar="ID", type=int)
@yes_option
@json_option
@on_database
def remove(channel_id, yes, as_json):
    """Remove a channel with its entries and keys.

    \b
    Example:
      thingclone channel remove 1
    """
    gone = channels.complete_channel(channel_id)
    confirm(f"Remove {_named(gone)} with its keys and all entries?", yes)
    removed = clearing.remove_channel(gone)
    text = f"Removed channel {channel_id} with {counted(removed, 'entry')}."
    show(as_json, {"id": channel_id, "name": gone.name, "removed": removed}, text)


def _named(channel: Channel) -> str:
    entries = counted(channel.counter.last_entry_id or 0, "entry")
    return f'channel {channel.id}, "{channel.name}" ({entries})'


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
    entries = counted(channel.counter.last_entry_id or 0, "entry")
    return (
        f"{channel.id:>6}  {channel.name}  ({'public' if channel.public else 'private'}, {entries})"
    )


def _description(channel: Channel) -> str:
    lines = [_line(channel).strip(), f"  write key   {channel.write_key}"]
    lines += [f"  read key    {key.api_key}" for key in channel.read_keys]
    lines += [f"  {field.name}      {field.label}" for field in channel.fields.values()]
    if channel.taggings:
        lines.append(f"  tags        {', '.join(channels.tag_names(channel))}")
    return "\n".join(lines)
