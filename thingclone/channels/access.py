"""Which channel a key and a MAC may write to or read from. Nothing else decides that (contract,
sections 2.2 and 2.3).

A write key writes to its channel, whatever the MAC. A user key needs a MAC: it writes to and reads
from the channels of its account's devices, in their place.
"""

from types import SimpleNamespace
from typing import cast

from thingclone.channels import keys, macs
from thingclone.database import database, execute
from thingclone.database.models import Channel, Counter, Device, User
from thingclone.database.transactions import Memory
from thingclone.errors import AuthRequired, NoSuchThing, ReadDenied
from thingclone.formats.numbers import id_from

_CHANNEL_NAMES = tuple(field.name for field in Channel._meta.sorted_fields)
_COUNTER_NAMES = tuple(field.name for field in Counter._meta.sorted_fields)
_SELECT = (
    "SELECT {} FROM channels JOIN counters ON counters.channel_id = channels.id WHERE ".format(
        ", ".join(
            [f"channels.{field.column_name}" for field in Channel._meta.sorted_fields]
            + [f"counters.{field.column_name}" for field in Counter._meta.sorted_fields]
        )
    )
)
_DEVICE_NAMES = tuple(field.column_name for field in Device._meta.sorted_fields)
_SELECT_DEVICE = f"SELECT {', '.join(_DEVICE_NAMES)} FROM devices WHERE "

# Channels by number and by write key, the keys that may read them, holders of keys, devices.
_memory = Memory()


def _keep(channel: Channel | None) -> Channel | None:
    """Remember one object for both its number and its key: its counter moves with every write."""
    if channel is None:
        return None
    facts = _memory.facts()
    channel = facts.setdefault(channel.id, channel)
    return facts.setdefault(keys.normal(channel.write_key), channel)


def channel(channel_id: int | str) -> Channel:
    """The channel of this number, with its `counter`."""
    number = id_from(channel_id)
    found = _memory.facts().get(number)
    if found is None and number:
        found = _keep(_find("channels.id = ?", number))
    if found is None:
        raise NoSuchThing(f"no channel {str(channel_id)[:50]}")
    return found


def channel_to_read(
    channel_id: int | str | None, key: object, user: User | None = None, mac: object = None
) -> Channel:
    """The channel, if the caller may read it. Without a number it is the channel of the device.

    A public channel is open to all. A private one is open to its write key, to its read keys, to
    its owner, who has signed in as `user`, and to its owner's user key together with the MAC of a
    device whose channel it is. ReadDenied otherwise.
    """
    if channel_id is None:
        channel_id = _device_of_caller(key, user, mac).channel_id
    found = channel(channel_id)
    if found.public or key_may_read(found, key) or owns(user, found):
        return found
    if _is_channel_of_device(found, key, mac):
        return found
    if key is None:
        raise ReadDenied(f"channel {found.id} is private: send one of its read keys as api_key=...")
    raise ReadDenied(f"channel {found.id} is private: the key that was sent does not open it")


def key_may_read(channel: Channel, key: object) -> bool:
    normal = keys.normal(key)
    if not normal:
        return False
    if normal == keys.normal(channel.write_key):
        return True
    facts = _memory.facts()
    if (channel.id, normal) not in facts:
        wanted = "SELECT 1 FROM read_keys WHERE channel_id = ? AND upper(api_key) = ?"
        if execute(wanted, (channel.id, normal)).fetchone() is None:
            return False
        facts[channel.id, normal] = True
    return True


def owns(user: User | None, channel: Channel) -> bool:
    return user is not None and user.id == channel.user_id


def settings_to_show(
    channel_id: int | str, key: object, user: User | None = None
) -> tuple[Channel, bool]:
    """Returns (channel, whether its owner asks). The owner sends the user key, or has signed in as
    `user`. ReadDenied for anyone else if the channel is private.
    """
    found = channel(channel_id)
    is_owner = account(key) == found.user_id or owns(user, found)
    if not is_owner and not found.public:
        raise ReadDenied(
            f"channel {found.id} is private: only the user key of its owner can read its settings"
        )
    return found, is_owner


def channel_to_write(key: object, mac: object = None) -> Channel:
    """The channel of this write key, or of the device that has this MAC in the account of this user
    key. Its counter is locked for the open transaction.
    """
    found = channel_of_write_key(key)
    if found is None and mac is not None:
        found = _channel_of_device(key, mac)
    if found is None:
        raise AuthRequired(_why_not_to_write(key))
    return found


def channel_to_change(channel_id: int) -> Channel:
    """The channel of this number, for changes that need no write key. Its counter is locked for the
    open transaction.
    """
    found = _memory.facts().get(channel_id)
    if found is None:
        found = _keep(_find("channels.id = ?", channel_id, lock=True))
    if found is None:
        raise NoSuchThing(f"no channel {channel_id}")
    return found


def channel_of_write_key(key: object) -> Channel | None:
    normal, facts = keys.normal(key), _memory.facts()
    found = facts.get(normal)
    if found is None and normal and ("holder", normal) not in facts:  # no key has two holders
        found = _keep(_find("upper(channels.write_key) = ?", normal, lock=True))
    return found


def _channel_of_device(key: object, mac: object) -> Channel | None:
    account_id = account(key)
    if account_id is None:
        return None
    found = device(account_id, mac)
    if found is None:
        raise AuthRequired(f"this account has no device {mac}")
    return channel_of_device(found)


