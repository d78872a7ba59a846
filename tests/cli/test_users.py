"""`thingclone user`."""

import json
import re

from thingclone import accounts
from thingclone.models import User


def test_add_prints_the_user_key(printed):
    text = printed("user", "add", "gardener")
    user_key = accounts.user("gardener").api_key
    assert text == f"Added the user gardener. User key: {user_key}\n"
    assert re.fullmatch("[0-9A-Z]{16}", user_key)


def test_add_prints_one_json_document(printed):
    document = json.loads(printed("user", "add", "gardener", "--json"))
    assert document == {"login": "gardener", "api_key": accounts.user("gardener").api_key}


def test_the_user_key_opens_what_is_the_users(printed, client):
    user_key = json.loads(printed("user", "add", "gardener", "--json"))["api_key"]
    printed("user", "add", "neighbour", "--email", "neighbour@example.org")
    shown = client.get("/users/gardener.json", {"api_key": user_key}).json
    assert (shown["login"], shown["email"]) == ("gardener", None)
    assert "email" not in client.get("/users/neighbour.json", {"api_key": user_key}).json


def test_add_keeps_the_email(printed):
    printed("user", "add", "gardener", "--email", "gardener@example.org")
    assert accounts.user("gardener").email == "gardener@example.org"


def test_without_a_password_there_is_none(printed):
    printed("user", "add", "gardener")
    assert accounts.user("gardener").password_hash is None


def test_the_password_comes_from_standard_input_and_is_kept_as_a_hash(command):
    result = command("user", "add", "gardener", "--password-stdin", stdin="open sesame\nrest\n")
    assert result.exit_code == 0
    assert "sesame" not in result.output
    kind, salt, digest = accounts.user("gardener").password_hash.split("$")
    assert kind == "scrypt"
    assert "sesame" not in salt + digest
    again = command("user", "add", "neighbour", "--password-stdin", stdin="open sesame\n")
    assert again.exit_code == 0
    assert accounts.user("neighbour").password_hash != accounts.user("gardener").password_hash


def test_an_empty_or_endless_password_is_refused(refused):
    too_long = "x" * 1025
    for stdin in ("", "\n", too_long):
        sentence = refused("user", "add", "gardener", "--password-stdin", stdin=stdin)
        assert sentence == "a password has 1 to 1024 bytes"
    assert not User.select().exists()


def test_a_taken_login_is_refused_whatever_its_case(printed, refused):
    printed("user", "add", "gardener")
    assert refused("user", "add", "gardener") == "the login gardener is taken"
    assert refused("user", "add", "Gardener", "--json") == "the login Gardener is taken"
    assert User.select().count() == 1


def test_a_login_that_is_none_is_refused(refused):
    rule = "letters, digits and . _ - + @, at most 100"
    for login in ("", "two words", "a/b", "ü", "_begins", "x" * 101):
        assert refused("user", "add", login) == f"{login!r} cannot be a login: {rule}"
    assert not User.select().exists()


def test_a_login_may_be_a_mail_address(printed, client):
    printed("user", "add", "gardener+home@example.org")
    assert client.get("/users/gardener+home@example.org.json").json["login"] == (
        "gardener+home@example.org"
    )
