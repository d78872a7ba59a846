"""Passwords, kept as scrypt hashes. Pure: knows of no accounts.

A guess costs 16 MB and some 60 ms, so none is looked at in the server's loop.
"""

import base64
import hashlib
import hmac
import secrets

from thingclone.errors import BadRequest

LONGEST_PASSWORD = 1024  # bytes
SHORTEST_CHOSEN = 8  # characters, of one that somebody chooses on a page

_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def chosen(password: str) -> str:
    """The password, if it is one that a page should take."""
    if len(password) < SHORTEST_CHOSEN:
        raise BadRequest(f"a password has {SHORTEST_CHOSEN} characters at least")
    return password


def hashed(password: str) -> str:
    """`scrypt$SALT$HASH`, to be kept in place of the password."""
    if not _is_possible(password):
        raise BadRequest(f"a password has 1 to {LONGEST_PASSWORD} bytes")
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt)
    return f"scrypt${_base64(salt)}${_base64(digest)}"


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password that was hashed. That takes as long where there is none."""
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
