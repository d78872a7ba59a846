"""Pages of channels: the list of own channels, a new one, one channel, the public channels."""

from dataclasses import dataclass

from thingclone.channels import access, channels, search
from thingclone.channels.update import ChannelUpdate
from thingclone.database.models import FIELD_NAMES, Channel
from thingclone.entries import newest, reading
from thingclone.errors import NoSuchThing, Refusal
from thingclone.formats.numbers import whole
from thingclone.formats.times import DAY
from thingclone.http import caller, request
from thingclone.http.door import CHANNEL
from thingclone.http.params import all_params, query_params
from thingclone.web import visitor, wording
from thingclone.web.door import PageDoor, redirect, show
from thingclone.web.tabs import OF_CHANNEL

RANGES = (("day", "Day"), ("week", "Week"), ("month", "Month"), ("year", "Year"), ("all", "All"))
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
MOST_STATUSES = 8

door = PageDoor()


@door.get("/", page=True, lane="read")
def start():
    return redirect("/channels")


# --- own channels ---------------------------------------------------------------------------------


@door.get("/channels", page=True)
def list_own_channels():
    user = visitor.required()
    return show("channels", cards=_cards(channels.channels_of(user)))


def _cards(found: list[Channel]) -> list[tuple]:
    return [(channel, newest.glance(channel)) for channel in found]


@door.get("/channels/new")
def show_new_channel():
    visitor.required()
    return show("new_channel", given={})


@door.post("/channels/new")
def make_channel():
    user = visitor.required()
    names = ("name", "description", "public_flag", *FIELD_NAMES)
    given = {name: value for name, value in all_params().items() if name in names}
    try:
        made = channels.add_channel_from(user, ChannelUpdate.from_params(given), request.now())
    except Refusal as refusal:
        return show("new_channel", refusal.status, given=given, refusal=refusal)
    return redirect(f"/channels/{made.id}")


# --- one channel ----------------------------------------------------------------------------------


@door.get(CHANNEL, page=True)
def show_channel(channel_id):
    """Shows a channel. Its owner sees more than others."""
    user = visitor.current()
    caller.channel_to_read(channel_id)
    channel = channels.complete_channel(int(channel_id))
    glance = newest.glance(channel)
    own = access.owns(user, channel)
    address = request.base_url()
    return show(
        "channel",
        channel=channel,
        glance=glance,
        own=own,
        tabs=OF_CHANNEL,
        tab="Charts",
        base_url=address,
        write_url=f"{address}/update?api_key={channel.write_key}&field1=42" if own else "",
        statuses=reading.recent_statuses(channel)[:MOST_STATUSES],
        place=wording.place(channel),
        ranges=RANGES,
        range_name=_first_range(glance.newest_at, request.now()),
        **_key(channel, own),
    )


def _key(channel: Channel, own: bool) -> dict:
    """Returns the key that the scripts of the page send, if the channel was opened with it."""
    key = all_params()["api_key"]
    is_needed = not channel.public and not own
    return {
        "key": key if is_needed else "",
        "key_query": f"?api_key={wording.quoted(key)}" if is_needed else "",
    }


def _first_range(newest_at: int | None, now: int) -> str:
    """Returns the shortest range that contains an entry."""
    passed = now - (newest_at or now)
    return next((name for name, days in _DAYS.items() if passed < days * DAY), "all")


# --- public channels ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChannelSearch:
    """Which public channels to show. Only the first value that is given counts."""

    q: str = ""
    tag: str = ""
    username: str = ""

    @classmethod
    def from_params(cls, params: dict) -> "ChannelSearch":
        names = ("q", "tag", "username")
        given = {name: str(params[name]).strip()[:100] for name in names if params.get(name)}
        first = dict(list(given.items())[:1])
        return cls(**first)

    @property
    def heading(self) -> str:
        if self.q:
            return f"Channels that match “{self.q}”"
        if self.tag:
            return f"Channels with the tag {self.tag}"
        return f"Channels by {self.username}" if self.username else ""


@door.get("/channels/public", page=True)
def list_public_channels():
    params = query_params()
    asked = ChannelSearch.from_params(params)
    page = whole(params["page"]) if params.get("page") else 1
    if page < 1:
        raise NoSuchThing("page must be 1 or more")
    found = search.browse(page, text=asked.q, tag=asked.tag, username=asked.username)
    return show(
        "public",
        wanted=vars(asked),
        heading=asked.heading,
        tags=search.public_tags(),
        cards=_cards(found.channels),
        page=page,
        pages=max(1, -(-found.total // search.PER_PAGE)),
    )
