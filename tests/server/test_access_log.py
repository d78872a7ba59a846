"""The access log: a line for each answer, in the form that tools know, and no key in it."""

import re
from contextlib import contextmanager

import pytest

from tests.databases import on_sqlite
from tests.servers import running
from tests.sockets import Board, ask
from thingclone.settings import SETTINGS

KEY = "WRITEKEY00000001"
# Address, identity, user, [time], "request", status, bytes, "referer", "user agent".
COMBINED = re.compile(
    r'(\S+) - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "(.*)" (\d{3}) (\d+)'
    r' "(.*)" "(.*)"\n'
)


@contextmanager
def logged(database_url, *options):
    """A server, and the lines that it has logged when the block is over."""
    lines = []
    with running(database_url, *options) as server:
        yield server, lines
        server.process.terminate()
        lines += server.process.stdout.readlines()
        server.process.wait()


def test_it_is_on_unless_told_otherwise():
    assert SETTINGS["access_log"].default is True


def test_an_answer_is_a_line_in_the_combined_form(database_url, channel):
    with logged(database_url) as (server, lines):
        server.get("/healthz", Referer="http://example.org/", User_Agent="curl/8.0")
    [line] = lines
    assert COMBINED.fullmatch(line).groups() == (
        "127.0.0.1", "GET /healthz HTTP/1.1", "200", "6", "http://example.org/", "curl/8.0",
    )  # fmt: skip


def test_of_keys_only_the_beginning_is_seen(database_url, channel):
    paths = [f"/update?api_key={KEY}&field1=1", f"/update?field1=2&KEY={KEY}"]
    paths += [f"/update?apikey={KEY}x&headers=false", f"/update/API_key={KEY}/field=1/data=3"]
    with logged(database_url) as (server, lines):
        for path in paths:
            server.get(path)
        ask(server.port, f"GET /update?key={KEY}&field1=4\r\n".encode())
    assert len(lines) == 5
    assert not [line for line in lines if KEY[4:] in line]
    assert [KEY[:4] + "..." in line for line in lines] == [True] * 5


def test_refused_and_slow_requests_have_their_line_too(database_url, channel):
    with logged(database_url) as (server, lines):
        server.get("/update?api_key=WRONG")
        server.get(f"/channels/1/feeds.csv?api_key={channel.read_key}")
        ask(server.port, b"POST /update HTTP/1.1\nTransfer-Encoding: chunked\n\n0\n\n")
    found = [COMBINED.fullmatch(line).group(2, 3) for line in lines]
    assert found == [
        ("GET /update?api_key=WRON... HTTP/1.1", "400"),
        ("GET /channels/1/feeds.csv?api_key=READ... HTTP/1.1", "200"),
        ("POST /update HTTP/1.1", "400"),
    ]


def test_nothing_that_a_client_sends_makes_a_second_line(database_url, channel):
    odd = b'GET /nothing?a="b" HTTP/1.1\r\nUser-Agent: "red"\xff\r\nConnection: close\r\n\r\n'
    with logged(database_url) as (server, lines):
        ask(server.port, odd)
    [line] = lines
    assert line.isascii()
    assert COMBINED.fullmatch(line).group(6) == r"\"red\"\xff"


def test_the_address_is_the_one_that_a_trusted_proxy_names(database_url, channel):
    with logged(database_url, "--trusted-proxy", "127.0.0.1") as (server, lines):
        server.get("/healthz", X_Forwarded_For="203.0.113.9")
    assert lines[0].startswith("203.0.113.9 - - [")


def test_it_can_be_turned_off(database_url, channel):
    with logged(database_url, "--no-access-log") as (server, lines):
        assert server.get("/healthz") == (200, "alive\n")
    assert lines == []


def test_a_log_that_nobody_reads_holds_nobody_up(database_url, channel):
    """A pipe takes some 64 kB; the lines beyond are dropped, and counted once somebody reads."""
    with running(database_url) as server:
        with Board(server.port) as board:
            for _ in range(1500):
                board.send(b"GET /healthz HTTP/1.1\r\n\r\n").hear_answer()
        lines = []
        while not any("lines were dropped here" in line for line in lines):
            lines.append(server.process.stdout.readline())
            if len(lines) % 50 == 0:
                server.get("/healthz")
    assert int(lines[-1].split()[0]) > 100


# --- secrets --------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/update?api_key=WRITEKEY00000001&field1=1", "/update?api_key=WRIT...&field1=1"),
        ("/channels.json?key=USERKEY000000000", "/channels.json?key=USER..."),
        (
            "/users/api_login?login=gardener&password=open+sesame/x&a=b",
            "/users/api_login?login=gardener&password=...&a=b",
        ),
        ("/users/api_login?password=open%20sesame", "/users/api_login?password=..."),
        ("/login?user%5Bpassword%5D=sesame&b=c", "/login?user%5Bpassword%5D=...&b=c"),
        (
            "/channels.json?login=gardener&token=abcdefghijklmnopqrstuvwxyz",
            "/channels.json?login=gardener&token=abcd...",
        ),
        ("/channels/1/api_keys/READKEY000000001.json", "/channels/1/api_keys/READ..."),
        ("/update?field1=1&api_key=", "/update?field1=1&api_key=..."),
        ("/update?api_key='WRITEKEY00000001'", "/update?api_key='WRIT...'"),
        (
            "/login?login=gardener&password=it's,sesame&b=c",
            "/login?login=gardener&password=...&b=c",
        ),
        ("/login?password=", "/login?password=..."),
    ],
)
def test_secrets_are_masked(database_url, path, seen):
    with logged(database_url) as (server, lines):
        server.get(path)
    assert f'"GET {seen} HTTP/1.1"' in lines[-1]
    assert "sesame" not in "".join(lines)


@on_sqlite
def test_a_password_with_blanks_in_it_is_masked_as_a_whole(database_url):
    with logged(database_url) as (server, lines):
        ask(server.port, b"GET /users/api_login?password=open sesame now HTTP/1.1\r\n\r\n")
    assert "/users/api_login?password=..." in lines[-1]
    assert not re.search("sesame|now", "".join(lines))
