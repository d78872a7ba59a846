"""The small routes (contract, sections 1.5 and 12)."""

from thingclone.formats.as_json import TXT
from thingclone.formats.as_xml import XML
from thingclone.http import refusals
from thingclone.http.door import Door, send

door = Door(refusals.error_object)

CROSSDOMAIN = b'<cross-domain-policy>\n  <allow-access-from domain="*"/>\n</cross-domain-policy>\n'


@door.get("/", lane="read")
def blank():
    return send(TXT.content_type, b"")


@door.get("/crossdomain.xml")
def crossdomain():
    return send(XML.content_type, CROSSDOMAIN)


@door.get("/robots.txt")
def robots():
    return send(TXT.content_type, b"User-agent: *\nDisallow: /update\n")


@door.route("<:re:.*>", method="OPTIONS", lane="read")
def preflight():
    """What a browser asks before a request to another origin; the headers stand on every answer."""
    return send(TXT.content_type, b"")
