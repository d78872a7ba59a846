"""`thingclone backup` and `thingclone restore`."""

import json
import os
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import COMMAND, running, thingclone
from thingclone.database import connect, database, execute, execute_many, sqlite_copies
from thingclone.database.transactions import writing

WRITE = "/update?api_key=WRITEKEY00000001&field1="


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "backups" / "today.db"


@pytest.fixture(autouse=True)
def folder(file):
    file.parent.mkdir()


@pytest.fixture
def filled(channel, client):
    """A channel with three entries."""
    for number in range(3):
        client.get(f"{WRITE}{number}")
    return channel


def add_entries(count: int):
    with writing():
        execute_many(
            "INSERT INTO entries (channel_id, entry_id, created_at, field1) VALUES (1, ?, ?, ?)",
            [(number, number, "x" * 100) for number in range(1, count + 1)],
        )
        execute("UPDATE counters SET last_entry_id = ?", (count,))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- backup ---------------------------------------------------------------------------------------


@on_sqlite
def test_a_backup_is_a_database_of_its_own(filled, printed, file, tmp_path):
    assert printed("backup", str(file)) == (
        f"Copied 1 channel with 3 entries to {file} and checked the copy.\n"
    )
    assert files_in(file.parent) == ["today.db"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600  # keys are in there
    (tmp_path / "moved.db").write_bytes(file.read_bytes())
    with running(f"sqlite:///{tmp_path}/moved.db") as server:
        path = f"/channels/1/fields/1/last.txt?api_key={filled.read_key}"
        assert server.get(path) == (200, "2")
        assert server.get(f"{WRITE}3") == (200, "4")


@on_sqlite
def test_it_prints_one_json_document(filled, printed, file):
    document = json.loads(printed("backup", str(file), "--json"))
    assert document == {
        "file": str(file),
        "channels": 1,
        "entries": 3,
        "bytes": file.stat().st_size,
    }


@on_sqlite
def test_a_file_that_is_there_is_not_written_over_without_force(filled, printed, refused, file):
    file.write_text("precious")
    assert refused("backup", str(file)) == (
        f"{file} already exists: choose another file, or use --force"
    )
    assert file.read_text() == "precious"
    printed("backup", str(file), "--force")
    assert sqlite3.connect(file).execute("SELECT count(*) FROM entries").fetchone() == (3,)


@on_sqlite
def test_what_cannot_be_a_backup_is_refused(filled, refused, command, database_url, tmp_path):
    place = database.place
    assert (
        refused("backup", place, "--force")
        == f"{place} is the database itself: choose another file"
    )
    assert (
        refused("backup", "/dev/null", "--force")
        == "/dev/null is not a regular file: choose another file"
    )
    nowhere = tmp_path / "nowhere"
    assert refused("backup", str(nowhere / "a.db")) == f"there is no folder {nowhere}"
    done = thingclone("backup", "a.db", database_url=f"sqlite:///{tmp_path}/none.db")
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: there is no database {tmp_path}/none.db\n",
    )
    assert not (tmp_path / "none.db").exists()


@on_sqlite
def test_a_damaged_database_makes_no_backup(channel, refused, file):
    add_entries(5000)
    damage(Path(database.place))
    sentence = refused("backup", str(file))
    assert "damaged" in sentence or "malformed" in sentence
    assert files_in(file.parent) == []


def damage(path: Path):
    """Write nonsense into the middle of a file that nobody has open."""
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096 * 4)


@on_sqlite
def test_the_server_writes_while_a_backup_is_made(channel, database_url, file):
    add_entries(100_000)
    answers, is_over = [], threading.Event()
    with running(database_url) as server:

        def write():
            while not is_over.is_set():
                answers.append(server.get(f"{WRITE}{len(answers)}"))

        writer = threading.Thread(target=write)
        writer.start()
        while not answers:
            pass
        done = thingclone("backup", str(file), database_url=database_url)
        is_over.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    assert [answer for answer in answers if answer[0] != 200] == []
    with closing(sqlite3.connect(file)) as copy:
        ids = [row[0] for row in copy.execute("SELECT entry_id FROM entries ORDER BY 1")]
        assert ids == list(range(1, len(ids) + 1))
        assert 100_000 < len(ids) <= 100_000 + len(answers)
        assert copy.execute("SELECT last_entry_id FROM counters").fetchone() == (len(ids),)


