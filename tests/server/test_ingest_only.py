"""`--ingest-only`: a server that takes values in and lets them be read, and no more; on PostgreSQL
under a role that could do no more.
"""

import base64
import json
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import running, thingclone
from tests.tools import need, run
from thingclone.accounts import passwords, sessions
from thingclone.app import DOORS, INGEST_DOORS, create_app
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import devices
from thingclone.database import execute
from thingclone.database.models import Channel, Command, Device, Entry, User
from thingclone.settings import Settings

SCRIPT = Path(__file__).parents[2] / "deploy" / "postgresql.sql"
KEY = "USERKEY000000000"
WRITE, READ = "WRITEKEY00000001", "READKEY000000001"


@pytest.fixture(autouse=True)
def user_key(gardener):
    User.update(api_key=KEY, password_hash=passwords.hashed("open sesame")).execute()


# --- which routes there are -----------------------------------------------------------------------


class TestRoutes:
    @pytest.fixture
    def settings(self):
        return Settings(ingest_only=True)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/channels.json"),
            ("POST", "/channels.json"),
            ("GET", "/channels/public.json"),
            ("GET", "/channels/1.json"),
            ("PUT", "/channels/1.json"),
            ("DELETE", "/channels/1.json"),
            ("DELETE", "/channels/1/feeds.json"),
            ("POST", "/channels/1/feeds.json"),
            ("POST", "/channels/1/clear.json"),
            ("GET", "/channels/1/api_keys.json"),
            ("POST", "/channels/1/api_keys.json"),
            ("GET", "/users/gardener.json"),
            ("GET", "/users/gardener/channels.json"),
            ("POST", "/users/api_login"),
            ("POST", "/users/new_api_key.json"),
            ("GET", "/login"),
            ("GET", "/channels"),
            ("GET", "/channels/1"),
            ("GET", "/channels/1/charts/1"),
            ("GET", "/channels/1/charts/1.svg"),
            ("GET", "/welcome/token"),
            ("GET", "/account"),
            ("GET", "/channels/1/journal.json"),
            ("GET", "/talkbacks/1/commands.json"),
            ("POST", "/talkbacks/1/commands"),
            ("POST", "/talkbacks/1/commands/execute"),
            ("GET", "/devices.json"),
            ("POST", "/devices.json"),
            ("PUT", "/devices/board.json"),
            ("DELETE", "/devices/board.json"),
            ("DELETE", "/series/1"),
            ("DELETE", "/point/3"),
            ("DELETE", "/update"),
        ],
    )
    def test_administration_and_deletion_are_not_there(self, client, channel, method, path):
        for accepted in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8"):
            headers = {"Accept": accepted}
            answer = client.request(f"{path}?api_key={KEY}", method=method, headers=headers)
            assert answer.status_int == 404
            assert "html" not in answer.headers["Content-Type"]
        assert "Allow" not in answer.headers
        assert answer.headers["X-ThingClone-Reason"]
        assert Channel.select().count() == 1

    def test_what_is_left_is_part_of_the_whole(self):
        assert set(INGEST_DOORS) < set(DOORS)
        methods = {route.method for route in create_app(Settings(ingest_only=True)).routes}
        assert methods == {"GET", "POST", "PUT", "ANY", "OPTIONS"}

    def test_a_wrong_method_of_a_dialect_is_not_there_in_its_words(self, client):
        answer = client.delete("/series/1")
        reason = "this server is ingest-only: it does not offer DELETE /series/1"
        assert (answer.status_int, answer.json) == (404, {"message": reason})

    def test_a_talkback_executes_nothing(self, client, channel, gardener, clock):
        queue = talkback.add_talkback(gardener, "door", clock.moment)
        commands.add_command(queue, CommandUpdate("OPENDOOR"), clock.moment)
        update = {"api_key": WRITE, "field1": "5", "talkback_key": queue.api_key}
        assert client.get("/update", update).text == ""
        assert client.get("/update.json", update).text == "{}"
        assert client.get("/channels/1/fields/1/last.txt", {"api_key": READ}).text == "5"
        url = f"/talkbacks/{queue.id}/commands/execute?api_key={queue.api_key}"
        assert client.get(url).status_int == 404
        assert Command.get().executed_at is None

    def test_it_keeps_no_journal(self, client, channel):
        client.get("/update", {"api_key": READ, "field1": "5"})
        notebook = client.app.services.notebook
        assert not notebook

    def test_sessions_and_passwords_count_for_nothing(self, client, channel, gardener, clock):
        token = sessions.start(gardener, clock.moment)
        query = {"login": "gardener", "token": token}
        assert client.get("/channels/1/feeds.json", query).text == "-1"
        headers = {"Authorization": f"Basic {base64.b64encode(b'gardener:open sesame').decode()}"}
        answer = client.post("/SQL_API", {"location": "desk"}, headers=headers)
        assert (answer.status_int, answer.json) == (
            401,
            {"message": "this server does not check passwords: use login and user key"},
        )


