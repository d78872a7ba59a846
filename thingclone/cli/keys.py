"""`thingclone key`."""

import click

from thingclone.channels import channels, keys
from thingclone.cli.options import confirm, json_option, on_database, show, yes_option
from thingclone.formats import times

channel_argument = click.argument("channel_id", metavar="CHANNEL", type=int)


@click.group()
def key():
    """Manage the write key and read keys of a channel.

    \b
    Example:
      thingclone key list 1
    """


@key.command("list")
@channel_argument
@json_option
@on_database
def list_keys(channel_id, as_json):
    """List the keys of a channel with their notes.

    \b
    Example:
      thingclone key list 1
    """
    found = keys.key_objects(channels.complete_channel(channel_id))
    show(as_json, found, "\n".join(map(_line, found)))


@key.command()
@channel_argument
@click.option(
    "--write", is_flag=True, help="Replace the write key. The old one stops working at once."
)
@click.option(
    "--key", "given", metavar="KEY", help="Key that devices already use (default: a random one)."
)
@click.option("--note", metavar="TEXT", help="Who or what uses this read key.")
@yes_option
@json_option
@on_database
def new(channel_id, write, given, note, yes, as_json):
    """Add a read key to a channel, or replace its write key.

    \b
    Example:
      thingclone key new 1 --note "kitchen display"
    """
    channel = channels.complete_channel(channel_id)
    if not write:
        made = keys.add_read_key(channel, times.now(), note, given)
        text = f"New read key for channel {channel.id}: {made.api_key}"
        return show(as_json, keys.read_key_object(made), text)
    if note is not None:
        raise click.UsageError("--note is for read keys: a channel has only one write key")
    confirm(f"Replace the write key of {_named(channel)}? The old one stops working at once.", yes)
    channel.write_key = keys.renew_write_key(channel, given)
    text = f"New write key for channel {channel.id}: {channel.write_key}"
    return show(as_json, keys.write_key_object(channel), text)


@key.command()
@channel_argument
@click.argument("read_key", metavar="KEY")
@yes_option
@json_option
@on_database
def revoke(channel_id, read_key, yes, as_json):
    """Revoke a read key of a channel.

    \b
    Example:
      thingclone key revoke 1 OHC7IZ5RV62JDAI1
    """
    channel = channels.complete_channel(channel_id)
    found = keys.read_key(channel, read_key)
    confirm(f"Revoke the read key {keys.masked(found.api_key)} of {_named(channel)}?", yes)
    keys.revoke(channel, found.api_key)
    text = f"Revoked the read key {keys.masked(found.api_key)} of channel {channel.id}."
    show(as_json, keys.read_key_object(found), text)


def _named(channel) -> str:
    return f'channel {channel.id}, "{channel.name}"'


def _line(shown: dict) -> str:
    kind = "write" if shown["write_flag"] else "read "
    return f"{kind}  {shown['api_key']}  {shown['note'] or ''}".rstrip()
