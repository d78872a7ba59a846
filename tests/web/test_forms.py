"""What keeps visitors safe: whose forms are taken, and what the headers of a page forbid."""

import pytest

from tests.web.conftest import PASSWORD
from thingclone.database.models import Session, User

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
FORMS = ("/login", "/logout", "/account/key", "/account/password", "/channels/new", "/welcome/x")


# --- whose forms ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine is another origin
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:8081"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
    ],
)
def test_a_form_of_another_page_changes_nothing(browser, gardener, path, headers):
    key = User.get().api_key
    given = {"login": "gardener", "password": PASSWORD, "current": PASSWORD, "name": "Cellar"}
    answer = browser.post(path, given, headers=headers)
    assert answer.status_int == 403
    assert (
        "This form does not come from a page of this server, so nothing was changed." in answer.text
    )
    assert "Set-Cookie" not in answer.headers
    assert User.get().api_key == key
    assert Session.select().count() == 1
    assert browser.get("/channels").html.find(class_="card") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://proxy.example"},
        {"Origin": "http://LOCALHOST"},
        {"Origin": "http://localhost:80"},
        {"Origin": "https://localhost"},  # a proxy that takes TLS off, and does not say so
        {"Origin": "http://garden.example:8080", "Host": "garden.example:8080"},
    ],
)
def test_a_form_of_ones_own_pages_is_taken(stranger, gardener, headers):
    form = {"login": "gardener", "password": "wrong"}
    assert "Wrong login or password" in stranger.post("/login", form, headers=headers).text


def test_a_session_is_no_key_to_write_by_the_api(browser, channel, gardener):
    for method, path in [
        ("POST", "/channels.json"),
        ("PUT", "/channels/1.json"),
        ("DELETE", "/channels/1.json"),
        ("POST", "/channels/1.json?_method=delete"),
        ("DELETE", "/channels/1/feeds.json"),
        ("POST", "/channels/1/api_keys.json"),
        ("POST", "/users/new_api_key.json"),
        ("GET", "/channels.json"),
        ("GET", "/channels/1/api_keys.json"),
    ]:
        answer = browser.request(path, method=method)
        assert (path, answer.status_int) == (path, 401)


# --- headers --------------------------------------------------------------------------------------


def test_a_page_runs_no_script_but_ours_and_stands_in_no_frame(browser, channel):
    for path in ("/channels", "/channels/1", "/account", "/channels/99", "/nonsense"):
        headers = browser.get(path).headers
        assert headers["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_page_is_kept_by_nobody_and_read_by_no_other_origin(browser, channel):
    for path in ("/", "/channels", "/channels/1", "/account", "/channels/public", "/channels/99"):
        headers = browser.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in headers
        assert "ETag" not in headers


def test_no_request_takes_the_headers_off_a_page(browser, channel):
    for path in ("/channels/1?headers=false", "/account?headers=false"):
        headers = browser.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_foreign_page_may_frame_what_is_there_to_embed(stranger, public_channel):
    for path in ("charts/1", "maps/channel_show", "status/recent"):
        page = stranger.get(f"/channels/1/{path}")
        assert page.headers["Content-Security-Policy"] == POLICY
        assert "X-Frame-Options" not in page.headers
        assert page.html.find("form") is None
    answer = stranger.get("/channels/99/maps/channel_show")
    assert (answer.status_int, "No channel 99." in answer.text) == (404, True)
    assert "X-Frame-Options" not in answer.headers


def test_pages_hold_neither_scripts_nor_styles(browser, channel, write):
    write(channel, field1="1")
    for path in ("/channels", "/channels/1", "/channels/new", "/account", "/channels/1/charts/1"):
        page = browser.get(path).html
        assert [tag for tag in page.find_all("script") if tag.get_text() or not tag["src"]] == []
        assert page.find_all("style") == []
        assert [tag.name for tag in page.find_all() if "style" in tag.attrs] == []
        handlers = [name for tag in page.find_all() for name in tag.attrs if name.startswith("on")]
        assert handlers == []


def test_pages_fetch_nothing_from_elsewhere(browser, channel, write):
    write(channel, field1="1")
    for path in ("/channels", "/channels/1", "/channels/new", "/account", "/channels/1/charts/1"):
        page = browser.get(path).html
        fetched = [
            tag.get("src") or tag["href"] for tag in page.find_all(["script", "link", "img"])
        ]
        assert fetched
        assert [url for url in fetched if url[0] != "/" or url[1] == "/"] == []


def test_each_page_has_what_a_screen_reader_needs(browser, channel, write):
    write(channel, field1="1")
    for path in ("/channels", "/channels/1", "/channels/new", "/account", "/channels/public"):
        page = browser.get(path).html
        assert page.html["lang"] == "en"
        assert len(page.find_all("h1")) == 1
        assert page.find(class_="skip")["href"] == "#main"
        assert page.main["id"] == "main"
        labelled = {label.get("for") for label in page.find_all("label")}
        for field in page.find_all(["input", "textarea"]):
            is_named = field.get("id") in labelled or field.get("aria-label")
            assert is_named or field["type"] in ("hidden", "checkbox"), field
        for button in page.find_all("button"):
            assert button.get_text()


# --- pages that say no ----------------------------------------------------------------------------


def test_an_error_page_helps_and_tells_nothing_of_ourselves(stranger, gardener):
    page = stranger.get("/chanels")
    assert page.status_int == 404
    assert "Nothing is at /chanels: check the URL." in page.text
    assert page.html.find("main").a["href"] == "/channels"
    assert stranger.get("/<script>alert(1)</script>").html.find_all("script", src=False) == []


def test_an_error_page_asks_nobody_to_sign_in_who_has(browser, stranger):
    for path, visitor, name in (
        ("/nonsense", browser, "Account"),
        ("/logout", browser, "Account"),
        ("/channels/99", browser, "gardener"),
        ("/nonsense", stranger, "Sign in"),
    ):
        header = visitor.get(path).html.find("header")
        assert header.find("a", class_="me").get_text(strip=True) == name
        assert bool(header.find("a", href="/channels", class_=None)) == (name != "Sign in")


def test_the_wrong_method_is_a_page_too(browser):
    page = browser.get("/logout")
    assert (page.status_int, page.headers["Content-Type"]) == (405, "text/html; charset=utf-8")
    assert "/logout does not accept GET" in page.text


def test_a_fault_is_a_page_without_a_stack_trace(browser, monkeypatch):
    def fail(*_):
        raise RuntimeError("inner secret")

    monkeypatch.setattr("thingclone.channels.channels.channels_of", fail)
    page = browser.get("/channels")
    assert page.status_int == 500
    assert page.html.find("h1").get_text() == "Something went wrong"
    assert "inner secret" not in page.text


@pytest.mark.parametrize(
    "path", ["/nonsense.json", "/nonsense.txt", "/channels/99/feeds", "/update"]
)
def test_an_api_path_never_answers_html_not_even_to_a_browser(browser, path):
    answer = browser.get(path)
    assert answer.status_int in (400, 404)
    assert "html" not in answer.headers["Content-Type"]


def test_nobody_else_gets_pages(client, public_channel):
    for path in ("/", "/channels/1", "/channels/public", "/channels/1/status/recent", "/nonsense"):
        for accepted in ("", "*/*", "application/json", "text/plain"):
            answer = client.get(path, headers={"Accept": accepted})
            assert "html" not in answer.headers["Content-Type"]
