"""The dialect sql_api: a weather station signs in and tells the values of a location."""

import base64
import hashlib
import json

import pytest

from tests.dialects.conftest import KEY
from tests.sockets import ask
from thingclone.accounts import passwords, users
from thingclone.channels import channels
from thingclone.database.models import Channel, Device, Entry, User

READINGS = {
    "location": "desk",
    "temperature": "21.5",
    "humidity": "40.25",
    "pressure": "1013.2",
    "wetness": "0",
}


def basic(login: str, password: str) -> dict:
    encoded = base64.b64encode(f"{login}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


SIGNED_IN = basic("gardener", KEY)


@pytest.fixture
def post(client):
    """A function that posts a form, signed in with the user key."""
    return lambda form, headers=SIGNED_IN: client.post("/SQL_API", form, headers=headers)


def labels(channel_id: int = 1) -> list:
    channel = Channel.get_by_id(channel_id)
    return [getattr(channel, f"field{number}") for number in range(1, 9)]


def own_values(client, channel_id: int = 1) -> list:
    """The last value of each field, by ThingSpeak's URLs."""
    read_key = channels.complete_channel(channel_id).read_keys[0].api_key
    url = f"/channels/{channel_id}/feeds/last.json"
    last = client.get(url, {"api_key": read_key}).json
    return [value for name, value in last.items() if name.startswith("field")]


def test_the_request_of_the_tutorial_byte_for_byte(server, client):
    """As urequests of MicroPython sends JSON with `auth`."""
    body = json.dumps(
        {"location": "desk", "temperature": 21.5, "humidity": 40.25, "pressure": 1013.2}
    ).encode()
    credentials = base64.b64encode(b"gardener:" + KEY.encode())
    answer = ask(
        server.port,
        b"POST /SQL_API HTTP/1.0\r\nHost: 192.168.1.10\r\nAuthorization: Basic %s\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (credentials, len(body), body),
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Type: application/json" in head
    assert body == b'{"channel_id": 1, "entry_id": 1}'
    assert labels()[:4] == ["temperature", "humidity", "pressure", None]
    assert own_values(client) == ["21.5", "40.25", "1013.2"]


def test_a_form_stores_each_name_under_its_label(client, post):
    answer = post(READINGS)
    assert (answer.status_int, answer.text) == (200, '{"channel_id": 1, "entry_id": 1}')
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert labels() == ["temperature", "humidity", "pressure", "wetness", *[None] * 4]
    assert own_values(client) == ["21.5", "40.25", "1013.2", "0"]


def test_the_location_is_the_device(client, post):
    post(READINGS)
    post(READINGS | {"location": "basement", "wetness": "1"})
    post(READINGS | {"location": "DESK", "temperature": "22"})
    known = [(one.mac, one.channel_id) for one in Device.select().order_by(Device.id)]
    assert known == [("desk", 1), ("basement", 2)]
    assert [(one.name, one.public) for one in Channel.select().order_by(Channel.id)] == [
        ("desk", False),
        ("basement", False),
    ]
    assert (own_values(client, 1)[0], own_values(client, 2)[3]) == ("22", "1")
    read = {"mac": "desk", "api_key": KEY}
    assert client.get("/fields/1/last.txt", read).text == "22"


def test_names_keep_their_fields_in_any_order(client, post):
    post({"location": "desk", "a": "1", "b": "2"})
    post({"location": "desk", "b": "4", "c": "5", "a": "3"})
    assert labels()[:4] == ["a", "b", "c", None]
    assert own_values(client) == ["3", "4", "5"]


def test_a_label_of_the_owner_is_found_whatever_its_case(client, channel, post):
    post(READINGS, {"X-THINGSPEAKAPIKEY": channel.write_key})
    assert labels()[:5] == ["Temperature", "Humidity", "pressure", "wetness", None]
    assert own_values(client) == ["21.5", "40.25", "1013.2", "0"]


def test_names_that_differ_in_case_alone_are_two(client, post):
    assert post({"location": "desk", "Temp": "1", "temp": "2"}).status_int == 200
    assert post({"location": "desk", "temp": "4"}).status_int == 200
    assert labels()[:3] == ["Temp", "temp", None]
    assert own_values(client) == [None, "4"]


def test_a_field_that_is_hidden_or_has_data_already_is_left_alone(client, channel, post):
    Channel.update(field1="", field2=None).execute()
    client.get("/update", {"api_key": channel.write_key, "field3": "7"})
    Channel.update(field3=None).execute()
    post({"location": "desk", "light": "5"}, {"X-THINGSPEAKAPIKEY": channel.write_key})
    assert labels()[:4] == ["", "light", None, None]


def test_the_ninth_name_is_refused_and_nothing_stored(client, post):
    eight = {f"name{number}": str(number) for number in range(8)}
    assert post({"location": "desk"} | eight).json["entry_id"] == 1
    for form in ({"light": "5"}, eight | {"light": "5"}):
        answer = post({"location": "desk"} | form)
        reason = "channel 1 has no field left for light: a channel has 8 fields"
        assert (answer.status_int, answer.json) == (400, {"message": reason})
        assert answer.headers["X-ThingClone-Reason"] == reason
    assert Entry.select().count() == 1
    assert post({"location": "desk"} | eight).json["entry_id"] == 2


def test_nine_names_at_once_make_nothing_known(post):
    nine = {f"name{number}": str(number) for number in range(9)}
    assert post({"location": "desk"} | nine).status_int == 400
    assert (Channel.select().count(), Device.select().count()) == (0, 0)


@pytest.mark.parametrize(
    ("members", "stored", "note"),
    [
        ({"t": 21.5, "h": 40}, ["21.5", "40"], None),
        ({"t": True, "h": None}, ["true"], None),
        ({"t": "warm"}, ["warm"], None),
        (
            {"t": "x" * 255, "h": [1]},
            ["x" * 255],
            "h was ignored: a value must be text or a number, not a list or an object",
        ),
    ],
)
def test_json_values_are_stored_as_text(client, post, members, stored, note):
    body = json.dumps({"location": "desk"} | members)
    answer = post(body, SIGNED_IN | {"Content-Type": "application/json"})
    assert answer.status_int == 200
    assert answer.headers.get("X-ThingClone-Reason") == note
    assert own_values(client) == stored


def test_get_shows_that_the_service_is_there(client):
    answer = client.get("/SQL_API")
    assert (answer.status_int, answer.text) == (
        200,
        '{"service": "SQL_API", "message": "POST location and values, signed in"}',
    )


# --- signing in -----------------------------------------------------------------------------------

ASKS = 'Basic realm="ThingClone", charset="UTF-8"'


@pytest.mark.parametrize(
    "headers",
    [
        basic("gardener", "WRONG"),
        basic("gardener", ""),
        basic("", KEY),
        basic("nobody", KEY),
        basic("neighbour", KEY),
        basic("gardener\0", KEY),
        basic("gärtner", KEY),
    ],
)
def test_wrong_credentials_are_refused_as_http_wants_it(client, post, headers, clock):
    users.add_user("neighbour", clock.moment)
    answer = post(READINGS, headers)
    reason = "wrong login or password: the user key also works as password"
    assert (answer.status_int, answer.json) == (401, {"message": reason})
    assert answer.headers["WWW-Authenticate"] == ASKS
    assert (Channel.select().count(), Device.select().count()) == (0, 0)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Basic !!!", "the header Authorization: Basic ... is not Base64"),
        ("Basic Z2FyZGVuZXI=", "the header Authorization: Basic ... has no colon"),
        ("Basic", "the header Authorization: Basic ... has no colon"),
        ("Basic Z2F", "the header Authorization: Basic ... has no colon"),
        ("Basic Z", "the header Authorization: Basic ... is not Base64"),
        ("Basic \xff", "the header Authorization: Basic ... is not Base64"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused(post, header, reason):
    answer = post(READINGS, {"Authorization": header})
    assert (answer.status_int, answer.json) == (401, {"message": reason})
    assert answer.headers["WWW-Authenticate"] == ASKS


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "Bearer x"}])
def test_without_credentials_it_is_closed(post, headers):
    answer = post(READINGS, headers)
    assert answer.status_int == 401
    assert answer.json["message"] == (
        "sql_api needs a key: send api_key=..., the header X-THINGSPEAKAPIKEY, or Basic"
        " authentication with login and password or user key"
    )
    assert answer.headers["WWW-Authenticate"] == ASKS


