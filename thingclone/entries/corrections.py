"""Corrections: entries that a person removes or changes afterwards, and how that is undone.

What a correction takes away it keeps: removed entries, and a changed one as it was, go to a table
of their own. So no read has anything to leave out, and a write knows nothing of it. A number that
an entry had is never given to another.

Much is removed in slices, each in a transaction of its own, so that devices write in between: this
is work for a thread, not for the loop. What ends half-way is a correction of fewer entries.
"""

from collections.abc import Iterable

from thingclone.channels import access
from thingclone.database import execute
from thingclone.database.models import VALUES, Channel, Correction, User
from thingclone.database.transactions import give_way, writing
from thingclone.entries import newest, storing, window
from thingclone.entries.update import Update
from thingclone.entries.window import EVERYTHING, Span, Window
from thingclone.errors import BadRequest, Conflict, NoSuchThing, NothingRecorded
from thingclone.formats.numbers import LARGEST_ID, id_from
from thingclone.formats.times import DAY

SLICE = 1000  # entries that one transaction moves
KEPT_DAYS = 30  # how long a correction can be undone
MOST_LISTED = 100

_COLUMNS = ", ".join(("entry_id", "created_at", "overtaken_by", *VALUES))
_THIS = "channel_id = ? AND entry_id = ?"
_KEPT = "correction_id = ? AND entry_id > ? AND entry_id <= ?"


# --- removing -------------------------------------------------------------------------------------


def remove_entries(
    channel: Channel, which: Window | Iterable[int], now: int, user: User | int | None = None
) -> Correction:
    """Remove the entries of a window, or those with these ids; NothingRecorded if there is none."""
    if which == EVERYTHING:
        raise BadRequest("name the entries to remove by their IDs or times")
    removal = None
    for some in window.slices(access.channel(channel.id), which, SLICE):
        if removal:
            give_way()
        with writing():
            changed = access.channel_to_change(channel.id)
            for span in some:
                removal = _remove(changed, span, removal, now, user)
            newest.settle(changed, SLICE)
    if removal is None:
        raise NothingRecorded(f"channel {channel.id} has no such entries")
    newest.settle_wholly(channel)
    _empty_slice(now)
    return removal


def _remove(
    channel: Channel, span: Span, removal: Correction | None, now: int, user: User | int | None
) -> Correction | None:
    """Move the entries of a span to the removal, which is made for the first of them."""
    place = channel.id, span.first, span.last
    count, first, last = execute(
        f"SELECT count(*), min(entry_id), max(entry_id) FROM entries WHERE {span.condition}", place
    ).fetchone()
    if not count:
        return removal
    removal = removal or _begun(channel, True, first, now, user)
    _keep(removal, span.condition, place)
    execute(f"DELETE FROM entries WHERE {span.condition}", place)
    removal.entries += count
    removal.first_entry_id = min(removal.first_entry_id, first)
    removal.last_entry_id = max(removal.last_entry_id, last)
    removal.save()
    return removal


def _begun(
    channel: Channel, is_removal: bool, entry_id: int, now: int, user: User | int | None
) -> Correction:
    return Correction.create(
        channel=channel,
        user=user,
        is_removal=is_removal,
        entries=0 if is_removal else 1,
        first_entry_id=entry_id,
        last_entry_id=entry_id,
        made_at=now,
    )


def _keep(correction: Correction, condition: str, parameters: tuple):
    """Copy entries to where they are kept."""
    execute(
        f"""INSERT INTO corrected_entries (correction_id, {_COLUMNS}) SELECT ?, {_COLUMNS}
            FROM entries WHERE {condition}""",
        (correction.id, *parameters),
    )


# --- changing -------------------------------------------------------------------------------------


def change_entry(
    channel: Channel, entry_id: int, values: dict, now: int, user: User | int | None = None
) -> Correction:
    """Give an entry other values: those that are named, in the names of `/update`; None takes one
    away. Values are cleaned as those of a device; what was changed in doing so is in the `notes`
    of the correction. NothingRecorded if there is no such entry.
    """
    update = Update.from_params(values, now)
    wanted = _wanted(values) | update.values
    if not wanted:
        raise BadRequest("name the values to change: field1 to field8, status, latitude, ...")
    place = channel.id, id_from(entry_id)
    with writing():
        changed = access.channel_to_change(channel.id)
        if not _exists(*place):
            raise NothingRecorded(f"channel {channel.id} has no entry {entry_id}")
        change = _begun(changed, False, entry_id, now, user)
        _keep(change, _THIS, place)
        new = ", ".join(f"{name} = ?" for name in wanted)
        execute(f"UPDATE entries SET {new} WHERE {_THIS}", (*wanted.values(), *place))
        _follow(changed, place)
    newest.settle_wholly(channel)
    _empty_slice(now)
    change.notes = update.notes
    return change


def _exists(channel_id: int, entry_id: int) -> bool:
    found = execute(f"SELECT 1 FROM entries WHERE {_THIS}", (channel_id, entry_id)).fetchone()
    return found is not None


def _follow(channel: Channel, place: tuple[int, int]):
    """Let the pointers follow what has become of this entry."""
    found = execute(f"SELECT {newest.NEWEST} FROM entries WHERE {_THIS}", place).fetchone()
    newest.reach(channel, found)
    newest.settle(channel, SLICE)


