"""Signing in, what a token opens, new user keys, and what happens to who guesses (contract, section
10)."""

import json
import re

import pytest

from tests.conftest import NOON, Client
from thingclone.accounts import sessions, throttle, users
from thingclone.app import create_app
from thingclone.database.models import Session, User

KEY = "USERKEY000000000"
DAY, MINUTE = 86_400, 60  # seconds
AUTH_REQUIRED = (
    '{"status":"401","error":{"error_code":"error_auth_required",'
    '"message":"Authorization Required",'
    '"details":"Please provide proper authentication details."}}'
)
TOO_MANY = (
    '{"status":"429","error":{"error_code":"error_too_many_requests",'
    '"message":"Too Many Requests","details":"Please wait before making another request."}}'
)
PERSON = '"id":1,"login":"gardener","created_at":"2024-05-01T12:00:00Z"'
TOKEN = re.compile("[0-9A-Za-z_-]{43}")


@pytest.fixture(autouse=True)
def gardener(database_url):
    user = users.add_user("gardener", NOON, "gardener@example.org", "open sesame")
    User.update(api_key=KEY).execute()
    return user


@pytest.fixture
def sign_in(client):
    """A function that signs in, from an address of choice."""

    def sign_in(login="gardener", password="open sesame", address="192.0.2.1", suffix=""):
        return client.post(
            f"/users/api_login{suffix}",
            {"login": login, "password": password},
            extra_environ={"REMOTE_ADDR": address},
        )

    return sign_in


# --- signing in -----------------------------------------------------------------------------------


