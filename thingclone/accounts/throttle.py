"""Slowing down guesses of passwords and user keys.

After a few wrong guesses, the next attempt has to wait before it is even looked at: one second,
then two, four and so on, up to a minute. Guesses are counted by address, and by account:

- An address that was wrong FREE times waits before it may try any account.
- An account that was guessed wrong FREE times, from however many addresses, can be tried by these
  only one after the other, with pauses between.
- An address that was not wrong lately never waits, whatever others do. So nobody can lock a
  stranger's account: its owner signs in from an address of their own, or, from one that guesses
  too, waits a minute at the most.

A right guess forgives nothing, or a guesser would sign in to an account of his own now and then.
Fifteen quiet minutes do. Attempts that are still being looked at count as well, so that a hundred
at once do not get around the pauses.

User keys are random and long, so nobody guesses one, and a wrong one names no account. They are
counted apart, by address, so that a forgotten script with an old key slows down no login. Nor does
it slow down another script at the same address, whose key was right there before: such a key never
waits. Where a key only opens more to read, as in /channels/1.json, it is looked at without any
pause.

Each server keeps its counts in memory, and forgets them when it ends.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from thingclone.errors import AuthRequired, TooManyGuesses
from thingclone.formats.times import MINUTE, SECOND

FREE = 5  # wrong attempts without any pause
LONGEST_PAUSE = 60 * SECOND
FORGOTTEN_AFTER = 15 * MINUTE
MOST_REMEMBERED = 10_000


@dataclass
class _Count:
    """Attempts of one address, or for one account."""

    wrong: int = 0
    last_at: int = 0  # when it was wrong last
    running: int = 0  # that are being looked at

    def wait(self, now: int) -> int:
        """How long the next attempt has to wait. A clock that was set back ends the wait."""
        if self.running and self.wrong + self.running >= FREE:
            return SECOND
        if self.wrong < FREE or now < self.last_at:
            return 0
        pause = min(LONGEST_PAUSE, SECOND << min(self.wrong - FREE, 20))
        return max(0, self.last_at + pause - now)


class Throttle:
    """The addresses and accounts that were wrong lately."""

    def __init__(self):
        self._counts: dict[tuple, _Count] = {}
        self._proven: dict[tuple, bool] = {}  # keys that were right, with their addresses
        self._lock = threading.Lock()

    @contextmanager
    def password(self, account: str, address: str, now: int) -> Iterator[None]:
        """Check a password of this account inside. TooManyGuesses if it is too soon for that.
        AuthRequired from inside counts as wrong.
        """
        names = ("password", _network(address)), ("account", account.strip().lower()[:100])
        counts = self._begin(names, now)
        with self._counted(counts, now):
            yield

    @contextmanager
    def user_key(self, key: str, address: str, now: int) -> Iterator[None]:
        """The same for a user key, or for a token in its place."""
        place = "user key", _network(address)
        proof = place, key.strip()[:100]
        counts = self._begin((place,), now, may_wait=proof not in self._proven)
        try:
            with self._counted(counts, now):
                yield
        except AuthRequired:
            self._proven.pop(proof, None)
            raise
        if len(self._proven) >= MOST_REMEMBERED:
            self._proven.clear()
        self._proven[proof] = True

    @contextmanager
    def sign_up(self, address: str, now: int) -> Iterator[None]:
        """Add an account inside. Counts as a wrong guess, so that no address takes all names."""
        counts = self._begin((("sign-up", _network(address)),), now)
        with self._counted(counts, now, is_wrong=True):
            yield

    def _begin(self, names: tuple, now: int, may_wait: bool = True) -> list[_Count]:
        with self._lock:
            counts = [self._count(name, now) for name in names]
            own = counts[0]
            has_to_wait = may_wait and (own.wrong or own.running)
            wait = max(count.wait(now) for count in counts) if has_to_wait else 0
            if wait:
                seconds = -(-wait // SECOND)
                raise TooManyGuesses(f"too many wrong attempts: try again in {seconds} s")
            for count in counts:
                count.running += 1
        return counts

    @contextmanager
    def _counted(self, counts: list[_Count], now: int, is_wrong: bool = False) -> Iterator[None]:
        try:
            yield
        except AuthRequired:
            is_wrong = True
            raise
        finally:
            self._end(counts, is_wrong, now)

    def _end(self, counts: list[_Count], is_wrong: bool, now: int):
        with self._lock:
            for count in counts:
                count.running -= 1
                if is_wrong:
                    count.wrong, count.last_at = count.wrong + 1, now

    def _count(self, name: tuple, now: int) -> _Count:
        found = self._counts.get(name)
        if found is None:
            self._make_room()
            found = self._counts[name] = _Count(last_at=now)
        elif now - found.last_at > FORGOTTEN_AFTER:
            found.wrong = 0
        return found

    def _make_room(self):
        if len(self._counts) >= MOST_REMEMBERED:
            by_age = sorted(self._counts, key=lambda name: self._counts[name].last_at)
            for name in by_age[: MOST_REMEMBERED // 2]:
                del self._counts[name]


def _network(address: str) -> str:
    """The address. Of an IPv6 address, the half that one household shares, with all its 2**64
    addresses.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return address
