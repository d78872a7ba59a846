"""Making, changing, clearing and removing channels (contract, sections 9.2 and 9.6 to 9.9)."""

import json
from urllib.parse import quote

import pytest

from tests.conftest import NOON
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Channel, Counter, Entry, ReadKey, Tag, Tagging, User
from thingclone.entries import clearing

KEY = "USERKEY000000000"


@pytest.fixture(autouse=True)
def gardener(database_url):
    User.update(api_key=KEY).where(User.id == users.add_user("gardener", NOON)).execute()
    return users.user("gardener")


@pytest.fixture
def stranger(gardener):
    user = users.add_user("stranger", NOON)
    User.update(api_key="STRANGER00000000").where(User.id == user).execute()
    return user


@pytest.fixture
def send(client):
    """A function that sends a form, or JSON, with the user key in the header."""

    def send(method, path, form=None, body=None, key=KEY):
        kind = "application/x-www-form-urlencoded" if body is None else "application/json"
        text = form or "" if body is None else json.dumps(body)
        headers = {"Content-Type": kind, "X-THINGSPEAKAPIKEY": key}
        return client.request(path, method=method, headers=headers, body=text.encode())

    return send


AUTH_REQUIRED = (
    '{"status":"401","error":{"error_code":"error_auth_required",'
    '"message":"Authorization Required",'
    '"details":"Please provide proper authentication details."}}'
)
AUTH_REQUIRED_XML = """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>401</status>
  <error>
    <error-code>error_auth_required</error-code>
    <message>Authorization Required</message>
    <details>Please provide proper authentication details.</details>
  </error>
</hash>
"""
NOT_FOUND = (
    '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found","details":"The requested resource was not found. '
    'Please check the URL and try again."}}'
)
NOT_FOUND_XML = """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>404</status>
  <error>
    <error-code>error_resource_not_found</error-code>
    <message>Resource Not Found</message>
    <details>The requested resource was not found. Please check the URL and try again.</details>
  </error>
</hash>
"""
GREENHOUSE = (
    '{"id":1,"name":"Greenhouse","description":null,"latitude":"0.0","longitude":"0.0",'
    '"created_at":"2024-05-01T12:00:00Z","elevation":null,"last_entry_id":null,'
    '"public_flag":false,"url":null,"ranking":30,"metadata":null,"license_id":0,'
    '"github_url":null,"tags":[]'
)
GREENHOUSE_KEYS = (
    ',"api_keys":[{"api_key":"WRITEKEY00000001","write_flag":true},'
    '{"api_key":"READKEY000000001","write_flag":false}]}'
)
GREENHOUSE_XML = """<channel>
  <id type="integer">1</id>
  <name>Greenhouse</name>
  <description nil="true"/>
  <latitude type="decimal">0.0</latitude>
  <longitude type="decimal">0.0</longitude>
  <created-at type="dateTime">2024-05-01T12:00:00Z</created-at>
  <elevation nil="true"/>
  <last-entry-id type="integer" nil="true"/>
  <public-flag type="boolean">false</public-flag>
  <url nil="true"/>
  <ranking type="integer">30</ranking>
  <metadata nil="true"/>
  <license-id type="integer">0</license-id>
  <github-url nil="true"/>
  <tags type="array"/>
"""
GREENHOUSE_KEYS_XML = """  <api-keys type="array">
    <api-key>
      <api-key>WRITEKEY00000001</api-key>
      <write-flag type="boolean">true</write-flag>
    </api-key>
    <api-key>
      <api-key>READKEY000000001</api-key>
      <write-flag type="boolean">false</write-flag>
    </api-key>
  </api-keys>
</channel>
"""
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

# --- listing --------------------------------------------------------------------------------------


def test_the_list_of_ones_own_channels_in_json(client, channel):
    answer = client.get(f"/channels.json?api_key={KEY}")
    assert (answer.status, answer.text) == ("200 OK", f"[{GREENHOUSE}{GREENHOUSE_KEYS}]")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_list_of_ones_own_channels_in_xml(client, channel):
    answer = client.get(f"/channels.xml?api_key={KEY}")
    indented = "".join(
        f"  {line}\n" for line in (GREENHOUSE_XML + GREENHOUSE_KEYS_XML).splitlines()
    )
    assert answer.text == f'{PROLOG}<channels type="array">\n{indented}</channels>\n'
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"


