"""The journal of a channel: why a write was refused or changed, told to its owner."""

import json
from dataclasses import replace

import pytest
from webtest.app import TestRequest

from tests.databases import on_sqlite
from thingclone.accounts import users
from thingclone.database import database, execute
from thingclone.database.models import Attempt, Channel, User
from thingclone.entries import journal
from thingclone.entries.journal import Notebook, WriteAttempt
from thingclone.settings import Settings

USER_KEY = "USERKEY000000000"
LIMITED = Settings(write_interval=15, max_body=1000, max_bulk=2)
NOT_FOUND = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found",'
    '"details":"The requested resource was not found. Please check the URL and try again."}}'
)


@pytest.fixture
def settings():
    return LIMITED


@pytest.fixture
def owner(gardener):
    User.update(api_key=USER_KEY).execute()
    return gardener


@pytest.fixture
def read(client, channel, owner):
    """A function that reads the journal of a channel, of the greenhouse if no other is given."""

    def read(number: int = channel.id) -> list[dict]:
        answer = client.get(f"/channels/{number}/journal.json", {"api_key": USER_KEY})
        assert answer.status_int == 200
        return answer.json

    return read


@pytest.fixture
def belonging_to_none(client, read):
    """A function that tells of writes that belong to no channel: (reason, sent)."""

    def belonging_to_none() -> list[tuple[str, str]]:
        read()  # so that all is written
        return [(attempt.reason, attempt.sent) for attempt in journal.attempts_of_no_channel()]

    return belonging_to_none


def update(client, **params):
    return client.get("/update", params, extra_environ={"REMOTE_ADDR": "192.0.2.7"})


def post(client, path: str, body, content_type="application/json"):
    request = TestRequest.blank(path, method="POST")
    request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.content_type = content_type
    return client.do_request(request)


# --- which writes, which channel ------------------------------------------------------------------


def test_a_refused_write_is_told_byte_for_byte(client, channel, read, clock):
    update(client, api_key=channel.write_key, field1="21.5")
    assert read() == []
    clock.advance(5)
    assert update(client, api_key=channel.write_key, field1="21.6").text == "0"
    answer = client.get("/channels/1/journal.json", {"api_key": USER_KEY})
    assert answer.text == (
        '[{"created_at":"2024-05-01T12:00:05Z","address":"192.0.2.7",'
        '"reason":"channel 1 accepts one write every 15 seconds","count":1,'
        '"sent":"GET /update?api_key=WRIT...\\u0026field1=21.6"}]'
    )
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert client.get("/channels/1/journal", {"api_key": USER_KEY}).text == answer.text
    assert (
        client.get("/channels/1/journal.xml", {"api_key": USER_KEY}).text
        == """<?xml version="1.0" encoding="UTF-8"?>
<attempts type="array">
  <attempt>
    <created-at type="dateTime">2024-05-01T12:00:05Z</created-at>
    <address>192.0.2.7</address>
    <reason>channel 1 accepts one write every 15 seconds</reason>
    <count type="integer">1</count>
    <sent>GET /update?api_key=WRIT...&amp;field1=21.6</sent>
  </attempt>
</attempts>
"""
    )


def test_a_write_with_a_read_key_is_told_to_its_channel(client, channel, read):
    update(client, api_key=channel.read_key.lower(), field1="1")
    (attempt,) = read()
    assert attempt["reason"] == "this is a read key: a write needs the channel's write key"
    assert attempt["sent"] == "GET /update?api_key=read...&field1=1"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("WRONGKEY00000000", "no channel has this write key"),
        (
            USER_KEY,
            "this is a user key: a write needs the channel's write key, or the mac of a device",
        ),
        (
            "",
            "a write needs the channel's write key: send api_key=... or the header"
            " X-THINGSPEAKAPIKEY",
        ),
    ],
)
def test_a_write_without_a_channel_is_told_to_none(client, read, belonging_to_none, key, reason):
    update(client, api_key=key, field1="1")
    assert read() == []
    shown = f"{key[:4]}..." if key else "(none)"
    assert belonging_to_none() == [(reason, f"GET /update?api_key={shown}&field1=1")]


