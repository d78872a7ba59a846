"""`thingclone serve`: every setting works as a flag and as a variable."""

import itertools
import json

import pytest
from click.testing import CliRunner

from tests.servers import Server, ended
from thingclone.cli.serve import serve
from thingclone.settings import SETTINGS, flag, variable


def another_value(setting):
    """A value that the setting may have, and does not have by default."""
    if setting.type is bool:
        return not setting.default
    if setting.metadata["choices"]:
        return next(one for one in setting.metadata["choices"] if one != setting.default)
    if setting.type is str:
        return f"{setting.default}x"
    return setting.default + 1


def chosen(name: str, *arguments: str):
    """What `serve` makes of the setting."""
    return serve.make_context("serve", list(arguments)).params[name]


def as_flag(setting, value) -> list[str]:
    if setting.type is bool:
        return [flag(setting.name) if value else flag(setting.name).replace("--", "--no-", 1)]
    return [flag(setting.name), str(value)]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(variable(name), raising=False)


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_every_setting_is_a_flag_and_a_variable_and_the_flag_wins(setting, monkeypatch):
    value = another_value(setting)
    assert chosen(setting.name) == setting.default
    assert chosen(setting.name, *as_flag(setting, value)) == value
    monkeypatch.setenv(variable(setting.name), str(value))
    assert chosen(setting.name) == value
    assert chosen(setting.name, *as_flag(setting, setting.default)) == setting.default


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("port", "65536", "65536 is not in the range 0<=x<=65535."),
        ("port", "http", "'http' is not a valid integer range."),
        ("write_interval", "-1", "-1.0 is not in the range x>=0."),
        ("write_interval", "often", "'often' is not a valid float range."),
        ("max_results", "0", "0 is not in the range x>=1."),
        ("max_bulk", "0", "0 is not in the range x>=1."),
        ("max_body", "999", "999 is not in the range x>=1000."),
        ("log_level", "loud", "'loud' is not one of 'debug', 'info', 'warning', 'error'."),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(name, value, sentence):
    refusal = f"Invalid value for '{flag(name)}' (env var: '{variable(name)}'): {sentence}\n"
    for result in (
        CliRunner().invoke(serve, [flag(name), value]),
        CliRunner().invoke(serve, env={variable(name): value}),
    ):
        assert result.exit_code == 2
        assert result.output.endswith(f"Error: {refusal}")


@pytest.mark.parametrize("way", ["flags", "variables"])
def test_the_server_keeps_to_its_settings(way, database_url, port, channel, client):
    for value in (1, 2, 3):
        client.get("/update", {"api_key": channel.write_key, "field1": value})
    chosen = {
        "database": database_url,
        "host": "127.0.0.1",
        "port": port,
        "write_interval": 3600,
        "auto_label": False,
        "max_results": 2,
        "max_bulk": 2,
        "max_body": 1000,
        "log_level": "debug",
    }
    if way == "flags":
        flags = (as_flag(SETTINGS[name], value) for name, value in chosen.items())
        server = Server(*itertools.chain(*flags))
    else:
        server = Server(**{variable(name): str(value) for name, value in chosen.items()})
    with ended(server):
        assert server.url == f"http://127.0.0.1:{chosen['port']}"
        check_limits(server, channel)


def check_limits(server, channel):
    def update(parameters):
        return server.get(f"/update?api_key={channel.write_key}&{parameters}")

    def bulk(count):
        messages = [{"delta_t": 1, "field1": 1}] * count
        body = json.dumps({"write_api_key": channel.write_key, "updates": messages})
        return server.get("/channels/1/bulk_update.json", body.encode())

    assert bulk(3)[0] == 413  # max_bulk
    assert update("field1=4&field3=5") == (200, "4")
    assert update("field1=5") == (200, "0")  # write_interval
    assert bulk(1)[0] == 429
    lines = server.get(f"/channels/1/feeds.csv?api_key={channel.read_key}")[1].splitlines()
    assert lines[0] == "created_at,entry_id,field1,field2"  # auto_label
    assert [line.split(",")[1] for line in lines[1:]] == ["3", "4"]  # max_results
    assert server.get("/update", b"field1=" + b"x" * 1000)[0] == 413  # max_body


def test_by_default_a_field_gets_a_label_and_nothing_waits(channel, server):
    for number in (1, 2):
        assert server.get(f"/update?api_key={channel.write_key}&field3=7") == (200, str(number))
    assert server.get(f"/channels/1/fields/3/last.txt?api_key={channel.read_key}") == (200, "7")
