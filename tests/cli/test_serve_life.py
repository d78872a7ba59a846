"""`thingclone serve` from start to end: where it listens, what it logs, how it stops."""

import http.client
import re
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.databases import on_postgresql
from tests.servers import COMMAND, PATIENCE, Server, ended, running, thingclone
from tests.tools import missing
from thingclone import __version__
from thingclone.database import database, execute
from thingclone.database.models import Channel, User

STOPPING = [signal.SIGTERM, signal.SIGINT]


def test_the_last_line_names_the_address_that_answers(database_url):
    with running(database_url) as server:
        assert server.output.endswith(f"\nListening on http://127.0.0.1:{server.port}\n")
        assert server.get("/") == (200, "")


def test_the_first_line_tells_version_address_and_database(database_url, tmp_path):
    with running(database_url) as server:
        line = server.output.partition("\n")[0]
    start, _, place = line.partition(", data: ")
    assert start == f"ThingClone {__version__} on http://127.0.0.1:{server.port}"
    if database_url.startswith("sqlite"):
        assert place == f"{tmp_path}/thingclone.db"
    else:
        assert place.startswith("PostgreSQL database thingclone on /")


def test_an_ipv6_address_stands_in_brackets(database_url):
    if not socket.has_dualstack_ipv6():
        missing("this machine has no IPv6")
    arguments = ["serve", "--host", "::1", "--port", "0", "--database", database_url]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        line = next(line for line in process.stdout if line.startswith("Listening"))
        port = re.fullmatch(r"Listening on http://\[::1\]:(\d+)\n", line).group(1)
        connection = http.client.HTTPConnection("::1", int(port), timeout=PATIENCE)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
        process.terminate()
    assert process.returncode == 0


def test_a_port_in_use_is_named_and_nothing_is_made(database_url):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        done = thingclone("serve", "--host", "127.0.0.1", "--port", port, database_url=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    )
    assert not User.select().exists()


def test_an_address_of_another_machine_is_named(database_url):
    done = thingclone("serve", "--host", "192.0.2.1", "--port", "0", database_url=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: cannot listen on 192.0.2.1 port 0: Cannot assign requested address\n"
    )


@on_postgresql  # an SQLite file has one server
def test_two_servers_that_start_at_once_make_one_account(database_url):
    with ThreadPoolExecutor() as pool:
        place = ("--host", "127.0.0.1", "--port", "0", "--database", database_url)
        servers = [pool.submit(Server, *place) for _ in range(3)]
    for server in servers:
        with ended(server.result()) as started:
            assert started.get("/") == (200, "")
    assert [user.login for user in User.select()] == ["owner"]
    assert Channel.select().count() == 1


@pytest.mark.parametrize("signal_number", STOPPING)
def test_a_signal_ends_it_with_status_0_and_without_a_word(database_url, signal_number):
    with running(database_url) as server:
        # A client that keeps its connection open does not hold it up.
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b""
        assert server.stop(signal_number) == (0, "")
        connection.close()


@on_postgresql
@pytest.mark.parametrize("signal_number", STOPPING)
def test_a_running_write_is_finished_before_the_end(channel, server, signal_number):
    def write():
        return server.get(f"/update?api_key={channel.write_key}&field1=42")

    with ThreadPoolExecutor() as pool:
        with database.atomic():
            execute("SELECT 1 FROM counters WHERE channel_id = ? FOR UPDATE", (channel.id,))
            answer = pool.submit(write)
            wait_until(lambda: execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())
            server.process.send_signal(signal_number)
            with pytest.raises(subprocess.TimeoutExpired):
                server.process.wait(0.5)
        assert answer.result() == (200, "1")
    assert server.process.wait(PATIENCE) == 0
    assert execute("SELECT field1 FROM entries").fetchall() == [("42",)]


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_log_holds_no_key(channel, gardener, database_url):
    secrets = [channel.write_key, channel.read_key, gardener.api_key, "WRONGKEY00000001"]
    with running(database_url, "--log-level", "debug") as server:
        for key in secrets:
            server.get(f"/update?api_key={key}&field1=1")
            server.get("/update", f"field1=1&api_key={key}".encode())
            server.get("/update", b'{"field1":', content_type="application/json")
            server.get("/update?field1=1", X_THINGSPEAKAPIKEY=key)
            server.get(f"/channels/1/feeds.json?api_key={key}")
            server.get(f"/channels/1/feeds/last.json?key={key}")
            server.get(f"/channels/1.json?api_key={key}")
            server.get(f"/users/gardener.json?api_key={key}")
            server.get(f"/nowhere?api_key={key}")
        execute("ALTER TABLE counters RENAME TO gone")
        for key in secrets:
            assert server.get(f"/update?api_key={key}&field1=1") == (503, "0")
        execute("ALTER TABLE gone RENAME TO counters")
        _, log = server.stop()
    assert "ERROR thingclone.database: the database failed: " in log
    assert [secret for secret in secrets if secret in log] == []


def test_the_log_tells_nothing_at_level_error_of_what_went_well(channel, database_url):
    with running(database_url, "--log-level", "error") as server:
        server.get(f"/update?api_key={channel.write_key}&field1=1")
        assert server.stop() == (0, "")