def channel_of_device(device: Device) -> Channel:
    """The channel that a device writes to, with its counter locked for the open transaction.
    AuthRequired if the channel was given to another account.
    """
    found = channel_to_change(device.channel_id)
    if found.user_id != device.user_id:
        raise AuthRequired(f"the channel of device {device.mac} belongs to another account now")
    return found


_WHY_NOT_TO_WRITE = {
    keys.READ: "this is a read key: a write needs the channel's write key",
    keys.USER: "this is a user key: a write needs the channel's write key, or the mac of a device",
    keys.TALKBACK: "this is the key of a TalkBack: a write needs the channel's write key",
}


def _why_not_to_write(key: object) -> str:
    """The most frequent mistake is to take the wrong one of the keys on the page."""
    if not keys.normal(key):
        return (
            "a write needs the channel's write key: send api_key=... or the header"
            " X-THINGSPEAKAPIKEY"
        )
    holder = keys.find(key)
    return _WHY_NOT_TO_WRITE.get(holder.kind if holder else "", "no channel has this write key")


# --- accounts and devices -------------------------------------------------------------------------


def account(key: object) -> int | None:
    """The id of the account that has this user key."""
    holder = _holder(key)
    return holder.user_id if holder and holder.kind == keys.USER else None


def account_of_any_key(key: object) -> int | None:
    """The id of the account that has this user key, or owns the channel that has this key."""
    found = _memory.facts().get(keys.normal(key)) or _holder(key)
    return found.user_id if found else None


def _holder(key: object) -> keys.Holder | None:
    """As keys.find(). Remembers all but write keys, with which the channel is remembered."""
    place, facts = ("holder", keys.normal(key)), _memory.facts()
    found = facts.get(place) or keys.find(key)
    if found and found.kind != keys.WRITE:
        facts[place] = found
    return found


def device(account_id: int, mac: object) -> Device | None:
    """The device of this account that goes by this MAC."""
    wanted = account_id, macs.normal(mac)
    facts = _memory.facts()
    found = facts.get(("device", *wanted))
    if found is None:
        row = execute(_SELECT_DEVICE + "user_id = ? AND normal_mac = ?", wanted).fetchone()
        if row is None:
            return None
        found = Device(**dict(zip(_DEVICE_NAMES, row, strict=True)))
        facts["device", *wanted] = found
    return found


def device_open_to(key: object, mac: object, to_write: bool = False) -> Device:
    """The device of this MAC, if the key may read from it, or write to it."""
    account_id = owner_of_key(key)
    found = device(account_id, mac)
    if found is None or not _opens(key, found):
        raise NoSuchThing(f"this key has no access to device {str(mac)[: macs.LONGEST]}")
    if to_write and not _opens(key, found, to_write):
        raise AuthRequired(_why_not_to_write(key))
    return found


def devices_open_to(key: object, to_write: bool = False) -> list[Device]:
    """All devices that the key may read from, or write to."""
    account_id = owner_of_key(key)
    rows = execute(_SELECT_DEVICE + "user_id = ? ORDER BY id", (account_id,)).fetchall()
    devices = [Device(**dict(zip(_DEVICE_NAMES, row, strict=True))) for row in rows]
    readable = [one for one in devices if _opens(key, one)]
    found = [one for one in readable if _opens(key, one, to_write)]
    if readable and not found:
        raise AuthRequired(_why_not_to_write(key))
    return found


def owner_of_key(key: object) -> int:
    """As account_of_any_key(). AuthRequired if there is no such account."""
    found = account_of_any_key(key)
    if found is None:
        raise AuthRequired("no account or channel has this key")
    return found


def _opens(key: object, device: Device, to_write: bool = False) -> bool:
    """Whether the key may use the device. A user key opens all devices of its account, a key of a
    channel those of that channel. No key opens a device whose channel was given to another account.
    """
    its_channel = channel(device.channel_id)
    if its_channel.user_id != device.user_id:
        return False
    if account(key) == device.user_id:
        return True
    if to_write:
        return keys.normal(key) == keys.normal(its_channel.write_key)
    return key_may_read(its_channel, key)


def _device_of_caller(key: object, user: User | None, mac: object) -> Device:
    if mac is None:
        raise NoSuchThing("no channel is named: put its ID in the URL, or send mac=... of a device")
    account_id = user.id if user else account_of_any_key(key)
    if account_id is None:
        raise ReadDenied(
            "a device is found by its mac and a key: send the user key of its account,"
            " or a key of its channel"
        )
    found = device(account_id, mac)
    if found is None:
        raise NoSuchThing(f"this account has no device {str(mac)[: macs.LONGEST]}")
    return found


def _is_channel_of_device(channel: Channel, key: object, mac: object) -> bool:
    if mac is None or account(key) != channel.user_id:
        return False
    found = device(channel.user_id, mac)
    return found is not None and found.channel_id == channel.id


# --- looking up -----------------------------------------------------------------------------------


def _find(condition: str, value: object, lock: bool = False) -> Channel | None:
    locking = database.locking("counters") if lock else ""
    row = execute(_SELECT + condition + locking, (value,)).fetchone()
    if row is None:
        return None
    found = Channel(**dict(zip(_CHANNEL_NAMES, row, strict=False)))
    counted = dict(zip(_COUNTER_NAMES, row[len(_CHANNEL_NAMES) :], strict=True))
    found.counter = cast(Counter, SimpleNamespace(**counted))  # made in less time than a Counter
    return found
