"""`thingclone talkback`."""

import click

from thingclone.accounts import users
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.cli.options import confirm, json_option, on_database, show, yes_option
from thingclone.database.models import Command, TalkBack
from thingclone.formats import times


@click.group("talkback")
def talkback_group():
    """Manage TalkBacks, the command queues of devices.

    \b
    Example:
      thingclone talkback list
    """


@talkback_group.command()
@click.argument("name")
@click.option(
    "--user", "login", metavar="LOGIN", help="Account that owns it (default: the first account)."
)
@click.option(
    "--channel",
    "channel_id",
    type=int,
    metavar="ID",
    help="Channel that logs executed commands, as the status of an entry.",
)
@click.option(
    "--id",
    "talkback_id",
    type=int,
    metavar="ID",
    help="ID that devices already use (default: the next free one).",
)
@click.option(
    "--key", "api_key", metavar="KEY", help="Key that devices already use (default: a random one)."
)
@json_option
@on_database
def add(name, login, channel_id, talkback_id, api_key, as_json):
    """Add a TalkBack and print its ID and key.

    \b
    Example:
      thingclone talkback add Door
    """
    now = times.now()
    user = users.user(login) if login else users.owner(now)
    added = talkback.add_talkback(user, name, now, channel_id, talkback_id, api_key)
    show(as_json, _document(added), f"Added TalkBack {added.id}. Key: {added.api_key}")


@talkback_group.command("list")
@json_option
@on_database
def list_talkbacks(as_json):
    """List all TalkBacks.

    \b
    Example:
      thingclone talkback list --json
    """
    found = talkback.all_talkbacks()
    text = "\n".join(_line(one) for one in found)
    show(
        as_json,
        [_document(one) for one in found],
        text or "No TalkBacks yet. Add one: thingclone talkback add Door",
    )


@talkback_group.command()
@click.argument("talkback_id", metavar="ID", type=int)
@click.argument("command", metavar="COMMAND")
@click.option(
    "--position",
    type=click.IntRange(1, commands.MOST_COMMANDS),
    metavar="NUMBER",
    help="Position in the queue (default: the end).",
)
@json_option
@on_database
def send(talkback_id, command, position, as_json):
    """Queue a command for a device to execute.

    \b
    Example:
      thingclone talkback send 1 OPENDOOR
    """
    wanted = CommandUpdate.from_params({"command_string": command, "position": position})
    queue = talkback.talkback(talkback_id)
    added = commands.add_command(queue, wanted, times.now())
    notes = "".join(f"\n{note}" for note in wanted.notes)
    text = f"Queued command {added.id} at position {added.position}.{notes}"
    show(as_json, _command_document(added), text)


@talkback_group.command("show")
@click.argument("talkback_id", metavar="ID", type=int)
@json_option
@on_database
def show_talkback(talkback_id, as_json):
    """Show a TalkBack with its key and commands.

    \b
    Example:
      thingclone talkback show 1
    """
    found = talkback.talkback(talkback_id)
    waiting = commands.waiting_commands(found)
    executed = commands.executed_commands(found)
    document = _document(found) | {
        "waiting": [_command_document(command) for command in waiting],
        "executed": [_command_document(command) for command in executed],
    }
    lines = [_line(found).strip(), f"  key         {found.api_key}"]
    if found.channel_id:
        lines.append(f"  log         channel {found.channel_id}")
    lines += [f"  {command.position:>8}    {command.command_string}" for command in waiting]
    lines += [f"  executed    {_executed(command)}" for command in executed[:10]]
    show(as_json, document, "\n".join(lines))


@talkback_group.command()
@click.argument("talkback_id", metavar="ID", type=int)
@yes_option
@json_option
@on_database
def remove(talkback_id, yes, as_json):
    """Remove a TalkBack with all its commands.

    \b
    Example:
      thingclone talkback remove 1
    """
    found = talkback.talkback(talkback_id)
    document = _document(found)
    confirm(f'Remove TalkBack {found.id}, "{found.name}" with all its commands?', yes)
    talkback.remove_talkback(found)
    show(as_json, document, f'Removed TalkBack {found.id}, "{found.name}".')


def _document(found: TalkBack) -> dict:
    return {
        "id": found.id,
        "name": found.name,
        "api_key": found.api_key,
        "user": found.user.login,
        "channel": found.channel_id,
        "commands_waiting": commands.count_waiting(found),
    }


def _command_document(command: Command) -> dict:
    moments = {
        name: value and times.iso(value, times.UTC)
        for name, value in commands.command_object(command).items()
        if name in ("executed_at", "created_at")
    }
    return commands.command_object(command) | moments


def _line(found: TalkBack) -> str:
    return f"{found.id:>6}  {found.name}  ({commands.count_waiting(found)} waiting)"


def _executed(command: Command) -> str:
    return f"{times.iso(command.executed_at, times.UTC)}  {command.command_string}"
