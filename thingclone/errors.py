"""What can be refused: one class per failure.

A deed raises a Refusal with one plain sentence, the reason, for the person who has to mend it. How
a refusal looks on the wire (`0`, `-1`, the error object, a page) is up to the door: see
`http/door.py`. Codes, messages and details are the catalogue of the ThingSpeak page "Error Codes"
(contract, section 3.1). A reason never holds a key or a password.
"""


class Refusal(Exception):
    """A request that is not carried out. `details` is the standing text of the catalogue, or None:
    then the reason.
    """

    status = 400
    code = "error_bad_request"
    message = "Bad Request"
    standing_details = None

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
    """A private channel, and no key that opens it."""


class ForeignForm(Refusal):
    """A form that somebody else's page has sent."""

    status = 403
    code = "error_forbidden"
    message = "Forbidden"


class NoSuchThing(Refusal):
    """No such channel, route or other thing that was asked for by name."""

    status = 404
    code = "error_resource_not_found"
    message = "Resource Not Found"
    standing_details = "The requested resource was not found. Please check the URL and try again."


class NothingRecorded(NoSuchThing):
    """The channel exists, the entry or value that was asked for does not."""


class WrongMethod(Refusal):
    """The URL exists, but not with this HTTP method."""

    status = 405
    code = "error_method_invalid"
    message = "Method Not Allowed"
    standing_details = "Please use the proper HTTP method for this request."


class FormatNotOffered(Refusal):
    """The suffix names a format that this URL does not answer in."""

    status = 406
    code = "error_not_acceptable"
    message = "Not Acceptable"


class Conflict(Refusal):
    """Something of that name, number or key is there already, or there is no room for more."""

    status = 409
    code = "error_conflict"
    message = "Conflict"


class TooLarge(Refusal):
    """More than one request may bring: bytes of body, or rows of a bulk write."""

    status = 413
    code = "error_request_too_large"
    message = "Request Entity Too Large"


class TooSoon(Refusal):
    """The channel was written to less than `write_interval` seconds ago."""

    status = 429
    code = "error_too_many_requests"
    message = "Too Many Requests"
    standing_details = "Please wait before making another request."


class TooManyGuesses(TooSoon):
    """So many keys or passwords were wrong that the next one has to wait a little."""


class Malfunction(Refusal):
    """Our own fault. The log has the stack trace, the client only this."""

    status = 500
    code = "error_internal"
    message = "Internal Server Error"


class StorageFailed(Malfunction):
    """The database cannot be written to or read from just now: full, locked, read-only, gone."""

    status = 503
    code = "error_unavailable"
    message = "Service Unavailable"
