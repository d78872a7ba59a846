"""`/update` with `talkback_key`: the command is answered instead of the entry (contract, section
13.8).
"""

import pytest

from tests.databases import on_sqlite
from thingclone.apps import commands, talkback
from thingclone.database import database, execute
from thingclone.database.models import Entry
from thingclone.entries.update import Update
from thingclone.errors import AuthRequired
from thingclone.settings import Settings

KEY = "TALKBACKKEY00001"
NONE_XML = '<?xml version="1.0" encoding="UTF-8"?>\n<hash></hash>'
CONTENT_TYPES = {
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
}


@pytest.fixture
def queue(client, door_talkback):
    """A function that queues these commands."""

    def queue(*commands: str):
        for command in commands:
            client.post("/talkbacks/1/commands", {"api_key": KEY, "command_string": command})

    return queue


@pytest.fixture
def waiting(client, door_talkback):
    """A function that tells what is waiting."""

    def waiting() -> list[str]:
        listed = client.get("/talkbacks/1/commands.json", {"api_key": KEY}).json
        return [command["command_string"] for command in listed]

    return waiting


@pytest.fixture
def update(client, channel):
    """A function that writes to the channel, with the key of the TalkBack."""

    def update(suffix="", **params):
        keys = {"api_key": channel.write_key, "talkback_key": KEY}
        return client.get(f"/update{suffix}", keys | params)

    return update


def values() -> list[str | None]:
    return [entry.field1 for entry in Entry.select().order_by(Entry.entry_id)]


@pytest.mark.parametrize("suffix", ["", ".txt", ".html", ".csv", ".JSON"])
def test_the_command_stands_in_place_of_the_number(queue, waiting, update, suffix):
    queue("PUMPON", "PUMPOFF")
    answer = update(suffix, field1="21.5")
    assert (answer.status, answer.body) == ("200 OK", b"PUMPON")
    assert answer.headers["Content-Length"] == "6"
    content_type = CONTENT_TYPES.get(suffix, "text/plain; charset=utf-8")
    assert answer.headers["Content-Type"] == content_type
    assert (values(), waiting()) == (["21.5"], ["PUMPOFF"])


def test_the_command_in_json(queue, update, clock):
    clock.set("2024-10-04T11:51:55Z")
    queue("PUMPON")
    clock.set("2024-10-04T11:52:05Z")
    answer = update(".json", field1="21.5")
    assert answer.text == (
        '{"executed_at":"2024-10-04T11:52:05Z","position":null,"id":1,'
        '"command_string":"PUMPON","created_at":"2024-10-04T11:51:55Z"}'
    )
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_the_command_in_xml(queue, update):
    queue("PUMPON")
    answer = update(".xml", field1="21.5")
    assert answer.text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<command>
  <command-string>PUMPON</command-string>
  <position nil="true"></position>
  <executed-at type="dateTime">2024-05-01T12:00:00Z</executed-at>
  <id type="integer">1</id>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</command>
