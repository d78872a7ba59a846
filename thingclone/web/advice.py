"""Advice for the journal. A reason says what was wrong, the advice says what to do."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """`stored` means that the entry was stored, but not exactly as it was sent."""

    pattern: re.Pattern
    text: str
    stored: bool = False


def _advice(pattern: str, text: str, stored: bool = False) -> Advice:
    return Advice(re.compile(pattern), text, stored)


_NONE = Advice(re.compile(""), "")
# The first pattern that is found in the reason counts.
TABLE = (
    _advice(
        r"^this is a read key",
        "A read key cannot write. Copy the write key from the API keys page into your sketch.",
    ),
    _advice(
        r"^this is a user key",
        "Copy the write key from the channel's API keys page into your sketch. If the board is a "
        "device of your account, you can also keep the user key and send mac=... with it.",
    ),
    _advice(
        r"^this account has \d+ devices: the limit is",
        "On the Devices page of the account, add the device by hand or remove one that is no "
        "longer in use. The server setting max_devices limits how many are added automatically.",
    ),
    _advice(
        r"belongs to another account now$",
        "On the Devices page of the account, choose another channel for this device.",
    ),
    _advice(
        r"^this account has no device",
        "Add the device on the Devices page of the account. If the server setting auto_provision "
        "is on, the first write with the user key adds it.",
    ),
    _advice(
        r"^the device was not added",
        "The values were stored. You can add the device by hand on the Devices page.",
        stored=True,
    ),
    _advice(
        r"^this is the key of a TalkBack",
        "Send the TalkBack key as talkback_key, and the write key as api_key.",
    ),
    _advice(
        r"^no channel has this write key",
        "The key has a typing error, or has since been replaced. Copy it again from the API keys "
        "page. O and 0 look alike, and so do I and 1.",
    ),
    _advice(
        r"^a write needs the channel's write key",
        "No key arrived. Send api_key=... with the values. In a POST, the Content-Type must match "
        "the body.",
    ),
    _advice(
        r"^this is the write key of another channel",
        "The channel ID in the URL and the key belong to different channels. Correct one of them.",
    ),
    _advice(
        r"accepts one write every",
        "The device writes too often. Make it wait longer, or send many entries at once with "
        "bulk_update.json. The server setting write_interval sets the limit.",
    ),
    _advice(
        r"was truncated to",
        "Everything else was stored. A value or a status can have up to 255 characters.",
        stored=True,
    ),
    _advice(
        r"^created_at is not a valid date",
        "The entry was stored with its time of arrival. Send times like 2024-05-01T12:00:00Z, or "
        "as seconds since 1970.",
        stored=True,
    ),
    _advice(
        r"was ignored: a value must be",
        "Everything else was stored. In JSON, give each field a single value.",
        stored=True,
    ),
    _advice(
        r"created_at .* is not a valid date|delta_t",
        "Nothing in this bulk write was stored. Give every message a created_at like "
        "2024-05-01T12:00:00Z, or every message a delta_t: the seconds since the previous message.",
    ),
    _advice(
        r"^the body is not JSON|^the JSON body|is not an object$|must be a list of objects",
        "The Content-Type announces JSON, but the body above is something else. Look for a "
        "misplaced comma or quotation mark, a missing end, or a form sent as JSON.",
    ),
    _advice(
        r"^the multipart body cannot be read",
        "Send the values as a plain form (application/x-www-form-urlencoded) or as JSON.",
    ),
    _advice(
        r"messages in one bulk write|^the body has \d+ bytes",
        "Send it in several parts, or raise the server settings max_bulk and max_body.",
    ),
    _advice(
        r"^updates must be text|^time_format must be",
        "A CSV bulk write needs the parameters time_format (absolute or relative) and updates.",
    ),
    _advice(
        r"^no channel \d",
        "No channel has the ID in the URL. You find the ID of your channel below its name.",
    ),
    _advice(
        r"^/\S* accepts GET and POST",
        "Send the values in the URL (GET) or as a form (POST).",
    ),
)


def on(reason: str) -> Advice:
    """Returns the advice on a reason. Its text is empty if there is none."""
    return next((one for one in TABLE if one.pattern.search(reason)), _NONE)
