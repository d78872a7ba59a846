"""The access log: a line for each answer in the usual combined form, keys masked.

It goes to standard output and never holds the server up: when nobody reads a pipe that is full,
lines are dropped and counted.
"""

import os
import select
from functools import lru_cache

from thingclone.entries.journal import masked
from thingclone.formats import times

AT_ONCE = 4096  # a pipe that takes anything takes this much


class AccessLog:
    def __init__(self, descriptor: int):
        self.descriptor = descriptor
        self.lines: list[str] = []
        self.dropped = 0
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def add(self, task):
        """Note what this task of waitress has answered."""
        headers = task.request.headers
        address = (getattr(task, "environ", None) or {}).get("REMOTE_ADDR", task.channel.addr[0])
        moment = _date(times.now() // times.SECOND)
        line = getattr(task.request, "first_line", b"").decode("latin-1")
        said = (
            _quoted(line),
            _quoted(headers.get("REFERER", "")),
            _quoted(headers.get("USER_AGENT", "")),
        )
        self.lines.append(
            f"{address} - - [{moment}] {said[0]} {task.status[:3]} {task.content_bytes_written}"
            f" {said[1]} {said[2]}\n"
        )

    def flush(self):
        """Write what was noted since the last time, as far as somebody reads it."""
        if self.dropped and self._takes_more():
            self.lines.insert(
                0, f"{self.dropped} lines were dropped here, because nothing read them\n"
            )
            self.dropped = 0
        lines, self.lines = self.lines, []
        while lines:
            count, size = 1, len(lines[0])
            while count < len(lines) and size + len(lines[count]) <= AT_ONCE:
                size += len(lines[count])
                count += 1
            if not self._takes_more():
                self.dropped += len(lines)
                return
            try:
                os.write(self.descriptor, "".join(lines[:count]).encode()[:AT_ONCE])
            except OSError:  # the reader is gone
                return
            lines = lines[count:]

    def _takes_more(self) -> bool:
        return any(event & select.POLLOUT for _, event in self._poll.poll(0))


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return times.in_logs(second)


def _quoted(text: str) -> str:
    """In quotes, on one line, pure ASCII."""
    plain = masked(text).encode("unicode_escape").decode("ascii").replace('"', '\\"')
    return f'"{plain[:2000]}"' if plain else '"-"'
