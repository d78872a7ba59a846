"""The gardener's user key, as one can read it in a test."""

import pytest

from thingclone.models import User

KEY = "USERKEY000000000"


@pytest.fixture(autouse=True)
def user_key(gardener):
    User.update(api_key=KEY).execute()
    return KEY
