"""Devices: what a MAC does in writes and reads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.databases import on_postgresql, on_sqlite
from tests.servers import running
from thingclone.accounts import users
from thingclone.channels import devices
from thingclone.database import execute
from thingclone.database.models import Channel, Device, User
from thingclone.settings import Settings

MAC = "6c:rf:7f:2b:0e:g8"
KEY = "USERKEY000000000"


@pytest.fixture(autouse=True)
def user_key(gardener):
    User.update(api_key=KEY).execute()


@pytest.fixture
def send(client):
    """A function that writes with the gardener's user key and a MAC, and returns the answer."""

    def send(mac=MAC, key=KEY, **values):
        return client.get("/update", {"api_key": key, "mac": mac} | values)

    return send


def last_value(client, channel_id, number=1) -> str:
    read_key = execute("SELECT api_key FROM read_keys WHERE channel_id = ?", (channel_id,))
    key = {"api_key": read_key.fetchone()[0]}
    return client.get(f"/channels/{channel_id}/fields/{number}/last.txt", key).text


def known() -> list[tuple]:
    rows = Device.select().order_by(Device.id)
    return [(device.mac, device.channel_id, device.user_id) for device in rows]


# --- writing with a write key ---------------------------------------------------------------------


def test_a_write_key_writes_to_its_channel_and_remembers_the_device(client, channel, send, clock):
    answer = send(key=channel.write_key, field1="21.5")
    assert (answer.status_int, answer.text) == (200, "1")
    assert "X-ThingClone-Reason" not in answer.headers
    assert last_value(client, channel.id) == "21.5"
    (device,) = Device.select()
    assert (device.mac, device.name, device.channel_id) == (MAC, MAC, channel.id)
    assert (device.first_seen, device.last_seen) == (clock.moment, clock.moment)
    assert Channel.select().count() == 1


