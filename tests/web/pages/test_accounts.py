"""Signing in and out, signing up, and one's own account."""

import pytest

from tests.web.conftest import PASSWORD, Browser
from thingclone.accounts import sessions, users
from thingclone.app import create_app
from thingclone.database.models import Session, User
from thingclone.settings import Settings

COOKIE = "thingclone_session"


# --- signing in -----------------------------------------------------------------------------------


def test_whoever_signs_in_gets_a_cookie_that_no_script_and_no_foreign_page_can_use(
    stranger, gardener
):
    users.set_password(gardener, PASSWORD)
    answer = stranger.sign_in()
    assert (answer.status_int, answer.headers["Location"]) == (303, "/channels")
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    token, _, attributes = rest.partition("; ")
    assert (name, len(token)) == (COOKIE, 43)
    assert attributes == "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"


def test_behind_tls_the_cookie_is_for_tls_alone(stranger, gardener):
    users.set_password(gardener, PASSWORD)
    answer = stranger.post(
        "/login",
        {"login": "gardener", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
        extra_environ={"wsgi.url_scheme": "https"},
    )
    assert answer.headers["Set-Cookie"].endswith("; SameSite=Lax; Secure")


@pytest.mark.parametrize("login", ["GARDENER", " gardener ", "Gardener@Example.org"])
def test_a_login_or_an_email_address_signs_in(stranger, gardener, login):
    User.update(email="gardener@example.org").execute()
    users.set_password(gardener, PASSWORD)
    assert stranger.sign_in(login).status_int == 303


@pytest.mark.parametrize(
    ("login", "password"), [("gardener", "wrong"), ("nobody", PASSWORD), ("", ""), ("gardener", "")]
)
def test_a_wrong_password_shows_the_form_again(stranger, gardener, login, password):
    users.set_password(gardener, PASSWORD)
    answer = stranger.sign_in(login, password)
    assert answer.status_int == 403
    assert "Wrong login or password." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.form["login"].value == login
    assert answer.form["password"].value == ""


def test_guesses_are_slowed_down(stranger, gardener, clock):
    users.set_password(gardener, PASSWORD)
    for _ in range(5):
        assert stranger.sign_in(password="wrong").status_int == 403
    answer = stranger.sign_in()
    assert answer.status_int == 429
    assert "Too many wrong attempts: try again in 1 s." in answer.text
    clock.advance(1)
    assert stranger.sign_in().status_int == 303


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/channels/1", "/channels/1"),
        ("/channels/1?api_key=K&x=%2F", "/channels/1?api_key=K&x=%2F"),
        ("//evil.example", "/channels"),
        ("/\\evil.example", "/channels"),
        ("/\t/evil.example", "/channels"),
        ("http://evil.example/", "/channels"),
        ("javascript:alert(1)", "/channels"),
        ("evil", "/channels"),
        ("", "/channels"),
        ("/channels\r\nX-Evil: 1", "/channels"),
    ],
)
def test_one_goes_on_to_pages_of_this_server_alone(stranger, gardener, path, location):
    users.set_password(gardener, PASSWORD)
    form = stranger.get("/login", {"next": path}).form
    form["login"], form["password"] = "gardener", PASSWORD
    assert form.submit().headers["Location"] == location
    assert stranger.get("/login", {"next": path}).headers["Location"] == location
    sent = stranger.post("/login", {"login": "gardener", "password": PASSWORD, "next": path})
    assert sent.headers["Location"] == location


def test_whoever_has_to_sign_in_comes_back_to_where_they_were(stranger, gardener):
    answer = stranger.get("/channels?tag=a&b=c")
    assert (answer.status_int, answer.headers["Location"]) == (
        303,
        "/login?next=/channels%3Ftag%3Da%26b%3Dc",
    )
    assert answer.headers.getall("Content-Type") == ["text/plain; charset=utf-8"]
    assert answer.headers.getall("Cache-Control") == ["no-store"]
    users.set_password(gardener, PASSWORD)
    form = answer.follow().form
    form["login"], form["password"] = "gardener", PASSWORD
    assert form.submit().headers["Location"] == "/channels?tag=a&b=c"


# --- sessions -------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_for_good(browser):
    token = browser.cookies[COOKIE]
    answer = browser.get("/account").forms[0].submit()
    assert (answer.status_int, answer.headers["Location"]) == (303, "/login")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    browser.set_cookie(COOKIE, token)
    assert browser.get("/channels").headers["Location"].startswith("/login")


def test_a_session_lasts_thirty_days_from_its_last_use(browser, clock):
    clock.advance(20 * 86400)
    answer = browser.get("/channels")
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
    assert "Set-Cookie" not in browser.get("/channels").headers
    clock.advance(20 * 86400)
    assert browser.get("/channels").status_int == 200
    clock.advance(30 * 86400)
    assert browser.get("/channels").status_int == 303


def test_a_cookie_of_nobody_is_no_session(stranger, gardener):
    for cookie in ("x" * 43, "\"';--", ""):
        stranger.set_cookie(COOKIE, cookie)
        assert stranger.get("/channels").status_int == 303


