"""What the pages of one's own channel share, and those of one's own account: the tabs between them.

Somebody else's channel is as good as none: 404.
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
    """The complete channel of this number, if it belongs to whoever has signed in."""
    return channels.own_channel(visitor.required(), channel_id)


def show_tab(
    tab: str, template: str, channel: Channel, refusal: Refusal | None = None, /, **values
) -> bytes:
    """A page of one's own channel; with a refusal it says why a form was not taken."""
    about = {"channel": channel, "root": f"/channels/{channel.id}", "tabs": OF_CHANNEL}
    return _show(tab, template, refusal, **about, **values)


def of_account(user: User) -> tuple:
    """The tabs of an account: who owns the server has one more."""
    return OF_OWNER if users.is_owner(user) else OF_ACCOUNT


def show_account_tab(tab: str, template: str, refusal: Refusal | None = None, /, **values) -> bytes:
    """The same of the account that has signed in."""
    tabs = of_account(visitor.required())
    return _show(tab, template, refusal, root="", tabs=tabs, **values)


def _show(tab: str, template: str, refusal: Refusal | None, /, **values) -> bytes:
    status = wording.status_of(refusal) if refusal else 200
    return show(template, status, tab=tab, refusal=refusal, **values)
