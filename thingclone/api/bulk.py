"""Writing many entries at once (contract, sections 5.2 and 5.3; pages "Bulk-Write JSON Data",
"Bulk-Write CSV Data").
"""

from thingclone.entries import recording
from thingclone.entries.bulk import BulkUpdate
from thingclone.formats import times
from thingclone.formats.as_json import JSON
from thingclone.http import refusals, request
from thingclone.http.door import CHANNEL, Door, send, tell_changes
from thingclone.http.params import all_params, json_params

door = Door(refusals.json_error_object, journaled=True)


@door.post(f"{CHANNEL}/bulk_update.json")
def write_json(channel_id):
    params = json_params()
    most = request.settings().max_bulk
    bulk = BulkUpdate.from_json(_write_key(params), params.get("updates"), _zone(params), most)
    return _record(channel_id, bulk)


@door.post(f"{CHANNEL}/bulk_update.csv")
def write_csv(channel_id):
    params = all_params()
    key, updates = _write_key(params), params.get("updates")
    time_format, most = params.get("time_format", "absolute"), request.settings().max_bulk
    return _record(channel_id, BulkUpdate.from_csv(key, updates, time_format, _zone(params), most))


def _write_key(params: dict):
    return params.get("write_api_key") or params["api_key"]


def _zone(params: dict):
    return times.request_zone(params.get("timezone"), params.get("offset"), request.now())


def _record(channel_id: str, bulk: BulkUpdate) -> bytes:
    recording.record_all(channel_id, bulk, request.now(), request.settings())
    tell_changes(bulk.notes)
    return send(JSON.content_type, b'{"success":true}', 202)
