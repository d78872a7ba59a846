"""The dialect rxdata: one text to store, one command to ask for."""

import base64

import pytest

from tests.dialects.conftest import KEY, own_value
from tests.servers import running
from tests.sockets import ask
from thingclone.accounts import users
from thingclone.channels import devices
from thingclone.database.models import Channel, Device, Entry
from thingclone.settings import Settings

RECEIVE = "/rxdata/default/call/run/receive"
COMMAND = "/rxdata/default/call/run/command"
OPEN = Settings(open_dialects="rxdata", dialect_user="gardener")


class TestAsTheOriginal:
    """The owner has opened the dialect: the chips send no key."""

    @pytest.fixture
    def settings(self):
        return OPEN

    def test_the_request_of_the_original_byte_for_byte(self, database_url, client):
        """As an ESP8266 with NodeMCU or the Arduino library sends it."""
        options = ("--open-dialects", "rxdata", "--dialect-user", "gardener")
        with running(database_url, *options) as server:
            answer = ask(
                server.port,
                b"GET /rxdata/default/call/run/receive/10223432/72.3 HTTP/1.1\r\n"
                b"Host: 192.168.1.10\r\nConnection: close\r\n\r\n",
            )
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert body == b"72.3"
            answer = ask(
                server.port,
                b"GET /rxdata/default/call/run/command HTTP/1.1\r\n"
                b"Host: 192.168.1.10\r\nConnection: close\r\n\r\n",
            )
            assert answer.endswith(b"\r\n\r\n1")
        assert own_value(client, "10223432") == "72.3"

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_chip_and_data_come_in_the_path_or_as_parameters(self, client, method):
        for url in (
            f"{RECEIVE}/10223432/hello",
            f"{RECEIVE}?chipid=10223432&newdata=hello",
            f"{RECEIVE}/10223432?newdata=hello",
        ):
            answer = client.request(url, method=method)
            assert (answer.status_int, answer.text) == (200, "hello")
        assert (Entry.select().count(), Device.select().count()) == (3, 1)
        assert own_value(client, "10223432") == "hello"

    def test_a_form_is_taken_too(self, client):
        answer = client.post(RECEIVE, {"chipid": "10223432", "newdata": "door open"})
        assert answer.text == "door open"
        assert own_value(client, "10223432") == "door open"

    @pytest.mark.parametrize(
        ("sent", "data"),
        [
            ("21.5", "21.5"),
            ("-7", "-7"),
            ("the%20door%20is%20open", "the door is open"),
            ("a+b", "a+b"),
            ("%22quoted%22%20%27text%27", "\"quoted\" 'text'"),
            ("%3Cb%3E%26", "<b>&"),
            ("%C3%A9%E2%82%AC", "é€"),
            ("a%FFb", "a\ufffdb"),
            ("x" * 255, "x" * 255),
            ("NaN", "NaN"),
            ("open%5Cr%5Cn", "open\\r\\n"),
            ("IP_ADDRESS", "IP_ADDRESS"),
        ],
    )
    def test_any_text_is_stored_and_comes_back(self, client, sent, data):
        chip = {"REMOTE_ADDR": "192.168.1.23"}
        answer = client.get(f"{RECEIVE}/10223432/{sent}", extra_environ=chip)
        assert (answer.status_int, answer.text) == (200, data)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert own_value(client, "10223432") == data

    def test_a_chip_gets_a_private_channel_of_the_dialect_user(self, client):
        client.get(f"{RECEIVE}/10223432/1")
        client.get(f"{RECEIVE}/99/1")
        assert [
            (one.name, one.public, one.user_id) for one in Channel.select().order_by(Channel.id)
        ] == [
            ("10223432", False, 1),
            ("99", False, 1),
        ]

    def test_a_command_is_that_of_the_chip_or_1(self, client, gardener, clock):
        assert client.get(COMMAND).text == "1"
        assert client.get(f"{COMMAND}?chipid=10223432").text == "1"
        devices.add_device(gardener, "10223432", clock.moment, command="open")
        for url in (COMMAND, f"{COMMAND}?chipid=10223432", f"{COMMAND}/10223432"):
            answer = client.get(url)
            assert (answer.status_int, answer.text) == (200, "open")
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert client.get(f"{COMMAND}?chipid=99").text == "1"

    def test_without_a_chip_two_commands_are_none(self, client, gardener, clock):
        for mac in ("a", "b"):
            devices.add_device(gardener, mac, clock.moment, command=f"do {mac}")
        assert client.get(COMMAND).text == "1"
        assert client.get(f"{COMMAND}?chipid=B").text == "do b"

    def test_the_commands_of_other_accounts_are_not_told(self, client, clock):
        neighbour = users.add_user("neighbour", clock.moment)
        devices.add_device(neighbour, "10223432", clock.moment, command="open")
        assert client.get(f"{COMMAND}?chipid=10223432").text == "1"

    def test_a_key_that_comes_along_counts(self, client, channel):
        url = f"{RECEIVE}/10223432/5?api_key={channel.write_key}"
        assert client.get(url).text == "5"
        assert Entry.get().channel_id == channel.id
        answer = client.get(f"{RECEIVE}/10223432/5?api_key=WRONG")
        assert (answer.status_int, answer.text) == (401, "no channel has this write key")

    @pytest.mark.parametrize(
        ("path", "status", "reason"),
        [
            (RECEIVE, 400, "chipid is missing"),
            (f"{RECEIVE}/10223432", 400, "newdata is missing"),
            (f"{RECEIVE}?newdata=5", 400, "chipid is missing"),
            (
                f"{RECEIVE}/10223432/1/2",
                400,
                "receive takes chipid and newdata: send a value with a slash as ?newdata=...",
            ),
            (
                f"{RECEIVE}/10223432/1%2F2",
                400,
                "receive takes chipid and newdata: send a value with a slash as ?newdata=...",
            ),
            (
                f"{RECEIVE}/../../../../etc/passwd",
                400,
                "receive takes chipid and newdata: send a value with a slash as ?newdata=...",
            ),
            (
                f"{COMMAND}/10223432/5",
                400,
                "command takes chipid: send a value with a slash as ?chipid=...",
            ),
            (
                f"{RECEIVE}/10223432/{'x' * 256}",
                400,
                "newdata has 256 characters: the limit is 255",
            ),
            (f"{RECEIVE}/{'x' * 101}/5", 401, "a MAC must have at most 100 characters"),
            (f"{RECEIVE}/%00/5", 401, "a MAC must be UTF-8 without control characters"),
            (f"{RECEIVE}/%FF/5", 401, "a MAC must be UTF-8 without control characters"),
            (f"{RECEIVE}/::/5", 401, "a MAC must have something besides : - . and blanks"),
        ],
    )
    def test_what_is_not_understood_is_refused_in_plain_words(self, client, path, status, reason):
        answer = client.get(path)
        assert (answer.status_int, answer.text) == (status, reason)
        assert answer.headers["X-ThingClone-Reason"] == reason
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert (Entry.select().count(), Device.select().count()) == (0, 0)

    def test_a_slash_goes_as_a_parameter(self, client):
        assert client.get(f"{RECEIVE}?chipid=10223432&newdata=1/2%2F3").text == "1/2/3"
        assert own_value(client, "10223432") == "1/2/3"

    @pytest.mark.parametrize("data", [["a"], {"a": "b"}, True])
    def test_data_in_json_is_text(self, client, data):
        answer = client.post_json(RECEIVE, {"chipid": "a", "newdata": data})
        assert (answer.status_int, answer.text) == (400, "newdata must be text")

    def test_a_megabyte_is_refused(self, client):
        answer = client.post(RECEIVE, {"chipid": "10223432", "newdata": "5" * 1_000_000})
        assert (answer.status_int, answer.text) == (
            400,
            "newdata has 1000000 characters: the limit is 255",
        )
        assert Entry.select().count() == 0

    def test_other_methods_and_calls_are_refused(self, client):
        answer = client.delete(f"{RECEIVE}/10223432/5")
        assert (answer.status_int, answer.text) == (
            405,
            f"{RECEIVE}/10223432/5 does not accept DELETE",
        )
        assert client.get("/rxdata/default/call/run/format").status_int == 404
        assert client.get("/rxdata/default/call/json/receive/1/2").status_int == 404

    def test_other_applications_are_not_there(self, client):
        answer = client.get("/garden/default/call/run/receive/10223432/5")
        assert (answer.status_int, answer.text) == (
            404,
            "there is no application garden: see the setting rxdata_app",
        )


