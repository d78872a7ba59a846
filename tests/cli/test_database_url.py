"""`--database` and THINGCLONE_DATABASE: which database a command works on, and what it says of a
URL that is none.
"""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.servers import PATIENCE
from thingclone.cli import main
from thingclone.database import database

EMPTY = 'No channels yet. Add one: thingclone channel add "My channel"\n'


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Commands run in an empty folder, and leave no database open."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("THINGCLONE_DATABASE", raising=False)
    yield tmp_path
    if database.obj is not None:
        database.close()


def run(*arguments: str, **variables: str):
    return CliRunner().invoke(main, arguments, env=variables)


def test_without_a_word_it_is_a_file_in_the_folder_of_the_command(own_folder):
    assert run("channel", "list").output == EMPTY
    assert (own_folder / "thingclone.db").is_file()


def test_the_flag_names_it(own_folder):
    assert run("channel", "list", "--database", f"sqlite:///{own_folder}/a.db").output == EMPTY
    assert run("channel", "list", "--database", "sqlite:///b.db").output == EMPTY
    assert sorted(path.name for path in own_folder.glob("*.db")) == ["a.db", "b.db"]


def test_the_variable_names_it_and_the_flag_wins(own_folder):
    assert run("user", "add", "gardener", THINGCLONE_DATABASE="sqlite:///a.db").exit_code == 0
    taken = run("user", "add", "gardener", THINGCLONE_DATABASE="sqlite:///a.db")
    assert taken.output == "Error: the login gardener is taken\n"
    other = run(
        "user",
        "add",
        "gardener",
        "--database",
        "sqlite:///b.db",
        THINGCLONE_DATABASE="sqlite:///a.db",
    )
    assert other.exit_code == 0
    assert sorted(path.name for path in own_folder.glob("*.db")) == ["a.db", "b.db"]


USE = "use sqlite:///FILE or postgresql://USER@HOST/NAME"
THREE_SLASHES = "write three slashes before the file, as in sqlite:///thingclone.db"
IN_MEMORY = "a database in memory would lose everything: name a file, as in sqlite:///thingclone.db"
NO_NAME = "the URL must name a database: postgresql://USER@HOST/NAME"
PORT = "the port must be a number, and a password must have %2F for /, %3A for : and %40 for @"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", f"'' is not a database URL: {USE}"),
        ("thingclone.db", f"'thingclone.db' is not a database URL: {USE}"),
        ("mysql://me@host/name", f"'mysql://me@host/name' is not a database URL: {USE}"),
        ("sqlite://", f"sqlite:// cannot be opened: {IN_MEMORY}"),
        ("sqlite:///", f"sqlite:/// cannot be opened: {IN_MEMORY}"),
        ("sqlite:///:memory:", f"sqlite:///:memory: cannot be opened: {IN_MEMORY}"),
        ("sqlite://a.db", f"sqlite://a.db cannot be opened: {THREE_SLASHES}"),
        ("sqlite://folder/a.db", f"sqlite://folder/a.db cannot be opened: {THREE_SLASHES}"),
        (
            "sqlite:////nowhere/at/all/a.db",
            "sqlite:////nowhere/at/all/a.db cannot be opened: there is no folder /nowhere/at/all",
        ),
        ("sqlite:////", "sqlite://// cannot be opened: unable to open database file"),
        (
            "sqlite:///a.db?timeout=5",
            "sqlite:///a.db?timeout=5 cannot be opened: an SQLite file cannot have timeout",
        ),
        ("sqlite:///text", "sqlite:///text cannot be opened: file is not a database"),
        ("postgresql://", f"postgresql:// cannot be opened: {NO_NAME}"),
        ("postgresql://host:five/name", f"postgresql://host:five/name cannot be opened: {PORT}"),
        (
            "postgresql:///name?host=/nowhere&colour=red",
            "postgresql:///name?host=/nowhere&colour=red cannot be opened:"
            ' invalid connection option "colour"',
        ),
    ],
)
def test_a_url_that_cannot_work_is_refused_with_what_helps(own_folder, url, sentence):
    (own_folder / "text").write_text("This is no database, but a text that is long enough. " * 20)
    result = run("channel", "list", "--database", url)
    assert (result.exit_code, result.output) == (1, f"Error: {sentence}\n")


def test_a_server_that_is_not_there_is_named():
    result = run("channel", "list", "--database", "postgresql://me:secret@127.0.0.1:1/name")
    assert result.exit_code == 1
    assert result.output.startswith(
        "Error: postgresql://me:...@127.0.0.1:1/name cannot be opened: "
    )
    assert "Connection refused" in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/name",
        "postgresql://me:sec@ret@127.0.0.1:1/name",
        "postgresql://me:sec/ret@127.0.0.1:1/name",
        "postgresql://me:sec?ret@127.0.0.1:1/name",
        "postgresql://me:sec#ret@127.0.0.1:1/name",
        "postgresql://me:sec:ret@127.0.0.1:1/name",
        "postgresql://:secret@127.0.0.1:1/name",
        "postgresql://me:/secret@127.0.0.1:1/name",
        "postgresql://me:secret@127.0.0.1:secret@/name",
        "postgresql://127.0.0.1:1/name?user=me&password=secret",
        "postgresql://127.0.0.1:1/name?user=me&password=sec@ret",
        "postgresql://me:[secret@127.0.0.1:1/name",
        "postgresql:/me:secret@127.0.0.1/name",
        "me:secret@127.0.0.1/name",
        "mysql://me:secret@127.0.0.1/name",
        "sqlite://me:secret@host/name",
    ],
)
def test_no_message_holds_a_password(url):
    for command in (["channel", "list"], ["serve", "--port", "0"]):
        result = run(*command, "--database", url)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert "sec" not in result.output
        assert "ret" not in result.output


def test_the_driver_of_postgresql_is_asked_for_by_name():
    # As if the extra `postgres` were not installed.
    program = "import sys; sys.modules['psycopg'] = None; from thingclone.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "channel", "list", "--database", "postgresql:///name"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: postgresql:///name cannot be opened:"
        " PostgreSQL needs the driver psycopg and libpq: pip install psycopg\n"
    )
