"""Why a write did not arrive: the journal of a channel, and that of no channel."""

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, Browser, assert_only_text
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Attempt
from thingclone.settings import Settings
from thingclone.web import advice

JOURNAL = "/channels/1/journal"


def attempts(page) -> list[list[str]]:
    """Of each attempt: what became of it, the sentence, when and from where, what was sent, the
    advice.
    """
    found = []
    for row in page.html.select(".attempts li"):
        parts = row.select(".badge, strong, .facts, code, .advice")
        found.append([" ".join(part.get_text().split()) for part in parts])
    return found


def test_a_refused_write_is_told_with_what_helps(browser, channel, clock):
    for _ in range(3):
        browser.get("/update", {"api_key": "READKEY000000001", "field1": "20.5"})
    clock.advance(120)
    assert attempts(browser.get(JOURNAL)) == [
        [
            "refused",
            "This is a read key: a write needs the channel's write key.",
            "2 minutes ago · 3 times · from an unknown address",
            "GET /update?api_key=READ...&field1=20.5",
            "A read key cannot write. Copy the write key from the API keys page into your sketch.",
        ]
    ]


def test_a_write_that_was_changed_is_told_too(browser, channel):
    browser.get(
        "/update",
        {"api_key": channel.write_key, "field1": "x" * 256},
        extra_environ={"REMOTE_ADDR": "192.168.1.23"},
    )
    [told] = attempts(browser.get(JOURNAL))
    assert told[:3] == [
        "changed",
        "field1 was truncated to 255 characters.",
        "just now · from 192.168.1.23",
    ]
    advised = "Everything else was stored. A value or a status can have up to 255 characters."
    assert told[4] == advised


def test_an_empty_journal_says_so(browser, channel):
    page = browser.get(JOURNAL)
    assert "ThingClone has not refused or changed a write to this channel." in page.text
    assert page.html.find(class_="aside").find_all("a")[1]["href"] == "/journal"


class TestHelp:
    """Whatever can be in a journal, there is a word on it."""

    @pytest.fixture
    def settings(self):
        return Settings(
            write_interval=15, max_bulk=2, max_body=1000, auto_provision=False, max_devices=0
        )

    def test_there_is_advice_on_every_reason(self, browser, add_channel):
        names = ("Greenhouse", "Cellar", "Roof", "Pond")
        first, second, third, fourth = (add_channel(name) for name in names)
        write, bulk = "/update", "/channels/1/bulk_update.json"
        user = first.user.api_key
        # All by the same app: what was refused is noted in its memory first.
        browser.get(write, {"api_key": first.write_key, "field1": "x" * 256})
        browser.get(write, {"api_key": first.write_key, "field1": "1"})
        browser.get(write, {"api_key": second.write_key, "field1": "1", "created_at": "x"})
        browser.get(write, {"api_key": "READKEY000000001", "field1": "1"})
        browser.get(write, {"api_key": user, "field1": "1"})
        browser.get(write, {"api_key": "NOSUCHKEY", "field1": "1"})
        browser.get(write, {"field1": "1"})
        browser.get(write, {"api_key": user, "mac": "new", "field1": "1"})
        browser.get(write, {"api_key": third.write_key, "mac": "new", "field1": "1"})
        browser.post_json(write, {"api_key": fourth.write_key, "field1": 1, "field2": [2]})
        browser.put(write, {"api_key": first.write_key})
        browser.post_json(bulk, {"write_api_key": second.write_key, "updates": []})
        key = first.write_key
        for updates in ([{}] * 3, [{"field1": 1}], [{"created_at": "x"}], [1], 5,
                        [{"delta_t": 1}, {"created_at": "2024-05-01"}]):  # fmt: skip
            browser.post_json(bulk, {"write_api_key": key, "updates": updates})
        browser.post(write, "{", headers={"Content-Type": "application/json"})
        browser.post(write, "[]", headers={"Content-Type": "application/json"})
        browser.post(write, "x" * 2000)
        browser.post(write, "x", headers={"Content-Type": "multipart/form-data"})
        browser.post("/channels/99/bulk_update.json", "{}")
        browser.post("/channels/1/bulk_update.csv", {"write_api_key": key, "time_format": "x"})
        for path in (*(f"/channels/{number}/journal" for number in (1, 2, 3, 4)), "/journal"):
            page = browser.get(path)
            assert attempts(page)
            assert [told for told in attempts(page) if len(told) != 5] == []
        used = {advice.on(attempt.reason) for attempt in Attempt.select()}
        assert len(used) > 12


def test_writes_of_no_channel_are_told_to_the_owner_alone(browser, channel, app):
    browser.get("/update", {"api_key": "NOSUCHKEY1234567", "field1": "1"})
    page = browser.get("/journal")
    [told] = attempts(page)
    assert told[1] == "No channel has this write key."
    assert told[3] == "GET /update?api_key=NOSU...&field1=1"
    assert attempts(browser.get(JOURNAL)) == []

    users.add_user("neighbour", NOON, password="open barley")
    neighbour = Browser(app)
    neighbour.sign_in("neighbour", "open barley")
    page = neighbour.get("/journal")
    assert page.status_int == 404
    assert "NOSU" not in page.text
    tabs = [link.get_text() for link in neighbour.get("/account").html.select(".tabs a")]
    assert tabs == ["Account", "Devices", "TalkBack"]
    tabs = [link.get_text() for link in browser.get("/account").html.select(".tabs a")]
    assert tabs == ["Account", "Devices", "TalkBack", "Journal"]


def test_the_journal_of_somebody_else_is_not_there(browser, stranger, gardener):
    neighbour = users.add_user("neighbour", NOON)
    theirs = channels.add_channel(neighbour, "Next door", NOON, public=True)
    browser.get("/update", {"api_key": theirs.write_key, "field1": "x" * 256})
    page = browser.get(JOURNAL)
    assert (page.status_int, "truncated" in page.text) == (404, False)
    assert stranger.get(JOURNAL).headers["Location"] == "/login?next=/channels/1/journal"
    assert stranger.get("/journal").headers["Location"] == "/login?next=/journal"


def test_the_api_keeps_its_answer(client, browser, channel, gardener):
    assert client.get(JOURNAL, {"api_key": gardener.api_key}).text == "[]"
    assert client.get(JOURNAL).status_int == 401
    assert "html" not in browser.get(f"{JOURNAL}.json").headers["Content-Type"]


@pytest.mark.parametrize("text", NASTY)
def test_what_was_sent_is_nothing_but_text(browser, channel, text):
    sent = {"api_key": "READKEY000000001", "field1": text[:100], "<img src=x>": "1"}
    browser.get("/update", sent)
    page = browser.get(JOURNAL)
    assert_only_text(page)
    assert f"field1={text[:100]}&<img src=x>=1" in page.html.find("code").get_text()
