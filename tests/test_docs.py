"""The documents tell of every route and every setting, and their examples are true."""

import base64
import re
import shlex
from pathlib import Path

import click
import pytest

from tests.test_layers import ORDER
from thingclone.accounts import users
from thingclone.app import create_app
from thingclone.cli import main
from thingclone.database.models import User
from thingclone.dialects import DIALECTS
from thingclone.settings import SETTINGS, Settings, flag, variable

DOCS = Path(__file__).parent.parent / "docs"
SERVER = "http://localhost:8080"
# Keys that are the same for everybody who reads; all others are made while the examples run.
GIVEN = {
    *("USERKEY000000000", "TALKBACKKEY00001"),
    *("WRITEKEY00000001", "READKEY000000001", "WRITEKEY00000002", "READKEY000000002"),
}
PLACEHOLDERS = {
    "ID": "1", "N": "1", "ENTRY": "7", "LOGIN": "gardener", "MAC": "6crf7f2b0eg8",
    "TALKBACK": "1", "COMMAND": "7", "DEVICE": "1",
}  # fmt: skip

_ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE|OPTIONS) (/\S*)`")
_PLACEHOLDER = re.compile(r"\b(" + "|".join(PLACEHOLDERS) + r")\b")
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^### (.*?)$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_SECRET = re.compile(r"(?<![\w-])(?:[0-9A-Z]{16}|[\w-]{43})(?![\w-])")
_ROW = re.compile(r"^\| (`--.+?`) \| `(THINGCLONE_\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def api() -> str:
    return (DOCS / "api.md").read_text()


def pages() -> str:
    return (DOCS / "pages.md").read_text()


def dialects() -> str:
    return (DOCS / "dialects.md").read_text()


# --- routes ---------------------------------------------------------------------------------------


def routes_in(text: str, app, accepted: str = "*/*") -> set:
    """The routes that are named in a text as `GET /channels/ID.json`, for a client that accepts
    this; HTTPError if there is no such route.
    """
    found = set()
    for method, path in _ROUTE.findall(text):
        path = _PLACEHOLDER.sub(lambda match: PLACEHOLDERS[match.group()], path).partition("?")[0]
        asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_ACCEPT": accepted}
        route, _ = app.router.match(asked)
        found.add(route)
    return found


def test_every_route_is_documented():
    app = create_app(Settings())
    documented = routes_in(api(), app) | routes_in(pages(), app, "text/html,*/*")
    missing = set(app.routes) - documented
    assert not [f"{route.method} {route.rule}" for route in missing]


def test_every_url_in_the_dialects_is_there():
    app = create_app(Settings())
    found = {route.app for route in routes_in(dialects(), app)}
    assert found >= {door for dialect in DIALECTS.values() for door in dialect.doors}


def test_every_heading_of_a_route_is_followed_by_an_example():
    sections = _SECTION.findall(api())
    assert len(sections) > 15
    assert [heading for heading, text in sections if "$ curl" not in text] == []


# --- examples -------------------------------------------------------------------------------------


def examples(text: str) -> list[tuple[str, str]]:
    """(command, answer) of everything that was typed at a `$ `."""
    return [
        tuple(example.partition("\n")[::2])
        for console in _CONSOLE.findall(text)
        for example in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]
    ]


