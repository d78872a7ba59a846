"""Sketches for boards, with the address of this server, a channel and a key.

They are templates in `templates/sketches/`. The values must not end a string in any of the three
languages.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bottle import SimpleTemplate

from thingclone.channels import keys

_TEMPLATES = resources.files("thingclone.web") / "templates" / "sketches"
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_THIS_MACHINE = re.compile(r"localhost|127\.[0-9.]+|\[::1\]")


@dataclass(frozen=True)
class Language:
    """The language of a sketch, and a hint on its use."""

    name: str
    suffix: str
    hint: str


LANGUAGES = (
    Language(
        "Arduino", "ino", "For the Arduino IDE: enter your WiFi, select the board and upload."
    ),
    Language(
        "NodeMCU", "lua", "For NodeMCU firmware: enter your WiFi and upload the file as init.lua."
    ),
    Language(
        "MicroPython",
        "py",
        "For MicroPython: enter your WiFi and save the file on the board as main.py.",
    ),
)


@dataclass(frozen=True)
class Address:
    """Where boards find this server. Boards are assumed to use the same address as the browser."""

    base_url: str
    host: str
    port: int
    is_encrypted: bool

    @classmethod
    def of(cls, base_url: str) -> "Address":
        if not _ADDRESS.fullmatch(base_url):
            base_url = "http://localhost"  # the request has no usable Host
        scheme, host, port = _ADDRESS.fullmatch(base_url).groups()
        is_encrypted = scheme == "https"
        return cls(
            base_url, host.strip("[]"), int(port or (443 if is_encrypted else 80)), is_encrypted
        )

    @property
    def is_of_this_machine(self) -> bool:
        """Whether only the browser's own machine reaches the server at this address."""
        return _THIS_MACHINE.fullmatch(_ADDRESS.fullmatch(self.base_url)[2]) is not None


def sketch(
    language: Language, address: Address, channel_id: int, field: int, key: str, writes: bool
) -> str:
    """Returns a sketch that writes to a field, or reads its last value."""
    if not keys.is_acceptable(key):
        key = "PUT THE KEY HERE"
    return _template(f"{'write' if writes else 'read'}.{language.suffix}").render(
        vars(address),
        channel=channel_id,
        field=field,
        key=key,
        client="WiFiClientSecure" if address.is_encrypted else "WiFiClient",
    )


@cache
def _template(name: str) -> SimpleTemplate:
    return SimpleTemplate((_TEMPLATES / f"{name}.tpl").read_text(), noescape=True)
