"""What the library asks for, and what it makes of the answers."""

import pytest

from tests.firmware.arduino.puppet import answer

HTML = b"Content-Type: text/html; charset=utf-8"
CLOSED = b"X-ThingClone-Reason: channel 1 is private: a read needs one of its read keys"


def asked(path: bytes, key: bytes = b"") -> bytes:
    key_header = b"X-THINGSPEAKAPIKEY: " + key + b"\r\n" if key else b""
    return (
        b"GET " + path + b" HTTP/1.1\r\nHost: thing.test:8080\r\nUser-Agent: ThingClone/0.1.0\r\n"
        + key_header + b"Connection: close\r\n\r\n"
    )  # fmt: skip


# --- one value ------------------------------------------------------------------------------------


def test_a_value_is_read_as_text(board):
    board.hear(answer(b"21.5"))
    assert board.read("readField", 16, 1417, 2) == ("THING_OK", "21.5")
    assert board.sent() == asked(b"/channels/1417/fields/2/last.txt")


def test_a_private_channel_gets_its_key(board):
    board.hear(answer(b"door open"))
    read = board.read("readField", 16, 4294967295, 8, "READKEY000000001")
    assert read == ("THING_OK", "door open")
    assert board.sent() == asked(b"/channels/4294967295/fields/8/last.txt", b"READKEY000000001")


def test_a_value_longer_than_its_memory_is_cut_off_and_told(board):
    board.hear(answer(b"0123456789"))
    assert board.read("readField", 10, 1, 1) == ("THING_TOO_LONG", "012345678")
    board.hear(answer(b"0123456789"))
    assert board.read("readField", 11, 1, 1) == ("THING_OK", "0123456789")


@pytest.mark.parametrize("field", [0, 9])
def test_no_other_fields_are_asked_for(board, field):
    assert board.read("readField", 16, 1, field) == ("THING_BAD_VALUE", "")
    assert board.ask("connections") == 0


@pytest.mark.parametrize(
    ("text", "result", "number"),
    [
        (b"21.5", "THING_OK", "21.500000"),
        (b"-1", "THING_OK", "-1.000000"),
        (b"1e3", "THING_OK", "1000.000000"),
        (b"", "THING_BAD_VALUE", "-99.000000"),
        (b"nan", "THING_BAD_VALUE", "-99.000000"),
        (b"21.5 C", "THING_BAD_VALUE", "-99.000000"),
        (b"open", "THING_BAD_VALUE", "-99.000000"),
        (b"123456789012345678901234", "THING_TOO_LONG", "-99.000000"),
    ],
)
def test_a_value_is_read_as_a_number(board, text, result, number):
    board.hear(answer(text))
    assert board.read("readFloat", 1, 1) == (result, number)


@pytest.mark.parametrize(
    ("text", "result", "number"),
    [
        (b"1", "THING_OK", "1"),
        (b"-2147483648", "THING_OK", "-2147483648"),
        (b"1.00", "THING_OK", "1"),
        (b"-22.9", "THING_OK", "-22"),
        (b"1.", "THING_BAD_VALUE", "-99"),
        (b"1.-5", "THING_BAD_VALUE", "-99"),
        (b".5", "THING_OK", "0"),
        (b"", "THING_BAD_VALUE", "-99"),
        (b"1 or 2", "THING_BAD_VALUE", "-99"),
        (b"on", "THING_BAD_VALUE", "-99"),
    ],
)
def test_a_value_is_read_as_a_whole_number(board, text, result, number):
    board.hear(answer(text))
    assert board.read("readLong", 1, 1) == (result, number)


def test_minus_1_with_a_reason_is_no_value(board):
    board.hear(answer(b"-1", b"200 OK", CLOSED))
    assert board.read("readFloat", 1, 1) == ("THING_NOTHING", "-99.000000")
    assert board.explained == (
        "there is nothing (HTTP 200): "
        "channel 1 is private: a read needs one of its read keys\r\n"
    )  # fmt: skip


def test_minus_1_without_a_reason_is_a_value(board):
    board.hear(answer(b"-1"))
    assert board.read("readField", 16, 1, 1) == ("THING_OK", "-1")


def test_a_page_is_no_value(board):
    page = b"<!DOCTYPE html><title>Log in</title>"
    for room in (16, 100):
        board.hear(answer(page, b"200 OK", HTML))
        assert board.read("readField", room, 1, 1)[0] == "THING_BAD_ANSWER"


def test_a_value_may_look_like_a_page(board):
    board.hear(answer(b"<5", b"200 OK", b"Content-Type: text/plain; charset=utf-8"))
    assert board.read("readField", 16, 1, 1) == ("THING_OK", "<5")


def test_a_channel_that_is_not_there(board):
    reason = b"X-ThingClone-Reason: there is no channel 7"
    board.hear(answer(b"error_resource_not_found", b"404 Not Found", reason))
    assert board.read("readField", 16, 7, 1) == ("THING_REFUSED", "")
    assert board.explained == "refused (HTTP 404): there is no channel 7\r\n"
    board.hear(answer(b"error_resource_not_found", b"404 Not Found", reason))
    assert board.read("readLong", 7, 1) == ("THING_REFUSED", "-99")