def _wanted(values: dict) -> dict[str, None]:
    """Of the columns of an entry those that are named, empty."""
    named = [name for name in VALUES if name in values]
    for name in named:
        if isinstance(values[name], list | dict):
            raise BadRequest(f"{name} must be text or a number, not a list or an object")
    return dict.fromkeys(named)


# --- undoing --------------------------------------------------------------------------------------


def recent(channel: Channel) -> list[Correction]:
    """The corrections of a channel, newest first, those that were undone too."""
    return list(
        Correction.select(Correction, User)
        .join(User, "LEFT JOIN")
        .where(Correction.channel == channel.id)
        .order_by(Correction.id.desc())
        .limit(MOST_LISTED)
    )


def correction(channel: Channel, correction_id: int) -> Correction:
    wanted = (Correction.id == id_from(correction_id)) & (Correction.channel == channel.id)
    found = Correction.get_or_none(wanted)
    if found is None:
        raise NoSuchThing(f"channel {channel.id} has no correction {correction_id}")
    return found


def undo(channel: Channel, correction_id: int, now: int) -> Correction:
    """Put back what a correction took away. Conflict if that was undone before, is too long ago,
    or if the entry was corrected again since.
    """
    found = correction(channel, correction_id)
    if found.undone_at is not None:
        raise Conflict(f"correction {found.id} is already undone")
    if found.made_at < now - KEPT_DAYS * DAY:
        raise Conflict(
            f"correction {found.id} is older than {KEPT_DAYS} days: it is no longer kept"
        )
    if found.is_removal:
        _put_all_back(channel, found)
    with writing():
        changed = access.channel_to_change(channel.id)
        if not found.is_removal:
            _change_back(changed, found)
        found.undone_at = now
        found.save(only=[Correction.undone_at])
    newest.settle_wholly(channel)
    return found


def _put_all_back(channel: Channel, removal: Correction):
    last_id = _put_back(channel, removal, 0)
    while last_id is not None:
        give_way()
        last_id = _put_back(channel, removal, last_id)


def _put_back(channel: Channel, removal: Correction, after: int) -> int | None:
    """Put the next slice of removed entries back; the last id of it, None if it was the last slice.

    Each is right where it comes to stand: the entries that came after it know that it was there,
    by `overtaken_by`.
    """
    with writing():
        changed = access.channel_to_change(channel.id)
        rows = execute(
            f"SELECT entry_id FROM corrected_entries WHERE {_KEPT} ORDER BY entry_id LIMIT ?",
            (removal.id, after, LARGEST_ID, SLICE),
        ).fetchall()
        if rows:
            _put_span_back(changed, (removal.id, after, rows[-1][0]), len(rows))
    return rows[-1][0] if len(rows) == SLICE else None


def _put_span_back(channel: Channel, span: tuple[int, int, int], count: int):
    found = execute(f"SELECT {newest.NEWEST} FROM corrected_entries WHERE {_KEPT}", span)
    newest.reach(channel, found.fetchone())
    if storing.put_back(channel, *span) < count or span[2] > (channel.counter.last_entry_id or 0):
        raise Conflict(f"channel {channel.id} was cleared since then: its entry IDs start again")
    execute(f"DELETE FROM corrected_entries WHERE {_KEPT}", span)
    newest.settle(channel, SLICE)


def _change_back(channel: Channel, change: Correction):
    """Give an entry its old values again."""
    place = channel.id, change.first_entry_id
    later = execute(
        """SELECT max(correction_id) FROM corrected_entries
            JOIN corrections ON corrections.id = correction_id
            WHERE channel_id = ? AND entry_id = ? AND correction_id > ?""",
        (*place, change.id),
    ).fetchone()[0]
    if later:
        raise Conflict(f"entry {place[1]} was corrected again: undo correction {later} first")
    if not _exists(*place):
        raise Conflict(f"channel {channel.id} was cleared since then: it has no entry {place[1]}")
    values = ", ".join(VALUES)
    kept = f"SELECT {values} FROM corrected_entries WHERE correction_id = ?"
    execute(f"UPDATE entries SET ({values}) = ({kept}) WHERE {_THIS}", (change.id, *place))
    execute("DELETE FROM corrected_entries WHERE correction_id = ?", (change.id,))
    _follow(channel, place)


# --- forgetting -----------------------------------------------------------------------------------


def empty(now: int):
    """Forget for good what is too old to be undone."""
    while _empty_slice(now):
        give_way()


def empty_channel(channel: Channel):
    """Forget all corrections of a channel: of one that is cleared nothing must be put back."""
    while _forget_slice("channel_id = ?", channel.id):
        give_way()


def _empty_slice(now: int) -> bool:
    return _forget_slice("made_at < ?", now - KEPT_DAYS * DAY)


def _forget_slice(condition: str, parameter: int) -> bool:
    """Forget a slice of the first correction for which this holds. Returns whether there was
    one.
    """
    first = execute(
        f"SELECT id FROM corrections WHERE {condition} ORDER BY id LIMIT 1", (parameter,)
    ).fetchone()
    if first is None:
        return False
    with writing():
        rows = execute(
            f"SELECT entry_id FROM corrected_entries WHERE {_KEPT} ORDER BY entry_id LIMIT ?",
            (*first, 0, LARGEST_ID, SLICE),
        ).fetchall()
        if len(rows) < SLICE:
            execute("DELETE FROM corrections WHERE id = ?", first)
        else:
            execute(f"DELETE FROM corrected_entries WHERE {_KEPT}", (*first, 0, *rows[-1]))
    return True