def test_the_address_of_a_device_is_remembered(client, channel):
    query = {"api_key": channel.write_key, "mac": MAC}
    client.get("/update", query, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    assert Device.get().last_address == "192.0.2.7"


def test_without_a_mac_no_device_is_remembered(client, channel, write):
    write(channel, field1="21.5")
    assert client.get("/update", {"api_key": channel.write_key, "mac": ""}).text == "2"
    assert known() == []


def test_a_known_device_keeps_its_channel_when_it_writes_with_another_write_key(
    client, add_channel, send
):
    first, second = add_channel(), add_channel()
    send(key=first.write_key, field1="1")
    assert send(key=second.write_key, field1="2").text == "1"
    assert known() == [(MAC, first.id, 1)]
    assert send(field1="3").text == "2"
    assert (last_value(client, first.id), last_value(client, second.id)) == ("3", "2")


def test_when_a_device_was_seen_is_noted_once_a_minute(channel, send, clock):
    start = clock.moment
    moments = []
    for _ in range(5):
        send(key=channel.write_key)
        moments.append((Device.get().last_seen - start) // 1_000_000)
        clock.advance(25)
    assert moments == [0, 0, 0, 75, 75]
    assert Device.get().first_seen == start


def test_a_clock_that_was_set_back_is_noted_too(channel, send, clock):
    send(key=channel.write_key)
    clock.advance(-3600)
    send(key=channel.write_key)
    assert Device.get().last_seen == clock.moment


@pytest.mark.parametrize(
    ("mac", "reason"),
    [
        ("x" * 101, "a MAC must have at most 100 characters"),
        ("a\nb", "a MAC must be UTF-8 without control characters"),
        ("a\x1bb", "a MAC must be UTF-8 without control characters"),
        ("a\u202eb", "a MAC must be UTF-8 without control characters"),
        ("a\0b", "a MAC must be UTF-8 without control characters"),
        (":-.", "a MAC must have something besides : - . and blanks"),
        ("  ", "a MAC must have something besides : - . and blanks"),
    ],
)
def test_with_a_write_key_a_mac_that_is_none_does_not_stop_the_write(
    client, channel, send, mac, reason
):
    answer = send(mac=mac, key=channel.write_key, field1="21.5")
    assert (answer.status_int, answer.text) == (200, "1")
    assert answer.headers["X-ThingClone-Reason"] == f"the device was not added: {reason}"
    assert last_value(client, channel.id) == "21.5"
    assert known() == []


def test_broken_utf_8_is_no_mac(client, channel):
    answer = client.get(f"/update?api_key={channel.write_key}&mac=a%FFb")
    assert (answer.text, known()) == ("1", [])


@pytest.mark.parametrize("mac", [["a"], {"a": "b"}, True, 1.5])
def test_a_mac_in_json_is_text(client, channel, mac):
    answer = client.post_json("/update", {"api_key": channel.write_key, "mac": mac})
    assert answer.text == "1"
    assert answer.headers["X-ThingClone-Reason"] == ("the device was not added: a MAC must be text")


def test_a_chip_id_may_be_a_json_number(client, channel):
    assert client.post_json("/update", {"api_key": channel.write_key, "mac": 10223432}).text == "1"
    assert known() == [("10223432", channel.id, 1)]


def test_a_read_key_does_not_write_whatever_the_mac(channel, send):
    answer = send(key=channel.read_key)
    assert (answer.status_int, answer.text) == (400, "0")
    assert known() == []


# --- writing with a user key ----------------------------------------------------------------------


def test_an_unknown_device_with_a_user_key_gets_a_private_channel_named_after_it(client, send):
    answer = send(field1="72.3")
    assert (answer.status_int, answer.text) == (200, "1")
    (channel,) = Channel.select()
    assert (channel.name, channel.public, channel.user_id) == (MAC, False, 1)
    assert known() == [(MAC, channel.id, 1)]
    assert last_value(client, channel.id) == "72.3"
    assert client.get(f"/channels/{channel.id}/feeds.json").text == "-1"


def test_a_known_device_writes_on_to_its_channel(client, send):
    assert [send(field1=value).text for value in ("1", "2", "3")] == ["1", "2", "3"]
    assert Channel.select().count() == 1
    assert last_value(client, 1) == "3"


@pytest.mark.parametrize(
    "spelling",
    ["6C:RF:7F:2B:0E:G8", "6c-rf-7f-2b-0e-g8", "6crf7f2b0eg8", "6CRF.7F2B.0EG8", " 6crf7f2b0eg8 "],
)
def test_every_spelling_of_a_mac_is_the_same_device(send, spelling):
    send(field1="1")
    assert send(mac=spelling, field1="2").text == "2"
    assert known() == [(MAC, 1, 1)]


@pytest.mark.parametrize("mac", ["10223432", "ESP_0FA1", "Küche", "温室", "x" * 100, "a/b'\"<&>"])
def test_a_mac_is_any_text_and_kept_as_it_was_sent(client, send, mac):
    assert send(mac=mac, field1="5").text == "1"
    assert (known(), Channel.get().name) == ([(mac, 1, 1)], mac)
    read = {"mac": mac.upper(), "api_key": KEY}
    assert client.get("/fields/1/last.txt", read).text == "5"


def test_without_a_mac_a_user_key_does_not_write(client):
    for query in ({}, {"mac": ""}):
        answer = client.get("/update", {"api_key": KEY, "field1": "5"} | query)
        assert (answer.status_int, answer.body) == (400, b"0")
        assert answer.headers["X-ThingClone-Reason"] == (
            "this is a user key: a write needs the channel's write key, or the mac of a device"
        )
    assert Channel.select().count() == 0


@pytest.mark.parametrize("mac", ["x" * 101, "a\nb", ":-."])
def test_with_a_user_key_a_mac_that_is_none_is_refused(send, mac):
    answer = send(mac=mac, field1="5")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"].startswith("a MAC must ")
    assert (known(), Channel.select().count()) == ([], 0)


def test_an_unknown_key_makes_nothing_known(send):
    answer = send(key="NOSUCHKEY")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == "no channel has this write key"
    assert known() == []


def test_two_accounts_may_have_a_device_of_the_same_mac(client, send, clock):
    neighbour = users.add_user("neighbour", clock.moment)
    send(field1="1")
    send(key=neighbour.api_key, field1="2")
    assert known() == [(MAC, 1, 1), (MAC, 2, neighbour.id)]
    assert (last_value(client, 1), last_value(client, 2)) == ("1", "2")


def test_the_echo_of_json_tells_the_channel(client):
    answer = client.get("/update.json", {"api_key": KEY, "mac": MAC, "field1": "5"})
    assert (answer.json["channel_id"], answer.json["entry_id"]) == (1, 1)


def test_a_channel_that_was_given_away_is_closed_to_the_device_of_its_old_owner(
    client, send, gardener, clock
):
    send(field1="1")
    devices.change_device(devices.device_anywhere(MAC), pins=(18,), command="open")
    neighbour = users.add_user("neighbour", clock.moment)
    Channel.update(user=neighbour).execute()
    answer = send(field1="2")
    assert (answer.status_int, answer.text) == (400, "0")
    assert answer.headers["X-ThingClone-Reason"] == (
        f"the channel of device {MAC} belongs to another account now"
    )
    assert client.get("/fields/1/last.txt", {"mac": MAC, "api_key": KEY}).text == "-1"
    assert client.get("/rxdata/default/call/run/command", {"api_key": KEY}).text == "1"
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/api/toggle/18?mac={MAC}&api_key={KEY}", headers=headers)
    assert answer.status_int == 404
    assert last_value(client, 1) == "1"
    told = {"api_key": neighbour.api_key}
    assert client.get("/channels/1/journal.json", told).json == []


class TestWithoutAutoProvision:
    @pytest.fixture
    def settings(self):
        return Settings(auto_provision=False)

    def test_an_unknown_device_is_refused(self, send):
        answer = send(field1="5")
        assert (answer.status_int, answer.text) == (400, "0")
        assert answer.headers["X-ThingClone-Reason"] == (
            f"this account has no device {MAC}: add it first, or turn on auto_provision"
        )
        assert (known(), Channel.select().count()) == ([], 0)

    def test_a_device_that_its_owner_added_writes(self, gardener, send, clock):
        devices.add_device(gardener, MAC, clock.moment)
        assert send(field1="5").text == "1"

    def test_a_write_key_still_remembers_its_device(self, channel, send):
        assert send(key=channel.write_key).text == "1"
        assert known() == [(MAC, channel.id, 1)]


class TestWithALimit:
    @pytest.fixture
    def settings(self):
        return Settings(max_devices=2, write_interval=15)

    def test_an_account_gets_no_more_devices_by_writing(self, channel, send, clock):
        assert [send(mac=mac).text for mac in ("a", "b")] == ["1", "1"]
        answer = send(mac="c")
        assert (answer.status_int, answer.text) == (400, "0")
        assert answer.headers["X-ThingClone-Reason"] == (
            "this account has 2 devices: the limit is 2"
        )
        answer = send(mac="c", key=channel.write_key)
        assert answer.text == "1"
        assert answer.headers["X-ThingClone-Reason"] == (
            "the device was not added: this account has 2 devices: the limit is 2"
        )
        assert Channel.select().count() == 3
        clock.advance(15)
        assert send(mac="a").text == "2"

    def test_the_limit_is_that_of_each_account(self, send, clock):
        neighbour = users.add_user("neighbour", clock.moment)
        assert [send(mac=mac).text for mac in ("a", "b")] == ["1", "1"]
        assert send(mac="c", key=neighbour.api_key).text == "1"

    def test_a_write_that_is_refused_makes_nothing_known(self, channel, send):
        assert send(key=channel.write_key, mac="a").text == "1"
        answer = send(key=channel.write_key, mac="b")
        assert (answer.status_int, answer.text) == (200, "0")
        assert [mac for mac, *_ in known()] == ["a"]


# --- reading --------------------------------------------------------------------------------------


@pytest.fixture
def measured(client, send, clock):
    """A device with its own channel and two entries in it."""
    send(field1="21.5", field2="40")
    clock.advance(15)
    send(field1="22.5", status="window open")


OF_DEVICE = {"mac": "6C-RF-7F-2B-0E-G8", "api_key": KEY}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/fields/1/last.txt", "22.5"),
        ("/fields/2/last", "40"),
        ("/field/1/1.txt", "21.5"),
        (
            "/feeds/last.json",
            '{"created_at":"2024-05-01T12:00:15Z","entry_id":2,"field1":"22.5","field2":null}',
        ),
        (
            "/feeds/entry/1.json",
            '{"created_at":"2024-05-01T12:00:00Z","entry_id":1,"field1":"21.5","field2":"40"}',
        ),
        (
            "/feeds.csv",
            "created_at,entry_id,field1,field2\n"
            "2024-05-01 12:00:00 UTC,1,21.5,40\n2024-05-01 12:00:15 UTC,2,22.5,\n",
        ),
        (
            "/fields/2.csv",
            "created_at,entry_id,field2\n"
            "2024-05-01 12:00:00 UTC,1,40\n2024-05-01 12:00:15 UTC,2,\n",
        ),
        ("/feeds/last_data_age.txt", "0"),
        ("/fields/2/last_data_age.txt", "15"),
        ("/feeds/last_sum.txt?sum=60&field_id=1", "44.0"),
        ("/status/last.txt", "window open"),
        ("/statuses.csv", "created_at,entry_id,status\n2024-05-01 12:00:00 UTC,1,\n"
         "2024-05-01 12:00:15 UTC,2,window open\n"),
    ],
)  # fmt: skip
def test_a_device_reads_its_channel_by_its_mac(client, measured, path, text):
    assert client.get(path, OF_DEVICE).text == text
    assert client.get(f"/channels/1{path}", OF_DEVICE).text == text


