"""Commands through a real shell: what goes to which stream, exit statuses, pipes, variables."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.servers import PATIENCE
from thingclone.accounts import users
from thingclone.channels import channels


def test_a_script_takes_keys_from_json(shell):
    status, output, errors = shell(
        """
        member='import json, sys; print(json.load(sys.stdin)[sys.argv[1]])'
        user_key=$(thingclone user add gardener --json | $PYTHON -c "$member" api_key)
        thingclone channel add Greenhouse --user gardener --json > channel.json
        write_key=$($PYTHON -c "$member" write_key < channel.json)
        echo "${#user_key} ${#write_key}"
        """
    )
    assert (status, output, errors) == (0, "16 16\n", "")


def test_a_script_looks_after_devices(shell):
    status, output, errors = shell(
        """
        mac=6c:rf:7f:2b:0e:g8
        thingclone device add $mac --name Greenhouse > /dev/null
        thingclone device pins $mac 24 18 23 > /dev/null
        thingclone device command $mac "open the window" > /dev/null
        thingclone device set $mac --name "North wall" > /dev/null
        thingclone device list --json > devices.json
        print='import json, sys; print(*map(json.load(sys.stdin)[0].get, sys.argv[1:]))'
        $PYTHON -c "$print" name channel command pins < devices.json
        thingclone device remove $mac
        thingclone device remove $mac
        """
    )
    assert (status, output, errors) == (
        1,
        "North wall 1 open the window {'24': False, '18': False, '23': False}\n"
        "Removed device 6c:rf:7f:2b:0e:g8. Its channel 1 stays.\n",
        "Error: no device 6c:rf:7f:2b:0e:g8\n",
    )


def test_a_script_queues_commands_for_a_device(shell):
    status, output, errors = shell(
        """
        thingclone user add gardener > /dev/null
        thingclone talkback add Gate --user gardener --json > gate.json
        thingclone talkback send 1 OPEN
        thingclone talkback send 1 KNOCK --position 1 --json > /dev/null
        thingclone talkback list
        thingclone talkback show 1 | grep -v key
        thingclone talkback remove 1 --json < /dev/null > /dev/null
        thingclone talkback remove 1 --yes > /dev/null && thingclone talkback show 1
        """
    )
    assert (status, output) == (
        1,
        "Queued command 1 at position 1.\n"
        "     1  Gate  (2 waiting)\n"
        "1  Gate  (2 waiting)\n         1    KNOCK\n         2    OPEN\n",
    )
    assert errors == (
        'Remove TalkBack 1, "Gate" with all its commands? [y/N]: \n'
        "Error: nothing was changed: answer y, or use --yes\n"
        "Error: no TalkBack 1\n"
    )


def test_a_password_comes_through_a_pipe(shell):
    line = "printf 'open sesame' | thingclone user add gardener --password-stdin --json"
    status, output, errors = shell(line)
    assert (status, errors) == (0, "")
    assert json.loads(output)["login"] == "gardener"


def test_what_is_refused_goes_to_the_error_stream_with_status_1(shell):
    shell("thingclone user add gardener")
    assert shell("thingclone user add gardener --json") == (
        1,
        "",
        "Error: the login gardener is taken\n",
    )
    assert shell("thingclone channel show 7") == (1, "", "Error: no channel 7\n")


def test_what_cannot_be_understood_ends_with_status_2(shell):
    status, output, errors = shell("thingclone channel show seven")
    assert (status, output) == (2, "")
    assert errors.endswith("Error: Invalid value for 'ID': 'seven' is not a valid integer.\n")


def test_a_url_that_is_none_is_a_sentence_and_no_stack_trace(shell):
    assert shell("THINGCLONE_DATABASE=greenhouse thingclone channel list") == (
        1,
        "",
        "Error: 'greenhouse' is not a database URL:"
        " use sqlite:///FILE or postgresql://USER@HOST/NAME\n",
    )


def test_python_m_thingclone_is_the_same(shell):
    shell("thingclone channel add Greenhouse")
    assert shell("$PYTHON -m thingclone channel list") == shell("thingclone channel list")


def test_a_pipe_may_be_closed_early(shell):
    shell("for name in one two three; do thingclone channel add $name; done")
    assert shell("thingclone channel list | head -n 1") == (
        0,
        "     1  one  (private, 0 entries)\n",
        "",
    )


def test_text_is_written_as_utf_8_whatever_the_locale(shell):
    status, output, errors = shell("LC_ALL=C thingclone channel add 温室 --json")
    assert (status, errors) == (0, "")
    assert json.loads(output)["name"] == "温室"


# --- administration -------------------------------------------------------------------------------


@pytest.fixture
def garden(add_channel):
    """The gardener's channel 1, with keys that one can read in a test."""
    add_channel(labels=["Temperature"])


