"""series: time series that boards make for themselves, as fakufaku/timeseries-api keeps them.

    PUT /series/new      {"token": ..., "device_id": ..., "device_desc": ..., "desc": ...} -> 12
    PUT /point/new       {"token": ..., "series_id": 12, "fields": {"temp_C": 13.5}}       -> 147
    GET /series/12       [{"fields": {"temp_C": 13.5}, "id": 147, "timestamp": ...}]
    DELETE /point/147    {"token": ...}

The token is a user key. A series is a public channel, each name among the fields is a label.
"""

import json
from datetime import UTC

from thingclone.apps import series
from thingclone.channels import access
from thingclone.dialects import credentials
from thingclone.errors import AuthRequired, BadRequest, NoSuchThing, Refusal
from thingclone.formats import times
from thingclone.formats.as_json import JSON
from thingclone.http import request
from thingclone.http.door import Door, answer_json, explain, send, set_status, tell_changes
from thingclone.http.params import all_params, json_params

NAME = "series"
NUMBER = "<number:re:[^/]+>"


def message(refusal: Refusal):
    """As the original words it: it knows no 401."""
    status = 403 if isinstance(refusal, AuthRequired) else refusal.status
    return status, json.dumps({"message": refusal.reason}), JSON


writes = Door(message, journaled=True)
reads = Door(message)
removal = Door(message)


@reads.get("/series", login=True)
def list_series():
    return _read(series.series_of(access.owner_of_key(credentials.key_for(NAME))))


@reads.get("/points/count", login=True)
def count_points():
    return _read(series.count_points(access.owner_of_key(credentials.key_for(NAME))))


@reads.get(f"/series/{NUMBER}", login=True)
def show_series(number):
    key, params = credentials.key_for(NAME), all_params()
    end = _moment(params, "to", request.now())
    start = _moment(params, "from", end - series.DAYS * times.DAY)
    return _read(series.points(number, key, start, end, request.settings().max_results))


@reads.get(f"/point/{NUMBER}", lane="read", login=True)
def show_point(number):
    return _read(series.point(number, credentials.key_for(NAME)))


@writes.put(f"/series/{NUMBER}", lane="write")
def add_series(number):
    account = _account_of_token()
    _check_new(number)
    given = {name: _text(name) for name in ("device_id", "device_desc")}
    description = json_params().get("desc")
    made = series.add_series(
        account,
        given["device_id"],
        given["device_desc"],
        None if description is None else str(description),
        request.now(),
    )
    return _send_number(made)


@writes.put(f"/point/{NUMBER}", lane="write")
def add_point(number):
    _account_of_token()
    _check_new(number)
    params = json_params()
    values = params.get("fields")
    if params.get("series_id") is None or not isinstance(values, dict):
        raise BadRequest("Some fields are missing")
    made, notes = series.add_point(
        params["series_id"],
        params["token"],
        values,
        request.now(),
        request.settings(),
        request.address(),
    )
    tell_changes(notes)
    return _send_number(made)


@removal.delete(f"/series/{NUMBER}")
def remove_series(number):
    _account_of_token()
    was_there = series.remove_series(number, json_params()["token"])
    return _send_nothing(was_there)


@removal.delete(f"/point/{NUMBER}")
def remove_point(number):
    _account_of_token()
    token = json_params()["token"]
    return _send_nothing(series.remove_point(number, token, request.now()))


def _account_of_token() -> int:
    token = json_params().get("token")
    if token in (None, ""):
        raise AuthRequired("Authentication token is required for access.")
    found = access.account(token)
    if found is None:
        raise AuthRequired("Token doesn't exist: it must be a user key")
    return found


def _check_new(number: str):
    if number != "new":
        raise NoSuchThing("For now only 'new' resource is available for PUT request")


def _text(name: str) -> str:
    value = json_params().get(name)
    if type(value) not in (str, int, float):
        raise BadRequest(f"{name} is missing")
    return str(value)


def _moment(params: dict, name: str, otherwise: int) -> int:
    value = params.get(name)
    if value in (None, ""):
        return otherwise
    moment = times.parse(value, UTC)
    if moment is None:
        raise BadRequest(f"{name} is not a valid date")
    return moment


def _read(thing) -> bytes:
    return answer_json(JSON, json.dumps(thing, ensure_ascii=False))


def _send_nothing(was_there: bool) -> bytes:
    """As the original does, whether there was something to remove or not."""
    if not was_there:
        explain("nothing to remove")
    set_status(204)
    return b""


def _send_number(number: int) -> bytes:
    return send(JSON.content_type, str(number).encode(), 201)
