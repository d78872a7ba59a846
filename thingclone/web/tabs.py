"""The tabs of the pages of a channel, and of an account.

Only the owner can open them. For all others, the channel does not exist: 404.
"""

from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Channel, User
from thingclone.errors import Refusal
from thingclone.web import visitor, wording
from thingclone.web.door import show

# (name of the tab, what follows /channels/ID)
OF_CHANNEL = (
    ("Charts", ""),
    ("Data", "/data"),
    ("Settings", "/settings"),
    ("API keys", "/api_keys"),
    ("Devices", "/devices"),
    ("Journal", "/journal"),
)
# (name of the tab, path)
OF_ACCOUNT = (("Account", "/account"), ("Devices", "/devices"), ("TalkBack", "/talkbacks"))
OF_OWNER = (*OF_ACCOUNT, ("Journal", "/journal"))


def own_channel(channel_id: str) -> Channel:
    """Returns the complete channel if it belongs to the visitor. Raises NoSuchThing otherwise."""
    return channels.own_channel(visitor.required(), channel_id)


def show_tab(
    tab: str, template: str, channel: Channel, refusal: Refusal | None = None, /, **values
) -> bytes:
    """Returns a page of a channel. A refusal says why its form was not accepted."""
    about = {"channel": channel, "root": f"/channels/{channel.id}", "tabs": OF_CHANNEL}
    return _show(tab, template, refusal, **about, **values)


def of_account(user: User) -> tuple:
    """Returns the tabs of an account. The owner of the server has one more."""
    return OF_OWNER if users.is_owner(user) else OF_ACCOUNT


def show_account_tab(tab: str, template: str, refusal: Refusal | None = None, /, **values) -> bytes:
    """Returns a page of the visitor's account."""
    tabs = of_account(visitor.required())
    return _show(tab, template, refusal, root="", tabs=tabs, **values)


def _show(tab: str, template: str, refusal: Refusal | None, /, **values) -> bytes:
    status = wording.status_of(refusal) if refusal else 200
    return show(template, status, tab=tab, refusal=refusal, **values)