@pytest.mark.parametrize(
    "spelling", ["Basic {}", "basic {}", "BASIC   {}", " Basic {} ", "Basic {}==="]
)
def test_the_header_is_read_in_every_spelling(post, spelling):
    encoded = base64.b64encode(f"Gardener:{KEY.lower()}".encode()).decode().rstrip("=")
    answer = post(READINGS, {"Authorization": spelling.format(encoded)})
    assert answer.status_int == 200


def test_a_key_will_do_as_well(client, channel):
    assert client.post(f"/SQL_API?api_key={KEY}", READINGS).json == {"channel_id": 2, "entry_id": 1}
    answer = client.post("/SQL_API", READINGS | {"key": channel.write_key})
    assert answer.json == {"channel_id": 1, "entry_id": 1}
    assert Device.get(Device.channel == 2).mac == "desk"
    answer = client.post("/SQL_API", READINGS | {"api_key": channel.read_key})
    assert answer.status_int == 401


@pytest.fixture
def password(user_key) -> str:
    User.update(password_hash=passwords.hashed("open: sésame")).execute()
    return "open: sésame"


@pytest.fixture
def checked(monkeypatch) -> list:
    """Every password that was hashed, which is what takes its time."""
    hashed, scrypt = [], hashlib.scrypt

    def noted(password, **parameters):
        hashed.append(password)
        return scrypt(password, **parameters)

    monkeypatch.setattr(hashlib, "scrypt", noted)
    return hashed


