"""What is told of channels and people (contract, sections 9.3 to 9.5 and 10)."""

import json

import pytest

from tests.conftest import NOON
from thingclone.accounts import users
from thingclone.database.models import Channel, Tag, Tagging, User


@pytest.fixture
def tagged(gardener, greenhouse):
    """The contract's channel with a tag."""
    User.update(api_key="USERKEY000000000").execute()
    tag = Tag.create(id=9, name="temp")
    Tagging.create(channel=greenhouse, tag=tag)
    return greenhouse


PUBLIC = (
    '{"id":1417,"name":"Greenhouse","description":"two sensors","latitude":"51.5",'
    '"longitude":"-0.12","created_at":"2023-02-14T19:33:17Z","elevation":null,'
    '"last_entry_id":318,"public_flag":true,"url":null,"ranking":70,"metadata":null,'
    '"license_id":0,"github_url":null,'
)
TAGS = '"tags":[{"id":9,"name":"temp"}]'
PUBLIC_XML = """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <id type="integer">1417</id>
  <name>Greenhouse</name>
  <description>two sensors</description>
  <latitude type="decimal">51.5</latitude>
  <longitude type="decimal">-0.12</longitude>
  <created-at type="dateTime">2023-02-14T19:33:17Z</created-at>
  <elevation nil="true"/>
  <last-entry-id type="integer">318</last-entry-id>
  <public-flag type="boolean">true</public-flag>
  <url nil="true"/>
  <ranking type="integer">70</ranking>
  <metadata nil="true"/>
  <license-id type="integer">0</license-id>
  <github-url nil="true"/>
  <tags type="array">
    <tag>
      <id type="integer">9</id>
      <name>temp</name>
    </tag>
  </tags>
</channel>
"""
NOT_FOUND = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found","details":"The requested resource was not found. '
    'Please check the URL and try again."}}'
)


# --- one channel ----------------------------------------------------------------------------------


def test_anybody_may_know_of_a_public_channel(client, tagged):
    for path in ("/channels/1417.json", "/channels/1417.json?api_key=WRONGKEY00000000"):
        answer = client.get(path)
        assert (answer.status, answer.text) == ("200 OK", PUBLIC + TAGS + "}")
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    answer = client.get("/channels/1417.xml")
    assert (answer.text, answer.headers["Content-Type"]) == (
        PUBLIC_XML,
        "application/xml; charset=utf-8",
    )


def test_a_script_may_know_of_a_public_channel(client, tagged):
    assert client.get("/channels/1417.json?callback=cb").text == f"cb({PUBLIC}{TAGS}}})"


@pytest.mark.parametrize("key", ["GREENHOUSEWRITES", "GREENHOUSE-READS"])
def test_the_keys_of_a_channel_do_not_show_its_keys(client, tagged, key):
    assert client.get(f"/channels/1417.json?api_key={key}").text == PUBLIC + TAGS + "}"


API_KEYS = (
    '"api_keys":[{"api_key":"GREENHOUSEWRITES","write_flag":true},'
    '{"api_key":"GREENHOUSE-READS","write_flag":false}]'
)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?api_key=USERKEY000000000", {}),
        ("?key=userkey000000000", {}),
        ("?apikey=%20USERKEY000000000", {}),
        ("", {"X-THINGSPEAKAPIKEY": "USERKEY000000000"}),
    ],
)
@pytest.mark.parametrize("public", [True, False])
def test_the_owner_sees_the_keys_of_a_channel(client, tagged, query, headers, public):
    Channel.update(public=public).execute()
    flag = f'"public_flag":{str(public).lower()}'
    assert client.get(f"/channels/1417.json{query}", headers=headers).text == (
        PUBLIC.replace('"public_flag":true', flag) + TAGS + "," + API_KEYS + "}"
    )


def test_the_owner_sees_the_keys_in_xml(client, tagged):
    assert client.get("/channels/1417.xml?api_key=USERKEY000000000").text.endswith(
        """  </tags>
  <api-keys type="array">
    <api-key>
      <api-key>GREENHOUSEWRITES</api-key>
      <write-flag type="boolean">true</write-flag>
    </api-key>
    <api-key>
      <api-key>GREENHOUSE-READS</api-key>
      <write-flag type="boolean">false</write-flag>
    </api-key>
  </api-keys>
</channel>
"""
    )


