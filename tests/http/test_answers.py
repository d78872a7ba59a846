"""What surrounds a read: choice of the format, JSONP, headers, ETag, HEAD and gzip (contract,
sections 1.3, 1.4, 1.6 and 1.11).
"""

import gzip
import hashlib
import http.client
import json

import pytest
from webob import Request

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS, DELETE, PATCH",
    "Access-Control-Max-Age": "1800",
}
LAST = '{"created_at":"2024-11-10T12:49:42Z","entry_id":318,"field1":"21.5","field2":null}'
LAST_CSV = "created_at,entry_id,field1,field2\n2024-11-10T12:49:42Z,318,21.5,\n"


# --- which format ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        ("feeds.json", "text/csv", "application/json"),
        ("feeds?format=json", "text/csv", "application/json"),
        ("feeds?format=csv", "*/*", "text/csv"),
        ("feeds.json?format=csv", "*/*", "application/json"),
        ("feeds", "application/json", "application/json"),
        ("feeds", "application/json; charset=utf-8", "application/json"),
        ("feeds", "application/xml", "application/xml"),
        ("feeds", "text/xml", "application/xml"),
        ("feeds", "text/csv", "text/csv"),
        ("feeds", "*/*", "text/plain"),
        ("feeds", "", "text/plain"),
        ("feeds", "text/html", "text/plain"),
        ("feeds", "application/json, text/plain, */*", "text/plain"),
        ("feeds", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain"),
        ("feeds", "text/plain", "text/plain"),
        ("feeds", "image/png", "text/plain"),
        ("status", "text/plain", "text/plain"),
        ("feeds/last", "application/json", "application/json"),
        ("feeds/last", "text/plain", "text/plain"),
        ("fields/1/last", "application/json", "application/json"),
        ("fields/1/last", "*/*", "text/plain"),
    ],
)
def test_the_suffix_chooses_the_format_then_the_parameter_then_accept(
    client, greenhouse, path, accept, content_type
):
    answer = client.get(f"/channels/1417/{path}", headers={"Accept": accept})
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"


def test_text_is_never_taken_for_a_page(client, greenhouse):
    """Stored text sent as text/html would run as script in a visitor's browser."""
    for path in ("feeds", "feeds.html", "feeds/last", "fields/1/last", "fields/1/last.html"):
        answer = client.get(f"/channels/1417/{path}")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "feeds.txt",
        "feeds.text",
        "feeds.JSON",
        "feeds.Csv",
        "feeds.png",
        "feeds?format=txt",
        "fields/1.txt",
        "status.txt",
        "feeds/last.JSON",
        "feeds/last.png",
        "fields/1/last.jpg",
        "feeds/last_data_age.pdf",
        "feeds/last_average.pdf?average=10",
        "status/last.yaml",
    ],
)
def test_a_format_that_is_not_offered_is_answered_with_406_and_nothing_else(
    client, greenhouse, path
):
    answer = client.get(f"/channels/1417/{path}")
    assert (answer.status, answer.body) == ("406 Not Acceptable", b"")


# --- JSONP ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "feeds.json",
        "feeds",
        "fields/1.json",
        "feeds/last.json",
        "feeds/last",
        "fields/1/last.json",
        "feeds/last_data_age.json",
        "feeds/last_average.json?average=10",
        "status.json",
        "status/last.json",
        "status/recent.json",
    ],
)
def test_a_script_gets_json_as_the_argument_of_its_function(client, greenhouse, path):
    plain = client.get(f"/channels/1417/{path}").text
    separator = "&" if "?" in path else "?"
    for name in ("cb", "jQuery19105_1415", "window.app.$draw", "calls[3]"):
        answer = client.get(f"/channels/1417/{path}{separator}callback={name}")
        assert (answer.status_int, answer.text) == (200, f"{name}({plain})")
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("callback", ["", "alert(1)//", "<script>", "a b", "a;b", "x" * 256])
def test_a_callback_that_is_no_name_is_passed_over(client, greenhouse, callback):
    answer = client.get("/channels/1417/feeds/last.json", {"callback": callback})
    assert (answer.headers["Content-Type"], answer.text) == (
        "application/json; charset=utf-8",
        LAST,
    )