def test_signing_in_answers_with_a_token(sign_in):
    answer = sign_in()
    assert answer.status == "200 OK"
    assert TOKEN.fullmatch(answer.text)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_signing_in_answers_with_the_account_and_a_token(sign_in):
    answer = sign_in(suffix=".json")
    token = answer.json["authentication_token"]
    assert TOKEN.fullmatch(token)
    assert answer.text == (
        f'{{{PERSON},"email":"gardener@example.org","authentication_token":"{token}"}}'
    )
    answer = sign_in(suffix=".xml")
    token = answer.xml.findtext("authentication-token")
    assert answer.text == (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<user>
  <id type="integer">1</id>
  <login>gardener</login>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  <email>gardener@example.org</email>
  <authentication-token>{token}</authentication-token>
</user>
"""
    )


@pytest.mark.parametrize(
    "login", ["gardener", "GARDENER", "gardener@example.org", " Gardener@Example.ORG"]
)
def test_a_login_or_an_email_address_signs_in(sign_in, login):
    assert TOKEN.fullmatch(sign_in(login).text)


def test_signing_in_by_get_and_by_json(client):
    query = "login=gardener&password=open+sesame"
    assert TOKEN.fullmatch(client.get(f"/users/api_login?{query}").text)
    body = {"login": "gardener", "password": "open sesame"}
    assert TOKEN.fullmatch(client.post_json("/users/api_login", body).text)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("gardener", "open sesam"),
        ("gardener", "Open sesame"),
        ("gardener", ""),
        ("gardener", "x" * 2000),
        ("nobody", "open sesame"),
        ("", "open sesame"),
        ("without", "open sesame"),
        ("shared@example.org", "open sesame"),
    ],
)
def test_a_bad_login_is_refused(sign_in, login, password):
    users.add_user("without", NOON)
    for name in ("one", "two"):
        users.add_user(name, NOON, "shared@example.org", "open sesame")
    answer = sign_in(login, password)
    assert (answer.status, answer.text) == ("401 Unauthorized", "error_auth_required")
    answer = sign_in(login, password, suffix=".json")
    assert (answer.status, answer.text) == ("401 Unauthorized", AUTH_REQUIRED)
    answer = sign_in(login, password, suffix=".xml")
    assert (answer.status, answer.text) == (
        "401 Unauthorized",
        """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>401</status>
  <error>
    <error-code>error_auth_required</error-code>
    <message>Authorization Required</message>
    <details>Please provide proper authentication details.</details>
  </error>
</hash>
""",
    )
    assert not Session.select().exists()


def test_the_reason_does_not_tell_which_logins_there_are(sign_in):
    reason = "wrong login or password"
    assert sign_in("gardener", "wrong").headers["X-ThingClone-Reason"] == reason
    assert sign_in("nobody", "wrong").headers["X-ThingClone-Reason"] == reason


def test_a_new_password_ends_the_old_one_and_all_sessions(client, sign_in, gardener):
    token = sign_in().text
    users.set_password(gardener, "close sesame")
    assert sign_in().status_int == 401
    assert TOKEN.fullmatch(sign_in(password="close sesame").text)
    assert client.get(f"/channels.json?login=gardener&token={token}").status_int == 401


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_as_good_as_the_user_key(client, sign_in, channel, write):
    write(channel, field1="21.5")
    who = f"login=gardener&token={sign_in().text}"
    assert client.get(f"/channels.json?{who}").json[0]["id"] == 1
    assert client.get(f"/channels/1.json?{who}").json["api_keys"][0]["write_flag"] is True
    assert client.get(f"/users/gardener.json?{who}").json["email"] == "gardener@example.org"
    private = client.get(f"/users/gardener/channels.json?{who}").json["channels"]
    assert [one["name"] for one in private] == ["Greenhouse"]
    assert client.put(f"/channels/1.json?{who}", "name=Cellar").json["name"] == "Cellar"
    assert client.post("/channels.json", f"{who}&name=New").json["id"] == 2


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("feeds.csv", "created_at,entry_id,field1,field2\n2024-05-01 12:00:00 UTC,1,21.5,\n"),
        ("feeds/last.csv", "created_at,entry_id,field1,field2\n2024-05-01T12:00:00Z,1,21.5,\n"),
        ("fields/1/last", "21.5"),
        ("status/last.txt", "sunny"),
        ("feeds/last_data_age.txt", "0"),
    ],
)
def test_a_token_opens_the_private_channels_of_its_owner(
    client, sign_in, channel, write, path, text
):
    write(channel, field1="21.5", status="sunny")
    who = f"login=gardener@example.org&token={sign_in().text}"
    assert client.get(f"/channels/1/{path}?{who}").text == text
    users.add_user("stranger", NOON, password="open sesame")
    strangers = f"login=stranger&token={sign_in('stranger').text}"
    for wrong in (strangers, who + "x", who.replace("gardener", "stranger"), who[:20], ""):
        assert client.get(f"/channels/1/{path}?{wrong}").text == "-1"


def test_a_token_opens_the_export(client, sign_in, channel, write):
    write(channel, field1="21.5")
    who = f"login=gardener&token={sign_in().text}"
    lines = client.get(f"/stream/channels/1/feeds.csv?{who}").text.splitlines()
    assert lines[1:] == ["2024-05-01 12:00:00 UTC,1,21.5,"]


def test_a_token_alone_or_of_somebody_else_is_refused(client, sign_in):
    users.add_user("stranger", NOON)
    token = sign_in().text
    for who in (f"token={token}", f"login=stranger&token={token}", "login=gardener&token=wrong"):
        answer = client.get(f"/channels.json?{who}")
        assert (answer.status, answer.text) == ("401 Unauthorized", AUTH_REQUIRED)


def test_only_the_hash_of_a_token_is_stored(sign_in):
    token = sign_in(address="192.0.2.7").text
    stored = Session.get()
    assert token not in str(stored.__data__)
    assert (stored.created_at, stored.address) == (NOON, "192.0.2.7")


def test_a_session_lasts_thirty_days_from_its_last_use(client, sign_in, clock):
    who = f"login=gardener&token={sign_in().text}"

    def status():
        return client.get(f"/channels.json?{who}").status_int

    clock.advance(29 * DAY)
    assert status() == 200
    clock.advance(29 * DAY)
    assert status() == 200
    clock.advance(30 * DAY)
    assert status() == 401


def test_use_is_written_down_once_an_hour(client, sign_in, clock):
    who = f"login=gardener&token={sign_in().text}"
    seen = []
    for minutes in (0, 59, 1, 10):
        clock.advance(minutes * MINUTE)
        client.get(f"/channels.json?{who}")
        seen.append((Session.get().seen_at - NOON) // (60 * 1_000_000))
    assert seen == [0, 0, 60, 60]


def test_sessions_end_one_by_one_or_all_at_once(client, sign_in, gardener):
    tokens = [sign_in().text for _ in range(3)]
    sessions.end(tokens[0])
    sessions.end("never begun")

    def statuses():
        return [
            client.get(f"/channels.json?login=gardener&token={token}").status_int
            for token in tokens
        ]

    assert statuses() == [401, 200, 200]
    sessions.end_all(gardener)
    assert statuses() == [401, 401, 401]


def test_a_script_that_signs_in_again_and_again_fills_nothing_up(gardener):
    tokens = [sessions.start(gardener, NOON + number) for number in range(105)]
    assert Session.select().count() == 100
    assert sessions.find(tokens[4], NOON) is None
    assert sessions.find(tokens[5], NOON).user == gardener
    sessions.start(gardener, NOON + 31 * DAY * 1_000_000)
    assert Session.select().count() == 1


# --- user keys ------------------------------------------------------------------------------------


def test_a_new_user_key_replaces_the_old_one(client):
    answer = client.post(f"/users/new_api_key.json?api_key={KEY}")
    new = User.get().api_key
    assert answer.text == (f'{{{PERSON},"email":"gardener@example.org","api_key":"{new}"}}')
    assert client.get(f"/channels.json?api_key={KEY}").status_int == 401
    assert client.get(f"/channels.json?api_key={new}").text == "[]"
    assert re.fullmatch("[0-9A-Z]{16}", client.post("/users/new_api_key", {"key": new}).text)
    assert client.get(f"/channels.json?api_key={new}").status_int == 401


def test_a_new_user_key_in_xml(client, sign_in):
    who = f"login=gardener&token={sign_in().text}"
    answer = client.post(f"/users/new_api_key.xml?{who}")
    assert answer.text == (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<user>
  <id type="integer">1</id>
  <login>gardener</login>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  <email>gardener@example.org</email>
  <api-key>{User.get().api_key}</api-key>
</user>
"""
    )


