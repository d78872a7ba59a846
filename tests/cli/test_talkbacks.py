"""`thingclone talkback`."""

import json
import re

import pytest

from thingclone.database.models import Command, TalkBack


@pytest.fixture
def document(printed):
    """Runs a command that must succeed; the JSON document that it prints."""

    def run(*arguments: str):
        return json.loads(printed(*arguments, "--json"))

    return run


@pytest.fixture
def door(document):
    """The TalkBack of these tests, as `add` prints it."""
    document("user", "add", "gardener")
    document("channel", "add", "Greenhouse", "--write-key", "WRITEKEY00000001")
    return document(
        *("talkback", "add", "Door", "--channel", "1", "--id", "24507"),
        *("--key", "TALKBACKKEY00001"),
    )


def test_add_prints_number_and_key(printed):
    text = printed("talkback", "add", "Door")
    key = TalkBack.get().api_key
    assert text == f"Added TalkBack 1. Key: {key}\n"
    assert re.fullmatch("[0-9A-Z]{16}", key)


def test_add_keeps_number_and_key(door):
    assert door == {
        "id": 24507,
        "name": "Door",
        "api_key": "TALKBACKKEY00001",
        "user": "gardener",
        "channel": 1,
        "commands_waiting": 0,
    }


def test_add_for_a_user(document, door):
    document("user", "add", "neighbour")
    assert document("talkback", "add", "Gate", "--user", "neighbour")["user"] == "neighbour"
    assert document("talkback", "add", "Gate", "--user", "neighbour")["id"] == 24509


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--id", "24507"], "TalkBack 24507 already exists"),
        (["--id", "0"], "0 is not a valid TalkBack ID: use 1 to 2147483647"),
        (["--key", "talkbackkey00001"],
         "the key talk... is taken: it is the key of TalkBack 24507"),
        (["--key", "WRITEKEY00000001"],
         "the key WRIT... is taken: it is the write key of channel 1"),
        (["--key", "two words"],
         "a TalkBack key must be 1 to 64 letters, digits, - and _"),
        (["--channel", "7"], "gardener has no channel 7"),
        (["--user", "nobody"], "no account nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(door, refused, options, sentence):
    assert refused("talkback", "add", "Gate", *options) == sentence
    assert TalkBack.select().count() == 1


def test_send_queues_a_command(printed, document, door, client):
    assert printed("talkback", "send", "24507", "OPEN") == "Queued command 1 at position 1.\n"
    assert printed("talkback", "send", "24507", "FIRST", "--position", "1") == (
        "Queued command 2 at position 1.\n"
    )
    sent = document("talkback", "send", "24507", "CLOSE")
    assert sent | {"created_at": ""} == {
        "executed_at": None,
        "position": 3,
        "id": 3,
        "command_string": "CLOSE",
        "created_at": "",
    }
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", sent["created_at"])
    execute = "/talkbacks/24507/commands/execute?api_key=TALKBACKKEY00001"
    assert [client.get(execute).text for _ in range(4)] == ["FIRST", "OPEN", "CLOSE", ""]


def test_send_says_what_it_cut_off(printed, door):
    assert printed("talkback", "send", "24507", "x" * 300) == (
        "Queued command 1 at position 1.\n"
        "command_string was truncated to 255 characters\n"
    )  # fmt: skip
    assert Command.get().command_string == "x" * 255


def test_show_tells_what_waits_and_what_was_executed(printed, document, door, client):
    for command in ("OPEN", "CLOSE", "BELL"):
        printed("talkback", "send", "24507", command)
    client.get("/talkbacks/24507/commands/execute?api_key=TALKBACKKEY00001")
    assert (
        printed("talkback", "show", "24507")
        == """24507  Door  (2 waiting)
  key         TALKBACKKEY00001
  log         channel 1
         1    CLOSE
         2    BELL
  executed    2024-05-01T12:00:00Z  OPEN
"""
    )
    shown = document("talkback", "show", "24507")
    assert shown["commands_waiting"] == 2
    assert [command["command_string"] for command in shown["waiting"]] == ["CLOSE", "BELL"]
    assert shown["executed"][0]["executed_at"] == "2024-05-01T12:00:00Z"
    assert shown["executed"][0]["position"] is None


def test_list(printed, document, door):
    printed("talkback", "add", "Gate")
    printed("talkback", "send", "24507", "OPEN")
    assert printed("talkback", "list") == " 24507  Door  (1 waiting)\n 24508  Gate  (0 waiting)\n"
    listed = document("talkback", "list")
    assert listed[0] == door | {"commands_waiting": 1}
    assert (listed[1]["name"], listed[1]["channel"]) == ("Gate", None)


def test_an_empty_list_tells_how_to_add_one(printed, document):
    text = "No TalkBacks yet. Add one: thingclone talkback add Door\n"
    assert printed("talkback", "list") == text
    assert document("talkback", "list") == []


def test_remove(printed, document, door, client):
    printed("talkback", "send", "24507", "OPEN")
    assert document("talkback", "remove", "24507", "--yes") == door | {"commands_waiting": 1}
    assert document("talkback", "list") == []
    answer = client.get("/talkbacks/24507/commands/execute?api_key=TALKBACKKEY00001")
    assert answer.status_int == 404
    document("talkback", "add", "Gate")
    assert printed("talkback", "remove", "24508", "--yes") == ('Removed TalkBack 24508, "Gate".\n')


def test_remove_asks_first(command, printed, door):
    question = 'Remove TalkBack 24507, "Door" with all its commands? [y/N]: '
    for answer in ("n\n", "\n", ""):
        result = command("talkback", "remove", "24507", stdin=answer)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(question)
        assert "Error: nothing was changed: answer y, or use --yes\n" in result.stderr
    result = command("talkback", "remove", "24507", stdin="y\n")
    assert (result.exit_code, result.stdout) == (0, 'Removed TalkBack 24507, "Door".\n')
    assert TalkBack.select().count() == 0


@pytest.mark.parametrize(
    "words", [("send", "7", "OPEN"), ("show", "7"), ("remove", "7"), ("show", str(10**20))]
)
def test_a_talkback_that_does_not_exist_is_refused(door, refused, words):
    assert refused("talkback", *words) == f"no TalkBack {words[1]}"
    assert refused("talkback", *words, "--json") == f"no TalkBack {words[1]}"


def test_a_position_that_is_none_is_refused(door, command):
    for position in ("0", "8001", "first"):
        result = command("talkback", "send", "24507", "OPEN", "--position", position)
        assert result.exit_code == 2
        assert "Invalid value for '--position'" in result.stderr
    assert Command.select().count() == 0
