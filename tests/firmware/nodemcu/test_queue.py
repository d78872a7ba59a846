"""The queue of what could not be sent: in RAM and in a file, bounded, a time for each reading."""

import json
from email.utils import formatdate

import pytest

from tests.conftest import NOON
from tests.firmware.nodemcu.board import Board
from tests.firmware.nodemcu.conftest import WAIT, set_up, take
from tests.firmware.nodemcu.scripted import answer, scripted
from thingclone.formats.times import SECOND


@pytest.fixture
def away(wired):
    """A board whose WiFi is gone."""
    wired.type("board.wifi(false)")
    return wired


def back(board):
    """The WiFi is there again, and the queue is sent."""
    board.type("board.wifi(true)")
    board.run(WAIT)
    assert board.type("print((thing.backlog()))") == "0\n"


def reset(board):
    """Cut the power, and switch the board on where there is no WiFi."""
    board.switch_off()
    set_up(board)
    board.type("board.wifi(false)")


def files(board) -> list[str]:
    return sorted(path.name for path in board.flash.glob("thingclone.*") if path.suffix != ".lua")


def test_without_wifi_a_reading_waits(away, garden):
    assert away.type("thing.update({1}, show)") == "->\tnil\tno WiFi\t1\n"
    assert away.type("thing.update({2}, show)") == "->\tnil\tno WiFi\t2\n"
    back(away)
    assert garden.entries() == ["1", "2"]


def test_each_reading_keeps_its_time(away, garden):
    take(away, 1, every=30)
    take(away, 2, every=3600)
    take(away, 3, every=1)
    back(away)
    assert garden.times() == [0, 30, 3630]


def test_readings_of_the_same_moment_get_times_of_their_own(away, garden):
    # Of messages with the same time, a bulk write keeps the last.
    take(away, 1, 2, 3, 4, every=0)
    back(away)
    assert garden.entries() == ["1", "2", "3", "4"]
    assert garden.times() == [0, 1, 2, 3]


def test_a_single_reading_that_waited_keeps_its_time(away, garden):
    take(away, 1)
    back(away)
    take(away, 2)
    assert garden.entries() == ["1", "2"]
    assert garden.times()[1] >= 60


def test_the_file_is_there_only_while_readings_wait(away, garden):
    assert files(away) == []
    take(away, 1, 2)
    assert files(away) == ["thingclone.que"]
    back(away)
    assert files(away) == []


def test_with_a_net_nothing_is_written_to_the_flash(wired):
    wired.type("file.open = nil")
    take(wired, 1, 2, 3)
    assert wired.type("print(thing.backlog())") == "0\t0\n"


def test_readings_survive_a_power_cut(away, garden):
    take(away, 1, 2)
    reset(away)
    take(away, 3, 4)
    reset(away)
    take(away, 5)
    back(away)
    assert garden.entries() == ["1", "2", "3", "4", "5"]
    assert garden.times()[:2] == [0, 60]


def test_readings_of_an_earlier_run_are_sent_without_a_new_one(away, garden):
    take(away, 1)
    away.switch_off()
    set_up(away)
    away.run(60)
    assert garden.entries() == ["1"]
    assert files(away) == []


def timed(moment: list[int]):
    """What a server says whose clock shows this moment."""

    def said(request: bytes) -> bytes:
        date = f"Date: {formatdate(moment[0], usegmt=True)}\r\n".encode()
        if b"bulk" in request:
            return answer(b'{"success":true}', b"202 Accepted", date)
        return answer(b"1", headers=date)

    return said


