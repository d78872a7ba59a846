"""What real devices send, byte for byte, from wire-examples.json, each case over a raw socket."""

import json
import re
import time

import pytest

from tests.clients.wire import CASES, PATIENCE, Connection, answers, filled
from tests.servers import running, thingclone_json


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """One server for all cases, its channels (a board's, a logger's for what is written in bulk
    with times of its own, and a public one) and a TalkBack.
    """
    url = f"sqlite:///{tmp_path_factory.mktemp('wire')}/thingclone.db"
    channels = {
        name: thingclone_json("channel", "add", name, *options, database_url=url)
        for name, *options in (["board"], ["logger"], ["public", "--public"])
    }
    key = ("--key", "TALKBACKKEY00001")
    thingclone_json("talkback", "add", "door", *key, database_url=url)
    with running(url) as server:
        server.get(f"/update?api_key={channels['public']['write_key']}&field1=blue")
        yield server, channels


@pytest.fixture
def values(board, case) -> dict[str, str]:
    """What stands for the names in a case: keys and numbers, and values that no other case has."""
    server, channels = board
    channel = channels["logger" if case["group"] == "bulk" else "board"]
    number = CASES.index(case)
    return {
        "WRITE_KEY": channel["write_key"],
        "READ_KEY": channel["read_keys"][0],
        "CHANNEL": str(channel["id"]),
        "PUBLIC_CHANNEL": str(channels["public"]["id"]),
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "V": str(100_000 + number),
        "W": str(200_000 + number),
        "V5": str(10_000 + number),
        "F": f"{10 + number / 100 + 0.001:.2f}",
        "G": f"{60 + number / 100 + 0.001:.2f}",
        "LAST1": str(300_000 + number),
        "CMD": f"CMD{100_000 + number}",
        "TALKBACK_ID": "1",
        "TALKBACK_KEY": "TALKBACKKEY00001",
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_device_gets_what_it_needs(board, values, case):
    server, _ = board
    if "{LAST1}" in json.dumps(case):
        server.get(f"/update?api_key={values['WRITE_KEY']}&field1={values['LAST1']}")
    if "cmd" in case.get("needs", ()):
        command = f"api_key=TALKBACKKEY00001&command_string={values['CMD']}&position=1"
        server.get("/talkbacks/1/commands", command.encode())
    connection = Connection(server.port)
    connection.play(case, values)
    if case.get("fin") != "stop":
        check_answer(case, values, connection)
    if "stored" in case["expect"]:
        wanted = {name: filled(text, values) for name, text in case["expect"]["stored"].items()}
        check_stored(server, values, wanted)


def check_answer(case: dict, values: dict[str, str], connection: Connection):
    expected = case["expect"]
    found = answers(connection.heard)
    assert found, f"no complete answer within {PATIENCE} s: {connection.heard!r}"
    answer = found[0]
    if expected["status"] == "0.9":
        assert answer.status_line is None
    elif expected["status"] != "any":
        assert answer.status == expected["status"]
    assert re.search(filled(expected["body_regex"], values), answer.text)
    for name, pattern in expected.get("headers", {}).items():
        if pattern is None:
            assert name.lower() not in map(str.lower, answer.headers)
        else:
            assert re.search(pattern, answer.headers[name])
    for pattern in expected.get("raw_regex", ()):
        assert re.search(pattern, connection.heard.decode("latin-1"))
    if expected.get("closes") or expected["status"] == "0.9":
        assert connection.is_closed
    if "ids" in expected:
        entry_ids = [one for one in found if re.fullmatch(r"[1-9][0-9]*", one.text)]
        assert len(entry_ids) == expected["ids"]


def check_stored(server, values: dict[str, str], wanted: dict[str, str]):
    """The channel's last entry holds these texts, at once or, where nobody waited for an answer,
    after a while; `~` at the end of a text lets blanks around the stored one pass.
    """
    path = f"/channels/{values['CHANNEL']}/feeds/last.json?api_key={values['READ_KEY']}"
    deadline = time.monotonic() + PATIENCE
    while True:
        entry = json.loads(server.get(path)[1])
        stored = {name: tidy(entry.get(name), text) for name, text in wanted.items()}
        if stored == wanted or time.monotonic() > deadline:
            assert stored == wanted
            return
        time.sleep(0.02)


def tidy(stored: str | None, wanted: str) -> str | None:
    return f"{stored.strip()}~" if stored is not None and wanted.endswith("~") else stored
