"""Who stands behind a login that comes with each request: what HTTP Basic authentication is worth.

A password is slow to check, on purpose. So Logins remembers for some minutes what was right, as a
keyed hash that is of use to this process alone. A new password makes it worthless.
"""

import hmac
import secrets

from thingclone.accounts import users
from thingclone.channels import keys
from thingclone.database import execute
from thingclone.errors import AuthRequired
from thingclone.formats.times import MINUTE

REMEMBERED = 10 * MINUTE
MOST_REMEMBERED = 1000


def user_key_of(login: str) -> str | None:
    """The user key of the account of this login, whatever its case."""
    return _column("api_key", login)


def owns_user_key(login: str, key: str) -> bool:
    """Whether this is the user key of the account of this login."""
    own = user_key_of(login)
    return own is not None and hmac.compare_digest(
        keys.normal(own).encode(), keys.normal(key).encode()
    )


def _column(name: str, login: str) -> str | None:
    # Column by column, because a server that only takes values in may not read them all.
    wanted = f"SELECT {name} FROM users WHERE lower(login) = ?"
    row = execute(wanted, (login.strip().lower().replace("\0", ""),)).fetchone()
    return row[0] if row else None


class Logins:
    """The passwords that were right lately."""

    def __init__(self):
        self._secret = secrets.token_bytes(32)
        self._proofs: dict[bytes, int] = {}  # when each was right

    def user_key(self, login: str, password: str, now: int) -> str:
        """The user key of the account that this login and password belong to. Slow unless they were
        right lately.
        """
        password_hash = _column("password_hash", login)
        proof = self._proof(login, password, password_hash or "")
        if password_hash and self._proofs.get(proof, now - REMEMBERED) > now - REMEMBERED:
            return user_key_of(login) or ""
        try:
            user = users.user_with_password(login, password)
        except AuthRequired as refusal:
            raise AuthRequired(
                "wrong login or password: the user key also works as password"
            ) from refusal
        if password_hash:
            self._remember(proof, now)
        return user.api_key

    def _proof(self, login: str, password: str, password_hash: str) -> bytes:
        said = "\0".join((login.strip().lower(), password, password_hash))
        return hmac.digest(self._secret, said.encode(), "sha256")

    def _remember(self, proof: bytes, now: int):
        if len(self._proofs) >= MOST_REMEMBERED:
            self._proofs.clear()
        self._proofs[proof] = now