@on_sqlite
def test_a_backup_that_is_killed_leaves_no_file_of_its_name_or_a_whole_one(
    channel, database_url, file
):
    add_entries(100_000)
    place = ("--database", database_url)
    process = subprocess.Popen([*COMMAND, "backup", str(file), *place])
    while not files_in(file.parent) and process.poll() is None:
        pass
    process.kill()
    process.wait()
    if file.exists():
        assert sqlite_copies.check(file)[0]["entries"] == 100_000
    assert thingclone("backup", str(file), "--force", database_url=database_url).returncode == 0
    assert files_in(file.parent) == ["today.db"]


@on_postgresql
def test_for_postgresql_the_line_to_type_is_printed(filled, command, file, postgresql_url):
    result = command("backup", str(file))
    assert (result.exit_code, result.stderr) == (3, "")
    line = result.stdout
    assert line.startswith(f"pg_dump --format=custom --file={file} --dbname='")
    assert json.loads(command("backup", str(file), "--json").stdout) == {"command": line.strip()}
    subprocess.run(["sh", "-euc", line], check=True)
    execute("DELETE FROM entries")
    database.close()
    result = command("restore", str(file))
    assert (result.exit_code, result.stderr) == (3, "")
    subprocess.run(["sh", "-euc", result.stdout], check=True)
    assert execute("SELECT field1 FROM entries ORDER BY entry_id").fetchall() == [
        ("0",),
        ("1",),
        ("2",),
    ]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql:///garden", "--dbname=dbname=garden"),
        (
            "postgresql://me:s%40cret@pi.local:5433/garden",
            "--dbname='user=me host=pi.local port=5433 dbname=garden'",
        ),
        (
            "postgresql://me:secret@pi/garden?sslmode=require&application_name=my%20garden",
            "--dbname='user=me host=pi sslmode=require application_name='\"'\"'my garden'\"'\"'"
            " dbname=garden'",
        ),
    ],
)
def test_the_line_names_the_database_and_no_password(url, address):
    done = thingclone("backup", "my garden.dump", database_url=url)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == f"pg_dump --format=custom --file='my garden.dump' {address}\n"


# --- restore --------------------------------------------------------------------------------------


@pytest.fixture
def backup(filled, printed, file, client):
    """A backup; after it one more entry came."""
    printed("backup", str(file))
    client.get(f"{WRITE}3")
    database.close()
    return file


def values(path) -> list[str]:
    with closing(sqlite3.connect(path)) as opened:
        return [row[0] for row in opened.execute("SELECT field1 FROM entries ORDER BY entry_id")]


