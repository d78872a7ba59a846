"""The documents tell of every route and every setting, and their examples are true."""

import re
import shlex
from pathlib import Path

import pytest

from thingclone.app import create_app
from thingclone.models import User
from thingclone.settings import SETTINGS, Settings, flag, variable

DOCS = Path(__file__).parent.parent / "docs"
SERVER = "http://localhost:8080"
PLACEHOLDERS = {"ID": "1", "N": "1", "ENTRY": "7", "LOGIN": "gardener"}

_ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE|OPTIONS) (/\S*)`")
_PLACEHOLDER = re.compile(r"\b(" + "|".join(PLACEHOLDERS) + r")\b")
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^### (.*?)$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (`--.+?`) \| `(THINGCLONE_\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def api() -> str:
    return (DOCS / "api.md").read_text()


# --- routes ---------------------------------------------------------------------------------------


def routes_in(text: str, app) -> set:
    """The routes that are named in a text as `GET /channels/ID.json`; HTTPError if there is no such
    route.
    """
    found = set()
    for method, path in _ROUTE.findall(text):
        path = _PLACEHOLDER.sub(lambda match: PLACEHOLDERS[match.group()], path)
        route, _ = app.router.match({"REQUEST_METHOD": method, "PATH_INFO": path})
        found.add(route)
    return found


def test_every_route_is_documented():
    app = create_app(Settings())
    missing = set(app.routes) - routes_in(api(), app)
    assert not [f"{route.method} {route.rule}" for route in missing]


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
    method, body, headers, write_out, url = None, None, {}, "", ""
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
        else:
            url = word.removeprefix(SERVER)
    answer = client.request(
        url,
        method=method or ("GET" if body is None else "POST"),
        headers=headers,
        body=(body or "").encode(),
    )
    return answer.text + write_out.replace("%{http_code}", str(answer.status_int))


@pytest.fixture
def documented(client, gardener, add_channel):
    """The server that docs/api.md speaks of."""
    User.update(api_key="USERKEY000000000").execute()
    add_channel("Greenhouse", public=True, description="Tomatoes under glass")
    add_channel("Cellar", labels=("Temperature",))
    return client


def test_the_examples_are_true(documented, clock):
    for command, expected in examples(api()):
        clock.advance(15)
        answer = run(documented, command)
        assert answer.rstrip("\n") == expected.rstrip("\n"), command


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
