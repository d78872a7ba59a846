"""`thingclone user`."""

import sys

import click

from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.cli.options import confirm, counted, json_option, on_database, show, yes_option
from thingclone.database.models import Channel, User
from thingclone.formats import times

password_stdin_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input.",
)


@click.group()
def user():
    """Manage accounts, their passwords and user keys.

    \b
    Example:
      thingclone user add gardener
    """


@user.command()
@click.argument("login")
@click.option("--email", help="Email address of the account.")
@password_stdin_option
@json_option
@on_database
def add(login, email, password_stdin, as_json):
    """Add an account and print its user key.

    \b
    Example:
      thingclone user add gardener --email gardener@example.org
    """
    password = _password_of_stdin() if password_stdin else None
    added = users.add_user(login, times.now(), email, password)
    _show_key(as_json, added, f"Added account {added.login}. User key: {added.api_key}")


@user.command("list")
@json_option
@on_database
def list_users(as_json):
    """List all accounts.

    \b
    Example:
      thingclone user list
    """
    found = users.all_users()
    text = "\n".join(map(_line, found)) or "No accounts yet. Add one: thingclone user add LOGIN"
    show(as_json, [_document(one) for one in found], text)


@user.command()
@click.argument("login")
@password_stdin_option
@json_option
@on_database
def password(login, password_stdin, as_json):
    """Set the password of an account.

    This also signs the account out everywhere.

    \b
    Example:
      thingclone user password gardener
    """
    changed = users.user(login)
    new = _password_of_stdin() if password_stdin else _password_of_terminal()
    users.set_password(changed, new)
    show(as_json, {"login": changed.login}, f"Changed the password of {changed.login}.")


@user.command()
@click.argument("login")
@click.option(
    "--renew", is_flag=True, help="Replace the user key. The old one stops working at once."
)
@yes_option
@json_option
@on_database
def key(login, renew, yes, as_json):
    """Show or replace the user key of an account.

    \b
    Example:
      thingclone user key gardener --renew
    """
    found = users.user(login)
    if renew:
        confirm(f"Replace the user key of {found.login}? The old one stops working at once.", yes)
        found.api_key = users.renew_key(found)
    _show_key(as_json, found, f"User key of {found.login}: {found.api_key}")


@user.command()
@click.argument("login")
@click.option("--with-channels", is_flag=True, help="Also remove the channels of the account.")
@yes_option
@json_option
@on_database
def remove(login, with_channels, yes, as_json):
    """Remove an account.

    An account that owns channels is removed only with --with-channels.

    \b
    Example:
      thingclone user remove gardener --with-channels
    """
    removed = users.user(login)
    owned = channels.channels_of(removed)
    if with_channels and owned:
        confirm(f"Remove account {removed.login} and {_counted(owned)}?", yes)
    elif not owned:
        confirm(f"Remove account {removed.login}?", yes)
    users.remove_user(removed, with_channels)
    show(as_json, {"login": removed.login}, f"Removed account {removed.login}.")


def _password_of_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _password_of_terminal() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("standard input is not a terminal: use --password-stdin")
    return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)


def _show_key(as_json: bool, shown: User, text: str):
    show(as_json, {"login": shown.login, "api_key": shown.api_key}, text)


def _document(shown: User) -> dict:
    return {
        "login": shown.login,
        "email": shown.email,
        "channels": shown.channel_count,
        "has_password": shown.password_hash is not None,
        "created_at": times.iso(shown.created_at, times.UTC),
    }


def _line(shown: User) -> str:
    email = f"  {shown.email}" if shown.email else ""
    count = counted(shown.channel_count, "channel")
    password = "has a password" if shown.password_hash else "no password"
    return f"{shown.login}{email}  ({count}, {password})"


def _counted(owned: list[Channel]) -> str:
    entries = sum(one.counter.last_entry_id or 0 for one in owned)
    return f"its {counted(len(owned), 'channel')} with {counted(entries, 'entry')}"
