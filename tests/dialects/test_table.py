"""The table of dialects, and what all of them share."""

import re
from pathlib import Path

import pytest

import thingclone.dialects
from tests.servers import thingclone as run_thingclone
from thingclone.app import create_app
from thingclone.dialects import DIALECTS
from thingclone.settings import Settings


def test_each_dialect_is_a_file_and_a_row():
    folder = Path(thingclone.dialects.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "credentials"}
    assert files == set(DIALECTS)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"open_dialects": "path", "dialect_user": "gardener"},
            "open_dialects: path is not one of rxdata, pins, series",
        ),
        (
            {"open_dialects": "pins, everything", "dialect_user": "gardener"},
            "open_dialects: everything is not one of rxdata, pins, series",
        ),
        (
            {"open_dialects": "pins"},
            "open_dialects needs dialect_user, the login of the account that owns the devices",
        ),
    ],
)
def test_only_what_can_be_opened_is_opened(settings, sentence):
    with pytest.raises(ValueError, match=rf"^{re.escape(sentence)}\Z"):
        create_app(Settings(**settings))


def test_a_server_that_cannot_open_a_dialect_does_not_start(database_url):
    done = run_thingclone(
        "serve", "--port", "0", "--open-dialects", "sql_api", database_url=database_url
    )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: open_dialects: sql_api is not one of rxdata, pins, series\n",
    )


def test_values_in_paths_do_not_crowd_out_what_the_router_remembers(client):
    router = client.app.router
    client.get("/update")
    for number in range(router.MOST + 10):
        path = f"/update/field=1/data={number}"
        assert client.app.find("GET", path, "", {})[0] == "write"
    assert ("GET", "/update") in {remembered[:2] for remembered in router._matches}
    assert len(router._matches) < 10


LANES = [
    ("GET", "/update/field=1/data=5", "write", "write"),
    ("GET", "/rxdata/default/call/run/receive/1/2", "write", "slow"),
    ("GET", "/rxdata/default/call/run/command", "read", "slow"),
    ("POST", "/SQL_API", "slow", "slow"),
    ("GET", "/SQL_API", "read", "read"),
    ("GET", "/api/list", "read", "slow"),
    ("POST", "/api/toggle/18", "write", "slow"),
    ("GET", "/series", "slow", "slow"),
    ("PUT", "/series/new", "write", "write"),
    ("PUT", "/point/new", "write", "write"),
    ("GET", "/point/3", "read", "slow"),
    ("GET", "/update", "write", "write"),
]


@pytest.mark.parametrize(("method", "path", "quick", "signed_in"), LANES)
def test_passwords_are_never_checked_in_the_loop(client, method, path, quick, signed_in):
    find = client.app.find
    assert find(method, path, "", {})[0] == quick
    assert find(method, path, "", {"AUTHORIZATION": "Basic"})[0] == signed_in
