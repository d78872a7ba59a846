"""Listeners hear what was stored, after the commit and only then."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import NOON
from thingclone.channels import access
from thingclone.database import database, execute, transactions
from thingclone.database.transactions import Turn, writing
from thingclone.entries import corrections, storing
from thingclone.entries.storing import IMPORTED, PUT_BACK, WRITTEN, Stored


@pytest.fixture
def heard():
    """What a listener hears: the events of each commit."""
    heard = []
    transactions.add_listener(heard.append)
    yield heard
    transactions.remove_listener(heard.append)


def elsewhere(question: str) -> list[tuple]:
    """What a connection of its own finds."""

    def ask():
        try:
            return execute(question).fetchall()
        finally:
            database.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


def test_an_update_is_told(write, channel, heard):
    write(channel, field1="21.5")
    write(channel, field1="21.6")
    assert heard == [[Stored(1, 1, 1, WRITTEN)], [Stored(1, 2, 2, WRITTEN)]]


def test_it_is_on_the_disk_by_then(write, channel):
    seen = []

    def listener(events):
        seen.extend(elsewhere("SELECT entry_id, field1 FROM entries"))

    transactions.add_listener(listener)
    try:
        write(channel, field1="21.5")
    finally:
        transactions.remove_listener(listener)
    assert seen == [(1, "21.5")]


def test_a_bulk_write_is_told_once(client, channel, heard):
    updates = [{"delta_t": 1, "field1": str(number)} for number in range(3)]
    body = {"write_api_key": channel.write_key, "updates": updates}
    assert client.post_json("/channels/1/bulk_update.json", body).status_code == 202
    assert heard == [[Stored(1, 1, 3, WRITTEN)]]


def test_a_refused_write_is_not_told(client, channel, heard):
    assert client.get("/update?api_key=WRONG&field1=1").text == "0"
    assert heard == []


def test_imported_entries_are_told(channel, heard):
    values = ("21.5", *(None,) * 11)
    with writing():
        storing.append(access.channel_to_change(1), [(None, NOON, values), (None, NOON, values)])
    with writing():
        storing.insert(access.channel_to_change(1), [(9, NOON, values), (7, NOON, values)])
    assert heard == [[Stored(1, 1, 2, IMPORTED)], [Stored(1, 7, 9, IMPORTED)]]


def test_entries_that_were_put_back_are_told(write, channel, heard, clock):
    for value in "123":
        write(channel, field1=value)
    removal = corrections.remove_entries(channel, [2, 3], clock())
    heard.clear()
    corrections.undo(channel, removal.id, clock())
    assert heard == [[Stored(1, 1, 3, PUT_BACK)]]


def test_a_turn_is_told_as_one(write, channel, public_channel, heard):
    turn = Turn()
    assert turn.begin()
    write(channel, field1="1")
    write(public_channel, field1="2")
    assert heard == []
    turn.commit()
    assert heard == [[Stored(1, 1, 1, WRITTEN), Stored(2, 1, 1, WRITTEN)]]


def test_what_is_undone_is_not_told(write, channel, heard):
    with pytest.raises(ZeroDivisionError), writing():
        write(channel, field1="1")
        raise ZeroDivisionError
    assert heard == []
    assert execute("SELECT * FROM entries").fetchall() == []
    write(channel, field1="2")
    assert heard == [[Stored(1, 1, 1, WRITTEN)]]


def test_a_part_that_is_undone_is_not_told(write, channel, public_channel, heard):
    with writing():
        write(channel, field1="1")
        with pytest.raises(ZeroDivisionError), writing():
            write(public_channel, field1="2")
            raise ZeroDivisionError
    assert heard == [[Stored(1, 1, 1, WRITTEN)]]


def test_a_listener_that_fails_spoils_nothing(client, channel, heard, caplog):
    def fail(events):
        raise ZeroDivisionError

    transactions.add_listener(fail)
    try:
        answer = client.get("/update", {"api_key": channel.write_key, "field1": "1"})
    finally:
        transactions.remove_listener(fail)
    assert (answer.status_code, answer.text) == (200, "1")
    assert heard == [[Stored(1, 1, 1, WRITTEN)]]
    assert "a listener failed after a commit" in caplog.text


def test_without_a_listener_nothing_is_kept(write, channel, heard):
    transactions.remove_listener(heard.append)
    write(channel, field1="1")
    transactions.add_listener(heard.append)
    write(channel, field1="2")
    assert heard == [[Stored(1, 2, 2, WRITTEN)]]