def test_what_was_changed_is_told_too(client, channel, read):
    answer = update(client, api_key=channel.write_key, field1="x" * 300, created_at="yesterday")
    assert answer.text == "1"
    (attempt,) = read()
    assert attempt["reason"] == answer.headers["X-ThingClone-Reason"]
    assert attempt["reason"] == (
        "field1 was truncated to 255 characters;"
        " created_at is not a valid date: the time of arrival was used"
    )
    assert attempt["sent"] == (
        "GET /update?api_key=WRIT...&field1=" + "x" * 200 + "&created_at=yesterday"
    )


def test_a_good_write_is_not_told(client, channel, read):
    update(client, api_key=channel.write_key, field1="1", field9="no such field", tstream="1")
    assert read() == []


def test_a_bulk_write_is_told_to_the_channel_that_was_addressed(client, channel, add_channel, read):
    other = add_channel()
    one = {"created_at": 1700000000, "field1": "1"}
    for key in ("WRONGKEY00000000", channel.read_key, other.write_key):
        body = {"write_api_key": key, "updates": [one]}
        assert post(client, "/channels/1/bulk_update.json", body).status_int == 401
    assert [(attempt["reason"], attempt["sent"]) for attempt in read()] == [
        (
            "this is the write key of another channel, not of 1",
            "POST /channels/1/bulk_update.json?write_api_key=WRIT..."
            '&updates=[{"created_at": 1700000000, "field1": "1"}]',
        ),
        (
            "this is a read key: a write needs the channel's write key",
            "POST /channels/1/bulk_update.json?write_api_key=READ..."
            '&updates=[{"created_at": 1700000000, "field1": "1"}]',
        ),
        (
            "no channel has this write key",
            "POST /channels/1/bulk_update.json?write_api_key=WRON..."
            '&updates=[{"created_at": 1700000000, "field1": "1"}]',
        ),
    ]
    assert read(other.id) == []


def test_a_bulk_write_of_csv_is_told_as_well(client, channel, read):
    form = {"write_api_key": channel.write_key, "updates": "2024-01-01T00:00:00Z,1|yesterday,2"}
    assert client.post("/channels/1/bulk_update.csv", form).status_int == 400
    (attempt,) = read()
    assert attempt["reason"] == "message 2: created_at 'yesterday' is not a valid date"
    assert attempt["sent"] == (
        "POST /channels/1/bulk_update.csv?write_api_key=WRIT..."
        "&updates=2024-01-01T00:00:00Z,1|yesterday,2"
    )


def test_what_was_changed_in_a_bulk_write_is_told(client, channel, read):
    one = {"created_at": 1700000000, "field1": "x" * 256}
    body = {"write_api_key": channel.write_key, "updates": [one]}
    assert post(client, "/channels/1/bulk_update.json", body).status_int == 202
    assert [attempt["reason"] for attempt in read()] == [
        "message 1: field1 was truncated to 255 characters"
    ]


@pytest.mark.parametrize("number", ["9", "99999999999999999999", "0"])
def test_a_bulk_write_to_a_channel_that_is_not_there(client, channel, belonging_to_none, number):
    body = {"write_api_key": channel.write_key, "updates": []}
    assert post(client, f"/channels/{number}/bulk_update.json", body).status_int == 404
    sent = f"POST /channels/{number}/bulk_update.json?write_api_key=WRIT...&updates=[]"
    assert belonging_to_none() == [(f"no channel {number}", sent)]


def test_a_body_that_cannot_be_understood_is_shown(client, channel, read):
    path = f"/update?api_key={channel.write_key}"
    broken = b'{"field1": 21.5, "api_key": "WRITEKEY00000001", "status": "un\xff\0finished'
    assert post(client, path, broken).text == "0"
    (attempt,) = read()
    assert attempt["reason"].startswith("the body is not JSON: ")
    assert attempt["sent"] == (
        "POST /update?api_key=WRIT... "
        '{"field1": 21.5, "api_key": "WRIT...", "status": "un\ufffd\ufffdfinished'
    )


