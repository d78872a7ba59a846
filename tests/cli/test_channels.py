"""`thingclone channel`."""

import json
import re

import pytest

from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Channel


@pytest.fixture
def document(printed):
    """Runs a command with --json; the one document that it prints."""
    return lambda *arguments: json.loads(printed(*arguments, "--json"))


@pytest.fixture
def greenhouse(document):
    """A channel with all that `channel add` can give it."""
    return document(
        *("channel", "add", "Greenhouse", "--user", "gardener"),
        *("--field", "Temperature", "--field", "Humidity", "--description", "two sensors"),
        *("--latitude", "51.5", "--longitude", "-0.12", "--elevation", "35", "--public"),
        *("--id", "1417", "--write-key", "WRITEKEY00000001", "--read-key", "READKEY000000001"),
    )


@pytest.fixture(autouse=True)
def people(gardener):
    """The gardener, and a neighbour who came later."""
    users.add_user("neighbour", gardener.created_at)


def test_add_takes_all_options(greenhouse):
    assert greenhouse == {
        "id": 1417,
        "name": "Greenhouse",
        "write_key": "WRITEKEY00000001",
        "read_keys": ["READKEY000000001"],
        "public": True,
        "user": "gardener",
        "description": "two sensors",
        "latitude": "51.5",
        "longitude": "-0.12",
        "elevation": "35",
        "fields": {"field1": "Temperature", "field2": "Humidity"},
        "last_entry_id": None,
    }


def test_add_prints_the_number_and_the_keys(printed):
    text = printed("channel", "add", "Greenhouse", "--field", "Temperature")
    write_key, read_key = re.fullmatch(
        r"""Added channel 1\.
1  Greenhouse  \(private, 0 entries\)
  write key   ([0-9A-Z]{16})
  read key    ([0-9A-Z]{16})
  field1      Temperature
""",
        text,
    ).groups()
    added = channels.complete_channel(1)
    assert (added.write_key, added.read_keys[0].api_key) == (write_key, read_key)


def test_a_channel_with_the_number_and_keys_that_devices_know_works_for_them(greenhouse, client):
    answer = client.get("/update", {"api_key": "WRITEKEY00000001", "field1": "21.5"})
    assert answer.text == "1"
    path = "/channels/1417/fields/1/last.txt"
    assert client.get(path, {"api_key": "READKEY000000001"}).text == "21.5"


def test_the_next_channel_counts_on_from_a_number_that_was_kept(greenhouse, document):
    assert document("channel", "add", "Cellar")["id"] == 1418


def test_a_channel_belongs_to_the_first_account_unless_a_user_is_named(document):
    assert document("channel", "add", "Greenhouse")["user"] == "gardener"
    assert document("channel", "add", "Cellar", "--user", "Neighbour")["user"] == "neighbour"


def test_a_channel_is_private_unless_it_is_made_public(document):
    assert document("channel", "add", "Greenhouse")["public"] is False
    assert document("channel", "add", "Cellar", "--private")["public"] is False
    assert document("channel", "add", "Garden", "--public")["public"] is True


def test_a_channel_without_a_name_is_called_by_its_number(document):
    assert document("channel", "add", "")["name"] == "Channel 1"
    assert document("channel", "add", " ", "--id", "7")["name"] == "Channel 7"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--id", "1417"], "channel 1417 already exists"),
        (
            ["--write-key", "WRITEKEY00000001"],
            "the write key WRIT... is taken: it is the write key of channel 1417",
        ),
        (
            ["--write-key", "writekey00000001"],
            "the write key writ... is taken: it is the write key of channel 1417",
        ),
        (
            ["--write-key", "READKEY000000001"],
            "the write key READ... is taken: it is a read key of channel 1417",
        ),
        (
            ["--read-key", "READKEY000000001"],
            "the read key READ... is taken: it is a read key of channel 1417",
        ),
        (
            ["--read-key", "WRITEKEY00000001"],
            "the read key WRIT... is taken: it is the write key of channel 1417",
        ),
        (
            ["--write-key", "SAMEKEY000000001", "--read-key", "samekey000000001"],
            "the write key and the read key must differ",
        ),
        (
            ["--write-key", "two words"],
            "a write key must be 1 to 64 letters, digits, - and _",
        ),
        (["--read-key", ""], "a read key must be 1 to 64 letters, digits, - and _"),
        (["--read-key", "x" * 65], "a read key must be 1 to 64 letters, digits, - and _"),
        (["--id", "0"], "0 is not a valid channel ID: use 1 to 2147483647"),
        (["--id", "2147483648"], "2147483648 is not a valid channel ID: use 1 to 2147483647"),
        (["--user", "nobody"], "no account nobody"),
        (["--field", "x"] * 9, "a channel has 8 fields, not 9"),
    ],
)
def test_what_cannot_be_kept_is_refused(greenhouse, refused, options, sentence):
    assert refused("channel", "add", "Cellar", *options) == sentence
    assert [channel.id for channel in Channel.select()] == [1417]


