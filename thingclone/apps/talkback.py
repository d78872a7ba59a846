"""TalkBack: commands that wait for a device, which takes them one by one.

A TalkBack belongs to a user; whoever has its key may add commands and execute them. To execute a
command is to be told it: it leaves the queue, and the others move up by one. A TalkBack may note
what was executed in a channel, as the status of an entry. ThingSpeak page: "TalkBack App"
(contract, section 13).
"""

from peewee import fn

from thingclone.apps.commands import CommandUpdate
from thingclone.channels import keys
from thingclone.database import database, execute
from thingclone.database.models import TEXT_LIMIT, Channel, Command, TalkBack, User
from thingclone.database.transactions import writing
from thingclone.entries import recording
from thingclone.entries.recording import Recorded
from thingclone.entries.update import Update
from thingclone.errors import AuthRequired, BadRequest, Conflict, NoSuchThing, Refusal
from thingclone.formats.numbers import LARGEST_ID, id_from
from thingclone.settings import Settings

MOST_COMMANDS = 8000  # that wait in one TalkBack
REMEMBERED = 100  # of those executed


# --- TalkBacks ------------------------------------------------------------------------------------


def add_talkback(
    user: User,
    name: str,
    now: int,
    channel_id: int | None = None,
    talkback_id: int | None = None,
    api_key: str | None = None,
) -> TalkBack:
    """A new TalkBack, that notes what is executed in this channel of the user; the number and key
    that devices already have can be kept.
    """
    if api_key is not None and not keys.is_acceptable(api_key):
        raise BadRequest("this cannot be the key of a TalkBack: 1 to 64 letters, digits, - and _")
    if talkback_id is not None and not 1 <= talkback_id <= LARGEST_ID:
        raise BadRequest(f"{talkback_id} cannot be the number of a TalkBack: 1 to {LARGEST_ID}")
    number = {} if talkback_id is None else {"id": talkback_id}
    with writing():
        _check_free(talkback_id, api_key)
        added = TalkBack.create(
            user=user,
            name=name[:TEXT_LIMIT],
            api_key=api_key or keys.new_key(),
            channel=channel_id and _own_channel(user, channel_id),
            created_at=now,
            **number,
        )
        if number:
            database.after_given_id("talkbacks")
    return added


def _check_free(talkback_id: int | None, api_key: str | None):
    if talkback_id is not None and TalkBack.get_or_none(TalkBack.id == talkback_id):
        raise Conflict(f"TalkBack {talkback_id} exists already")
    keys.check_free(api_key)


def _own_channel(user: User, channel_id: int) -> Channel:
    found = Channel.get_or_none((Channel.id == id_from(channel_id)) & (Channel.user == user))
    if found is None:
        raise NoSuchThing(f"{user.login} has no channel {channel_id}")
    return found


def all_talkbacks() -> list[TalkBack]:
    """Every TalkBack of this server, by number."""
    return list(TalkBack.select(TalkBack, User).join(User).order_by(TalkBack.id))


def talkbacks_of(user: User) -> list[TalkBack]:
    return list(TalkBack.select().where(TalkBack.user == user).order_by(TalkBack.id))


def talkback(talkback_id: int | str) -> TalkBack:
    found = TalkBack.get_or_none(TalkBack.id == id_from(talkback_id))
    if found is None:
        raise NoSuchThing(f"no TalkBack {str(talkback_id)[:50]}")
    return found


def _with_key(key) -> TalkBack | None:
    normal = keys.normal(key)
    return TalkBack.get_or_none(fn.upper(TalkBack.api_key) == normal) if normal else None


def talkback_of(user: User, talkback_id: int | str) -> TalkBack:
    """The user's TalkBack of this number; NoSuchThing for those of others, too."""
    found = talkback(talkback_id)
    if found.user_id != user.id:
        raise NoSuchThing(f"no TalkBack {talkback_id}")
    return found


