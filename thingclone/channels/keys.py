"""API keys: their shape, making and masking (contract, section 2.1).

A key of ours is 16 characters of 0-9 and A-Z. A key that somebody brings along may be longer or
shorter. Keys are compared without regard to case or surrounding blanks.
"""

import re
import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits
_ACCEPTABLE = re.compile(r"[0-9A-Za-z_-]{1,64}")


def new_key() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def normal(key) -> str:
    """The form in which keys are compared; the tables have an index on upper(key). Without NULs,
    for which a database has no text.
    """
    return str(key).replace("\0", "").strip().upper() if key is not None else ""


def is_acceptable(key: str) -> bool:
    return _ACCEPTABLE.fullmatch(key) is not None


def masked(key: str) -> str:
    """How a key may appear in a log: its first four characters."""
    return f"{key[:4]}..." if key else "(none)"
