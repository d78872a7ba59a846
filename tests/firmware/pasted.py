"""Sketches as a browser shows them, ready to paste."""

from tests.conftest import Client
from tests.web.conftest import ACCEPTED
from thingclone.accounts import sessions
from thingclone.app import create_app
from thingclone.database.models import User
from thingclone.formats import times
from thingclone.http.request import SESSION_COOKIE
from thingclone.settings import Settings


def pasted(user: User, page: str, language: str, port: int) -> str:
    """The sketch on a page of keys, for a server at this port: `ino`, `lua` or `py`."""
    token = sessions.start(user, times.now(), "")
    headers = {
        "Cookie": f"{SESSION_COOKIE}={token}",
        "Accept": ACCEPTED,
        "Host": f"127.0.0.1:{port}",
    }
    shown = Client(create_app(Settings())).get(page, headers=headers)
    # A browser takes the first line end of a textarea for none.
    return shown.html.find(id=language).get_text().removeprefix("\n")
