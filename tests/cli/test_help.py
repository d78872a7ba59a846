"""`--help`: every command explains itself, with an example that works."""

import os
import shlex
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.tools import run
from thingclone import __version__
from thingclone.cli import main


def commands(command: click.Command, *names: str) -> dict[tuple, click.Command]:
    """A command and all below it, by the words that call them."""
    found = {names: command}
    for name, member in getattr(command, "commands", {}).items():
        found |= commands(member, *names, name)
    return found


COMMANDS = commands(main)


def example(*names: str) -> str:
    """The line under `Example:` in the help of a command."""
    result = CliRunner().invoke(main, [*names, "--help"])
    assert result.exit_code == 0
    return result.output.partition("\n  Example:\n")[2].partition("\n")[0].strip()


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_help_of_every_command_shows_an_example_of_it(names):
    assert example(*names).startswith(" ".join(["thingclone", *names]))


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_help_explains_every_option(names):
    options = [option for option in COMMANDS[names].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_short_help_is_the_same():
    runner = CliRunner()
    assert (
        runner.invoke(main, ["channel", "-h"]).output
        == runner.invoke(main, ["channel", "--help"]).output
    )


def test_the_examples_can_be_pasted_into_a_shell(tmp_path):
    plain = ["user add", "channel add", "channel list", "channel show", "user list"]
    plain += ["channel set", "key list", "key new"]
    plain += [f"talkback {verb}" for verb in ("add", "list", "send", "show")]
    plain += [f"device {verb}" for verb in ("add", "list", "set", "command", "pins", "remove")]
    asking = ["talkback remove", "user key", "channel clear", "channel remove", "user remove"]
    lines = [example(*names.split()) for names in plain]
    lines += [f"yes | {example(*names.split())}" for names in asking]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    printed = run("sh", "-euxc", "\n".join(lines), cwd=tmp_path, env=os.environ | {"PATH": path})
    assert printed.startswith("Added account gardener.")
    assert printed.count("Greenhouse") == 6
    assert printed.endswith("Removed account gardener.\n")
    assert (tmp_path / "thingclone.db").is_file()


def test_the_examples_of_serve_name_real_options():
    for names in ([], ["serve"]):
        words = shlex.split(example(*names))
        assert words[:2] == ["thingclone", "serve"]
        assert COMMANDS["serve",].make_context("serve", words[2:]).params["port"] in (80, 8080)


def test_version_is_that_of_the_package():
    result = CliRunner().invoke(main, ["--version"])
    assert result.output == f"thingclone, version {__version__}\n"


def test_an_unknown_command_or_option_is_named(tmp_path):
    result = CliRunner().invoke(main, ["chanel", "list"])
    assert (result.exit_code, "No such command 'chanel'" in result.stderr) == (2, True)
    result = CliRunner().invoke(main, ["channel", "list", "--jason"])
    assert (result.exit_code, "No such option '--jason'" in result.stderr) == (2, True)
