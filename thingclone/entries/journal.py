"""The journal: write attempts that were refused, or stored otherwise than they were sent. It tells
an owner why a reading did not arrive.

An attempt costs other writes nothing: it is noted in memory, and what was noted is written to the
database once a second, in a transaction of its own. Attempts alike in that second are one, with a
count, so that a flood of them fills neither the disk nor the journal.
"""

import json
import re
import threading
from dataclasses import dataclass

from peewee import Expression

from thingclone.channels import keys, macs
from thingclone.database import DatabaseFailure, execute, execute_many, explained
from thingclone.database.models import Attempt, Channel
from thingclone.database.transactions import writing

KEPT = 100  # attempts of each channel, and of none
MOST_NOTED = 100  # kinds of attempts between two writings; more are not noted
TEXT_LIMIT = 500  # characters of what was sent, and of a reason
LONGEST_VALUE = 200  # characters of a value that is shown
MOST_VALUES = 30  # parameters that are shown
LONGEST_ADDRESS = LONGEST_KEY = 100


@dataclass(frozen=True)
class WriteAttempt:
    """A write as a door received it, by whatever protocol, with nothing masked yet.

    `request` says what was asked for, as `GET /update` does. `body` is shown beside the parameters,
    if it could not be understood. `channel_id` is the channel that was addressed by its number; 0
    for a number that none can have.
    """

    request: str
    params: dict
    address: str = ""
    key: object = None
    mac: object = None
    channel_id: int | None = None
    body: bytes = b""


@dataclass(frozen=True)
class _Noted:
    """What makes attempts alike. The channel is the one that was addressed, else the key's, or that
    of the device in the account of the key; it is looked up when the attempt is written.
    """

    address: str
    reason: str
    key: str
    channel_id: int | None
    mac: str  # as MACs are compared

    @classmethod
    def of(cls, attempt: WriteAttempt, reason: str) -> "_Noted":
        return cls(
            attempt.address[:LONGEST_ADDRESS],
            reason.replace("\0", " "),
            keys.normal(attempt.key)[:LONGEST_KEY],
            attempt.channel_id,
            macs.normal(attempt.mac or "")[: macs.LONGEST],
        )


class Notebook:
    """What was noted by the threads of this process, and is not written yet; nothing where no
    journal is kept.
    """

    def __init__(self, is_kept: bool = True):
        self._is_kept = is_kept
        self._lock = threading.Lock()
        self._attempts: dict[_Noted, tuple[int, str, int]] = {}  # (moment, sent, count)

    def __bool__(self) -> bool:
        return bool(self._attempts)

    def note(self, attempt: WriteAttempt, reason: str, now: int):
        """Note that this write was refused, or changed, and why. Of attempts alike the journal
        shows the first.
        """
        if not self._is_kept:
            return
        noted = _Noted.of(attempt, reason)
        with self._lock:
            if noted in self._attempts:
                _, shown, count = self._attempts[noted]
                self._attempts[noted] = now, shown, count + 1
            elif len(self._attempts) < MOST_NOTED:
                self._attempts[noted] = now, _shown(attempt), 1

    def write(self):
        """Write what was noted into the journal, and keep no more of it than the latest."""
        with self._lock:
            noted, self._attempts = self._attempts, {}
        if noted:
            with writing(forgets=False):
                _write(noted)

    def write_if_possible(self):
        """Write, or forget it if the database takes nothing just now: it can still be read."""
        try:
            self.write()
        except DatabaseFailure as failure:
            explained(failure)


def _write(noted: dict[_Noted, tuple[int, str, int]]):
    alike: dict[tuple, tuple[int, str, int]] = {}
    for one, (moment, sent, count) in noted.items():
        place = _channel_of(one), one.address, one.reason[:TEXT_LIMIT]
        _, first_sent, counted = alike.get(place, (0, sent, 0))
        alike[place] = moment, first_sent, counted + count
    execute_many(
        """INSERT INTO attempts (channel_id, address, reason, created_at, sent, count)
            VALUES (?, ?, ?, ?, ?, ?)""",
        [(*place, *attempt) for place, attempt in alike.items()],
    )
    for channel_id in {channel_id for channel_id, *_ in alike}:
        _prune(channel_id)