KEYS = "  write key   WRITEKEY00000001\n  read key    READKEY000000001\n"


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("thingclone user list", "gardener  (1 channel, no password)\n"),
        (
            "printf 'open sesame' | thingclone user password gardener --password-stdin",
            "Changed the password of gardener.\n",
        ),
        ("thingclone user key gardener | cut -c 1-22", "User key of gardener: \n"),
        ("yes | thingclone user remove gardener --with-channels", "Removed account gardener.\n"),
        (
            "thingclone channel set 1 --name Cellar --field 2 Humidity",
            f"Changed channel 1.\n1  Cellar  (private, 0 entries)\n{KEYS}"
            "  field1      Temperature\n  field2      Humidity\n",
        ),
        ("thingclone channel clear 1 --yes", "Removed 0 entries from channel 1.\n"),
        ("echo y | thingclone channel remove 1", "Removed channel 1 with 0 entries.\n"),
        ("thingclone key list 1", "write  WRITEKEY00000001\nread   READKEY000000001\n"),
        (
            "thingclone key new 1 --key SECOND --note 'kitchen display'",
            "New read key for channel 1: SECOND\n",
        ),
        (
            "thingclone key new 1 --write --key SECOND --yes",
            "New write key for channel 1: SECOND\n",
        ),
        (
            "thingclone key revoke 1 READKEY000000001 --yes",
            "Revoked the read key READ... of channel 1.\n",
        ),
    ],
)
def test_each_command_prints_what_it_did(shell, garden, line, output):
    status, printed, _ = shell(line)
    assert (status, printed) == (0, output)


@pytest.mark.parametrize(
    "line",
    [
        "thingclone user key gardener --renew",
        "thingclone user remove gardener --with-channels",
        "thingclone channel clear 1",
        "thingclone channel remove 1",
        "thingclone key new 1 --write",
        "thingclone key revoke 1 READKEY000000001",
    ],
)
def test_nobody_to_answer_means_no(shell, garden, line):
    before = users.user("gardener").api_key, channels.owner_object(channels.complete_channel(1))
    status, printed, errors = shell(f"{line} --json < /dev/null")
    assert (status, printed) == (1, "")
    assert errors.splitlines()[1:] == ["Error: nothing was changed: answer y, or use --yes"]
    after = users.user("gardener").api_key, channels.owner_object(channels.complete_channel(1))
    assert after == before


def test_an_account_with_channels_is_not_removed(shell, garden):
    assert shell("thingclone user remove gardener --yes") == (
        1,
        "",
        "Error: gardener still owns channel 1: remove the channels first, or with the account\n",
    )


def test_a_password_is_asked_for_twice_at_a_terminal(garden, shell, database_url, client):
    """Typed at a pseudo-terminal, where it is not shown."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "thingclone", "user", "password", "gardener"]
    process = subprocess.Popen(
        [*command, "--database", database_url],
        stdin=child, stdout=child, stderr=child, start_new_session=True,
    )  # fmt: skip
    os.close(child)
    seen = ""
    for prompt in ("Password: ", "Repeat for confirmation: "):
        while not seen.endswith(prompt):
            seen += os.read(parent, 1000).decode()
        os.write(parent, b"open sesame\n")
    while "Changed the password of gardener." not in seen:
        seen += os.read(parent, 1000).decode()
    assert process.wait(PATIENCE) == 0
    os.close(parent)
    assert "sesame" not in seen
    form = {"login": "gardener", "password": "open sesame"}
    assert client.post("/users/api_login", form).status_int == 200
