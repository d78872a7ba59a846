"""The Node client `thingspeakclient` 0.4.0 from npm: each of its calls against a real server."""

import json
from pathlib import Path

import pytest

from tests.tools import missing, need, run

HERE = Path(__file__).parent
AT_ONCE = {"useTimeoutMode": False}
CHANNEL = {
    "id": 1,
    "name": "Greenhouse",
    "latitude": "0.0",
    "longitude": "0.0",
    "field1": "Temperature",
    "field2": "Humidity",
    "created_at": "2024-05-01T12:00:00Z",
    "updated_at": "2024-05-01T12:00:00Z",
    "last_entry_id": 2,
}
FIRST = {"created_at": "2024-05-01T10:00:00Z", "entry_id": 1, "field1": "21.5", "field2": "40"}
SECOND = {"created_at": "2024-05-01T10:01:00Z", "entry_id": 2, "field1": "22.5", "field2": None}


@pytest.fixture
def call(server):
    """Makes calls of one Node client, returns what they called back; none may end in an error."""
    node = need("node")
    if not (HERE / "node_modules" / "thingspeakclient").is_dir():
        missing("the npm client thingspeakclient is not installed: tests/install-tools does it")

    def call(*calls: list, **options) -> list:
        options = AT_ONCE | options | {"server": server.url}
        printed = run(
            node, str(HERE / "call_node_client.js"), json.dumps(options), json.dumps(calls)
        )
        results = json.loads(printed)
        assert [result["error"] for result in results] == [None] * len(calls)
        return [result.get("answer") for result in results]

    return call


def attach(channel, **keys) -> list:
    keys = keys or {"writeKey": channel.write_key, "readKey": channel.read_key}
    return ["attachChannel", channel.id, keys]


@pytest.fixture
def two_entries(channel, server):
    for minute, values in enumerate(("field1=21.5&field2=40&status=pump+on", "field1=22.5")):
        created_at = f"2024-05-01T10:0{minute}:00Z"
        server.get(f"/update?api_key={channel.write_key}&created_at={created_at}&{values}")


def test_update_channel_answers_the_entry_id(channel, call, server):
    answers = call(
        attach(channel),
        ["updateChannel", 1, {"field1": 21.5, "field2": "a b+c%d&e ü"}],
        ["updateChannel", 1, {"field1": 22.5, "status": "pump on"}],
    )
    assert answers == [None, "1", "2"]
    key = f"api_key={channel.read_key}"
    assert server.get(f"/channels/1/fields/1/last.txt?{key}") == (200, "22.5")
    assert server.get(f"/channels/1/fields/2/last.txt?{key}") == (200, "a b+c%d&e ü")
    assert server.get(f"/channels/1/status/last.txt?{key}") == (200, "pump on")


def test_updates_wait_in_the_queue_of_the_timeout_mode(channel, call, server):
    answers = call(
        attach(channel),
        ["updateChannel", 1, {"field1": 1}],
        ["updateChannel", 1, {"field1": 2}],
        useTimeoutMode=True,
        updateTimeout=20,
    )
    assert answers == [None, "1", "2"]
    read_key = channel.read_key
    assert server.get(f"/channels/1/fields/1/last.txt?api_key={read_key}") == (200, "2")


def test_a_wrong_write_key_is_answered_with_0(channel, call):
    wrong = attach(channel, writeKey="WRONGKEY00000001")
    assert call(wrong, ["updateChannel", 1, {"field1": 1}]) == [None, "0"]


def test_get_channel_feeds(channel, two_entries, call):
    answers = call(
        attach(channel),
        ["getChannelFeeds", 1],
        ["getChannelFeeds", 1, {"results": 1, "status": "true"}],
    )
    assert answers[1] == {"channel": CHANNEL, "feeds": [FIRST, SECOND]}
    assert answers[2] == {"channel": CHANNEL, "feeds": [SECOND | {"status": None}]}


def test_get_last_entry_in_channel_feed(channel, two_entries, call):
    answers = call(
        attach(channel),
        ["getLastEntryInChannelFeed", 1],
        ["getLastEntryInChannelFeed", 1, {"timezone": "America/New_York"}],
    )
    assert answers[1] == SECOND
    assert answers[2] == SECOND | {"created_at": "2024-05-01T06:01:00-04:00"}


