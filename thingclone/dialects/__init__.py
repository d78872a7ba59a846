"""The other URL languages: those of devices that were built for one of the small home-made servers.

A dialect is a file here and its row in DIALECTS. It translates requests into the same updates and
reads, and fails in its own way. `credentials` tells it who is asking.
"""

from dataclasses import dataclass

from thingclone.dialects import credentials, path, pins, rxdata, series, sql_api
from thingclone.http.door import Door
from thingclone.settings import Settings


@dataclass(frozen=True)
class Dialect:
    """`may_be_opened`: the original had no keys, so the owner may do without. `removal`: the door
    that a server leaves out if it is ingest-only.
    """

    doors: tuple[Door, ...]
    may_be_opened: bool = False
    removal: Door | None = None


DIALECTS = {
    # /update/API_key=.../mac=.../field=1/data=72.3
    "path": Dialect((path.door,)),
    # /rxdata/default/call/run/receive
    "rxdata": Dialect((rxdata.writes, rxdata.reads), may_be_opened=True),
    # /SQL_API
    "sql_api": Dialect((sql_api.door,)),
    # /api/list, /api/toggle/18
    "pins": Dialect((pins.writes, pins.reads), may_be_opened=True),
    # /series, /point/147
    "series": Dialect((series.writes, series.reads), may_be_opened=True, removal=series.removal),
}


def check(settings: Settings):
    """Raises ValueError if the settings open a dialect that cannot be opened."""
    opened = credentials.opened(settings)
    possible = [name for name, dialect in DIALECTS.items() if dialect.may_be_opened]
    for name in sorted(opened.difference(possible)):
        raise ValueError(f"open_dialects: {name} is not one of {', '.join(possible)}")
    if opened and not settings.dialect_user:
        raise ValueError(
            "open_dialects needs dialect_user, the login of the account that owns the devices"
        )
