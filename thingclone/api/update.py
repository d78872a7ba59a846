"""Writing one entry: `/update`, the URL that every device knows, and with the key of a TalkBack
executing its next command (contract, sections 5.1 and 13.8; ThingSpeak pages "Write Data",
"TalkBack App").
"""

from thingclone.errors import NoSuchThing
from thingclone.http import refusals, request
from thingclone.http.door import Door
from thingclone.http.params import all_params
from thingclone.http.writes import write_entry

URLS = ["/update", "/s/update", r"/update.<suffix:re:\w+>", r"/s/update.<suffix:re:\w+>"]

door = Door(refusals.zero, journaled=True)


@door.route(URLS, method=["GET", "POST"], lane="write")
def receive_update(suffix=""):
    return write_entry(all_params())


@door.route(URLS, method="ANY")
def wrong_method(suffix=""):
    raise NoSuchThing(f"/update accepts GET and POST, not {request.method()}")
