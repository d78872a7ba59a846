"""What the module asks a real server, and what it makes of the answers, over http and over net."""

import json

from tests.firmware.nodemcu.conftest import set_up


def test_an_update_is_answered_with_the_entry_id(wired, garden):
    assert wired.type("thing.update({21.5, 40}, show)") == ""
    assert wired.run(1) == "->\t1\tnil\t0\n"
    assert wired.type("thing.update({field2 = 41}, show)") + wired.run(1) == "->\t2\tnil\t0\n"
    assert garden.entries("field1", "field2") == [["21.5", "40"], [None, "41"]]


def test_text_arrives_as_it_was_written(wired, garden):
    text = 'a "b" \\c\\ d&e=f+g%20;\t/ü'
    wired.type(f"thing.update({{field1 = [[{text}]], status = 'line one\\nline two'}}, show)")
    assert wired.run(1) == "->\t1\tnil\t0\n"
    assert garden.entries("field1", "status") == [[text, "line one\nline two"]]


def test_a_position_is_written(wired, garden):
    wired.type("thing.update({1, latitude = '51.5', longitude = '-0.12', elevation = 35})")
    wired.run(1)
    entry = json.loads(garden.get("feeds/last.json?location=true&"))
    assert (entry["latitude"], entry["longitude"], entry["elevation"]) == ("51.5", "-0.12", "35")


def test_values_that_do_not_fit_into_one_packet(wired, garden):
    values = [letter * 250 for letter in "ab"]
    wired.type(
        "local values = {} for number = 1, 8 do values[number] = ('x'):rep(250) end"
        f" values[1], values[2] = '{values[0]}', '{values[1]}' thing.update(values, show)"
    )
    assert wired.run(1) == "->\t1\tnil\t0\n"
    assert garden.entries("field1", "field2", "field8") == [[*values, "x" * 250]]


def test_many_updates_at_once_are_all_written(wired, garden):
    wired.type("for number = 1, 30 do thing.update({number}) end")
    wired.run(60)
    assert garden.entries() == [str(number) for number in range(1, 31)]
    assert wired.type("print(thing.backlog())") == "0\t0\n"


def test_an_update_needs_no_callback(wired, garden):
    wired.type("thing.update({1})")
    wired.run(1)
    assert garden.entries() == ["1"]


def test_an_update_may_follow_in_the_callback(wired, garden):
    wired.type("thing.update({1}, function() thing.update({2}, show) end)")
    assert wired.run(1) == "->\t2\tnil\t0\n"
    assert garden.entries() == ["1", "2"]


def told(build: str, reason: str, answer: str) -> str:
    """The reason as it reaches an app; the http module of 2016 keeps the headers to itself."""
    return f"the answer is {answer}" if build == "2016" else reason


def test_the_reason_of_a_refusal_is_told(board, garden, build):
    board.configure(**garden.settings | {"write_key": garden.channel.read_key})
    set_up(board)
    board.type("thing.update({21.5}, show)")
    reason = told(build, "this is a read key: a write needs the channel's write key", "400 0")
    assert board.run(1) == f"->\tnil\t{reason}\t1\n"
    assert garden.entries() == []


def test_the_last_value(wired, garden):
    garden.write(field1="21.5", field2="a+%22b%22+%5Cc")
    garden.write(field1="22")
    assert wired.type("thing.last(1, show)") + wired.run(1) == "->\t22\tnil\n"
    assert wired.type("thing.last(2, show)") + wired.run(1) == '->\ta "b" \\c\tnil\n'


def test_minus_one_is_a_value_like_any_other(wired, garden):
    garden.write(field1="-1")
    assert wired.type("thing.last(1, show)") + wired.run(1) == "->\t-1\tnil\n"


def test_a_last_value_that_is_not_there(wired, garden, build):
    wired.type("thing.last(1, show)")
    empty = f"channel {garden.channel.id} has no such entry"
    assert wired.run(1) == f"->\tnil\t{told(build, empty, '200 -1')}\n"


def test_a_last_value_that_is_not_shown_to_everybody(board, garden, build):
    garden.write(field1="21.5")
    board.configure(**garden.settings | {"read_key": "WRONGKEY00000001"})
    set_up(board)
    board.type("thing.last(1, show)")
    private = f"channel {garden.channel.id} is private: the key that was sent does not open it"
    assert board.run(1) == f"->\tnil\t{told(build, private, '200 -1')}\n"


def test_requests_take_turns_and_readings_go_first(wired, garden):
    garden.write(field1="21.5", field2="40")
    wired.type("thing.last(1, show) thing.last(2, show) thing.update({22}, show)")
    assert wired.run(1) == "->\t21.5\tnil\n->\t2\tnil\t0\n->\t40\tnil\n"
    assert garden.entries() == ["21.5", "22"]


def test_too_many_requests_are_not_kept(wired, garden):
    garden.write(field1="21.5")
    refused = wired.type("for _ = 1, 7 do thing.last(1, show) end")
    assert refused == 2 * "->\tnil\ttoo many requests are waiting already\n"
    assert wired.run(1) == 5 * "->\t21.5\tnil\n"


def test_without_wifi_a_question_is_answered_at_once(wired):
    wired.type("board.wifi(false)")
    assert wired.type("thing.last(1, show)") == "->\tnil\tno WiFi\n"