@on_sqlite
def test_restore_puts_it_back_and_keeps_what_was_there(backup, printed, tmp_path):
    place = Path(database.place)
    place.chmod(0o640)
    first, second = printed("restore", str(backup)).splitlines()
    assert first == f"Restored 1 channel with 3 entries from {backup}."
    kept = Path(second.removeprefix("The old database is kept in ").removesuffix("."))
    assert kept.name.startswith("thingclone.db.before-restore-20")
    assert values(place) == ["0", "1", "2"]
    assert values(kept) == ["0", "1", "2", "3"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert backup.exists()
    # And back again, within the same second.
    document = json.loads(printed("restore", str(kept), "--json"))
    assert values(place) == ["0", "1", "2", "3"]
    assert values(document["kept"]) == ["0", "1", "2"]
    assert values(kept) == ["0", "1", "2", "3"]


@on_sqlite
def test_restore_needs_no_database_to_be_there(backup, printed):
    place = Path(database.place)
    place.unlink()
    assert printed("restore", str(backup)) == (
        f"Restored 1 channel with 3 entries from {backup}.\n"
    )
    assert values(place) == ["0", "1", "2"]


@on_sqlite
def test_restore_takes_the_place_of_a_damaged_database(backup, printed):
    place = Path(database.place)
    place.write_bytes(b"nonsense" * 1000)
    Path(f"{place}-wal").write_bytes(b"remains")
    *_, kept = printed("restore", str(backup)).split()
    assert values(place) == ["0", "1", "2"]
    assert Path(kept.rstrip(".")).read_bytes() == b"nonsense" * 1000
    assert Path(f"{kept.rstrip('.')}-wal").read_bytes() == b"remains"


@on_sqlite
def test_restore_refuses_while_a_server_runs(backup, database_url):
    with running(database_url) as server:
        done = thingclone("restore", str(backup), database_url=database_url)
        assert (done.returncode, done.stderr) == (
            1,
            f"Error: process {server.process.pid} serves {database.place}: stop it first\n",
        )
        assert server.get(f"{WRITE}4") == (200, "5")
    assert values(database.place) == ["0", "1", "2", "3", "4"]


@on_sqlite
def test_restore_refuses_while_another_program_has_it_open(backup, refused):
    with closing(sqlite3.connect(database.place)) as other:
        other.execute("SELECT count(*) FROM entries").fetchone()
        assert refused("restore", str(backup)) == (
            f"another program has {database.place} open: close it first"
        )
    assert values(database.place) == ["0", "1", "2", "3"]


@on_sqlite
def test_a_server_does_not_start_while_a_restore_runs(backup, database_url):
    connect(database_url).claim()
    done = thingclone("serve", "--port", "0", database_url=database_url)
    database.release()
    assert (done.returncode, "is already in use" in done.stderr) == (1, True)


@on_sqlite
def test_what_is_no_backup_is_refused(backup, refused, tmp_path):
    place = Path(database.place)
    assert refused("restore", str(tmp_path / "none")) == f"there is no file {tmp_path}/none"
    assert refused("restore", str(place)) == f"{place} is the database itself: choose another file"
    (tmp_path / "text").write_text("hello " * 100)
    assert refused("restore", str(tmp_path / "text")) == (
        f"{tmp_path}/text cannot be read: file is not a database"
    )
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE apples (weight)")
    assert refused("restore", str(tmp_path / "other.db")) == (
        f"{tmp_path}/other.db is not a database of ThingClone"
    )
    with closing(sqlite3.connect(backup)) as newer, newer:
        newer.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '')")
    assert refused("restore", str(backup)) == (
        f"{backup} is from a newer ThingClone, which made the change 9999_x: update"
        " ThingClone first"
    )
    assert values(place) == ["0", "1", "2", "3"]


@on_sqlite
def test_a_damaged_backup_is_refused(channel, printed, refused, file):
    add_entries(5000)
    printed("backup", str(file))
    damage(file)
    sentence = refused("restore", str(file))
    assert sentence.startswith(f"{file} is damaged: ") or "malformed" in sentence
    assert len(values(database.place)) == 5000


@on_sqlite
def test_an_older_backup_is_brought_up_to_date(backup, printed, file, monkeypatch, tmp_path):
    with closing(sqlite3.connect(backup)) as older, older:
        older.execute("DROP TABLE imports")
        older.execute("DROP TABLE pulls")
        older.execute("DROP TABLE pulled_windows")
        older.execute("DELETE FROM schema_migration WHERE name = '0004_transfers'")
    printed("restore", str(backup))
    assert execute("SELECT count(*) FROM imports").fetchone() == (0,)


@on_sqlite
def test_a_restored_file_belongs_to_the_owner_of_the_one_before(backup, printed):
    if os.getuid():
        pytest.skip("only root can give files away")
    os.chown(database.place, 65534, 65534)
    printed("restore", str(backup))
    assert Path(database.place).stat().st_uid == 65534


@on_sqlite
def test_a_shell_makes_backups_and_goes_back(filled, shell, database_url):
    database.close()
    assert shell("thingclone backup a.db && thingclone channel add Cellar > added; ls a.db*") == (
        0,
        "Copied 1 channel with 3 entries to a.db and checked the copy.\na.db\n",
        "",
    )
    status, output, errors = shell("thingclone restore a.db --json && thingclone channel list")
    assert (status, errors) == (0, "")
    document, listed = output.splitlines()
    assert json.loads(document)["entries"] == 3
    assert listed == "     1  Greenhouse  (private, 3 entries)"
