"""Accounts with their user keys and passwords."""

import re

from peewee import fn

from thingclone.accounts import passwords, sessions
from thingclone.channels import channels, keys
from thingclone.database import database
from thingclone.database.models import Channel, Session, User
from thingclone.database.transactions import writing
from thingclone.entries import clearing
from thingclone.errors import AuthRequired, BadRequest, Conflict, NoSuchThing

OWNER = "owner"  # the account that is there from the first start
# Names of URLs below /users: an account of that name could not be reached.
RESERVED = frozenset(("api_login", "new_api_key"))

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


def add_user(login: str, now: int, email: str | None = None, password: str | None = None) -> User:
    """A new account with a fresh user key. Without a password nobody can sign in to it."""
    if not _LOGIN.fullmatch(login):
        raise BadRequest(
            f"{login!r} is not a valid login: use up to 100 letters, digits and . _ - + @"
        )
    if login.lower() in RESERVED:
        raise BadRequest(f"{login} cannot be a login, because it is part of a URL: choose another")
    password_hash = None if password is None else passwords.hashed(password)
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
        raise NoSuchThing(f"no account {login}")
    return found


def owner(now: int) -> User:
    """The first account of this database, which is added if there is none."""
    added = first_user(now)
    return added or User.select().order_by(User.id).get()


def first_user(now: int) -> User | None:
    """The account of a first start. None if there is an account already."""
    if User.select().exists():
        return None
    with writing():
        database.lock_setup()  # two servers may start at once
        return None if User.select().exists() else add_user(OWNER, now)


def owner_without_password() -> User | None:
    """The first account, if it has no password yet."""
    first = _first()
    return first if first and first.password_hash is None else None


def is_owner(user: User) -> bool:
    """Whether this is the first account, to which the server belongs."""
    first = _first()
    return first is not None and user.id == first.id


def _first() -> User | None:
    return User.select().order_by(User.id).first()


def can_anybody_sign_in() -> bool:
    return User.select().where(User.password_hash.is_null(False)).exists()


def all_users() -> list[User]:
    """Every account, each with `channel_count`."""
    count = fn.COUNT(Channel.id).alias("channel_count")
    counted = User.select(User, count).left_outer_join(Channel).group_by(User)
    return list(counted.order_by(User.id))


# --- who is who -----------------------------------------------------------------------------------


def user_with_key(key: object) -> User:
    """The account that this user key belongs to. AuthRequired tells what kind of key it is."""
    holder = keys.find(key)
    found = holder and holder.kind == keys.USER and User.get_or_none(User.id == holder.user_id)
    if found:
        return found
    if holder:
        raise AuthRequired("this is not a user key: this request needs your user key")
    raise AuthRequired("no account has this user key")


def user_with_password(name: object, password: object) -> User:
    """The account of this login or e-mail address, if the password is right. Slow on purpose."""
    found = _named(str(name))
    is_right = passwords.matches(str(password), found.password_hash if found else None)
    if found and is_right:
        return found
    raise AuthRequired("wrong login or password")


def session_of(name: object, token: object, now: int) -> Session:
    """The session of this token, if its `user` has this login or e-mail address. Only reads."""
    session = sessions.find(token, now)
    if session is None or _named(str(name)) != session.user:
        raise AuthRequired("wrong login or token, or the token has expired")
    return session


def _named(name: str) -> User | None:
    """The account with this login, or else the only one with this e-mail address."""
    found = find_user(name.strip())
    if found or not name.strip():
        return found
    same = list(User.select().where(fn.lower(User.email) == fn.lower(name.strip())).limit(2))
    return same[0] if len(same) == 1 else None


def owns_key(user: User, key: object) -> bool:
    return bool(key) and keys.normal(key) == keys.normal(user.api_key)


def user_object(user: User, private: bool = False) -> dict:
    """The attributes that all may see: bio and website only of a public profile, the e-mail only if
    `private`.
    """
    profile = {"bio": user.bio, "website": user.website} if user.public_profile else {}
    email = {"email": user.email} if private else {}
    return {"id": user.id, "login": user.login, "created_at": user.created_at, **email, **profile}


# --- changing them --------------------------------------------------------------------------------


def set_password(user: User, password: str):
    """Give the account this password, and end all its sessions."""
    password_hash = passwords.hashed(password)
    with writing():
        User.update(password_hash=password_hash).where(User.id == user.id).execute()
        sessions.end_all(user)


def change_password(user: User, current: str, new: str):
    """Replace a password by a new one, if the current one is right. Slow on purpose, twice."""
    if not passwords.matches(current, user.password_hash):
        raise AuthRequired("the current password is wrong")
    set_password(user, passwords.chosen(new))


def renew_key(user: User) -> str:
    """Replace the user key. The old one stops at once."""
    key = keys.new_key()
    with writing():
        User.update(api_key=key).where(User.id == user.id).execute()
    return key


def remove_user(user: User, with_channels: bool = False):
    """Remove an account. Conflict if it owns channels, unless they are removed as well."""
    if with_channels:
        for channel in channels.channels_of(user):
            clearing.remove_channel(channel)
    with writing():
        owned = Channel.select(Channel.id).where(Channel.user == user).order_by(Channel.id)
        numbers = [str(channel.id) for channel in owned]
        if numbers:
            raise Conflict(
                f"{user.login} still owns {_listed(numbers)}: remove the channels first, or with"
                " the account"
            )
        User.delete().where(User.id == user.id).execute()


def _listed(numbers: list[str]) -> str:
    if len(numbers) == 1:
        return f"channel {numbers[0]}"
    shown = ", ".join(numbers[:10])
    return f"{len(numbers)} channels: {shown}{', ...' if len(numbers) > 10 else ''}"
