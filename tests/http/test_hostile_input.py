"""Whatever a client sends: no answer is a fault of ours, none is a page, none shows a stack trace,
and a write that is refused stores nothing.
"""

import io
import json
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thingclone.app import create_app
from thingclone.database.models import Counter, Entry, User
from thingclone.settings import Settings

hostile = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# --- what they send -------------------------------------------------------------------------------

PUBLIC, PRIVATE = "1", "2"
KEYS = st.sampled_from(
    ["WRITEKEY00000001", "writekey00000002 ", "READKEY000000002", "TALKBACKKEY00001", "WRONG", "",
     "\0", "ß", "0"]
)  # fmt: skip
ODD_TEXTS = st.sampled_from([
    "", " ", "0", "-1", "1", "60", "8001", "1e999", "-1e999", "nan", "inf",
    "9" * 40, "-" + "9" * 40, "0000-00-00", "0000-00-00 00:00:00", "1000-01-01",
    "9999-12-31T23:59:59+14:00", "99999-01-01", "2024-02-30", "2024-01-30 10:26:21 +99:99",
    "Wed, 31 Foo 0000 99:99:99", "1714564800", "true", "TRUE", "false", "null",
    "daily", "10abc", "json", "xml", "csv", "ip_address", "field1",
    "America/New_York", "../../etc/passwd", "UTC", "x" * 300, "x" * 100_000, "\\n", "a\\r\\n",
    "\0", "\ufffd", "\u2028", "🌱", "٣", "%", "%00", "<script>", "'; DROP TABLE entries; --",
    "\r\nSet-Cookie: a=b", "{}", "[]", "[" * 10_000, '"', "=", "&", ";", "|", "1,2|3,4|",
])  # fmt: skip
TEXTS = ODD_TEXTS | st.text(max_size=20)
BYTES = TEXTS.map(lambda text: text.encode("utf-8")) | st.binary(max_size=20)
WRITE_NAMES = st.sampled_from([
    *(f"field{number}" for number in range(10)), *"0123456789", "lat", "latitude", "long",
    "longitude", "elevation", "status", "created_at", "delta_t", "timezone", "offset", "headers",
    "tstream", "talkback_key", "key", "apikey", "format", "tweet", "updates", "time_format",
    "write_api_key", "callback", "a[]", "a[b]", "\0", "",
])  # fmt: skip
READ_NAMES = st.sampled_from(
    "results days minutes start end start_entry_id end_entry_id timezone offset status location"
    " metadata min max round timescale sum average median callback prepend append headers format"
    " field_id page tag username latitude longitude distance channel_ids key command_string"
    " position".split()
)
CHANNELS = st.sampled_from([PUBLIC, PUBLIC, PRIVATE, "0", "3", "007", "4294967297", "9" * 40, "x"])
SEGMENTS = st.sampled_from(
    ["last", "1", "2", "field1", "12", "0", "-1", "9" * 40, "abc", "\0", "%", "ä", "a.b", " "]
)
ROUTES = [
    "/channels/{0}", "/channels/{0}/feeds", "/channels/{0}/feeds/{1}", "/channels/public",
    "/channels/{0}/feed/entry/{1}", "/channels/{0}/feeds/last_data_age",
    "/channels/{0}/feeds/last_average", "/channels/{0}/feed/last_sum",
    "/channels/{0}/fields/{1}", "/channels/{0}/fields/{1}/{2}",
    "/channels/{0}/field/{1}/last_data_age", "/channels/{0}/status", "/channels/{0}/status/{1}",
    "/channels/{0}/status/recent", "/stream/channels/{0}/feeds", "/users/{1}",
    "/users/{1}/channels", "/users/gardener", "/channels", "/channels/{0}/clear",
    "/channels/{0}/api_keys", "/channels/{0}/api_keys/{1}", "/users/api_login",
    "/users/new_api_key", "/channels/{0}/bulk_update", "/update", "/",
    "/talkbacks/{0}/commands", "/talkbacks/{0}/commands/{1}", "/talkbacks/{0}/commands/execute",
    "/talkbacks/{0}/commands/last", "/channels/{0}/journal", "/crossdomain", "/{1}/{2}",
]  # fmt: skip
SUFFIXES = ["", *".json .xml .csv .txt .text .html .JSON .exe . ..json /".split()]
READ_PATHS = st.builds(
    lambda route, channel, first, second, suffix: route.format(channel, first, second) + suffix,
    st.sampled_from(ROUTES), CHANNELS, SEGMENTS, SEGMENTS, st.sampled_from(SUFFIXES),
)  # fmt: skip
METHODS = st.sampled_from("GET GET GET POST HEAD PUT DELETE OPTIONS PATCH TRACE BREW get".split())
CONTENT_TYPES = st.sampled_from([
    "", "application/x-www-form-urlencoded", "application/json", "application/xml", "text/csv",
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=X",
    'multipart/form-data; boundary="', "multipart/form-data; boundary=X; charset=rot13",
    "application/json; charset=utf-7", "\xff", "x" * 1000, "/", "json",
])  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        "ACCEPT ACCEPT_ENCODING ACCEPT_LANGUAGE IF_NONE_MATCH IF_MODIFIED_SINCE RANGE HOST COOKIE"
        " AUTHORIZATION ORIGIN REFERER USER_AGENT X_FORWARDED_FOR X_REAL_IP X_HTTP_METHOD_OVERRIDE"
        " X_THINGSPEAKAPIKEY THINGSPEAKAPIKEY TRANSFER_ENCODING EXPECT".split()
    ).map("HTTP_{}".format),
    BYTES.map(lambda value: value.decode("latin-1"))
    | st.sampled_from(["application/json", "*/*", "gzip", "gzip;q=0", "chunked", "bytes=0-1", "*"]),
    max_size=4,
)
JSON_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.integers(10**18, 10**60)
)
JSON_VALUES = st.recursive(
    JSON_LEAVES,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXTS, children, max_size=3),
    max_leaves=8,
)