def test_only_json_has_callbacks(client, greenhouse):
    assert client.get("/channels/1417/feeds/last.csv?callback=cb").text == LAST_CSV
    assert client.get("/channels/1417/fields/1/last.txt?callback=cb").text == "21.5"
    assert client.get("/channels/1417/feeds.xml?callback=cb").text.startswith("<?xml")


def test_a_denied_list_is_not_wrapped_and_a_denied_entry_is(client, channel):
    answer = client.get("/channels/1/feeds.json?callback=cb")
    assert (answer.status_int, answer.text) == (400, "-1")
    answer = client.get("/channels/1/feeds/last.json?callback=cb")
    assert (answer.status_int, answer.text) == (200, "cb(-1)")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/channels/1417/feeds.json", 200),
        ("/channels/1417/feeds/last.txt", 200),
        ("/channels/1/feeds.json", 400),
        ("/channels/1/feeds/last.json", 200),
        ("/channels/9/feeds.json", 404),
        ("/channels/1417/feeds.png", 406),
        ("/stream/channels/1417/feeds.csv", 200),
        ("/nowhere/at/all.json", 404),
        ("/update", 400),
    ],
)
def test_scripts_of_any_origin_may_read_every_answer(client, greenhouse, add_channel, path, status):
    add_channel(channel_id=1)
    answer = client.get(path)
    assert answer.status_int == status
    assert {name: answer.headers[name] for name in CORS} == CORS
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert allowed.startswith("origin, content-type, X-Requested-With")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_good_answer_may_be_kept_and_a_refusal_not(client, greenhouse):
    good = client.get("/channels/1417/feeds.json")
    assert good.headers["Cache-Control"] == "max-age=0, private, must-revalidate"
    for path in ("/channels/9/feeds.json", "/channels/1417/feeds.png", "/update", "/nowhere"):
        refused = client.get(path)
        assert refused.headers["Cache-Control"] == "no-cache"
        assert "ETag" not in refused.headers


def test_nobody_is_told_of_limits(client, greenhouse):
    answer = client.get("/channels/1417/feeds.json")
    assert not [
        name
        for name in answer.headers
        if name.lower().startswith("x-ratelimit") or name.lower() in ("retry-after", "set-cookie")
    ]


@pytest.fixture
def lax(client):
    """The client without its checks of WSGI, which wants a type for every body."""
    client.lint = False
    return client


@pytest.mark.parametrize("path", ["feeds.json", "feeds/last.txt", "fields/1/last", "feeds.csv"])
def test_headers_false_leaves_no_header_but_the_necessary_ones(lax, greenhouse, path):
    full = lax.get(f"/channels/1417/{path}")
    bare = lax.get(f"/channels/1417/{path}?headers=false")
    assert bare.body == full.body
    assert sorted(bare.headers) == ["Content-Length", "X-Content-Type-Options"]
    assert bare.headers["Content-Length"] == str(len(full.body))


@pytest.mark.parametrize("value", ["", "0", "no", "False", "FALSE", "true"])
def test_headers_with_any_other_value_does_nothing(client, greenhouse, value):
    answer = client.get("/channels/1417/feeds.json", {"headers": value})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


# --- asking again ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["feeds.json", "feeds.xml", "feeds.csv", "feeds/last.json", "fields/1/last.txt"]
)
def test_the_etag_is_the_md5_of_the_body(client, greenhouse, path):
    answer = client.get(f"/channels/1417/{path}")
    assert answer.headers["ETag"] in (
        f'"{hashlib.md5(answer.body).hexdigest()}"',
        f'W/"{hashlib.md5(answer.body).hexdigest()}"',
    )