def test_login_and_password_will_do(client, post, password):
    for login in ("gardener", "Gardener"):
        answer = post(READINGS, basic(login, password))
        assert answer.status_int == 200
    assert own_values(client) == ["21.5", "40.25", "1013.2", "0"]


def test_a_password_is_looked_at_once_in_ten_minutes(post, password, checked, clock):
    for minutes, count in ((0, 1), (5, 1), (4, 1), (2, 2), (1, 2)):
        clock.advance(minutes * 60)
        assert post(READINGS, basic("gardener", password)).status_int == 200
        assert len(checked) == count


def test_a_clock_that_was_set_back_forgets_nothing_for_good(post, password, checked, clock):
    post(READINGS, basic("gardener", password))
    clock.advance(-3600)
    assert post(READINGS, basic("gardener", password)).status_int == 200


def test_a_password_that_was_changed_is_wrong_at_once(post, password, gardener):
    assert post(READINGS, basic("gardener", password)).status_int == 200
    users.set_password(gardener, "another one")
    assert post(READINGS, basic("gardener", password)).status_int == 401
    assert post(READINGS, basic("gardener", "another one")).status_int == 200


def test_what_is_remembered_opens_no_other_account(post, password, clock):
    assert post(READINGS, basic("gardener", password)).status_int == 200
    users.add_user("neighbour", clock.moment)
    assert post(READINGS, basic("neighbour", password)).status_int == 401
    assert post(READINGS, basic("gardener", password + "x")).status_int == 401


def test_who_guesses_passwords_is_slowed_down_and_the_user_key_is_not(post, password, checked):
    guesses = [post(READINGS, basic("gardener", f"guess {number}")) for number in range(8)]
    assert [guess.status_int for guess in guesses] == [401] * 5 + [429] * 3
    assert guesses[-1].json == {"message": "too many wrong attempts: try again in 1 s"}
    assert len(checked) == 5
    assert post(READINGS, basic("gardener", password)).status_int == 429
    assert post(READINGS, SIGNED_IN).status_int == 200


