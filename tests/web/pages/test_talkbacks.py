"""TalkBacks of an account: queues, what was executed, keys."""

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import channels
from thingclone.database.models import Command, TalkBack

ONE = "/talkbacks/1"


@pytest.fixture
def queue(door_talkback):
    """The gardener's TalkBack 1 with three commands."""
    for text in ("OPEN", "WAIT", "SHUT"):
        commands.add_command(door_talkback, CommandUpdate(text), NOON)
    return door_talkback


def waiting(page) -> list[str]:
    return [row.find(attrs={"name": "command"})["value"] for row in page.html.select(".queue li")]


def executed(page) -> list[str]:
    return [row.bdi.get_text() for row in page.html.select(".statuses li")]


def pressed(browser, path: str, label: str):
    """Press the button with this label on a page: what the page says then."""
    page = browser.get(path)
    button = page.html.find("button", attrs={"aria-label": label})
    fields = button.find_parent("form").find_all("input")
    given = {field["name"]: field["value"] for field in fields}
    answer = browser.post(button.find_parent("form")["action"], given)
    return answer.follow() if answer.status_int == 303 else answer


def test_a_talkback_is_made(browser, channel):
    making = form(browser.get("/talkbacks"), "/talkbacks")
    making["name"], making["channel"] = "Pump", "1"
    answer = making.submit()
    assert answer.headers["Location"] == ONE
    made = TalkBack.get()
    assert (made.name, made.channel_id, made.user.login) == ("Pump", 1, "gardener")
    row = browser.get("/talkbacks").html.select_one(".rows li")
    assert row.get_text(" ") == "Pump TalkBack 1 · 0 commands waiting"


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"name": ""}, 400, "A TalkBack needs a name of 1 to 255 characters."),
        ({"name": "x" * 256}, 400, "A TalkBack needs a name of 1 to 255 characters."),
        ({"name": "Pump", "channel": "99"}, 404, "Gardener has no channel 99."),
    ],
)
def test_what_cannot_be_a_talkback(browser, gardener, given, status, reason):
    page = browser.post("/talkbacks", given)
    assert (page.status_int, news(page)) == (status, reason)
    assert form(page, "/talkbacks")["name"].value == given["name"]
    assert TalkBack.select().count() == 0


def test_a_command_is_added_and_a_device_takes_it(browser, queue, client):
    adding = form(browser.get(ONE), f"{ONE}/add")
    adding["command"] = "LOCK & wait 5 s"
    page = adding.submit().follow()
    assert waiting(page) == ["OPEN", "WAIT", "SHUT", "LOCK & wait 5 s"]
    url = page.html.find(id="execute-url")["value"].removeprefix("http://localhost:80")
    assert client.get(url).text == "OPEN"
    page = browser.get(ONE)
    assert (waiting(page), executed(page)) == (["WAIT", "SHUT", "LOCK & wait 5 s"], ["OPEN"])


def test_commands_are_moved(browser, queue):
    assert waiting(pressed(browser, ONE, "Move command 3 up")) == ["OPEN", "SHUT", "WAIT"]
    assert waiting(pressed(browser, ONE, "Move command 1 down")) == ["SHUT", "OPEN", "WAIT"]
    assert waiting(pressed(browser, ONE, "Move command 2 up")) == ["OPEN", "SHUT", "WAIT"]
    page = browser.get(ONE).html
    assert page.find("button", attrs={"aria-label": "Move command 1 up"}).has_attr("disabled")
    assert page.find("button", attrs={"aria-label": "Move command 3 down"}).has_attr("disabled")


def test_a_command_is_changed_and_taken_away(browser, queue):
    changing = next(one for one in browser.get(ONE).forms.values() if one.action == f"{ONE}/change")
    changing["command"] = "OPEN SLOWLY"
    assert waiting(changing.submit().follow()) == ["OPEN SLOWLY", "WAIT", "SHUT"]
    assert waiting(pressed(browser, ONE, "Delete command 2")) == ["OPEN SLOWLY", "SHUT"]


