"""What the library sends, and how it takes what comes back: with a server of which each word is
written here.
"""

import pytest

from tests.firmware.arduino.puppet import answer

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def reading(board):
    """A board that has 21.5 to write."""
    board.do("setField", "real", 1, "21.5", 1)
    return board


def posted(body: bytes, key: bytes = b"WRITEKEY00000001") -> bytes:
    return (
        b"POST /update HTTP/1.1\r\nHost: thing.test:8080\r\nUser-Agent: ThingClone/0.1.0\r\n"
        b"X-THINGSPEAKAPIKEY: " + key + b"\r\nConnection: close\r\n"
        + FORM + b"Content-Length: %d\r\n\r\n" % len(body) + body
    )  # fmt: skip


# --- what is sent ---------------------------------------------------------------------------------


def test_an_entry_is_posted_as_a_form(reading):
    reading.hear(answer(b"317"))
    assert reading.do("write", "WRITEKEY00000001") == "THING_OK"
    assert reading.sent() == posted(b"field1=21.5")
    assert reading.ask("entryNumber") == 317
    assert reading.ask("httpStatus") == 200
    assert reading.explained == "done (HTTP 200)\r\n"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("int", -40, b"-40"),
        ("unsigned", 65535, b"65535"),
        ("long", -2147483648, b"-2147483648"),
        ("unsigned long", 4294967295, b"4294967295"),
        ("bool", 1, b"1"),
        ("char", "x", b"x"),
        ("float", "21.46", b"21.5"),
        ("real", "21.5", b"21.50"),
        ("real", "-0.006", b"-0.01"),
        ("text", "warm", b"warm"),
        ("flash", "door open", b"door%20open"),
        ("String", "half + half", b"half%20%2B%20half"),
    ],
)
def test_a_field_takes_numbers_and_texts(board, kind, value, text):
    assert board.do("setField", kind, 8, value) == "THING_OK"
    board.hear(answer(b"1"))
    assert board.do("write", "WRITEKEY00000001") == "THING_OK"
    assert board.sent() == posted(b"field8=" + text)


def test_decimals_can_be_chosen(board):
    board.do("setField", "real", 1, "3.14159", 0)
    board.do("setField", "real", 2, "3.14159", 4)
    board.hear(answer(b"1"))
    board.do("write", "WRITEKEY00000001")
    assert board.sent() == posted(b"field1=3&field2=3.1416")


def test_everything_that_an_entry_has_is_sent(board):
    for number in range(1, 9):
        board.do("setField", "int", number, number * 11)
    board.do("setLocation", "51.507351", "-0.127758", "35.04")
    board.do("setStatus", "sun & wind")
    board.hear(answer(b"1"))
    assert board.do("write", "WRITEKEY00000001") == "THING_OK"
    assert board.sent() == posted(
        b"field1=11&field2=22&field3=33&field4=44&field5=55&field6=66&field7=77&field8=88"
        b"&latitude=51.507351&longitude=-0.127758&elevation=35.0&status=sun%20%26%20wind"
    )


def test_whatever_is_no_plain_letter_is_percent_encoded(board):
    board.do("setStatus", "äöü €\t\"'<>%=&+#?/\\\x7f-._~AZaz09".encode())
    board.hear(answer(b"1"))
    board.do("write", "WRITEKEY00000001")
    assert board.sent() == posted(
        b"status=%C3%A4%C3%B6%C3%BC%20%E2%82%AC%09%22%27%3C%3E%25%3D%26%2B%23%3F%2F%5C%7F-._~AZaz09"
    )


def test_the_last_value_of_a_field_counts(board):
    board.do("setField", "int", 1, 1)
    board.do("setField", "int", 2, 2)
    board.do("setField", "text", 1, "another")
    board.hear(answer(b"1"))
    board.do("write", "WRITEKEY00000001")
    assert board.sent() == posted(b"field2=2&field1=another")


def test_a_mac_names_the_board(reading):
    reading.hear(answer(b"1"))
    assert reading.do("write", "USERKEY000000000", "6c:rf:7f:2b:0e:g8") == "THING_OK"
    assert reading.sent() == posted(
        b"field1=21.5&mac=6c%3Arf%3A7f%3A2b%3A0e%3Ag8", b"USERKEY000000000"
    )


