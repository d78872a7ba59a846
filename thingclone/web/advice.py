"""What helps against the reasons in the journal: a reason says what was wrong, this what to do."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """`stored`: the write arrived, though not all of it as it was sent."""

    pattern: re.Pattern
    text: str
    stored: bool = False


def _advice(pattern: str, text: str, stored: bool = False) -> Advice:
    return Advice(re.compile(pattern), text, stored)


_NONE = Advice(re.compile(""), "")
# The first that is found in the reason counts.
TABLE = (
    _advice(
        r"^this is a read key",
        "A read key only reads. Copy the write key, which is on the page Keys, into your sketch.",
    ),
    _advice(
        r"^this is a user key",
        "The user key of an account manages channels. Copy the write key of the channel, which is "
        "on its page Keys, into your sketch; or send mac=... along, if the board has a channel of "
        "its own.",
    ),
    _advice(
        r"^this account has \d+ devices: the limit is",
        "The owner of the account adds it on the page Devices, or removes one that is gone; the "
        "setting max_devices of the server is for those that come by themselves.",
    ),
    _advice(
        r"belongs to another account now$",
        "The owner of the account chooses another channel for this device, on the page Devices.",
    ),
    _advice(
        r"^this account has no device",
        "The owner of the account adds it on the page Devices. Where the setting auto_provision is "
        "on, a device becomes known by its first write with the user key.",
    ),
    _advice(
        r"^the device was not added",
        "The values were stored. The device itself can be added by hand, on the page Devices.",
        stored=True,
    ),
    _advice(
        r"^this is the key of a TalkBack",
        "A device sends the key of a TalkBack as talkback_key, and the write key as api_key.",
    ),
    _advice(
        r"^no channel has this write key",
        "It was mistyped, or a new one was made since: copy it again, with the button. O and 0, I "
        "and 1 look alike.",
    ),
    _advice(
        r"^a write needs the channel's write key",
        "No key arrived. Send api_key=... with the values; in a POST without a Content-Type that "
        "fits its body, nothing is found.",
    ),
    _advice(
        r"^this is the write key of another channel",
        "The number in the URL and the key belong to two channels: one of them is wrong.",
    ),
    _advice(
        r"accepts one write every",
        "The device writes more often than this server takes it. Let it wait longer, or send many "
        "values at once by bulk_update.json; the setting write_interval of the server says how "
        "long.",
    ),
    _advice(
        r"was truncated to",
        "All else was stored. A value, or a status, has 255 characters at the most.",
        stored=True,
    ),
    _advice(
        r"^created_at is not a valid date",
        "The entry was stored, with the time at which it arrived. Send dates as "
        "2024-05-01T12:00:00Z, or as seconds since 1970.",
        stored=True,
    ),
    _advice(
        r"was left out: a value is text or a number",
        "All else was stored. In JSON, give each field one value.",
        stored=True,
    ),
    _advice(
        r"created_at .* is not a valid date|delta_t",
        "Nothing of this bulk write was stored. Give each message a created_at as "
        "2024-05-01T12:00:00Z, or each a delta_t, the seconds since the message before it.",
    ),
    _advice(
        r"^the body is not JSON|^the JSON body|is not an object$|must be a list of objects",
        "The Content-Type says that the body is JSON. See above what arrived: a comma or a "
        "quotation mark too many, a body cut short, or a form that is sent as JSON.",
    ),
    _advice(
        r"^the multipart body cannot be read",
        "Send the values as a plain form (application/x-www-form-urlencoded) or as JSON.",
    ),
    _advice(
        r"messages in one bulk write|^the body has \d+ bytes",
        "Send it in several parts. Whoever runs the server can raise max_bulk and max_body.",
    ),
    _advice(
        r"^updates must be text|^time_format must be",
        "A CSV bulk write has the parameters time_format (absolute or relative) and updates.",
    ),
    _advice(
        r"^no channel \d",
        "The number in the URL is that of no channel here: it stands below the name of yours.",
    ),
    _advice(
        r"^/\S* accepts GET and POST",
        "Send the values in the URL (GET) or as a form (POST).",
    ),
)


def on(reason: str) -> Advice:
    """The advice on a reason; its text is empty where there is none."""
    return next((one for one in TABLE if one.pattern.search(reason)), _NONE)
