"""What a supervisor asks: `/healthz`, does the process answer; `/readyz`, would a write succeed."""

from thingclone.database import health
from thingclone.formats.as_json import TXT
from thingclone.http import refusals, request
from thingclone.http.door import Door, send

door = Door(refusals.error_object)


@door.get("/healthz", lane="read")
def alive():
    return _plain("alive\n")


@door.get("/readyz", lane="write")
def ready():
    health.beat(request.now())
    return _plain("ready\n")


def _plain(text: str) -> bytes:
    return send(TXT.content_type, text.encode())
