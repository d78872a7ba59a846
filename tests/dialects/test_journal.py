"""The journal tells of writes in dialects, too: to the owner of the channel that they were meant
for.
"""

import base64
import json

import pytest

from tests.dialects.conftest import KEY
from thingclone.channels import devices

EIGHT = {f"name{number}": str(number) for number in range(8)}
BASIC = {"Authorization": f"Basic {base64.b64encode(b'gardener:' + KEY.encode()).decode()}"}
JSON = {"Content-Type": "application/json"}
FULL = "channel 1 has no field left for light: a channel has 8 fields"


@pytest.fixture(autouse=True)
def desk(client, gardener, clock):
    """A device whose channel has all its fields labelled."""
    devices.add_device(gardener, "desk", clock.moment, pins=(18,))
    assert client.post("/SQL_API", {"location": "desk"} | EIGHT, headers=BASIC).status_int == 200


@pytest.fixture
def journal(client):
    """A function that reads the journal of the device's channel: (reason, sent)."""

    def journal() -> list[tuple[str, str]]:
        told = client.get("/channels/1/journal.json", {"api_key": KEY}).json
        return [(attempt["reason"], attempt["sent"]) for attempt in told]

    return journal


def test_a_refused_update_of_a_device(client, journal):
    client.get("/update", {"api_key": KEY, "mac": "DESK", "field1": "x" * 256})
    assert journal() == [
        (
            "field1 was truncated to 255 characters",
            f"GET /update?api_key=USER...&mac=DESK&field1={'x' * 200}",
        )
    ]


def test_a_refused_path(client, journal):
    client.get(f"/update/API_key={KEY}/mac=desk/field1={'x' * 256}")
    ((reason, sent),) = journal()
    assert reason == "field1 was truncated to 255 characters"
    assert sent.startswith("GET /update/API_key=USER.../mac=desk/field1=xxx")


def test_a_refused_text(client, journal):
    client.get(f"/rxdata/default/call/run/receive/desk/{'x' * 256}", headers=BASIC)
    ((reason, sent),) = journal()
    assert reason == "newdata has 256 characters: the limit is 255"
    assert sent.startswith("GET /rxdata/default/call/run/receive/desk/xxx")


def test_a_refused_weather_report(client, journal):
    client.post("/SQL_API", {"location": "desk", "light": "5"}, headers=BASIC)
    sent = "POST /SQL_API?location=desk&light=5&api_key=USER...&mac=desk"
    assert journal() == [(FULL, sent)]


def test_a_refused_switch(client, journal):
    client.post(f"/api/toggle/99?mac=desk&api_key={KEY}", headers=JSON)
    sent = "POST /api/toggle/99?mac=desk&api_key=USER..."
    assert journal() == [("this device has no pin 99", sent)]


def test_a_read_that_is_refused_is_no_attempt_to_write(client, journal):
    client.get(f"/api/list?mac=desk&api_key={KEY}")
    client.get("/series/99", {"api_key": KEY, "mac": "desk"})
    assert journal() == []


def test_a_point_that_is_refused_belongs_to_none(client, journal):
    body = json.dumps({"token": KEY, "series_id": 99, "fields": {"a": 1}})
    assert client.put("/point/new", body, headers=JSON).status_int == 404
    assert journal() == []
