"""rxdata: a device tells one text and asks for a command, as of a small service made with web2py.

    /rxdata/default/call/run/receive/<chipid>/<newdata>
    {"mac": chipid, "field1": newdata}

Any text will do, not only numbers. It is stored as it came, and comes back as the answer.
"""

from thingclone.channels import devices, macs
from thingclone.dialects import credentials
from thingclone.entries import recording
from thingclone.entries.update import Update, check_length
from thingclone.errors import BadRequest, NoSuchThing, Refusal
from thingclone.formats.as_json import TXT
from thingclone.http import request
from thingclone.http.door import Door, send, tell_changes
from thingclone.http.params import all_params

NAME = "rxdata"
CALL = "/<application:re:[^/]+>/default/call/run"
NO_COMMAND = "1"


def told(refusal: Refusal):
    """In plain words."""
    credentials.ask_for_login(refusal)
    return refusal.status, refusal.reason, TXT


writes = Door(told, journaled=True)
reads = Door(told)


def _call(door: Door, deed: str, lane: str):
    """The route to a deed, whose arguments stand in the path or come as parameters."""
    rules = [f"{CALL}/{deed}", f"{CALL}/{deed}/<arguments:path>"]
    return door.route(rules, method=["GET", "POST"], lane=lane, login=True, holds_values=True)


@_call(writes, "receive", lane="write")
def receive(application, arguments=""):
    _check(application)
    given = _arguments("receive", "chipid", "newdata")
    all_params()["mac"] = given.get("chipid")  # for the journal
    update = translate(credentials.key_for(NAME), given)
    recorded = recording.record(update, request.now(), request.settings())
    tell_changes(recorded.notes)
    return _plain(given["newdata"])


@_call(reads, "command", lane="read")
def command(application, arguments=""):
    _check(application)
    mac = macs.given(_arguments("command", "chipid").get("chipid"))
    return _plain(devices.command_for(credentials.key_for(NAME), mac) or NO_COMMAND)


def translate(key, given: dict) -> Update:
    for name in ("chipid", "newdata"):
        if given.get(name) is None:
            raise BadRequest(f"{name} is missing")
    if type(given["newdata"]) not in (str, int, float):
        raise BadRequest("newdata must be text")
    text = str(given["newdata"])
    check_length("newdata", text)
    mac = macs.given(given["chipid"])
    return Update(key=key, mac=mac, values={"field1": text}, address=request.address())


def _check(application: str):
    others = request.settings().rxdata_app.replace(",", " ").split()
    if application != NAME and application not in others and "*" not in others:
        raise NoSuchThing(f"there is no application {application[:50]}: see the setting rxdata_app")


def _arguments(deed: str, *names: str) -> dict:
    """The parameters, and what the path gives of these names, in this order."""
    _, _, rest = request.path().partition(f"/default/call/run/{deed}/")
    segments = rest.split("/") if rest else []
    if len(segments) > len(names):
        raise BadRequest(
            f"{deed} takes {' and '.join(names)}: send a value with a slash as ?{names[-1]}=..."
        )
    return all_params() | dict(zip(names, segments, strict=False))


def _plain(text) -> bytes:
    return send(TXT.content_type, str(text).encode())