def test_an_empty_list_of_channels(client):
    assert client.get(f"/channels.json?key={KEY}").text == "[]"
    assert client.get(f"/channels.xml?key={KEY}").text == f'{PROLOG}<channels type="array"/>\n'
    assert client.get(f"/channels?key={KEY}").text == "[]"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (f"?api_key={KEY}", {}),
        (f"?key={KEY}", {}),
        (f"?apikey=%20{KEY.lower()}%20", {}),
        ("", {"X-THINGSPEAKAPIKEY": KEY}),
        ("", {"THINGSPEAKAPIKEY": KEY}),
        ("?api_key=WRONG", {"x-thingspeakapikey": KEY}),
    ],
)
def test_the_user_key_in_every_spelling(client, channel, query, headers):
    assert client.get(f"/channels.json{query}", headers=headers).json[0]["id"] == 1


def test_the_list_holds_no_channels_of_others(client, channel, stranger):
    assert client.get("/channels.json?api_key=STRANGER00000000").text == "[]"


def test_the_list_of_ones_own_channels_with_a_tag(client, send):
    send("POST", "/channels.json", "name=a&tags=temp,humidity")
    send("POST", "/channels.json", "name=b&tags=Temp")
    send("POST", "/channels.json", "name=c")
    for tag, names in (("temp", ["a", "b"]), ("HUMIDITY", ["a"]), ("none", [])):
        found = client.get(f"/channels.json?api_key={KEY}&tag={tag}").json
        assert [channel["name"] for channel in found] == names


# --- who may --------------------------------------------------------------------------------------

CALLS = [
    ("GET", "/channels"),
    ("POST", "/channels"),
    ("PUT", "/channels/1"),
    ("PATCH", "/channels/1"),
    ("DELETE", "/channels/1"),
    ("DELETE", "/channels/1/feeds"),
    ("POST", "/channels/1/clear"),
    ("GET", "/channels/1/api_keys"),
    ("POST", "/channels/1/api_keys"),
    ("PUT", "/channels/1/api_keys/READKEY000000001"),
    ("DELETE", "/channels/1/api_keys/READKEY000000001"),
]


def contents():
    """All that a stranger might have changed."""
    models = (Channel, Counter, ReadKey, Entry, Tagging)
    return [
        list(model.select().order_by(*model._meta.sorted_fields[:2]).dicts()) for model in models
    ]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "this needs a user key: send api_key=... or the header X-THINGSPEAKAPIKEY"),
        ("WRONGKEY00000000", "no account has this user key"),
        (
            "WRITEKEY00000001",
            "this is not a user key: this request needs your user key",
        ),
        (
            "READKEY000000001",
            "this is not a user key: this request needs your user key",
        ),
    ],
)
def test_without_the_user_key_nothing_is_shown_or_changed(
    client, send, channel, write, method, path, key, reason
):
    write(channel, field1="1")
    before = contents()
    for suffix, text in (
        (".json", AUTH_REQUIRED),
        (".xml", AUTH_REQUIRED_XML),
        ("", "error_auth_required"),
    ):
        answer = send(method, path + suffix, "name=mine&write=1&note=x", key=key)
        assert (answer.status, answer.text) == ("401 Unauthorized", text)
        assert answer.headers["X-ThingClone-Reason"] == reason
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert contents() == before
    assert len(AUTH_REQUIRED) == 154


@pytest.mark.parametrize(("method", "path"), CALLS[2:])
@pytest.mark.parametrize("number", ["1", "99", "0", "9" * 40])
def test_a_channel_of_somebody_else_is_as_good_as_none(
    client, send, channel, write, stranger, method, path, number
):
    write(channel, field1="1")
    before = contents()
    path = path.replace("/1", f"/{number}", 1)
    for suffix, text in ((".json", NOT_FOUND), (".xml", NOT_FOUND_XML)):
        answer = send(method, path + suffix, "name=mine&write=1", key="STRANGER00000000")
        assert (answer.status, answer.text) == ("404 Not Found", text)
        assert answer.headers["X-ThingClone-Reason"] == f"you have no channel {number}"
    assert contents() == before


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_suffix_that_is_not_offered_changes_nothing(send, channel, method, path):
    before = contents()
    answer = send(method, f"{path}.csv", "name=changed&write=1")
    assert (answer.status_int, answer.text) == (406, "")
    assert contents() == before


