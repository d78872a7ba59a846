"""The small routes (contract, sections 1.5 and 12)."""

from bottle import response

from thingclone.api import refusals
from thingclone.api.door import Door
from thingclone.formats import TXT, XML

door = Door(refusals.error_object)

CROSSDOMAIN = '<cross-domain-policy>\n  <allow-access-from domain="*"/>\n</cross-domain-policy>\n'


@door.get("/")
def blank():
    response.content_type = TXT.content_type
    return ""


@door.get("/crossdomain.xml")
def crossdomain():
    response.content_type = XML.content_type
    return CROSSDOMAIN


@door.get("/robots.txt")
def robots():
    response.content_type = TXT.content_type
    return "User-agent: *\nDisallow: /update\n"


@door.route("<:re:.*>", method="OPTIONS")
def preflight():
    """What a browser asks before a request to another origin; the headers stand on every answer."""
    response.content_type = TXT.content_type
    return ""
