"""The first password of an account: no account begins with one, so a link that `thingclone serve`
prints lets whoever can read that choose it.

A link works once, for half an hour, and only as long as the account has no password. The table
keeps the hash of its token.
"""

import hashlib
import secrets

from thingclone.accounts import passwords
from thingclone.database import database, execute
from thingclone.database.models import PasswordLink, User
from thingclone.database.transactions import writing
from thingclone.errors import NoSuchThing
from thingclone.formats.times import MINUTE

LASTING = 30 * MINUTE


def new_link(user: User, now: int) -> str:
    """The token of a new link for this account; the one before it ends."""
    token = secrets.token_urlsafe(32)
    with writing():
        # Two servers may start at once, and make one each: one after the other.
        execute(f"SELECT id FROM users WHERE id = ?{database.locking('users')}", (user.id,))
        PasswordLink.delete().where(PasswordLink.user == user).execute()
        PasswordLink.create(user=user, token_hash=_hashed(token), expires_at=now + LASTING)
    return token


def user_of(token: str, now: int) -> User:
    """The account whose first password this link lets one choose."""
    links = PasswordLink.select(PasswordLink, User).join(User)
    link = links.where(PasswordLink.token_hash == _hashed(token)).first()
    if link is None or link.expires_at <= now or link.user.password_hash is not None:
        raise NoSuchThing("this link has been used already, or has expired")
    return link.user


def choose(token: str, password: str, now: int) -> User:
    """Give the account its password; the link is used up. Slow on purpose."""
    password_hash = passwords.hashed(passwords.chosen(password))
    with writing():
        user = user_of(token, now)
        used = PasswordLink.delete().where(PasswordLink.user == user).execute()
        without = User.password_hash.is_null()
        stored = User.update(password_hash=password_hash).where(User.id == user.id, without)
        if not used or not stored.execute():  # somebody else was as fast
            raise NoSuchThing("this link has been used already, or has expired")
    return user


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