# --- what it does ---------------------------------------------------------------------------------


def post_form(server, path: str, body: bytes, **headers: str):
    return server.get(path, body, Content_Type="application/x-www-form-urlencoded", **headers)


def everything_that_it_does(server):
    """Writes and reads by every door."""
    assert server.get("/healthz") == (200, "alive\n")
    assert server.get("/readyz") == (200, "ready\n")
    assert server.get(f"/update?api_key={WRITE}&field1=21.5&field5=new") == (200, "1")
    assert server.get(f"/update.json?api_key={WRITE}&mac=board&field1=22")[0] == 200
    bulk = {"write_api_key": WRITE, "updates": [{"delta_t": 1, "field1": 23}] * 3}
    answer = server.get(
        "/channels/1/bulk_update.json", json.dumps(bulk).encode(), Content_Type="application/json"
    )
    assert answer == (202, '{"success":true}')
    for path, form in product(
        ("feeds", "fields/1", "feeds/last", "fields/5/last", "status", "status/last",
         "feeds/last_data_age"),
        ("json", "xml", "csv"),
    ):  # fmt: skip
        assert server.get(f"/channels/1/{path}.{form}?api_key={READ}")[0] == 200
    assert server.get(f"/channels/1/fields/5/last.txt?api_key={READ}") == (200, "new")
    assert server.get(f"/channels/1/feeds.json?api_key={READ}&average=10")[0] == 200
    assert server.get(f"/stream/channels/1/feeds.csv?api_key={READ}")[1].count("\n") == 6
    assert server.get("/channels/1/feeds.json") == (400, "-1")


def everything_that_devices_do(server):
    """A new device gets a channel, in every dialect."""
    assert server.get(f"/update?api_key={KEY}&mac=new&field1=1") == (200, "1")
    assert server.get(f"/fields/1/last.txt?api_key={KEY}&mac=new") == (200, "1")
    assert server.get(f"/update/API_key={KEY}/mac=new/field=1/data=2") == (200, "2")
    basic = f"Basic {base64.b64encode(b'gardener:' + KEY.encode()).decode()}"
    url = "/rxdata/default/call/run/receive/10223432/hello"
    assert server.get(url, Authorization=basic) == (200, "hello")
    url = "/rxdata/default/call/run/command?chipid=10223432"
    assert server.get(url, Authorization=basic) == (200, "1")
    form = b"location=desk&temperature=21.5"
    status, _ = post_form(server, "/SQL_API", form, Authorization=basic)
    assert status == 200
    json_type = {"Content_Type": "application/json"}
    assert server.get(f"/api/list?api_key={KEY}", **json_type) == (200, '{"18": false}')
    toggled = server.get(f"/api/toggle/18?api_key={KEY}", b"{}", **json_type)
    assert toggled == (200, '{"Success": true}')
    for path in ("/series", "/points/count"):
        assert server.get(f"{path}?api_key={KEY}")[0] == 200
    for refused in ("NOSUCHKEY", READ):
        assert server.get(f"/update?api_key={refused}&field1=1") == (400, "0")
    assert server.get(f"/update?api_key={WRITE}&field1=6&talkback_key=X") == (200, "")


@pytest.fixture
def board(gardener, clock):
    devices.add_device(gardener, "switchboard", clock.moment, pins=(18,))


def test_it_writes_and_reads(database_url, channel, board):
    with running(database_url, "--ingest-only") as server:
        assert (
            "\nThis server offers only writing, reading and health checks (--ingest-only).\n"
            in server.output
        )
        everything_that_it_does(server)
        everything_that_devices_do(server)
        assert server.get(f"/devices.json?api_key={KEY}")[0] == 404


def test_without_tables_it_does_not_start_and_tells_what_to_do(database_url, tmp_path):
    execute("DELETE FROM schema_migration WHERE name = '0005_devices'")
    done = thingclone("serve", "--port", "0", "--ingest-only", database_url=database_url)
    execute("INSERT INTO schema_migration (name, applied) VALUES ('0005_devices', '2024-05-01')")
    assert done.returncode == 1
    assert done.stderr.endswith(
        " cannot be opened: its tables lack the change 0005_devices: start thingclone serve"
        " without --ingest-only once, as the owner of the tables\n"
    )


@on_sqlite
def test_on_an_empty_file_it_makes_nothing(database_url, tmp_path):
    url = f"sqlite:///{tmp_path}/empty.db"
    done = thingclone("serve", "--port", "0", "--ingest-only", database_url=url)
    assert done.returncode == 1
    assert "its tables lack the change 0001_channels_and_entries" in done.stderr


# --- under the role of deploy/postgresql.sql ------------------------------------------------------


