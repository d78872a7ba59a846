"""Readings for which there is no net: how they are kept, and how they are sent once it is back."""

import pytest

from tests.firmware.arduino.puppet import answer

ACCEPTED = answer(b'{"success":true}', b"202 Accepted")
NOON = b"Date: Wed, 01 May 2024 12:00:00 GMT"  # 1714564800


def age(seconds: int, *headers: bytes) -> bytes:
    """The answer about the age of the last entry; -1 is that of an empty channel."""
    if seconds < 0:
        headers = (*headers, b"X-ThingClone-Reason: nothing is recorded in channel 1")
    return answer(b"%d" % seconds, b"200 OK", *headers)


QUESTION = (
    b"GET /channels/1/feeds/last_data_age.txt HTTP/1.1\r\nHost: thing.test:8080\r\n"
    b"User-Agent: ThingClone/0.1.0\r\nX-THINGSPEAKAPIKEY: WRITEKEY00000001\r\n\r\n"
)


def bulk(updates: bytes) -> bytes:
    body = b'{"write_api_key":"WRITEKEY00000001","updates":[' + updates + b"]}"
    return (
        b"POST /channels/1/bulk_update.json HTTP/1.1\r\nHost: thing.test:8080\r\n"
        b"User-Agent: ThingClone/0.1.0\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body


@pytest.fixture
def board(board):
    """A board with 512 bytes for readings."""
    board.tell("keepLaterIn")
    return board


@pytest.fixture
def keep(board):
    """A function that keeps a reading of field 1, and waits for a while."""

    def keep(value, seconds=0) -> str:
        board.do("setField", "int", 1, value)
        result = board.do("writeLater")
        board.tell("delay", seconds * 1000)
        return result

    return keep


def send(board) -> str:
    return board.do("sendKept", 1, "WRITEKEY00000001")


# --- times ----------------------------------------------------------------------------------------


def test_deltas_count_from_the_last_entry_of_the_channel(board, keep):
    keep(1, seconds=60)
    keep(2, seconds=45)
    keep(3, seconds=10)
    assert board.ask("kept") == 3
    board.hear(age(200), ACCEPTED)
    assert send(board) == "THING_OK"
    # The readings are 115, 55 and 10 seconds old.
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":85,"field1":"1"},{"delta_t":60,"field1":"2"},{"delta_t":45,"field1":"3"}'
    )
    assert board.ask("kept") == 0
    assert board.ask("connections") == 1


