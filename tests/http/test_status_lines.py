"""The status line of every answer, written out in full (contract, decisions and section 3.1).

The reason phrases are our own: Python 3.13 calls a 413 `Content Too Large`.
"""

import bottle
import pytest
from webtest import TestRequest

from tests.conftest import Client
from tests.http.test_refusals import BrokenOff, database_broken
from tests.servers import running
from tests.sockets import ask
from thingclone.accounts import sessions
from thingclone.app import create_app
from thingclone.database.models import User
from thingclone.formats import times
from thingclone.settings import Settings, flag

USER = b"api_key=USERKEY000000000"
WRITE = b"api_key=WRITEKEY00000001"
UPLOAD = (
    b"--CUT\r\nContent-Disposition: form-data; name=\"upload[csv]\"; filename=\"a.csv\"\r\n\r\n"
    b"created_at,field1\n2024-05-01 12:00:00,21.5\n\r\n--CUT--\r\n"
)  # fmt: skip


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    lines = [b"%s HTTP/1.1" % line, b"Host: localhost", b"Connection: close", *headers]
    return b"%b\r\nContent-Length: %d\r\n\r\n%b" % (b"\r\n".join(lines), len(body), body)


JSON = b"Content-Type: application/json"
OURS = b"Origin: http://localhost"
TOKEN = b'{"token":"USERKEY000000000"}'
# One server answers these in this order. Some depend on the requests before them.
ANSWERS = [
    (request(b"GET /healthz"), b"200 OK"),
    (
        request(b"PUT /series/new", JSON,
                body=TOKEN[:-1] + b',"device_id":"1","device_desc":"2","desc":"3"}'),
        b"201 Created",
    ),
    (
        request(b"POST /channels/1/bulk_update.json?" + WRITE, JSON,
                body=b'{"updates":[{"created_at":"2024-05-01T12:00:00Z","field1":"1"}]}'),
        b"202 Accepted",
    ),
    (request(b"DELETE /series/7", JSON, body=TOKEN), b"204 No Content"),
    (
        request(b"POST /channels/1/upload", OURS, b"Cookie: thingclone_session=SESSION",
                b"Content-Type: multipart/form-data; boundary=CUT", body=UPLOAD),
        b"302 Found",
    ),
    (request(b"GET /account", b"Accept: text/html"), b"303 See Other"),
    (request(b"GET /channels/public.json", b"If-None-Match: *"), b"304 Not Modified"),
    (request(b"GET /update?api_key=WRONG"), b"400 Bad Request"),
    (request(b"GET /channels.json"), b"401 Unauthorized"),
    (request(b"POST /login", b"Origin: http://elsewhere.example"), b"403 Forbidden"),
    (request(b"GET /channels/77.json"), b"404 Not Found"),
    (request(b"PUT /channels/1/feeds.json"), b"405 Method Not Allowed"),
    (request(b"GET /channels/1/feeds.png?" + WRITE), b"406 Not Acceptable"),
    (request(b"POST /devices.json?" + USER + b"&mac=known"), b"200 OK"),
    (request(b"POST /devices.json?" + USER + b"&mac=known"), b"409 Conflict"),
    (request(b"POST /update", body=b"x" * 1001), b"413 Request Entity Too Large"),
    (
        request(b"POST /channels/1/bulk_update.json?" + WRITE, JSON, body=b'{"updates":[]}'),
        b"429 Too Many Requests",
    ),
]  # fmt: skip

SETTINGS = {
    "max_body": 1000, "write_interval": 15, "open_dialects": "series", "dialect_user": "gardener",
}  # fmt: skip


@pytest.fixture
def settings():
    return Settings(**SETTINGS)


@pytest.fixture
def with_session(gardener, channel):
    """A function that puts the key of the gardener's session into a request."""
    User.update(api_key="USERKEY000000000").execute()
    session = sessions.start(gardener, times.now()).encode()
    return lambda text: text.replace(b"SESSION", session)


@pytest.fixture
def foreign_phrases(monkeypatch):
    """A Python with other reason phrases."""
    words = {code: f"{code} Foreign Phrase" for code in bottle.HTTP_CODES}
    monkeypatch.setattr(bottle, "_HTTP_STATUS_LINES", words)


def test_the_app_sends_its_own_phrases(with_session, settings, clock, foreign_phrases):
    app = create_app(settings, clock)
    for text, line in ANSWERS:
        answer = Client(app).do_request(TestRequest.from_bytes(with_session(text)))
        assert answer.status == line.decode()
    with database_broken():
        assert Client(app).get("/channels/public.json").status == "503 Service Unavailable"


def test_a_fault_has_our_own_phrase(client, foreign_phrases):
    request = TestRequest.blank("/update", method="POST")
    request.environ |= {"wsgi.input": BrokenOff(), "CONTENT_LENGTH": "1"}
    assert client.do_request(request).status == "500 Internal Server Error"


def test_the_server_sends_the_same_phrases(with_session, database_url):
    options = [f"{flag(name)}={value}" for name, value in SETTINGS.items()]
    with running(database_url, *options) as server:
        for text, line in ANSWERS:
            assert status_lines(ask(server.port, with_session(text))) == (line, line)
        with database_broken():
            answer = ask(server.port, request(b"GET /channels/public.json"))
        assert status_lines(answer) == (b"503 Service Unavailable",) * 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"GET /update HTTP/1.1\r\nBroken : a\r\n\r\n", b"400 Bad Request"),
        (b"GET /update HTTP/1.1\r\nX: " + b"a" * 20_000, b"431 Request Header Fields Too Large"),
        (
            b"POST /update HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            b"501 Not Implemented",
        ),
    ],
)
def test_what_is_not_a_request_is_answered_with_the_same_phrases(server, text, line):
    assert status_lines(ask(server.port, text)) == (line, line)


def test_a_malformed_proxy_header_is_answered_with_the_same_phrase(database_url, gardener):
    with running(database_url, "--trusted-proxy", "127.0.0.1") as server:
        answer = ask(server.port, request(b"GET /healthz", b'X-Forwarded-For: "a'))
    assert status_lines(answer) == (b"400 Bad Request",) * 2
    assert b"malformed" in answer


def status_lines(answer: bytes) -> tuple[bytes, bytes]:
    """The status line, and the value of the header Status."""
    head = answer.partition(b"\r\n\r\n")[0]
    first, *headers = head.split(b"\r\n")
    named = [line.removeprefix(b"Status: ") for line in headers if line.startswith(b"Status: ")]
    assert first.startswith(b"HTTP/1.1 ")
    return first.removeprefix(b"HTTP/1.1 "), *named