def test_a_body_that_is_too_large_is_not(client, channel, read):
    path = f"/update?api_key={channel.write_key}"
    assert post(client, path, b"x" * 1001).status_int == 413
    (attempt,) = read()
    assert attempt["reason"] == "the body has 1001 bytes: the limit is 1000"
    assert attempt["sent"] == "POST /update?api_key=WRIT..."


def test_the_key_may_stand_in_a_header(client, channel, read):
    headers = {"X-THINGSPEAKAPIKEY": channel.read_key}
    client.post("/update", {"field1": "1"}, headers=headers)
    (attempt,) = read()
    assert attempt["sent"] == "POST /update?field1=1&api_key=READ..."


def test_a_method_that_update_does_not_take(client, channel, read):
    client.put(f"/update?api_key={channel.write_key}&field1=1")
    (attempt,) = read()
    assert attempt["reason"] == "/update accepts GET and POST, not PUT"


def test_a_refused_write_with_a_talkback_key_shows_neither_key(client, channel, read):
    update(client, api_key=channel.read_key, talkback_key="TALKBACKKEY00001", field1="1")
    (attempt,) = read()
    assert attempt["sent"] == "GET /update?api_key=READ...&talkback_key=TALK...&field1=1"


def test_no_secret_is_kept_whole(client, channel, read):
    secret = "SECRETKEY0000000"
    for params in (
        {"api_key": secret, "key": secret, "apikey": secret, "token": secret, "password": secret},
        {"field1": f"http://example.org/?api_key={secret}&x=1", "API_Key": secret},
        {"field1": json.dumps({"write_api_key": secret})},
    ):
        update(client, **params)
        post(client, "/update", params)
        post(client, "/channels/1/bulk_update.json", {"updates": [params], "my_token": secret})
        post(client, f"/update?password={secret}", json.dumps(params)[:-1].encode())
    for name in ("api_key", "password"):
        part = f'--X\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{secret}\r\n--X--'
        post(client, "/update", part.encode(), "multipart/form-data")
    read()
    kept = [attempt.sent for attempt in Attempt.select()]
    assert len(kept) > 5
    assert not [sent for sent in kept if secret in sent or "password=SECR" in sent]


def test_what_is_kept_is_bounded(client, channel, read):
    long = {f"parameter{number}": "x" * 100 for number in range(20)}
    update(client, api_key=channel.read_key, **long)
    (attempt,) = read()
    assert len(attempt["sent"]) == 500
    updates = [{"created_at": f"{'y' * 90}{number}"} for number in range(2)]
    post(client, "/channels/1/bulk_update.json", {"updates": updates})
    assert all(len(attempt["sent"]) + len(attempt["reason"]) <= 1000 for attempt in read())


def test_odd_bytes_are_kept_as_text(client, channel, read):
    client.get(f"/update?api_key={channel.read_key}&field1=%00%FF\u00fc%E6%B8%A9")
    assert "\0" not in read()[0]["sent"]


def test_a_door_without_http_can_note_a_write(read, channel, clock):
    """As one of MQTT would: there is no request, only what was published."""
    attempt = WriteAttempt(
        request="PUBLISH channels/1/publish/token=SECRETKEY0000000",
        params={"field1": "21.5", "status": None, "api_key": channel.read_key},
        address="192.0.2.8",
        key=channel.read_key,
        channel_id=channel.id,
    )
    lost = replace(attempt, key="WRONGKEY00000000", channel_id=None, body=b"\xff\0key: SECRETKEY")
    notebook = Notebook()
    for one in (attempt, lost, attempt):
        clock.advance(0.1)
        notebook.note(one, "this is a read key", clock())
    assert Attempt.select().count() == 0
    notebook.write()
    sent = "PUBLISH channels/1/publish/token=SECR...?field1=21.5&api_key=READ..."
    assert read() == [
        {
            "created_at": "2024-05-01T12:00:00Z",
            "address": "192.0.2.8",
            "reason": "this is a read key",
            "count": 2,
            "sent": sent,
        }
    ]
    (told,) = journal.attempts_of_no_channel()
    assert (told.count, told.sent) == (1, f"{sent} \ufffd\ufffdkey: SECR...")


# --- how many -------------------------------------------------------------------------------------