def _channel_of(noted: _Noted) -> int | None:
    if noted.channel_id is not None:
        return _found("SELECT id FROM channels WHERE id = ?", noted.channel_id)
    holder = keys.find(noted.key)
    if holder is None:
        return None
    return holder.channel_id or _channel_of_device(holder.user_id, noted.mac)


def _channel_of_device(user_id: int | None, mac: str) -> int | None:
    return _found(
        """SELECT channels.id FROM devices
            JOIN channels ON channels.id = channel_id AND channels.user_id = devices.user_id
            WHERE devices.user_id = ? AND normal_mac = ?""",
        user_id,
        mac,
    )


def _found(question: str, *values: object) -> int | None:
    row = execute(question, values).fetchone()
    return row and row[0]


def _prune(channel_id: int | None):
    condition, parameters = _of(channel_id)
    oldest = execute(
        f"SELECT id FROM attempts WHERE {condition} ORDER BY id DESC LIMIT 1 OFFSET ?",
        (*parameters, KEPT),
    ).fetchone()
    if oldest:
        execute(f"DELETE FROM attempts WHERE {condition} AND id <= ?", (*parameters, *oldest))


def _of(channel_id: int | None) -> tuple[str, tuple]:
    return ("channel_id IS NULL", ()) if channel_id is None else ("channel_id = ?", (channel_id,))


# --- what may be seen -----------------------------------------------------------------------------

# Of a key the first four characters may be seen, of a password nothing, though there may be blanks
# and quotes in it.
_IS_KEY = re.compile("key|token", re.IGNORECASE)
_IS_PASSWORD = re.compile("password", re.IGNORECASE)
# In a URL, in JSON, in a multipart body: `key=ABCD`, `"key": "ABCD"`, `"key"\r\n\r\nABCD`.
_SIGN = r"""(?:[\\"'\s]*[=:][\\"'\s]*|"\s+)(?!HTTP/)"""
_BEFORE_KEY = rf"(?:(?:key|token){_SIGN}|/api_keys/|/welcome/)"
_KEY = re.compile(rf"""({_BEFORE_KEY}[^&/\s"',\\]{{0,4}})[^&/\s"',\\]*""", re.IGNORECASE)
_PASSWORD = re.compile(
    rf"(password(?:{_SIGN}|[^=&]{{0,20}}=)).*?(?=&|\sHTTP/|$)", re.IGNORECASE | re.DOTALL
)


def masked(text: str) -> str:
    """A text that a client sent, with keys cut off and passwords taken out."""
    return _KEY.sub(r"\1...", _PASSWORD.sub(r"\1...", text))


def _shown(attempt: WriteAttempt) -> str:
    """The attempt on one line, every parameter as if it stood in the query."""
    params = list(attempt.params.items())[:MOST_VALUES]
    said = "&".join(_pair(name, value) for name, value in params if value is not None)
    line = f"{masked(attempt.request)}{'?' if said else ''}{said}"
    body = attempt.body[:TEXT_LIMIT].decode("utf-8", "replace")
    text = f"{line} {masked(body)}" if body else line
    return text.replace("\0", "\ufffd")[:TEXT_LIMIT]


def _pair(name: str, value: object) -> str:
    if _IS_PASSWORD.search(name):
        return f"{name[:100]}=..."
    if _IS_KEY.search(name):
        return f"{name[:100]}={keys.masked(str(value))}"
    if isinstance(value, list):
        value = value[:3]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{name[:100]}={masked(text[:LONGEST_VALUE])}"


# --- reading --------------------------------------------------------------------------------------


def attempts(channel: Channel) -> list[Attempt]:
    """The last attempts to write to this channel, newest first."""
    return _attempts(Attempt.channel == channel.id)


def attempts_of_no_channel() -> list[Attempt]:
    """The last writes that belong to no channel, newest first: for the server's owner alone."""
    return _attempts(Attempt.channel.is_null())


def _attempts(condition: Expression) -> list[Attempt]:
    return list(Attempt.select().where(condition).order_by(Attempt.id.desc()).limit(KEPT))


def attempt_object(attempt: Attempt) -> dict:
    """What the API tells of an attempt."""
    names = ("created_at", "address", "reason", "count", "sent")
    return {name: getattr(attempt, name) for name in names}
