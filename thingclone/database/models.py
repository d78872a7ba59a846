"""What ThingClone remembers: users, channels, keys and entries, as peewee models.

The tables are made by the numbered files in `migrations/`. Entries are written and read by the
statements in `entries.storing` and `entries.window`, everything else by ordinary peewee. Moments
are integers, microseconds since 1970 UTC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from thingclone.database import database

FIELD_COUNT = 8
FIELD_NUMBERS = range(1, FIELD_COUNT + 1)
FIELD_NAMES = tuple(f"field{number}" for number in FIELD_NUMBERS)
LOCATION = ("latitude", "longitude", "elevation")
# The columns of an entry that hold what was sent, in the order of every list of them.
VALUES = (*FIELD_NAMES, *LOCATION, "status")
TEXT_LIMIT = 255  # characters of a value, status, name, description or label


_WITH_UNIT = re.compile(r"\s*(.*\S)\s*[(\[]([^()\[\]]{1,12})[)\]]\s*", re.DOTALL)


@dataclass(frozen=True)
class Field:
    """A field of a channel that has a label. A label may end with a unit: `Temperature (°C)`."""

    number: int
    label: str

    @property
    def name(self) -> str:
        """Its column, `field1`."""
        return FIELD_NAMES[self.number - 1]

    @property
    def title(self) -> str:
        """The label without the unit, `Temperature`."""
        found = _WITH_UNIT.fullmatch(self.label)
        return found[1] if found else self.label

    @property
    def unit(self) -> str:
        """`°C`, empty if the label names none."""
        found = _WITH_UNIT.fullmatch(self.label)
        return found[2].strip() if found else ""


class Stored(Model):
    """A row. Peewee adds `channel_id` to a foreign key `channel`, and the lists of what refers to
    the row: both are declared here for the type checker.
    """

    class Meta:
        database = database
        legacy_table_names = False


class User(Stored):
    """An account: owns channels, manages them with its user key."""

    id = AutoField()
    login = TextField()  # unique, whatever its case
    email = TextField(null=True)
    password_hash = TextField(null=True)  # null: nobody can sign in with a password
    api_key = TextField()  # unique, whatever its case
    bio = TextField(null=True)
    website = TextField(null=True)
    public_profile = BooleanField(default=False)
    created_at = BigIntegerField()

    class Meta:
        table_name = "users"


class Session(Stored):
    """Somebody who has signed in: the account that a token stands for, until it expires."""

    id = AutoField()
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    user_id: int
    token_hash = TextField()  # unique
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    expires_at = BigIntegerField()
    address = TextField()  # where it was started from

    class Meta:
        table_name = "sessions"


class PasswordLink(Stored):
    """A link that was printed for an account without a password."""

    id = AutoField()
    user = ForeignKeyField(User, unique=True, on_delete="CASCADE")
    user_id: int
    token_hash = TextField()  # unique
    expires_at = BigIntegerField()

    class Meta:
        table_name = "password_links"


class Channel(Stored):
    """A stream of entries with up to eight labelled fields. The row holds its settings alone."""

    id = AutoField()
    user = ForeignKeyField(User, backref="channels")
    user_id: int
    name = TextField()
    description = TextField(null=True)
    metadata = TextField(null=True)
    latitude = TextField(null=True)
    longitude = TextField(null=True)
    elevation = TextField(null=True)
    url = TextField(null=True)
    github_url = TextField(null=True)
    license_id = IntegerField(default=0)
    public = BooleanField(default=False)
    field1 = TextField(null=True)
    field2 = TextField(null=True)
    field3 = TextField(null=True)
    field4 = TextField(null=True)
    field5 = TextField(null=True)
    field6 = TextField(null=True)
    field7 = TextField(null=True)
    field8 = TextField(null=True)
    write_key = TextField()  # unique, whatever its case
    created_at = BigIntegerField()
    updated_at = BigIntegerField()
    counter: "Counter"
    read_keys: Sequence["ReadKey"]
    taggings: Sequence["Tagging"]

    class Meta:
        table_name = "channels"

    def set_label(self, field: str, label: str, now: int):
        """Label a field of this object; storing that is up to the caller."""
        setattr(self, field, label)
        self.updated_at = now
        for remembered in ("fields", "unlabelled"):
            self.__dict__.pop(remembered, None)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The labelled fields by name. Reads show only these.

        A label is None until the field gets one, and empty where the owner hides the field.
        """
        return {
            name: Field(number, label)
            for number, name in zip(FIELD_NUMBERS, FIELD_NAMES, strict=True)
            if (label := getattr(self, name)) and not label.isspace()
        }

    @property
    def labels(self) -> dict[str, str]:
        """The labels as answers print them: `{"field1": "Temperature (°C)"}`."""
        return {name: field.label for name, field in self.fields.items()}

    @cached_property
    def unlabelled(self) -> frozenset[str]:
        """The fields that have never had a label, and get one when they are written to."""
        return frozenset(name for name in FIELD_NAMES if getattr(self, name) is None)


