"""Every setting of ThingClone, in one table: the fields of Settings.

The command line makes a flag and a `THINGCLONE_*` variable of each field (`cli/options.py`),
docs/running.md has a line for each. Settings are handed down as an argument: there is no global
settings object.
"""

from dataclasses import dataclass, field, fields

MEGABYTE = 1_000_000


def _setting(default, help, minimum=None, maximum=None, choices=None):
    return field(
        default=default,
        metadata={"help": help, "minimum": minimum, "maximum": maximum, "choices": choices},
    )


@dataclass(frozen=True)
class Settings:
    """What the owner of a server can choose. Each field: name, type, default, one line of help,
    bounds.
    """

    database: str = _setting(
        "sqlite:///thingclone.db",
        "Where everything is kept: sqlite:///FILE or postgresql://USER@HOST/NAME.",
    )
    host: str = _setting("0.0.0.0", "Address to listen on; 127.0.0.1 for this machine alone.")
    port: int = _setting(8080, "TCP port to listen on; 0 takes a free one.", 0, 65535)
    write_interval: float = _setting(
        0.0, "Seconds that must pass between two writes to a channel; 0 is no limit.", 0
    )
    auto_label: bool = _setting(
        True, "Label a field 'Field N' at the first write to it; unlabelled fields are not shown."
    )
    auto_provision: bool = _setting(
        True, "Give a device that nobody knows yet a channel of its own, if it has a user key."
    )
    max_devices: int = _setting(
        100, "With so many devices an account gets no further one by writing.", 0
    )
    open_dialects: str = _setting(
        "", "Dialects that need no key: rxdata, pins, series; with commas between them."
    )
    dialect_user: str = _setting(
        "", "Login of the account whose devices speak the dialects that need no key."
    )
    rxdata_app: str = _setting(
        "", "Other names in place of rxdata in the URLs of that dialect, with commas; * is any."
    )
    ingest_only: bool = _setting(
        False, "Offer only writing, reading and health: no administration, pages or deletion."
    )
    max_results: int = _setting(8000, "Most entries that one read returns.", 1)
    max_bulk: int = _setting(14_400, "Most entries that one bulk write may bring.", 1)
    max_body: int = _setting(10 * MEGABYTE, "Most bytes of a request body.", 1000)
    max_connections: int = _setting(
        5000,
        "Most clients connected at the same time; of the others the longest idle is cut off.",
        10,
    )
    max_unfinished: int = _setting(
        100, "Most requests of one address that are not complete yet; the oldest makes room.", 1
    )
    request_timeout: float = _setting(20.0, "Seconds in which a request must be complete.", 1)
    trusted_proxy: str = _setting(
        "", "Addresses of reverse proxies whose X-Forwarded-For, -Proto and -Host are believed."
    )
    sign_up: bool = _setting(False, "Let anybody who reaches this server make an account.")
    access_log: bool = _setting(True, "Print a line for each answer, keys masked.")
    log_level: str = _setting(
        "info", "How much is logged.", choices=("debug", "info", "warning", "error")
    )


SETTINGS = {setting.name: setting for setting in fields(Settings)}


def variable(name: str) -> str:
    """The environment variable of a setting: `max_body` -> `THINGCLONE_MAX_BODY`."""
    return f"THINGCLONE_{name.upper()}"


def flag(name: str) -> str:
    """The command line flag of a setting: `max_body` -> `--max-body`."""
    return "--" + name.replace("_", "-")
