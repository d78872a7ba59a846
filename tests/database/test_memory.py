"""A thread that remembers what it reads, like the server's loop, forgets it with every change."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import NOON
from thingclone.accounts import users
from thingclone.channels import access, channels, devices, keys
from thingclone.channels.update import ChannelUpdate
from thingclone.database import database
from thingclone.database.transactions import Turn, remember
from thingclone.entries import clearing, recording
from thingclone.entries.update import Update
from thingclone.errors import AuthRequired, NoSuchThing, ReadDenied

MAC = "5C:CF:7F:00:00:01"


@pytest.fixture
def loop(database_url):
    """A function that runs another in a thread that remembers, inside one turn."""

    def run(deed):
        def in_a_turn():
            turn = Turn()
            try:
                remember()
                assert turn.begin()
                return deed()
            finally:
                turn.commit()
                database.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(in_a_turn).result()

    return run


def record(settings, **params) -> int:
    return recording.record(Update.from_params(params, NOON), NOON, settings).entry_id


def test_a_write_key_that_was_renewed_writes_no_more(loop, channel, settings):
    def deed():
        assert record(settings, api_key=channel.write_key, field1="1") == 1
        new = keys.renew_write_key(channel)
        with pytest.raises(AuthRequired):
            record(settings, api_key=channel.write_key, field1="2")
        return record(settings, api_key=new, field1="3")

    assert loop(deed) == 2


def test_a_read_key_that_was_revoked_reads_no_more(loop, channel):
    def deed():
        access.channel_to_read(1, channel.read_key)
        keys.revoke(channel, channel.read_key)
        with pytest.raises(ReadDenied):
            access.channel_to_read(1, channel.read_key)

    loop(deed)


def test_a_channel_that_was_hidden_is_hidden(loop, public_channel):
    def deed():
        access.channel_to_read(1, None)
        channels.change_channel(public_channel, ChannelUpdate({"public": False}), NOON)
        with pytest.raises(ReadDenied):
            access.channel_to_read(1, None)

    loop(deed)


def test_a_channel_that_was_cleared_counts_from_one(loop, channel, settings):
    def deed():
        assert record(settings, api_key=channel.write_key, field1="1") == 1
        assert record(settings, api_key=channel.write_key, field1="2") == 2
        clearing.clear_channel(channel)
        return record(settings, api_key=channel.write_key, field1="3")

    assert loop(deed) == 1


def test_a_user_key_that_was_renewed_opens_no_device(loop, gardener, channel, settings):
    old = gardener.api_key

    def deed():
        devices.add_device(gardener, MAC, NOON, channel.id)
        assert record(settings, api_key=old, mac=MAC, field1="1") == 1
        new = users.renew_key(gardener)
        with pytest.raises(AuthRequired):
            record(settings, api_key=old, mac=MAC, field1="2")
        return record(settings, api_key=new, mac=MAC, field1="3")

    assert loop(deed) == 2


def test_a_device_that_was_removed_is_gone(loop, gardener, channel, settings):
    def deed():
        device = devices.add_device(gardener, MAC, NOON, channel.id)
        access.device_open_to(gardener.api_key, MAC)
        devices.remove_device(device)
        with pytest.raises(NoSuchThing):
            access.device_open_to(gardener.api_key, MAC)

    loop(deed)
