"""The gardener's user key, as one can read it in a test, and what devices have written."""

import pytest

from thingclone.channels import channels
from thingclone.database.models import Device, User

KEY = "USERKEY000000000"


@pytest.fixture(autouse=True)
def user_key(gardener):
    User.update(api_key=KEY).execute()
    return KEY


def own_value(client, mac: str, number: int = 1) -> str:
    """The last value of the device's channel, by ThingSpeak's URL."""
    channel_id = Device.get(Device.mac == mac).channel_id
    read_key = channels.complete_channel(channel_id).read_keys[0].api_key
    url = f"/channels/{channel_id}/fields/{number}/last.txt"
    return client.get(url, {"api_key": read_key}).text
