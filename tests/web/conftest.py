"""Somebody with a browser: asks for pages, keeps cookies, and says where forms come from."""

import pytest

from tests.conftest import Client
from thingclone.accounts import users
from thingclone.app import create_app

ACCEPTED = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PASSWORD = "open sesame"
# What a form of a user may hold: markup, quotes, an order of writing that is turned round, emoji.
NASTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "'; DROP TABLE entries; --",
    "{{7*7}} %end",
    "\u202eevil\u202c \u200f\u05e9\u05dc\u05d5\u05dd",
    "🌱" * 255,
]


class Browser(Client):
    """A browser at home, where there is no TLS and so no Sec-Fetch-Site."""

    def do_request(self, req, status=None, expect_errors=None):
        req.environ.setdefault("HTTP_ACCEPT", ACCEPTED)
        if req.method == "POST":
            req.environ.setdefault("HTTP_ORIGIN", "http://localhost")
            req.environ.setdefault("HTTP_HOST", "localhost")
        return super().do_request(req, status, expect_errors)

    def sign_in(self, login="gardener", password=PASSWORD):
        form = self.get("/login").forms[0]
        form["login"], form["password"] = login, password
        return form.submit()


def form(page, action: str):
    """The form of a page that is sent to this path."""
    return next(one for one in page.forms.values() if one.action == action)


def news(page) -> str:
    """What the notice on a page says."""
    notice = page.html.find(class_="notice")
    return " ".join(notice.get_text().split()) if notice else ""


def assert_only_text(page):
    """Nothing of what users have written has become markup."""
    markup = page.html.find_all(["img", "script"])
    assert [tag for tag in markup if not tag.get("src", "").startswith("/static/")] == []
    assert [tag for tag in page.html.find_all() if {"style", "onerror"} & tag.attrs.keys()] == []


@pytest.fixture
def app(client, settings, clock):
    return create_app(settings, clock)


@pytest.fixture
def stranger(app):
    """A browser that nobody has signed in with."""
    return Browser(app)


@pytest.fixture
def browser(app, gardener):
    """The gardener's browser, signed in."""
    users.set_password(gardener, PASSWORD)
    browser = Browser(app)
    assert browser.sign_in().status_int == 303
    return browser
