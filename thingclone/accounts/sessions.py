"""Sessions: a user who has signed in with a password goes on with a random token (contract, section
10).

Only its holder knows the token, because the table keeps its hash. A session ends when it is ended,
or was not used for thirty days.
"""

import hashlib
import secrets

from thingclone.database.models import Session, User
from thingclone.database.transactions import writing
from thingclone.formats.times import DAY, MINUTE

LASTING = 30 * DAY  # since it was last used
NOTED_EVERY = 60 * MINUTE  # to note every use would write to the disk at every request
MOST_OF_ONE_USER = 100


def start(user: User, now: int, address: str = "") -> str:
    """Sign this user in. Returns the token of a new session. Only the hundred used last go on."""
    token = secrets.token_urlsafe(32)
    with writing():
        Session.delete().where(Session.expires_at <= now).execute()
        Session.create(
            user=user,
            token_hash=_hashed(token),
            created_at=now,
            seen_at=now,
            expires_at=now + LASTING,
            address=address,
        )
        _end_surplus(user)
    return token


def _end_surplus(user: User):
    newest = Session.select(Session.id).where(Session.user == user)
    newest = newest.order_by(Session.seen_at.desc(), Session.id.desc()).limit(MOST_OF_ONE_USER)
    kept = [session.id for session in newest]
    Session.delete().where(Session.user == user, Session.id.not_in(kept)).execute()


def find(token: object, now: int) -> Session | None:
    """The session of this token, with its `user`, unless it has ended. Only reads."""
    found = Session.select(Session, User).join(User).where(Session.token_hash == _hashed(token))
    return found.where(Session.expires_at > now).first()


def note_use(session: Session, now: int) -> bool:
    """Begin the thirty days anew. Written once an hour. Returns whether it was now."""
    if session.seen_at <= now < session.seen_at + NOTED_EVERY:
        return False
    with writing():
        Session.update(seen_at=now, expires_at=now + LASTING).where(
            Session.id == session.id
        ).execute()
    return True


def end(token: object):
    """End this session. Does nothing if it has ended."""
    with writing():
        Session.delete().where(Session.token_hash == _hashed(token)).execute()


def end_all(user: User):
    """End all sessions of this user."""
    with writing():
        Session.delete().where(Session.user == user).execute()


def _hashed(token: object) -> str:
    # Nobody guesses 32 random bytes: they need no salt, and no slow hash.
    return hashlib.sha256(str(token).encode()).hexdigest()
