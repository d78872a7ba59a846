"""Commands of TalkBacks: queueing them, and handing them to devices (contract, section 13).

Executing a command hands it to the device. The command leaves the queue, and the others move up by
one. A TalkBack may note what was executed in a channel, as the status of an entry.
"""

from dataclasses import dataclass

from thingclone.apps.talkback import talkback_with_key
from thingclone.database import database, execute
from thingclone.database.models import Command, TalkBack
from thingclone.database.transactions import writing
from thingclone.entries import recording
from thingclone.entries.recording import Recorded
from thingclone.entries.update import Update, cleaned
from thingclone.errors import Conflict, NoSuchThing, Refusal
from thingclone.formats.numbers import id_from, whole
from thingclone.settings import Settings

MOST_COMMANDS = 8000  # that wait in one TalkBack
REMEMBERED = 100  # of those executed


@dataclass(frozen=True)
class CommandUpdate:
    """A command's text and the position that it is to get in the queue. None where nothing is
    given. `notes` says in plain sentences what was changed.
    """

    text: str | None = None
    position: int | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: dict) -> "CommandUpdate":
        """From `command_string` and `position`. A position that is not a number is the first."""
        text, note, position = None, None, params.get("position")
        if params.get("command_string") is not None:
            text, note = cleaned("command_string", params["command_string"])
        return cls(
            text=text,
            position=None if position in (None, "") else max(1, whole(position)),
            notes=(note,) if note else (),
        )


# --- the queue ------------------------------------------------------------------------------------


def add_command(talkback: TalkBack, command: CommandUpdate, now: int) -> Command:
    """Queue a command, at the end or at its position. Those from there on move down by one.
    Conflict if MOST_COMMANDS are waiting.
    """
    with writing():
        executed = _executed(talkback)
        waiting, last = execute(
            "SELECT count(*), max(place) FROM commands WHERE talkback_id = ? AND place > ?",
            (talkback.id, executed),
        ).fetchone()
        if waiting >= MOST_COMMANDS:
            raise Conflict(f"TalkBack {talkback.id} is full: {MOST_COMMANDS} commands are waiting")
        place = (last or executed) + 1
        if command.position is not None:
            place = _make_room(talkback, executed, command.position)
        added = Command.create(
            talkback=talkback, command_string=command.text or "", place=place, created_at=now
        )
        added.position = place - executed
    return added


def _make_room(talkback: TalkBack, executed: int, position: int) -> int:
    """Move the commands from this position on down. Returns the place that is free now."""
    place = executed + min(position, MOST_COMMANDS)
    _move(talkback, place, +1)
    return place


def _move(talkback: TalkBack, first: int, by: int):
    execute(
        "UPDATE commands SET place = place + ? WHERE talkback_id = ? AND place >= ?",
        (by, talkback.id, first),
    )


def _executed(talkback: TalkBack) -> int:
    """How many commands were executed, with the TalkBack locked for the transaction that is
    open.
    """
    row = execute(
        f"SELECT executed FROM talkbacks WHERE id = ?{database.locking('talkbacks')}",
        (talkback.id,),
    ).fetchone()
    if row is None:
        raise NoSuchThing(f"no TalkBack {talkback.id}")
    return row[0]


_COMMANDS = """SELECT commands.id, command_string, executed_at, commands.created_at,
        CASE WHEN executed_at IS NULL THEN place - executed END
    FROM commands JOIN talkbacks ON talkbacks.id = talkback_id
    WHERE talkback_id = ? AND """


def _commands(talkback: TalkBack, condition: str, *parameters: object) -> list[Command]:
    rows = execute(_COMMANDS + condition, (talkback.id, *parameters)).fetchall()
    names = ("id", "command_string", "executed_at", "created_at", "position")
    return [Command(talkback=talkback, **dict(zip(names, row, strict=True))) for row in rows]


def waiting_commands(talkback: TalkBack) -> list[Command]:
    """The queue, by position."""
    return _commands(talkback, "place > executed ORDER BY place")


def count_waiting(talkback: TalkBack) -> int:
    return execute(
        """SELECT count(*) FROM commands JOIN talkbacks ON talkbacks.id = talkback_id
            WHERE talkback_id = ? AND place > executed""",
        (talkback.id,),
    ).fetchone()[0]