@pytest.mark.parametrize("path", ["/channels/1", "/channels/1/feeds", "/channels/1/api_keys/X"])
def test_a_post_that_means_no_other_method_is_refused(send, channel, path):
    before = contents()
    for form in ("name=x", "_method=post", "_method=get"):
        answer = send("POST", f"{path}.json", form)
        assert (answer.status, answer.text) == (
            "405 Method Not Allowed",
            '{"status":"405","error":{"error_code":"error_method_invalid",'
            '"message":"Method Not Allowed",'
            '"details":"Please use the proper HTTP method for this request."}}',
        )
    assert contents() == before


# --- making ---------------------------------------------------------------------------------------


def test_a_new_channel_in_json(client, send):
    answer = send("POST", "/channels.json", "name=Cellar")
    made = channels.complete_channel(1)
    assert (answer.status, answer.text) == (
        "200 OK",
        '{"id":1,"name":"Cellar","description":null,"latitude":"0.0","longitude":"0.0",'
        '"created_at":"2024-05-01T12:00:00Z","elevation":null,"last_entry_id":null,'
        '"public_flag":false,"url":null,"ranking":30,"metadata":null,"license_id":0,'
        '"github_url":null,"tags":[],"api_keys":['
        f'{{"api_key":"{made.write_key}","write_flag":true}},'
        f'{{"api_key":"{made.read_keys[0].api_key}","write_flag":false}}]}}',
    )
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_new_channel_in_xml(send):
    text = send("POST", "/channels.xml", "name=Greenhouse").text
    made = channels.complete_channel(1)
    keys = GREENHOUSE_KEYS_XML.replace("WRITEKEY00000001", made.write_key)
    keys = keys.replace("READKEY000000001", made.read_keys[0].api_key)
    assert text == PROLOG + GREENHOUSE_XML + keys


def test_a_new_channel_takes_what_it_is_sent_at_once(client, send):
    made = send("POST", "/channels.json", "name=Cellar&field2=Humidity").json
    write_key, read_key = (key["api_key"] for key in made["api_keys"])
    assert client.get(f"/update?api_key={write_key}&field2=40").text == "1"
    assert client.get(f"/channels/1/fields/2/last?api_key={read_key}").text == "40"


WHOLE = {
    "name": "Cellar",
    "description": "cold & dark",
    "elevation": "-3",
    "latitude": "51.5",
    "longitude": "-0.120",
    "url": "http://example.org/",
    "github_url": "https://github.com/example/cellar",
    "license_id": "2",
    "metadata": '{"depth":3}',
    "public_flag": "true",
    "tags": "temp, wine cellar,,Temp",
    "field1": "Temperature",
    "field3": "Humidity",
}
WHOLE_ANSWER = (
    '{"id":1,"name":"Cellar","description":"cold \\u0026 dark","latitude":"51.5",'
    '"longitude":"-0.12","created_at":"2024-05-01T12:00:00Z","elevation":"-3",'
    '"last_entry_id":null,"public_flag":true,"url":"http://example.org/","ranking":85,'
    '"metadata":"{\\"depth\\":3}","license_id":2,'
    '"github_url":"https://github.com/example/cellar",'
    '"tags":[{"id":1,"name":"temp"},{"id":2,"name":"wine cellar"}]'
)
WHOLE_FEED = (
    '{"channel":{"id":1,"name":"Cellar","description":"cold \\u0026 dark","latitude":"51.5",'
    '"longitude":"-0.12","elevation":"-3","field1":"Temperature","field3":"Humidity",'
    '"created_at":"2024-05-01T12:00:00Z","updated_at":"2024-05-01T12:00:00Z",'
    '"last_entry_id":null,"metadata":"{\\"depth\\":3}"},"feeds":[]}'
)


