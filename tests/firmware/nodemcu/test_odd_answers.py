"""Answers that are none: cut off, slow, in chunks, `0`, of a captive portal, or not there at all.

A reading is taken for written only if the answer is complete and says so; otherwise it stays in the
queue.
"""

import pytest

from tests.firmware.nodemcu.conftest import set_up
from tests.firmware.nodemcu.scripted import DATE, answer, scripted

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Hotel WiFi</title></head><body>Welcome</body></html>"
)
SETTINGS = {
    "ssid": "garden",
    "password": "",
    "host": "127.0.0.1",
    "channel": 1417,
    "write_key": "AQ3VKXN5TJ20ZLWM",
    "read_key": "P4YB81HCE7D9UGSR",
    "talkback": {"id": 7, "key": "0K6V2ZPLQ9XW4D7S"},
}


@pytest.fixture(params=["new", "net", "2016"])
def build(request) -> str:
    """Each way to a server; the other firmware shares its code with these."""
    return request.param


@pytest.fixture
def ask(board):
    """Types a line at a board whose server gives these answers; what it prints in so many
    seconds.
    """

    def ask(line: str, *answers, seconds: int = 4) -> str:
        with scripted(*answers) as server:
            if None in answers:
                board.options["patience"] = 0.5
            board.configure(**SETTINGS, port=server.port)
            set_up(board)
            printed = board.type(line) + board.run(seconds)
            ask.requests = server.requests
            return printed.replace(f"127.0.0.1:{server.port}", "SERVER")

    return ask


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UPDATE = "thing.update({21.5}, show)"
WRITTEN = "->\t318\tnil\t0\n"

GOOD = {
    "an answer": answer(b"318"),
    "one that is slow": (answer(b"318")[:20], answer(b"318")[20:-2], answer(b"318")[-2:]),
    "byte by byte": tuple(
        bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n318"
    ),
    "in chunks": CHUNKED + b"1\r\n3\r\n2\r\n18\r\n0\r\n\r\n",
    "without length": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n318",
    "of HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n318",
    "without a reason phrase": b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n318",
}


@pytest.mark.parametrize("kind", GOOD)
def test_good_answers(ask, kind):
    assert ask(UPDATE, GOOD[kind]) == WRITTEN


def test_header_names_in_any_case(ask, build):
    refusal = b"HTTP/1.1 400 Bad\r\ncontent-length: 1\r\nx-thingclone-reason:  no such key\r\n\r\n0"
    reason = "the answer is 400 0" if build == "2016" else "no such key"
    assert ask(UPDATE, refusal) == f"->\tnil\t{reason}\t1\n"


CUT_OFF = {
    "in the body": answer(b"318")[:-1],
    "before the body": answer(b"318")[:-3],
    "in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "in the first line": b"HTTP/1",
}


@pytest.mark.parametrize("place", CUT_OFF)
def test_an_answer_that_is_cut_off_acknowledges_nothing(ask, build, place):
    printed = ask(UPDATE, CUT_OFF[place])
    if build == "2016" and place == "in the body":
        assert printed == "->\t31\tnil\t0\n"  # its http module keeps the length to itself
    else:
        assert printed.startswith("->\tnil\t")
        assert printed.endswith("\t1\n")


def test_an_answer_that_is_cut_off_between_chunks(ask, build):
    printed = ask(UPDATE, CHUNKED + b"3\r\n31")
    if build == "net":
        assert printed == "->\tnil\tthe answer of SERVER was cut off\t1\n"
    else:
        assert printed == "->\t31\tnil\t0\n"  # the http module tells nobody


