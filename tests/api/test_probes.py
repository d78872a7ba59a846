"""What a supervisor asks: /healthz and /readyz."""

from tests.databases import on_sqlite
from thingclone.database import execute

ALIVE, READY = b"alive\n", b"ready\n"


def test_a_process_that_answers_is_alive(client):
    answer = client.get("/healthz")
    assert (answer.status, answer.body) == ("200 OK", ALIVE)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_it_is_ready_when_a_write_would_succeed(client, clock):
    answer = client.get("/readyz")
    assert (answer.status, answer.body) == ("200 OK", READY)
    assert execute("SELECT beaten_at FROM pulse").fetchall() == [(clock(),)]


def test_it_writes_at_most_once_a_second_and_to_one_row(client, clock):
    start = clock()
    for advance, beaten_at in ((0, start), (0.4, start), (0.6, start + 1_000_000)):
        clock.advance(advance)
        assert client.get("/readyz").body == READY
        assert execute("SELECT beaten_at FROM pulse").fetchall() == [(beaten_at,)]


def test_a_clock_that_was_set_back_does_not_stop_it(client, clock):
    client.get("/readyz")
    clock.advance(-3600)
    assert client.get("/readyz").body == READY
    assert execute("SELECT beaten_at FROM pulse").fetchall() == [(clock(),)]


@on_sqlite  # the PostgreSQL of the tests is for all of them
def test_where_the_database_is_gone_it_is_alive_and_not_ready(client):
    execute("DROP TABLE pulse")
    assert client.get("/healthz").body == ALIVE
    answer = client.get("/readyz")
    assert (answer.status, answer.body) == ("503 Service Unavailable", b"error_unavailable")