def run(client, command: str) -> str:
    """What curl would print."""
    name, *words = shlex.split(command)
    assert name == "curl"
    method, body, headers, write_out, output, url = None, None, {}, "", "", ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-d":
            body = words.pop(0)
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        elif word == "-H":
            header, _, value = words.pop(0).partition(": ")
            headers[header] = value
        elif word == "-w":
            write_out = words.pop(0)
        elif word == "-u":
            credentials = base64.b64encode(words.pop(0).encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        elif word == "-o":
            output = words.pop(0)
        else:
            url = word.removeprefix(SERVER)
    answer = client.request(
        url,
        method=method or ("GET" if body is None else "POST"),
        headers=headers,
        body=(body or "").encode(),
        environ={"REMOTE_ADDR": "127.0.0.1"},
    )
    return ("" if output else answer.text) + write_out.replace(
        "%{http_code}", str(answer.status_int)
    )


class Reader:
    """Somebody who types the examples, with the keys and tokens that they got themselves."""

    def __init__(self):
        self.own: dict[str, str] = {}  # what they have instead of a key that is written

    def adapted(self, text: str) -> str:
        return _SECRET.sub(lambda match: self.own.get(match.group(), match.group()), text)

    def compare(self, written: str, answer: str, command: str):
        """The same, but for keys that are new: from here on the written ones mean the real ones."""
        pairs = zip(_SECRET.findall(written), _SECRET.findall(answer), strict=False)
        self.own |= {old: new for old, new in pairs if old not in self.own and old not in GIVEN}
        assert answer.rstrip("\n") == self.adapted(written).rstrip("\n"), command


@pytest.fixture
def documented(client, gardener, add_channel, door_talkback):
    """The server that docs/api.md speaks of."""
    User.update(api_key="USERKEY000000000").execute()
    users.set_password(gardener, "open sesame")
    add_channel("Greenhouse", public=True, description="Tomatoes under glass")
    add_channel("Cellar", labels=("Temperature",))
    return client


@pytest.mark.parametrize("document", [api, dialects])
def test_the_examples_are_true(documented, clock, document):
    reader = Reader()
    for command, expected in examples(document()):
        clock.advance(15)
        reader.compare(expected, run(documented, reader.adapted(command)), command)


# --- settings -------------------------------------------------------------------------------------


def names_of(setting) -> str:
    names = f"`{flag(setting.name)}`"
    return f"{names}, `--no-{setting.name.replace('_', '-')}`" if setting.type is bool else names


def default_of(setting) -> str:
    if setting.type is bool:
        return "on" if setting.default else "off"
    return f"`{setting.default}`"


def test_every_setting_has_a_row():
    rows = {names: row for names, *row in _ROW.findall((DOCS / "running.md").read_text())}
    assert list(rows) == [names_of(setting) for setting in SETTINGS.values()]
    for setting in SETTINGS.values():
        environment, default, meaning = rows[names_of(setting)]
        assert (environment, default) == (variable(setting.name), default_of(setting))
        assert len(meaning) > 20


# --- commands -------------------------------------------------------------------------------------

_COMMAND = re.compile(r"^(?:\$ )?\.venv/bin/thingclone ((?:.*\\\n)*.*)$", re.MULTILINE)


def test_the_commands_for_moving_name_real_options():
    lines = _COMMAND.findall((DOCS / "moving-from-thingspeak.md").read_text())
    assert len(lines) > 2
    for line in lines:
        words = shlex.split(line.replace("\\\n", ""))
        command = main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        words = [__file__ if word == "feeds.csv" else word for word in words]
        command.make_context(command.name, words)


# --- architecture ---------------------------------------------------------------------------------

_PATH = re.compile(r"\b(?:[\w.]+/)+(?:[\w.]+)?|\b\w+\.py\b")


def test_every_path_in_the_architecture_exists():
    text = (DOCS / "architecture.md").read_text()
    paths = {path for path in _PATH.findall(text) if not path.startswith(("channels/1", "fields/"))}
    roots = (DOCS.parent, DOCS.parent / "thingclone")
    missing = {path for path in paths if not any((root / path).exists() for root in roots)}
    assert len(paths) > 30
    assert missing == set()


def test_every_name_in_the_architecture_is_there():
    text = (DOCS / "architecture.md").read_text()
    sources = "".join(path.read_text() for path in (DOCS.parent / "thingclone").rglob("*.py"))
    names = set(re.findall(r"`([A-Z]\w+|\w+(?=\(\)))", text)) - {"GET"}
    assert len(names) > 10
    defined = re.compile(r"^\s*(?:def|class)? ?(\w+)(?: =|\(|:)", re.MULTILINE)
    assert names - set(defined.findall(sources)) == set()


def test_the_architecture_lists_the_packages_in_their_order():
    listing = (DOCS / "architecture.md").read_text().split("```")[1]
    listed = re.findall(r"^(?:\w+(?:/|\.py) +)+", listing, re.MULTILINE)
    names = re.findall(r"\w+(?=/|\.py)", "".join(listed))
    assert tuple(names) == ORDER[:-1]
