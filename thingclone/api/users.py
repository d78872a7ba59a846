"""People: their public channels, signing in, their user keys (contract, sections 9.4 and 10)."""

from thingclone.accounts import sessions, users
from thingclone.channels import channels
from thingclone.database.models import User
from thingclone.errors import AuthRequired
from thingclone.formats.as_json import TXT
from thingclone.http import caller, refusals, request
from thingclone.http.door import Door, answer_json, chosen_format, send
from thingclone.http.params import all_params

LOGIN = "/users/<login:re:[^/]+?>"  # may hold dots: only these suffixes are taken off
SUFFIX = r"<suffix:re:(?:\.(?:json|xml|html))?>"

door = Door(refusals.error_object)


# --- before the routes of people, whose pattern would take them -----------------------------------


@door.route(f"/users/api_login{SUFFIX}", method=["GET", "POST"])
def sign_in(suffix):
    form = chosen_format("people")
    user = _user_with_password()
    token = sessions.start(user, request.now(), request.address())
    return _send_secret(form, user, "authentication_token", token)


@door.post(f"/users/new_api_key{SUFFIX}")
def renew_key(suffix):
    form = chosen_format("people")
    user = caller.account()
    return _send_secret(form, user, "api_key", users.renew_key(user))


def _user_with_password() -> User:
    params = all_params()
    name, password = params.get("login"), params.get("password")
    if not name or not password:
        raise AuthRequired("login and password are required")
    with request.services().throttle.password(str(name), request.address(), request.now()):
        return users.user_with_password(name, password)


def _send_secret(form, user: User, name: str, secret: str) -> bytes:
    """What is new, alone as text, else with the account that it belongs to."""
    if form is TXT:
        return send(form.content_type, secret.encode())
    shown = users.user_object(user, private=True) | {name: secret}
    return send(form.content_type, form.thing("user", shown).encode())


# --- people ---------------------------------------------------------------------------------------


@door.get(f"{LOGIN}{SUFFIX}")
def show_user(login, suffix):
    form = chosen_format("people")
    user = users.user(login)
    own = caller.is_caller(user)
    return answer_json(form, form.thing("user", users.user_object(user, private=own)))


@door.get(f"{LOGIN}/channels{SUFFIX}")
def list_channels_of_user(login, suffix):
    form = chosen_format("people")
    user = users.user(login)
    tag = str(all_params().get("tag") or "")
    found = channels.channels_of(user, public_only=not caller.is_caller(user), tag=tag)
    shown = [channels.public_object(channel, with_username=True) for channel in found]
    return answer_json(form, form.thing("response", {"channels": shown}))
