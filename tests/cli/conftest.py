"""Commands in this process, on both databases."""

import pytest
from click.testing import CliRunner

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