"""
    )
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"


@pytest.mark.parametrize("key", [KEY, "UNKNOWNKEY000000"])
def test_with_an_empty_queue_or_an_unknown_key_the_answer_is_empty(door_talkback, update, key):
    for suffix, body in {"": "", ".txt": "", ".csv": "", ".json": "{}", ".xml": NONE_XML}.items():
        answer = update(suffix, field1="21.5", talkback_key=key)
        assert (answer.status, answer.text) == ("200 OK", body)
        assert answer.headers["Content-Length"] == str(len(body))
    assert values() == ["21.5"] * 5


def test_an_empty_talkback_key_is_none(update):
    assert update(talkback_key="", field1="21.5").text == "1"


def test_a_refused_write_has_the_command_executed_all_the_same(client, channel, queue, waiting):
    queue("A", "B", "C", "D", "E")
    for suffix, key in [
        ("", "WRONG"),
        (".json", channel.read_key),
        (".xml", ""),
        (".txt", KEY),
    ]:
        params = {"api_key": key, "talkback_key": KEY, "field1": "21.5"}
        answer = client.get(f"/update{suffix}", params)
        assert (answer.status_int, answer.body) == (400, b"0")
        assert answer.headers["X-ThingClone-Reason"]
    assert (values(), waiting()) == ([], ["E"])
    read = {"api_key": KEY}
    assert client.get("/talkbacks/1/commands/last", read).text == "D"


def test_a_key_of_a_talkback_that_writes_is_told_what_it_is(client, channel, door_talkback):
    answer = client.get("/update", {"api_key": KEY, "field1": "21.5"})
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == (
        "this is the key of a TalkBack: a write needs the channel's write key"
    )


@pytest.mark.parametrize("settings", [Settings(write_interval=15)])
def test_the_write_interval_does_not_count(queue, update, client, channel):
    queue("A", "B")
    assert [update(field1="1").text, update(field1="2").text] == ["A", "B"]
    assert update(field1="3", talkback_key="UNKNOWNKEY000000").text == ""
    plain = {"api_key": channel.write_key, "field1": "4"}
    assert client.get("/update", plain).text == "0"
    assert values() == ["1", "2", "3"]


def test_a_post_may_have_both_keys_in_its_form(client, channel, queue):
    queue("A", "B")
    form = {"field1": "21.5", "api_key": channel.write_key, "talkback_key": KEY.lower()}
    assert client.post("/update", form).text == "A"
    body = {"field1": 21.5, "talkback_key": KEY}
    headers = {"X-THINGSPEAKAPIKEY": channel.write_key}
    assert client.post_json("/update", body, headers=headers).text == "B"
    assert values() == ["21.5", "21.5"]


def test_what_was_changed_in_the_values_is_told(queue, update):
    queue("A")
    reason = update(field1="x" * 256).headers["X-ThingClone-Reason"]
    assert reason == "field1 was truncated to 255 characters"


def test_a_command_is_noted_in_the_channel_that_was_written_to(
    client, channel, gardener, clock, queue, update, door_talkback
):
    talkback.change_talkback(door_talkback, "Door", channel.id)
    queue("OPENDOOR")
    assert update(field1="21.5").text == "OPENDOOR"
    read = {"api_key": channel.read_key, "status": "true"}
    feeds = client.get("/channels/1/feeds.json", read).json["feeds"]
    assert [(feed["entry_id"], feed["field1"], feed["status"]) for feed in feeds] == [
        (1, "21.5", None),
        (2, None, "OPENDOOR"),
    ]
    assert update(field1="21.6").text == ""
    assert client.get("/update", {"api_key": channel.write_key}).text == "4"


def test_a_door_without_http_asks_for_the_same(channel, queue, waiting, clock):
    queue("A", "B", "C")
    sent = {"api_key": channel.write_key, "talkback_key": KEY, "field1": "21.5"}
    recorded, command = commands.record(Update.from_params(sent, clock()), clock(), Settings())
    assert (recorded.entry_id, command.command_string) == (1, "A")
    refused = Update.from_params(sent | {"api_key": channel.read_key}, clock())
    with pytest.raises(AuthRequired, match="this is a read key"):
        commands.record(refused, clock(), Settings())
    del sent["talkback_key"]
    recorded, command = commands.record(Update.from_params(sent, clock()), clock(), Settings())
    assert (recorded.entry_id, command) == (2, None)
    assert (values(), waiting()) == (["21.5", "21.5"], ["C"])


# --- when the database fails ----------------------------------------------------------------------


@on_sqlite
def test_a_full_disk_gives_entry_and_command_back(queue, waiting, update):
    queue("A", "B")
    pages = database.execute_sql("PRAGMA page_count").fetchone()[0]
    database.execute_sql(f"PRAGMA max_page_count = {pages}")
    answers = [update(field1="x" * 255, status="x" * 255) for _ in range(50)]
    refused = [answer for answer in answers if answer.status_int == 503]
    assert len(refused) >= 40  # a page that was not full yet took the first ones
    assert {answer.text for answer in refused} == {"0"}
    database.execute_sql("PRAGMA max_page_count = 1000000")
    written = len(values())
    assert len(waiting()) == max(0, 2 - written)
    assert update(field1="after").text == ("AB" + " " * 50)[written].strip()
    assert values()[-1] == "after"


@pytest.mark.parametrize("broken", ["entries", "commands"])
def test_if_one_half_cannot_be_stored_neither_is(queue, waiting, update, broken):
    queue("A")
    execute(f"ALTER TABLE {broken} RENAME TO away")
    for suffix in ("", ".json", ".xml"):
        answer = update(suffix, field1="21.5")
        assert (answer.status_int, answer.text) == (503, "0")
    execute(f"ALTER TABLE away RENAME TO {broken}")
    assert (values(), waiting()) == ([], ["A"])
    assert update(field1="21.5").text == "A"


@on_sqlite
def test_a_command_is_not_executed_by_a_file_that_cannot_be_written(queue, client, waiting):
    queue("A")
    database.execute_sql("PRAGMA query_only = 1")
    answer = client.get("/talkbacks/1/commands/execute.json", {"api_key": KEY})
    database.execute_sql("PRAGMA query_only = 0")
    assert (answer.status_int, answer.json["error"]["error_code"]) == (503, "error_unavailable")
    assert waiting() == ["A"]
