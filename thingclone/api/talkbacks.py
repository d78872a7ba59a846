"""TalkBack: commands that wait for a device (contract, section 13; ThingSpeak page "TalkBack App").

Every URL needs the TalkBack's own key. As text a command is its bare `command_string`.
"""

from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate, command_object
from thingclone.database.models import Command
from thingclone.formats import times
from thingclone.formats.as_json import TXT
from thingclone.http import refusals, request
from thingclone.http.door import SUFFIX, Door, answer, answer_json, chosen_format, explain, send
from thingclone.http.params import all_params

COMMANDS_URL = "/talkbacks/<talkback_id:re:[0-9]+>/commands"
COMMAND_URL = f"{COMMANDS_URL}/<command_id:re:[0-9]+>"

door = Door(refusals.error_object)


def _opened(talkback_id: str) -> tuple:
    """(format, TalkBack), the key seen."""
    form = chosen_format("commands")
    return form, talkback.talkback_to_use(talkback_id, all_params()["api_key"])


def _zone():
    params = all_params()
    return times.request_zone(params.get("timezone"), params.get("offset"), request.now())


# --- executing ------------------------------------------------------------------------------------


@door.route(f"{COMMANDS_URL}/execute{SUFFIX}", method=["GET", "POST"], lane="write")
def execute_next(talkback_id, suffix):
    form, opened = _opened(talkback_id)
    executed = commands.execute_next(opened, request.now(), request.settings())
    return _done(form, executed)


def _done(form, command: Command | None) -> bytes:
    text = form.command(command and command_object(command), _zone())
    return send(form.content_type, text.encode())


@door.get(f"{COMMANDS_URL}/last{SUFFIX}", lane="read")
def show_last_executed(talkback_id, suffix):
    form, opened = _opened(talkback_id)
    return _shown(form, commands.last_executed(opened))


def _shown(form, command: Command) -> bytes:
    text = form.command(command_object(command), _zone())
    return answer(form, text) if form is TXT else answer_json(form, text)


# --- all commands ---------------------------------------------------------------------------------


@door.get(f"{COMMANDS_URL}{SUFFIX}")
def list_commands(talkback_id, suffix):
    form, opened = _opened(talkback_id)
    waiting = [command_object(command) for command in commands.waiting_commands(opened)]
    return answer_json(form, form.commands(waiting, _zone()))


@door.post(f"{COMMANDS_URL}{SUFFIX}")
def add_command(talkback_id, suffix):
    form, opened = _opened(talkback_id)
    wanted = _command_update()
    added = commands.add_command(opened, wanted, request.now())
    return _done(form, added) if form is not TXT else send(form.content_type, b"%d" % added.id)


def _command_update() -> CommandUpdate:
    update = CommandUpdate.from_params(all_params())
    if update.notes:
        explain("; ".join(update.notes))
    return update


@door.delete(f"{COMMANDS_URL}{SUFFIX}")
@door.delete(f"{COMMANDS_URL}/destroy_all{SUFFIX}")
def delete_commands(talkback_id, suffix):
    form, opened = _opened(talkback_id)
    commands.remove_commands(opened)
    text = "" if form is TXT else form.commands([])
    return send(form.content_type, text.encode())


# --- one command ----------------------------------------------------------------------------------


@door.get(f"{COMMAND_URL}{SUFFIX}", lane="read")
def show_command(talkback_id, command_id, suffix):
    form, opened = _opened(talkback_id)
    return _shown(form, commands.command(opened, command_id))


@door.route(f"{COMMAND_URL}{SUFFIX}", method=["PUT", "PATCH"])
def change_command(talkback_id, command_id, suffix):
    form, opened = _opened(talkback_id)
    return _done(form, commands.change_command(opened, command_id, _command_update()))


@door.delete(f"{COMMAND_URL}{SUFFIX}")
def delete_command(talkback_id, command_id, suffix):
    form, opened = _opened(talkback_id)
    return _done(form, commands.remove_command(opened, command_id))
