"""All refusals: one class per failure.

A deed raises a Refusal with a reason: one plain sentence that says what is wrong and what to do. A
reason never contains a key or a password. Each door decides how a refusal looks on the wire (`0`,
`-1`, the error object, a page): see `http/door.py`. Codes, messages and details are those of the
ThingSpeak page "Error Codes" (contract, section 3.1).
"""


class Refusal(Exception):
    """A refused request. `details` is the text of the catalogue, or else the reason."""

    status = 400
    code = "error_bad_request"
    message = "Bad Request"
    standing_details: str | None = None

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason

    @property
    def details(self) -> str:
        return self.standing_details or self.reason


class BadRequest(Refusal):
    """The request cannot be understood."""


class AuthRequired(Refusal):
    """No key, an unknown key, or a key of the wrong kind."""

    status = 401
    code = "error_auth_required"
    message = "Authorization Required"
    standing_details = "Please provide proper authentication details."


class ReadDenied(AuthRequired):
    """The channel is private, and the request has no key for it."""


class ForeignForm(Refusal):
    """A page of another site sent the form."""

    status = 403
    code = "error_forbidden"
    message = "Forbidden"


class NoSuchThing(Refusal):
    """The channel, URL or other thing does not exist."""

    status = 404
    code = "error_resource_not_found"
    message = "Resource Not Found"
    standing_details = "The requested resource was not found. Please check the URL and try again."


class NothingRecorded(NoSuchThing):
    """The channel exists, but the entry or value does not."""


class WrongMethod(Refusal):
    """The URL exists, but not with this HTTP method."""

    status = 405
    code = "error_method_invalid"
    message = "Method Not Allowed"
    standing_details = "Please use the proper HTTP method for this request."


class FormatNotOffered(Refusal):
    """The URL does not offer this format."""

    status = 406
    code = "error_not_acceptable"
    message = "Not Acceptable"


class Conflict(Refusal):
    """The name, number or key is taken, or a limit is reached."""

    status = 409
    code = "error_conflict"
    message = "Conflict"


class TooLarge(Refusal):
    """The body has too many bytes, or the bulk write too many entries."""

    status = 413
    code = "error_request_too_large"
    message = "Request Entity Too Large"


class TooSoon(Refusal):
    """The last write to the channel was less than `write_interval` seconds ago."""

    status = 429
    code = "error_too_many_requests"
    message = "Too Many Requests"
    standing_details = "Please wait before making another request."


class TooManyGuesses(TooSoon):
    """Too many keys or passwords were wrong. The next attempt must wait."""


class Malfunction(Refusal):
    """A fault of ThingClone. Only the log has the stack trace."""

    status = 500
    code = "error_internal"
    message = "Internal Server Error"


class StorageFailed(Malfunction):
    """The database cannot be used now: full, locked, read-only or unreachable."""

    status = 503
    code = "error_unavailable"
    message = "Service Unavailable"
