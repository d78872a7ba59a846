"""Whatever is sent in a dialect: nothing is a fault of ours, and what is refused stores nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialects.conftest import KEY
from tests.http.test_hostile_input import (
    BYTES,
    CONTENT_TYPES,
    HEADERS,
    JSON_VALUES,
    METHODS,
    ODD_TEXTS,
    TEXTS,
    call,
    encoded,
    hostile,
)
from thingclone.channels import devices
from thingclone.database.models import Channel, Device, Entry

__all__ = ["call"]  # a fixture

PARTS = st.sampled_from(
    [b"field=1", b"data=5", b"field1=5", b"mac=board", b"API_key=" + KEY.encode(), b"=", b"..", b"",
     b"data=", b"field=9", b"a=b=c", b"new", b"1", b"18", b"board", b"%00", b"\xff", b"\x00"]
) | BYTES  # fmt: skip
PATHS = st.builds(
    lambda prefix, parts: prefix + b"/".join(parts),
    st.sampled_from([
        b"/update/", b"/rxdata/default/call/run/receive/", b"/rxdata/default/call/run/command/",
        b"/SQL_API", b"/api/list", b"/api/toggle/", b"/series/", b"/point/", b"/points/count",
        b"/devices/", b"/devices.json",
    ]),
    st.lists(PARTS, max_size=5),
)  # fmt: skip
NAMES = st.sampled_from(
    "mac chipid newdata location temperature fields series_id device_id device_desc desc token from"
    " to callback name command channel pins format headers".split()
)


@pytest.fixture(autouse=True)
def board(gardener, clock):
    devices.add_device(gardener, "board", clock.moment, pins=(18,))


def counted() -> tuple[int, int]:
    return Entry.select().count(), Channel.select().count()


def assert_stored_if_acknowledged(answer, before):
    entries, made = counted()
    if 200 <= answer.status < 300 and answer.body != b"0":
        assert before[0] <= entries <= before[0] + 1
        assert before[1] <= made <= before[1] + 1
    else:
        assert (entries, made) == before


@hostile
@given(
    path=PATHS,
    pairs=st.lists(st.tuples(NAMES, BYTES), max_size=4),
    body=st.binary(max_size=40),
    key=st.sampled_from([KEY, KEY, "WRITEKEY00000002", "READKEY000000002", "WRONG", ""]),
    method=METHODS,
    content_type=CONTENT_TYPES | st.just("application/json"),
    headers=HEADERS,
)
def test_any_request_in_a_dialect(call, path, pairs, body, key, method, content_type, headers):
    before = counted()
    query = encoded([*pairs, ("api_key", key.encode()), ("token", key.encode())], raw=False)
    answer = call(path, query, body, method, content_type, **headers)
    assert_stored_if_acknowledged(answer, before)


@hostile
@given(
    path=st.sampled_from(["/SQL_API", "/api/toggle/18", "/rxdata/default/call/run/receive",
                          "/update/field=1/data=5", "/devices.json"]),
    put=st.sampled_from(["/series/new", "/point/new", "/devices/board.json"]),
    members=st.dictionaries(NAMES, JSON_VALUES, max_size=5),
    key=st.just(KEY) | JSON_VALUES,
)  # fmt: skip
def test_any_json_object_in_a_dialect(call, path, put, members, key):
    body = json.dumps({"api_key": key, "token": key, "mac": "board"} | members).encode()[:200_000]
    for method, url in (("POST", path), ("PUT", put)):
        before = counted()
        answer = call(url, b"", body, method, "application/json")
        assert_stored_if_acknowledged(answer, before)


@hostile
@given(mac=TEXTS | ODD_TEXTS, other=TEXTS)
def test_any_text_as_a_mac(call, mac, other):
    query = encoded([("api_key", KEY.encode()), ("mac", mac.encode())], raw=False)
    before = counted()
    answer = call("/update", query + b"&field1=5")
    assert_stored_if_acknowledged(answer, before)
    if answer.body != b"0":
        assert call("/fields/1/last.txt", query).body == b"5"
        assert Device.select().where(Device.mac == mac).count() <= 1
    call("/feeds.json", encoded([("api_key", KEY.encode()), ("mac", other.encode())], raw=False))
