"""People and their public channels (contract, sections 9.4 and 10)."""

from thingclone import accounts, channels
from thingclone.api import refusals, requests
from thingclone.api.door import Door, answer_json, chosen_format

FORMATS = ("json", "xml", "html", "")
LOGIN = "/users/<login:re:[^/]+?>"  # may hold dots: only these suffixes are taken off
SUFFIX = r"<suffix:re:(?:\.(?:json|xml|html))?>"

door = Door(refusals.error_object)


@door.get(f"{LOGIN}{SUFFIX}")
def show_user(login, suffix):
    form = chosen_format(*FORMATS)
    user = accounts.user(login)
    own = accounts.owns_key(user, requests.params()["api_key"])
    return answer_json(form, form.thing("user", accounts.user_object(user, private=own)))


@door.get(f"{LOGIN}/channels{SUFFIX}")
def list_channels_of_user(login, suffix):
    form = chosen_format(*FORMATS)
    user = accounts.user(login)
    own = accounts.owns_key(user, requests.params()["api_key"])
    found = channels.channels_of(user, public_only=not own)
    shown = [channels.public_object(channel, with_username=True) for channel in found]
    return answer_json(form, form.thing("response", {"channels": shown}))
