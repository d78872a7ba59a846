"""What a server does by itself from time to time."""

import threading
from time import monotonic, sleep

from tests.databases import on_sqlite
from tests.servers import PATIENCE, running
from thingclone.database.models import CorrectedEntry, Correction
from thingclone.entries import corrections
from thingclone.formats.times import DAY, now
from thingclone.server.chores import Chores


def until(condition) -> bool:
    """Wait for a condition; whether it became true in time."""
    until = monotonic() + PATIENCE
    while not condition() and monotonic() < until:
        sleep(0.01)
    return condition()


def test_a_server_forgets_corrections_that_cannot_be_undone_any_more(database_url, channel, write):
    for value in "123":
        write(channel, field1=value)
    corrections.remove_entries(channel, [1], now() - 31 * DAY)
    recent = corrections.remove_entries(channel, [2], now() - 29 * DAY)
    corrections.remove_entries(channel, [3], now() - 29 * DAY)
    Correction.update(made_at=now() - 31 * DAY).where(Correction.id != recent.id).execute()
    with running(database_url):
        assert until(lambda: Correction.select().count() == 1)
    assert [one.id for one in Correction.select()] == [recent.id]
    assert [kept.entry_id for kept in CorrectedEntry.select()] == [2]


@on_sqlite
def test_a_server_that_is_ingest_only_does_no_chores(database_url, channel, write):
    write(channel, field1="1")
    corrections.remove_entries(channel, [1], now() - 29 * DAY)
    Correction.update(made_at=now() - 31 * DAY).execute()
    with running(database_url, "--ingest-only") as server:
        assert server.get(f"/update?api_key={channel.write_key}&field1=2") == (200, "2")
    assert Correction.select().count() == 1


def test_a_chore_that_fails_comes_again_and_spoils_no_other(caplog):
    ran, done = [], threading.Event()

    def fail(now):
        ran.append(now)
        raise ZeroDivisionError

    def count(now):
        ran.append(now)
        if len(ran) >= 4:
            done.set()

    chores = Chores(lambda: 1714564800, ((0.0, fail), (0.0, count)))
    chores.start()
    assert done.wait(PATIENCE)
    chores.stop()
    assert set(ran) == {1714564800}
    assert "a chore failed: tests.server.test_chores.fail" in caplog.text
