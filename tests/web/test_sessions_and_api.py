"""A browser's session opens its owner's private channels to reads of the API; to nobody else."""

import pytest

READS = [
    "/channels/1/feeds.json",
    "/channels/1/feeds/last.json",
    "/channels/1/fields/1.csv",
    "/channels/1/fields/1/last.txt",
    "/channels/1/status.json",
    "/channels/1/status/recent.json",
    "/stream/channels/1/feeds.csv",
    "/channels/1/charts/1.svg",
]


@pytest.fixture
def cellar(channel, write):
    write(channel, field1="21.5", status="21.5 degrees")
    return channel


@pytest.mark.parametrize("path", READS)
def test_the_owner_needs_no_key(browser, stranger, cellar, path):
    answer = browser.get(path)
    assert answer.status_int == 200
    assert "21.5" in answer.text or "<circle" in answer.text
    refused = stranger.get(path).text
    assert "21.5" not in refused
    assert "<circle" not in refused


@pytest.mark.parametrize("path", READS)
def test_what_the_session_has_opened_stays_with_the_browser(browser, cellar, path):
    headers = browser.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert [name for name in headers if name.startswith("Access-Control")] == []
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_a_session_all_is_as_ever(client, cellar):
    headers = client.get("/channels/1/feeds.json?api_key=READKEY000000001").headers
    assert headers["Cache-Control"] == "max-age=0, private, must-revalidate"
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_the_settings_of_a_private_channel(browser, cellar):
    assert browser.get("/channels/1.json").json["api_keys"][0]["api_key"] == "WRITEKEY00000001"


@pytest.mark.parametrize("path", ["/channels/1/feeds.json", "/channels/1/feeds/last.json"])
def test_no_foreign_page_gets_it_as_a_script(browser, cellar, path):
    answer = browser.get(path, {"callback": "steal"})
    assert "21.5" not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_foreign_page_gets_it_at_all_where_browsers_tell(browser, cellar, site):
    for mode in ("cors", "no-cors"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
        assert browser.get("/channels/1/feeds.json", headers=headers).text == "-1"
    visit = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert "21.5" in browser.get("/channels/1/feeds.csv", headers=visit).text


def test_somebody_elses_session_opens_nothing(stranger, cellar):
    stranger.set_cookie("thingclone_session", "x" * 43)
    assert stranger.get("/channels/1/feeds.json").text == "-1"


def test_a_session_that_has_ended_opens_nothing(browser, cellar):
    token = browser.cookies["thingclone_session"]
    browser.get("/account").forms[0].submit()
    browser.set_cookie("thingclone_session", token)
    assert browser.get("/channels/1/feeds.json").text == "-1"