@pytest.mark.parametrize(
    ("steps", "result"),
    [
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n21", None), "THING_CUT_OFF"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n21",), "THING_TIMEOUT"),
    ],
)
def test_half_a_value_is_none(board, steps, result):
    board.hear(*steps)
    assert board.read("readFloat", 1, 1) == (result, "-99.000000")


# --- an entry -------------------------------------------------------------------------------------

NULLS = "null|" * 11 + "null"


def test_the_last_entry_is_read_with_all_that_it_has(board):
    board.hear(
        answer(
            b'{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5","field2":null,'
            b'"field8":"door open","latitude":"51.5","longitude":"-0.12","elevation":null,'
            b'"status":"ok"}'
        )
    )
    assert board.read("readLast", 1417, "READKEY000000001") == (
        "THING_OK",
        "318|2024-11-10T12:49:42Z|21.5|null|null|null|null|null|null|door open|51.5|-0.12|null|ok",
    )
    assert board.sent() == asked(
        b"/channels/1417/feeds/last.json?location=true&status=true", b"READKEY000000001"
    )


def test_escapes_are_undone(board):
    board.hear(
        answer(
            rb'{"entry_id":1,"field1":"a\"b\\c\/d\b\f\n\r\t","field2":"\u0026\u003c\u00e9\u20ac",'
            + '"status":"°C"}'.encode()
        )
    )
    result, read = board.read("readLast", 1)
    assert result == "THING_OK"
    assert read == '1||a"b\\c/d\b\f\n\r\t|&<é€|null|null|null|null|null|null|null|null|null|°C'


def test_blanks_and_members_that_nobody_knows_are_passed_over(board):
    board.hear(
        answer(
            b' {\r\n\t"channel_id" : 1417 , "public": true, "entry_id" : 5 , "field9" : "9",'
            b' "field11": "11", "a very long name of a member, indeed": "x", "field1" : "1" } '
        )
    )
    assert board.read("readLast", 1)[1] == "5||1|" + "null|" * 10 + "null"


def test_an_entry_that_is_not_there(board):
    board.hear(answer(b"-1"))
    assert board.read("readLast", 1) == ("THING_NOTHING", f"0||{NULLS}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{",
        b'{"entry_id"',
        b'{"entry_id":',
        b'{"entry_id" 5}',
        b'{"entry_id":5',
        b'{"field1":"21',
        b'{"field1":"21\\',
        b'{"field1":"21\\u00',
        b'{"field1":{"a":1}}',
        b"{entry_id:5}",
        b"{,}",
    ],
)
def test_what_is_no_entry_is_a_bad_answer(board, body):
    board.hear(answer(body))
    assert board.read("readLast", 1)[0] == "THING_BAD_ANSWER"


def test_half_an_entry_is_cut_off(board):
    board.hear(b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"entry_id":5,"field1":"2', None)
    assert board.read("readLast", 1)[0] == "THING_CUT_OFF"


def test_a_value_without_room_is_left_out_of_an_entry(board):
    body = b'{"entry_id":5,"status":"' + b"x" * 400 + b'","field1":"21.5"}'
    board.hear(answer(body))
    assert board.read("readLast", 1) == ("THING_TOO_LONG", "5||21.5|" + "null|" * 10 + "null")


def test_an_entry_may_come_in_chunks(board):
    board.hear(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'a\r\n{"entry_id\r\n5\r\n":5,"\r\nF\r\nfield1":"21.5"}\r\n0\r\n\r\n'
    )
    assert board.read("readLast", 1) == ("THING_OK", "5||21.5|" + "null|" * 10 + "null")


# --- commands -------------------------------------------------------------------------------------


def test_a_command_is_taken(board):
    board.hear(answer(b"PUMPON"))
    assert board.read("nextCommand", 16, 7, "TALKBACKKEY00001") == ("THING_OK", "PUMPON")
    assert board.sent() == (
        b"POST /talkbacks/7/commands/execute HTTP/1.1\r\nHost: thing.test:8080\r\n"
        b"User-Agent: ThingClone/0.1.0\r\nX-THINGSPEAKAPIKEY: TALKBACKKEY00001\r\n"
        b"Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 0\r\n\r\n"
    )


def test_no_command_waits(board):
    board.hear(answer(b""))
    assert board.read("nextCommand", 16, 7, "TALKBACKKEY00001") == ("THING_NOTHING", "")


def test_minus_1_is_a_command(board):
    board.hear(answer(b"-1"))
    assert board.read("nextCommand", 16, 7, "TALKBACKKEY00001") == ("THING_OK", "-1")


def test_a_wrong_key_of_a_talkback_is_refused(board):
    reason = b"X-ThingClone-Reason: this is not the key of TalkBack 7"
    board.hear(answer(b"error_auth_required", b"401 Unauthorized", reason))
    assert board.read("nextCommand", 16, 7, "WRONG") == ("THING_REFUSED", "")
    assert board.reason == "this is not the key of TalkBack 7"
