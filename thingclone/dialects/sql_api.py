"""sql_api: a weather station signs in and tells the values of a location, as in the tutorial of an
ESP32 with Flask-RESTful.

    location=desk&temperature=21.5&humidity=40
    {"mac": "desk"} and the values 21.5 in the field Temperature, 40 in the field Humidity

The location is the device. Each other name is the label of a field.
"""

import json

from thingclone.dialects import credentials
from thingclone.entries import recording
from thingclone.entries.update import Update
from thingclone.errors import BadRequest, Refusal
from thingclone.formats.as_json import JSON
from thingclone.http import request
from thingclone.http.door import Door, answer, send, tell_changes
from thingclone.http.params import all_params

NAME = "sql_api"
_NO_VALUES = frozenset(("location", "api_key", "key", "apikey", "headers"))


def message(refusal: Refusal):
    credentials.ask_for_login(refusal)
    return refusal.status, json.dumps({"message": refusal.reason}), JSON


door = Door(message, journaled=True)


@door.get("/SQL_API", lane="read")
def greet():
    return answer(
        JSON, json.dumps({"service": "SQL_API", "message": "POST location and values, signed in"})
    )


@door.post("/SQL_API", login=True)
def receive():
    params = all_params()
    update = translate(credentials.key_for(NAME, may_be_opened=False), params)
    params["mac"] = update.mac  # for the journal
    recorded = recording.record(update, request.now(), request.settings())
    tell_changes(recorded.notes)
    stored = {"channel_id": recorded.channel_id, "entry_id": recorded.entry_id}
    return send(JSON.content_type, json.dumps(stored).encode())


def translate(key, params: dict) -> Update:
    location = params.get("location")
    if location in (None, ""):
        raise BadRequest("location is missing: send the name of the station")
    named = {name: value for name, value in params.items() if name not in _NO_VALUES}
    return Update.from_named(key, str(location), named, request.address())
