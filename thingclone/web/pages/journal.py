"""The journal: writes that were refused, or stored differently from what was sent, with advice."""

from thingclone.accounts import users
from thingclone.entries import journal
from thingclone.errors import NoSuchThing
from thingclone.http import request
from thingclone.http.door import CHANNEL
from thingclone.web import advice, visitor
from thingclone.web.door import PageDoor
from thingclone.web.tabs import own_channel, show_account_tab, show_tab

door = PageDoor()


@door.get(f"{CHANNEL}/journal", page=True)
def show_journal(channel_id):
    channel = own_channel(channel_id)
    request.services().notebook.write_if_possible()
    is_owner = users.is_owner(visitor.required())
    about = _about(journal.attempts(channel))
    return show_tab("Journal", "journal", channel, is_owner=is_owner, **about)


@door.get("/journal", page=True)
def show_journal_of_no_channel():
    """Shows writes that belong to no channel, to the owner of the server."""
    if not users.is_owner(visitor.required()):
        raise NoSuchThing("only the server's owner can see writes that belong to no channel")
    request.services().notebook.write_if_possible()
    about = _about(journal.attempts_of_no_channel())
    return show_account_tab("Journal", "lost_writes", **about)


def _about(attempts: list) -> dict:
    return {
        "attempts": [(attempt, advice.on(attempt.reason)) for attempt in attempts],
        "most": journal.KEPT,
        "zone": visitor.zone(),
    }
