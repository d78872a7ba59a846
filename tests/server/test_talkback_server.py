"""TalkBack with many devices at once, in real servers: each command for exactly one of them, and
none that was told is forgotten.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import PATIENCE, Server, full_disk, running
from tests.sockets import Board, Crowd, until
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.database import database
from thingclone.database.models import Command, Entry

KEY = "TALKBACKKEY00001"
EXECUTE = f"/talkbacks/1/commands/execute?api_key={KEY}"
COUNT = 120


@pytest.fixture
def queue(door_talkback, clock):
    """A function that queues as many commands: C1, C2, ..."""

    def queue(count: int) -> list[str]:
        texts = [f"C{number}" for number in range(1, count + 1)]
        for text in texts:
            commands.add_command(door_talkback, CommandUpdate(text), clock())
        return texts

    return queue


def taken_by(port: int, path: str) -> list[str]:
    """What one device gets that asks until nothing is left, on one connection."""
    taken = []
    with Board(port) as board:
        while True:
            answer = board.send(f"GET {path} HTTP/1.1\r\n\r\n".encode()).hear_answer()
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK"), answer
            if not body:
                return taken
            taken.append(body.decode())


def taken_at_once(*devices: tuple[int, str]) -> list[list[str]]:
    """What each of these (port, path) gets, all asking at the same time."""
    with ThreadPoolExecutor(len(devices)) as threads:
        return list(threads.map(lambda device: taken_by(*device), devices, timeout=PATIENCE))


def flat(lists: list[list[str]]) -> list[str]:
    return sorted((one for some in lists for one in some), key=lambda name: int(name[1:]))


def executed() -> list[str]:
    """What is left of the executed commands, the last hundred, in the order of execution."""
    done = Command.select().where(Command.executed_at.is_null(False)).order_by(Command.place)
    return [command.command_string for command in done]


def test_each_command_goes_to_one_of_many_devices(queue, server):
    commands = queue(COUNT)
    taken = taken_at_once(*[(server.port, EXECUTE)] * 8)
    assert flat(taken) == commands
    assert executed() == commands[-100:]
    for of_one_device in taken:
        assert of_one_device == sorted(of_one_device, key=lambda name: int(name[1:]))


@on_postgresql  # an SQLite file has one server
def test_each_command_goes_to_one_device_of_two_servers(queue, database_url):
    commands = queue(COUNT)
    with running(database_url) as one, running(database_url) as other:
        devices = [(server.port, EXECUTE) for server in (one, other) for _ in range(4)]
        taken = taken_at_once(*devices)
    assert flat(taken) == commands
    assert executed() == commands[-100:]


@on_postgresql
def test_updates_and_executions_that_note_in_the_same_channel_do_not_block_each_other(
    queue, database_url, gardener, channel, door_talkback
):
    """One locks the channel for its entry, the other for its note, in two servers."""
    talkback.change_talkback(door_talkback, "Door", channel.id)
    commands = queue(COUNT)
    update = f"/update?api_key={channel.write_key}&talkback_key={KEY}&field1=1"
    with running(database_url) as one, running(database_url) as other:
        devices = [
            (server.port, path)
            for server in (one, other)
            for path in (EXECUTE, update, EXECUTE, update)
        ]
        taken = taken_at_once(*devices)
    assert flat(taken) == commands
    statuses = [entry.status for entry in Entry.select() if entry.status]
    assert flat([statuses]) == commands
    ids = [entry.entry_id for entry in Entry.select().order_by(Entry.entry_id)]
    assert ids == list(range(1, len(ids) + 1))


def test_requests_of_one_turn_get_one_command_each(queue, channel, server):
    commands = queue(7)
    good = f"api_key={channel.write_key}&talkback_key={KEY}&field1=good"
    bad = f"api_key=WRONG&talkback_key={KEY}&field1=bad"
    requests = [
        *[f"GET /update?{query} HTTP/1.1\r\n\r\n" for query in (good, bad, good, bad)],
        *[f"GET {EXECUTE} HTTP/1.1\r\n\r\n"] * 3,
    ]
    with closing(Crowd(server)) as crowd:
        answers = crowd.send_at_once([request.encode() for request in requests])
    bodies = [answer.rpartition(b"\r\n")[2].decode() for answer in answers]
    told = [bodies[0], bodies[2], *bodies[4:]]
    assert (bodies[1], bodies[3]) == ("0", "0")
    assert executed() == commands
    assert len(set(told)) == 5
    assert set(told) < set(commands)
    assert [entry.field1 for entry in Entry.select()] == ["good", "good"]


@on_sqlite
def test_a_full_disk_gives_all_commands_of_a_turn_back(queue, channel, database_url):
    queue(4)
    with running(database_url) as server:
        assert server.get(EXECUTE) == (200, "C1")
        with full_disk(server, Path(database.place)), closing(Crowd(server)) as crowd:
            query = f"talkback_key={KEY}&field1=lost"
            answers = crowd.write_at_once(channel.write_key, [query] * 8)
            assert server.get(EXECUTE) == (503, "error_unavailable")
        assert {answer.partition(b" ")[2][:3] for answer in answers} == {b"503"}
        assert {answer.rpartition(b"\r\n")[2] for answer in answers} == {b"0"}
        assert [server.get(EXECUTE)[1] for _ in range(4)] == ["C2", "C3", "C4", ""]
    assert Entry.select().count() == 0


def test_a_command_that_was_told_is_executed_for_good(queue, database_url):
    commands = queue(COUNT)
    told = []

    def device(server: Server):
        with Board(server.port) as board:
            while True:
                board.send(f"GET {EXECUTE} HTTP/1.1\r\n\r\n".encode())
                try:
                    told.append(board.hear_answer().rpartition(b"\r\n")[2].decode())
                except (OSError, AssertionError):
                    return

    with running(database_url) as server, ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            threads.submit(device, server)
        until(lambda: len(told) > 20)
        server.kill()
    with running(database_url) as server:
        rest = taken_by(server.port, EXECUTE)
    assert not set(told) & set(rest)
    assert set(told) | set(rest) <= set(commands)
    assert rest == commands[-len(rest) :]