@pytest.mark.parametrize(
    "foreign",
    ["a@b=1", "list[]=1", 'json={"a":1,"b":[2]}', "name=\u00c3\u00a9", "flag", "=", ";;", 'open="'],
)
def test_cookies_of_other_programs_on_the_host_do_not_matter(browser, foreign):
    session = f"{COOKIE}={browser.cookies[COOKIE]}"
    browser.reset()
    for cookies in (f"{foreign}; {session}", f"{session}; {foreign}", f"{foreign};{session}"):
        answer = browser.get("/channels", headers={"Cookie": cookies})
        assert answer.status_int == 200
        browser.reset()
    assert browser.get("/channels", headers={"Cookie": foreign}).status_int == 303


# --- one's own account ----------------------------------------------------------------------------


def change_password(browser, current, new):
    form = browser.get("/account").forms[2]
    form["current"], form["password"] = current, new
    return form.submit()


def test_a_new_password_ends_all_other_sessions(browser, app, gardener):
    other = Browser(app)
    other.sign_in()
    answer = change_password(browser, PASSWORD, "open barley")
    assert answer.headers["Location"] == "/account?done=password"
    assert "Password changed." in answer.follow().text
    assert browser.get("/channels").status_int == 200
    assert other.get("/channels").status_int == 303
    assert other.sign_in().status_int == 403
    assert other.sign_in(password="open barley").status_int == 303


@pytest.mark.parametrize(
    ("current", "new", "status", "reason"),
    [
        ("wrong", "open barley", 403, "The current password is wrong."),
        (PASSWORD, "short", 400, "A password must have at least 8 characters."),
        (PASSWORD, "x" * 1025, 400, "A password must have 1 to 1024 bytes."),
    ],
)
def test_what_cannot_be_the_new_password(browser, current, new, status, reason):
    answer = change_password(browser, current, new)
    assert (answer.status_int, reason in answer.text) == (status, True)
    assert users.user_with_password("gardener", PASSWORD)
    assert Session.select().count() == 1


def test_guessing_the_current_password_is_slowed_down(browser):
    for _ in range(5):
        change_password(browser, "wrong", "open barley")
    assert change_password(browser, PASSWORD, "open barley").status_int == 429


def test_the_user_key_is_shown_and_renewed(browser, gardener, client):
    old = gardener.api_key
    page = browser.get("/account")
    assert page.html.find(id="user-key")["value"] == old
    answer = page.forms[1].submit()
    assert answer.headers["Location"] == "/account?done=key"
    new = answer.follow().html.find(id="user-key")["value"]
    assert new != old
    assert client.get("/channels.json", {"api_key": new}).text == "[]"
    assert client.get("/channels.json", {"api_key": old}).status_int == 401


@pytest.mark.parametrize("path", ["/account/password", "/account/key"])
def test_strangers_change_no_account(stranger, gardener, path):
    answer = stranger.post(path, {"current": "", "password": "open barley"})
    assert answer.status_int == 401
    assert "Sign in" in answer.text
    assert User.get().api_key == gardener.api_key


# --- signing up -----------------------------------------------------------------------------------


def test_nobody_signs_up_unless_the_owner_lets_them(stranger, gardener):
    assert Settings().sign_up is False
    form = {"login": "neighbour", "password": PASSWORD}
    for answer in (stranger.get("/signup"), stranger.post("/signup", form)):
        assert answer.status_int == 404
        assert "ask the owner of this server for an account" in answer.text
    assert "/signup" not in stranger.get("/login").text
    assert User.select().count() == 1


class TestOpen:
    @pytest.fixture
    def settings(self):
        return Settings(sign_up=True)

    def sign_up(self, stranger, **given):
        form = stranger.get("/signup").form
        for name, value in ({"login": "neighbour", "password": PASSWORD} | given).items():
            form[name] = value
        return form.submit()

    def test_an_account_is_made_and_signed_in(self, stranger, gardener):
        assert "/signup" in stranger.get("/login").text
        answer = self.sign_up(stranger, email="neighbour@example.org")
        assert answer.headers["Location"] == "/channels"
        assert "neighbour" in answer.follow().text
        assert users.user("neighbour").email == "neighbour@example.org"

    @pytest.mark.parametrize(
        ("given", "status", "reason"),
        [
            ({"login": "gardener"}, 409, "the login gardener is taken"),
            ({"login": "a b"}, 400, "is not a valid login"),
            ({"login": "<script>"}, 400, "is not a valid login"),
            ({"login": ""}, 400, "is not a valid login"),
            ({"password": "short"}, 400, "at least 8 characters"),
        ],
    )
    def test_what_cannot_be_an_account(self, stranger, gardener, given, status, reason):
        answer = self.sign_up(stranger, **given)
        assert answer.status_int == status
        assert reason.lower() in answer.html.find(role="alert").text.lower()
        assert "<script>" not in answer.text
        assert User.select().count() == 1

    def test_one_address_cannot_make_them_by_the_thousand(self, app, gardener):
        statuses = [
            self.sign_up(Browser(app), login=f"neighbour{number}").status_int for number in range(7)
        ]
        assert statuses == [303] * 5 + [429] * 2


def test_a_forgotten_session_is_swept_away(browser, gardener, clock):
    clock.advance(31 * 86400)
    sessions.start(gardener, clock())
    assert Session.select().count() == 1


def test_each_start_takes_the_sessions_of_the_one_before(browser, settings, clock):
    again = Browser(create_app(settings, clock))
    again.set_cookie(COOKIE, browser.cookies[COOKIE])
    assert again.get("/channels").status_int == 200
