"""The WSGI app: every door on one page.

A newcomer starts here: each door is a module that translates one protocol into deeds. Before the
first request the database must be connected, with `database.connect(url)`.
"""

import re
from collections.abc import Callable

from bottle import Bottle, HTTPError, request

from thingclone import timestamps
from thingclone.api import (
    bulk,
    channels,
    feeds,
    refusals,
    requests,
    small,
    status,
    stream,
    update,
    users,
)
from thingclone.api.door import send_refusal
from thingclone.errors import BadRequest, Malfunction, NoSuchThing, Refusal, WrongMethod
from thingclone.settings import Settings

DOORS = (
    update.door,  # /update
    bulk.door,  # /channels/1/bulk_update.json
    feeds.entries,  # /channels/1/feeds/last.json, /channels/1/fields/1/last.txt
    feeds.lists,  # /channels/1/feeds.json, /channels/1/fields/1.csv
    status.entries,  # /channels/1/status/last.json
    status.lists,  # /channels/1/status.json
    stream.door,  # /stream/channels/1/feeds.csv
    channels.settings,  # /channels/1.json
    channels.lists,  # /channels/public.json
    users.door,  # /users/gardener.json
    small.door,  # /, /crossdomain.xml, OPTIONS of everything
)

_CORS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, POST, PUT, OPTIONS, DELETE, PATCH"),
    (
        "Access-Control-Allow-Headers",
        "origin, content-type, X-Requested-With, X-THINGSPEAKAPIKEY, THINGSPEAKAPIKEY",
    ),
    ("Access-Control-Max-Age", "1800"),
]
# What is left for a client that sends headers=false: what the message cannot be understood, or be
# safe, without.
_NECESSARY = frozenset(("Content-Length", "Content-Encoding"))
_SLASHES = re.compile("//+")


class App(Bottle):
    """All doors merged, and what is the same for all of them: tidy paths, errors of routing,
    headers.
    """

    def wsgi(self, environ, start_response):
        path = environ["PATH_INFO"]
        if "//" in path or (path.endswith("/") and len(path) > 1):
            environ["PATH_INFO"] = _SLASHES.sub("/", path).rstrip("/") or "/"

        def start(status, headers, exc_info=None):
            if requests.BARE in environ:
                headers = [header for header in headers if header[0] in _NECESSARY]
            else:
                headers = headers + _CORS
            # A browser must never take stored text for a page.
            headers += [("X-Content-Type-Options", "nosniff")]
            return start_response(status, headers, exc_info)

        return super().wsgi(environ, start)

    def default_error_handler(self, error: HTTPError) -> bytes:
        """What no route takes is refused in the format that its suffix names."""
        return send_refusal(_refusal_of(error), refusals.error_object)


def _refusal_of(error: HTTPError) -> Refusal:
    path = request.environ.get("PATH_INFO", "")[:200]
    nothing_but_preflight = error.get_header("Allow") == "OPTIONS"
    if error.status_code == 404 or nothing_but_preflight:
        return NoSuchThing(f"there is nothing at {path}")
    if error.status_code == 405:
        return WrongMethod(f"{path} does not take {request.method}")
    if error.status_code < 500:
        return BadRequest(str(error.body))
    return Malfunction("ThingClone has a fault here; its log tells more")


def create_app(settings: Settings, clock: Callable[[], int] = timestamps.now) -> App:
    """The app with these settings; `clock` returns the moment of each request."""
    app = App()
    app.config["json.enable"] = False
    app.config["thingclone.settings"] = settings
    app.config["thingclone.clock"] = clock
    for door in DOORS:
        app.merge(door)
    return app