@pytest.mark.parametrize("key", ["", "WRONGKEY00000000", "WRITEKEY00000001"])
def test_a_new_user_key_is_for_its_owner(client, channel, key):
    answer = client.post("/users/new_api_key.json", {"api_key": key})
    assert (answer.status, answer.text) == ("401 Unauthorized", AUTH_REQUIRED)
    assert User.get().api_key == KEY


def test_the_names_of_urls_cannot_be_logins(database_url):
    for login in ("api_login", "New_API_key"):
        with pytest.raises(Exception, match="because it is part of a URL"):
            users.add_user(login, NOON)


# --- guessing -------------------------------------------------------------------------------------

WRONG = {"password": "wrong"}


def test_the_sixth_wrong_password_in_a_row_has_to_wait(sign_in, clock):
    assert [sign_in(**WRONG).status_int for _ in range(6)] == [401] * 5 + [429]
    answer = sign_in(**WRONG, suffix=".json")
    assert (answer.status, answer.text) == ("429 Too Many Requests", TOO_MANY)
    assert answer.headers["X-ThingClone-Reason"] == ("too many wrong attempts: try again in 1 s")
    answer = sign_in(**WRONG)
    assert (answer.status_int, answer.text) == (429, "error_too_many_requests")


def test_the_pauses_double_up_to_a_minute(sign_in, clock):
    for _ in range(5):
        sign_in(**WRONG)
    pauses = []
    for _ in range(9):
        seconds = 0
        while sign_in(**WRONG).status_int == 429:
            clock.advance(1)
            seconds += 1
        pauses.append(seconds)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_who_waits_signs_in_afterwards_and_a_right_password_forgives_nothing(sign_in, clock):
    for _ in range(6):
        sign_in(**WRONG)
    assert sign_in().status_int == 429
    clock.advance(1)
    assert sign_in().status_int == 200
    assert sign_in(**WRONG).status_int == 401
    assert sign_in().status_int == 429
    clock.advance(2)
    assert sign_in().status_int == 200


def test_fifteen_quiet_minutes_forgive(sign_in, clock):
    for _ in range(5):
        sign_in(**WRONG)
    clock.advance(15 * MINUTE + 1)
    assert [sign_in(**WRONG).status_int for _ in range(6)] == [401] * 5 + [429]


def test_nobody_is_locked_out_by_a_stranger(sign_in):
    for number in range(50):
        sign_in(**WRONG, address=f"198.51.100.{number}")
    assert sign_in(address="192.0.2.1").status_int == 200


