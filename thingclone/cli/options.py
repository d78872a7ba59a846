"""Shared by all commands: options from the table of settings, the database, output, failures."""

import functools
import json
import re
from contextlib import contextmanager

import click

from thingclone.database import DatabaseFailure, attach, connect, explained
from thingclone.errors import Refusal
from thingclone.settings import SETTINGS, Settings, flag, variable

_METAVARS = {int: "NUMBER", float: "SECONDS"}


def setting_option(name: str):
    """Returns the click option of a setting."""
    setting = SETTINGS[name]
    bounds = setting.metadata
    names = f"{flag(name)}/--no-{name.replace('_', '-')}" if setting.type is bool else flag(name)
    return click.option(
        names,
        name,
        envvar=variable(name),
        default=setting.default,
        show_default=True,
        show_envvar=True,
        help=bounds["help"],
        metavar=_METAVARS.get(setting.type),
        type=_click_type(setting.type, bounds),
    )


def _click_type(kind: type, bounds) -> click.ParamType | type:
    if bounds["choices"]:
        return click.Choice(bounds["choices"], case_sensitive=False)
    if kind is int:
        return click.IntRange(bounds["minimum"], bounds["maximum"])
    if kind is float:
        return click.FloatRange(bounds["minimum"], bounds["maximum"])
    return kind


def all_settings(command):
    """Add every setting as an option. The command gets them as one `settings`."""

    @functools.wraps(command)
    def with_settings(**options):
        chosen = {name: options.pop(name) for name in SETTINGS}
        return command(settings=Settings(**chosen), **options)

    for name in reversed(SETTINGS):
        with_settings = setting_option(name)(with_settings)
    return with_settings


def on_database(command):
    """Open the database for a command, and end it with one sentence if it is refused."""
    return _with_database(command, connect)


def on_unopened_database(command):
    """Like on_database(), but for a database that may be outdated, damaged or missing."""
    return _with_database(command, attach)


def _with_database(command, make_ready):
    @setting_option("database")
    @functools.wraps(command)
    def with_database(database, **options):
        with failures_told():
            make_ready(database)
            return command(**options)

    return with_database


def resumable(command):
    """Tell people who press Ctrl-C that the command can be resumed."""

    @functools.wraps(command)
    def interruptible(**options):
        try:
            return command(**options)
        except KeyboardInterrupt:
            click.echo(err=True)  # after ^C or a progress bar
            raise click.ClickException(
                "interrupted: run the same command again to continue where it stopped"
            ) from None

    return interruptible


@contextmanager
def failures_told():
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(printable(refusal.reason)) from refusal
    except ValueError as error:
        raise click.ClickException(printable(str(error))) from error
    except DatabaseFailure as failure:
        raise click.ClickException(explained(failure).reason) from failure
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document instead of text."
)


yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


def confirm(question: str, yes: bool):
    """Ask before something that cannot be undone. Any answer but yes ends the command."""
    try:
        agreed = yes or click.confirm(printable(question), err=True)
    except click.Abort:  # there is no input
        click.echo(err=True)
        agreed = False
    if not agreed:
        raise click.ClickException("nothing was changed: answer y, or use --yes")


def show(as_json: bool, document, text: str):
    """Print the document as JSON, or the text."""
    click.echo(json.dumps(document, ensure_ascii=False) if as_json else printable(text))


def printable(text: str) -> str:
    """Replace characters that control a terminal or the direction of text."""
    return _COMMANDING.sub("\N{REPLACEMENT CHARACTER}", text)


_COMMANDING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def counted(number: int, what: str) -> str:
    """1 entry, 2 entries."""
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"