@pytest.mark.parametrize("way", ["form", "json", "query"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_all_that_can_be_said_of_a_channel(client, send, method, way):
    path = "/channels.json"
    if method != "POST":
        path = f"/channels/{send('POST', path, 'name=x&field1=y').json['id']}.json"
    form = "&".join(f"{name}={quote(value)}" for name, value in WHOLE.items())
    if way == "json":
        answer = send(method, path, body=WHOLE | {"public_flag": True, "license_id": 2})
    elif way == "form":
        answer = send(method, path, form)
    else:
        answer = send(method, f"{path}?{form}")
    assert answer.text.startswith(WHOLE_ANSWER + ',"api_keys":[')
    assert client.get("/channels/1.json").text == WHOLE_ANSWER + "}"
    assert client.get("/channels/1/feeds.json?results=0&metadata=true").text == WHOLE_FEED


def test_numbers_of_a_json_body_are_stored_as_text(send):
    body = {"name": 5, "elevation": 35.5, "latitude": 51.5, "field1": True, "description": None}
    made = send("POST", "/channels.json", body=body).json
    assert [made[name] for name in ("name", "elevation", "latitude", "description")] == [
        "5", "35.5", "51.5", None,
    ]  # fmt: skip
    assert Channel.get().field1 == "true"


@pytest.mark.parametrize("form", ["", "name=", "name=%20"])
def test_a_channel_without_a_name_is_called_by_its_number(send, form):
    assert send("POST", "/channels.json", form).json["name"] == "Channel 1"


def test_a_channel_without_fields_gets_a_first_one(client, send):
    send("POST", "/channels.json", "public_flag=true&field2=&field3=%20")
    assert client.get("/channels/1/feeds.json?results=0").json["channel"]["field1"] == (
        "Field Label 1"
    )
    send("POST", "/channels.json", "public_flag=true&field2=Humidity")
    feed = client.get("/channels/2/feeds.csv?results=0").text
    assert feed == "created_at,entry_id,field2\n"


@pytest.mark.parametrize(
    ("flag", "public"),
    [("true", True), ("TRUE", True), ("1", True), ("on", True), ("false", False), ("0", False),
     ("", False), ("maybe", False)],
)  # fmt: skip
def test_a_channel_is_private_unless_it_is_opened(send, flag, public):
    made = send("POST", "/channels.json", f"public_flag={flag}").json
    assert made["public_flag"] is public


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("abc", "0.0"),
        ("", None),
        ("40", "40.0"),
        ("1e3", "1000.0"),
        ("-0.12345678901", "-0.123456789"),
    ],
)
def test_places_are_decimals(send, sent, kept):
    assert send("POST", "/channels.json", f"latitude={sent}").json["latitude"] == kept
    assert send("PUT", "/channels/1.json", f"longitude={sent}").json["longitude"] == kept


def test_long_texts_are_cut_off_and_the_reason_says_so(client, send):
    names = ("name", "description", "url", "github_url", "elevation", "field1", "tags")
    answer = send("POST", "/channels.json", "&".join(f"{name}={'é' * 256}" for name in names))
    assert answer.status_int == 200
    made = answer.json
    for name in ("name", "description", "url", "github_url", "elevation"):
        assert made[name] == "é" * 255
    assert made["tags"] == [{"id": 1, "name": "é" * 255}]
    assert Channel.get().field1 == "é" * 255
    assert answer.headers["X-ThingClone-Reason"].startswith(
        "name was truncated to 255 characters; description was truncated to 255 characters"
    )


