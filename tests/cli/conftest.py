"""Commands in this process and in a real shell, on both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.servers import PATIENCE
from thingclone.cli import main


@pytest.fixture
def command(database_url):
    """Runs a command on the database: `command("user", "add", "gardener")`, with its result."""

    def run(*arguments: str, stdin: str | None = None):
        return CliRunner().invoke(main, [*arguments, "--database", database_url], input=stdin)

    return run


@pytest.fixture
def printed(command):
    """Runs a command that must succeed; what it prints."""

    def run(*arguments: str, stdin: str | None = None) -> str:
        result = command(*arguments, stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return run


@pytest.fixture
def refused(command):
    """Runs a command that must be refused; the sentence that says why."""

    def run(*arguments: str, stdin: str | None = None) -> str:
        result = command(*arguments, stdin=stdin)
        assert (result.exit_code, result.stdout) == (1, "")
        sentence = result.stderr.removeprefix("Error: ").removesuffix("\n")
        assert "\n" not in sentence
        return sentence

    return run


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
