"""The database itself: tables, migrations, starts at once, backups, and what becomes of a write
that fails.
"""

import logging
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import thingclone
from thingclone.channels import channels
from thingclone.database import (
    MIGRATIONS,
    DatabaseFailure,
    connect,
    database,
    execute,
    explained,
    models,
)
from thingclone.database.models import Channel, Stored

MODELS = Stored.__subclasses__()


@pytest.fixture
def empty_url(database_url):
    """A database without a single table."""
    if database_url.startswith("sqlite"):
        database.close()
        for path in Path(database.database).parent.glob("thingclone.db*"):
            path.unlink()
    else:
        execute("DROP SCHEMA public CASCADE")
        execute("CREATE SCHEMA public")
        database.close()
    yield database_url
    connect(database_url)
    database.close()


def applied_migrations() -> list[str]:
    return [name for (name,) in execute("SELECT name FROM schema_migration ORDER BY name")]


TYPES = {
    "INT": "integer",
    "AUTO": "integer",
    "BIGINT": "bigint",
    "TEXT": "text",
    "BOOL": "boolean",
}


@pytest.mark.parametrize("model", MODELS)
def test_models_and_tables_agree(database_url, model):
    fields = {field.column_name: field for field in model._meta.sorted_fields}
    columns = {column.name: column for column in database.get_columns(model._meta.table_name)}
    assert columns.keys() == fields.keys()
    for name, column in columns.items():
        assert column.data_type.lower() == TYPES[fields[name].field_type], name
        # SQLite calls an INTEGER PRIMARY KEY nullable.
        assert column.null == fields[name].null or column.primary_key, name


def test_every_table_has_its_model(database_url):
    tables = set(database.get_tables()) - {"schema_migration", "sqlite_sequence"}
    assert tables == {model._meta.table_name for model in MODELS}


def test_migrations_run_once(empty_url):
    connect(empty_url)
    every_one = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    assert applied_migrations() == every_one
    tables = {table: database.get_columns(table) for table in database.get_tables()}
    connect(empty_url)
    assert applied_migrations() == every_one
    assert {table: database.get_columns(table) for table in database.get_tables()} == tables


def test_an_empty_database_needs_no_backup(empty_url, tmp_path):
    connect(empty_url)
    connect(empty_url)
    assert list(tmp_path.glob("*before*")) == []