REFUSED = {
    "0": (answer(b"0"), "the answer is 200 0"),
    "0 with a reason": (
        answer(b"0", headers=DATE + b"X-ThingClone-Reason: too soon\r\n"),
        "too soon",
    ),
    "-1": (answer(b"-1"), "the answer is 200 -1"),
    "nothing": (answer(b""), "the answer is 200 "),
    "no number": (answer(b"318 apples"), "the answer is 200 318 apples"),
    "a number with zeros": (answer(b"0318"), "the answer is 200 0318"),
    "another status": (answer(b"318", b"503 Service Unavailable"), "the answer is 503 318"),
    "a portal": (answer(LOGIN_PAGE), "the answer is 200 <!DOCTYPE html><html><head><title>Hotel "),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_entry_id_acknowledges_nothing(ask, build, kind):
    said, reason = REFUSED[kind]
    if build == "2016" and "reason" in kind:
        reason = "the answer is 200 0"
    assert ask(UPDATE, said) == f"->\tnil\t{reason}\t1\n"


def test_a_portal_that_redirects(ask, build):
    redirect = (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/login\r\nContent-Length: 0\r\n\r\n"
    )

    def portal(request: bytes) -> bytes:
        if b"/login" in request:
            return answer(LOGIN_PAGE)
        port = request.partition(b"Host: 127.0.0.1:")[2].partition(b"\r\n")[0]
        return redirect % int(port)

    over_http = "the answer is 200 <!DOCTYPE html><html><head><title>Hotel "
    reason = "the answer is 302 " if build == "net" else over_http
    assert ask(UPDATE, portal) == f"->\tnil\t{reason}\t1\n"


def test_a_long_page_does_not_fill_the_memory(ask, build):
    printed = ask(UPDATE, answer(LOGIN_PAGE * 500))
    if build == "net":
        assert printed == "->\tnil\tthe answer of SERVER is too long\t1\n"
    else:
        assert printed == "->\tnil\tno connection to SERVER\t1\n"  # the module throws it away


def test_a_server_that_says_nothing(board, build):
    patience = {"new": 60, "2016": 10, "net": 20}[build]
    reason = "no answer from" if build == "net" else "no connection to"
    with scripted(None) as server:
        board.options["patience"] = 0.3
        board.configure(**SETTINGS, port=server.port)
        set_up(board)
        assert board.type(UPDATE) + board.run(patience - 1) == ""
        assert board.run(2) == f"->\tnil\t{reason} 127.0.0.1:{server.port}\t1\n"


def test_an_answer_that_the_http_module_forgets(board):
    board.options["build"] = "new"
    board.configure(**SETTINGS, port=9)
    set_up(board)
    board.type("http.request = function() end")  # as when another request takes its callback away
    assert board.type(UPDATE) + board.run(69) == ""
    assert board.run(2) == "->\tnil\tno answer from 127.0.0.1:9\t1\n"


def test_a_server_that_hangs_up(ask):
    assert ask(UPDATE, b"") == "->\tnil\tno connection to SERVER\t1\n"


def test_nobody_listens(board):
    board.configure(**SETTINGS, port=9)
    set_up(board)
    board.type(UPDATE)
    assert board.run(4) == "->\tnil\tno connection to 127.0.0.1:9\t1\n"


def test_a_name_that_nobody_knows(board, build):
    board.configure(**SETTINGS | {"host": "thingclone.invalid"}, port=80)
    set_up(board)
    board.type(UPDATE)
    reason = "no answer from" if build == "net" else "no connection to"
    assert board.run(21) == f"->\tnil\t{reason} thingclone.invalid:80\t1\n"


LAST = "thing.last(1, show)"
VALUE = b'{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5"}'


def test_the_last_value_is_read_from_an_answer_in_chunks(ask):
    chunks = CHUNKED + b"1A\r\n%s\r\n2a\r\n%s\r\n0\r\n\r\n" % (VALUE[:26], VALUE[26:])
    assert ask(LAST, chunks) == "->\t21.5\tnil\n"
    wanted = b"GET /channels/1417/fields/1/last.json?api_key=P4YB81HCE7D9UGSR HTTP/1.1\r\n"
    assert wanted in ask.requests[0]


NO_VALUE = {
    "-1": (answer(b"-1"), "the answer is 200 -1"),
    "null": (answer(b'{"field1":null}'), 'the answer is 200 {"field1":null}'),
    "another field": (answer(b'{"field2":"1"}'), 'the answer is 200 {"field2":"1"}'),
    "a portal": (answer(LOGIN_PAGE), "the answer is 200 <!DOCTYPE html><html><head><title>Hotel "),
    "an error": (
        answer(b"error_resource_not_found", b"404 Not Found"),
        "the answer is 404 error_resource_not_found",
    ),
}


@pytest.mark.parametrize("kind", NO_VALUE)
def test_what_is_no_value(ask, kind):
    said, reason = NO_VALUE[kind]
    assert ask(LAST, said) == f"->\tnil\t{reason}\n"


COMMAND = "thing.command(show)"
NEXT = (
    b'{"executed_at":"2024-05-01T12:00:00Z","position":null,"id":3,"command_string":"%s",'
    b'"created_at":"2024-05-01T11:59:00Z"}'
)


def test_a_command(ask):
    assert ask(COMMAND, answer(NEXT % b"PUMPON")) == "->\tPUMPON\tnil\n"
    wanted = b"GET /talkbacks/7/commands/execute.json?api_key=0K6V2ZPLQ9XW4D7S HTTP/1.1\r\n"
    assert wanted in ask.requests[0]


def test_a_command_with_quotes(ask):
    assert ask(COMMAND, answer(NEXT % rb"say \"on\" \\ off")) == '->\tsay "on" \\ off\tnil\n'


def test_no_command(ask):
    assert ask(COMMAND, answer(b"{}")) == "->\tnil\tnil\n"


def test_the_page_of_a_portal_is_no_command(ask):
    reason = "the answer is 200 <!DOCTYPE html><html><head><title>Hotel "
    assert ask(COMMAND, answer(LOGIN_PAGE)) == f"->\tnil\t{reason}\n"


PINS = "thing.pins(function(pins, why) print(pins and pins['1'], pins and pins['24'], why) end)"


def test_pins(ask):
    assert ask(PINS, answer(b'{"24": false, "1": true, "23": false}')) == "true\tfalse\tnil\n"
    wanted = b"GET /api/list?mac=5c:cf:7f:0b:0e:a8&api_key=AQ3VKXN5TJ20ZLWM HTTP/1.1\r\n"
    assert wanted in ask.requests[0]
    assert b"\r\nContent-Type: application/json\r\n" in ask.requests[0]


def test_the_page_of_a_portal_is_no_pins(ask):
    assert ask(PINS, answer(LOGIN_PAGE)).startswith("nil\tnil\tthe answer is 200 <!DOCTYPE")


def test_a_question_does_not_wait_for_ever_behind_another(ask):
    printed = ask(f"{LAST} {LAST}", None, answer(VALUE), seconds=80)
    assert printed.startswith("->\tnil\tno ")
    assert printed.endswith("->\t21.5\tnil\n")