def test_metadata_takes_64_kilobytes(send):
    for method, path in (("POST", "/channels.json"), ("PUT", "/channels/1.json")):
        answer = send(method, path, body={"metadata": "é" * 32_768})
        assert answer.json["metadata"] == "é" * 32_767
        assert answer.headers["X-ThingClone-Reason"] == "metadata was truncated to 65535 bytes"
    whole = send("PUT", "/channels/1.json", body={"metadata": "x" * 65_535})
    assert whole.json["metadata"] == "x" * 65_535
    assert "X-ThingClone-Reason" not in whole.headers


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"name": ["a"]}, "name must be text, not a list or an object"),
        ({"description": {"a": 1}}, "description must be text, not a list or an object"),
        ({"metadata": {"depth": 3}}, "metadata must be text, not a list or an object"),
        ({"field1": []}, "field1 must be text, not a list or an object"),
        ({"tags": {"a": "b"}}, "tags must be text, not a list or an object"),
        ({"tags": [["a"]]}, "a tag must be text, not a list or an object"),
        ({"tags": list(range(101))}, "101 tags are too many: a channel can have at most 100"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/channels"), ("PUT", "/channels/1")])
def test_what_cannot_be_said_of_a_channel(send, channel, method, path, body, reason):
    before = contents()
    answer = send(method, f"{path}.json", body=body | {"url": "http://example.org"})
    assert (answer.status, answer.text) == (
        "400 Bad Request",
        '{"status":"400","error":{"error_code":"error_bad_request","message":"Bad Request",'
        f'"details":"{reason}"}}}}',
    )
    assert contents() == before


def test_a_body_that_is_no_json_is_refused(client, channel):
    headers = {"Content-Type": "application/json", "X-THINGSPEAKAPIKEY": KEY}
    for path in ("/channels.json", "/channels/1.json"):
        for body in (b'{"name":', b"[]", b'"x"'):
            answer = client.request(
                path,
                method="POST" if path == "/channels.json" else "PUT",
                headers=headers,
                body=body,
            )
            assert answer.status_int == 400
            assert answer.text.startswith(
                '{"status":"400","error":{"error_code":"error_bad_request"'
            )
    assert Channel.select().count() == 1


# --- tags -----------------------------------------------------------------------------------------


def tags_of(answer):
    return [tag["name"] for tag in answer.json["tags"]]


def test_channels_share_their_tags_whatever_the_case(send):
    first = send("POST", "/channels.json", "tags=temp,wine").json["tags"]
    second = send("POST", "/channels.json", "tags=WINE,Temp").json["tags"]
    assert second == first[::-1]
    assert Tag.select().count() == 2


def test_tags_are_replaced_as_a_whole(send):
    send("POST", "/channels.json", "tags=temp,wine")
    assert tags_of(send("PUT", "/channels/1.json", "tags=wine,cold")) == ["wine", "cold"]
    assert tags_of(send("PUT", "/channels/1.json", "name=Cellar")) == ["wine", "cold"]
    assert tags_of(send("PUT", "/channels/1.json", body={"tags": ["a", "b"]})) == ["a", "b"]
    assert tags_of(send("PUT", "/channels/1.json", "tags=")) == []


def test_tags_in_xml(send):
    text = send("POST", "/channels.xml", "tags=temp").text
    assert (
        """  <tags type="array">
    <tag>
      <id type="integer">1</id>
      <name>temp</name>
    </tag>
  </tags>
"""
        in text
    )


def test_a_channel_is_found_by_its_new_tag(client, send, channel, write):
    write(channel, field1="1")
    write(channel, field1="2")
    send("PUT", "/channels/1.json", "tags=temp&public_flag=true")
    found = client.get("/channels/public.json?tag=temp").json
    assert [one["id"] for one in found["channels"]] == [1]


# --- changing -------------------------------------------------------------------------------------


def test_a_changed_channel_in_json_and_xml(send, channel):
    answer = send("PUT", "/channels/1.json", "name=Cellar")
    changed = GREENHOUSE.replace("Greenhouse", "Cellar")
    assert (answer.status, answer.text) == ("200 OK", changed + GREENHOUSE_KEYS)
    answer = send("PUT", "/channels/1.xml", "name=Greenhouse")
    assert answer.text == PROLOG + GREENHOUSE_XML + GREENHOUSE_KEYS_XML


def test_only_what_is_given_changes(client, send, channel, clock):
    before = Channel.get()
    clock.advance(60)
    send("PATCH", "/channels/1.json", "description=two+sensors")
    after = Channel.get()
    assert (after.description, after.updated_at) == ("two sensors", NOON + 60_000_000)
    after.description, after.updated_at = before.description, before.updated_at
    assert after.__data__ == before.__data__


def test_a_change_that_is_none_leaves_updated_at(send, channel, clock):
    clock.advance(60)
    for form in ("", "name=Greenhouse&field1=Temperature&tags=", "unknown=1", "field7="):
        assert send("PUT", "/channels/1.json", form).status_int == 200
    assert Channel.get().updated_at == NOON
    send("PUT", "/channels/1.json", "tags=new")
    assert Channel.get().updated_at == NOON + 60_000_000


@pytest.mark.parametrize(
    ("path", "form", "headers"),
    [
        ("/channels/1.json", "_method=put&name=Cellar", {}),
        ("/channels/1.json", "_method=PATCH&name=Cellar", {}),
        ("/channels/1.json", "name=Cellar", {"X-HTTP-Method-Override": "PUT"}),
        (f"/channels/1.json?api_key={KEY}", "_method=put&name=Cellar", {}),
    ],
)
def test_a_form_of_a_browser_changes_a_channel(client, channel, path, form, headers):
    form = form if "api_key" in path else f"{form}&api_key={KEY}"
    answer = client.post(path, form, headers=headers)
    assert answer.json["name"] == "Cellar"
    assert Channel.get().name == "Cellar"


def test_a_label_that_is_emptied_hides_the_field_and_keeps_its_data(client, send, channel, write):
    write(channel, field1="21.5", field2="40")
    send("PUT", "/channels/1.json", "field2=")
    feed = "/channels/1/feeds.csv?api_key=READKEY000000001"
    assert client.get(feed).text == ("created_at,entry_id,field1\n2024-05-01 12:00:00 UTC,1,21.5\n")
    write(channel, field2="41")  # hidden on purpose: it gets no label
    assert client.get(feed).text.startswith("created_at,entry_id,field1\n")
    send("PUT", "/channels/1.json", "field2=Humidity")
    assert client.get(feed).text == (
        "created_at,entry_id,field1,field2\n"
        "2024-05-01 12:00:00 UTC,1,21.5,40\n2024-05-01 12:00:00 UTC,2,,41\n"
    )


def test_a_form_with_empty_labels_does_not_keep_new_fields_from_being_shown(
    client, send, channel, write
):
    send("PUT", "/channels/1.json", "name=x&field1=Temperature&field2=Humidity&field3=&field4=")
    write(channel, field3="7")
    answer = client.get("/channels/1/fields/3/last?api_key=READKEY000000001")
    assert answer.text == "7"


def test_null_empties(send, channel, write):
    send("PUT", "/channels/1.json", "description=x&metadata=y&latitude=5&url=z")
    body = dict.fromkeys(("description", "metadata", "latitude", "url", "name", "field1"))
    changed = send("PUT", "/channels/1.json", body=body).json
    assert [changed[name] for name in ("description", "metadata", "latitude", "url")] == [None] * 4
    assert changed["name"] == "Channel 1"
    write(channel, field1="21.5")  # hidden on purpose: it gets no label
    assert Channel.get().labels == {"field2": "Humidity"}


def test_a_channel_is_opened_and_closed(client, send, channel, write):
    write(channel, field1="21.5")
    assert client.get("/channels/1/feeds.json").text == "-1"
    send("PUT", "/channels/1.json", "public_flag=true")
    assert client.get("/channels/1/fields/1/last").text == "21.5"
    send("PUT", "/channels/1.json", "public_flag=false")
    assert client.get("/channels/1/fields/1/last").text == "-1"


# --- clearing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "form", "text"),
    [
        ("DELETE", "/channels/1/feeds.json", "", "[]"),
        ("DELETE", "/channels/1/feeds.xml", "", PROLOG + '<nil-classes type="array"/>\n'),
        ("DELETE", "/channels/1/feeds", "", "[]"),
        ("POST", "/channels/1/feeds.json", "_method=delete", "[]"),
        ("POST", "/channels/1/clear", "", "[]"),
        ("POST", "/channels/1/clear.json", "", "[]"),
        ("POST", "/channels/1/clear.xml", "", PROLOG + '<nil-classes type="array"/>\n'),
    ],
)
def test_a_cleared_channel_counts_from_1_again(
    client, send, add_channel, write, method, path, form, text
):
    channel, other = add_channel(), add_channel("Cellar")
    for value in ("1", "2", "3"):
        write(channel, field1=value, status="s")
        write(other, field1=value)
    answer = send(method, path, form)
    assert (answer.status, answer.text) == ("200 OK", text)
    key = "api_key=READKEY000000001"
    feed = client.get(f"/channels/1/feeds.json?{key}").text
    assert feed.endswith('"last_entry_id":null},"feeds":[]}')
    assert client.get(f"/channels/1/feeds/last.json?{key}").text == "-1"
    assert client.get(f"/channels/1/fields/1/last?{key}").text == "-1"
    assert client.get(f"/channels/1.json?api_key={KEY}").json["last_entry_id"] is None
    assert write(channel, field2="40") == 1
    assert client.get(f"/channels/1/fields/1/last?{key}").text == "-1"
    assert client.get(f"/channels/1/fields/2/last?{key}").text == "40"
    assert write(other, field1="4") == 4


