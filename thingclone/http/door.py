"""What all doors share: sending answers and refusals in the format that was asked for (contract,
sections 1.3 to 1.11).

A Door is a Bottle whose routes may raise. Each door has a reporter that words every refusal in its
own way (`0`, `-1`, the error object), so no route needs to.
"""

import hashlib
import logging
import re
import zlib
from collections.abc import Callable

from bottle import Bottle, HTTPResponse, response

from thingclone import database
from thingclone.errors import FormatNotOffered, Malfunction, Refusal
from thingclone.formats import FORMATS, NAME_OF_TYPE, offered
from thingclone.http import attempts, request
from thingclone.http.params import query_params

log = logging.getLogger(__name__)

# How URLs are spelled. Feeds and fields go by singular and plural; a suffix chooses the format.
SUFFIX = r"<suffix:re:(?:\.[A-Za-z0-9_-]+)?>"
CHANNEL = "/channels/<channel_id:re:[0-9]+>"

WORTH_ZIPPING = 1000  # bytes
GZIP = 16 + zlib.MAX_WBITS
CACHED = "max-age=0, private, must-revalidate"  # to be asked for again, with the ETag
NOT_CACHED = "no-cache"
NOT_STORED = "no-store"

_CALLBACK = re.compile(r"[A-Za-z0-9_$.\[\]]{1,255}")
_PATH_SUFFIX = re.compile(r"\.\w+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def of_channel(*urls: str) -> list[str]:
    """Each of these URLs below a channel, and alone. Alone, the channel is that of the device that
    `mac` names.
    """
    return [prefix + url for url in urls for prefix in (CHANNEL, "")]


class Door(Bottle):
    """Routes that speak one protocol. `report(refusal)` returns (status, body, format). A door that
    devices write through is `journaled`: the owner can look up why a write was refused.
    """

    def __init__(self, report: Callable, journaled: bool = False):
        super().__init__()
        self.report = report
        self.uninstall("json")  # answers are bytes already
        self.install(_Reporter(report, journaled))


class _Reporter:
    """The Bottle plugin that turns what a route raises into an answer."""

    name = "reporter"
    api = 2

    def __init__(self, report: Callable, journaled: bool):
        self.report = report
        self.journaled = journaled

    def apply(self, callback, route):
        def reported(*args, **kwargs):
            try:
                return callback(*args, **kwargs)
            except HTTPResponse:
                raise
            except Refusal as refusal:
                # What is our fault, or the database's, is in the log.
                if self.journaled and not isinstance(refusal, Malfunction):
                    attempts.note(refusal.reason)
                return send_refusal(refusal, self.report)
            except database.DatabaseFailure as failure:
                return send_refusal(database.explained(failure), self.report)
            except Exception:
                log.exception("%s %s failed", request.method(), request.path())
                return send_refusal(Malfunction("ThingClone failed: see its log"), self.report)

        return reported


def send_refusal(refusal: Refusal, report: Callable) -> bytes:
    request.current().headers = []
    status, text, form = report(refusal)
    explain(refusal.reason)
    return send(form.content_type, text.encode(), status)


# --- which format ---------------------------------------------------------------------------------


def format_name() -> str:
    """`json`, `xml`, ... from the suffix, else from the parameter `format`, else from Accept. Empty
    if none of them names a format.

    Accept counts only without a comma: a browser's list means HTML, which is always text here.
    """
    named = _named_format()
    if named:
        return named
    accepted = request.header("Accept")
    if "," in accepted:
        return ""
    return NAME_OF_TYPE.get(accepted.partition(";")[0].strip().lower(), "")


def _named_format() -> str:
    """The format that the URL names, by suffix or parameter."""
    suffix = _suffix()
    return suffix.removeprefix(".") if suffix else query_params().get("format", "")


def _suffix() -> str | None:
    arguments = request.url_arguments()
    if arguments is not None:
        return arguments.get("suffix")
    in_path = _PATH_SUFFIX.search(request.path())
    return in_path and in_path.group()


def chosen_format(kind: str):
    """The format to answer in, one of those in which answers of this kind are offered. Raises
    FormatNotOffered if the URL names another.

    The format that Accept names need not be offered: text always is.
    """
    name, names = format_name(), offered(kind)
    if name in names:
        return FORMATS[name]
    if _named_format():
        raise FormatNotOffered(
            f"the format .{name[:20]} is not offered here: use {', '.join(filter(None, names))}"
        )
    return FORMATS[""]


# --- answers --------------------------------------------------------------------------------------


def answer(form, text: str) -> bytes:
    """Answer a read. A browser may keep it, and asks next time whether it still holds."""
    body = text.encode()
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    set_header("ETag", f"W/{tag}")
    if _is_known(tag):
        return send(form.content_type, b"", 304)
    return send(form.content_type, body)


def _is_known(tag: str) -> bool:
    known = request.header("If-None-Match")
    return tag in known or known.strip() == "*"


def answer_json(form, text: str) -> bytes:
    """Answer a read with JSON text, or text in its place. A script's `callback` gets it as an
    argument.
    """
    return answer(*with_callback(form, text))


def with_callback(form, text: str) -> tuple:
    """Returns (format, text) as they are, or as a call of the script's function, if a request for
    JSON names one.
    """
    callback = query_params().get("callback", "")
    if format_name() in ("json", "", "html") and _CALLBACK.fullmatch(callback):
        return Jsonp, f"{callback}({text})"
    return form, text


class Jsonp:
    content_type = "text/javascript; charset=utf-8"


def send(content_type: str, body: bytes, status: int = 200) -> bytes:
    """Send bytes with their type, zipped where the client offers it and it pays."""
    if status != 200:
        set_status(status)
    set_header("Content-Type", content_type)
    set_header("Cache-Control", keeping(NOT_CACHED if status >= 400 else CACHED))
    if len(body) < WORTH_ZIPPING:
        return body
    set_header("Vary", "Accept-Encoding")
    if not accepts_gzip():
        return body
    set_header("Content-Encoding", "gzip")
    return zlib.compress(body, level=5, wbits=GZIP)


def keeping(usual: str) -> str:
    """How long an answer may be kept. A sealed one may not be kept at all."""
    return NOT_STORED if request.current().is_sealed else usual


def set_status(status: int):
    response.status = status


def set_header(name: str, value: str):
    """Set a header in exactly this spelling: Bottle would write X-Thingclone-Reason and Etag."""
    request.current().headers.append((name, value))


def explain(reason: str):
    """Tell a person why, in a header that no device looks at."""
    plain = reason.encode("ascii", "backslashreplace").decode("ascii")
    set_header("X-ThingClone-Reason", _CONTROL.sub(" ", plain)[:1000])


def tell_changes(notes: tuple[str, ...]):
    """Tell a person, and the journal, what was changed in the values of a write."""
    if notes:
        reason = "; ".join(notes[:10])
        explain(reason)
        attempts.note(reason)


def accepts_gzip() -> bool:
    for coding in request.header("Accept-Encoding").lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "").rstrip("0.") != "q="
    return False
