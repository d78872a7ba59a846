"""How ThingSpeak words its refusals: every wording that a door of the API can have (contract,
section 3).

Each takes a Refusal and returns (status, text, format).
"""

from thingclone.errors import FormatNotOffered, NothingRecorded, ReadDenied, Refusal
from thingclone.formats import FORMATS
from thingclone.formats.as_json import JSON, TXT
from thingclone.http.door import format_name, with_callback

_STATUS_OF_ZERO = {401: 400, 429: 200}


def _form():
    return FORMATS.get(format_name(), TXT)


def zero(refusal: Refusal):
    """Of /update: `0` with every suffix, as 400 for a bad key, 200 for a write too soon."""
    return _STATUS_OF_ZERO.get(refusal.status, refusal.status), "0", _form()


def error_object(refusal: Refusal):
    """The standard error object, or as text its code alone. An empty body for a format that is not
    offered.
    """
    text = "" if isinstance(refusal, FormatNotOffered) else _form().refusal(refusal)
    return refusal.status, text, _form()


def json_error_object(refusal: Refusal):
    """The standard error object, as JSON whatever was asked for."""
    return refusal.status, JSON.refusal(refusal), JSON


def minus_one_400(refusal: Refusal):
    """Of lists of entries: 400 `-1` in every format for a channel that is closed to this key."""
    if isinstance(refusal, ReadDenied):
        return 400, "-1", _form()
    return error_object(refusal)


def minus_one(kind: str):
    """Of single entries: 200 `-1` for a closed channel and for what was never recorded. In xml it
    is a `kind` without id.
    """

    def report(refusal: Refusal):
        if isinstance(refusal, ReadDenied | NothingRecorded):
            form, text = with_callback(_form(), _form().nothing(kind))
            return 200, text, form
        return error_object(refusal)

    return report