@pytest.mark.parametrize(
    "key", ["", "WRONGKEY00000000", "READKEY000000001", "WRITEKEY00000001", "STRANGER00000000"]
)
@pytest.mark.parametrize("suffix", [".json", ".xml"])
def test_a_private_channel_is_shown_to_its_owner_alone(client, channel, key, suffix):
    users.add_user("stranger", NOON)
    User.update(api_key="STRANGER00000000").where(User.login == "stranger").execute()
    answer = client.get(f"/channels/1{suffix}?api_key={key}")
    assert (answer.status, answer.text) == ("400 Bad Request", "-1")


def test_a_fresh_channel_has_a_place_at_zero_and_a_ranking_of_30(client, add_channel):
    add_channel("Fresh", public=True)
    assert client.get("/channels/1.json").text == (
        '{"id":1,"name":"Fresh","description":null,"latitude":"0.0","longitude":"0.0",'
        '"created_at":"2024-05-01T12:00:00Z","elevation":null,"last_entry_id":null,'
        '"public_flag":true,"url":null,"ranking":30,"metadata":null,"license_id":0,'
        '"github_url":null,"tags":[]}'
    )
    assert client.get("/channels/1.xml").text.endswith('  <tags type="array"/>\n</channel>\n')


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/channels/99.json", NOT_FOUND),
        ("/channels/0.json", NOT_FOUND),
        ("/channels/99999999999999999999.json", NOT_FOUND),
        ("/channels/99", "error_resource_not_found"),
    ],
)
def test_an_unknown_channel_is_answered_with_404(client, channel, path, text):
    answer = client.get(path)
    assert (answer.status, answer.text) == ("404 Not Found", text)


# --- the list of public channels ------------------------------------------------------------------


@pytest.fixture
def publish(add_channel, write):
    """A function that adds an active public channel: two entries make it one."""

    def publish(name, tags=(), **attributes):
        channel = add_channel(name, public=True, **attributes)
        for _ in range(2):
            write(channel, field1="1")
        for tag in tags:
            found, _ = Tag.get_or_create(name=tag)
            Tagging.create(channel=channel, tag=found)
        return channel

    return publish


def listed(client, query=""):
    channels = client.get(f"/channels/public.json?{query}").json["channels"]
    return [channel["name"] for channel in channels]


def test_the_public_list_byte_for_byte(client, tagged):
    answer = client.get("/channels/public.json")
    assert (answer.status, answer.text) == (
        "200 OK",
        '{"pagination":{"current_page":1,"per_page":15,"total_entries":1},"channels":['
        + PUBLIC
        + '"username":"gardener",'
        + TAGS
        + "}]}",
    )


def test_the_public_list_in_xml(client, tagged):
    assert client.get("/channels/public.xml").text.startswith(
        """<?xml version="1.0" encoding="UTF-8"?>
<response>
  <pagination>
    <current-page type="WillPaginate::PageNumber">1</current-page>
    <per-page type="integer">15</per-page>
    <total-entries type="integer">1</total-entries>
  </pagination>
  <channels type="array">
    <channel>
      <id type="integer">1417</id>
"""
    )
    assert client.get("/channels/public.xml").text.endswith(
        """      <github-url nil="true"/>
      <username>gardener</username>
      <tags type="array">
        <tag>
          <id type="integer">9</id>
          <name>temp</name>
        </tag>
      </tags>
    </channel>
  </channels>
</response>
"""
    )


def test_a_list_of_nothing(client):
    assert client.get("/channels/public.json").text == (
        '{"pagination":{"current_page":1,"per_page":15,"total_entries":0},"channels":[]}'
    )
    assert client.get("/channels/public.xml").text.endswith(
        '  <channels type="array"/>\n</response>\n'
    )


