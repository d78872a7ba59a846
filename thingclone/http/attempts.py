"""Writes by HTTP that the journal tells of."""

from thingclone.entries.journal import WriteAttempt
from thingclone.formats.numbers import id_from
from thingclone.http import request
from thingclone.http.params import misunderstood_body, understood_params


def note(reason: str):
    """Note that this request to write was refused, or changed, and why."""
    request.services().notebook.note(_attempt(), reason, request.now())


def _attempt() -> WriteAttempt:
    params = understood_params()
    return WriteAttempt(
        request=f"{request.method()} {request.path()}",
        params=params,
        address=request.address(),
        key=params.get("write_api_key") or params["api_key"],
        mac=params.get("mac"),
        channel_id=_channel_id(),
        body=misunderstood_body(),
    )


def _channel_id() -> int | None:
    """The channel that the URL names."""
    number = request.url_arguments().get("channel_id")
    return None if number is None else id_from(number)
