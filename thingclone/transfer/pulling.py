"""Copies a channel from another server, with the same number, entry ids and times.

The table `pulled_windows` records each window in the transaction that stores its last entries. So
an interrupted pull continues where it stopped, and a later one fetches only new entries. Entries
that are already here are never changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC

from peewee import Expression

from thingclone.channels import access, channels
from thingclone.channels.update import ChannelUpdate
from thingclone.database import execute
from thingclone.database.models import FIELD_NAMES, LOCATION, Channel, Pull, PulledWindow, User
from thingclone.database.transactions import writing
from thingclone.entries import storing
from thingclone.entries.storing import EntryRow
from thingclone.errors import Conflict
from thingclone.formats import times
from thingclone.formats.numbers import LARGEST_ID
from thingclone.transfer.comparing import checksum, differing
from thingclone.transfer.origin import Origin
from thingclone.transfer.rows import Reader, Unusable, slices, storable, values_of
from thingclone.transfer.walks import LAST_SECOND, FetchedWindow, Walk, gaps

# --- the channel here -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where the channel is stored here."""

    channel_id: int
    user: User
    write_key: str | None = None
    read_key: str | None = None
    room: int = 0  # ids to keep free for entries that devices still write there


def prepare(origin: Origin, walk: Walk, place: Place, now: int) -> Pull:
    """Returns the pull of this channel: an earlier one, or a new one with a new channel.

    Raises Conflict if the channel exists and does not come from this origin.
    """
    settings = origin.remote.settings()
    with writing():
        pull = Pull.get_or_none(Pull.channel == place.channel_id)
        if pull is None:
            pull = _new_pull(origin, walk, place, settings, now)
        else:
            _check(pull, origin, place)
        if pull.axis != walk.axis:
            pull.axis = walk.axis
            pull.save()
            _forget_windows(pull)
        if walk.axis == "times":
            # New entries may follow the newest one.
            _forget_windows(pull, PulledWindow.last == LAST_SECOND)
        channel = access.channel_to_change(place.channel_id)
        storing.reserve(channel, min(origin.last_entry_id + place.room, LARGEST_ID))
    return pull


def _new_pull(origin: Origin, walk: Walk, place: Place, settings: dict, now: int) -> Pull:
    if Channel.get_or_none(Channel.id == place.channel_id):
        raise Conflict(
            f"channel {place.channel_id} already exists and was not pulled: choose another ID"
            " with --as"
        )
    there = _settings_there(origin, settings)
    attributes = dict(there.columns)
    channel = channels.add_channel(
        place.user,
        attributes.pop("name"),
        now,
        channel_id=place.channel_id,
        write_key=place.write_key,
        read_key=place.read_key,
        **attributes,
    )
    channels.change_channel(channel, ChannelUpdate(tags=there.tags), now)
    moments = {
        name: times.parse(origin.about.get(name), UTC) for name in ("created_at", "updated_at")
    }
    known = {name: moment or now for name, moment in moments.items()}
    Channel.update(**known).where(Channel.id == channel.id).execute()
    return Pull.create(
        channel=channel,
        url=origin.remote.url,
        number=origin.remote.number,
        axis=walk.axis,
        last_entry_id=origin.last_entry_id,
        fields=_fields(origin),
    )


def _settings_there(origin: Origin, settings: dict) -> ChannelUpdate:
    """Returns the settings that the other server shows."""
    told = {name: origin.about.get(name) for name in ("name", "description", "metadata", *LOCATION)}
    told |= {name: origin.about[name] for name in FIELD_NAMES if name in origin.about}
    told |= {name: settings.get(name) for name in ("url", "github_url", "license_id")}
    told["public_flag"] = settings.get("public_flag", origin.remote.is_open)
    tags = settings.get("tags")
    told["tags"] = [tag.get("name") for tag in tags if isinstance(tag, dict)] if tags else []
    return ChannelUpdate.from_params({name: storable(value) for name, value in told.items()})


def _fields(origin: Origin) -> str:
    return ",".join(name for name in FIELD_NAMES if name in origin.about)


def _check(pull: Pull, origin: Origin, place: Place):
    here, remote = pull.channel_id, origin.remote
    if (pull.url, pull.number) != (remote.url, remote.number):
        raise Conflict(
            f"channel {here} was pulled from channel {pull.number} at {pull.url}: choose another"
            " with --as"
        )
    if origin.last_entry_id < pull.last_entry_id:
        raise Conflict(
            f"channel {pull.number} there has fewer entries than when it was pulled, so it was"
            f" cleared: remove channel {here} here, or choose another ID with --as"
        )
    if pull.fields != _fields(origin):
        raise Conflict(
            f"channel {pull.number} there shows other fields ({_fields(origin) or 'none'}) than"
            f" when it was pulled ({pull.fields or 'none'}): remove channel {here} here and pull"
            " again"
        )
    channel = channels.complete_channel(here)
    read_keys = [key.api_key.upper() for key in channel.read_keys]
    if place.write_key and place.write_key.upper() != channel.write_key.upper():
        raise Conflict(f"channel {here} already has another write key: omit --write-key")
    if place.read_key and place.read_key.upper() not in read_keys:
        raise Conflict(f"channel {here} already has other read keys: omit --read-key")


