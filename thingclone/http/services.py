"""What one server has once and every door uses, handed on as one value."""

from collections.abc import Callable
from dataclasses import dataclass

from thingclone.accounts.logins import Logins
from thingclone.accounts.throttle import Throttle
from thingclone.entries.journal import Notebook
from thingclone.settings import Settings


@dataclass(frozen=True)
class Services:
    """`clock` returns the moment of a request. The last three remember what happened lately."""

    settings: Settings
    clock: Callable[[], int]
    throttle: Throttle  # wrong passwords and keys
    logins: Logins  # right ones
    notebook: Notebook  # writes that were refused or changed

    @classmethod
    def start(cls, settings: Settings, clock: Callable[[], int]) -> "Services":
        # A server that is ingest-only may delete nothing, so it could not keep a journal short.
        notebook = Notebook(is_kept=not settings.ingest_only)
        return cls(settings, clock, Throttle(), Logins(), notebook)
