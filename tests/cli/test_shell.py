"""Commands through a real shell: what goes to which stream, exit statuses, pipes, variables."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import PATIENCE


@pytest.fixture
def shell(database_url, tmp_path):
    """Runs lines in a shell where `thingclone` is installed: (exit status, output, errors)."""
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "THINGCLONE_DATABASE": database_url,
    }

    def run(lines: str) -> tuple[int, str, str]:
        done = subprocess.run(
            ["sh", "-c", lines],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=os.environ | variables,
            cwd=tmp_path,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


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
        "Error: 'greenhouse' is no database URL:"
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
