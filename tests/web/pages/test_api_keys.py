"""The keys of a channel, and what can be pasted for each of them."""

import shlex

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.channels import channels, keys
from thingclone.channels.update import ChannelUpdate
from thingclone.database.models import Channel, ReadKey
from thingclone.web.sketches import Address

PAGE = "/channels/1/api_keys"
KEYS = "/channels/1/keys"
SERVER = "http://localhost:80"


def shown(page, name: str) -> str:
    return page.html.find(id=name)["value"]


def test_what_is_there_to_paste_works(browser, channel, client):
    page = browser.get(PAGE)
    assert shown(page, "write-key") == "WRITEKEY00000001"
    url = shown(page, "write-url")
    assert url == f"{SERVER}/update?api_key=WRITEKEY00000001&field1=42"
    assert client.get(url.removeprefix(SERVER)).text == "1"
    name, option, body, address = shlex.split(shown(page, "write-curl"))
    assert (name, option, address) == ("curl", "-d", f"{SERVER}/update")
    assert client.post("/update", body).text == "2"
    assert shown(page, "key-1") == "READKEY000000001"
    assert client.get(shown(page, "last-1").removeprefix(SERVER)).text == "42"
    assert len(client.get(shown(page, "feeds-1").removeprefix(SERVER)).json["feeds"]) == 2
    name, address = shlex.split(shown(page, "curl-1"))
    assert client.get(address.removeprefix(SERVER)).text.count("\n") == 3


def test_the_field_is_the_first_that_has_a_label(browser, add_channel):
    channel = add_channel(labels=("", "", "Light"))
    assert shown(browser.get(PAGE), "write-url").endswith("&field3=42")
    channels.change_channel(channel, ChannelUpdate({"field3": ""}), NOON)
    assert shown(browser.get(PAGE), "write-url").endswith("&field1=42")


def test_the_api_keeps_its_answers(browser, client, channel, gardener):
    answer = client.get(PAGE, {"api_key": gardener.api_key})
    assert answer.text.startswith('[{"api_key":"WRITEKEY00000001","write_flag":true,"note":null}')
    assert client.get(PAGE).status_int == 401
    assert "html" not in client.get(PAGE).headers["Content-Type"]
    assert "html" not in browser.get(f"{PAGE}.json").headers["Content-Type"]


# --- changing -------------------------------------------------------------------------------------


def test_a_new_write_key_stops_the_old_one(browser, channel, client):
    answer = form(browser.get(PAGE), f"{KEYS}/write").submit()
    page = answer.follow()
    assert news(page) == "This is the new write key. The old key no longer works."
    new = shown(page, "write-key")
    assert new != "WRITEKEY00000001"
    assert client.get("/update", {"api_key": "WRITEKEY00000001", "field1": "1"}).text == "0"
    assert client.get("/update", {"api_key": new, "field1": "1"}).text == "1"


def test_a_read_key_is_added_noted_and_revoked(browser, channel, client):
    adding = form(browser.get(PAGE), f"{KEYS}/read")
    adding["note"] = "The kitchen"
    page = adding.submit().follow()
    assert news(page) == "Read key added."
    new = ReadKey.get(ReadKey.note == "The kitchen")
    assert shown(page, f"key-{new.id}") == new.api_key
    assert client.get("/channels/1/feeds.json", {"api_key": new.api_key}).status_int == 200

    noting = [one for one in page.forms.values() if one.action == f"{KEYS}/note"][1]
    assert (noting["key"].value, noting["note"].value) == (new.api_key, "The kitchen")
    noting["note"] = "The cellar"
    assert news(noting.submit().follow()) == "Note saved."
    assert ReadKey.get_by_id(new.id).note == "The cellar"

    page = browser.get(PAGE)
    revoking = [one for one in page.forms.values() if one.action == f"{KEYS}/revoke"][1]
    page = revoking.submit().follow()
    assert news(page) == "Read key revoked. It no longer works."
    assert client.get("/channels/1/feeds.json", {"api_key": new.api_key}).text == "-1"
    assert [key.api_key for key in ReadKey.select()] == ["READKEY000000001"]


def test_the_write_key_is_not_revoked(browser, channel):
    page = browser.post(f"{KEYS}/revoke", {"key": channel.write_key})
    assert page.status_int == 400
    assert news(page) == "This is the write key: it can be replaced, but not revoked."


def test_a_key_that_is_gone_is_a_page_that_says_so(browser, channel):
    for path in ("revoke", "note"):
        page = browser.post(f"{KEYS}/{path}", {"key": "NOSUCHKEY1234567", "note": ""})
        assert page.status_int == 404
        assert "Channel 1 has no read key NOSU..." in page.text
        assert "NOSUCHKEY1234567" not in page.text
    assert browser.get(f"{KEYS}/99").status_int == 404


