"""`thingclone user`: accounts."""

import sys

import click

from thingclone import accounts, timestamps
from thingclone.cli.options import json_option, on_database, show


@click.group()
def user():
    """Accounts and their user keys.

    \b
    Example:
      thingclone user add gardener
    """


@user.command()
@click.argument("login")
@click.option("--email", help="Where the owner of the account can be reached.")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input, up to the first line end.",
)
@json_option
@on_database
def add(login, email, password_stdin, as_json):
    """Add the account LOGIN and print its user key.

    \b
    Example:
      thingclone user add gardener --email gardener@example.org
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    added = accounts.add_user(login, timestamps.now(), email, password)
    document = {"login": added.login, "api_key": added.api_key}
    show(as_json, document, f"Added the user {added.login}. User key: {added.api_key}")
