"""`thingclone user`."""

import json
import re

import pytest

from tests.conftest import NOON
from thingclone.accounts import sessions, users
from thingclone.database.models import Channel, Session, User


def test_add_prints_the_user_key(printed):
    text = printed("user", "add", "gardener")
    user_key = users.user("gardener").api_key
    assert text == f"Added account gardener. User key: {user_key}\n"
    assert re.fullmatch("[0-9A-Z]{16}", user_key)


def test_add_prints_one_json_document(printed):
    document = json.loads(printed("user", "add", "gardener", "--json"))
    assert document == {"login": "gardener", "api_key": users.user("gardener").api_key}


def test_the_user_key_opens_what_is_the_users(printed, client):
    user_key = json.loads(printed("user", "add", "gardener", "--json"))["api_key"]
    printed("user", "add", "neighbour", "--email", "neighbour@example.org")
    shown = client.get("/users/gardener.json", {"api_key": user_key}).json
    assert (shown["login"], shown["email"]) == ("gardener", None)
    assert "email" not in client.get("/users/neighbour.json", {"api_key": user_key}).json


def test_add_keeps_the_email(printed):
    printed("user", "add", "gardener", "--email", "gardener@example.org")
    assert users.user("gardener").email == "gardener@example.org"


def test_without_a_password_there_is_none(printed):
    printed("user", "add", "gardener")
    assert users.user("gardener").password_hash is None


def test_the_password_comes_from_standard_input_and_is_kept_as_a_hash(command):
    result = command("user", "add", "gardener", "--password-stdin", stdin="open sesame\nrest\n")
    assert result.exit_code == 0
    assert "sesame" not in result.output
    kind, salt, digest = users.user("gardener").password_hash.split("$")
    assert kind == "scrypt"
    assert "sesame" not in salt + digest
    again = command("user", "add", "neighbour", "--password-stdin", stdin="open sesame\n")
    assert again.exit_code == 0
    assert users.user("neighbour").password_hash != users.user("gardener").password_hash


def test_an_empty_or_endless_password_is_refused(refused):
    too_long = "x" * 1025
    for stdin in ("", "\n", too_long):
        sentence = refused("user", "add", "gardener", "--password-stdin", stdin=stdin)
        assert sentence == "a password must have 1 to 1024 bytes"
    assert not User.select().exists()


def test_a_taken_login_is_refused_whatever_its_case(printed, refused):
    printed("user", "add", "gardener")
    assert refused("user", "add", "gardener") == "the login gardener is taken"
    assert refused("user", "add", "Gardener", "--json") == "the login Gardener is taken"
    assert User.select().count() == 1


def test_a_login_that_is_none_is_refused(refused):
    rule = "use up to 100 letters, digits and . _ - + @"
    for login in ("", "two words", "a/b", "ü", "_begins", "x" * 101):
        assert refused("user", "add", login) == f"{login!r} is not a valid login: {rule}"
    assert not User.select().exists()


def test_a_login_may_be_a_mail_address(printed, client):
    printed("user", "add", "gardener+home@example.org")
    assert client.get("/users/gardener+home@example.org.json").json["login"] == (
        "gardener+home@example.org"
    )


def test_a_name_of_a_url_is_no_login(refused):
    sentence = refused("user", "add", "api_login")
    assert sentence == "api_login cannot be a login, because it is part of a URL: choose another"


# --- list -----------------------------------------------------------------------------------------


def test_list_has_a_line_for_each_account(printed):
    assert printed("user", "list") == "No accounts yet. Add one: thingclone user add LOGIN\n"
    printed("user", "add", "gardener", "--email", "gardener@example.org")
    printed("user", "add", "neighbour", "--password-stdin", stdin="open sesame\n")
    printed("channel", "add", "Greenhouse", "--user", "gardener")
    printed("channel", "add", "One", "--user", "neighbour")
    printed("channel", "add", "Two", "--user", "neighbour")
    assert printed("user", "list") == (
        "gardener  gardener@example.org  (1 channel, no password)\n"
        "neighbour  (2 channels, has a password)\n"
    )


def test_list_prints_one_json_document(printed, gardener):
    assert json.loads(printed("user", "list", "--json")) == [
        {
            "login": "gardener",
            "email": None,
            "channels": 0,
            "has_password": False,
            "created_at": "2024-05-01T12:00:00Z",
        }
    ]


# --- password -------------------------------------------------------------------------------------


