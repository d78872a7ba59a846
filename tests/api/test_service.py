"""The small routes, what lies beside all routes, and preflight (contract, sections 1.5, 12)."""

import http.client

import pytest

NOT_FOUND_JSON = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found","details":"The requested resource was not found. '
    'Please check the URL and try again."}}'
)
WRONG_METHOD_JSON = (
    '{"status":"405","error":{"error_code":"error_method_invalid",'
    '"message":"Method Not Allowed",'
    '"details":"Please use the proper HTTP method for this request."}}'
)


def test_the_root_is_blank(client):
    answer = client.get("/")
    assert (answer.status, answer.body) == ("200 OK", b"")
    assert answer.headers["Content-Length"] == "0"


def test_crossdomain_xml_lets_everybody_in(client):
    answer = client.get("/crossdomain.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.xml.tag == "cross-domain-policy"
    assert [(child.tag, child.attrib) for child in answer.xml] == [
        ("allow-access-from", {"domain": "*"})
    ]


def test_robots_are_kept_from_writing(client):
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == "User-agent: *\nDisallow: /update\n"


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("/nonsense", "text/plain", "error_resource_not_found"),
        ("/channels/1417/nonsense.json", "application/json", NOT_FOUND_JSON),
        ("/channels/abc/feeds.json", "application/json", NOT_FOUND_JSON),
        ("/channels/-1/feeds.json", "application/json", NOT_FOUND_JSON),
        ("/talkbacks", "text/plain", "error_resource_not_found"),
        ("/%F0%9F%8C%B1/%00/%FF", "text/plain", "error_resource_not_found"),
        ("/%FF", "text/plain", "error_resource_not_found"),
        ("/%C3/", "text/plain", "error_resource_not_found"),
        ("/upd%FFate", "text/plain", "error_resource_not_found"),
        ("/channels/1417%FF/feeds.json", "application/json", NOT_FOUND_JSON),
        ("/" + "x" * 5000, "text/plain", "error_resource_not_found"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_there_is_answered_with_404(client, method, path, content_type, text):
    answer = client.request(path, method=method)
    assert (answer.status, answer.text) == ("404 Not Found", text)
    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"


def test_what_is_there_for_another_method_is_answered_with_405(client):
    for path in ("/channels/1417/feeds.json", "/users/gardener.json"):
        answer = client.put(path)
        assert (answer.status, answer.text) == ("405 Method Not Allowed", WRONG_METHOD_JSON)
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/update",
        "/update.json",
        "/channels/1/bulk_update.json",
        "/channels/1417/feeds.json",
        "/channels/1417/feeds/last.json",
        "/talkbacks/1/commands/execute.json",
        "/users/gardener/channels.json",
        "/login",
        "/one/two/three/four/five/six/seven",
        "//doubled///slashes/",
    ],
)
def test_preflight_is_granted_for_every_path(client, path):
    answer = client.options(
        path,
        headers={"Origin": "http://example.org", "Access-Control-Request-Method": "POST"},
    )
    assert (answer.status, answer.text.strip()) == ("200 OK", "")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (
        answer.headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, OPTIONS, DELETE, PATCH"
    )
    assert answer.headers["Access-Control-Allow-Headers"].startswith(
        "origin, content-type, X-Requested-With"
    )
    assert answer.headers["Access-Control-Max-Age"] == "1800"


def test_preflight_of_a_write_writes_nothing(client, public_channel):
    client.options("/update?api_key=WRITEKEY00000001&field1=1")
    assert client.get("/channels/1/feeds/last.json").text == "-1"


def test_over_a_socket_options_of_the_server_itself_is_granted(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("OPTIONS", "*")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.getheader("Access-Control-Allow-Origin") == "*"
    connection.close()


def test_over_a_socket_what_is_not_there_leaves_the_connection_open(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for path in ("/nonsense", "/channels/1/nonsense.json", "/nonsense"):
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.headers["Content-Length"] == str(len(text))
    connection.close()