def _forget_windows(pull: Pull, *which: Expression):
    PulledWindow.delete().where(PulledWindow.channel == pull.channel_id, *which).execute()


# --- its entries ----------------------------------------------------------------------------------


@dataclass
class Results:
    """The result of a pull."""

    stored: int = 0
    cut: int = 0  # values that were too long
    unusable: list[tuple[int, str]] = field(default_factory=list)  # (entry id, why not stored)
    differing: list[int] = field(default_factory=list)  # ids that belong to other entries here


def pull_entries(
    pull: Pull, origin: Origin, walk: Walk, anew: bool, advance: Callable[[int], None]
) -> Results:
    """Fetch the entries that are not here yet. `anew` requests all entries again."""
    results = Results()
    if anew:
        with writing():
            _forget_windows(pull)
    _pull_gaps(pull, origin, walk, results, advance)
    if walk.axis == "times" and _some_are_missing(pull, origin):
        # New entries with old times are in windows that were read before.
        with writing():
            _forget_windows(pull)
        _pull_gaps(pull, origin, walk, results, advance)
    _look_for_last(pull, origin, results)
    with writing():
        pull.last_entry_id = origin.last_entry_id
        pull.save()
    return results


def _look_for_last(pull: Pull, origin: Origin, results: Results):
    """Check that the last entry was listed. Otherwise the server hides some entries."""
    entry_id = origin.last_entry_id
    wanted = "SELECT 1 FROM entries WHERE channel_id = ? AND entry_id = ?"
    is_here = execute(wanted, (pull.channel_id, entry_id)).fetchone() is not None
    if not is_here and entry_id not in dict(results.unusable) and origin.entry(entry_id):
        results.unusable.append((entry_id, "the server does not list it"))


def _pull_gaps(
    pull: Pull, origin: Origin, walk: Walk, results: Results, advance: Callable[[int], None]
):
    noted = PulledWindow.select(PulledWindow.first, PulledWindow.last)
    seen = [(one.first, one.last) for one in noted.where(PulledWindow.channel == pull.channel_id)]
    for first, last in reversed(gaps(seen, *walk.bounds(origin.last_entry_id))):
        for window in walk.windows(first, last):
            _store(pull, origin, window, results)
            advance(len(window.rows))


def _some_are_missing(pull: Pull, origin: Origin) -> bool:
    """Returns True if some entries since the last pull are not here."""
    last_known, last = pull.last_entry_id, origin.last_entry_id
    found = execute(
        "SELECT count(*) FROM entries WHERE channel_id = ? AND entry_id > ? AND entry_id <= ?",
        (pull.channel_id, last_known, last),
    )
    return found.fetchone()[0] < last - last_known


def _store(pull: Pull, origin: Origin, window: FetchedWindow, results: Results):
    """Store the entries of a window, and record it with the last of them."""
    rows = _rows(window, origin, results)
    for some in slices(rows):
        with writing():
            taken = storing.insert(access.channel_to_change(pull.channel_id), some)
            if some[-1] is rows[-1]:
                _note(pull, window, rows)
        results.stored += len(some) - len(taken)
        results.differing += differing(pull, taken)
    if not rows:
        with writing():
            _note(pull, window, rows)


def _rows(window: FetchedWindow, origin: Origin, results: Results) -> list[EntryRow]:
    """Returns the entries of a window by id, without those written since the pull began."""
    reader, rows = Reader(UTC, with_ids=True), []
    for record in window.rows:
        entry_id = record["entry_id"]
        if entry_id > origin.last_entry_id:
            continue
        try:
            rows.append(reader.row(entry_id, record.get("created_at"), values_of(record)))
        except Unusable as unusable:
            results.unusable.append((entry_id, str(unusable)))
    results.cut += reader.cut
    return sorted(rows, key=lambda row: row[0])


def _note(pull: Pull, window: FetchedWindow, rows: list[EntryRow]):
    _forget_windows(pull, PulledWindow.first == window.first)
    PulledWindow.create(
        channel=pull.channel_id,
        first=window.first,
        last=window.last,
        entries=len(rows),
        lowest_id=rows[0][0] if rows else None,
        highest_id=rows[-1][0] if rows else None,
        checksum=checksum(rows, pull.fields),
    )