class Counter(Stored):
    """What every write to a channel changes, one row per channel: its lock, its counter and its
    pointers.
    """

    channel = ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    channel_id: int
    last_entry_id = IntegerField(null=True)
    last_write_at = BigIntegerField(null=True)  # by the server's clock
    newest_at = BigIntegerField(null=True)  # the latest created_at of all entries
    # The newest entry that has something in the field.
    field1 = IntegerField(null=True)
    field2 = IntegerField(null=True)
    field3 = IntegerField(null=True)
    field4 = IntegerField(null=True)
    field5 = IntegerField(null=True)
    field6 = IntegerField(null=True)
    field7 = IntegerField(null=True)
    field8 = IntegerField(null=True)

    class Meta:
        table_name = "counters"


class ReadKey(Stored):
    """A key that opens a private channel for reading; a channel has any number."""

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="read_keys", on_delete="CASCADE")
    channel_id: int
    api_key = TextField()  # unique, whatever its case
    note = TextField(null=True)
    created_at = BigIntegerField()

    class Meta:
        table_name = "read_keys"


class Tag(Stored):
    """A word that channels are found by."""

    id = AutoField()
    name = TextField()  # unique, whatever its case

    class Meta:
        table_name = "tags"


class Tagging(Stored):
    """A channel has a tag."""

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="taggings", on_delete="CASCADE")
    channel_id: int
    tag = ForeignKeyField(Tag, backref="taggings")
    tag_id: int

    class Meta:
        table_name = "taggings"


class TalkBack(Stored):
    """A queue of commands that a device takes one by one, with the TalkBack's own key."""

    id = AutoField()
    user = ForeignKeyField(User, backref="talkbacks", on_delete="CASCADE")
    user_id: int
    name = TextField()
    api_key = TextField()  # unique, whatever its case
    # Where the commands that are executed are noted, as statuses of entries.
    channel = ForeignKeyField(Channel, backref="talkbacks", null=True, on_delete="SET NULL")
    channel_id: int | None
    executed = IntegerField(default=0)  # how many commands were, so far
    created_at = BigIntegerField()

    class Meta:
        table_name = "talkbacks"


class Command(Stored):
    """What a device is to do, in the words of whoever queued it; executed or waiting."""

    id = AutoField()
    talkback = ForeignKeyField(TalkBack, backref="commands", on_delete="CASCADE")
    talkback_id: int
    command_string = TextField()
    # In the order of execution: those executed have 1 to `talkback.executed`, the others come
    # after it. So all positions in the queue move up by one when `executed` is counted up.
    place = IntegerField()
    executed_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    position: int | None = None  # in the queue, as it was when the command was read

    class Meta:
        table_name = "commands"


class Device(Stored):
    """A board known by its MAC, which is unique within its account. With a user key it writes to
    its channel.
    """

    id = AutoField()
    user = ForeignKeyField(User, backref="devices", on_delete="CASCADE")
    user_id: int
    channel = ForeignKeyField(Channel, backref="devices", on_delete="CASCADE")
    channel_id: int
    mac = TextField()  # as it was sent
    normal_mac = TextField()  # as MACs are compared
    name = TextField()
    command = TextField(null=True)  # what the owner wants it to do: it asks for that
    created_at = BigIntegerField()
    first_seen = BigIntegerField(null=True)
    last_seen = BigIntegerField(null=True)  # to the minute
    last_address = TextField(null=True)
    pins: Sequence["Pin"]

    class Meta:
        table_name = "devices"


class Pin(Stored):
    """An output of a device, on or off; `place` is that in the list of its owner."""

    device = ForeignKeyField(Device, backref="pins", on_delete="CASCADE")
    device_id: int
    number = IntegerField()
    place = IntegerField()
    is_on = BooleanField(default=False)

    class Meta:
        table_name = "pins"
        primary_key = CompositeKey("device", "number")


class Series(Stored):
    """A channel that was made as a series, and what was said of it then."""

    channel = ForeignKeyField(Channel, primary_key=True, backref="series", on_delete="CASCADE")
    channel_id: int
    description = TextField(null=True)
    device_description = TextField()
    device_id = TextField()

    class Meta:
        table_name = "series"