@pytest.fixture
def ingest_url(database_url) -> str:
    """The same database for the role, which is made as the documentation tells; twice, because
    somebody will.
    """
    folder = parse_qs(urlsplit(database_url).query)["host"][0]
    psql = [need("psql"), "-h", folder, "-U", "thingclone", "-d", "thingclone"]
    for _ in range(2):
        run(*psql, "--quiet", "--file", str(SCRIPT))
    return database_url.replace("user=thingclone", "user=thingclone_ingest")


@pytest.fixture
def ask(ingest_url):
    """A function that has the role run a statement, and returns the rows."""
    parts = urlsplit(ingest_url)
    host = parse_qs(parts.query)["host"][0]
    connection = psycopg.connect(
        host=host, user="thingclone_ingest", dbname="thingclone", autocommit=True
    )
    yield lambda statement: connection.execute(statement).fetchall()
    connection.close()


@on_postgresql
def test_under_the_role_it_writes_and_reads(ingest_url, channel, board):
    with running(ingest_url, "--ingest-only") as server:
        everything_that_it_does(server)
        everything_that_devices_do(server)
        _, log = server.stop()
    assert "denied" not in log
    known = [device.mac for device in Device.select().order_by(Device.id)]
    assert known == ["switchboard", "board", "new", "10223432", "desk"]
    assert Entry.select().where(Entry.channel == channel).count() == 6


@on_postgresql
def test_a_board_makes_its_series_under_the_role(ingest_url):
    with running(ingest_url, "--ingest-only") as server:
        url = f"{server.url}/series/new"
        made = {"token": KEY, "device_id": "a", "device_desc": "b"}
        assert put(url, made) == (201, "1")
        point = {"token": KEY, "series_id": 1, "fields": {"temp_C": 13.5}}
        assert put(f"{server.url}/point/new", point) == (201, "3")
        assert server.get(f"/point/3?api_key={KEY}")[0] == 200
        assert server.get("/channels/1/fields/1/last.txt") == (200, "13.5")


def put(url: str, document: dict) -> tuple[int, str]:
    curl = ["curl", "-s", "-w", " %{http_code}", "-X", "PUT", url]
    printed = run(
        *curl, "-H", "Content-Type: application/json", "-d", json.dumps(document)
    ).rpartition(" ")
    return int(printed[2]), printed[0]


FORBIDDEN = [
    "DELETE FROM entries",
    "TRUNCATE entries",
    "UPDATE entries SET field1 = 'x'",
    "DELETE FROM channels",
    "DELETE FROM counters",
    "DELETE FROM devices",
    "DELETE FROM read_keys",
    "UPDATE channels SET write_key = 'x'",
    "UPDATE channels SET public = true",
    "UPDATE channels SET name = 'x'",
    "UPDATE read_keys SET api_key = 'x'",
    "UPDATE devices SET command = 'x'",
    "UPDATE devices SET channel_id = 1",
    "UPDATE users SET api_key = 'x'",
    "INSERT INTO users (login, api_key, public_profile, created_at) VALUES ('x', 'x', true, 1)",
    "SELECT password_hash FROM users",
    "SELECT email FROM users",
    "SELECT * FROM users",
    "SELECT * FROM sessions",
    "SELECT * FROM talkbacks",
    "SELECT * FROM commands",
    "SELECT * FROM attempts",
    "SELECT * FROM corrections",
    "SELECT * FROM corrected_entries",
    "DELETE FROM sessions",
    "INSERT INTO schema_migration (name, applied) VALUES ('x', now())",
    "DROP TABLE entries",
    "DROP TABLE users",
    "ALTER TABLE entries ADD COLUMN x TEXT",
    "CREATE TABLE x (y INTEGER)",
    "CREATE TEMPORARY TABLE x (y INTEGER)",
    "CREATE SCHEMA x",
    "CREATE INDEX x ON entries (field1)",
    "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE x",
    "SET ROLE thingclone",
    "COPY entries TO PROGRAM 'cat'",
]


@on_postgresql
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_can_do_no_harm(ask, channel, write, statement):
    write(channel, field1="21.5")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(statement)
    assert Entry.get().field1 == "21.5"
    assert User.get().api_key == KEY


@on_postgresql
def test_the_role_has_rights_on_no_other_table(ask):
    granted = ask(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE grantee = 'thingclone_ingest'"
    )
    assert set(granted) == {
        *product(("entries", "channels", "read_keys", "devices", "series"), ("SELECT", "INSERT")),
        *product(("counters", "pulse"), ("SELECT", "INSERT", "UPDATE")),
        ("pins", "SELECT"),
        ("schema_migration", "SELECT"),
    }


@on_postgresql
def test_a_server_that_administers_does_not_start_under_the_role(ingest_url):
    done = thingclone("serve", "--host", "127.0.0.1", "--port", "0", database_url=ingest_url)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "Error: the role in the database URL may not do that: a role for --ingest-only has"
        " few rights\n"
    )