def executed_commands(talkback: TalkBack) -> list[Command]:
    """The last ones, newest first."""
    return _commands(talkback, "place <= executed ORDER BY place DESC LIMIT ?", REMEMBERED)


def command(talkback: TalkBack, command_id: int | str) -> Command:
    found = _commands(talkback, "commands.id = ?", id_from(command_id))
    if not found:
        raise NoSuchThing(f"TalkBack {talkback.id} has no command {str(command_id)[:50]}")
    return found[0]


def last_executed(talkback: TalkBack) -> Command:
    found = _commands(talkback, "place <= executed ORDER BY place DESC LIMIT 1")
    if not found:
        raise NoSuchThing(f"no command of TalkBack {talkback.id} has been executed yet")
    return found[0]


def change_command(talkback: TalkBack, command_id: int | str, change: CommandUpdate) -> Command:
    """Give a command another text or position. One that was executed has no position any more."""
    with writing():
        executed = _executed(talkback)
        found = command(talkback, command_id)
        if change.text is not None:
            execute("UPDATE commands SET command_string = ? WHERE id = ?", (change.text, found.id))
        if change.position is not None and found.position is not None:
            _move(talkback, executed + found.position + 1, -1)
            place = _make_room(talkback, executed, change.position)
            execute("UPDATE commands SET place = ? WHERE id = ?", (place, found.id))
        return command(talkback, command_id)


def remove_command(talkback: TalkBack, command_id: int | str) -> Command:
    """Remove a command. Those behind it move up. Returns the command as it was."""
    with writing():
        executed = _executed(talkback)
        found = command(talkback, command_id)
        execute("DELETE FROM commands WHERE id = ?", (found.id,))
        if found.position is not None:
            _move(talkback, executed + found.position + 1, -1)
    return found


def remove_commands(talkback: TalkBack):
    """Remove all commands, those executed too."""
    with writing():
        _executed(talkback)
        execute("DELETE FROM commands WHERE talkback_id = ?", (talkback.id,))


def command_object(command: Command) -> dict:
    """The command as the API shows it, in the order of today's JSON."""
    names = ("executed_at", "position", "id", "command_string", "created_at")
    return {name: getattr(command, name) for name in names}


# --- executing ------------------------------------------------------------------------------------


def execute_next(talkback: TalkBack, now: int, settings: Settings) -> Command | None:
    """Execute the next command, which no other device gets. None if none is waiting."""
    with writing():
        return _execute_next(talkback, _executed(talkback), now, settings)


def _execute_next(
    talkback: TalkBack, executed: int, now: int, settings: Settings
) -> Command | None:
    waiting = _commands(talkback, "place > executed ORDER BY place LIMIT 1")
    if not waiting:
        return None
    found = waiting[0]
    found.executed_at, found.position, place = now, None, executed + 1
    execute("UPDATE talkbacks SET executed = ? WHERE id = ?", (place, talkback.id))
    execute("UPDATE commands SET executed_at = ?, place = ? WHERE id = ?", (now, place, found.id))
    execute(
        "DELETE FROM commands WHERE talkback_id = ? AND place <= ?",
        (talkback.id, place - REMEMBERED),
    )
    if talkback.channel_id:
        recording.record_status(talkback.channel_id, found.command_string, now, settings)
    return found


def record(update: Update, now: int, settings: Settings) -> tuple[Recorded, Command | None]:
    """As recording.record(), and with `update.talkback_key` execute the next command of that
    TalkBack. Returns (where the entry is, the command). With an unknown key there is no command.

    A refused entry does not keep the command from being executed (contract, section 13.8). A
    database that fails undoes both.
    """
    if not update.talkback_key:
        return recording.record(update, now, settings), None
    result, command = _record_and_execute(update, now, settings)
    if isinstance(result, Refusal):
        raise result
    return result, command


def _record_and_execute(
    update: Update, now: int, settings: Settings
) -> tuple[Recorded | Refusal, Command | None]:
    with writing():
        # The TalkBack is locked before the channel, as when its commands are noted there. A server
        # that is ingest-only may not read TalkBacks.
        talkback = None if settings.ingest_only else talkback_with_key(update.talkback_key)
        executed = _executed(talkback) if talkback else 0
        try:
            with writing():
                result: Recorded | Refusal = recording.record(update, now, settings)
        except Refusal as refusal:
            result = refusal
        command = _execute_next(talkback, executed, now, settings) if talkback else None
        return result, command
