"""What is changed of a channel holds at once, in the memory of a running server too, and while
devices write.
"""

import threading

import pytest

from tests.conftest import NOON
from tests.sockets import Board
from thingclone.accounts import users
from thingclone.channels import channels, keys
from thingclone.channels.update import ChannelUpdate
from thingclone.database import execute, execute_many
from thingclone.database.models import Channel, Entry, User
from thingclone.database.transactions import writing
from thingclone.entries import clearing

KEY = "USERKEY000000000"
READ = "api_key=READKEY000000001"


class Writer:
    """A device that writes as fast as it can, and notes what was answered."""

    def __init__(self, port: int, key: str):
        self.port, self.key = port, key
        self.answers: list[str] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._write)
        self.thread.start()

    def _write(self):
        with Board(self.port) as board:
            while not self.is_over.is_set():
                request = (
                    f"GET /update?api_key={self.key}&field1={len(self.answers)} HTTP/1.1\r\n\r\n"
                )
                answer = board.send(request.encode()).hear_answer()
                self.answers.append(answer.partition(b"\r\n\r\n")[2].decode())

    def wait_for(self, count: int):
        """Until so many more writes were answered."""
        goal = len(self.answers) + count
        while len(self.answers) < goal and self.thread.is_alive():
            self.is_over.wait(0.005)
        assert len(self.answers) >= goal

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


@pytest.fixture
def gardener(database_url):
    user = users.add_user("gardener", NOON)
    User.update(api_key=KEY).execute()
    return user


@pytest.fixture
def change(server):
    """A function that sends a form with the user key by POST; the answer."""

    def change(path, form=""):
        status, text = server.get(path, f"api_key={KEY}&{form}".encode())
        assert status == 200, text
        return text

    return change


def runs(answers: list[str]) -> list[range]:
    """The entry ids that were answered, in runs without gaps."""
    found, first = [], 0
    ids = [int(answer) for answer in answers]
    for place in range(1, len(ids) + 1):
        if place == len(ids) or ids[place] != ids[place - 1] + 1:
            found.append(range(ids[first], ids[place - 1] + 1))
            first = place
    return found


def test_after_each_clearing_a_busy_writer_gets_number_1(server, channel, change):
    with Writer(server.port, channel.write_key) as writer:
        for _ in range(5):
            writer.wait_for(20)
            assert change("/channels/1/clear.json") == "[]"
        writer.wait_for(20)
    found = runs(writer.answers)
    assert len(found) == 6
    assert {run.start for run in found} == {1}
    assert [entry.entry_id for entry in Entry.select()] == list(found[-1])
    last = server.get(f"/channels/1/feeds/last.json?{READ}")[1]
    assert f'"entry_id":{found[-1].stop - 1},' in last
    change("/channels/1/clear.json")
    assert server.get(f"/update?api_key={channel.write_key}&field1=1") == (200, "1")


def test_devices_go_on_writing_while_many_entries_are_removed(server, add_channel, change):
    channel, other = add_channel(), add_channel("Cellar")
    rows = [(channel.id, number, NOON + number, "1") for number in range(1, 150_001)]
    with writing():
        insert = (
            "INSERT INTO entries (channel_id, entry_id, created_at, field1) VALUES (?, ?, ?, ?)"
        )
        execute_many(insert, rows)
        execute("UPDATE counters SET last_entry_id = 150000, newest_at = ? WHERE channel_id = 1",
                (NOON + 150_000,))  # fmt: skip
    with (
        Writer(server.port, channel.write_key) as same,
        Writer(server.port, other.write_key) as another,
    ):
        same.wait_for(5)
        another.wait_for(5)
        before = len(another.answers)
        assert change("/channels/1/clear.json") == "[]"
        written_meanwhile = len(another.answers) - before
        same.wait_for(5)
    assert written_meanwhile > 10
    assert [run.start for run in runs(same.answers)] == [150_001, 1]
    assert [run.start for run in runs(another.answers)] == [1]
    stored = Entry.select(Entry.entry_id).where(Entry.channel == channel).order_by(Entry.entry_id)
    assert [entry.entry_id for entry in stored] == list(runs(same.answers)[-1])


def by_http(server, channel):
    text = server.get("/channels/1/api_keys", f"api_key={KEY}&write=1".encode())[1]
    return text.partition('"api_key":"')[2][:16]


def by_another_process(server, channel):
    return keys.renew_write_key(channel)


@pytest.mark.parametrize("renew", [by_http, by_another_process])
def test_a_renewed_write_key_stops_at_once(server, channel, renew):
    for number in (1, 2):
        old = f"/update?api_key={channel.write_key}&field1=1"
        assert server.get(old) == (200, str(number))
    new = renew(server, channel)
    assert server.get(old) == (400, "0")
    assert server.get(f"/update?api_key={new}&field1=1") == (200, "3")
    assert server.get(old) == (400, "0")


def test_a_busy_writer_is_refused_from_the_renewal_on(server, channel):
    with Writer(server.port, channel.write_key) as writer:
        writer.wait_for(20)
        by_http(server, channel)
        count = len(writer.answers) + 1  # one may have been answered before
        writer.wait_for(20)
    assert set(writer.answers[count:]) == {"0"}
    accepted = [answer for answer in writer.answers if answer != "0"]
    assert [entry.entry_id for entry in Entry.select()] == [int(answer) for answer in accepted]


def test_a_revoked_read_key_stops_at_once(server, channel):
    server.get(f"/update?api_key={channel.write_key}&field1=21.5")
    last = f"/channels/1/fields/1/last.txt?{READ}"
    assert server.get(last) == server.get(last) == (200, "21.5")
    form = f"api_key={KEY}&_method=delete".encode()
    assert server.get("/channels/1/api_keys/READKEY000000001", form)[0] == 200
    assert server.get(last) == (200, "-1")


def test_a_channel_is_closed_and_relabelled_at_once(server, channel, change):
    change("/channels/1.json", "_method=put&public_flag=true")
    server.get(f"/update?api_key={channel.write_key}&field1=21.5")
    assert server.get("/channels/1/feeds/last.csv")[1].splitlines()[1].endswith(",1,21.5,")
    change("/channels/1.json", "_method=put&field2=")
    assert server.get("/channels/1/feeds/last.csv")[1].splitlines()[1].endswith(",1,21.5")
    change("/channels/1.json", "_method=put&public_flag=false")
    assert server.get("/channels/1/feeds/last.csv") == (200, "-1")


def test_a_removed_channel_takes_no_write_any_more(server, channel, change):
    with Writer(server.port, channel.write_key) as writer:
        writer.wait_for(20)
        change("/channels/1.json", "_method=delete")
        writer.wait_for(20)
    assert writer.answers[-1] == "0"
    assert "0" not in writer.answers[:20]
    assert not Channel.select().exists()
    assert not Entry.select().exists()


def test_a_channel_that_was_removed_in_between_is_not_there(channel, clock):
    clearing.remove_channel(channel)
    for deed in (
        lambda: clearing.clear_channel(channel),
        lambda: clearing.remove_channel(channel),
        lambda: channels.change_channel(channel, ChannelUpdate({"name": "x"}), NOON),
        lambda: keys.renew_write_key(channel),
        lambda: keys.add_read_key(channel, NOON),
    ):
        with pytest.raises(channels.NoSuchThing, match="no channel 1"):
            deed()