def test_many_addresses_share_the_pauses_of_an_account(sign_in, clock):
    addresses = [f"198.51.100.{number}" for number in range(8)]
    assert [sign_in(**WRONG, address=one).status_int for one in addresses] == [401] * 8
    assert [sign_in(**WRONG, address=one).status_int for one in addresses] == [429] * 8
    clock.advance(8)
    assert [sign_in(**WRONG, address=one).status_int for one in addresses] == [401] + [429] * 7
    users.add_user("stranger", NOON, password="open sesame")
    assert sign_in("stranger", address=addresses[1]).status_int == 200


def test_an_address_that_tries_many_logins_has_to_wait(sign_in):
    logins = [f"user{number}" for number in range(6)]
    assert [sign_in(login).status_int for login in logins] == [401] * 5 + [429]
    assert sign_in(address="198.51.100.1").status_int == 200


def test_a_household_has_one_ipv6_network(sign_in):
    for number in range(5):
        sign_in(**WRONG, address=f"2001:db8:1:2::{number}")
    assert sign_in(address="2001:db8:1:2:ffff::1").status_int == 429
    assert sign_in(address="2001:db8:1:3::1").status_int == 200
    assert sign_in(address="::ffff:192.0.2.5").status_int == 200


def test_a_clock_that_is_set_back_ends_the_wait(sign_in, clock):
    for _ in range(10):
        sign_in(**WRONG)
        clock.advance(60)
    clock.advance(-3600)
    assert sign_in().status_int == 200


def test_wrong_user_keys_have_to_wait_and_hold_up_no_login(client, sign_in, clock):
    def status(key, address="192.0.2.1"):
        environ = {"REMOTE_ADDR": address}
        return client.get(f"/channels.json?api_key={key}", extra_environ=environ).status_int

    assert [status("WRONGKEY00000000") for _ in range(6)] == [401] * 5 + [429]
    assert status(KEY) == 429
    assert status(KEY, "192.0.2.2") == 200
    assert sign_in().status_int == 200
    clock.advance(1)
    assert [status(KEY) for _ in range(10)] == [200] * 10


def test_a_key_that_was_right_before_waits_for_no_wrong_one(client):
    def status(key):
        return client.get(f"/channels.json?api_key={key}").status_int

    assert status(KEY) == 200
    assert [status("WRONGKEY00000000") for _ in range(6)] == [401] * 5 + [429]
    assert status(KEY) == 200
    new = users.renew_key(users.user("gardener"))
    assert [status(KEY), status(KEY)] == [401, 429]
    assert status(new) == 429


def test_a_request_without_any_key_is_no_guess(client):
    assert [client.get("/channels.json").status_int for _ in range(20)] == [401] * 20
    assert client.get(f"/channels.json?api_key={KEY}").status_int == 200


def test_many_guesses_at_once_are_no_way_around():
    counts = throttle.Throttle()
    with pytest.raises(throttle.TooManyGuesses):
        begun = [counts.password("gardener", "192.0.2.1", NOON) for _ in range(6)]
        for attempt in begun:
            attempt.__enter__()
    for attempt in begun[:5]:
        attempt.__exit__(None, None, None)
    with counts.password("gardener", "192.0.2.1", NOON):
        pass


def test_guesses_from_everywhere_do_not_fill_the_memory():
    counts = throttle.Throttle()
    for number in range(30_000):
        with counts.user_key(f"key {number}", f"{number}", NOON + number):
            pass
    assert len(counts._counts) <= throttle.MOST_REMEMBERED
    assert len(counts._proven) <= throttle.MOST_REMEMBERED


def test_each_app_has_its_own_memory(sign_in, settings, clock):
    for _ in range(6):
        sign_in(**WRONG)
    fresh = Client(create_app(settings, clock))
    answer = fresh.post("/users/api_login", {"login": "gardener", "password": "open sesame"})
    assert answer.status_int == 200


def test_a_password_is_nothing_but_text(client):
    for body in ({"login": ["gardener"], "password": {"a": 1}}, {"login": 5, "password": True}):
        answer = client.post("/users/api_login", json.dumps(body), content_type="application/json")
        assert (answer.status_int, answer.text) == (401, "error_auth_required")