def test_get_field_feed(channel, two_entries, call):
    rows = [
        {"created_at": "2024-05-01T10:00:00Z", "entry_id": 1, "field2": "40"},
        {"created_at": "2024-05-01T10:01:00Z", "entry_id": 2, "field2": None},
    ]
    answers = call(attach(channel), ["getFieldFeed", 1, 2], ["getFieldFeed", 1, 2, {"results": 1}])
    assert answers[1] == {"channel": CHANNEL, "feeds": rows}
    assert answers[2] == {"channel": CHANNEL, "feeds": rows[1:]}


def test_get_last_entry_in_field_feed(channel, two_entries, call):
    answers = call(
        attach(channel),
        ["getLastEntryInFieldFeed", 1, 2],
        ["getLastEntryInFieldFeed", 1, 1, {"round": 0}],
    )
    assert answers[1] == {"created_at": "2024-05-01T10:00:00Z", "entry_id": 1, "field2": "40"}
    assert answers[2] == {"created_at": "2024-05-01T10:01:00Z", "entry_id": 2, "field1": "22"}


def test_get_status_updates(channel, two_entries, call):
    statuses = {
        "channel": {"name": "Greenhouse", "latitude": "0.0", "longitude": "0.0"},
        "feeds": [
            {"created_at": "2024-05-01T10:00:00Z", "entry_id": 1, "status": "pump on"},
            {"created_at": "2024-05-01T10:01:00Z", "entry_id": 2, "status": None},
        ],
    }
    answers = call(
        attach(channel),
        ["getStatusUpdates", 1],
        ["getStatusUpdates", 1, {"start": "2024-05-01T10:00:00Z"}],
    )
    assert answers[1] == statuses | {"feeds": []}  # without parameters, those of the last day
    assert answers[2] == statuses


def test_a_private_channel_is_minus_one_without_key(channel, two_entries, call):
    answers = call(
        ["getChannelFeeds", 1],
        ["getLastEntryInChannelFeed", 1],
        ["getFieldFeed", 1, 1],
        ["getLastEntryInFieldFeed", 1, 1],
        ["getStatusUpdates", 1],
    )
    assert answers == [-1, -1, -1, -1, -1]


@pytest.fixture
def active_public_channel(public_channel, server):
    """A public channel that was written to twice, so that the public list shows it."""
    for value in (1, 2):
        server.get(f"/update?api_key={public_channel.write_key}&field1={value}")
    return {
        "id": 1,
        "name": "Weather station",
        "description": None,
        "latitude": "0.0",
        "longitude": "0.0",
        "created_at": "2024-05-01T12:00:00Z",
        "elevation": None,
        "last_entry_id": 2,
        "public_flag": True,
        "url": None,
        "ranking": 30,
        "metadata": None,
        "license_id": 0,
        "github_url": None,
        "username": "gardener",
        "tags": [],
    }


def test_list_public_channels(active_public_channel, call):
    answers = call(["listPublicChannels"], ["listPublicChannels", {"page": 2}])
    pagination = {"current_page": 1, "per_page": 15, "total_entries": 1}
    assert answers[0] == {"pagination": pagination, "channels": [active_public_channel]}
    assert answers[1] == {"pagination": pagination | {"current_page": 2}, "channels": []}


def test_list_user_info(gardener, call):
    known = {"id": gardener.id, "login": "gardener", "created_at": "2024-05-01T12:00:00Z"}
    answers = call(
        ["listUserInfo", "gardener"], ["listUserInfo", "gardener", {"key": gardener.api_key}]
    )
    assert answers == [known, known | {"email": None}]


def test_list_user_channels(active_public_channel, add_channel, gardener, call):
    add_channel("Cellar")
    answers = call(
        ["listUserChannels", "gardener"],
        ["listUserChannels", "gardener", {"key": gardener.api_key}],
    )
    assert answers[0] == {"channels": [active_public_channel]}
    assert [shown["name"] for shown in answers[1]["channels"]] == ["Weather station", "Cellar"]
