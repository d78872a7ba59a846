"""How each dialect words every failure: status and bytes."""

import json
from itertools import product

import pytest
from webtest import TestRequest

from tests.dialects.conftest import KEY
from tests.http.test_refusals import BrokenOff, database_broken
from thingclone.apps.pins import NoSuchPin
from thingclone.database.models import Channel
from thingclone.dialects import DIALECTS
from thingclone.dialects.pins import NotJson
from thingclone.errors import (
    AuthRequired,
    BadRequest,
    Malfunction,
    NoSuchThing,
    ReadDenied,
    StorageFailed,
    TooLarge,
    TooSoon,
    WrongMethod,
)
from thingclone.settings import Settings

WRITE = "api_key=WRITEKEY00000001"
USER = f"api_key={KEY}"
RXDATA = "/rxdata/default/call/run"
FAULT = "ThingClone failed: see its log"
FAILED = "the database failed: see the log of ThingClone"
NO_OBJECT = "the JSON body must be an object: {...}"
LARGE = "the body has 1001 bytes: the limit is 1000"
SOON = "channel {} accepts one write every 15 seconds"
NO_KEY = "no account or channel has this key"
NO_WRITE_KEY = "no channel has this write key"


def message(text: str) -> str:
    return json.dumps({"message": text})


def error(text: str) -> str:
    return json.dumps({"Error": text})


TABLE = [
    ("path", BadRequest, f"POST /update/field1=5?{WRITE}", 400, "0"),
    ("path", AuthRequired, "GET /update/field1=5", 400, "0"),
    ("path", NoSuchThing, f"PUT /update/field1=5?{WRITE}", 404, "0"),
    ("path", TooLarge, f"POST /update/field1=5?{WRITE}", 413, "0"),
    ("path", TooSoon, f"GET /update/field1=5?{WRITE}", 200, "0"),
    ("path", Malfunction, f"POST /update/field1=5?{WRITE}", 500, "0"),
    ("path", StorageFailed, f"GET /update/field1=5?{WRITE}", 503, "0"),
    ("rxdata", BadRequest, f"POST {RXDATA}/receive?{WRITE}", 400, NO_OBJECT),
    ("rxdata", AuthRequired, f"GET {RXDATA}/receive/a/5?api_key=WRONG", 401, NO_WRITE_KEY),
    ("rxdata", NoSuchThing, "GET /other/default/call/run/command", 404,
     "there is no application other: see the setting rxdata_app"),
    ("rxdata", WrongMethod, f"PUT {RXDATA}/command", 405,
     f"{RXDATA}/command does not accept PUT"),
    ("rxdata", TooLarge, f"POST {RXDATA}/receive?{WRITE}", 413, LARGE),
    ("rxdata", TooSoon, f"GET {RXDATA}/receive/a/5?{WRITE}", 429, SOON.format(1)),
    ("rxdata", Malfunction, f"POST {RXDATA}/receive?{WRITE}", 500, FAULT),
    ("rxdata", StorageFailed, f"GET {RXDATA}/receive/a/5?{WRITE}", 503, FAILED),
    ("sql_api", BadRequest, f"POST /SQL_API?{WRITE}", 400, message(NO_OBJECT)),
    ("sql_api", AuthRequired, "POST /SQL_API?api_key=WRONG&location=a", 401,
     message(NO_WRITE_KEY)),
    ("sql_api", WrongMethod, "PUT /SQL_API", 405, message("/SQL_API does not accept PUT")),
    ("sql_api", TooLarge, f"POST /SQL_API?{WRITE}", 413, message(LARGE)),
    ("sql_api", TooSoon, f"POST /SQL_API?{WRITE}&location=a", 429, message(SOON.format(1))),
    ("sql_api", Malfunction, f"POST /SQL_API?{WRITE}", 500, message(FAULT)),
    ("sql_api", StorageFailed, f"POST /SQL_API?{WRITE}&location=a", 503, message(FAILED)),
    ("pins", BadRequest, f"POST /api/toggle/18?{WRITE}", 400, error(NO_OBJECT)),
    ("pins", NotJson, f"GET /api/list?{WRITE}", 400, error("Only JSON requests accepted")),
    ("pins", NoSuchPin, f"POST /api/toggle/99?{USER}&mac=board", 400,
     error("Invalid Pin Number")),
    ("pins", AuthRequired, "POST /api/toggle/18?api_key=WRONG", 401, error(NO_KEY)),
    ("pins", NoSuchThing, f"POST /api/toggle/18?{WRITE}&mac=b", 404,
     error("this key has no access to device b")),
    ("pins", WrongMethod, "PUT /api/list", 405, error("/api/list does not accept PUT")),
    ("pins", TooLarge, f"POST /api/toggle/18?{WRITE}", 413, error(LARGE)),
    ("pins", Malfunction, f"POST /api/toggle/18?{WRITE}", 500, error(FAULT)),
    ("pins", StorageFailed, f"POST /api/toggle/18?{WRITE}", 503, error(FAILED)),
    ("series", BadRequest, "PUT /series/new", 400, message(NO_OBJECT)),
    ("series", AuthRequired, "GET /series?api_key=WRONG", 403, message(NO_KEY)),
    ("series", ReadDenied, f"GET /series/3?{WRITE}", 403,
     message("channel 3 is private: the key that was sent does not open it")),
    ("series", NoSuchThing, f"GET /series/9?{WRITE}", 404, message("Series 9 doesn't exist")),
    ("series", WrongMethod, "POST /series", 405, message("/series does not accept POST")),
    ("series", TooLarge, "PUT /series/new", 413, message(LARGE)),
    ("series", Malfunction, "PUT /series/new", 500, message(FAULT)),
    ("series", StorageFailed, f"GET /series?{USER}", 503, message(FAILED)),
]  # fmt: skip

