"""Imports that are killed, that meet a writing server, that meet each other: nothing is lost,
nothing comes twice.
"""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.servers import PATIENCE
from thingclone.database import database, execute
from thingclone.errors import Conflict
from thingclone.transfer import files, importing
from thingclone.transfer.importing import Order

COUNT = 20_000


@pytest.fixture
def file(tmp_path):
    """A file of many entries, each value different, one line bad."""
    lines = [f"{1_700_000_000 + number},{number}" for number in range(1, COUNT + 1)]
    lines.insert(COUNT // 2, "never,0")
    path = tmp_path / "many.csv"
    path.write_text("created_at,field1\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def import_it(database_url, file):
    def run(*options: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command(database_url, file, *options), capture_output=True, text=True, check=False
        )

    return run


# So many of them that there is time enough to kill it between two.
SMALL_SLICES = """
import signal

from thingclone.cli import main
from thingclone.transfer import rows

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell runs with & ignores it
rows.AT_ONCE = 500
main()
"""


def command(database_url, file, *options: str) -> list[str]:
    place = ("--database", database_url)
    return [
        sys.executable,
        "-c",
        SMALL_SLICES,
        "import",
        "1",
        str(file),
        "--skip-bad",
        *options,
        *place,
    ]


def count() -> int:
    return execute("SELECT count(*) FROM entries WHERE channel_id = 1").fetchone()[0]


def assert_all_is_there():
    rows = execute(
        "SELECT entry_id, field1, created_at FROM entries WHERE channel_id = 1 ORDER BY entry_id"
    ).fetchall()
    expected = [
        (number, str(number), (1_700_000_000 + number) * 1_000_000)
        for number in range(1, COUNT + 1)
    ]
    assert rows == expected
    assert execute("SELECT last_entry_id, field1 FROM counters").fetchone() == (COUNT, COUNT)


def kill_in_the_middle(command: list[str], sent: int = signal.SIGKILL) -> tuple[int, str]:
    """Kill it as soon as something is stored: (exit status, errors)."""
    stored, process = count(), subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + PATIENCE
    while count() == stored:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(sent)
    _, errors = process.communicate()
    assert stored < count() < COUNT
    return process.returncode, errors


@pytest.mark.parametrize("options", [[], ["--keep-ids"]])
def test_what_was_killed_goes_on(channel, database_url, file, import_it, options):
    if options:
        text = file.read_text().replace("created_at,field1", "created_at,field1,entry_id")
        file.write_text("\n".join(f"{line},{line.split(',')[-1]}" for line in text.split("\n")))
        file.write_text(file.read_text().replace("entry_id,entry_id", "entry_id").rstrip(","))
    for _ in range(3):
        kill_in_the_middle(command(database_url, file, *options))
    stored = count()
    done = import_it("--json", *options)
    assert (done.returncode, done.stderr) == (
        0,
        f"Continuing after {stored} entries imported earlier.\n",
    )
    document = json.loads(done.stdout)
    assert document["imported"] + document["imported_before"] == document["entries"] == COUNT
    assert document["imported_before"] == stored
    assert_all_is_there()


def test_what_was_killed_goes_on_from_the_newest_too(channel, database_url, file, import_it):
    header, *lines = file.read_text().splitlines()
    file.write_text("\n".join([header, *reversed(lines)]))
    kill_in_the_middle(command(database_url, file))
    assert import_it().returncode == 0
    assert_all_is_there()


def test_ctrl_c_says_how_to_go_on(channel, database_url, file, import_it):
    assert kill_in_the_middle(command(database_url, file), signal.SIGINT) == (
        1,
        "\nError: interrupted: run the same command again to continue where it stopped\n",
    )
    assert import_it().returncode == 0
    assert_all_is_there()


def test_another_file_waits_until_the_interrupted_one_is_finished(
    channel, database_url, file, import_it, tmp_path
):
    kill_in_the_middle(command(database_url, file))
    stored = count()
    other = tmp_path / "other.csv"
    other.write_text("2024-05-01T12:00:00Z,1\n")
    done = subprocess.run(command(database_url, other), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: an import of {file} was interrupted after {stored} of {COUNT} entries: import it"
        " again in the same way to finish it, or use --anew to abandon it\n",
    )
    assert count() == stored
    done = subprocess.run(command(database_url, other, "--anew"), check=False)
    assert (done.returncode, count()) == (0, stored + 1)


def test_a_channel_that_was_emptied_begins_at_the_start(channel, database_url, file, import_it):
    kill_in_the_middle(command(database_url, file))
    execute("DELETE FROM entries")
    execute("UPDATE counters SET last_entry_id = NULL, newest_at = NULL, field1 = NULL")
    for _ in range(2):
        import_it()
    assert_all_is_there()


def test_two_imports_of_one_file_do_not_double_it(channel, file, database_url):
    def opened():
        source = files.source(file.open("rb"), {}, importing.times.UTC, False)
        return source, importing.look_through(source, lambda steps: None)

    order = Order(1, "many.csv", "digest")
    source, found = opened()
    first = importing.begin(order, source, found, 0)
    second = importing.begin(order, source, found, 0)
    importing.store(first, source, False, 0, lambda steps: None)
    with pytest.raises(Conflict, match=r"^another process is importing many\.csv"):
        importing.store(second, opened()[0], False, 0, lambda steps: None)
    assert_all_is_there()


def test_devices_write_while_a_file_is_imported(channel, server, database_url, file, import_it):
    answers, is_over = [], threading.Event()

    def write():
        while not is_over.is_set():
            answers.append(server.get(f"/update?api_key={channel.write_key}&field2=device"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert import_it().returncode == 0
    finally:
        is_over.set()
        writer.join()
    assert len(answers) > 10
    assert {status for status, _ in answers} == {200}
    rows = execute("SELECT entry_id, field1, field2 FROM entries ORDER BY entry_id").fetchall()
    assert [row[0] for row in rows] == list(range(1, COUNT + len(answers) + 1))
    assert [row[1] for row in rows if row[1]] == [str(n) for n in range(1, COUNT + 1)]
    assert [str(row[0]) for row in rows if row[2]] == [text for _, text in answers]


def test_kept_numbers_are_not_given_to_devices_meanwhile(channel, write, file, database_url):
    text = "created_at,entry_id\n" + "".join(f"{1_700_000_000 + n},{n}\n" for n in range(1, 5))
    file.write_text(text)
    source = files.source(file.open("rb"), {}, importing.times.UTC, True)
    found = importing.look_through(source, lambda steps: None)
    job = importing.begin(Order(1, "many.csv", "digest"), source, found, 0)
    assert write(channel, field1="meanwhile") == 5
    assert importing.store(job, source, False, 0, lambda steps: None) == []
    assert [row[0] for row in execute("SELECT entry_id FROM entries ORDER BY 1")] == [1, 2, 3, 4, 5]


def test_numbers_that_were_kept_free_for_nothing_stand_in_nobodys_way(channel, file):
    for digest, last_id in (("one", 900), ("another", 3)):
        file.write_text(f"created_at,entry_id\n1700000001,{last_id}\n")
        source = files.source(file.open("rb"), {}, importing.times.UTC, True)
        found = importing.look_through(source, lambda steps: None)
        order = Order(1, "many.csv", digest)
        job = importing.begin(order, source, found, 0)
    assert importing.store(job, source, False, 0, lambda steps: None) == []
    assert execute("SELECT entry_id FROM entries").fetchall() == [(3,)]


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else(channel, database_url, file, import_it):
    terminal, theirs = pty.openpty()
    drawn = []

    def read():
        try:
            while data := os.read(terminal, 65536):
                drawn.append(data)
        except OSError:  # nobody has it open any more
            pass

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(
        command(database_url, file, "--json"), stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    os.close(theirs)
    reader.join(PATIENCE)
    os.close(terminal)
    text = b"".join(drawn).decode()
    assert "Looking through" in text
    assert "Importing" in text
    assert "100%" in text
    assert json.loads(done.stdout)["imported"] == COUNT
    database.close()
    assert import_it("--anew").stderr == ""
