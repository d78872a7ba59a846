"""Passwords, kept as scrypt hashes, and the link by which an account gets its first one.

A guess costs 16 MB and some 60 ms, so none is looked at in the server's loop. An account begins
without a password: `thingclone serve` prints a link to a page where the owner chooses one. A link
works once, for half an hour, and only as long as the account has no password. The table keeps the
hash of its token.
"""

import base64
import hashlib
import hmac
import secrets

from thingclone.database import database, execute
from thingclone.database.models import PasswordLink, User
from thingclone.database.transactions import writing
from thingclone.errors import BadRequest, NoSuchThing
from thingclone.formats.times import MINUTE

LONGEST_PASSWORD = 1024  # bytes
SHORTEST_CHOSEN = 8  # characters, of one that is chosen on a page
LINK_LASTS = 30 * MINUTE

_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def chosen(password: str) -> str:
    """The password, if it is one that a page should take."""
    if len(password) < SHORTEST_CHOSEN:
        raise BadRequest(f"a password must have at least {SHORTEST_CHOSEN} characters")
    return password


def hashed(password: str) -> str:
    """`scrypt$SALT$HASH`, to be kept in place of the password."""
    if not _is_possible(password):
        raise BadRequest(f"a password must have 1 to {LONGEST_PASSWORD} bytes")
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt)
    return f"scrypt${_base64(salt)}${_base64(digest)}"


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password that was hashed. Takes as long if there is no hash."""
    if not _is_possible(password):
        return False
    _, salt, digest = (password_hash or _NOBODYS).split("$")
    is_same = hmac.compare_digest(
        _digest(password, base64.b64decode(salt)), base64.b64decode(digest)
    )
    return is_same and password_hash is not None


_NOBODYS = "scrypt$AAAAAAAAAAAAAAAAAAAAAA==$"


def _is_possible(password: str) -> bool:
    return 1 <= len(password.encode()) <= LONGEST_PASSWORD


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# --- the first password ---------------------------------------------------------------------------


def new_link(user: User, now: int) -> str:
    """Returns the token of a new link for this account. The one before it ends."""
    token = secrets.token_urlsafe(32)
    with writing():
        # Two servers may start at once, and make one each: one after the other.
        execute(f"SELECT id FROM users WHERE id = ?{database.locking('users')}", (user.id,))
        PasswordLink.delete().where(PasswordLink.user == user).execute()
        PasswordLink.create(user=user, token_hash=_hash_of(token), expires_at=now + LINK_LASTS)
    return token


def user_of_link(token: str, now: int) -> User:
    """The account that this link is for. NoSuchThing once it was used or has expired."""
    links = PasswordLink.select(PasswordLink, User).join(User)
    link = links.where(PasswordLink.token_hash == _hash_of(token)).first()
    if link is None or link.expires_at <= now or link.user.password_hash is not None:
        raise NoSuchThing("this link has already been used or has expired")
    return link.user


def choose_by_link(token: str, password: str, now: int) -> User:
    """Give the account its password, which uses up the link. Slow on purpose."""
    password_hash = hashed(chosen(password))
    with writing():
        user = user_of_link(token, now)
        used = PasswordLink.delete().where(PasswordLink.user == user).execute()
        without = User.password_hash.is_null()
        stored = User.update(password_hash=password_hash).where(User.id == user.id, without)
        if not used or not stored.execute():  # two at the same time
            raise NoSuchThing("this link has already been used or has expired")
    return user


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
