"""Who stands behind a login: what HTTP Basic authentication is worth."""

import hmac

from thingclone import keys
from thingclone.database import execute
from thingclone.errors import AuthRequired


def user_key_of(login: str) -> str | None:
    """The user key of the account of this login, whatever its case."""
    wanted = "SELECT api_key FROM users WHERE lower(login) = ?"
    row = execute(wanted, (login.lower().replace("\0", ""),)).fetchone()
    return row[0] if row else None


def user_key_for(login: str, password: str) -> str:
    """The user key of whoever signs in with a login, and with the password or the user key of its
    account.
    """
    key = user_key_of(login)
    if key is not None and _are_equal(keys.normal(key), keys.normal(password)):
        return key
    raise AuthRequired("wrong login or password: the password may also be the user key")


def _are_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