def test_a_server_that_hangs_up_between_is_called_again(board, keep):
    keep(1, seconds=5)
    board.hear(age(60, b"Connection: close"), None)
    board.hear(ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(b'{"delta_t":55,"field1":"1"}')
    assert board.ask("connections") == 2


def test_in_an_empty_channel_dates_go_by_the_clock_of_the_server(board, keep):
    keep(1, seconds=60)
    keep(2, seconds=30)
    board.hear(age(-1, NOON), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(
        b'{"created_at":1714564710,"field1":"1"},{"created_at":1714564770,"field1":"2"}'
    )


def test_in_an_empty_channel_of_a_server_without_a_clock_the_last_one_is_of_now(board, keep):
    keep(1, seconds=60)
    keep(2, seconds=30)
    board.hear(age(-1), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":1,"field1":"1"},{"delta_t":60,"field1":"2"}'
    )


def test_readings_older_than_the_last_entry_have_dates(board, keep):
    """Another board has written to the channel meanwhile."""
    keep(1, seconds=60)
    keep(2, seconds=30)
    board.hear(age(50, NOON), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(
        b'{"created_at":1714564710,"field1":"1"},{"created_at":1714564770,"field1":"2"}'
    )


def test_without_a_clock_they_are_put_right_after_it(board, keep):
    keep(1, seconds=60)
    keep(2, seconds=30)
    keep(3, seconds=5)
    board.hear(age(50), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":1,"field1":"1"},{"delta_t":14,"field1":"2"},{"delta_t":30,"field1":"3"}'
    )


def test_no_two_readings_get_the_same_second(board, keep):
    for value in (1, 2, 3):
        keep(value)
    board.tell("delay", 10_000)
    board.hear(age(100), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":90,"field1":"1"},{"delta_t":1,"field1":"2"},{"delta_t":1,"field1":"3"}'
    )


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (b"Thu, 01 Jan 1970 00:01:40 GMT", 100),
        (b"Tue, 28 Feb 2023 23:59:59 GMT", 1677628799),
        (b"Wed, 28 Feb 2024 12:00:00 GMT", 1709121600),
        (b"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000),
        (b"Fri, 01 Mar 2024 00:00:00 GMT", 1709251200),
        (b"Sat, 31 Dec 2022 23:59:59 GMT", 1672531199),
        (b"Mon, 19 Jan 2038 03:14:07 GMT", 2147483647),
        (b"Thu, 31 Dec 2099 23:59:59 GMT", 4102444799),
    ],
)
def test_every_day_of_the_calendar_is_understood(board, keep, date, seconds):
    keep(1, seconds=10)
    board.hear(age(-1, b"Date: " + date), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(b'{"created_at":%d,"field1":"1"}' % (seconds - 10))


@pytest.mark.parametrize("date", [b"", b"now", b"Wed, 01 Foo 2024 12:00:00 GMT", b"x" * 40])
def test_what_is_no_date_is_no_clock(board, keep, date):
    keep(1, seconds=10)
    board.hear(age(-1, b"Date: " + date), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(b'{"delta_t":1,"field1":"1"}')


# --- values ---------------------------------------------------------------------------------------


def test_everything_that_a_reading_has_is_sent(board):
    board.do("setField", "real", 1, "21.5", 1)
    board.do("setField", "text", 8, b'say "hi" \\o/\n\x01')
    board.do("setLocation", "51.5", "-0.12", "35")
    board.do("setStatus", "°C".encode())
    assert board.do("writeLater") == "THING_OK"
    board.tell("delay", 5000)
    board.hear(age(10), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":5,"field1":"21.5","field8":"say \\"hi\\" \\\\o/\\u000A\\u0001",'
        b'"latitude":"51.500000","longitude":"-0.120000","elevation":"35.0","status":"\xc2\xb0C"}'
    )


def test_what_is_kept_is_forgotten_as_the_next_entry(board, keep):
    keep(1)
    assert board.do("write", "WRITEKEY00000001") == "THING_NOTHING"
    assert board.do("writeLater") == "THING_NOTHING"
    assert board.ask("kept") == 1


def test_an_entry_that_could_not_be_written_can_be_kept(board):
    board.do("setField", "int", 1, 7)
    board.tell("refuse", 1)
    assert board.do("write", "WRITEKEY00000001") == "THING_NO_CONNECTION"
    assert board.do("writeLater") == "THING_OK"
    board.tell("refuse", 0)
    board.tell("delay", 2000)
    board.hear(age(60), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(b'{"delta_t":58,"field1":"7"}')


def test_nothing_kept_is_nothing_sent(board):
    assert send(board) == "THING_OK"
    assert board.ask("connections") == 0


# --- memory ---------------------------------------------------------------------------------------


def test_the_oldest_make_room_and_are_counted(board, keep):
    """Each reading takes 10 bytes of 488: the time, the tag, three digits, two ends."""
    for value in range(100, 150):
        assert keep(value, seconds=60) == "THING_OK"
    assert (board.ask("kept"), board.ask("dropped")) == (48, 2)
    board.hear(age(100_000), ACCEPTED)
    assert send(board) == "THING_OK"
    sent = board.sent()
    assert b'"updates":[{"delta_t":97120,"field1":"102"},{"delta_t":60,"field1":"103"}' in sent
    assert sent.endswith(b'{"delta_t":60,"field1":"149"}]}')
    assert (board.ask("kept"), board.ask("dropped")) == (0, 2)


def test_a_long_reading_drops_as_many_as_it_takes(board, keep):
    for value in range(100, 148):
        keep(value)
    board.do("setStatus", "x" * 100)
    assert board.do("writeLater") == "THING_OK"
    assert (board.ask("kept"), board.ask("dropped")) == (39, 10)


def test_a_reading_larger_than_the_memory_is_not_kept(board):
    board.tell("keepLaterIn", "small")  # 64 bytes, of which 24 tell about the others
    board.do("setStatus", "x" * 34)
    assert board.do("writeLater") == "THING_TOO_LONG"
    board.do("setStatus", "x" * 33)
    assert board.do("writeLater") == "THING_OK"
    assert board.ask("kept") == 1


def test_memory_that_was_found_is_taken_over(board, keep):
    keep(1, seconds=30)
    board.tell("keepLaterIn")
    assert board.ask("kept") == 1
    board.hear(age(60), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(b'{"delta_t":30,"field1":"1"}')


@pytest.mark.parametrize("place", range(32))
def test_memory_that_is_not_as_it_was_left_counts_as_empty(board, keep, place):
    keep(1)
    board.tell("spoil", place)
    board.tell("keepLaterIn")
    assert (board.ask("kept"), board.ask("dropped")) == (0, 0)
    keep(2, seconds=1)
    board.hear(age(60), ACCEPTED)
    assert send(board) == "THING_OK"


def test_the_clock_goes_on_in_sleep(board, keep):
    keep(1, seconds=10)
    board.tell("sleeping", 600)
    keep(2, seconds=10)
    board.tell("sleeping", 600)
    board.hear(age(3000), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":1780,"field1":"1"},{"delta_t":610,"field1":"2"}'
    )


def test_the_clock_goes_on_when_millis_starts_again(board, keep):
    """After 49.7 days."""
    for value in (1, 2, 3):
        keep(value, seconds=20 * 86_400)
    board.hear(age(9_999_999), ACCEPTED)
    send(board)
    assert board.sent() == QUESTION + bulk(
        b'{"delta_t":4815999,"field1":"1"},{"delta_t":1728000,"field1":"2"},'
        b'{"delta_t":1728000,"field1":"3"}'
    )


def test_more_than_960_readings_go_in_several_bulk_writes(board, keep):
    board.tell("keepLaterIn", "large")
    for value in range(1000):
        keep(value)
    board.hear(age(5000), ACCEPTED)
    board.hear(age(30), ACCEPTED)
    assert send(board) == "THING_OK"
    first, second = board.sent().split(b"POST ")[1:]
    assert (first.count(b"delta_t"), second.count(b"delta_t")) == (960, 40)
    assert board.ask("kept") == 0


# --- what may go wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "result", "status"),
    [
        ((age(60), answer(b'{"status":"401"}', b"401 Unauthorized")), "THING_REFUSED", 401),
        ((age(60), answer(b"", b"429 Too Many Requests")), "THING_REFUSED", 429),
        ((age(60), answer(b"", b"503 Service Unavailable")), "THING_REFUSED", 503),
        ((age(60), answer(b"<html>", b"200 OK")), "THING_BAD_ANSWER", 200),
        ((age(60), answer(b"", b"302 Found")), "THING_REDIRECTED", 302),
        ((age(60), b"HTTP/1.1 2", None), "THING_CUT_OFF", 0),
        ((age(60),), "THING_TIMEOUT", 0),
        ((answer(b"", b"404 Not Found"),), "THING_REFUSED", 404),
        ((answer(b"<html>"),), "THING_BAD_ANSWER", 200),
        ((answer(b"soon"),), "THING_BAD_ANSWER", 200),
        ((answer(b""),), "THING_BAD_ANSWER", 200),
        ((), "THING_TIMEOUT", 0),
        ((None,), "THING_CUT_OFF", 0),
    ],
)
def test_whatever_goes_wrong_the_readings_stay(board, keep, steps, result, status):
    keep(1)
    keep(2)
    board.hear(*steps)
    assert send(board) == result
    assert board.ask("httpStatus") == status
    assert board.ask("kept") == 2
    board.sent()
    board.hear(age(60), ACCEPTED)
    assert send(board) == "THING_OK"
    assert b'"field1":"1"},{"delta_t":1,"field1":"2"}' in board.sent()


# --- what is in doubt -----------------------------------------------------------------------------


@pytest.fixture
def in_doubt(board, keep):
    """A board that sent two readings, one and ten minutes old, and did not hear the answer; the
    last entry of the channel was fifteen minutes old.
    """
    keep(1, seconds=540)
    keep(2, seconds=60)
    board.hear(age(900), b"HTTP/1.1 2", None)
    assert send(board) == "THING_CUT_OFF"
    board.sent()
    return board


def test_readings_that_were_stored_all_the_same_are_not_sent_again(in_doubt):
    in_doubt.tell("delay", 30_000)
    in_doubt.hear(age(92))
    assert send(in_doubt) == "THING_OK"
    assert in_doubt.sent() == QUESTION
    assert in_doubt.ask("kept") == 0


def test_readings_that_were_not_stored_are_sent_again(in_doubt):
    in_doubt.tell("delay", 30_000)
    in_doubt.hear(age(930), ACCEPTED)
    assert send(in_doubt) == "THING_OK"
    assert in_doubt.sent() == QUESTION + bulk(
        b'{"delta_t":300,"field1":"1"},{"delta_t":540,"field1":"2"}'
    )


def test_newer_readings_go_after_those_that_were_stored(in_doubt, keep):
    keep(3, seconds=30)
    in_doubt.hear(age(90), age(90), ACCEPTED)
    assert send(in_doubt) == "THING_OK"
    assert in_doubt.sent() == QUESTION + QUESTION + bulk(b'{"delta_t":60,"field1":"3"}')


def test_the_doubt_outlives_a_sleep(in_doubt):
    in_doubt.tell("sleeping", 600)
    in_doubt.tell("keepLaterIn")
    in_doubt.hear(age(660))
    assert send(in_doubt) == "THING_OK"
    assert in_doubt.ask("kept") == 0


def test_an_entry_of_another_board_does_not_stand_for_ours(in_doubt):
    """Better twice than never: an entry of now is not one of a minute ago."""
    in_doubt.tell("delay", 600_000)
    in_doubt.hear(age(1, NOON), ACCEPTED)
    assert send(in_doubt) == "THING_OK"
    assert b'"field1":"1"' in in_doubt.sent()


def test_what_was_refused_is_not_in_doubt(board, keep):
    keep(1, seconds=540)
    board.hear(age(900), answer(b"", b"401 Unauthorized"))
    send(board)
    board.sent()
    board.hear(age(540), ACCEPTED)
    assert send(board) == "THING_OK"
    assert b'"field1":"1"' in board.sent()


def test_the_doubt_of_dropped_readings_is_dropped(in_doubt, keep):
    for value in range(100, 149):
        keep(value)
    assert (in_doubt.ask("kept"), in_doubt.ask("dropped")) == (48, 3)
    in_doubt.hear(age(60), ACCEPTED)
    assert send(in_doubt) == "THING_OK"
    assert in_doubt.sent().count(b"delta_t") == 48


def test_in_a_channel_that_was_empty_any_entry_of_that_time_is_ours(board, keep):
    keep(1, seconds=60)
    board.hear(age(-1, NOON), b"HTTP/1.1 2", None)
    assert send(board) == "THING_CUT_OFF"
    board.sent()
    board.hear(age(61))
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION


def test_a_channel_that_is_still_empty_has_stored_nothing(board, keep):
    keep(1, seconds=60)
    board.hear(age(-1, NOON), b"HTTP/1.1 2", None)
    send(board)
    board.sent()
    board.hear(age(-1, NOON), ACCEPTED)
    assert send(board) == "THING_OK"
    assert board.sent() == QUESTION + bulk(b'{"created_at":1714564740,"field1":"1"}')
