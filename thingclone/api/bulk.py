"""Writing many entries at once (contract, sections 5.2 and 5.3; pages "Bulk-Write JSON Data",
"Bulk-Write CSV Data").
"""

from thingclone import recording, timestamps
from thingclone.api import refusals, requests
from thingclone.api.door import CHANNEL, Door, explain, send
from thingclone.formats import JSON
from thingclone.updates import BulkUpdate

door = Door(refusals.json_error_object)


@door.post(f"{CHANNEL}/bulk_update.json")
def write_json(channel_id):
    params = requests.json_params()
    return _record(
        channel_id, BulkUpdate.from_json(_write_key(params), params.get("updates"), _zone(params))
    )


@door.post(f"{CHANNEL}/bulk_update.csv")
def write_csv(channel_id):
    params = requests.params()
    time_format = params.get("time_format", "absolute")
    return _record(
        channel_id,
        BulkUpdate.from_csv(_write_key(params), params.get("updates"), time_format, _zone(params)),
    )


def _write_key(params: dict):
    return params.get("write_api_key") or params["api_key"]


def _zone(params: dict):
    return timestamps.request_zone(params.get("timezone"), params.get("offset"), requests.now())


def _record(channel_id: str, bulk: BulkUpdate) -> bytes:
    recording.record_all(channel_id, bulk, requests.now(), requests.settings())
    if bulk.notes:
        explain("; ".join(bulk.notes[:10]))
    return send(JSON.content_type, b'{"success":true}', 202)
