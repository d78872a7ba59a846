"""`thingclone doctor`: what it finds, what it advises, how it ends."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import COMMAND, running, thingclone
from tests.tools import python_as_nobody
from thingclone.database import MIGRATIONS, attach, database, execute, health
from thingclone.database.health import Limits
from thingclone.formats import times

NOW = times.parse("2026-11-27 12:00:00", times.UTC)


@pytest.fixture
def examined(command, port):
    """Runs the command: (exit status, its findings by name)."""

    def run(*options: str) -> tuple[int, dict]:
        place = ("--host", "127.0.0.1", "--port", str(port))
        result = command("doctor", *place, *options, "--json")
        document = json.loads(result.stdout)
        states = [finding["state"] for finding in document["findings"]]
        assert document["problems"] == states.count("problem")
        assert document["warnings"] == states.count("warning")
        return result.exit_code, {finding["name"]: finding for finding in document["findings"]}

    return run


def states(found: dict) -> dict:
    return {name: finding["state"] for name, finding in found.items()}


USUAL = Limits()


def found(limits=USUAL, now=NOW) -> dict:
    return {finding.name: finding for finding in health.findings(now, limits)}


NAMES_ON_POSTGRESQL = {
    *("clock", "time zones", "version", "tables", "integrity", "database", "newest entry"),
    *("writing", "port"),
}
NAMES = NAMES_ON_POSTGRESQL | {"disk", "inodes", "permissions", "server", "wal"}


def test_a_healthy_server_has_no_problem(channel, examined, client, database_url):
    client.get(f"/update?api_key={channel.write_key}&field1=1")
    status, findings = examined()
    is_file = database_url.startswith("sqlite")
    assert (status, set(findings)) == (0, NAMES if is_file else NAMES_ON_POSTGRESQL)
    assert set(states(findings).values()) <= {"ok", "warning"}
    assert findings["database"]["text"] == f"{database.place}, channels: 1, entries: 1"
    assert findings["newest entry"]["text"] == "2024-05-01 12:00:00 UTC in channel 1"
    assert execute("SELECT count(*) FROM pulse").fetchone() == (0,)


def test_people_get_a_line_for_each(channel, command, port):
    result = command("doctor", "--host", "127.0.0.1", "--port", str(port))
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert "ok       time zones    available" in lines
    assert f"ok       port          port {port} is free" in lines


@on_sqlite
def test_a_database_that_is_not_there_is_no_problem_yet(command, tmp_path, port):
    place = ("--host", "127.0.0.1", "--port", str(port))
    done = thingclone("doctor", *place, "--json", database_url=f"sqlite:///{tmp_path}/none.db")
    document = json.loads(done.stdout)
    assert (done.returncode, document["problems"]) == (0, 0)
    assert {
        "name": "database",
        "state": "warning",
        "text": f"{tmp_path}/none.db does not exist yet",
        "advice": "start thingclone serve to create it, or give another one with --database",
    } in document["findings"]
    assert not (tmp_path / "none.db").exists()


# --- the machine ----------------------------------------------------------------------------------


def test_a_clock_that_was_never_set_is_a_problem(channel):
    assert found()["clock"].state == "ok"
    clock = found(now=times.parse("1970-01-01 00:01:00", times.UTC))["clock"]
    assert (clock.state, clock.text) == (
        "problem",
        "the clock says 1970-01-01 00:01:00 UTC, which is too early",
    )
    assert clock.advice == "set the clock, or turn on NTP: sudo timedatectl set-ntp true"


def test_missing_time_zones_are_a_problem(database_url, port):
    arguments = ["doctor", "--port", str(port), "--json", "--database", database_url]
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=os.environ | {"PYTHONTZPATH": ""},
        capture_output=True,
        check=False,
    )
    (zones,) = [one for one in json.loads(done.stdout)["findings"] if one["name"] == "time zones"]
    assert (done.returncode, zones["state"]) == (1, "problem")
    assert zones["advice"] == "install them: sudo apt install tzdata"


@on_sqlite
@pytest.mark.parametrize(
    ("limits", "name", "state"),
    [
        (Limits(little_space=10**18), "disk", "warning"),
        (Limits(no_space=10**18), "disk", "problem"),
        (Limits(few_inodes=10**18), "inodes", "warning"),
        (Limits(no_inodes=10**18), "inodes", "problem"),
        (Limits(long_wal=-1), "wal", "warning"),
        (Limits(slow_write=-1), "writing", "warning"),
    ],
)
def test_what_runs_out_is_told_in_time(channel, limits, name, state):
    finding = found(limits)[name]
    assert finding.state == state
    assert finding.advice
    assert found()[name].state == "ok"


# --- the file -------------------------------------------------------------------------------------


@on_sqlite
def test_a_file_that_everybody_may_read_is_a_warning(channel):
    Path(database.place).chmod(0o644)
    permissions = found()["permissions"]
    assert (permissions.state, permissions.advice) == (
        "warning",
        f"chmod o-rwx {database.place}*",
    )
    Path(database.place).chmod(0o640)
    assert found()["permissions"].state == "ok"


@on_sqlite
def test_a_file_or_folder_of_somebody_else_is_a_problem(channel, port):
    place = Path(database.place)
    database.close()
    place.chmod(0o644)
    place.parent.chmod(0o755)
    for folder in place.parent.parents:
        folder.chmod(folder.stat().st_mode | 0o055)
    if os.getuid():
        place.chmod(0o444)
        place.parent.chmod(0o555)
    arguments = ["doctor", "--port", str(port), "--json", "--database", f"sqlite:///{place}"]
    done = subprocess.run(
        python_as_nobody([*COMMAND, *arguments]), capture_output=True, check=False
    )
    place.parent.chmod(0o755)
    findings = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert findings["permissions"]["text"] == f"this user cannot write to {place}"
    assert findings["folder"]["state"] == "problem"


@on_sqlite
def test_a_damaged_file_is_a_problem(channel, examined):
    with closing(sqlite3.connect(database.place)) as other, other:
        other.execute("CREATE TABLE filler AS SELECT randomblob(100000) AS stuff")
    database.close()
    place = Path(database.place)
    with place.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    status, findings = examined()
    assert status == 1
    broken = [one for one in findings.values() if one["state"] == "problem"]
    assert any("damaged" in one["text"] for one in broken)
    assert any("thingclone restore FILE" in one["advice"] for one in broken)


@on_sqlite
def test_a_file_that_is_no_database_is_a_problem(database_url, examined):
    database.close()
    Path(database.place).write_bytes(b"nonsense" * 1000)
    status, findings = examined()
    assert (status, findings["database"]["state"]) == (1, "problem")


@on_sqlite
def test_a_database_that_is_locked_is_a_problem(channel, monkeypatch):
    monkeypatch.setattr("thingclone.database.sqlite.BUSY_SECONDS", 0.1)
    attach(f"sqlite:///{database.place}")
    with closing(sqlite3.connect(database.place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = found()["writing"]
    assert (writing.state, writing.text) == (
        "problem",
        "the database is locked by another program",
    )
    assert found()["writing"].state == "ok"


# --- the tables -----------------------------------------------------------------------------------


def test_tables_of_an_older_version_are_a_warning(channel, examined, monkeypatch, tmp_path):
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "0999_colour.py").write_text("def up(migrator, db): pass\n")
    monkeypatch.setattr("thingclone.database.MIGRATIONS", folder)
    status, findings = examined()
    assert (status, findings["tables"]["state"]) == (0, "warning")
    assert findings["tables"]["text"] == "from an older version, without 0999_colour"


def test_tables_of_a_newer_version_are_a_problem(channel, examined):
    execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_x', '2030-01-01')")
    try:
        status, findings = examined()
    finally:
        execute("DELETE FROM schema_migration WHERE name = '9999_x'")
    assert (status, findings["tables"]["text"]) == (
        1,
        "changed by a newer ThingClone: 9999_x",
    )


def test_an_entry_of_the_future_is_a_warning(channel, write):
    write(channel, "2031-01-01T00:00:00Z", field1="1")
    newest = found()["newest entry"]
    assert (newest.state, newest.text) == (
        "warning",
        "2031-01-01 00:00:00 UTC in channel 1 is in the future",
    )


@on_postgresql
def test_a_server_that_is_gone_is_a_problem(database_url, port):
    url = "postgresql://thingclone@127.0.0.1:1/thingclone"
    done = thingclone("doctor", "--port", str(port), "--json", database_url=url)
    findings = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert (done.returncode, findings["database"]["state"]) == (1, "problem")
    assert findings["database"]["text"] == "the database server cannot be reached"


# --- the port -------------------------------------------------------------------------------------


def test_a_running_server_is_recognised(channel, examined, database_url):
    with running(database_url) as server:
        status, findings = examined("--port", str(server.port))
        assert (status, findings["port"]["text"]) == (
            0,
            f"ThingClone answers on port {server.port}",
        )
        if database_url.startswith("sqlite"):
            assert findings["server"]["text"] == f"process {server.process.pid} uses the database"
            assert examined()[1]["port"]["state"] == "warning"
        else:
            assert examined()[1]["port"]["state"] == "ok"


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\n", b"HTTP/1.0 404 Not Found\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\nhi"]
)
def test_another_program_on_the_port_is_a_problem(channel, examined, answer):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            client, _ = listener.accept()
            client.recv(1000)
            client.sendall(answer)
            client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        taken = listener.getsockname()[1]
        status, findings = examined("--port", str(taken))
        thread.join()
    assert (status, findings["port"]["text"]) == (
        1,
        f"another program listens on port {taken}, or ThingClone does not answer",
    )


def test_an_address_of_another_machine_is_a_problem(channel, examined):
    status, findings = examined("--host", "192.0.2.1")
    assert (status, findings["port"]["state"]) == (1, "problem")
    assert "Cannot assign requested address" in findings["port"]["text"]


def test_a_port_of_root_is_a_problem_for_others(tmp_path):
    if Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text().strip() != "1024":
        pytest.skip("every user may use low ports here")
    url = "sqlite:////none.db"
    command = [sys.executable, "-m", "thingclone", "doctor", "--port", "81", "--database", url]
    done = subprocess.run(
        python_as_nobody(command), capture_output=True, text=True, check=False, cwd=tmp_path.root
    )
    assert "this user may not use port 81: ports below 1024 belong to root" in done.stdout
    assert "-> sudo sysctl net.ipv4.ip_unprivileged_port_start=81, or see" in done.stdout


def test_a_shell_decides_by_the_status(channel, shell, port):
    line = f"thingclone doctor --host 127.0.0.1 --port {port} > found && echo well"
    assert shell(line) == (0, "well\n", "")
    assert shell("thingclone doctor --host 192.0.2.1 > found || echo ill") == (0, "ill\n", "")