def talkback_to_use(talkback_id: int | str, key) -> TalkBack:
    """The TalkBack of this number, if the key is its own."""
    found = talkback(talkback_id)
    if not keys.normal(key):
        raise AuthRequired(f"TalkBack {found.id} needs its own key, as api_key=...")
    if keys.normal(key) != keys.normal(found.api_key):
        raise AuthRequired(
            f"this is not the key of TalkBack {found.id}: it has a key of its own, which is not"
            " that of a channel or an account"
        )
    return found


def change_talkback(talkback: TalkBack, name: str, channel_id: int | None):
    """Give it another name, and another channel or none."""
    with writing():
        talkback.name = name[:TEXT_LIMIT]
        talkback.channel = channel_id and _own_channel(talkback.user, channel_id)
        talkback.save(only=[TalkBack.name, TalkBack.channel])


def renew_key(talkback: TalkBack) -> str:
    """A new key; the old one opens nothing from now on."""
    with writing():
        talkback.api_key = keys.new_key()
        talkback.save(only=[TalkBack.api_key])
    return talkback.api_key


def remove_talkback(talkback: TalkBack):
    """With all its commands."""
    with writing():
        execute("DELETE FROM talkbacks WHERE id = ?", (talkback.id,))


# --- commands -------------------------------------------------------------------------------------


def add_command(talkback: TalkBack, command: CommandUpdate, now: int) -> Command:
    """Queue a command, at the end or at its position; those from there on move down by one.
    Conflict if MOST_COMMANDS are waiting.
    """
    with writing():
        executed = _executed(talkback)
        waiting, last = execute(
            "SELECT count(*), max(place) FROM commands WHERE talkback_id = ? AND place > ?",
            (talkback.id, executed),
        ).fetchone()
        if waiting >= MOST_COMMANDS:
            raise Conflict(f"{MOST_COMMANDS} commands are waiting: TalkBack {talkback.id} is full")
        place = (last or executed) + 1
        if command.position is not None:
            place = _make_room(talkback, executed, command.position)
        added = Command.create(
            talkback=talkback, command_string=command.text or "", place=place, created_at=now
        )
        added.position = place - executed
    return added


def _make_room(talkback: TalkBack, executed: int, position: int) -> int:
    """The place of this position; the commands from there on have moved down."""
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


def _commands(talkback: TalkBack, condition: str, *parameters) -> list[Command]:
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
        raise NoSuchThing(f"no command of TalkBack {talkback.id} was executed yet")
    return found[0]


def change_command(talkback: TalkBack, command_id: int | str, change: CommandUpdate) -> Command:
    """Give a command another text or position; one that was executed has no position any more."""
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


def delete_command(talkback: TalkBack, command_id: int | str) -> Command:
    """Take a command away, those behind it move up; the command as it was."""
    with writing():
        executed = _executed(talkback)
        found = command(talkback, command_id)
        execute("DELETE FROM commands WHERE id = ?", (found.id,))
        if found.position is not None:
            _move(talkback, executed + found.position + 1, -1)
    return found


def delete_commands(talkback: TalkBack):
    """Take all commands away, those executed too."""
    with writing():
        _executed(talkback)
        execute("DELETE FROM commands WHERE talkback_id = ?", (talkback.id,))


def command_object(command: Command) -> dict:
    """What the API tells of a command, in the order of today's JSON."""
    names = ("executed_at", "position", "id", "command_string", "created_at")
    return {name: getattr(command, name) for name in names}


# --- executing ------------------------------------------------------------------------------------


def execute_next(talkback: TalkBack, now: int, settings: Settings) -> Command | None:
    """The next command, which nobody else gets; None if none is waiting."""
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
    TalkBack as well: (where the entry is, the command). With an unknown key there is no command.

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
        talkback = None if settings.ingest_only else _with_key(update.talkback_key)
        executed = talkback and _executed(talkback)
        try:
            with writing():
                result = recording.record(update, now, settings)
        except Refusal as refusal:
            result = refusal
        return result, talkback and _execute_next(talkback, executed, now, settings)