def test_a_command_that_was_executed_meanwhile_is_not_moved(browser, queue, client):
    page = browser.get(ONE)
    client.get(f"{ONE}/commands/execute?api_key={queue.api_key}")
    moving = [one for one in page.forms.values() if one.action == f"{ONE}/move"]
    assert moving[1]["id"].value == "1"
    assert waiting(moving[1].submit().follow()) == ["WAIT", "SHUT"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "A command needs a text."),
        ("  ", "A command needs a text."),
        ("x" * 256, "A command can have at most 255 characters, not 256."),
    ],
)
def test_what_cannot_be_a_command(browser, queue, text, reason):
    for path, more in ((f"{ONE}/add", {}), (f"{ONE}/change", {"id": "1"})):
        page = browser.post(path, {"command": text} | more)
        assert (page.status_int, news(page)) == (400, reason)
        assert waiting(page) == ["OPEN", "WAIT", "SHUT"]


@pytest.mark.parametrize("number", ["", "99", "x", "9" * 30, "²"])
def test_a_command_that_is_not_there(browser, queue, number):
    for path in ("change", "move", "take"):
        assert browser.post(f"{ONE}/{path}", {"id": number, "command": "x"}).status_int == 404


def test_all_commands_go_at_once(browser, queue, client):
    client.get(f"{ONE}/commands/execute?api_key={queue.api_key}")
    page = form(browser.get(ONE), f"{ONE}/clear").submit().follow()
    assert news(page) == "All commands deleted."
    assert (waiting(page), executed(page)) == ([], [])


def test_the_key_is_renewed(browser, queue, client):
    page = form(browser.get(ONE), f"{ONE}/key").submit().follow()
    assert news(page) == "This is the new key. The old key no longer works."
    new = page.html.find(id="talkback-key")["value"]
    assert client.get(f"{ONE}/commands/execute?api_key=TALKBACKKEY00001").status_int == 401
    assert client.get(f"{ONE}/commands/execute?api_key={new}").text == "OPEN"


def test_a_talkback_is_changed_and_deleted(browser, queue, channel):
    changing = form(browser.get(ONE), ONE)
    changing["name"], changing["channel"] = "Gate", "1"
    page = changing.submit().follow()
    assert news(page) == "TalkBack saved."
    assert form(page, ONE)["name"].value == "Gate"
    assert form(page, ONE)["channel"].value == "1"
    removing = form(page, f"{ONE}/remove")
    refused = removing.submit()
    assert news(refused) == "Nothing was deleted: type “delete 1” to confirm."
    removing["confirmation"] = "delete 1"
    assert removing.submit().headers["Location"] == "/talkbacks"
    assert TalkBack.select().count() == Command.select().count() == 0


def test_the_talkback_of_somebody_else_is_not_there(browser, stranger, gardener):
    neighbour = users.add_user("neighbour", NOON)
    theirs = talkback.add_talkback(neighbour, "Gate", NOON)
    commands.add_command(theirs, CommandUpdate("OPEN"), NOON)
    given = {"id": "1", "command": "SHUT", "name": "Mine", "confirmation": "delete 1", "way": "up"}
    for path in ("", "/add", "/change", "/move", "/take", "/clear", "/key", "/remove"):
        assert browser.post(ONE + path, given).status_int == 404
        assert stranger.post(ONE + path, given).status_int == 401
    assert browser.get(ONE).status_int == 404
    assert stranger.get(ONE).headers["Location"] == "/login?next=/talkbacks/1"
    assert [command.command_string for command in Command.select()] == ["OPEN"]
    stored = TalkBack.get()
    assert (stored.name, stored.api_key) == ("Gate", theirs.api_key)
    private = channels.add_channel(neighbour, "Next door", NOON)
    assert browser.post("/talkbacks", {"name": "x", "channel": private.id}).status_int == 404


@pytest.mark.parametrize("text", [*NASTY, "two\r\nlines"])
def test_commands_are_nothing_but_text(browser, door_talkback, client, text):
    talkback.change_talkback(door_talkback, text, None)
    commands.add_command(door_talkback, CommandUpdate(text), NOON)
    commands.add_command(door_talkback, CommandUpdate(text), NOON)
    client.get(f"{ONE}/commands/execute?api_key={door_talkback.api_key}")
    for path in ("/talkbacks", ONE):
        page = browser.get(path)
        assert_only_text(page)
        assert text.replace("\r", "") in page.html.get_text().replace("\r", "")
    changing = form(page, f"{ONE}/change")
    assert changing["command"].value.replace("\r", "") == text.replace("\r", "")