class Pulse(Stored):
    """The one row that /readyz writes to."""

    beaten_at = BigIntegerField()

    class Meta:
        table_name = "pulse"
        primary_key = False


class EntryColumns(Model):
    """What an entry has in every table that holds entries."""

    entry_id = IntegerField()
    created_at = BigIntegerField()
    # Null while entries arrive in the order of time. Of an entry that is older than one before it,
    # the created_at of that one: so the times of the others ascend with their entry ids, and need
    # no index.
    overtaken_by = BigIntegerField(null=True)
    field1 = TextField(null=True)
    field2 = TextField(null=True)
    field3 = TextField(null=True)
    field4 = TextField(null=True)
    field5 = TextField(null=True)
    field6 = TextField(null=True)
    field7 = TextField(null=True)
    field8 = TextField(null=True)
    latitude = TextField(null=True)
    longitude = TextField(null=True)
    elevation = TextField(null=True)
    status = TextField(null=True)


class Entry(Stored, EntryColumns):
    """One row written at once. `entry_id` counts per channel from 1, in the order of arrival."""

    channel = ForeignKeyField(
        Channel, backref="entries"
    )  # not checked by the database: it would cost every write
    channel_id: int

    class Meta:
        table_name = "entries"
        primary_key = CompositeKey("channel", "entry_id")


class Correction(Stored):
    """Entries that were removed, or one that was changed, by a person, afterwards."""

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="corrections", on_delete="CASCADE")
    channel_id: int
    user = ForeignKeyField(User, backref="corrections", null=True, on_delete="SET NULL")
    user_id: int | None
    is_removal = BooleanField()  # else a change
    entries = IntegerField()  # how many
    first_entry_id = IntegerField()  # the smallest and the largest of their numbers
    last_entry_id = IntegerField()
    made_at = BigIntegerField()
    undone_at = BigIntegerField(null=True)
    notes: tuple[str, ...] = ()  # what had to be changed in new values, told once

    class Meta:
        table_name = "corrections"


class CorrectedEntry(Stored, EntryColumns):
    """An entry as it was before a correction; gone from here when that is undone."""

    correction = ForeignKeyField(Correction, backref="kept", on_delete="CASCADE")
    correction_id: int

    class Meta:
        table_name = "corrected_entries"
        primary_key = CompositeKey("correction", "entry_id")


class Attempt(Stored):
    """A write that was refused, or stored otherwise than it was sent; alike ones of one second are
    one.
    """

    id = AutoField()
    # Null: no channel was meant, or none that is there.
    channel = ForeignKeyField(Channel, backref="attempts", null=True, on_delete="CASCADE")
    channel_id: int | None
    created_at = BigIntegerField()  # of the last one
    address = TextField()
    sent = TextField()  # by the first one; of keys the first four characters
    reason = TextField()
    count = IntegerField()

    class Meta:
        table_name = "attempts"


class Import(Stored):
    """A file that was imported into a channel, or is on the way: written along with its entries."""

    id = AutoField()
    channel = ForeignKeyField(Channel, on_delete="CASCADE")
    channel_id: int
    digest = TextField()  # of the file and of how it was read
    file = TextField()  # its name, for messages
    entries = IntegerField()  # how many it holds
    done = IntegerField()  # how many of them are stored
    # The entry that was stored last: if it is not there any more, the channel was emptied since.
    last_entry_id = IntegerField(null=True)
    last_created_at = BigIntegerField(null=True)
    began_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)  # null until all is stored

    class Meta:
        table_name = "imports"


class Pull(Stored):
    """Where a channel was pulled from."""

    channel = ForeignKeyField(Channel, primary_key=True, on_delete="CASCADE")
    channel_id: int
    url = TextField()
    number = IntegerField()  # of the channel there
    axis = TextField()  # what its windows are bounds of: "ids" or "times" (seconds since 1970)
    last_entry_id = IntegerField()  # up to which all were asked for
    fields = TextField()  # those that are shown there, with commas between them

    class Meta:
        table_name = "pulls"


class PulledWindow(Stored):
    """A part of the channel there that is completely here, written along with its entries."""

    channel = ForeignKeyField(Channel, on_delete="CASCADE")
    channel_id: int
    first = BigIntegerField()
    last = BigIntegerField()
    entries = IntegerField()
    lowest_id = IntegerField(null=True)
    highest_id = IntegerField(null=True)
    checksum = TextField()  # of the entries there

    class Meta:
        table_name = "pulled_windows"
        primary_key = CompositeKey("channel", "first")
