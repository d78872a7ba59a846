"""Correcting much in a running server: devices write and read meanwhile, and see it at once."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from tests.servers import Server, ended
from thingclone.database import execute
from thingclone.database.transactions import writing

MANY = 100_000
# A page of the owner's would do this in a thread of the server.
SCRIPT = """
import sys
from thingclone import server
from thingclone.app import create_app
from thingclone.channels import access
from thingclone.database import connect
from thingclone.entries import corrections
from thingclone.entries.query import Window
from thingclone.formats import times
from thingclone.settings import Settings

settings = Settings(access_log=False)
connect(sys.argv[1])
app = create_app(settings)

@app.route("/remove/<first:int>/<last:int>", method="POST")
@app.route("/remove_in_loop/<first:int>/<last:int>", method="POST", lane="write")
def remove(first, last):
    window = Window(first_id=first, last_id=last)
    removal = corrections.remove_entries(access.channel(1), window, times.now())
    return str(removal.id)

@app.route("/undo/<number:int>", method="POST")
def undo(number):
    return str(corrections.undo(access.channel(1), number, times.now()).entries)

listener = server.listen("127.0.0.1", 0)
ready = f"Listening on http://127.0.0.1:{listener.getsockname()[1]}"
server.run(app, listener, settings, when_ready=lambda: print(ready, flush=True))
"""


@pytest.fixture
def correcting_server(database_url, channel):
    """A server whose pages can correct the channel, which has very many entries."""
    with writing():
        execute(
            f"""WITH RECURSIVE counted (number) AS
                (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < {MANY + 10})
                INSERT INTO entries (channel_id, entry_id, created_at, field1)
                SELECT 1, number, CAST(number AS BIGINT) * 1000000, 'v' || number FROM counted"""
        )
        execute(
            "UPDATE counters SET last_entry_id = ?, field1 = ?, newest_at = ?",
            (MANY + 10, MANY + 10, (MANY + 10) * 1_000_000),
        )
    with ended(Server(database_url, command=(sys.executable, "-c", SCRIPT))) as server:
        yield server


def write_while(job, server, channel) -> tuple[list[int], float]:
    """(entry ids, the longest time that one took) of what is written until the job is done."""
    ids, longest = [], 0.0
    while not job.done():
        began = monotonic()
        ids.append(int(server.get(f"/update?api_key={channel.write_key}&field1=new")[1]))
        longest = max(longest, monotonic() - began)
    return ids, longest


def test_devices_write_while_a_hundred_thousand_are_removed(correcting_server, channel):
    server = correcting_server
    with ThreadPoolExecutor(1) as thread:
        removing = thread.submit(server.get, f"/remove/1/{MANY}", b"")
        ids, longest = write_while(removing, server, channel)
        assert removing.result() == (200, "1")
        undoing = thread.submit(server.get, "/undo/1", b"")
        more_ids, longest_of_undo = write_while(undoing, server, channel)
        assert undoing.result() == (200, str(MANY))
    written = ids + more_ids
    assert 0 not in written
    assert written == list(range(MANY + 11, MANY + 11 + len(written)))
    assert len(ids) > 20
    assert len(more_ids) > 20
    assert max(longest, longest_of_undo) < 2
    stored = execute("SELECT entry_id FROM entries ORDER BY entry_id").fetchall()
    assert [entry_id for (entry_id,) in stored] == list(range(1, written[-1] + 1))


@pytest.mark.parametrize("path", ["/remove", "/remove_in_loop"])
def test_the_loop_sees_at_once_what_was_corrected(correcting_server, channel, path):
    server = correcting_server
    key = f"api_key={channel.read_key}"
    last = f"/channels/1/feeds/last.json?{key}"
    for number in range(10):
        newest = MANY + 10 - number
        assert json.loads(server.get(last)[1])["entry_id"] == newest
        assert server.get(f"/channels/1/fields/1/last?{key}") == (200, f"v{newest}")
        assert server.get(f"/channels/1/feeds/{newest}.json?{key}")[1] != "-1"
        assert server.get(f"{path}/{newest}/{newest}", b"") == (200, str(number + 1))
        assert server.get(f"/channels/1/feeds/{newest}.json?{key}") == (200, "-1")
    assert server.get(f"/update?api_key={channel.write_key}") == (200, str(MANY + 11))
    assert server.get(f"/channels/1/fields/1/last?{key}") == (200, f"v{MANY}")
    assert server.get("/undo/1", b"") == (200, "1")
    assert server.get(f"/channels/1/fields/1/last?{key}") == (200, f"v{MANY + 10}")
