"""`thingclone key`."""

import json
import re

import pytest

from thingclone.database.models import Channel, ReadKey


@pytest.fixture(autouse=True)
def greenhouse(channel):
    return channel


def test_list_has_a_line_for_each_key(printed):
    ReadKey.update(note="kitchen display").execute()
    assert printed("key", "list", "1") == (
        "write  WRITEKEY00000001\nread   READKEY000000001  kitchen display\n"
    )
    assert json.loads(printed("key", "list", "1", "--json")) == [
        {"api_key": "WRITEKEY00000001", "write_flag": True, "note": None},
        {"api_key": "READKEY000000001", "write_flag": False, "note": "kitchen display"},
    ]


def test_new_makes_a_read_key(printed, client, write, channel):
    write(channel, field1="21.5")
    text = printed("key", "new", "1")
    (new,) = re.fullmatch(r"New read key for channel 1: ([0-9A-Z]{16})\n", text).groups()
    assert client.get("/channels/1/fields/1/last", {"api_key": new}).text == "21.5"
    document = json.loads(printed("key", "new", "1", "--note", "kitchen", "--json"))
    key = ReadKey.get(ReadKey.note == "kitchen").api_key
    assert document == {"api_key": key, "write_flag": False, "note": "kitchen"}
    assert ReadKey.select().count() == 3


def test_new_takes_a_key_that_devices_have(printed, command, client):
    printed("key", "new", "1", "--key", "P4YB81HCE7D9UGSR")
    assert client.get("/channels/1/feeds.json?api_key=P4YB81HCE7D9UGSR").status_int == 200
    document = printed("key", "new", "1", "--write", "--key", "AQ3VKXN5TJ20ZLWM", "--yes", "--json")
    assert json.loads(document) == {
        "api_key": "AQ3VKXN5TJ20ZLWM",
        "write_flag": True,
        "note": None,
    }
    assert client.get("/update?api_key=AQ3VKXN5TJ20ZLWM&field1=1").text == "1"
    assert client.get("/update?api_key=WRITEKEY00000001&field1=1").text == "0"


def test_new_asks_before_it_replaces_the_write_key(command):
    for stdin in ("n\n", ""):
        result = command("key", "new", "1", "--write", stdin=stdin)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(
            'Replace the write key of channel 1, "Greenhouse"?'
            " The old one stops working at once. [y/N]: "
        )
    assert Channel.get().write_key == "WRITEKEY00000001"
    result = command("key", "new", "1", "--write", stdin="y\n")
    assert result.stdout == f"New write key for channel 1: {Channel.get().write_key}\n"
    assert Channel.get().write_key != "WRITEKEY00000001"


def test_a_write_key_has_no_note(command):
    result = command("key", "new", "1", "--write", "--note", "x", "--yes")
    assert result.exit_code == 2
    assert "--note is for read keys: a channel has only one write key" in result.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--key", "two words"], "a read key must be 1 to 64 letters, digits, - and _"),
        (
            ["--key", "WRITEKEY00000001"],
            "the read key WRIT... is taken: it is the write key of channel 1",
        ),
        (
            ["--write", "--yes", "--key", "readkey000000001"],
            "the write key read... is taken: it is a read key of channel 1",
        ),
    ],
)
def test_a_key_that_cannot_be_taken_is_refused(refused, options, sentence):
    assert refused("key", "new", "1", *options) == sentence


def test_revoke_has_a_read_key_open_nothing_any_more(printed, client):
    text = printed("key", "revoke", "1", "readkey000000001", "--yes")
    assert text == "Revoked the read key READ... of channel 1.\n"
    assert client.get("/channels/1/feeds.json?api_key=READKEY000000001").text == "-1"


def test_revoke_asks_first_and_prints_one_json_document(command):
    result = command("key", "revoke", "1", "READKEY000000001", stdin="")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        'Revoke the read key READ... of channel 1, "Greenhouse"? [y/N]: '
    )
    assert ReadKey.select().exists()
    result = command("key", "revoke", "1", "READKEY000000001", "--json", stdin="y\n")
    assert json.loads(result.stdout) == {
        "api_key": "READKEY000000001",
        "write_flag": False,
        "note": None,
    }
    assert not ReadKey.select().exists()


def test_what_is_not_there_is_refused(refused):
    assert refused("key", "list", "7") == "no channel 7"
    assert refused("key", "new", "7") == "no channel 7"
    assert refused("key", "revoke", "7", "READKEY000000001") == "no channel 7"
    assert refused("key", "revoke", "1", "ELSEKEY000000001") == "channel 1 has no read key ELSE..."
    assert refused("key", "revoke", "1", "WRITEKEY00000001", "--yes") == (
        "this is the write key: it can be replaced, but not revoked"
    )
