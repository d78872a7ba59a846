"""What supervisors and browsers ask of the server itself: probes, and the small routes (contract,
sections 1.5 and 12).
"""

from thingclone.database import health
from thingclone.formats.as_json import TXT
from thingclone.formats.as_xml import XML
from thingclone.http import refusals, request
from thingclone.http.door import Door, send

CROSSDOMAIN = b'<cross-domain-policy>\n  <allow-access-from domain="*"/>\n</cross-domain-policy>\n'

probes = Door(refusals.error_object)
small = Door(refusals.error_object)


@probes.get("/healthz", lane="read")
def alive():
    """Whether the process answers."""
    return _plain("alive\n")


@probes.get("/readyz", lane="write")
def ready():
    """Whether a write would succeed."""
    health.beat(request.now())
    return _plain("ready\n")


def _plain(text: str) -> bytes:
    return send(TXT.content_type, text.encode())


# --- the small routes -----------------------------------------------------------------------------


@small.get("/", lane="read")
def blank():
    return send(TXT.content_type, b"")


@small.get("/crossdomain.xml")
def crossdomain():
    return send(XML.content_type, CROSSDOMAIN)


@small.get("/robots.txt")
def robots():
    return send(TXT.content_type, b"User-agent: *\nDisallow: /update\n")


@small.route("<:re:.*>", method="OPTIONS", lane="read")
def preflight():
    """What a browser asks before a request to another origin. Every answer has the headers."""
    return send(TXT.content_type, b"")
