"""People: accounts with their user keys and passwords."""

import base64
import hashlib
import re
import secrets

from peewee import fn

from thingclone import keys
from thingclone.database import database
from thingclone.errors import BadRequest, Conflict, NoSuchThing
from thingclone.models import User
from thingclone.transactions import writing

OWNER = "owner"  # the account that is there from the first start
LONGEST_PASSWORD = 1024  # bytes

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and some 60 ms a guess


def add_user(login: str, now: int, email: str | None = None, password: str | None = None) -> User:
    """A new account with a fresh user key; without a password nobody can sign in to it."""
    if not _LOGIN.fullmatch(login):
        raise BadRequest(f"{login!r} cannot be a login: letters, digits and . _ - + @, at most 100")
    password_hash = None if password is None else hashed(password)
    with writing():
        if find_user(login):
            raise Conflict(f"the login {login} is taken")
        return User.create(
            login=login,
            email=email,
            password_hash=password_hash,
            api_key=keys.new_key(),
            created_at=now,
        )


def find_user(login: str) -> User | None:
    if not _LOGIN.fullmatch(login):
        return None
    return User.get_or_none(fn.lower(User.login) == login.lower())


def user(login: str) -> User:
    """The account of this login, whatever its case."""
    found = find_user(login)
    if found is None:
        raise NoSuchThing(f"no user {login}")
    return found


def owner(now: int) -> User:
    """The first account of this database; made if there is none."""
    return first_user(now) or User.select().order_by(User.id).first()


def first_user(now: int) -> User | None:
    """The account of a first start; None where there is an account already."""
    if User.select().exists():
        return None
    with writing():
        database.lock_setup()  # two servers may start at once
        return None if User.select().exists() else add_user(OWNER, now)


def user_with_key(key) -> User | None:
    """The account that this user key belongs to."""
    return User.get_or_none(fn.upper(User.api_key) == keys.normal(key)) if key else None


def owns_key(user: User, key) -> bool:
    return bool(key) and keys.normal(key) == keys.normal(user.api_key)


def user_object(user: User, private: bool = False) -> dict:
    """What anybody may know of a user; bio and website only of a public profile, the e-mail only by
    `private`.
    """
    profile = {"bio": user.bio, "website": user.website} if user.public_profile else {}
    email = {"email": user.email} if private else {}
    return {"id": user.id, "login": user.login, "created_at": user.created_at, **email, **profile}


def hashed(password: str) -> str:
    """`scrypt$SALT$HASH`, to be kept in place of the password."""
    _check_length(password)
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)
    return f"scrypt${_base64(salt)}${_base64(digest)}"


def _check_length(password: str):
    if not 1 <= len(password.encode()) <= LONGEST_PASSWORD:
        raise BadRequest(f"a password has 1 to {LONGEST_PASSWORD} bytes")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