NEEDS_A_KEY = (
    "rxdata needs a key: send api_key=..., the header X-THINGSPEAKAPIKEY, or Basic"
    " authentication with login and password or user key (its owner can open it with the"
    " settings open_dialects=rxdata and dialect_user)"
)


@pytest.mark.parametrize("path", [f"{RECEIVE}/10223432/5", COMMAND])
def test_without_a_key_it_is_closed_and_tells_how_to_open_it(client, path):
    answer = client.get(path)
    assert (answer.status_int, answer.text) == (401, NEEDS_A_KEY)
    assert answer.headers["X-ThingClone-Reason"] == NEEDS_A_KEY
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="ThingClone", charset="UTF-8"'
    assert Device.select().count() == 0


def basic(login: str, password: str) -> dict:
    encoded = base64.b64encode(f"{login}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


@pytest.mark.parametrize(
    "query",
    [{"api_key": KEY}, {"key": KEY.lower()}, {"headers": {"X-THINGSPEAKAPIKEY": KEY}},
     {"headers": basic("gardener", KEY)}],
)  # fmt: skip
def test_a_key_opens_it_in_every_spelling(client, query):
    headers = query.get("headers")
    params = {} if headers else query
    assert client.get(f"{RECEIVE}/10223432/5", params, headers=headers).text == "5"
    devices.change_device(devices.device_anywhere("10223432"), command="open")
    assert client.get(COMMAND, params, headers=headers).text == "open"
    assert own_value(client, "10223432") == "5"


def test_the_keys_of_a_channel_tell_its_command(client, channel):
    client.get(f"{RECEIVE}/10223432/5?api_key={channel.write_key}")
    devices.change_device(devices.device_anywhere("10223432"), command="open")
    for key in (channel.write_key, channel.read_key):
        assert client.get(f"{COMMAND}?api_key={key}").text == "open"
    answer = client.get(f"{COMMAND}?api_key=WRONG")
    assert (answer.status_int, answer.text) == (401, "no account or channel has this key")


def test_a_read_key_does_not_write(client, channel):
    answer = client.get(f"{RECEIVE}/10223432/5?api_key={channel.read_key}")
    assert (answer.status_int, answer.text) == (
        401,
        "this is a read key: a write needs the channel's write key",
    )


class TestWithAnotherName:
    @pytest.fixture
    def settings(self):
        return Settings(rxdata_app="garden, weather")

    def test_the_application_goes_by_these_names_too(self, client):
        for name in ("garden", "weather", "rxdata"):
            url = f"/{name}/default/call/run/receive/10223432/5?api_key={KEY}"
            assert client.get(url).text == "5"
        assert client.get(f"/other/default/call/run/command?api_key={KEY}").status_int == 404


class TestWithAnyName:
    @pytest.fixture
    def settings(self):
        return Settings(rxdata_app="*")

    def test_any_name_will_do(self, client):
        url = f"/anything/default/call/run/receive/10223432/5?api_key={KEY}"
        assert client.get(url).text == "5"
        assert client.get(f"/a.b/default/call/run/command?api_key={KEY}").text == "1"


class TestWithoutTheDialectUser:
    @pytest.fixture
    def settings(self):
        return Settings(open_dialects="rxdata", dialect_user="nobody")

    def test_the_refusal_names_the_setting(self, client):
        answer = client.get(COMMAND)
        assert (answer.status_int, answer.text) == (
            401,
            "the setting dialect_user names nobody, but there is no such account",
        )