def encoded(pairs: list[tuple[str, bytes]], raw: bool) -> bytes:
    """A query or a form, its values quoted or not."""
    quote = bytes if raw else lambda value: quote_from_bytes(value).encode()
    return b"&".join(name.encode() + b"=" + quote(value) for name, value in pairs)


def forms(names) -> st.SearchStrategy[bytes]:
    return st.builds(encoded, st.lists(st.tuples(names, BYTES), max_size=6), st.booleans())


def multipart(pairs: list[tuple[str, bytes]]) -> bytes:
    head = 'Content-Disposition: form-data; name="{}"\r\n\r\n'
    parts = [head.format(name).encode() + value + b"\r\n" for name, value in pairs]
    return b"".join(b"--X\r\n" + part for part in parts) + b"--X--\r\n"


# --- what they get --------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes


@pytest.fixture
def call(database_url, clock, add_channel, door_talkback):
    """A function that sends these very bytes to the app, which has two channels with odd entries
    and a TalkBack; the answer is a civil one, or the test fails.
    """
    channels = add_channel(public=True, latitude="51.5"), add_channel()
    app = create_app(Settings(max_body=200_000, max_bulk=50), clock)

    def call(path, query=b"", body=b"", method="GET", content_type="", **headers) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": (path if isinstance(path, bytes) else path.encode()).decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
        } | headers
        started = []
        answer = app(
            environ, lambda status, headers, exc_info=None: started.append((status, headers))
        )
        text = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        app.services.notebook.write()
        ((status, headers),) = started
        return civil(Answer(int(status.split()[0]), dict(headers), text))

    for channel in channels:
        for date, value in (("1000-01-02", "1,5"), ("9999-12-29", "NaN"), ("2024-05-01", "<&>\0")):
            written = call(
                "/update", encoded([("created_at", date.encode()), ("field1", value.encode()),
                ("field2", b"7"), ("key", channel.write_key.encode())], raw=False)
            )  # fmt: skip
            assert written.status == 200
    return call


def civil(answer: Answer) -> Answer:
    assert 200 <= answer.status < 500, answer
    assert "html" not in answer.headers.get("Content-Type", ""), answer
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in answer.body
    for name, value in answer.headers.items():
        assert value.isprintable(), (name, value)
    return answer


def stored() -> tuple[int, int]:
    """How many entries there are; each channel has them numbered from 1 without gaps."""
    counted = [counter.last_entry_id for counter in Counter.select().order_by(Counter.channel)]
    ids = [
        [entry.entry_id for entry in Entry.select(Entry.entry_id).where(Entry.channel == channel)]
        for channel in (int(PUBLIC), int(PRIVATE))
    ]
    assert [sorted(numbers) for numbers in ids] == [list(range(1, last + 1)) for last in counted]
    return sum(counted)


def assert_stored_if_acknowledged(answer: Answer, before: int):
    if answer.status == 200 and answer.body != b"0":
        assert stored() == before + 1
    else:
        assert (answer.status, answer.body) in [(400, b"0"), (413, b"0")]
        assert stored() == before


# --- writing --------------------------------------------------------------------------------------