def test_a_cleared_channel_keeps_its_settings_and_keys(client, send, channel, write):
    write(channel, field1="1")
    before = client.get(f"/channels/1.json?api_key={KEY}").json
    send("POST", "/channels/1/clear.json")
    after = client.get(f"/channels/1.json?api_key={KEY}").json
    assert after == before | {"last_entry_id": None}


def test_an_old_entry_after_clearing_does_not_count_as_late(client, send, channel, write):
    write(channel, "2024-05-01 12:00:00", field1="1")
    send("POST", "/channels/1/clear.json")
    write(channel, "2024-01-01 12:00:00", field1="2")
    assert Entry.get().overtaken_by is None
    lines = client.get("/channels/1/feeds.csv?api_key=READKEY000000001").text.splitlines()
    assert lines[1:] == ["2024-01-01 12:00:00 UTC,1,2,"]


def test_many_entries_go_in_slices(client, send, channel, monkeypatch):
    monkeypatch.setattr(clearing, "REMOVED_AT_ONCE", 10)
    updates = [{"delta_t": 1, "field1": number} for number in range(35)]
    body = json.dumps({"write_api_key": "WRITEKEY00000001", "updates": updates})
    client.post("/channels/1/bulk_update.json", body)
    assert clearing.clear_channel(channel) == 35
    assert Entry.select().count() == 0
    client.post("/channels/1/bulk_update.json", body)
    assert client.get("/channels/1/feeds/last.json?key=READKEY000000001").json["entry_id"] == 35
    assert clearing.remove_channel(channel) == 35
    assert contents() == [[], [], [], [], []]


