"""Writing one entry by HTTP, for every URL that takes its values (contract, sections 5.1 and 13.8).

The answer is the number of the entry, or in json and xml the entry itself. With the key of a
TalkBack it is the next command.
"""

from thingclone.apps import commands
from thingclone.database.models import FIELD_NAMES, LOCATION, VALUES, Command
from thingclone.entries.recording import Recorded
from thingclone.entries.update import Update
from thingclone.formats import FORMATS
from thingclone.formats.as_json import TXT
from thingclone.http import request
from thingclone.http.door import format_name, send, tell_changes

# The order of the write echo; json's is today's, xml's the older one.
_ECHO = {
    "json": ("channel_id", "created_at", "entry_id", *VALUES),
    "xml": ("channel_id", *FIELD_NAMES, "created_at", "entry_id", "status", *LOCATION),
}


def write_entry(params: dict) -> bytes:
    """Store what the parameters say, and answer."""
    now = request.now()
    update = Update.from_params(params, now, request.address())
    recorded, command = commands.record(update, now, request.settings())
    tell_changes(recorded.notes)
    if update.talkback_key:
        return _send_command(command, update)
    name = format_name()
    if name in _ECHO:
        form = FORMATS[name]
        return send(
            form.content_type,
            form.thing("feed", _echo(update, recorded, name), update.zone).encode(),
        )
    return send(FORMATS.get(name, TXT).content_type, str(recorded.entry_id).encode())


def _send_command(command: Command | None, update: Update) -> bytes:
    form = FORMATS.get(format_name(), TXT)
    text = form.command(command and commands.command_object(command), update.zone)
    return send(form.content_type, text.encode())


def _echo(update: Update, recorded: Recorded, name: str) -> dict:
    """Everything that the entry has, as it was stored. In json, numbers of a JSON body come back as
    numbers.
    """
    stored = {
        "channel_id": recorded.channel_id,
        "created_at": recorded.created_at,
        "entry_id": recorded.entry_id,
        **update.values,
        **(update.sent if name == "json" else {}),
    }
    return {attribute: stored.get(attribute) for attribute in _ECHO[name]}