def test_alike_attempts_are_one_with_a_count(client, channel, read, clock):
    for number in range(7):
        update(client, api_key=channel.read_key, field1=str(number))
        clock.advance(0.1)
    update(client, api_key=channel.write_key)
    update(client, api_key=channel.write_key)
    told = [(attempt["reason"][:19], attempt["count"], attempt["sent"]) for attempt in read()]
    assert told == [
        ("channel 1 accepts o", 1, "GET /update?api_key=WRIT..."),
        ("this is a read key:", 7, "GET /update?api_key=READ...&field1=0"),
    ]
    update(client, api_key=channel.read_key, field1="8")
    assert [attempt["count"] for attempt in read()] == [1, 1, 7]


def test_attempts_from_another_address_are_others(client, channel, read):
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        environ = {"REMOTE_ADDR": address}
        client.get(f"/update?api_key={channel.read_key}", extra_environ=environ)
    assert {(attempt["address"], attempt["count"]) for attempt in read()} == {
        ("192.0.2.1", 2),
        ("192.0.2.2", 1),
    }


def test_the_last_hundred_are_kept_newest_first(client, channel, add_channel, read, clock):
    other = add_channel()
    update(client, api_key=other.read_key)
    for number in range(130):
        update(client, api_key=channel.read_key, field1=str(number))
        update(client, api_key=f"WRONGKEY{number:08}")
        read()
    told = [attempt["sent"].rpartition("=")[2] for attempt in read()]
    assert told == [str(number) for number in range(129, 29, -1)]
    assert len(journal.attempts_of_no_channel()) == 100
    assert len(read(other.id)) == 1
    assert Attempt.select().count() == 201


def test_of_a_flood_of_wrong_keys_little_is_kept(client, channel, read, belonging_to_none):
    for number in range(1000):
        update(client, api_key=f"WRONGKEY{number:08}", field1="1")
    told = belonging_to_none()
    assert len(told) == 1
    (attempt,) = journal.attempts_of_no_channel()
    assert attempt.count == 100
    assert attempt.sent == "GET /update?api_key=WRON...&field1=1"


# --- who reads it ---------------------------------------------------------------------------------


def test_strangers_do_not_see_it(client, channel, public_channel, owner, clock):
    stranger = users.add_user("stranger", clock())
    for number in (channel.id, public_channel.id, 99):
        answer = client.get(f"/channels/{number}/journal.json", {"api_key": stranger.api_key})
        assert (answer.status_int, answer.text) == (404, NOT_FOUND)
    for key in ("", "WRONG", channel.write_key, channel.read_key):
        answer = client.get("/channels/1/journal.json", {"api_key": key})
        assert answer.status_int == 401


def test_it_goes_with_its_channel(client, channel, read):
    update(client, api_key=channel.read_key)
    assert len(read()) == 1
    update(client, api_key=channel.read_key)
    Channel.delete().execute()
    client.app.services.notebook.write()
    assert [attempt.channel_id for attempt in Attempt.select()] == [None]


# --- when the database fails ----------------------------------------------------------------------


@on_sqlite
def test_while_the_file_cannot_be_written_it_can_be_read(client, channel, read):
    update(client, api_key=channel.read_key, field1="1")
    assert len(read()) == 1
    update(client, api_key=channel.read_key, field1="2")
    database.execute_sql("PRAGMA query_only = 1")
    assert [attempt["sent"][-1] for attempt in read()] == ["1"]
    assert update(client, api_key=channel.write_key, field1="1").text == "0"
    database.execute_sql("PRAGMA query_only = 0")
    assert update(client, api_key=channel.write_key, field1="1").text == "1"
    assert [attempt["sent"][-1] for attempt in read()] == ["1"]


def test_a_journal_that_cannot_be_written_spoils_no_write(client, channel, read):
    execute("ALTER TABLE attempts RENAME TO away")
    assert update(client, api_key=channel.read_key).text == "0"
    assert update(client, api_key=channel.write_key, field1="x" * 256).text == "1"
    assert client.get("/channels/1/journal.json", {"api_key": USER_KEY}).status_int == 503
    execute("ALTER TABLE away RENAME TO attempts")
    assert client.get("/channels/1/fields/1/last", {"api_key": channel.read_key}).text == "x" * 255
