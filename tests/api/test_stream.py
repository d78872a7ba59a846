"""The whole channel as CSV, sent while it is read (contract, section 8.11)."""

import http.client
import tracemalloc

import pytest
from webob import Request

from tests.conftest import NOON
from tests.sockets import ask
from thingclone.formats.times import SECOND, UTC, iso

URL = "/stream/channels/1/feeds.csv"


def add_entries(client, channel, count):
    """So many entries, the newest first: by id they are not in the order of time."""
    updates = [
        {"created_at": iso(NOON - number * SECOND, UTC), "field1": f"value {number}"}
        for number in range(1, count + 1)
    ]
    body = {"write_api_key": channel.write_key, "updates": updates}
    assert client.post_json(f"/channels/{channel.id}/bulk_update.json", body).status_int == 202


@pytest.fixture
def long_channel(client, public_channel):
    add_entries(client, public_channel, 2500)
    return public_channel


@pytest.mark.parametrize(
    "url", [URL, "/stream/channels/1/feeds", "/stream/channels/1/feed.csv", f"{URL}/"]
)
def test_the_export_is_a_csv_file_to_keep(client, public_channel, write, url):
    write(public_channel, field1="21.5", field2='say "on"')
    write(public_channel, "2020-01-01T00:00:00Z", field1="")
    answer = client.get(url)
    assert (answer.status, answer.text) == (
        "200 OK",
        "created_at,entry_id,field1,field2\n"
        '2024-05-01 12:00:00 UTC,1,21.5,"say ""on"""\n'
        '2020-01-01 00:00:00 UTC,2,"",\n',
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=feeds.csv"


def test_the_export_of_an_empty_channel_is_the_header_line(client, public_channel):
    assert client.get(URL).text == "created_at,entry_id,field1,field2\n"


def test_the_export_holds_every_entry_in_the_order_of_its_id(client, long_channel):
    for query in ("", "?results=5", "?days=1", "?start_entry_id=7"):
        lines = client.get(URL + query).text.splitlines()
        assert lines[1] == "2024-05-01 11:59:59 UTC,1,value 1,"
        assert lines[-1] == "2024-05-01 11:18:20 UTC,2500,value 2500,"
        assert [int(line.split(",")[1]) for line in lines[1:]] == list(range(1, 2501))


@pytest.mark.parametrize("entries", [999, 1000, 1001, 2000])
def test_no_entry_is_lost_or_doubled_between_two_slices(client, public_channel, entries):
    add_entries(client, public_channel, entries)
    lines = client.get(URL).text.splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == list(map(str, range(1, entries + 1)))


def test_the_export_knows_zones_places_and_statuses(client, public_channel, write):
    write(public_channel, field1="21.5", lat="51.5", long="-0.12", elevation="30", status="ok")
    assert client.get(f"{URL}?timezone=Europe/Rome&location=true&status=true").text == (
        "created_at,entry_id,field1,field2,latitude,longitude,elevation,status\n"
        "2024-05-01 14:00:00 +0200,1,21.5,,51.5,-0.12,30,ok\n"
    )


def test_a_form_may_ask_with_post(client, channel, write):
    write(channel, field1="21.5")
    text = "created_at,entry_id,field1,field2\n2024-05-01 12:00:00 UTC,1,21.5,\n"
    assert client.post(URL, {"api_key": "READKEY000000001"}).text == text
    assert client.post(f"{URL}?api_key=READKEY000000001").text == text
    romes = client.post(URL, {"key": "WRITEKEY00000001", "timezone": "Europe/Rome"})
    assert romes.text.endswith("2024-05-01 14:00:00 +0200,1,21.5,\n")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("key", ["", "?api_key=WRONGKEY00000000", "?api_key=READKEY000000002"])
def test_a_closed_channel_answers_400_minus_one(client, add_channel, method, key):
    add_channel()
    add_channel()
    answer = client.request(URL + key, method=method)
    assert (answer.status, answer.text) == ("400 Bad Request", "-1")
    assert "Content-Disposition" not in answer.headers


def test_what_is_no_csv_and_no_channel_is_refused(client, public_channel):
    for suffix in (".json", ".xml", ".txt", ".CSV"):
        answer = client.get(f"/stream/channels/1/feeds{suffix}")
        assert (answer.status, answer.body) == ("406 Not Acceptable", b"")
    answer = client.get("/stream/channels/99/feeds.csv")
    assert (answer.status, answer.text) == ("404 Not Found", "error_resource_not_found")


def test_the_export_does_not_gather_the_channel_in_memory(client, public_channel):
    """20000 entries are 7 MB of Python objects; the answer is taken chunk by chunk, as a server
    does.
    """
    for _ in range(2):
        add_entries(client, public_channel, 10_000)
    chunks = Request.blank(URL).get_response(client.app).app_iter
    tracemalloc.start()
    size = sum(len(chunk) for chunk in chunks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    chunks.close()
    assert size > 800_000
    assert peak < 1_500_000


def test_over_a_socket_the_export_comes_in_chunks(client, long_channel, server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", URL)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.getheader("Transfer-Encoding") == "chunked"
    assert answer.getheader("Content-Length") is None
    assert text.count("\n") == 2501
    assert text == client.get(URL).text


def test_over_a_socket_head_has_no_body(server, public_channel):
    answer = ask(server.port, f"HEAD {URL} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1


def test_a_reader_that_goes_away_leaves_the_server_well(client, long_channel, server):
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", URL)
        connection.getresponse().read(100)
        connection.close()
    assert server.get("/channels/1/fields/1/last.txt") == (200, "value 2500")