def test_passwords_are_checked_beside_the_loop(server, password):
    url = "/rxdata/default/call/run/receive/10223432/5"
    encoded = basic("gardener", password)["Authorization"]
    assert server.get(url, Authorization=encoded) == (200, "5")
    assert server.get("/SQL_API", b"location=desk&t=1", Authorization=encoded)[0] == 200
    assert server.get(url, Authorization=basic("gardener", "guess")["Authorization"])[0] == 401


# --- what is not understood -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"temperature": "5"}, "location is missing: send the name of the station"),
        ({"location": ""}, "location is missing: send the name of the station"),
        ({"location": "desk", "": "5"}, "the name of a value must have 1 to 255 characters"),
        ({"location": "desk", "x" * 256: "5"}, "the name of a value must have 1 to 255 characters"),
    ],
)
def test_what_is_no_reading_is_refused(post, form, reason):
    answer = post(form)
    assert (answer.status_int, answer.json) == (400, {"message": reason})
    assert (Channel.select().count(), Entry.select().count()) == (0, 0)


@pytest.mark.parametrize("location", ["x" * 101, "a\x1bb", "::", "a\0b"])
def test_a_location_that_cannot_be_a_device_is_refused(post, location):
    answer = post({"location": location, "temperature": "5"})
    assert answer.status_int == 401
    assert answer.json["message"].startswith("a MAC ")
    assert Channel.select().count() == 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 10_000, b'{"location": ' + b"[" * 500, b"\xff\xfe"]
)
def test_a_body_that_is_no_json_object_is_refused(post, body):
    answer = post(body, SIGNED_IN | {"Content-Type": "application/json"})
    assert answer.status_int == 400
    assert answer.json.keys() == {"message"}


def test_hostile_names_and_values_are_just_text(client, post):
    form = {
        "location": "../../etc/passwd'; DROP TABLE devices; --",
        "t'; DROP TABLE entries; --": "<script>alert('x')</script>",
        '"quoted"': '"/\\',
    }
    assert post(form).status_int == 200
    assert Device.get().mac == form["location"]
    assert labels()[:2] == ["t'; DROP TABLE entries; --", '"quoted"']
    assert own_values(client) == ["<script>alert('x')</script>", '"/\\']


@pytest.mark.parametrize("length", [256, 1_000_000])
def test_a_value_that_is_too_long_is_refused_and_nothing_stored(post, length):
    answer = post({"location": "desk", "humidity": "40", "temperature": "5" * length})
    reason = f"temperature has {length} characters: the limit is 255"
    assert (answer.status_int, answer.json) == (400, {"message": reason})
    assert answer.headers["X-ThingClone-Reason"] == reason
    assert (Entry.select().count(), Device.select().count()) == (0, 0)


def test_a_megabyte_of_a_name_is_refused(post):
    assert post({"location": "x" * 1_000_000}).status_int == 401
    assert post({"location": "desk", "x" * 1_000_000: "5"}).status_int == 400


def test_other_methods_are_refused(client):
    for method in ("PUT", "DELETE"):
        answer = client.request("/SQL_API", method=method)
        assert (answer.status_int, answer.json) == (
            405,
            {"message": f"/SQL_API does not accept {method}"},
        )


def test_a_password_never_reaches_a_log(server):
    encoded = SIGNED_IN["Authorization"]
    assert server.get("/SQL_API", b"location=desk&t=1", Authorization=encoded)[0] == 200
    server.process.send_signal(15)
    printed, logged = server.process.communicate(timeout=30)
    assert "POST /SQL_API" in printed
    assert KEY not in printed + logged
    assert encoded.split()[1] not in printed + logged
    assert User.get().api_key == KEY
