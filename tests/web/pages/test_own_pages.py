"""What holds for every page that only the owner sees, whatever it is about: found in the list of
routes, so that none can be forgotten.
"""

import re

import pytest

from tests.web.conftest import Browser, assert_only_text
from thingclone.accounts import users
from thingclone.app import PAGES
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import channels, devices
from thingclone.channels.update import ChannelUpdate
from thingclone.entries import corrections
from thingclone.web.door import PageDoor

# What stands in for the parts of a path that vary.
SAMPLES = {"channel_id": "1", "entry_id": "1", "talkback_id": "1", "device_id": "1",
           "which": "write", "token": "x", "number": "1"}  # fmt: skip
OPEN = {"/", "/login", "/signup", "/welcome/x", "/channels/public", "/channels/1"}
# A route of the page door that answers with no page.
EMBEDDED = re.compile(r"/channels/1/(charts|maps|status)/")


def paths(method: str) -> list[str]:
    """The paths of all pages, or of all forms."""
    found = set()
    for door in PAGES:
        for route in door.routes if isinstance(door, PageDoor) else ():
            if route.method == method:
                found.add(re.sub(r"<(\w+)[^>]*>", lambda part: SAMPLES[part[1]], route.rule))
    return sorted(found)


PRIVATE = [path for path in paths("GET") if path not in OPEN and not EMBEDDED.match(path)]


@pytest.fixture
def garden(channel, write, gardener, clock):
    """A channel with an entry and a correction, a TalkBack with a command, a device."""
    write(channel, field1="21.5", status="window open")
    corrections.change_entry(channel, 1, {"field1": "22"}, clock(), gardener)
    own = talkback.add_talkback(gardener, "Pump", clock(), 1)
    commands.add_command(own, CommandUpdate("OPEN"), clock())
    devices.add_device(gardener, "5c:cf:7f:0b:0e:a8", clock(), 1, command="wait", pins=[1])


def test_there_are_pages_and_forms_to_test():
    assert len(PRIVATE) > 15
    assert len(paths("POST")) > 30


@pytest.mark.parametrize("path", PRIVATE)
def test_a_private_page_is_safe_and_readable(browser, garden, path):
    page = browser.get(path)
    assert page.status_int == 200, path
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in page.headers
    assert_only_text(page)
    markup = page.html
    assert len(markup.find_all("h1")) == 1
    assert [form for form in markup.find_all("form") if "method" not in form.attrs] == []
    ids = [tag["id"] for tag in markup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in markup.find_all("label")}
    for field in markup.find_all(["input", "textarea", "select"]):
        is_labelled = field.get("id") in labelled or field.find_parent("label")
        is_named = {"aria-label", "aria-labelledby"} & field.attrs.keys()
        assert is_labelled or is_named or field["type"] == "hidden", field
    for button in markup.find_all(["button", "summary"]):
        assert button.get("aria-label") or button.get_text().strip()
    for link in markup.find_all("a"):
        assert link.get("aria-label") or link.get_text().strip()
    for tag in markup.find_all(attrs={"aria-labelledby": True}):
        assert tag["aria-labelledby"] in ids


@pytest.mark.parametrize("path", PRIVATE)
def test_strangers_are_asked_to_sign_in(stranger, garden, path):
    answer = stranger.get(path)
    assert (answer.status_int, answer.body) == (303, b"")
    assert answer.headers["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", paths("POST"))
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}, {"Origin": ""}]
)
def test_a_form_of_another_page_is_not_taken(browser, garden, path, headers):
    given = {"confirmation": "delete 1", "name": "x", "command": "x", "id": "1", "note": "x"}
    answer = browser.post(path, given | {"entry-1": "on", "field1": "x"}, headers=headers)
    assert answer.status_int == 403
    assert (
        "This form does not come from a page of this server, so nothing was changed." in answer.text
    )


@pytest.mark.parametrize("path", [path for path in PRIVATE if path.startswith("/channels/1/")])
def test_the_channel_of_somebody_else_is_not_there(app, garden, path):
    users.add_user("neighbour", 0, password="open barley")
    channels.change_channel(channels.complete_channel(1), ChannelUpdate({"public": True}), 0)
    neighbour = Browser(app)
    neighbour.sign_in("neighbour", "open barley")
    answer = neighbour.get(path)
    assert answer.status_int == 404
    assert "Greenhouse" not in answer.text