def test_only_active_public_channels_are_listed(client, publish, add_channel, write, clock):
    publish("active")
    write(publish("busy"), field1="1")
    write(add_channel("private"), field1="1")
    write(add_channel("one entry", public=True), field1="1")
    add_channel("empty", public=True)
    assert sorted(listed(client)) == ["active", "busy"]
    clock.advance(6 * 86400)
    write(Channel.get(Channel.name == "busy"), field1="1")
    clock.advance(2 * 86400)
    assert listed(client) == ["busy"]


def test_the_best_described_channel_comes_first_then_the_latest_changed(client, publish):
    publish("plain")
    publish("later")
    Channel.update(updated_at=NOON + 1).where(Channel.name == "later").execute()
    publish("described", description="text")
    publish("complete", description="text", url="http://example.org", tags=["x"])
    assert listed(client) == ["complete", "described", "later", "plain"]
    rankings = [
        channel["ranking"] for channel in client.get("/channels/public.json").json["channels"]
    ]
    assert rankings == [85, 50, 30, 30]


def test_pages_have_fifteen_channels(client, publish):
    for number in range(1, 33):
        publish(f"{number}")
    names = []
    for page, size in (("1", 15), ("2", 15), ("3", 2), ("4", 0), ("999999999999", 0)):
        found = client.get(f"/channels/public.json?page={page}").json
        assert len(found["channels"]) == size
        assert found["pagination"] == {
            "current_page": int(page),
            "per_page": 15,
            "total_entries": 32,
        }
        names += [channel["name"] for channel in found["channels"]]
    assert sorted(names, key=int) == [str(number) for number in range(1, 33)]


@pytest.mark.parametrize("page", ["0", "-1", "abc"])
def test_there_is_no_page_before_the_first(client, page):
    answer = client.get(f"/channels/public.json?page={page}")
    assert (answer.status, answer.text) == ("404 Not Found", NOT_FOUND)
    assert client.get(f"/channels/public?page={page}").text == "error_resource_not_found"
    assert "<status>404</status>" in client.get(f"/channels/public.xml?page={page}").text


def test_the_list_of_one_user(client, publish):
    publish("mine")
    users.add_user("stranger", NOON)
    assert listed(client, "username=gardener") == ["mine"]
    assert listed(client, "username=GARDENER") == ["mine"]
    assert listed(client, "username=stranger") == []
    assert listed(client, "username=nobody") == []


def test_the_list_of_a_tag(client, publish):
    publish("a", tags=["temp", "humidity"])
    publish("b", tags=["temp"])
    publish("c", tags=["temperature"])
    publish("d")
    assert sorted(listed(client, "tag=temp")) == ["a", "b"]
    assert sorted(listed(client, "tag=Temp")) == ["a", "b"]
    assert listed(client, "tag=humidity") == ["a"]
    assert listed(client, "tag=nothing") == []


def test_the_list_of_certain_channels(client, publish, add_channel):
    publish("a")
    publish("b")
    publish("c")
    add_channel("private")
    assert sorted(listed(client, "channel_ids=1,3,4,99,abc")) == ["a", "c"]
    assert listed(client, "channel_ids=%202%20") == ["b"]


def test_the_list_of_a_place_is_sorted_by_distance_and_need_not_be_active(client, add_channel):
    for name, latitude, longitude in (
        ("Kew", "51.48", "-0.29"),
        ("Brighton", "50.83", "-0.14"),
        ("Oxford", "51.75", "-1.26"),
        ("Paris", "48.86", "2.35"),
        ("nowhere", None, None),
    ):
        add_channel(name, public=True, latitude=latitude, longitude=longitude)
    add_channel("private", latitude="51.5", longitude="-0.12")
    london = "latitude=51.5&longitude=-0.12&distance="
    assert listed(client, f"{london}1") == []
    assert listed(client, f"{london}20") == ["Kew"]
    assert listed(client, f"{london}100") == ["Kew", "Brighton", "Oxford"]
    assert listed(client, f"{london}400") == ["Kew", "Brighton", "Oxford", "Paris"]


def test_a_place_across_the_date_line_is_near(client, add_channel):
    add_channel("Fiji", public=True, latitude="-17", longitude="179.9")
    assert listed(client, "latitude=-17&longitude=-179.9&distance=30") == ["Fiji"]


