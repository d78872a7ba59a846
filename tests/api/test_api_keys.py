"""The keys of a channel over HTTP (contract, section 9.10)."""

import json
import re

import pytest

from tests.conftest import NOON
from thingclone.accounts import users
from thingclone.database.models import Channel, ReadKey, User

KEY = "USERKEY000000000"
KEYS = f"/channels/1/api_keys{{}}?api_key={KEY}"
KEY_PATTERN = re.compile("[0-9A-Z]{16}")


@pytest.fixture(autouse=True)
def owner(gardener, channel):
    User.update(api_key=KEY).execute()
    users.add_user("stranger", NOON)
    return gardener


def test_the_keys_of_a_channel_with_their_notes(client):
    client.put(KEYS.format("/READKEY000000001"), "note=the+kitchen")
    answer = client.get(KEYS.format(".json"))
    assert (answer.status, answer.text) == (
        "200 OK",
        '[{"api_key":"WRITEKEY00000001","write_flag":true,"note":null},'
        '{"api_key":"READKEY000000001","write_flag":false,"note":"the kitchen"}]',
    )
    assert client.get(KEYS.format(".xml")).text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<api-keys type="array">
  <api-key>
    <api-key>WRITEKEY00000001</api-key>
    <write-flag type="boolean">true</write-flag>
    <note nil="true"/>
  </api-key>
  <api-key>
    <api-key>READKEY000000001</api-key>
    <write-flag type="boolean">false</write-flag>
    <note>the kitchen</note>
  </api-key>
</api-keys>
"""
    )


@pytest.mark.parametrize("suffix", [".json", ".xml", ""])
def test_a_new_write_key_replaces_the_old_one_at_once(client, channel, write, suffix):
    assert write(channel, field1="1") == 1
    answer = client.post(KEYS.format(suffix), "write=1")
    new = Channel.get().write_key
    assert KEY_PATTERN.fullmatch(new)
    assert answer.status_int == 200
    if suffix == ".xml":
        assert answer.text == (
            f"""<?xml version="1.0" encoding="UTF-8"?>
<api-key>
  <api-key>{new}</api-key>
  <write-flag type="boolean">true</write-flag>
  <note nil="true"/>
</api-key>
"""
        )
    else:
        assert answer.text == f'{{"api_key":"{new}","write_flag":true,"note":null}}'
    old = client.get("/update?api_key=WRITEKEY00000001&field1=2")
    assert (old.status_int, old.text) == (400, "0")
    assert old.headers["X-ThingClone-Reason"] == "no channel has this write key"
    assert client.get("/channels/1/feeds.json?api_key=WRITEKEY00000001").text == "-1"
    assert client.get(f"/update?api_key={new}&field1=2").text == "2"


def test_a_new_read_key_opens_the_channel_beside_the_old_one(client, channel, write):
    write(channel, field1="21.5")
    answer = client.post(KEYS.format(".json"), "write=0&api_key[note]=the+kitchen")
    new = ReadKey.get(ReadKey.note == "the kitchen").api_key
    assert KEY_PATTERN.fullmatch(new)
    assert answer.text == f'{{"api_key":"{new}","write_flag":false,"note":"the kitchen"}}'
    for key in (new, "READKEY000000001"):
        assert client.get(f"/channels/1/fields/1/last?api_key={key}").text == "21.5"
    assert client.get(f"/update?api_key={new}&field1=1").text == "0"


def test_a_new_read_key_in_xml(client):
    text = client.post(KEYS.format(".xml"), "note=a+%26+b").text
    new = ReadKey.get(ReadKey.note == "a & b").api_key
    assert text == (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<api-key>
  <api-key>{new}</api-key>
  <write-flag type="boolean">false</write-flag>
  <note>a &amp; b</note>
</api-key>
"""
    )


@pytest.mark.parametrize(
    ("method", "form", "content_type"),
    [
        ("PUT", "api_key[note]=the+kitchen", "application/x-www-form-urlencoded"),
        ("PATCH", "api_key%5Bnote%5D=the+kitchen", "application/x-www-form-urlencoded"),
        ("POST", "_method=put&api_key[note]=the+kitchen", "application/x-www-form-urlencoded"),
        ("PUT", '{"note":"the kitchen"}', "application/json"),
    ],
)
def test_a_note_is_put_on_a_read_key(client, method, form, content_type):
    path = KEYS.format("/readkey000000001.json")
    headers = {"Content-Type": content_type}
    answer = client.request(path, method=method, body=form.encode(), headers=headers)
    assert (answer.status, answer.text) == (
        "200 OK",
        '{"api_key":"READKEY000000001","write_flag":false,"note":"the kitchen"}',
    )
    assert ReadKey.get().note == "the kitchen"
    assert client.put(path, "note=").json["note"] is None
    assert client.put(path, f"note={'x' * 300}").json["note"] == "x" * 255


@pytest.mark.parametrize(("method", "form"), [("DELETE", ""), ("POST", "_method=delete")])
def test_a_revoked_read_key_opens_nothing_any_more(client, channel, write, method, form):
    write(channel, field1="21.5")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = KEYS.format("/READKEY000000001.json")
    answer = client.request(path, method=method, body=form.encode(), headers=headers)
    assert (answer.status, answer.text) == (
        "200 OK",
        '{"api_key":"READKEY000000001","write_flag":false,"note":null}',
    )
    assert client.get("/channels/1/feeds.json?api_key=READKEY000000001").text == "-1"
    assert json.loads(client.get(KEYS.format(".json")).text)[1:] == []
    assert client.delete(path).status_int == 404


def test_a_revoked_read_key_in_xml(client):
    assert client.delete(KEYS.format("/READKEY000000001.xml")).text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<api-key>
  <api-key>READKEY000000001</api-key>
  <write-flag type="boolean">false</write-flag>
  <note nil="true"/>
</api-key>
"""
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_write_key_has_no_note_and_cannot_be_revoked(client, method):
    answer = client.request(KEYS.format("/WRITEKEY00000001.json"), method=method)
    reason = "this is the write key: it can be replaced, but not revoked"
    assert (answer.status, answer.text) == (
        "400 Bad Request",
        '{"status":"400","error":{"error_code":"error_bad_request","message":"Bad Request",'
        f'"details":"{reason}"}}}}',
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_read_key_of_another_channel_is_as_good_as_none(client, add_channel, method):
    add_channel("Cellar", read_key="CELLARREADKEY000")
    answer = client.request(KEYS.format("/CELLARREADKEY000.xml"), method=method)
    assert (answer.status, answer.text) == (
        "404 Not Found",
        """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>404</status>
  <error>
    <error-code>error_resource_not_found</error-code>
    <message>Resource Not Found</message>
    <details>The requested resource was not found. Please check the URL and try again.</details>
  </error>
</hash>
""",
    )
    assert answer.headers["X-ThingClone-Reason"] == "channel 1 has no read key CELL..."
    assert ReadKey.select().count() == 2
