"""The access log of a running server holds no key and no password."""

import signal

import pytest

from tests.databases import on_sqlite
from tests.servers import PATIENCE
from tests.sockets import ask


@on_sqlite
@pytest.mark.parametrize(
    ("path", "logged"),
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
    ],
)
def test_secrets_are_masked(server, path, logged):
    server.get(path)
    server.process.send_signal(signal.SIGTERM)
    output, _ = server.process.communicate(timeout=PATIENCE)
    assert f'"GET {logged} HTTP/1.1"' in output
    assert "sesame" not in output


@on_sqlite
def test_a_password_with_blanks_in_it_is_masked_as_a_whole(server):
    ask(server.port, b"GET /users/api_login?password=open sesame now HTTP/1.1\r\n\r\n")
    server.process.send_signal(signal.SIGTERM)
    output, _ = server.process.communicate(timeout=PATIENCE)
    assert "sesame" not in output
    assert "now" not in output
    assert "/users/api_login?password=..." in output
