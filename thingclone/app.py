"""The WSGI app: every door on one page. A newcomer starts here.

Each door is a module that translates one protocol into deeds. Before the first request the database
must be connected, with `database.connect(url)`.
"""

from collections.abc import Callable
from functools import cache

# By their whole names, because some modules of `api` and `pages` are called alike.
import thingclone.api.api_keys
import thingclone.api.bulk
import thingclone.api.channels
import thingclone.api.devices
import thingclone.api.feeds
import thingclone.api.journal
import thingclone.api.service
import thingclone.api.status
import thingclone.api.talkbacks
import thingclone.api.update
import thingclone.api.users
import thingclone.web.pages.accounts
import thingclone.web.pages.api_keys
import thingclone.web.pages.channel_settings
import thingclone.web.pages.channels
import thingclone.web.pages.data
import thingclone.web.pages.devices
import thingclone.web.pages.embeds
import thingclone.web.pages.entry
import thingclone.web.pages.imports
import thingclone.web.pages.journal
import thingclone.web.pages.removals
import thingclone.web.pages.talkbacks  # noqa: F401
from thingclone import api, dialects
from thingclone.dialects import DIALECTS
from thingclone.formats import times
from thingclone.http.routing import App, Doors
from thingclone.http.services import Services
from thingclone.settings import Settings
from thingclone.web import pages, static_files
from thingclone.web.door import page_of_refusal

DOORS = (
    api.update.door,  # /update
    api.bulk.door,  # /channels/1/bulk_update.json
    api.feeds.entries,  # /channels/1/feeds/last.json, /channels/1/fields/1/last.txt
    api.feeds.lists,  # /channels/1/feeds.json, /channels/1/fields/1.csv
    api.status.entries,  # /channels/1/status/last.json
    api.status.lists,  # /channels/1/status.json
    api.feeds.export,  # /stream/channels/1/feeds.csv
    api.channels.settings,  # /channels/1.json
    api.channels.lists,  # /channels/public.json
    api.channels.own,  # /channels.json, /channels/1/clear
    api.api_keys.door,  # /channels/1/api_keys.json
    api.users.door,  # /users/gardener.json, /users/api_login.json
    api.talkbacks.door,  # /talkbacks/1/commands/execute
    api.journal.door,  # /channels/1/journal.json
    api.devices.door,  # /devices.json
    api.service.probes,  # /healthz, /readyz
    *(door for dialect in DIALECTS.values() for door in dialect.doors),
    *(dialect.removal for dialect in DIALECTS.values() if dialect.removal),
    api.service.small,  # /, /crossdomain.xml, OPTIONS of everything
)

PAGES = (
    pages.accounts.door,  # /login, /account, /welcome/TOKEN
    pages.channels.door,  # /channels, /channels/1, /channels/public
    pages.data.door,  # /channels/1/data
    pages.entry.door,  # /channels/1/data/7, /channels/1/data/new
    pages.removals.door,  # /channels/1/data/remove, /channels/1/data/corrections
    pages.channel_settings.door,  # /channels/1/settings
    pages.api_keys.door,  # /channels/1/api_keys, /channels/1/keys/write
    pages.journal.door,  # /channels/1/journal, /journal
    pages.talkbacks.door,  # /talkbacks, /talkbacks/1
    pages.imports.door,  # /channels/1/import, /channels/1/upload
    pages.devices.door,  # /devices, /channels/1/devices
    pages.embeds.pages,  # /channels/1/charts/1, /channels/1/status/recent
    pages.embeds.pictures,  # /channels/1/charts/1.svg
    static_files.door,  # /static/VERSION/thingclone.css
)

# What `--ingest-only` leaves of them.
INGEST_DOORS = (
    api.update.door,
    api.bulk.door,
    api.feeds.entries,
    api.feeds.lists,
    api.status.entries,
    api.status.lists,
    api.feeds.export,
    api.service.probes,
    *(door for dialect in DIALECTS.values() for door in dialect.doors),
    api.service.small,
)


def create_app(settings: Settings, clock: Callable[[], int] = times.now) -> App:
    """The app with these settings. `clock` returns the moment of each request. Raises ValueError if
    the settings contradict each other.
    """
    dialects.check(settings)
    return App(Services.start(settings, clock), _doors(settings.ingest_only), page_of_refusal)


@cache
def _doors(ingest_only: bool) -> Doors:
    return Doors(INGEST_DOORS if ingest_only else DOORS + PAGES)