def test_the_export_opens_too(client, measured):
    answer = client.get("/stream/channels/1/feeds.csv", OF_DEVICE)
    assert answer.text.count("\n") == 3


def test_a_key_of_the_channel_reads_by_mac_too(client, channel, send):
    send(key=channel.write_key, field1="21.5")
    for key in (channel.write_key, channel.read_key, channel.read_key.lower()):
        answer = client.get("/fields/1/last.txt", {"mac": MAC, "api_key": key})
        assert answer.text == "21.5"


def test_a_key_of_another_channel_does_not_open_that_of_the_device(client, add_channel, send):
    first, second = add_channel(), add_channel()
    send(key=first.write_key, field1="21.5")
    for key in (second.write_key, second.read_key):
        answer = client.get("/fields/1/last.txt", {"mac": MAC, "api_key": key})
        assert (answer.status_int, answer.text) == (200, "-1")


@pytest.mark.parametrize("key", [{}, {"api_key": ""}, {"api_key": "NOSUCHKEY"}])
def test_a_mac_alone_opens_nothing(client, measured, key):
    answer = client.get("/fields/1/last.txt", {"mac": MAC} | key)
    assert (answer.status_int, answer.text) == (200, "-1")
    assert answer.headers["X-ThingClone-Reason"] == (
        "a device is found by its mac and a key: send the user key of its account,"
        " or a key of its channel"
    )
    answer = client.get("/feeds.json", {"mac": MAC} | key)
    assert (answer.status_int, answer.text) == (400, "-1")
    assert client.get("/channels/1/feeds.json", {"mac": MAC} | key).text == "-1"