def test_a_request_leaves_in_one_piece(reading):
    reading.hear(answer(b"1"))
    reading.do("write", "WRITEKEY00000001")
    assert reading.ask("pieces") == 1


def test_a_long_request_leaves_in_few_pieces(board):
    board.do("setStatus", "x" * 390)
    board.hear(answer(b"1"))
    board.do("write", "WRITEKEY00000001")
    assert board.sent() == posted(b"status=" + b"x" * 390)
    assert board.ask("pieces") == 2


# --- what cannot be set ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 9, 255])
def test_there_are_no_fields_but_1_to_8(board, number):
    assert board.do("setField", "int", number, 1) == "THING_BAD_VALUE"
    assert board.do("setField", "text", number, "x") == "THING_BAD_VALUE"
    assert board.do("write", "WRITEKEY00000001") == "THING_NOTHING"
    assert board.explained == "there is nothing\r\n"


def test_a_number_for_no_field(board):
    assert board.do("setField", "real", 9, "21.5") == "THING_BAD_VALUE"
    assert board.do("write", "WRITEKEY00000001") == "THING_NOTHING"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "5e9", "-5e9"])
def test_what_is_no_number_is_left_out(board, number):
    board.do("setField", "int", 1, 20)
    board.do("setField", "int", 2, 50)
    assert board.do("setField", "real", 1, number) == "THING_BAD_VALUE"
    assert board.explained == "no number, or no such field\r\n"
    board.hear(answer(b"1"))
    assert board.do("write", "WRITEKEY00000001") == "THING_OK"
    assert board.sent() == posted(b"field2=50")


def test_what_is_too_long_is_left_out(board):
    board.do("setField", "int", 1, 20)
    assert board.do("setStatus", "x" * 400) == "THING_TOO_LONG"
    assert board.explained == "too long\r\n"
    board.hear(answer(b"1"))
    board.do("write", "WRITEKEY00000001")
    assert board.sent() == posted(b"field1=20")


def test_an_entry_can_be_filled_to_the_last_byte(board):
    # 400 bytes: the tag, the text, the end of the text, the end of the entry.
    assert board.do("setStatus", "x" * 398) == "THING_TOO_LONG"
    assert board.do("setStatus", "x" * 397) == "THING_OK"
    assert board.do("setField", "text", 1, "") == "THING_TOO_LONG"


def test_without_begin_nothing_happens(puppet):
    puppet.do("setField", "int", 1, 1)
    assert puppet.do("write", "WRITEKEY00000001") == "THING_NOT_READY"
    assert puppet.do("writeLater") == "THING_NOT_READY"
    assert puppet.explained == "begin() or keepLaterIn() is missing\r\n"
    assert puppet.do("sendKept", 1, "WRITEKEY00000001") == "THING_OK"


def test_clear_forgets_what_is_set(reading):
    reading.tell("clear")
    assert reading.do("write", "WRITEKEY00000001") == "THING_NOTHING"


# --- what comes back ------------------------------------------------------------------------------

KEY_REASON = b"X-ThingClone-Reason: this is a read key: a write needs the channel's write key"


def test_a_refusal_comes_with_its_reason(reading):
    reading.hear(answer(b"0", b"400 Bad Request", KEY_REASON))
    assert reading.do("write", "READKEY000000001") == "THING_REFUSED"
    assert reading.reason == "this is a read key: a write needs the channel's write key"
    assert reading.ask("httpStatus") == 400
    assert reading.explained == (
        "refused (HTTP 400): this is a read key: a write needs the channel's write key\r\n"
    )


def test_0_is_a_refusal_whatever_the_status_says(reading):
    reason = b"x-thingclone-reason:channel 1 accepts one write every 15 seconds"
    reading.hear(answer(b"0", b"200 OK", reason))
    assert reading.do("write", "WRITEKEY00000001") == "THING_REFUSED"
    assert reading.reason == "channel 1 accepts one write every 15 seconds"


def test_minus_1_is_a_refusal(reading):
    reading.hear(answer(b"-1"))
    assert reading.do("write", "WRITEKEY00000001") == "THING_REFUSED"


