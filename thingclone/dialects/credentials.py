"""Who asks: the key of a request in a dialect.

It comes as a header or parameter, as everywhere, or by HTTP Basic authentication, with a login and
its password or user key. A dialect whose original had no keys needs none once the owner opens it:
then the key is the user key of the account that `dialect_user` names.
"""

from thingclone.accounts import logins
from thingclone.errors import AuthRequired, Refusal
from thingclone.http import request
from thingclone.http.door import set_header
from thingclone.http.params import all_params
from thingclone.settings import Settings


def key_for(dialect: str, may_be_opened: bool = True):
    """The key of this request, which is its `api_key` from now on. Raises AuthRequired if there is
    none, unless the dialect is open.
    """
    params = all_params()
    if params["api_key"] in (None, ""):
        params["api_key"] = _other_key(dialect, may_be_opened)
    return params["api_key"]


def _other_key(dialect: str, may_be_opened: bool) -> str:
    login = request.basic_login()
    if login:
        return _key_of_login(*login)
    if dialect in opened(request.settings()):
        return _key_of_dialect_user()
    needed = (
        f"{dialect} needs a key: send api_key=..., the header X-THINGSPEAKAPIKEY, or Basic"
        " authentication with login and password or user key"
    )
    remedy = f"its owner can open it with the settings open_dialects={dialect} and dialect_user"
    raise AuthRequired(f"{needed} ({remedy})" if may_be_opened else needed)


def _key_of_login(login: str, password: str) -> str:
    if logins.owns_user_key(login, password):
        return password
    if request.settings().ingest_only:
        raise AuthRequired("this server does not check passwords: use login and user key")
    now = request.now()
    services = request.services()
    with services.throttle.password(login, request.address(), now):
        return services.logins.user_key(login, password, now)


def opened(settings: Settings) -> set[str]:
    """The dialects that need no key."""
    return set(settings.open_dialects.replace(",", " ").split())


def _key_of_dialect_user() -> str:
    login = request.settings().dialect_user
    key = logins.user_key_of(login)
    if key is None:
        raise AuthRequired(f"the setting dialect_user names {login}, but there is no such account")
    return key


def ask_for_login(refusal: Refusal):
    """Tell the client that it may sign in, as HTTP requires for every 401."""
    if refusal.status == 401:
        set_header("WWW-Authenticate", 'Basic realm="ThingClone", charset="UTF-8"')