# --- removing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "form", "text"),
    [
        ("DELETE", "/channels/1.json", "", GREENHOUSE + "}"),
        ("DELETE", "/channels/1", "", GREENHOUSE + "}"),
        ("DELETE", "/channels/1.xml", "", PROLOG + GREENHOUSE_XML + "</channel>\n"),
        ("POST", "/channels/1.json", "_method=delete", GREENHOUSE + "}"),
    ],
)
def test_a_removed_channel_is_told_for_the_last_time(
    client, send, channel, method, path, form, text
):
    answer = send(method, path, form)
    assert (answer.status, answer.text) == ("200 OK", text)
    assert client.get(f"/channels/1.json?api_key={KEY}").text == NOT_FOUND
    assert client.get("/channels/1/feeds.json?api_key=READKEY000000001").text == NOT_FOUND
    answer = client.get("/update?api_key=WRITEKEY00000001&field1=1")
    assert (answer.status_int, answer.text) == (400, "0")


def test_a_removed_channel_leaves_nothing_behind_and_its_number_is_not_given_again(
    client, send, add_channel, write
):
    channel, other = add_channel(), add_channel("Cellar")
    send("PUT", "/channels/1.json", "tags=a,b")
    write(channel, field1="1")
    write(other, field1="2")
    send("DELETE", "/channels/1.json")
    assert [channel.id for channel in Channel.select()] == [2]
    assert [counter.channel_id for counter in Counter.select()] == [2]
    assert [key.channel_id for key in ReadKey.select()] == [2]
    assert [entry.channel_id for entry in Entry.select()] == [2]
    assert Tagging.select().count() == 0
    assert send("POST", "/channels.json", "name=New").json["id"] == 3
    assert send("DELETE", "/channels/1.json").text == NOT_FOUND
