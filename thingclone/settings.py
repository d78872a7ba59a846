"""Every setting of ThingClone in one table: the fields of Settings.

`cli/options.py` turns each field into a flag and a `THINGCLONE_*` variable, and docs/running.md
has a row for each. Settings are passed as an argument. There is no global settings object.
"""

from dataclasses import dataclass, field, fields
from typing import Any

MEGABYTE = 1_000_000


def _setting(
    default: Any,
    help: str,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] | None = None,
) -> Any:
    return field(
        default=default,
        metadata={"help": help, "minimum": minimum, "maximum": maximum, "choices": choices},
    )


@dataclass(frozen=True)
class Settings:
    """The settings of a server. Each field has a type, a default, one line of help and bounds."""

    database: str = _setting(
        "sqlite:///thingclone.db",
        "Database URL: sqlite:///FILE or postgresql://USER@HOST/NAME.",
    )
    host: str = _setting(
        "0.0.0.0", "Address to listen on. 127.0.0.1 accepts only connections from this machine."
    )
    port: int = _setting(8080, "TCP port to listen on. 0 picks a free port.", 0, 65535)
    write_interval: float = _setting(
        0.0, "Minimum seconds between two writes to a channel. 0 means no limit.", 0
    )
    auto_label: bool = _setting(
        True, "Label a field 'Field N' on its first write. Fields without a label are not shown."
    )
    auto_provision: bool = _setting(
        True, "Add unknown devices that write with a user key, each with a new channel."
    )
    max_devices: int = _setting(
        100, "Stop adding unknown devices once an account has this many devices.", 0
    )
    open_dialects: str = _setting(
        "", "Dialects open to devices without a key, separated by commas: rxdata, pins, series."
    )
    dialect_user: str = _setting("", "Login of the account that owns the devices of open dialects.")
    rxdata_app: str = _setting(
        "", "Names allowed in place of rxdata in its URLs, separated by commas. * allows any."
    )
    ingest_only: bool = _setting(
        False,
        "Offer only writing, reading and health checks: no pages, administration or deletion.",
    )
    max_results: int = _setting(8000, "Maximum entries returned by one read.", 1)
    max_bulk: int = _setting(14_400, "Maximum entries in one bulk write.", 1)
    max_body: int = _setting(10 * MEGABYTE, "Maximum size of a request body in bytes.", 1000)
    max_connections: int = _setting(
        5000,
        "Maximum connections. One more closes the connection that has been idle longest.",
        10,
    )
    max_unfinished: int = _setting(
        100, "Maximum incomplete requests per client address. One more drops the oldest.", 1
    )
    request_timeout: float = _setting(20.0, "Seconds a client has to send a complete request.", 1)
    trusted_proxy: str = _setting(
        "", "Trusted reverse proxies, separated by commas: their X-Forwarded-* headers are used."
    )
    sign_up: bool = _setting(False, "Let anyone who can reach this server create an account.")
    access_log: bool = _setting(
        True, "Print one line per response to standard output, with keys masked."
    )
    log_level: str = _setting(
        "info", "Lowest level of messages to log.", choices=("debug", "info", "warning", "error")
    )


SETTINGS = {setting.name: setting for setting in fields(Settings)}


def variable(name: str) -> str:
    """The environment variable of a setting: `max_body` -> `THINGCLONE_MAX_BODY`."""
    return f"THINGCLONE_{name.upper()}"


def flag(name: str) -> str:
    """The command line flag of a setting: `max_body` -> `--max-body`."""
    return "--" + name.replace("_", "-")
