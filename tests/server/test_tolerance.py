"""Requests that stock waitress refuses and old boards send, and those that must be refused all the
same.
"""

import select
from time import monotonic

import pytest

from tests.servers import running
from tests.sockets import Board, ask, one_by_one

KEY = b"WRITEKEY00000001"


@pytest.fixture
def port(server, channel):
    return server.port


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.fixture
def last_field1(client, channel):
    """A function that reads the newest value of field 1 through another door."""
    return lambda: client.get(f"/channels/1/fields/1/last.txt?api_key={channel.read_key}").text


GET = b"GET /update?api_key=" + KEY + b"&field1=%s"


@pytest.mark.parametrize(
    "request_bytes",
    [
        GET % b"7" + b"\r\n",
        GET % b"7" + b"\n",
        GET % b"7" + b"\r\n\r\n",
        GET % b"7" + b" \r\nHost: api.thingspeak.com\r\nConnection: close\r\n\r\n",
        GET.replace(b"GET /", b"GET http://api.thingspeak.com/") % b"7" + b"\r\n",
        GET % b"7" + b"\nHTTP/1.1 Host: api.thingspeak.com",
    ],
)
def test_a_line_without_a_version_is_answered_with_the_bare_body(port, last_field1, request_bytes):
    assert ask(port, request_bytes) == b"1"
    assert last_field1() == "7"


def test_a_refused_line_without_a_version_is_a_bare_0(port):
    assert ask(port, b"GET /update?api_key=WRONG&field1=7\r\n") == b"0"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_may_end_with_a_bare_lf(port, last_field1, end):
    lines = [
        b"POST /update HTTP/1.1",
        b"Host: api.thingspeak.com",
        b"Connection: close",
        b"X-THINGSPEAKAPIKEY: " + KEY,
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 8",
        b"",
        b"field1=7",
    ]
    answer = ask(port, *(line + end for line in lines[:-1]), lines[-1])
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body_of(answer) == b"1"
    assert last_field1() == "7"


def test_blanks_and_raw_bytes_in_the_query_are_kept(port, last_field1):
    text = "warm & dry, 21 °C".replace("&", "%26").encode()
    answer = ask(port, GET % text + b" HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert body_of(answer) == b"1"
    assert last_field1() == "warm & dry, 21 °C"


@pytest.mark.parametrize("host", [b"", b"Host:\r\n", b"Host: a b c\r\n", b"Host: [::1\r\n"])
def test_the_host_does_not_matter(port, host):
    answer = ask(port, GET % b"7" + b" HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")
    assert body_of(answer) == b"1"


def test_line_ends_between_requests_are_passed_over(port):
    request = GET % b"7" + b" HTTP/1.1\r\n\r\n"
    with Board(port) as board:
        for expected in (b"1", b"2", b"3"):
            assert body_of(board.send(b"\r\n\n" + request + b"\r\n").hear_answer()) == expected


@pytest.mark.parametrize("missing", [1, 2])
def test_a_body_that_lacks_a_byte_or_two_is_taken_as_it_is(port, last_field1, missing):
    request = (
        b"POST /update HTTP/1.1\r\nX-THINGSPEAKAPIKEY: " + KEY
        + b"\r\nContent-Length: %d\r\n\r\nfield1=7" % (8 + missing)
    )  # fmt: skip
    assert body_of(ask(port, request)) == b"1"
    assert last_field1() == "7"


def test_an_answer_in_the_form_of_http_1_1_goes_to_a_client_of_1_0(port):
    answer = ask(port, GET % b"7" + b" HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Length: 1\r\n" in answer
    assert b"\r\nConnection: close\r\n" in answer
    assert b"Transfer-Encoding" not in answer


def test_headers_keep_the_spelling_that_devices_look_for(port):
    answer = ask(port, b"GET /update HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"\r\nStatus: 400 Bad Request\r\n" in answer
    assert b"\r\nX-ThingClone-Reason: a write needs the channel's write key" in answer


# --- what comes slowly ----------------------------------------------------------------------------


def test_a_request_may_come_one_byte_a_packet(port, last_field1):
    request = GET % b"7" + b" HTTP/1.1\r\nHost: api.thingspeak.com\r\nConnection: close\r\n\r\n"
    assert body_of(ask(port, *one_by_one(request))) == b"1"
    assert last_field1() == "7"


def test_a_slow_client_holds_nobody_up(server, port):
    request = GET % b"7" + b" HTTP/1.1\r\nHost: api.thingspeak.com\r\nConnection: close\r\n\r\n"
    with Board(port) as slow:
        for piece in (request[:10], request[10:40], request[40:70]):
            slow.send(piece)
            assert server.get("/healthz") == (200, "alive\n")
        assert body_of(slow.send(request[70:]).hear()) == b"1"


def test_fifty_six_bytes_a_second_are_fast_enough(database_url, channel):
    """A request takes as long as it takes, as long as it comes faster than 50 bytes a second."""
    request = GET % (b"7" * 120) + b" HTTP/1.1\r\nConnection: close\r\n\r\n"
    pieces = [request[place : place + 7] for place in range(0, len(request), 7)]
    with running(database_url, "--request-timeout", "1") as server:
        answer = ask(server.port, *pieces, pause=0.12)
    assert body_of(answer) == b"1"


def test_a_dripping_request_is_cut_off_with_a_reason(database_url, channel):
    with running(database_url, "--request-timeout", "1") as server:
        answer = ask(server.port, b"GET /upd", b"a", b"t", b"e", pause=0.3)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert (
        b"X-ThingClone-Reason: the headers of the request do not end with an empty line" in answer
    )


# --- what is refused all the same -----------------------------------------------------------------

SMUGGLED = b"GET /update?api_key=" + KEY + b"&field1=smuggled HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"POST /update HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n",
        b"POST /update HTTP/1.1\nContent-Length: 5\nContent-Length: 50\n\n",
        b"POST /update HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
        b"POST /update HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
        b"POST /update HTTP/1.1\nTransfer-Encoding: chunked\n\n0\n\n",
        b"POST /update HTTP/1.1\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /upd ate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /update HTTP/1.1\r\nX: a\rContent-Length: 50\r\n\r\n",
    ],
)
def test_nothing_is_smuggled_behind_an_ambiguous_request(server, port, client, channel, head):
    answer = ask(port, head + SMUGGLED + SMUGGLED)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 "))
    assert answer.count(b"HTTP/1.1") == 1
    feed = client.get(f"/channels/1/feeds.json?api_key={channel.read_key}").json
    assert feed["feeds"] == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET /update?api_key=" + KEY + b"&field1=7\r\n\r\n",
        b"GET /update?api_key=" + KEY + b"&field1=7 HTTP/1.1\n\n",
        b"GET /update?api_key=" + KEY + b"&field1=7 7 HTTP/1.1\r\n\r\n",
    ],
)
def test_no_byte_after_a_tolerated_request_runs(port, client, channel, head):
    answer = ask(port, head + SMUGGLED)
    assert (body_of(answer) or answer) == b"1"
    feed = client.get(f"/channels/1/feeds.json?api_key={channel.read_key}").json
    assert [entry["field1"] for entry in feed["feeds"]] in (["7"], ["7 7"])