@pytest.mark.parametrize("text", NASTY)
def test_notes_are_nothing_but_text(browser, channel, text):
    keys.set_note(channel, "READKEY000000001", text)
    page = browser.get(PAGE)
    assert_only_text(page)
    assert form(page, f"{KEYS}/note")["note"].value == text.strip()
    page = browser.get(f"{KEYS}/1")
    assert_only_text(page)
    assert text.strip() in page.html.get_text()


def test_keys_are_shown_to_the_owner_alone(browser, stranger, gardener):
    neighbour = users.add_user("neighbour", NOON)
    theirs = channels.add_channel(neighbour, "Next door", NOON, public=True)
    for path in (PAGE, f"{KEYS}/write", f"{KEYS}/1"):
        page = browser.get(path)
        assert (page.status_int, theirs.write_key in page.text) == (404, False)
        assert stranger.get(path).headers["Location"].startswith("/login?next=")
    for path in ("write", "read", "note", "revoke"):
        given = {"key": ReadKey.get().api_key, "note": "mine"}
        assert browser.post(f"{KEYS}/{path}", given).status_int == 404
        assert stranger.post(f"{KEYS}/{path}", given).status_int == 401
    assert Channel.get().write_key == theirs.write_key
    assert [key.note for key in ReadKey.select()] == [None]


# --- sketches -------------------------------------------------------------------------------------


def sketch(page, suffix: str) -> str:
    return page.html.find(id=suffix).get_text()


def test_sketches_hold_the_address_the_channel_and_the_key(browser, client, channel):
    cookie = f"thingclone_session={browser.cookies['thingclone_session']}"
    headers = {"Cookie": cookie, "Accept": "text/html", "Host": "192.168.1.10:8080"}
    page = client.get(f"{KEYS}/write", headers=headers)
    assert 'HOST = "192.168.1.10";' in sketch(page, "ino")
    assert "PORT = 8080;" in sketch(page, "ino")
    for suffix in ("ino", "lua", "py"):
        assert "WRITEKEY00000001" in sketch(page, suffix)
        assert "{{" not in sketch(page, suffix)
    url = "http://192.168.1.10:8080/update?api_key=WRITEKEY00000001&field1="
    assert f'URL = "{url}"' in sketch(page, "lua")
    assert f'URL = "{url}"' in sketch(page, "py")
    assert news(page) == ""
    page = client.get(f"{KEYS}/1", headers=headers)
    url = "http://192.168.1.10:8080/channels/1/fields/1/last.txt?api_key=READKEY000000001"
    assert f'URL = "{url}"' in sketch(page, "lua")
    assert f'URL = "{url}"' in sketch(page, "py")
    assert "WRITEKEY" not in page.text


@pytest.mark.parametrize(
    ("base_url", "host", "port", "is_encrypted", "is_of_this_machine"),
    [
        ("http://192.168.1.10:8080", "192.168.1.10", 8080, False, False),
        ("http://garden.local", "garden.local", 80, False, False),
        ("https://garden.example", "garden.example", 443, True, False),
        ("https://garden.example:8443", "garden.example", 8443, True, False),
        ("http://[fe80::1]:8080", "fe80::1", 8080, False, False),
        ("http://localhost:8080", "localhost", 8080, False, True),
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, False, True),
        ("http://[::1]:8080", "::1", 8080, False, True),
        ("http://:::8080", "localhost", 80, False, True),
    ],
)
def test_the_address_as_a_board_needs_it(base_url, host, port, is_encrypted, is_of_this_machine):
    address = Address.of(base_url)
    assert (address.host, address.port) == (host, port)
    assert (address.is_encrypted, address.is_of_this_machine) == (is_encrypted, is_of_this_machine)


def test_whoever_looks_from_the_servers_own_machine_is_warned(browser, channel):
    page = browser.get(f"{KEYS}/write")
    assert news(page).startswith("Boards cannot reach the server at localhost,")


@pytest.mark.parametrize("host", ['"><script>', "a b", "x:y", "[::1", "", "x:" + "8" * 5000])
def test_an_odd_host_gets_into_no_sketch(browser, client, channel, host):
    cookie = f"thingclone_session={browser.cookies['thingclone_session']}"
    headers = {"Cookie": cookie, "Accept": "text/html", "Host": host}
    page = client.get(f"{KEYS}/write", headers=headers)
    assert page.status_int == 200
    assert 'HOST = "localhost";' in sketch(page, "ino")


def test_behind_tls_boards_speak_tls(browser, client, channel):
    cookie = f"thingclone_session={browser.cookies['thingclone_session']}"
    headers = {"Cookie": cookie, "Accept": "text/html", "Host": "garden.example"}
    environ = {"wsgi.url_scheme": "https"}
    page = client.get(f"{KEYS}/write", headers=headers, extra_environ=environ)
    assert "WiFiClientSecure client;" in sketch(page, "ino")
    assert "PORT = 443;" in sketch(page, "ino")
    assert 'URL = "https://garden.example/update?' in sketch(page, "lua")