def test_a_user_key_opens_the_channels_of_its_devices_alone(client, measured, channel, clock):
    neighbour = users.add_user("neighbour", clock.moment)
    devices.add_device(neighbour, "other", clock.moment)
    for path, query in (
        ("/channels/1/feeds.json", {"api_key": KEY}),
        ("/channels/1/feeds.json", {"api_key": KEY, "mac": "unknown"}),
        (f"/channels/{channel.id}/feeds.json", OF_DEVICE),
        ("/channels/1/feeds.json", {"api_key": neighbour.api_key, "mac": MAC}),
        ("/channels/1/feeds.json", {"api_key": neighbour.api_key, "mac": "other"}),
    ):
        answer = client.get(path, query)
        assert (answer.status_int, answer.text) == (400, "-1")


def test_an_unknown_mac_is_not_found(client, measured):
    answer = client.get("/fields/1/last.txt", {"mac": "unknown", "api_key": KEY})
    assert (answer.status_int, answer.text) == (404, "error_resource_not_found")
    assert answer.headers["X-ThingClone-Reason"] == "this account has no device unknown"


def test_without_number_and_mac_there_is_no_channel(client, measured):
    answer = client.get("/feeds.json", {"api_key": KEY})
    assert (answer.status_int, answer.json["error"]["error_code"]) == (
        404,
        "error_resource_not_found",
    )
    assert answer.headers["X-ThingClone-Reason"] == (
        "no channel is named: put its ID in the URL, or send mac=... of a device"
    )


def test_a_public_channel_is_read_whatever_the_mac(client, public_channel, write):
    write(public_channel, field1="5")
    for mac in ("unknown", "x" * 1000, ""):
        query = {"mac": mac}
        assert client.get(f"/channels/{public_channel.id}/fields/1/last.txt", query).text == "5"


# --- in the server's loop -------------------------------------------------------------------------


def test_devices_that_appear_at_once_each_get_one_channel(server):
    def update(number):
        return server.get(f"/update?api_key={KEY}&mac=board-{number % 4}&field1={number}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(update, range(40)))
    assert sorted(answers) == sorted((200, str(number)) for number in range(1, 11) for _ in "1234")
    assert sorted(mac for mac, *_ in known()) == [f"board-{number}" for number in range(4)]
    assert Channel.select().count() == 4


@on_postgresql
def test_several_servers_hear_of_a_device_at_once(database_url, server):
    with running(database_url) as another, ThreadPoolExecutor(8) as pool:

        def update(number):
            asked = (server, another)[number % 2]
            return asked.get(f"/update?api_key={KEY}&mac=board-{number // 8}&field1=1")[0]

        assert list(pool.map(update, range(40))) == [200] * 40
    assert (len(known()), Channel.select().count()) == (5, 5)


@on_sqlite
def test_the_loop_notices_what_the_owner_changes(server, channel):
    url = f"/update?api_key={KEY}&mac={MAC}&field1=1"
    assert server.get(url) == (200, "1")
    device = devices.device_anywhere(MAC)
    devices.change_device(device, channel=channel.id)
    assert server.get(url) == (200, "1")
    assert server.get(url) == (200, "2")
    devices.remove_device(device)
    User.update(api_key="OTHERKEY").execute()
    assert server.get(url) == (400, "0")