def test_a_second_request_of_a_connection_is_not_tolerated(port):
    with Board(port) as board:
        first = board.send(GET % b"1" + b" HTTP/1.1\r\n\r\n").hear_answer()
        assert body_of(first) == b"1"
        assert (
            board.send(GET % b"2" + b" HTTP/1.1\nHost: x\n\n\r\n\r\n")
            .hear()
            .startswith(b"HTTP/1.1 400 ")
        )


def test_a_well_formed_chunked_request_is_taken(port, last_field1):
    answer = ask(
        port,
        b"POST /update HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        b"X-THINGSPEAKAPIKEY: " + KEY + b"\r\n\r\n3\r\nfie\r\n5\r\nld1=7\r\n0\r\n\r\n",
    )  # fmt: skip
    assert body_of(answer) == b"1"
    assert last_field1() == "7"


def test_a_head_without_end_is_refused(port):
    answer = ask(port, b"GET /update HTTP/1.1\r\nX: " + b"a" * 20_000)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


def test_a_body_beyond_the_limit_is_refused_by_the_door(port, database_url):
    head = b"POST /update HTTP/1.1\r\nContent-Length: 10000001\r\n\r\n"
    answer = ask(port, head + b"field1=7")
    assert answer.startswith(b"HTTP/1.1 413 Request Entity Too Large\r\n")
    assert body_of(answer) == b"0"
    assert b"X-ThingClone-Reason: the body has 10000001 bytes: the limit is 10000000\r\n" in answer


def test_a_body_far_beyond_the_limit_is_refused_with_the_length_that_it_has(port):
    head = b"POST /update HTTP/1.1\r\nContent-Length: 25000000\r\n\r\n"
    answer = ask(port, head + b"field1=7")
    assert b"X-ThingClone-Reason: the body has 25000000 bytes: the limit is 10000000\r\n" in answer


def test_a_body_beyond_the_limit_is_refused_where_nobody_reads_it(port, client, channel):
    """XML says nothing that counts, so this would be a write by its query alone."""
    head = GET.replace(b"GET", b"POST") % b"7" + b" HTTP/1.1\r\nContent-Type: text/xml\r\n"
    answer = ask(port, head + b"Content-Length: 10000001\r\n\r\n<a/>")
    assert answer.startswith(b"HTTP/1.1 413 Request Entity Too Large\r\n")
    assert body_of(answer) == b"0"
    assert client.get(f"/channels/1/feeds.json?api_key={channel.read_key}").json["feeds"] == []


def test_a_large_body_in_chunks_holds_nobody_up(port):
    """To decode it takes a second: that is done in a thread, whatever the URL. The machine may be
    busy once, but a loop that did it itself would never answer others in half of the time.
    """
    body = b"field1=" + b"%41" * 3_000_000
    head = b"POST /update HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

    def others_are_served() -> bool:
        with Board(port) as board, Board(port) as other:
            board.send(head, b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n")
            sent_at, longest = monotonic(), 0.0
            while not select.select([board.socket], [], [], 0)[0]:
                began_at = monotonic()
                other.send(b"GET /healthz HTTP/1.1\r\n\r\n").hear_answer()
                longest = max(longest, monotonic() - began_at)
            took = monotonic() - sent_at
            assert board.hear().endswith(b"\r\n\r\n0")
        return 0 < longest < took / 2

    assert any(others_are_served() for _ in range(3))


# --- proxies --------------------------------------------------------------------------------------

IP_UPDATE = (
    b"GET /update?api_key=" + KEY + b"&field1=ip_address HTTP/1.1\r\n"
    b"X-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"
)  # fmt: skip


def test_what_anybody_says_of_forwarding_is_not_believed(port, last_field1):
    ask(port, IP_UPDATE)
    assert last_field1() == "127.0.0.1"


def test_a_trusted_proxy_is_believed_and_parsed_strictly(database_url, channel, last_field1):
    with running(database_url, "--trusted-proxy", "192.0.2.1, 127.0.0.1") as server:
        assert body_of(ask(server.port, IP_UPDATE)) == b"1"
        assert last_field1() == "203.0.113.9"
        strict = ask(server.port, b"GET /update HTTP/1.1\nHost: x\n\n\r\n\r\n")
        assert strict.startswith(b"HTTP/1.1 400 Bad Request\r\n")
