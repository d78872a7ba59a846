"""Removing all entries of a channel, or the channel with them, in slices so short that devices can
write in between.
"""

from thingclone.database import database, execute
from thingclone.database.models import FIELD_NAMES, Channel, Counter
from thingclone.database.transactions import give_way, writing
from thingclone.entries import corrections
from thingclone.errors import NoSuchThing

REMOVED_AT_ONCE = 10_000  # entries; while they go, nobody can write


def clear_channel(channel: Channel) -> int:
    """Remove all entries. The next one gets the number 1. Returns how many there were.

    Corrections are forgotten with them: put back, an old entry would have the number of a new one.
    """
    corrections.empty_channel(channel)
    removed = _remove_all_but_a_slice(channel)
    with writing():
        removed += _remove_entries(channel)
        execute("DELETE FROM corrections WHERE channel_id = ?", (channel.id,))
        nothing = dict.fromkeys(("last_entry_id", "newest_at", *FIELD_NAMES))
        Counter.update(**nothing).where(Counter.channel == channel).execute()
    return removed


def remove_channel(channel: Channel) -> int:
    """Remove the channel with its keys and entries. Returns how many entries there were.

    Its keys work until the last of many entries is gone, so that no entry is ever left without a
    channel.
    """
    corrections.empty_channel(channel)
    removed = _remove_all_but_a_slice(channel)
    with writing():
        removed += _remove_entries(channel)
        Channel.delete().where(Channel.id == channel.id).execute()
    return removed


def _remove_all_but_a_slice(channel: Channel) -> int:
    """Remove the oldest entries, a transaction for each slice."""
    removed = 0
    while last_id := _end_of_first_slice(channel):
        with writing():
            removed += execute(
                "DELETE FROM entries WHERE channel_id = ? AND entry_id <= ?", (channel.id, last_id)
            ).rowcount
        give_way()
    return removed


def _end_of_first_slice(channel: Channel) -> int | None:
    """Returns the last id of the oldest slice of entries, None if there is only one slice."""
    row = execute(
        "SELECT entry_id FROM entries WHERE channel_id = ? ORDER BY entry_id LIMIT 1 OFFSET ?",
        (channel.id, REMOVED_AT_ONCE),
    ).fetchone()
    return row and row[0] - 1


def _remove_entries(channel: Channel) -> int:
    """Remove the entries that are left, with the counter locked against any write."""
    locked = "SELECT 1 FROM counters WHERE channel_id = ?" + database.locking("counters")
    if execute(locked, (channel.id,)).fetchone() is None:
        raise NoSuchThing(f"no channel {channel.id}")
    return execute("DELETE FROM entries WHERE channel_id = ?", (channel.id,)).rowcount