def test_a_note_may_come_with_success(reading):
    reading.hear(
        answer(b"7", b"200 OK", b"X-ThingClone-Reason: status was truncated to 255 characters")
    )
    assert reading.do("write", "WRITEKEY00000001") == "THING_OK"
    assert reading.reason == "status was truncated to 255 characters"


def test_an_old_reason_is_not_kept(reading):
    reading.hear(answer(b"0", b"400 Bad Request", KEY_REASON))
    reading.do("write", "READKEY000000001")
    reading.hear(answer(b"1"))
    reading.do("write", "WRITEKEY00000001")
    assert reading.reason == ""


def test_a_reason_longer_than_its_memory_is_cut_off(reading):
    reading.hear(answer(b"0", b"400 Bad Request", b"X-ThingClone-Reason: " + b"why? " * 100))
    assert reading.do("write", "WRITEKEY00000001") == "THING_REFUSED"
    assert 250 <= len(reading.reason) <= 255


def test_what_is_refused_stays_for_another_try(reading):
    reading.hear(answer(b"0", b"400 Bad Request"))
    reading.do("write", "READKEY000000001")
    reading.sent()
    reading.hear(answer(b"1"))
    assert reading.do("write", "WRITEKEY00000001") == "THING_OK"
    assert reading.sent() == posted(b"field1=21.5")


def test_what_is_written_is_forgotten(reading):
    reading.hear(answer(b"1"))
    reading.do("write", "WRITEKEY00000001")
    assert reading.do("write", "WRITEKEY00000001") == "THING_NOTHING"