def test_the_first_filter_counts(client, publish):
    publish("a", tags=["x"])
    publish("b")
    assert listed(client, "channel_ids=2&username=nobody&tag=x") == ["b"]
    assert sorted(listed(client, "username=gardener&tag=nothing")) == ["a", "b"]
    assert listed(client, "tag=x&latitude=1&longitude=1&distance=1") == ["a"]


# --- people ---------------------------------------------------------------------------------------

PERSON = '"id":1,"login":"gardener","created_at":"2024-05-01T12:00:00Z"'


def test_anybody_may_know_of_a_user(client, gardener):
    for path in ("/users/gardener.json", "/users/gardener", "/users/GARDENER.json"):
        assert client.get(path).text == "{" + PERSON + "}"
    assert client.get("/users/gardener.xml").text == (
        """<?xml version="1.0" encoding="UTF-8"?>
<user>
  <id type="integer">1</id>
  <login>gardener</login>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
</user>
"""
    )


def test_bio_and_website_are_told_of_a_public_profile_alone(client, gardener):
    User.update(bio="grows things", website="http://example.org").execute()
    assert client.get("/users/gardener.json").text == "{" + PERSON + "}"
    User.update(public_profile=True).execute()
    assert client.get("/users/gardener.json").text == (
        "{" + PERSON + ',"bio":"grows things","website":"http://example.org"}'
    )


def test_the_e_mail_is_told_to_its_owner_alone(client, gardener, channel):
    User.update(email="gardener@example.org", api_key="USERKEY000000000").execute()
    own = client.get("/users/gardener.json?api_key=USERKEY000000000").json
    assert own == {
        "id": 1,
        "login": "gardener",
        "created_at": "2024-05-01T12:00:00Z",
        "email": "gardener@example.org",
    }
    for key in ("WRONGKEY00000000", "WRITEKEY00000001", ""):
        assert client.get(f"/users/gardener.json?api_key={key}").text == "{" + PERSON + "}"


@pytest.mark.parametrize("login", ["jane.doe", "a.b.c", "jane.doe@example.org", "json"])
def test_a_login_may_hold_dots(client, database_url, login):
    users.add_user(login, NOON)
    for suffix in ("", ".json", ".html"):
        assert json.loads(client.get(f"/users/{login}{suffix}").text)["login"] == login
        assert client.get(f"/users/{login}/channels{suffix}").text == '{"channels":[]}'
    assert client.get(f"/users/{login}.xml").xml.findtext("login") == login


def test_the_channels_of_a_user(client, tagged, add_channel):
    add_channel("secret")
    public = PUBLIC + '"username":"gardener",' + TAGS + "}"
    assert client.get("/users/gardener/channels.json").text == f'{{"channels":[{public}]}}'
    for key in ("WRONGKEY00000000", "GREENHOUSEWRITES"):
        answer = client.get(f"/users/gardener/channels.json?api_key={key}")
        assert answer.text == f'{{"channels":[{public}]}}'
    own = client.get("/users/gardener/channels.json?key=USERKEY000000000").json["channels"]
    assert sorted(channel["name"] for channel in own) == ["Greenhouse", "secret"]
    text = client.get("/users/gardener/channels.xml").text
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<response>\n  <channels type="array">\n'
        '    <channel>\n      <id type="integer">1417</id>\n'
    )


def test_the_channels_of_a_user_need_not_be_active(client, add_channel):
    add_channel("quiet", public=True)
    found = client.get("/users/gardener/channels.json").json["channels"]
    assert [channel["name"] for channel in found] == ["quiet"]


@pytest.mark.parametrize("path", ["/users/nobody", "/users/nobody/channels"])
def test_an_unknown_user_is_answered_with_404(client, gardener, path):
    answer = client.get(f"{path}.json")
    assert (answer.status, answer.text) == ("404 Not Found", NOT_FOUND)
    assert client.get(path).text == "error_resource_not_found"
    assert "<error-code>error_resource_not_found</error-code>" in client.get(f"{path}.xml").text