@pytest.mark.parametrize("spelling", ["{}", 'W/"0", {}', '{}, "0"', "*"])
@pytest.mark.parametrize("weak", [True, False])
def test_a_browser_that_has_the_answer_gets_304(client, greenhouse, spelling, weak):
    url = "/channels/1417/feeds.json?callback=cb"
    tag = client.get(url).headers["ETag"]
    known = spelling.format(tag if weak else tag.removeprefix("W/"))
    again = client.get(url, headers={"If-None-Match": known})
    assert (again.status, again.body) == ("304 Not Modified", b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert again.headers["Cache-Control"] == "max-age=0, private, must-revalidate"


def test_a_browser_gets_the_news(client, greenhouse, write):
    url = "/channels/1417/fields/1/last.txt"
    tag = client.get(url).headers["ETag"]
    write(greenhouse, field1="22.0")
    again = client.get(url, headers={"If-None-Match": tag})
    assert (again.status_int, again.text) == (200, "22.0")


def test_a_refusal_is_never_304(client, channel):
    answer = client.get("/channels/1/feeds.json", headers={"If-None-Match": "*"})
    assert (answer.status_int, answer.text) == (400, "-1")


# --- HEAD and gzip --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["feeds.json", "feed.csv", "fields/1.xml", "feeds/last.json", "fields/1/last", "status.json"],
)
def test_head_is_get_without_the_body(client, greenhouse, path):
    got = client.get(f"/channels/1417/{path}")
    head = client.head(f"/channels/1417/{path}")
    assert (head.status, head.body) == (got.status, b"")
    assert dict(head.headers) == dict(got.headers)
    assert head.headers["Content-Length"] == str(len(got.body))


@pytest.fixture
def long_list(client, greenhouse, write):
    for _ in range(30):
        write(greenhouse, field1="21.5")
    return "/channels/1417/feeds.json"


def undecoded(client, url, offer):
    """An answer as it leaves the app; WebTest's client would unzip it."""
    return Request.blank(url, headers={"Accept-Encoding": offer}).get_response(client.app)


@pytest.mark.parametrize("offer", ["gzip", "gzip, deflate, br", "br, GZIP;q=0.8", "gzip;q=1.0"])
def test_a_long_answer_is_zipped_where_that_is_offered(client, long_list, offer):
    plain = client.get(long_list)
    zipped = undecoded(client, long_list, offer)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Content-Length"] == str(len(zipped.body))
    assert len(zipped.body) < len(plain.body)
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.body[:10].hex(" ") == "1f 8b 08 00 00 00 00 00 00 03"  # no name, no time, Unix
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "offer", [None, "", "identity", "br", "deflate", "gzip;q=0", "gzip; q=0.0"]
)
def test_nobody_gets_zipped_what_he_did_not_ask_for(client, long_list, offer):
    answer = client.get(long_list) if offer is None else undecoded(client, long_list, offer)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert len(answer.json["feeds"]) == 32


def test_a_short_answer_is_not_worth_zipping(client, greenhouse):
    answer = undecoded(client, "/channels/1417/feeds/last.json", "gzip")
    assert (answer.text, answer.headers.get("Content-Encoding")) == (LAST, None)


def test_a_zipped_answer_keeps_its_coding_without_headers(client, long_list):
    answer = undecoded(client, f"{long_list}?headers=false", "gzip")
    assert sorted(answer.headers) == [
        "Content-Encoding",
        "Content-Length",
        "X-Content-Type-Options",
    ]
    assert len(json.loads(gzip.decompress(answer.body))["feeds"]) == 32


def test_over_a_socket_every_read_has_a_length_and_a_status_header(server, client, greenhouse):
    for method, path, size in (
        ("GET", "/channels/1417/feeds/last.json", len(LAST)),
        ("HEAD", "/channels/1417/feeds/last.json", len(LAST)),
        ("GET", "/channels/1417/fields/1/last", 4),
        ("GET", "/channels/1417/feeds/last.csv", len(LAST_CSV)),
        ("GET", "/channels/1417/fields/2/318.txt", 0),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        assert (answer.status, answer.version) == (200, 11)
        assert ("Content-Length", str(size)) in answer.getheaders()
        assert ("Status", "200 OK") in answer.getheaders()
        assert answer.getheader("Transfer-Encoding") is None
        assert len(body) == (0 if method == "HEAD" else size)
        connection.close()


def test_over_a_socket_a_zipped_list_has_the_length_of_what_is_sent(server, client, long_list):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", long_list, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.getheader("Content-Length") == str(len(body))
    assert len(json.loads(gzip.decompress(body))["feeds"]) == 32
