"""A request is routed once: the server decides by the route that the app runs."""

from thingclone.http.routing import FOUND


def test_the_route_that_was_found_runs_whatever_the_path_says(client):
    lane, found = client.app.find("GET", "//healthz/", "", {})
    assert lane == "read"
    answer = client.get("/login", extra_environ={FOUND: found})
    assert (answer.status_int, answer.text) == (200, "alive\n")
    assert client.get("/healthz", extra_environ={FOUND: found}).text == "alive\n"
    assert client.get("/robots.txt").text.startswith("User-agent")


def test_what_is_not_found_is_refused_as_if_nobody_had_looked(client):
    for method, path in (("GET", "/nothing/here.json"), ("DELETE", "/robots.txt")):
        lane, found = client.app.find(method, path, "", {})
        assert lane == "read"
        refused = client.request(path, method=method)
        again = client.request(path, method=method, environ={FOUND: found})
        assert refused.status_int >= 400
        assert (again.status, again.body, again.headers) == (
            refused.status,
            refused.body,
            refused.headers,
        )


def test_a_browser_and_a_device_find_different_routes(client, channel):
    browser = {"ACCEPT": "text/html,*/*"}
    page = client.app.find("GET", "/channels/1", "", browser)
    api = client.app.find("GET", "/channels/1", "", {})
    assert page != api
    assert client.app.find("GET", "/channels/1", "format=json", browser) == api
    key = {"api_key": channel.read_key}
    answer = client.get("/channels/1", key, extra_environ={FOUND: page[1]})
    assert answer.content_type == "text/html"
    answer = client.get("/channels/1", key, extra_environ={FOUND: api[1]})
    assert answer.content_type == "text/plain"