@hostile
@given(
    query=forms(WRITE_NAMES) | st.binary(max_size=60),
    body=forms(WRITE_NAMES) | st.binary(max_size=60),
    key=KEYS,
    suffix=st.sampled_from(["", ".json", ".xml", ".csv", ".JSON"]),
    content_type=CONTENT_TYPES,
    headers=HEADERS,
)
def test_update_takes_any_query_and_any_form(call, query, body, key, suffix, content_type, headers):
    before = stored()
    query += b"&api_key=" + quote_from_bytes(key.encode()).encode()
    answer = call(f"/update{suffix}", query, body, "POST", content_type, **headers)
    assert_stored_if_acknowledged(answer, before)


@hostile
@given(pairs=st.lists(st.tuples(WRITE_NAMES, BYTES), max_size=6), key=KEYS, cut=st.integers(0, 40))
def test_update_takes_any_multipart_body(call, pairs, key, cut):
    before = stored()
    body = multipart([*pairs, ("api_key", key.encode())])
    content_type = "multipart/form-data; boundary=X"
    answer = call("/update.json", b"", body[: len(body) - cut], "POST", content_type)
    assert_stored_if_acknowledged(answer, before)


@hostile
@given(
    members=st.dictionaries(WRITE_NAMES | st.just("api_key"), JSON_VALUES, max_size=6),
    key=KEYS | JSON_VALUES,
    suffix=st.sampled_from(["", ".json", ".xml"]),
)
def test_update_takes_any_json_object(call, members, key, suffix):
    before = stored()
    body = json.dumps({"key": key} | members).encode()[:200_000]
    answer = call(f"/update{suffix}", b"", body, "POST", "application/json")
    assert_stored_if_acknowledged(answer, before)


MESSAGES = st.one_of(
    st.dictionaries(WRITE_NAMES, JSON_LEAVES, max_size=4),
    st.fixed_dictionaries(
        {"created_at": JSON_LEAVES | st.integers(-(10**11), 10**12)},
        optional={"field1": JSON_LEAVES, "status": JSON_LEAVES, "lat": JSON_LEAVES},
    ),
    st.fixed_dictionaries({"delta_t": st.integers(-1, 10**10) | JSON_LEAVES}),
)


@hostile
@given(
    updates=st.lists(MESSAGES, max_size=4) | JSON_VALUES,
    key=KEYS,
    channel=CHANNELS,
    members=st.dictionaries(WRITE_NAMES, JSON_VALUES, max_size=2),
)
def test_a_bulk_write_takes_any_json(call, updates, key, channel, members):
    before = stored()
    body = {"updates": updates, "write_api_key": key} | members
    url = f"/channels/{channel}/bulk_update.json"
    answer = call(url, b"", json.dumps(body).encode(), "POST", "application/json")
    assert answer.status in (202, 400, 401, 404, 413)
    assert stored() == before or answer.status == 202
    for form in ("json", "xml", "csv"):
        call(f"/channels/{channel}/feeds.{form}", b"timezone=Asia/Tokyo&key=" + key.encode())


@hostile
@given(
    lines=st.lists(st.lists(TEXTS, max_size=14).map(",".join), max_size=4).map("|".join),
    time_format=st.sampled_from(["absolute", "relative", "", "\0"]),
    key=KEYS,
    raw=st.booleans(),
)
def test_a_bulk_write_takes_any_csv(call, lines, time_format, key, raw):
    before = stored()
    body = encoded(
        [
            ("write_api_key", key.encode()),
            ("time_format", time_format.encode()),
            ("updates", lines.encode()),
        ],
        raw,
    )
    answer = call("/channels/1/bulk_update.csv", b"", body, "POST")
    assert answer.status in (202, 400, 401, 413)
    assert stored() == before or answer.status == 202


# --- managing -------------------------------------------------------------------------------------

SETTINGS = st.sampled_from(
    "name description elevation url github_url metadata tags latitude longitude field1 field8"
    " public_flag license_id note api_key[note] write tag login password _method headers format"
    " callback".split()
)
CHANGES = st.sampled_from([
    ("POST", "/channels"), ("PUT", "/channels/1"), ("PATCH", "/channels/2"), ("GET", "/channels"),
    ("POST", "/channels/1"), ("DELETE", "/channels/3"), ("DELETE", "/channels/1/feeds"),
    ("PUT", "/channels/9"), ("POST", "/channels/2/clear"), ("GET", "/channels/1/api_keys"),
    ("POST", "/channels/1/api_keys"), ("PUT", "/channels/1/api_keys/READKEY000000001"),
    ("DELETE", "/channels/1/api_keys/X"), ("POST", "/users/api_login"),
])  # fmt: skip


