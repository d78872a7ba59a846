"""The link of the first start, on which the owner's account gets its password."""

import pytest

from tests.servers import running
from tests.web.conftest import PASSWORD
from thingclone.accounts import passwords, users
from thingclone.database.models import PasswordLink, User
from thingclone.formats.times import MINUTE


@pytest.fixture
def link(gardener, clock):
    return f"/welcome/{passwords.new_link(gardener, clock())}"


def choose(stranger, link, password=PASSWORD):
    form = stranger.get(link).form
    form["password"] = password
    return form.submit()


def test_whoever_has_the_link_chooses_the_password_and_is_in(stranger, link, channel):
    page = stranger.get(link)
    assert "gardener" in page.text
    answer = choose(stranger, link)
    assert (answer.status_int, answer.headers["Location"]) == (303, "/channels")
    assert "Greenhouse" in stranger.get("/channels").text
    assert users.user_with_password("gardener", PASSWORD)


def test_it_works_once(stranger, link):
    form = stranger.get(link).form
    form["password"] = PASSWORD
    form.submit()
    form["password"] = "something else"
    for answer in (form.submit(), stranger.get(link)):
        assert answer.status_int == 404
        assert "This link has already been used or has expired." in answer.text
    assert users.user_with_password("gardener", PASSWORD)


def test_it_lasts_for_half_an_hour(stranger, link, clock):
    clock.advance(30 * 60 - 1)
    form = stranger.get(link).form
    clock.advance(1)
    form["password"] = PASSWORD
    assert form.submit().status_int == 404
    assert User.get().password_hash is None


def test_it_ends_when_the_account_gets_a_password_otherwise(stranger, link, gardener):
    users.set_password(gardener, "by the shell")
    assert stranger.get(link).status_int == 404


def test_a_new_link_ends_the_one_before(stranger, link, gardener, clock):
    new = passwords.new_link(gardener, clock())
    assert stranger.get(link).status_int == 404
    assert stranger.get(f"/welcome/{new}").status_int == 200


def test_a_short_password_is_refused_and_the_link_still_works(stranger, link):
    answer = choose(stranger, link, "1234567")
    assert answer.status_int == 400
    assert "A password must have at least 8 characters." in answer.text
    assert choose(stranger, link, "12345678").status_int == 303


def test_a_wrong_link_tells_nothing(stranger, link):
    answer = stranger.get("/welcome/" + "x" * 43)
    assert answer.status_int == 404
    assert "gardener" not in answer.text


def test_only_the_hash_of_its_token_is_stored(link):
    stored = PasswordLink.get()
    assert link.removeprefix("/welcome/") not in f"{stored.token_hash} {stored.expires_at}"
    assert len(stored.token_hash) == 64


def test_it_expires_as_its_constant_says():
    assert passwords.LINK_LASTS == 30 * MINUTE


def welcome_path(output: str) -> str:
    """The path of the link that a start has printed; empty if there is none."""
    return next(
        (word[word.index("/welcome/") :] for word in output.split() if "/welcome/" in word), ""
    )


def test_a_start_prints_a_link_as_long_as_the_owner_has_no_password(database_url):
    with running(database_url) as server:
        first = welcome_path(server.output)
        status, page = server.get(first, Accept="text/html")
        assert (status, "Choose a password" in page) == (200, True)
    with running(database_url) as server:
        second = welcome_path(server.output)
        assert second != first
        assert server.get(first)[0] == 404
        form = f"password={PASSWORD}".encode()
        server.get(second, form, Origin=server.url)
        assert server.get(second)[0] == 404
        server.process.terminate()
        log = server.process.stdout.read()
        assert second.removeprefix("/welcome/") not in log
        assert f"/welcome/{second.removeprefix('/welcome/')[:4]}... HTTP/1.1" in log
    with running(database_url) as server:
        assert welcome_path(server.output) == ""


def test_before_that_the_page_to_sign_in_says_where_to_look(stranger, gardener):
    assert "it prints a link to choose one" in stranger.get("/login").text
    users.set_password(gardener, PASSWORD)
    assert "it prints a link" not in stranger.get("/login").text