def test_commands_that_start_at_once_on_an_empty_database_all_succeed(empty_url):
    def add(number):
        return thingclone("user", "add", f"user{number}", database_url=empty_url)

    with ThreadPoolExecutor() as pool:
        done = list(pool.map(add, range(4)))
    assert [one.stderr for one in done] == ["", "", "", ""]
    connect(empty_url)
    logins = [user.login for user in models.User.select().order_by(models.User.login)]
    assert logins == ["user0", "user1", "user2", "user3"]


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """As if a newer ThingClone had one migration more; a function that writes it."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    monkeypatch.setattr("thingclone.database.MIGRATIONS", folder)

    def write(*statements: str):
        lines = [f"    db.execute_sql({statement!r})" for statement in statements]
        text = "\n".join(["def up(migrator, db):", *lines, ""])
        (folder / "0999_colour.py").write_text(text)

    return write


def test_a_migration_keeps_what_is_there_and_backs_it_up(
    database_url, channel, next_version, tmp_path, caplog
):
    next_version("ALTER TABLE channels ADD COLUMN colour TEXT")
    caplog.set_level(logging.INFO, "thingclone")
    connect(database_url)
    assert applied_migrations()[-1] == "0999_colour"
    assert "colour" in {column.name for column in database.get_columns("channels")}
    assert Channel.get_by_id(channel.id).name == "Greenhouse"
    backup = tmp_path / "thingclone.db.before-0999_colour"
    if database_url.startswith("postgresql"):
        assert not backup.exists()  # a server has its own backups
        execute("ALTER TABLE channels DROP COLUMN colour")
        execute("DELETE FROM schema_migration WHERE name = '0999_colour'")
        return
    assert f"the database before change 0999_colour is kept in {backup}" in caplog.text
    with sqlite3.connect(backup) as copy:
        assert copy.execute("SELECT name FROM channels").fetchall() == [("Greenhouse",)]
        columns = [row[1] for row in copy.execute("PRAGMA table_info(channels)")]
    assert "name" in columns
    assert "colour" not in columns


def test_a_migration_that_fails_changes_nothing(database_url, channel, next_version):
    before = applied_migrations()
    next_version("ALTER TABLE channels ADD COLUMN colour TEXT", "SELECT colour FROM nowhere")
    with pytest.raises(ValueError, match=r"thingclone.* cannot be opened: .*nowhere"):
        connect(database_url)
    assert applied_migrations() == before
    assert "colour" not in {column.name for column in database.get_columns("channels")}


@pytest.fixture
def failing_writes(database_url, channel):
    """Functions that make SQLite fail, each with one that mends it."""
    other = sqlite3.connect(database.database, isolation_level=None, check_same_thread=False)

    def locked():
        database.execute_sql("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        return lambda: other.execute("ROLLBACK")

    def read_only():
        database.execute_sql("PRAGMA query_only = 1")
        return lambda: database.execute_sql("PRAGMA query_only = 0")

    def full():
        pages = database.execute_sql("PRAGMA page_count").fetchone()[0]
        database.execute_sql(f"PRAGMA max_page_count = {pages}")
        return lambda: database.execute_sql("PRAGMA max_page_count = 1000000")

    yield {"locked": locked, "read-only": read_only, "full": full}
    other.close()


@on_sqlite
@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ("locked", "the database is locked by another program"),
        ("read-only", "the database file or its folder is read-only"),
        ("full", "the disk is full: nothing can be stored until there is space"),
    ],
)
def test_a_write_that_cannot_be_stored_is_answered_with_0(
    client, channel, failing_writes, failure, reason
):
    def update(**values):
        return client.get("/update", {"api_key": channel.write_key, **values})

    assert update(field1="1").text == "1"
    mend = failing_writes[failure]()
    answers = [update(field1="x" * 255, status="x" * 255) for _ in range(50)]
    refused = answers[-1]  # a page that was not full yet took the first ones
    assert (refused.status_int, refused.text) == (503, "0")
    assert refused.headers["X-ThingClone-Reason"] == reason
    mend()
    stored = 1 + sum(answer.status_int == 200 for answer in answers)
    assert update(field1="2").text == str(stored + 1)
    feed = client.get("/channels/1/feeds.json", {"api_key": channel.read_key}).json["feeds"]
    assert [entry["entry_id"] for entry in feed] == list(range(1, stored + 2))


@on_sqlite
def test_reads_go_on_while_a_write_is_refused(client, channel, failing_writes):
    client.get("/update", {"api_key": channel.write_key, "field1": "1"})
    mend = failing_writes["locked"]()
    assert client.get("/update", {"api_key": channel.write_key, "field1": "2"}).status_int == 503
    answer = client.get("/channels/1/fields/1/last.txt", {"api_key": channel.read_key})
    assert (answer.status_int, answer.text) == (200, "1")
    mend()


@on_sqlite
def test_a_bulk_write_that_cannot_be_stored_is_stored_not_even_in_part(
    client, channel, failing_writes
):
    messages = [{"delta_t": 1, "field1": "x" * 255} for _ in range(2000)]
    body = {"write_api_key": channel.write_key, "updates": messages}
    mend = failing_writes["full"]()
    refused = client.post_json("/channels/1/bulk_update.json", body)
    assert refused.status_int == 503
    assert refused.json["status"] == "503"
    mend()
    assert execute("SELECT count(*) FROM entries").fetchone() == (0,)
    assert client.post_json("/channels/1/bulk_update.json", body).status_int == 202
    assert execute("SELECT count(*), max(entry_id) FROM entries").fetchone() == (2000, 2000)


@on_sqlite
def test_a_file_that_is_damaged_is_refused_with_what_to_do(client, channel, failing_writes):
    # The log of the WAL is written into the file, and then the middle of it is overwritten.
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(database.database)
    content = path.read_bytes()
    database.close()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    refused = client.get("/update", {"api_key": channel.write_key, "field1": "1"})
    path.write_bytes(content)
    assert (refused.status_int, refused.text) == (503, "0")
    assert refused.headers["X-ThingClone-Reason"] == (
        "the database file is damaged: restore a backup"
    )


@pytest.fixture
def doorkeeper(database_url):
    """A function that ends all connections to the PostgreSQL database, and says whether new ones
    are let in.
    """
    url = database_url.replace("///thingclone", "///postgres")
    with psycopg.connect(url, autocommit=True) as administrator:

        def end_connections(let_in: bool):
            administrator.execute(f"ALTER DATABASE thingclone ALLOW_CONNECTIONS {let_in}")
            administrator.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = 'thingclone'"
            )

        yield end_connections
        administrator.execute("ALTER DATABASE thingclone ALLOW_CONNECTIONS true")


@on_postgresql
def test_a_restart_of_the_database_server_goes_unnoticed(client, channel, doorkeeper):
    def update():
        return client.get("/update", {"api_key": channel.write_key, "field1": "1"})

    assert update().text == "1"
    doorkeeper(let_in=True)
    assert update().text == "2"
    doorkeeper(let_in=True)
    read = client.get("/channels/1/fields/1.csv", {"api_key": channel.read_key})
    assert read.text.count("\n") == 3


@on_postgresql
def test_while_the_database_server_is_away_a_write_is_answered_with_0(client, channel, doorkeeper):
    def update():
        return client.get("/update", {"api_key": channel.write_key, "field1": "1"})

    assert update().text == "1"
    doorkeeper(let_in=False)
    for _ in range(2):
        refused = update()
        assert (refused.status_int, refused.text) == (503, "0")
        assert refused.headers["X-ThingClone-Reason"] == "the database server cannot be reached"
    doorkeeper(let_in=True)
    assert update().text == "2"


def test_a_failure_is_logged_without_the_values_it_was_about(channel, database_url, caplog):
    with pytest.raises(DatabaseFailure) as raised, database.atomic():
        execute(
            "INSERT INTO read_keys (channel_id, api_key, created_at) VALUES (?, ?, ?)",
            (channel.id, channel.read_key, 0),
        )
    refusal = explained(raised.value)
    assert refusal.reason == "the database failed: see the log of ThingClone"
    assert "the database failed: " in caplog.text
    assert channel.read_key not in caplog.text


def test_a_deleted_channels_number_is_never_given_again(gardener, add_channel):
    first = add_channel()
    first.counter.delete_instance()
    first.delete_instance()
    assert channels.add_channel(gardener, "Cellar", 0).id == 2


def test_nobody_else_can_read_a_file_that_is_made(tmp_path):
    """It holds the keys of all channels."""
    file = tmp_path / "new.db"
    connect(f"sqlite:///{file}")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("new.db*")} == {0o600}


def test_a_file_that_is_there_keeps_its_rights(tmp_path):
    file = tmp_path / "shared.db"
    file.touch()
    file.chmod(0o660)
    connect(f"sqlite:///{file}")
    assert file.stat().st_mode & 0o777 == 0o660


MEMORY_COUNTED = """
import _sqlite3, ctypes, sqlite3
from thingclone.database.sqlite import allow_parallel_reads
if {too_late}:
    early = sqlite3.connect({file!r})
    early.execute("CREATE TABLE readings (value)")
allow_parallel_reads()
connection = sqlite3.connect({file!r})
connection.execute("CREATE TABLE IF NOT EXISTS readings (value)")
connection.execute("INSERT INTO readings VALUES ('21.5')")
print(connection.execute("SELECT * FROM readings").fetchall())
print(ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used() > 0)
"""


@pytest.mark.parametrize("too_late", [False, True])
def test_threads_that_read_do_not_wait_to_count_memory(tmp_path, too_late):
    """A connection that is open already goes on, and everything stays as it is."""
    program = MEMORY_COUNTED.format(too_late=too_late, file=str(tmp_path / "readings.db"))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"[('21.5',)]\n{too_late}\n"