@hostile
@given(
    change=CHANGES,
    body=st.dictionaries(SETTINGS, JSON_VALUES, max_size=6),
    form=forms(SETTINGS),
    suffix=st.sampled_from(["", ".json", ".xml", ".csv"]),
)
def test_the_owner_may_say_anything_of_a_channel(call, change, body, form, suffix):
    User.update(api_key="USERKEY000000000").execute()
    method, path = change
    key = {"HTTP_X_THINGSPEAKAPIKEY": "USERKEY000000000"}
    data = json.dumps(body).encode()[:200_000]
    call(path + suffix, b"", data, method, "application/json", **key)
    call(path + suffix, b"", form, method, "application/x-www-form-urlencoded", **key)
    call(path + suffix, form, b"", method, **key)
    for shown in (
        "/channels.xml",
        "/channels.json",
        "/channels/public.xml",
        "/channels/1/feeds.xml",
    ):
        call(shown, b"key=USERKEY000000000")


# --- reading --------------------------------------------------------------------------------------


@hostile
@given(path=READ_PATHS, query=forms(READ_NAMES), headers=HEADERS, key=KEYS)
def test_every_read_takes_any_parameters(call, path, query, headers, key):
    before = stored()
    query += b"&api_key=" + quote_from_bytes(key.encode()).encode()
    answer = call(path, query, **headers)
    assert stored() == before or (path.startswith("/update") and answer.status == 200)


@hostile
@given(path=READ_PATHS, members=st.dictionaries(READ_NAMES, JSON_VALUES, max_size=4))
def test_every_read_takes_any_json_body(call, path, members):
    body = json.dumps(members).encode()[:200_000]
    call(path, b"", body, "GET", "application/json")


@hostile
@given(
    path=READ_PATHS | st.binary(max_size=40) | st.lists(SEGMENTS, max_size=8).map("/".join),
    query=st.binary(max_size=40),
    body=st.binary(max_size=40),
    method=METHODS,
    content_type=CONTENT_TYPES,
    headers=HEADERS,
)
def test_any_request_at_all_gets_a_civil_answer(
    call, path, query, body, method, content_type, headers
):
    before = stored()
    call(path, query, body, method, content_type, **headers)
    assert stored() == before


@pytest.mark.parametrize("channel", [PUBLIC, PRIVATE, "3"])
def test_every_route_with_every_suffix_gets_a_civil_answer(call, channel):
    query = b"average=60&sum=60&callback=show&status=true&location=true&round=1"
    segments = (("1", "1"), ("last", "last"), ("gardener", "2"))
    for route, suffix, (first, second) in product(ROUTES, SUFFIXES, segments):
        call(route.format(channel, first, second) + suffix, query)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/users/\0.json", b""),
        ("/users/\0/channels.json", b""),
        ("/channels/public.json", b"latitude=1e999&longitude=0&distance=1"),
        ("/channels/public.json", b"latitude=0&longitude=-1e999&distance=1e999"),
        ("/channels/public.json", b"page=" + b"9" * 40),
        ("/channels/1/feeds.json", b"offset=" + b"9" * 40),
        ("/channels/1/feeds.json", b"results=1e999"),
        ("/channels/1/feeds.json", b"results=" + b"9" * 5000),
        ("/channels/1/feeds.json", b"days=" + b"9" * 40),
        ("/channels/1/feeds.json", b"start=0000-00-00&end=99999-01-01"),
        ("/channels/1/feeds.json", b"average=10&results=8000&round=" + b"9" * 40),
        ("/channels/1/feeds/last_average.json", b"average=" + b"9" * 40),
        ("/channels/1/feeds.json", b"timezone=" + b"x" * 100_000),
        ("/channels/" + "9" * 40 + "/feeds.json", b""),
        ("/channels/1/feeds/" + "9" * 40 + ".json", b""),
        ("/channels/1/fields/" + "9" * 40 + "/last.json", b""),
    ],
)
def test_these_requests_get_a_civil_answer(call, path, query):
    call(path, query)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_may_be_nested_at_any_depth(call, opening, closing):
    before = stored()
    depths = (50, 99, 150, 300, 500, 700, 850, 900, 950, 1000, 10_000)
    names = ("key", "field1", "lat", "created_at", "timezone", "\\u0041")
    for depth, name in product(depths, names):
        body = f'{{"{name}":{opening * depth}"\\u0041"{closing * depth}}}'.encode()
        for path in ("/update.json", "/channels/1/bulk_update.json"):
            answer = call(path, b"api_key=WRONG", body, "POST", "application/json")
            assert answer.status in (400, 401)
        call("/channels/1/feeds.json", b"", body, "GET", "application/json")
    assert stored() == before


def test_a_key_with_a_nul_in_its_header_is_just_wrong(call):
    answer = call("/update", HTTP_X_THINGSPEAKAPIKEY="WRITEKEY\0")
    assert (answer.status, answer.body) == (400, b"0")