def signs_in(client, password) -> bool:
    form = {"login": "gardener", "password": password}
    return client.post("/users/api_login", form).status_int == 200


def test_password_changes_the_password_and_ends_all_sessions(printed, gardener, client):
    users.set_password(gardener, "open sesame")
    sessions.start(gardener, NOON)
    arguments = ("user", "password", "Gardener", "--password-stdin")
    assert printed(*arguments, stdin="close sesame\n") == "Changed the password of gardener.\n"
    assert not Session.select().exists()
    assert signs_in(client, "close sesame")
    assert not signs_in(client, "open sesame")
    document = printed(*arguments, "--json", stdin="third\n")
    assert json.loads(document) == {"login": "gardener"}
    assert signs_in(client, "third")


def test_password_refuses_what_is_none_and_who_is_not_there(refused, command, gardener):
    arguments = ("user", "password", "gardener", "--password-stdin")
    assert refused(*arguments, stdin="\n") == "a password must have 1 to 1024 bytes"
    assert refused("user", "password", "nobody", "--password-stdin") == "no account nobody"
    result = command("user", "password", "gardener", stdin="open sesame\n")
    assert result.exit_code == 2
    assert "standard input is not a terminal: use --password-stdin" in result.stderr
    assert users.user("gardener").password_hash is None


# --- key ------------------------------------------------------------------------------------------


def test_key_shows_the_user_key(printed, gardener):
    assert printed("user", "key", "gardener") == f"User key of gardener: {gardener.api_key}\n"
    document = json.loads(printed("user", "key", "gardener", "--json"))
    assert document == {"login": "gardener", "api_key": gardener.api_key}


@pytest.mark.parametrize(("options", "stdin"), [(["--yes"], None), ([], "y\n")])
def test_key_renews_the_user_key(command, gardener, client, options, stdin):
    result = command("user", "key", "gardener", "--renew", "--json", *options, stdin=stdin)
    new = users.user("gardener").api_key
    assert json.loads(result.stdout) == {"login": "gardener", "api_key": new}
    assert client.get("/channels.json", {"api_key": gardener.api_key}).status_int == 401
    assert client.get("/channels.json", {"api_key": new}).status_int == 200


@pytest.mark.parametrize("stdin", ["n\n", "\n", ""])
def test_key_is_not_renewed_without_a_yes(command, gardener, stdin):
    result = command("user", "key", "gardener", "--renew", stdin=stdin)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "Replace the user key of gardener? The old one stops working at once. [y/N]: "
    )
    assert result.stderr.endswith("Error: nothing was changed: answer y, or use --yes\n")
    assert users.user("gardener").api_key == gardener.api_key


def test_key_of_nobody_is_refused(refused):
    assert refused("user", "key", "nobody", "--renew", "--yes") == "no account nobody"


# --- remove ---------------------------------------------------------------------------------------


def test_remove_removes_an_account_with_its_sessions(printed, gardener):
    sessions.start(gardener, NOON)
    document = printed("user", "remove", "gardener", "--yes", "--json")
    assert json.loads(document) == {"login": "gardener"}
    assert not User.select().exists()
    assert not Session.select().exists()


def test_remove_is_refused_while_the_account_owns_channels(printed, refused, add_channel):
    add_channel()
    assert refused("user", "remove", "gardener", "--yes") == (
        "gardener still owns channel 1: remove the channels first, or with the account"
    )
    for _ in range(11):
        add_channel()
    assert refused("user", "remove", "gardener") == (
        "gardener still owns 12 channels: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...:"
        " remove the channels first, or with the account"
    )
    assert User.select().exists()
    for number in range(1, 13):
        printed("channel", "remove", str(number), "--yes")
    assert printed("user", "remove", "gardener", "--yes") == "Removed account gardener.\n"


def test_remove_takes_the_channels_along_if_told_to(command, add_channel, write):
    write(add_channel(), field1="1")
    add_channel("Cellar")
    arguments = ("user", "remove", "gardener", "--with-channels")
    result = command(*arguments, stdin="n\n")
    assert result.exit_code == 1
    assert "Remove account gardener and its 2 channels with 1 entry? [y/N]" in result.stderr
    assert Channel.select().count() == 2
    assert command(*arguments, stdin="y\n").exit_code == 0
    assert not Channel.select().exists()
    assert not User.select().exists()


def test_remove_of_nobody_is_refused(refused):
    assert refused("user", "remove", "nobody", "--yes") == "no account nobody"