def test_a_user_key_cannot_become_a_channel_key(gardener, refused):
    sentence = refused("channel", "add", "Cellar", "--write-key", gardener.api_key)
    assert sentence == (
        f"the write key {gardener.api_key[:4]}... is taken: it is the user key of gardener"
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--id", "seven"),
        ("--latitude", "north"),
        ("--latitude", "90.5"),
        ("--longitude", "-181"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_the_name_of_its_option(command, option, value):
    result = command("channel", "add", "Cellar", option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.stderr
    assert not Channel.select().exists()


def test_list_has_a_line_for_each_channel(greenhouse, printed, client):
    printed("channel", "add", "Cellar", "--id", "7")
    client.get("/update", {"api_key": "WRITEKEY00000001", "field1": "21.5"})
    assert printed("channel", "list") == (
        "     7  Cellar  (private, 0 entries)\n  1417  Greenhouse  (public, 1 entry)\n"
    )


def test_list_prints_one_json_document(greenhouse, document):
    cellar = document("channel", "add", "Cellar")
    assert document("channel", "list") == [greenhouse, cellar]


def test_an_empty_list_tells_how_to_add_a_channel(printed, document):
    assert printed("channel", "list") == (
        'No channels yet. Add one: thingclone channel add "My channel"\n'
    )
    assert document("channel", "list") == []


def test_show_prints_fields_and_keys(greenhouse, printed):
    assert (
        printed("channel", "show", "1417")
        == """1417  Greenhouse  (public, 0 entries)
  write key   WRITEKEY00000001
  read key    READKEY000000001
  field1      Temperature
  field2      Humidity
"""
    )


def test_show_prints_one_json_document(greenhouse, document, client):
    client.get("/update", {"api_key": "WRITEKEY00000001", "field3": "7"})
    fields = {"field1": "Temperature", "field2": "Humidity", "field3": "Field 3"}
    assert document("channel", "show", "1417") == greenhouse | {
        "fields": fields,
        "last_entry_id": 1,
    }


def test_a_channel_that_does_not_exist_is_refused(greenhouse, refused):
    assert refused("channel", "show", "1418") == "no channel 1418"
    assert refused("channel", "show", str(10**20), "--json") == f"no channel {10**20}"


def test_names_in_any_script_come_through(printed, document):
    assert document("channel", "add", "温室 ü <&>", "--field", "Größe")["name"] == "温室 ü <&>"
    assert "  温室 ü <&>  (private" in printed("channel", "list")


# --- set ------------------------------------------------------------------------------------------


def test_set_changes_what_is_given_and_nothing_else(greenhouse, document):
    changed = document(
        "channel", "set", "1417", "--description", "three sensors", "--field", "3", "CO2"
    )
    fields = greenhouse["fields"] | {"field3": "CO2"}
    assert changed == greenhouse | {"description": "three sensors", "fields": fields}
    assert document("channel", "show", "1417") == changed


def test_set_takes_all_options(greenhouse, document, printed, client):
    changed = document(
        *("channel", "set", "1417", "--name", "Cellar", "--description", "cold", "--private"),
        *("--latitude", "40", "--longitude", "-3.7", "--elevation", "-3"),
        *("--field", "1", "Depth", "--field", "2", "", "--user", "neighbour"),
        *("--url", "http://example.org", "--github-url", "https://github.com/example/cellar"),
        *("--metadata", "{}", "--tags", "wine, cold"),
    )
    assert changed == greenhouse | {
        "name": "Cellar",
        "description": "cold",
        "public": False,
        "latitude": "40.0",
        "longitude": "-3.7",
        "elevation": "-3",
        "fields": {"field1": "Depth"},
        "user": "neighbour",
    }
    shown = client.get("/channels.json", {"key": users.user("neighbour").api_key}).json[0]
    assert (shown["url"], shown["metadata"]) == ("http://example.org", "{}")
    assert shown["github_url"] == "https://github.com/example/cellar"
    assert [tag["name"] for tag in shown["tags"]] == ["wine", "cold"]
    assert printed("channel", "set", "1417", "--public") == (
        """Changed channel 1417.
1417  Cellar  (public, 0 entries)
  write key   WRITEKEY00000001
  read key    READKEY000000001
  field1      Depth
  tags        wine, cold
"""
    )


def test_set_says_what_was_cut_off(greenhouse, command):
    result = command("channel", "set", "1417", "--name", "x" * 256, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["name"] == "x" * 255
    assert result.stderr == "name was truncated to 255 characters\n"


def test_set_wants_to_know_what(greenhouse, command):
    result = command("channel", "set", "1417")
    assert result.exit_code == 2
    assert "nothing to change: give a setting, for example --name Greenhouse" in result.stderr
    result = command("channel", "set", "1417", "--field", "9", "Ninth")
    assert (result.exit_code, "9 is not in the range 1<=x<=8" in result.stderr) == (2, True)


def test_set_refuses_who_and_what_is_not_there(greenhouse, refused):
    assert refused("channel", "set", "7", "--name", "x") == "no channel 7"
    assert refused("channel", "set", "1417", "--user", "nobody") == "no account nobody"


# --- clear and remove -----------------------------------------------------------------------------


@pytest.fixture
def three_entries(greenhouse, client):
    for value in (1, 2, 3):
        client.get("/update", {"api_key": "WRITEKEY00000001", "field1": value})


def test_clear_removes_all_entries(three_entries, document, client):
    assert document("channel", "clear", "1417", "--yes") == {"id": 1417, "removed": 3}
    assert document("channel", "show", "1417")["last_entry_id"] is None
    answer = client.get("/update", {"api_key": "WRITEKEY00000001", "field1": 1})
    assert answer.text == "1"


def test_remove_removes_the_channel(three_entries, document, refused, client):
    assert document("channel", "remove", "1417", "--yes") == {
        "id": 1417,
        "name": "Greenhouse",
        "removed": 3,
    }
    assert refused("channel", "show", "1417") == "no channel 1417"
    assert client.get("/update", {"api_key": "WRITEKEY00000001", "field1": 1}).text == "0"


@pytest.mark.parametrize(
    ("verb", "question", "done"),
    [
        (
            "clear",
            'Remove all entries of channel 1417, "Greenhouse" (3 entries)? [y/N]: ',
            "Removed 3 entries from channel 1417.\n",
        ),
        (
            "remove",
            'Remove channel 1417, "Greenhouse" (3 entries) with its keys and all entries? [y/N]: ',
            "Removed channel 1417 with 3 entries.\n",
        ),
    ],
)
def test_what_cannot_be_undone_is_asked_for(three_entries, command, document, verb, question, done):
    before = document("channel", "show", "1417")
    for stdin in ("n\n", "\n", ""):
        result = command("channel", verb, "1417", stdin=stdin)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(question)
        assert result.stderr.endswith("\nError: nothing was changed: answer y, or use --yes\n")
    assert document("channel", "show", "1417") == before
    result = command("channel", verb, "1417", stdin="y\n")
    assert (result.exit_code, result.stdout) == (0, done)


@pytest.mark.parametrize("verb", ["clear", "remove"])
def test_a_channel_that_is_not_there_is_not_asked_about(refused, verb):
    assert refused("channel", verb, "7") == "no channel 7"


EVIL = "Evil\x1b]0;title\x07 \x9b2J \u202ertl\u2067"


def test_a_name_cannot_command_the_terminal(printed, refused, command):
    printed("channel", "add", EVIL, "--field", EVIL)
    shown = "Evil\ufffd]0;title\ufffd \ufffd2J \ufffdrtl\ufffd"
    assert printed("channel", "list") == f"     1  {shown}  (private, 0 entries)\n"
    assert printed("channel", "show", "1").endswith(f"  field1      {shown}\n")
    asked = command("channel", "remove", "1")
    assert shown in asked.stderr
    assert "\x1b" not in asked.stderr
    assert shown in refused("user", "key", EVIL)
    assert Channel.get().name == EVIL