EVERY = {
    BadRequest, AuthRequired, ReadDenied, NoSuchThing, WrongMethod, TooLarge, TooSoon, Malfunction,
    StorageFailed,
}  # fmt: skip
IMPOSSIBLE = {
    ("path", WrongMethod),  # it answers 404, as /update does
    ("sql_api", NoSuchThing),  # there is nothing to name
    ("pins", TooSoon),  # a switch does not wait
    ("series", TooSoon),  # tested below: it needs a body
    *[(dialect, ReadDenied) for dialect in DIALECTS if dialect != "series"],
}


def test_the_table_has_every_failure_of_every_dialect():
    listed = {(dialect, failure) for dialect, failure, *_ in TABLE}
    assert listed | IMPOSSIBLE == set(product(DIALECTS, EVERY)) | {
        ("pins", NotJson),
        ("pins", NoSuchPin),
    }


@pytest.fixture
def settings():
    return Settings(max_body=1000, write_interval=15)


@pytest.fixture
def board(client, channel):
    """A device with a pin in channel 1, which was written to just now; 2 is a series, 3 one that is
    private.
    """
    members = {"mac": "board", "channel": channel.id, "pins": [18], "api_key": KEY}
    assert client.post_json("/devices.json", members).status_int == 200
    assert client.get(f"/update?{WRITE}").text == "1"
    for number in ("2", "3"):
        made = client.put_json("/series/new", {"token": KEY, "device_id": "a", "device_desc": "b"})
        assert made.text == number
    Channel.update(public=False).where(Channel.id == 3).execute()


def ask(client, method, url, failure):
    request = TestRequest.blank(url, method=method)
    if failure is not NotJson:
        request.content_type = "application/json"
    if failure is Malfunction:
        request.environ |= {"wsgi.input": BrokenOff(), "CONTENT_LENGTH": "1"}
    elif method != "GET":
        request.body = {BadRequest: b"[]", TooLarge: b"x" * 1001}.get(failure, b"{}")
    if failure is StorageFailed:
        with database_broken():
            return client.do_request(request)
    return client.do_request(request)


@pytest.mark.parametrize(
    ("failure", "request_line", "status", "text"),
    [
        pytest.param(failure, line, status, text, id=f"{line} {failure.__name__}")
        for _, failure, line, status, text in TABLE
    ],
)
def test_a_failure_of_a_dialect(client, board, clock, failure, request_line, status, text):
    if failure is not TooSoon:
        clock.advance(60)
    method, url = request_line.split()
    answer = ask(client, method, url, failure)
    assert (answer.status_int, answer.text) == (status, text)
    assert answer.headers["Content-Length"] == str(len(text))
    assert answer.headers["X-ThingClone-Reason"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_point_that_comes_too_soon(client, board):
    point = {"token": KEY, "series_id": 2, "fields": {"a": 1}}
    assert client.put_json("/point/new", point).status_int == 201
    answer = client.put_json("/point/new", point)
    assert (answer.status_int, answer.text) == (429, message(SOON.format(2)))


def test_a_refusal_never_holds_a_key(client, board):
    for method, url in product(
        ("GET", "POST", "PUT", "DELETE"),
        ("/update/API_key=SECRETKEY/field1=5", f"{RXDATA}/receive/a/5?api_key=SECRETKEY",
         "/SQL_API?api_key=SECRETKEY&location=a", "/api/list?api_key=SECRETKEY",
         "/api/toggle/18?api_key=SECRETKEY", "/series/new?token=SECRETKEY",
         "/point/new?token=SECRETKEY", "/series/2?api_key=SECRETKEY"),
    ):  # fmt: skip
        headers = {"Content-Type": "application/json", "Authorization": "Basic YTpTRUNSRVRLRVk="}
        answer = client.request(url, method=method, headers=headers)
        told = answer.text + answer.headers.get("X-ThingClone-Reason", "")
        assert "SECRETKEY" not in told.replace(url.partition("?")[0], "")
