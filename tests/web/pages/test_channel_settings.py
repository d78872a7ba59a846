"""The settings of a channel as a form; clearing and deleting it."""

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Channel, Correction, Entry, ReadKey

SETTINGS = "/channels/1/settings"


def change(browser, **values):
    page = form(browser.get(SETTINGS), SETTINGS)
    for name, value in values.items():
        page.fields[name][-1].value = value
    return page.submit()


def test_settings_are_changed(browser, channel, client):
    answer = change(
        browser, name="Glass house", description="Cool", field2="", field3="Light (lx)",
        latitude="51.5", longitude="-0.12", elevation="46 m", url="https://example.org/",
        github_url="https://github.com/me/house", tags="glass, tomatoes", metadata='{"a": 1}',
    )  # fmt: skip
    assert answer.headers["Location"] == f"{SETTINGS}?done=saved"
    assert news(answer.follow()) == "Settings saved."
    key = Channel.get().user.api_key
    told = client.get("/channels.json", {"api_key": key}).json[0]
    assert (told["name"], told["description"], told["elevation"]) == ("Glass house", "Cool", "46 m")
    assert (told["latitude"], told["longitude"]) == ("51.5", "-0.12")
    assert (told["url"], told["github_url"]) == (
        "https://example.org/",
        "https://github.com/me/house",
    )
    assert [tag["name"] for tag in told["tags"]] == ["glass", "tomatoes"]
    assert told["metadata"] == '{"a": 1}'
    assert told["public_flag"] is False
    assert channels.complete_channel(1).labels == {"field1": "Temperature", "field3": "Light (lx)"}


def test_a_channel_is_made_public_and_private_again(browser, channel, stranger):
    change(browser, public_flag=True)
    assert stranger.get("/channels/1").status_int == 200
    page = browser.get(SETTINGS)
    assert page.html.find(class_="badge").get_text() == "public"
    change(browser, public_flag=False)
    assert stranger.get("/channels/1").status_int == 403


def test_what_was_not_touched_stays_to_the_letter(browser, channel, client):
    key = channel.user.api_key
    client.put(
        "/channels/1.json",
        {"api_key": key, "metadata": "a\r\nb\rc\n", "url": " x ", "field3": "", "tags": "a  b,c"},
    )
    before = Channel.select().dicts().get()
    change(browser)
    assert Channel.select().dicts().get() == before
    change(browser, description="new")
    after = Channel.select().dicts().get()
    assert after == before | {"description": "new", "updated_at": after["updated_at"]}
    change(browser, metadata="a\r\nd")
    assert Channel.get().metadata == "a\nd"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"latitude": "51,5"}, "'51,5' is not a latitude: use degrees, for example 51.5."),
        ({"longitude": "west"}, "'west' is not a longitude: use degrees, for example 51.5."),
        ({"name": "x" * 256}, "Too long: name can have at most 255 characters."),
        ({"field8": "x" * 256}, "Too long: field8 can have at most 255 characters."),
        ({"tags": "a" * 256}, "Too long: a tag can have at most 255 characters."),
        ({"metadata": "🌱" * 20_000}, "Too long: metadata can have at most 65535 bytes."),
        (
            {"tags": ",".join(f"t{number}" for number in range(101))},
            "101 tags are too many: a channel can have at most 100.",
        ),
    ],
)
def test_what_cannot_be_a_setting_is_shown_again(browser, channel, values, reason):
    before = Channel.select().dicts().get()
    page = change(browser, description="Cool", **values)
    assert (page.status_int, news(page)) == (400, reason)
    shown = form(page, SETTINGS)
    assert {name: shown[name].value for name in values} == values
    assert shown["description"].value == "Cool"
    assert Channel.select().dicts().get() == before


@pytest.mark.parametrize("text", NASTY)
def test_settings_are_nothing_but_text(browser, channel, text):
    change(browser, name=text, description=text, field1=text, tags=text, elevation=text, url=text)
    change(browser, metadata=text, field8=text)
    page = browser.get(SETTINGS)
    assert_only_text(page)
    for name in ("name", "description", "field1", "elevation", "url", "metadata", "field8"):
        assert form(page, SETTINGS)[name].value == text
    assert Channel.get().name == text
    before = Channel.select().dicts().get()
    change(browser)
    assert Channel.select().dicts().get() == before


def test_the_form_sets_nothing_that_it_does_not_show(browser, channel):
    browser.post(SETTINGS, {"write_key": "MINE", "user": "7", "license_id": "3", "id": "9"})
    stored = Channel.get()
    assert (stored.write_key, stored.license_id, stored.id) == ("WRITEKEY00000001", 0, 1)


# --- clearing, deleting ---------------------------------------------------------------------------


def confirm(browser, action: str, words: str):
    page = form(browser.get(SETTINGS), f"{SETTINGS}/{action}")
    page["confirmation"] = words
    return page.submit()


def test_a_channel_is_cleared_by_typed_words(browser, channel, write):
    write(channel, field1="1")
    browser.post("/channels/1/data/1", {"field1": "2"})
    answer = confirm(browser, "clear", " Clear  1 ")
    assert news(answer.follow()) == "Channel cleared. The next entry gets the ID 1."
    assert Entry.select().count() == Correction.select().count() == 0
    assert write(channel, field1="1") == 1


def test_a_channel_is_deleted_by_typed_words(browser, channel, write, client):
    write(channel, field1="1")
    answer = confirm(browser, "delete", "delete 1")
    assert answer.headers["Location"] == "/channels"
    assert Channel.select().count() == Entry.select().count() == ReadKey.select().count() == 0
    assert client.get("/update", {"api_key": channel.write_key, "field1": "1"}).text == "0"


@pytest.mark.parametrize("action", ["clear", "delete"])
@pytest.mark.parametrize("words", ["", "yes", "1", "clear 2", "delete 2", "delete", "clear"])
def test_nothing_goes_without_the_words(browser, channel, write, action, words):
    write(channel, field1="1")
    page = confirm(browser, action, words)
    assert (page.status_int, news(page)) == (
        400,
        f"Nothing was deleted: type “{action} 1” to confirm.",
    )
    assert Entry.select().count() == 1


def test_somebody_elses_channel_is_not_there(browser, gardener):
    neighbour = users.add_user("neighbour", NOON)
    channels.add_channel(neighbour, "Next door", NOON, public=True)
    assert browser.get(SETTINGS).status_int == 404
    for path in (SETTINGS, f"{SETTINGS}/clear", f"{SETTINGS}/delete"):
        given = {"name": "Mine", "confirmation": "delete 1"}
        assert browser.post(path, given).status_int == 404
        assert browser.post(path, given | {"confirmation": "clear 1"}).status_int == 404
    assert [one.name for one in Channel.select()] == ["Next door"]
