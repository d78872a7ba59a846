"""Commands for a TalkBack, parsed and not yet queued (contract, section 13): see `talkback`."""

from dataclasses import dataclass

from thingclone.entries.update import cleaned
from thingclone.formats.numbers import whole


@dataclass(frozen=True)
class CommandUpdate:
    """A command's text, and the position where it is wanted in the queue; None where nothing is
    said. `notes` says in plain sentences what was changed.
    """

    text: str | None = None
    position: int | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: dict) -> "CommandUpdate":
        """As `command_string` and `position` ask for; a position that is no number is the first."""
        text, note, position = None, None, params.get("position")
        if params.get("command_string") is not None:
            text, note = cleaned("command_string", params["command_string"])
        return cls(
            text=text,
            position=None if position in (None, "") else max(1, whole(position)),
            notes=(note,) if note else (),
        )