@pytest.mark.parametrize("knows_the_time", [False, True])
def test_readings_survive_deep_sleep_with_their_times(board, garden, knows_the_time):
    moment = [NOON // SECOND]
    with scripted(timed(moment)) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        if knows_the_time:
            take(board, 0, every=0.5)
        board.type("board.wifi(false)")
        for value in (1, 2, 3):
            take(board, value, every=10)
            assert "[asleep for 290 seconds" in board.type("thing.sleep(290)")
            moment[0] += 300
            set_up(board)
            board.type("board.wifi(false)")
        take(board, 4, every=1)
        board.type("board.wifi(true)")
        moment[0] += 5
        board.run(4)
        assert board.type("print((thing.backlog()))") == "0\n"
    sent = json.loads(server.bodies()[-1])["updates"]
    assert [message["field1"] for message in sent] == ["1", "2", "3", "4"]
    times = [message["created_at"] - NOON // SECOND for message in sent]
    assert [time - times[0] for time in times] == [0, 300, 600, 900]
    assert times[0] in range(-10, 5)


@pytest.mark.parametrize("build", ["2015"])
def test_the_length_of_a_power_cut_does_not_move_readings_from_before_it(board, garden):
    # Without rtctime the clock goes on after the power cut as if there had been none.
    moment = [NOON // SECOND]
    with scripted(timed(moment)) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        take(board, 0, every=10)
        board.type("board.wifi(false)")
        take(board, 1, every=10)
        reset(board)
        take(board, 2, every=10)
        moment[0] += 3600
        board.type("board.wifi(true)")
        take(board, 3, every=1)
    messages = json.loads(server.bodies()[-1])["updates"]
    assert [message["field1"] for message in messages] == ["1", "2", "3"]
    times = [message["created_at"] - NOON // SECOND for message in messages]
    assert times[0] in range(9, 12)
    assert times[1] in range(3588, 3592)
    assert times[2] in range(3598, 3602)


def test_a_reading_that_waited_for_another_request_keeps_its_time(board, garden):
    moment = [NOON // SECOND]
    with scripted(answer(b"1"), None, timed(moment)) as server:
        board.options["patience"] = 1
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        take(board, 1, every=1)
        board.type("thing.last(1, show) thing.update({2})")
        board.run(70)
    (message,) = json.loads(server.bodies()[-1])["updates"]
    assert message["field1"] == "2"


def test_a_reading_under_way_survives_deep_sleep(board, garden):
    with scripted(None) as silent:
        board.configure(**garden.settings | {"port": silent.port})
        set_up(board)
        board.type("thing.update({1})")
        board.options["patience"] = 0.2
        assert "[asleep" in board.type("thing.sleep(10)")
    board.configure(**garden.settings)
    set_up(board)
    board.run(60)
    assert garden.entries() == ["1"]


# --- the bound ------------------------------------------------------------------------------------


@pytest.fixture
def small(board, garden):
    """A board without WiFi whose queue has room for three readings."""
    board.configure(**garden.settings, queue=3)
    set_up(board)
    board.type("board.wifi(false)")
    return board


def test_the_oldest_readings_go_first_and_are_counted(small, garden):
    take(small, 1, 2, 3, 4, 5)
    assert small.type("print(thing.backlog())") == "3\t2\n"
    assert small.type("print(thing.backlog())") == "3\t0\n"
    back(small)
    assert garden.entries() == ["3", "4", "5"]


def test_what_was_dropped_is_still_known_after_a_reset(small, garden):
    for first in range(1, 31, 5):
        take(small, *range(first, first + 5))
        reset(small)
    assert small.type("print(thing.backlog())") == "3\t27\n"
    back(small)
    assert garden.entries() == ["28", "29", "30"]


def test_the_file_does_not_grow(small):
    take(small, *range(100))
    assert (small.flash / "thingclone.que").stat().st_size < 10 * len('\n1714564800 "field1":"99";')


def test_a_reading_that_is_dropped_while_it_is_under_way_takes_no_other_along(board, garden):
    board.configure(**garden.settings, queue=2)
    set_up(board)
    board.type("thing.update({1}, show)")  # time stands still: the answer is not there yet
    assert board.type("thing.update({2}) thing.update({3})") == "->\tnil\tthe queue is full\t2\n"
    board.type("thing.update({4})")
    board.run(WAIT)
    assert garden.entries() == ["1", "3", "4"]


# --- the file, and what may happen to it ----------------------------------------------------------


@pytest.mark.parametrize("build", ["new"])
@pytest.mark.parametrize("bytes_more", range(17))
def test_a_power_cut_while_a_reading_is_saved_spoils_no_other(away, garden, bytes_more):
    take(away, 1)
    away.type(f"board.tear({bytes_more})")
    assert "[power failed]" in away.type("thing.update({2})")
    set_up(away)
    away.type("board.wifi(false)")
    take(away, 3)
    reset(away)
    back(away)
    assert garden.entries() in (["1", "3"], ["1", "2", "3"])


@pytest.mark.parametrize("build", ["new"])
@pytest.mark.parametrize("steps", [*range(0, 54, 6), 54, 55, 56, 57])
def test_a_power_cut_while_the_file_is_made_anew_loses_nothing(small, garden, steps):
    take(small, 1, 2, 3, 4, 5, 6, 7, every=10)
    small.type(f"board.tear({steps})")
    assert ("[power failed]" in small.type("thing.update({8})")) == (steps < 57)
    small.switch_off()
    set_up(small)
    small.type("board.wifi(false)")
    take(small, 9)
    back(small)
    assert garden.entries() in (["6", "7", "9"], ["7", "8", "9"])


def test_a_full_flash_loses_nothing_as_long_as_there_is_power(away, garden):
    take(away, 1)
    away.type("board.fill_flash(true)")
    take(away, 2)
    away.type("board.fill_flash(false)")
    take(away, 3)
    back(away)
    assert garden.entries() == ["1", "2", "3"]


def test_a_spoilt_file_is_read_as_far_as_it_can_be(board, garden):
    good, torn = '\n!7;\n100 "field1":"1";', '\n160 "field1":"2'
    spoilt = good + "\n\x00\xff;" + torn + '\n220 "field1":"3";;\n280 "field1":"4";'
    board.configure(**garden.settings)
    board.upload("thingclone.que", spoilt)
    set_up(board)
    assert board.type("print(thing.backlog())") == "2\t7\n"
    board.run(60)
    assert garden.entries() == ["1", "4"]
    assert garden.times() == [0, 180]


def test_firmware_without_files_keeps_readings_in_memory(board, garden):
    board.configure(**garden.settings)
    board.start()
    board.type("file = nil")
    board.type("board.join() thing = require('thingclone') thing.setup(dofile('config.lua'))")
    board.type("board.wifi(false)")
    take(board, 1, 2)
    back(board)
    assert garden.entries() == ["1", "2"]


# --- how it is sent -------------------------------------------------------------------------------


def test_a_long_queue_goes_in_bulk_writes_that_fit_into_a_packet(board, garden):
    def accept(request: bytes) -> bytes:
        if b"bulk" in request:
            return answer(b'{"success":true}', b"202 Accepted")
        return answer(b"12")

    with scripted(accept) as server:
        board.configure(**garden.settings | {"port": server.port}, queue=100)
        set_up(board)
        board.type("board.wifi(false)")
        board.type("for number = 1, 100 do thing.update({number + 1000, 40}) end")
        back(board)
    bulk_writes = [json.loads(body) for body in server.bodies() if body]
    sent = [message["field1"] for bulk in bulk_writes for message in bulk["updates"]]
    assert sent == [str(number) for number in range(1001, 1101)]
    assert len(bulk_writes) == 5
    assert max(map(len, server.bodies())) <= 1400


def test_without_the_number_of_the_channel_each_reading_goes_by_itself(board, garden):
    settings = garden.settings.copy()
    del settings["channel"]
    board.configure(**settings)
    set_up(board)
    board.type("board.wifi(false)")
    take(board, 1, 2, 3)
    back(board)
    assert garden.entries() == ["1", "2", "3"]
    assert garden.times() == [0, 60, 120]


def test_the_mac_goes_along(board, garden):
    with scripted(answer(b"1")) as server:
        board.configure(**garden.settings | {"port": server.port}, mac=True)
        set_up(board)
        take(board, 21.5)
    assert json.loads(server.bodies()[0]) == {
        "api_key": garden.channel.write_key,
        "mac": "5c:cf:7f:0b:0e:a8",
        "field1": "21.5",
    }


def test_readings_that_waited_for_the_right_key_are_written(board, garden):
    board.configure(**garden.settings | {"write_key": "WRONGKEY00000001"})
    set_up(board)
    take(board, 1, 2)
    board.switch_off()
    board.configure(**garden.settings)
    set_up(board)
    board.run(60)
    assert garden.entries() == ["1", "2"]


def attempts(board, server, seconds: int) -> int:
    board.run(seconds)
    return sum(request.startswith(b"POST") for request in server.requests)


def test_attempts_become_rarer(board, garden):
    with scripted(answer(b"0")) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        board.type("thing.update({1})")
        assert attempts(board, server, 1) == 1
        assert attempts(board, server, 60) == 4  # after 5, 15 and 35 seconds
        assert attempts(board, server, 3540) == 11  # after 75, 155, 315, 635, 1275, 2175, 3075
        assert attempts(board, server, 900) == 12


def test_the_first_reading_with_wifi_again_sends_the_others(away, garden):
    take(away, 1, 2, 3, every=600)
    away.type("board.wifi(true)")
    take(away, 4, every=1)
    assert garden.entries() == ["1", "2", "3", "4"]


def test_a_success_makes_attempts_frequent_again(wired, garden):
    wired.type("board.wifi(false)")
    take(wired, 1)
    wired.run(300)
    back(wired)
    wired.type("board.wifi(false)")
    take(wired, 2, every=1)
    wired.type("board.wifi(true)")
    wired.run(5)
    assert garden.entries() == ["1", "2"]


def test_a_reading_that_the_server_cannot_take_does_not_block_the_others(board, garden):
    taken = []

    def dislike_two(request: bytes) -> bytes:
        if b"bulk" not in request:
            return answer(b"12")
        values = [
            message["field1"]
            for message in json.loads(request.partition(b"\r\n\r\n")[2])["updates"]
        ]
        if "2" in values:
            return answer(b"error_bad_request", b"400 Bad Request")
        taken.extend(values)
        return answer(b'{"success":true}', b"202 Accepted")

    with scripted(dislike_two) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        board.type("board.wifi(false)")
        take(board, 1, 2, 3)
        board.type("board.wifi(true)")
        board.run(WAIT)
        assert taken == ["1", "3"]
        assert board.type("print(thing.backlog())") == "0\t1\n"
        assert files(board) == []


def test_a_server_that_does_not_tell_the_time_gets_distances(board, garden):
    def timeless(request: bytes) -> bytes:
        body, status = (
            (b'{"success":true}', b"202 Accepted") if b"bulk" in request else (b"12", b"200 OK")
        )
        return answer(body, status, headers=b"")

    with scripted(timeless) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        board.type("board.wifi(false)")
        take(board, 1, 2, 3)
        back(board)
    messages = json.loads(server.bodies()[-1])["updates"]
    assert messages == [
        {"delta_t": 0, "field1": "1"},
        {"delta_t": 60, "field1": "2"},
        {"delta_t": 60, "field1": "3"},
    ]


DATES = {
    "Thu, 01 Jan 2015 00:00:00 GMT": 1420070400,
    "Sat, 28 Feb 2026 23:59:59 GMT": 1772323199,
    "Sun, 01 Mar 2026 00:00:00 GMT": 1772323200,
    "Thu, 29 Feb 2024 12:34:56 GMT": 1709210096,
    "Fri, 01 Mar 2024 00:00:00 GMT": 1709251200,
    "Sun, 10 Nov 2024 12:49:42 GMT": 1731242982,
    "Wed, 31 Dec 2036 23:59:59 GMT": 2114380799,
}


@pytest.mark.parametrize("date", DATES)
def test_the_board_learns_the_time_from_the_date_of_an_answer(board, garden, date):
    headers = f"Date: {date}\r\n".encode()
    bulk_write = answer(b'{"success":true}', b"202 Accepted", headers)

    with scripted(
        lambda request: bulk_write if b"bulk" in request else answer(b"1", headers=headers)
    ) as server:
        board.configure(**garden.settings | {"port": server.port})
        set_up(board)
        board.type("board.wifi(false)")
        take(board, 1, every=100)
        board.type("board.wifi(true)")
        board.run(60)
    message = json.loads(server.bodies()[-1])["updates"][0]
    assert DATES[date] - message["created_at"] in range(100, 180)


def test_rtctime_is_set_by_the_server(tmp_path, garden):
    board = Board(tmp_path / "flash", "new")
    board.configure(**garden.settings)
    set_up(board)
    assert board.type("print(rtctime.get())") == "0\t0\t0\n"
    take(board, 1, every=1)
    assert board.type(f"print(rtctime.get() > {10**9})") == "true\n"
    assert "[asleep for 300 seconds, rtc " in board.type("thing.sleep(300)")
    assert board.options["rtc"] > 10**9