@pytest.mark.parametrize(
    ("steps", "result", "why"),
    [
        pytest.param((b"HTTP/1.0 200 OK\r\n\r\n317", None), "THING_OK", "", id="HTTP/1.0"),
        pytest.param((b"HTTP/1.1 200 OK\n\n317", None), "THING_OK", "", id="bare line feeds"),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n317", None),
            "THING_OK",
            "",
            id="no Content-Length",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n317",),
            "THING_OK",
            "",
            id="kept alive",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\n317HTTP/1.1 200 OK",),
            "THING_OK",
            "",
            id="more after the body",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n317\r\n0\r\n\r\n",),
            "THING_OK",
            "",
            id="one chunk",
        ),
        pytest.param(
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 99\r\n\r\n"
                b"1;name=value\r\n3\r\n002\r\n17\r\n0\r\nTrailer: x\r\n\r\n",
            ),
            "THING_OK",
            "",
            id="chunks with all that they may have",
        ),
        pytest.param(
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n317",),
            "THING_OK",
            "",
            id="100 first",
        ),
        pytest.param(
            (9000, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n317"), "THING_OK", "", id="late"
        ),
        pytest.param(
            (*(step for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n317"
               for step in (150, bytes([byte]))),),
            "THING_OK",
            "",
            id="byte by byte",
        ),
        pytest.param((), "THING_TIMEOUT", "no answer in time\r\n", id="silence"),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Le",), "THING_TIMEOUT",
            "no answer in time (HTTP 200)\r\n", id="silence in the head",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n3",),
            "THING_TIMEOUT",
            "no answer in time (HTTP 200)\r\n",
            id="silence in the body",
        ),
        pytest.param(
            (None,), "THING_CUT_OFF", "the answer was cut off\r\n", id="hung up at once"
        ),
        pytest.param(
            (b"HTTP/1.1 20", None), "THING_CUT_OFF", "the answer was cut off\r\n",
            id="hung up in the status line",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n31", None),
            "THING_CUT_OFF",
            "the answer was cut off (HTTP 200)\r\n",
            id="hung up in the body",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n31", None),
            "THING_CUT_OFF",
            "the answer was cut off (HTTP 200)\r\n",
            id="hung up in a chunk",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>",),
            "THING_TIMEOUT",
            "no answer in time (HTTP 200)\r\n",
            id="chunks that are none",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n317\r\n",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 200)\r\n",
            id="a size of a chunk that is none",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 36\r\n\r\n"
             b"<html><h1>Welcome, guest</h1></html>",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 200)\r\n",
            id="the page of a hotspot",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 200)\r\n",
            id="a word",
        ),
        pytest.param(
            (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 200)\r\n",
            id="nothing",
        ),
        pytest.param(
            (b"HTTP/1.1 204 No Content\r\n\r\n",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 204)\r\n",
            id="no content",
        ),
        pytest.param(
            (b"SSH-2.0-OpenSSH_9.2\r\n",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot?\r\n",
            id="another protocol",
        ),
        pytest.param(
            (b"HTTP/1.1 600 What\r\n\r\n317",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot? (HTTP 600)\r\n",
            id="a status that there is not",
        ),
        pytest.param(
            (b"HTTP/1.1\r\n\r\n317",),
            "THING_BAD_ANSWER",
            "this is not ThingClone: the login page of a hotspot?\r\n",
            id="no status",
        ),
        pytest.param(
            (b"HTTP/1.1 302 Found\r\nLocation: http://login.hotspot.test/?to=thing.test\r\n"
             b"Content-Length: 0\r\n\r\n",),
            "THING_REDIRECTED",
            "redirected (HTTP 302): http://login.hotspot.test/?to=thing.test\r\n",
            id="redirected",
        ),
        pytest.param(
            (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\n<html>...",),
            "THING_REFUSED",
            "refused (HTTP 502)\r\n",
            id="the server is behind a proxy, and down",
        ),
    ],
)  # fmt: skip
def test_an_answer_may_be_anything(reading, steps, result, why):
    reading.hear(*steps)
    assert reading.do("write", "WRITEKEY00000001") == result
    if result == "THING_OK":
        assert reading.ask("entryNumber") == 317
    else:
        assert reading.explained == why
    assert 0 <= reading.ask("millis") < 10_100


def test_what_a_location_says_without_a_redirection_is_no_reason(reading):
    reading.hear(answer(b"1", b"200 OK", b"Location: http://somewhere.test/"))
    assert reading.do("write", "WRITEKEY00000001") == "THING_OK"
    assert reading.reason == ""


def test_a_refused_connection(reading):
    reading.tell("refuse", 1)
    assert reading.do("write", "WRITEKEY00000001") == "THING_NO_CONNECTION"
    assert reading.explained == "no connection\r\n"
    assert reading.sent() == b""


def test_a_connection_that_breaks_while_sending(reading):
    reading.tell("takes", 100)
    assert reading.do("write", "WRITEKEY00000001") == "THING_NO_CONNECTION"
    assert len(reading.sent()) == 100


def test_a_connection_that_breaks_in_a_long_body(board):
    board.do("setStatus", "°" * 190)
    board.tell("takes", 600)
    assert board.do("write", "WRITEKEY00000001") == "THING_NO_CONNECTION"
    assert board.ask("pieces") == 3


def test_patience_is_a_setting(reading):
    reading.tell("timeout", 2500)
    began = reading.ask("millis")
    assert reading.do("write", "WRITEKEY00000001") == "THING_TIMEOUT"
    assert 2500 <= reading.ask("millis") - began < 2510


def test_patience_does_not_mind_when_millis_starts_again(reading):
    reading.tell("delay", 2**32 - 3000)
    assert reading.do("write", "WRITEKEY00000001") == "THING_TIMEOUT"
    assert 6900 < reading.ask("millis") < 7100
    reading.tell("delay", 2**32 - 8000)
    reading.hear(2000, answer(b"1"))
    assert reading.do("write", "WRITEKEY00000001") == "THING_OK"


@pytest.mark.parametrize(
    ("before", "forever", "result"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Page: 1\r\n", "THING_BAD_ANSWER"),
        (b"HTTP/1.1 200 OK\r\nX-Page: ", b"x", "THING_BAD_ANSWER"),
        (b"", b"H", "THING_BAD_ANSWER"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"7", "THING_BAD_ANSWER"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"7",
         "THING_BAD_ANSWER"),
    ],
)  # fmt: skip
def test_an_endless_answer_ends(reading, before, forever, result):
    reading.hear(before)
    reading.tell("endless", forever)
    assert reading.do("write", "WRITEKEY00000001") == result
    assert reading.ask("heard") < 8300
