"""How every door words every failure: status and bytes (contract, section 3)."""

from contextlib import contextmanager
from itertools import product

import pytest
from webtest import TestRequest

from thingclone import app
from thingclone.api import (
    api_keys,
    bulk,
    channels,
    devices,
    feeds,
    journal,
    service,
    status,
    talkbacks,
    update,
    users,
)
from thingclone.database import execute, execute_many
from thingclone.database.models import User
from thingclone.dialects import DIALECTS
from thingclone.errors import (
    AuthRequired,
    BadRequest,
    Conflict,
    ForeignForm,
    FormatNotOffered,
    Malfunction,
    NoSuchThing,
    NothingRecorded,
    ReadDenied,
    Refusal,
    StorageFailed,
    TooLarge,
    TooManyGuesses,
    TooSoon,
    WrongMethod,
)
from thingclone.settings import Settings

# --- the wordings ---------------------------------------------------------------------------------

TEXT = ("", ".csv", ".html")
ZERO = dict.fromkeys(("", ".json", ".xml", ".csv", ".txt", ".html"), "0")
MINUS_ONE = dict.fromkeys(("", ".json", ".xml", ".csv", ".html"), "-1")
NIL_FEED = MINUS_ONE | {
    ".txt": "-1",
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<feed>
  <entry-id type="integer" nil="true"/>
</feed>
""",
}
NIL_CHANNEL = MINUS_ONE | {
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<channel>
  <id type="integer">-1</id>
</channel>
""",
}
NOTHING = dict.fromkeys((".png", ".JSON"), "")
BAD_REQUEST = dict.fromkeys(TEXT, "error_bad_request") | {
    ".json": '{"status":"400","error":{"error_code":"error_bad_request","message":"Bad Request",'
    '"details":"the JSON body must be an object: {...}"}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>400</status>
  <error>
    <error-code>error_bad_request</error-code>
    <message>Bad Request</message>
    <details>the JSON body must be an object: {...}</details>
  </error>
</hash>
""",
}
AUTH_REQUIRED = dict.fromkeys(TEXT, "error_auth_required") | {
    ".json": '{"status":"401","error":{"error_code":"error_auth_required",'
    '"message":"Authorization Required",'
    '"details":"Please provide proper authentication details."}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>401</status>
  <error>
    <error-code>error_auth_required</error-code>
    <message>Authorization Required</message>
    <details>Please provide proper authentication details.</details>
  </error>
</hash>
""",
}
CONFLICT = dict.fromkeys(TEXT, "error_conflict") | {
    ".json": '{"status":"409","error":{"error_code":"error_conflict","message":"Conflict",'
    '"details":"TalkBack 1 is full: 8000 commands are waiting"}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>409</status>
  <error>
    <error-code>error_conflict</error-code>
    <message>Conflict</message>
    <details>TalkBack 1 is full: 8000 commands are waiting</details>
  </error>
</hash>
""",
}
NOT_FOUND = dict.fromkeys(TEXT, "error_resource_not_found") | {
    ".json": '{"status":"404","error":{"error_code":"error_resource_not_found",'
    '"message":"Resource Not Found","details":"The requested resource was not found. '
    'Please check the URL and try again."}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>404</status>
  <error>
    <error-code>error_resource_not_found</error-code>
    <message>Resource Not Found</message>
    <details>The requested resource was not found. Please check the URL and try again.</details>
  </error>
</hash>
""",
}
WRONG_METHOD = dict.fromkeys(TEXT, "error_method_invalid") | {
    ".json": '{"status":"405","error":{"error_code":"error_method_invalid",'
    '"message":"Method Not Allowed",'
    '"details":"Please use the proper HTTP method for this request."}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>405</status>
  <error>
    <error-code>error_method_invalid</error-code>
    <message>Method Not Allowed</message>
    <details>Please use the proper HTTP method for this request.</details>
  </error>
</hash>
""",
}
TOO_LARGE = dict.fromkeys(TEXT, "error_request_too_large") | {
    ".json": '{"status":"413","error":{"error_code":"error_request_too_large",'
    '"message":"Request Entity Too Large",'
    '"details":"the body has 1001 bytes: the limit is 1000"}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>413</status>
  <error>
    <error-code>error_request_too_large</error-code>
    <message>Request Entity Too Large</message>
    <details>the body has 1001 bytes: the limit is 1000</details>
  </error>
</hash>
""",
}
KNOWN_DEVICE = {
    ".json": '{"status":"409","error":{"error_code":"error_conflict","message":"Conflict",'
    '"details":"device known already exists"}}',
}
TOO_SOON = {
    ".json": '{"status":"429","error":{"error_code":"error_too_many_requests",'
    '"message":"Too Many Requests","details":"Please wait before making another request."}}',
}
TOO_MANY_GUESSES = dict.fromkeys(TEXT, "error_too_many_requests") | {
    ".json": TOO_SOON[".json"],
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>429</status>
  <error>
    <error-code>error_too_many_requests</error-code>
    <message>Too Many Requests</message>
    <details>Please wait before making another request.</details>
  </error>
</hash>
""",
}
MALFUNCTION = dict.fromkeys(TEXT, "error_internal") | {
    ".json": '{"status":"500","error":{"error_code":"error_internal",'
    '"message":"Internal Server Error",'
    '"details":"ThingClone failed: see its log"}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>500</status>
  <error>
    <error-code>error_internal</error-code>
    <message>Internal Server Error</message>
    <details>ThingClone failed: see its log</details>
  </error>
</hash>
""",
}
STORAGE_FAILED = dict.fromkeys(TEXT, "error_unavailable") | {
    ".json": '{"status":"503","error":{"error_code":"error_unavailable",'
    '"message":"Service Unavailable",'
    '"details":"the database failed: see the log of ThingClone"}}',
    ".xml": """<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <status>503</status>
  <error>
    <error-code>error_unavailable</error-code>
    <message>Service Unavailable</message>
    <details>the database failed: see the log of ThingClone</details>
  </error>
</hash>
""",
}


def only(wording: dict, *suffixes: str) -> dict:
    return {suffix: wording[suffix] for suffix in suffixes}


JSON, XML = ".json", ".xml"
READ = "api_key=READKEY000000001"
WRITE = "api_key=WRITEKEY00000001"
USER = "api_key=USERKEY000000000"
TALKBACK = "api_key=TALKBACKKEY00001"

# --- the table ------------------------------------------------------------------------------------

DOORS = {
    "update": update.door,
    "bulk": bulk.door,
    "entries": feeds.entries,
    "lists": feeds.lists,
    "a status": status.entries,
    "statuses": status.lists,
    "export": feeds.export,
    "a channel": channels.settings,
    "channels": channels.lists,
    "own channels": channels.own,
    "api keys": api_keys.door,
    "users": users.door,
    "talkbacks": talkbacks.door,
    "journal": journal.door,
    "devices": devices.door,
    "probes": service.probes,
    "small": service.small,
}

# {} is where the suffix goes.
TABLE = [
    ("update", BadRequest, f"POST /update{{}}?{WRITE}", 400, ZERO),
    ("update", AuthRequired, "GET /update{}", 400, ZERO),
    ("update", AuthRequired, "GET /update{}?api_key=WRONGKEY00000000&field1=1", 400, ZERO),
    ("update", AuthRequired, f"POST /update{{}}?{READ}&field1=1", 400, ZERO),
    ("update", NoSuchThing, f"PUT /update{{}}?{WRITE}", 404, only(ZERO, "")),
    ("update", TooLarge, f"POST /update{{}}?{WRITE}", 413, ZERO),
    ("update", TooSoon, f"GET /update{{}}?{WRITE}&field1=1", 200, ZERO),
    ("update", Malfunction, f"POST /update{{}}?{WRITE}", 500, ZERO),
    ("update", StorageFailed, f"GET /update{{}}?{WRITE}&field1=1", 503, ZERO),
    ("bulk", BadRequest, "POST /channels/1/bulk_update{}", 400, only(BAD_REQUEST, JSON)),
    ("bulk", AuthRequired, "POST /channels/1/bulk_update{}", 401, only(AUTH_REQUIRED, JSON)),
    ("bulk", NoSuchThing, f"POST /channels/9/bulk_update{{}}?{WRITE}", 404,
     only(NOT_FOUND, JSON)),
    ("bulk", NoSuchThing, "POST /channels/1/bulk_update{}", 404, only(NOT_FOUND, XML, "")),
    ("bulk", WrongMethod, "GET /channels/1/bulk_update{}", 405, only(WRONG_METHOD, JSON)),
    ("bulk", TooLarge, "POST /channels/1/bulk_update{}", 413, only(TOO_LARGE, JSON)),
    ("bulk", TooSoon, f"POST /channels/1/bulk_update{{}}?{WRITE}", 429, TOO_SOON),
    ("bulk", Malfunction, "POST /channels/1/bulk_update{}", 500, only(MALFUNCTION, JSON)),
    ("bulk", StorageFailed, "POST /channels/1/bulk_update{}", 503, only(STORAGE_FAILED, JSON)),
    ("entries", BadRequest, "GET /channels/1/feeds/last{}", 400, BAD_REQUEST),
    ("entries", ReadDenied, "GET /channels/1/feeds/last{}", 200, NIL_FEED),
    ("entries", ReadDenied, "GET /channels/1/fields/1/last{}", 200, NIL_FEED),
    ("entries", ReadDenied, "GET /channels/1/feeds/last_data_age{}", 200, NIL_FEED),
    ("entries", ReadDenied, "GET /channels/1/feeds/last_average{}?average=10", 200, NIL_FEED),
    ("entries", NoSuchThing, "GET /channels/9/feeds/last{}", 404, NOT_FOUND),
    ("entries", NothingRecorded, f"GET /channels/1/feeds/last{{}}?{READ}", 200, NIL_FEED),
    ("entries", NothingRecorded, f"GET /channels/1/fields/1/7{{}}?{READ}", 200, NIL_FEED),
    ("entries", WrongMethod, "PUT /channels/1/feeds/last{}", 405, WRONG_METHOD),
    ("entries", FormatNotOffered, f"GET /channels/1/feeds/last{{}}?{READ}", 406, NOTHING),
    ("entries", TooLarge, "GET /channels/1/feeds/last{}", 413, TOO_LARGE),
    ("entries", Malfunction, "GET /channels/1/feeds/last{}", 500, MALFUNCTION),
    ("entries", StorageFailed, "GET /channels/1/feeds/last{}", 503, STORAGE_FAILED),
    ("lists", BadRequest, "GET /channels/1/feeds{}", 400, BAD_REQUEST),
    ("lists", ReadDenied, "GET /channels/1/feeds{}", 400, MINUS_ONE),
    ("lists", ReadDenied, "GET /channels/1/fields/1{}?api_key=WRONGKEY00000000", 400, MINUS_ONE),
    ("lists", NoSuchThing, "GET /channels/9/feeds{}", 404, NOT_FOUND),
    ("lists", WrongMethod, "PUT /channels/1/feeds{}", 405, WRONG_METHOD),
    ("lists", FormatNotOffered, f"GET /channels/1/feeds{{}}?{READ}", 406, NOTHING | {".txt": ""}),
    ("lists", TooLarge, "GET /channels/1/feeds{}", 413, TOO_LARGE),
    ("lists", Malfunction, "GET /channels/1/feeds{}", 500, MALFUNCTION),
    ("lists", StorageFailed, "GET /channels/1/feeds{}", 503, STORAGE_FAILED),
    ("a status", BadRequest, "GET /channels/1/status/last{}", 400, BAD_REQUEST),
    ("a status", ReadDenied, "GET /channels/1/status/last{}", 200, NIL_FEED),
    ("a status", NoSuchThing, "GET /channels/9/status/last{}", 404, NOT_FOUND),
    ("a status", NothingRecorded, f"GET /channels/1/status/last{{}}?{READ}", 200, NIL_FEED),
    ("a status", WrongMethod, "PUT /channels/1/status/last{}", 405, WRONG_METHOD),
    ("a status", FormatNotOffered, f"GET /channels/1/status/last{{}}?{READ}", 406, NOTHING),
    ("a status", TooLarge, "GET /channels/1/status/last{}", 413, TOO_LARGE),
    ("a status", Malfunction, "GET /channels/1/status/last{}", 500, MALFUNCTION),
    ("a status", StorageFailed, "GET /channels/1/status/last{}", 503, STORAGE_FAILED),
    ("statuses", BadRequest, "GET /channels/1/status{}", 400, BAD_REQUEST),
    ("statuses", ReadDenied, "GET /channels/1/status{}", 200, NIL_CHANNEL),
    ("statuses", NoSuchThing, "GET /channels/9/status{}", 404, NOT_FOUND),
    ("statuses", WrongMethod, "PUT /channels/1/status{}", 405, WRONG_METHOD),
    ("statuses", FormatNotOffered, f"GET /channels/1/status{{}}?{READ}", 406,
     NOTHING | {".txt": ""}),
    ("statuses", TooLarge, "GET /channels/1/status{}", 413, TOO_LARGE),
    ("statuses", Malfunction, "GET /channels/1/status{}", 500, MALFUNCTION),
    ("statuses", StorageFailed, "GET /channels/1/status{}", 503, STORAGE_FAILED),
    ("export", BadRequest, "POST /stream/channels/1/feeds{}", 400, only(BAD_REQUEST, "", ".csv")),
    ("export", ReadDenied, "GET /stream/channels/1/feeds{}", 400, only(MINUS_ONE, "", ".csv")),
    ("export", NoSuchThing, "GET /stream/channels/9/feeds{}", 404, only(NOT_FOUND, "", ".csv")),
    ("export", WrongMethod, "PUT /stream/channels/1/feeds{}", 405, WRONG_METHOD),
    ("export", FormatNotOffered, f"GET /stream/channels/1/feeds{{}}?{READ}", 406,
     NOTHING | {".json": "", ".xml": "", ".txt": ""}),
    ("export", TooLarge, "POST /stream/channels/1/feeds{}", 413, only(TOO_LARGE, "", ".csv")),
    ("export", Malfunction, "POST /stream/channels/1/feeds{}", 500,
     only(MALFUNCTION, "", ".csv")),
    ("export", StorageFailed, "GET /stream/channels/1/feeds{}", 503,
     only(STORAGE_FAILED, "", ".csv")),
    ("a channel", BadRequest, "GET /channels/1{}", 400, only(BAD_REQUEST, JSON, XML, "")),
    ("a channel", ReadDenied, f"GET /channels/1{{}}?{READ}", 400, only(MINUS_ONE, JSON, XML, "")),
    ("a channel", NoSuchThing, "GET /channels/9{}", 404, only(NOT_FOUND, JSON, XML, "")),
    ("a channel", WrongMethod, "POST /channels/1{}", 405, WRONG_METHOD),
    ("a channel", FormatNotOffered, "GET /channels/1{}", 406, NOTHING | {".csv": ""}),
    ("a channel", TooLarge, "GET /channels/1{}", 413, only(TOO_LARGE, JSON, XML, "")),
    ("a channel", Malfunction, "GET /channels/1{}", 500, only(MALFUNCTION, JSON, XML, "")),
    ("a channel", StorageFailed, "GET /channels/1{}", 503, only(STORAGE_FAILED, JSON, XML, "")),
    ("channels", BadRequest, "GET /channels/public{}", 400, only(BAD_REQUEST, JSON, XML, "")),
    ("channels", NoSuchThing, "GET /channels/public{}?page=0", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("channels", WrongMethod, "PUT /channels/public{}", 405, WRONG_METHOD),
    ("channels", FormatNotOffered, "GET /channels/public{}", 406, NOTHING | {".csv": ""}),
    ("channels", TooLarge, "GET /channels/public{}", 413, only(TOO_LARGE, JSON, XML, "")),
    ("channels", Malfunction, "GET /channels/public{}", 500, only(MALFUNCTION, JSON, XML, "")),
    ("channels", StorageFailed, "GET /channels/public{}", 503,
     only(STORAGE_FAILED, JSON, XML, "")),
    ("own channels", BadRequest, "POST /channels{}", 400, only(BAD_REQUEST, JSON, XML, "")),
    ("own channels", BadRequest, "PUT /channels/1{}", 400, only(BAD_REQUEST, JSON, XML, "")),
    ("own channels", AuthRequired, "GET /channels{}", 401, only(AUTH_REQUIRED, JSON)),
    ("own channels", AuthRequired, f"PUT /channels/1{{}}?{WRITE}", 401,
     only(AUTH_REQUIRED, JSON)),
    ("own channels", AuthRequired, f"DELETE /channels/1/feeds{{}}?{WRITE}", 401,
     only(AUTH_REQUIRED, JSON)),
    ("own channels", TooManyGuesses, f"GET /channels{{}}?{USER}", 429,
     only(TOO_MANY_GUESSES, JSON, XML, "")),
    ("own channels", NoSuchThing, f"PATCH /channels/9{{}}?{USER}", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("own channels", NoSuchThing, f"POST /channels/9/clear{{}}?{USER}", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("own channels", WrongMethod, f"POST /channels/1{{}}?{USER}", 405, WRONG_METHOD),
    ("own channels", WrongMethod, f"POST /channels/1/feeds{{}}?{USER}", 405, WRONG_METHOD),
    ("own channels", FormatNotOffered, f"DELETE /channels/1{{}}?{USER}", 406,
     NOTHING | {".csv": ""}),
    ("own channels", TooLarge, "PUT /channels/1{}", 413, only(TOO_LARGE, JSON, XML, "")),
    ("own channels", Malfunction, "POST /channels{}", 500, only(MALFUNCTION, JSON, XML, "")),
    ("own channels", StorageFailed, f"GET /channels{{}}?{USER}", 503,
     only(STORAGE_FAILED, JSON, XML, "")),
    ("api keys", BadRequest, "POST /channels/1/api_keys{}", 400,
     only(BAD_REQUEST, JSON, XML, "")),
    ("api keys", AuthRequired, f"GET /channels/1/api_keys{{}}?{READ}", 401,
     only(AUTH_REQUIRED, JSON)),
    ("api keys", TooManyGuesses, f"POST /channels/1/api_keys{{}}?{USER}", 429,
     only(TOO_MANY_GUESSES, JSON, XML, "")),
    ("api keys", NoSuchThing, f"GET /channels/9/api_keys{{}}?{USER}", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("api keys", NoSuchThing, f"DELETE /channels/1/api_keys/NONE{{}}?{USER}", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("api keys", WrongMethod, f"POST /channels/1/api_keys/NONE{{}}?{USER}", 405, WRONG_METHOD),
    ("api keys", FormatNotOffered, f"GET /channels/1/api_keys{{}}?{USER}", 406,
     NOTHING | {".csv": ""}),
    ("api keys", TooLarge, "POST /channels/1/api_keys{}", 413, only(TOO_LARGE, JSON, XML, "")),
    ("api keys", Malfunction, "POST /channels/1/api_keys{}", 500,
     only(MALFUNCTION, JSON, XML, "")),
    ("api keys", StorageFailed, f"GET /channels/1/api_keys{{}}?{USER}", 503,
     only(STORAGE_FAILED, JSON, XML, "")),
    ("users", AuthRequired, "GET /users/api_login{}", 401, only(AUTH_REQUIRED, JSON)),
    ("users", AuthRequired, "GET /users/api_login{}?login=gardener&password=x", 401,
     only(AUTH_REQUIRED, JSON)),
    ("users", AuthRequired, "POST /users/new_api_key{}", 401, only(AUTH_REQUIRED, JSON)),
    ("users", TooManyGuesses, f"POST /users/new_api_key{{}}?{USER}", 429,
     only(TOO_MANY_GUESSES, JSON, XML, "", ".html")),
    ("users", BadRequest, "GET /users/gardener{}", 400,
     only(BAD_REQUEST, JSON, XML, "", ".html")),
    ("users", NoSuchThing, "GET /users/nobody{}", 404, only(NOT_FOUND, JSON, XML, "", ".html")),
    ("users", WrongMethod, "PUT /users/gardener{}", 405, WRONG_METHOD),
    ("users", FormatNotOffered, "GET /users/gardener?format={}", 406, {"txt": "", "png": ""}),
    ("users", TooLarge, "GET /users/gardener{}", 413, only(TOO_LARGE, JSON, XML, "", ".html")),
    ("users", Malfunction, "GET /users/gardener{}", 500,
     only(MALFUNCTION, JSON, XML, "", ".html")),
    ("users", StorageFailed, "GET /users/gardener{}", 503,
     only(STORAGE_FAILED, JSON, XML, "", ".html")),
    ("journal", BadRequest, f"GET /channels/1/journal{{}}?{USER}", 400,
     only(BAD_REQUEST, JSON, XML, "")),
    ("journal", AuthRequired, f"GET /channels/1/journal{{}}?{WRITE}", 401,
     only(AUTH_REQUIRED, JSON, XML, "")),
    ("journal", AuthRequired, "GET /channels/1/journal{}", 401,
     only(AUTH_REQUIRED, JSON, XML, "")),
    ("journal", TooManyGuesses, f"GET /channels/1/journal{{}}?{USER}", 429,
     only(TOO_MANY_GUESSES, JSON, XML, "")),
    ("journal", NoSuchThing, f"GET /channels/9/journal{{}}?{USER}", 404,
     only(NOT_FOUND, JSON, XML, "")),
    ("journal", WrongMethod, "POST /channels/1/journal{}", 405, WRONG_METHOD),
    ("journal", FormatNotOffered, f"GET /channels/1/journal{{}}?{USER}", 406,
     NOTHING | {".csv": "", ".txt": ""}),
    ("journal", TooLarge, f"GET /channels/1/journal{{}}?{USER}", 413,
     only(TOO_LARGE, JSON, XML, "")),
    ("journal", Malfunction, f"GET /channels/1/journal{{}}?{USER}", 500,
     only(MALFUNCTION, JSON, XML, "")),
    ("journal", StorageFailed, f"GET /channels/1/journal{{}}?{USER}", 503,
     only(STORAGE_FAILED, JSON, XML, "")),
    ("talkbacks", BadRequest, "POST /talkbacks/1/commands{}", 400,
     only(BAD_REQUEST, JSON, XML, "", ".html")),
    ("talkbacks", AuthRequired, "GET /talkbacks/1/commands{}", 401,
     only(AUTH_REQUIRED, JSON, XML, "", ".html")),
    ("talkbacks", AuthRequired, "GET /talkbacks/1/commands/execute{}?api_key=WRONG", 401,
     only(AUTH_REQUIRED, JSON, XML, "", ".html")),
    ("talkbacks", NoSuchThing, f"GET /talkbacks/9/commands{{}}?{TALKBACK}", 404,
     only(NOT_FOUND, JSON, XML, "", ".html")),
    ("talkbacks", NoSuchThing, f"GET /talkbacks/1/commands/9{{}}?{TALKBACK}", 404,
     only(NOT_FOUND, JSON, XML, "", ".html")),
    ("talkbacks", NoSuchThing, f"GET /talkbacks/1/commands/last{{}}?{TALKBACK}", 404,
     only(NOT_FOUND, JSON, XML, "", ".html")),
    ("talkbacks", WrongMethod, "PUT /talkbacks/1/commands{}", 405, WRONG_METHOD),
    ("talkbacks", WrongMethod, "DELETE /talkbacks/1/commands/execute{}", 405, WRONG_METHOD),
    ("talkbacks", FormatNotOffered, f"POST /talkbacks/1/commands{{}}?{TALKBACK}", 406,
     NOTHING | {".csv": ""}),
    ("talkbacks", FormatNotOffered, f"GET /talkbacks/1/commands/execute{{}}?{TALKBACK}", 406,
     NOTHING | {".csv": ""}),
    ("talkbacks", Conflict, f"POST /talkbacks/1/commands{{}}?{TALKBACK}", 409,
     only(CONFLICT, JSON, XML, "", ".html")),
    ("talkbacks", TooLarge, "POST /talkbacks/1/commands{}", 413,
     only(TOO_LARGE, JSON, XML, "", ".html")),
    ("talkbacks", Malfunction, "POST /talkbacks/1/commands{}", 500,
     only(MALFUNCTION, JSON, XML, "", ".html")),
    ("talkbacks", StorageFailed, "GET /talkbacks/1/commands/execute{}", 503,
     only(STORAGE_FAILED, JSON, XML, "", ".html")),
    ("devices", BadRequest, f"POST /devices{{}}?{USER}", 400, only(BAD_REQUEST, JSON)),
    ("devices", AuthRequired, "GET /devices{}", 401, only(AUTH_REQUIRED, JSON)),
    ("devices", NoSuchThing, f"GET /devices/board{{}}?{USER}", 404, only(NOT_FOUND, JSON)),
    ("devices", Conflict, f"POST /devices{{}}?{USER}&mac=known", 409, KNOWN_DEVICE),
    ("devices", TooManyGuesses, f"GET /devices{{}}?{USER}", 429,
     only(TOO_MANY_GUESSES, JSON)),
    ("devices", WrongMethod, "PUT /devices{}", 405, only(WRONG_METHOD, JSON)),
    ("devices", TooLarge, f"POST /devices{{}}?{USER}", 413, only(TOO_LARGE, JSON)),
    ("devices", Malfunction, f"POST /devices{{}}?{USER}", 500, only(MALFUNCTION, JSON)),
    ("devices", StorageFailed, f"GET /devices{{}}?{USER}", 503, only(STORAGE_FAILED, JSON)),
    ("probes", StorageFailed, "GET /readyz{}", 503, only(STORAGE_FAILED, "")),
    ("probes", WrongMethod, "POST /healthz{}", 405, only(WRONG_METHOD, "")),
    ("small", NoSuchThing, "GET /nonsense{}", 404, NOT_FOUND),
    ("small", WrongMethod, "POST /robots.txt{}", 405, only(WRONG_METHOD, "")),
]  # fmt: skip

READERS = ("entries", "lists", "a status", "statuses", "export", "a channel", "channels")
OWNERS = ("own channels", "api keys", "users", "journal", "devices")
IMPOSSIBLE = {
    *[(door, ForeignForm) for door in DOORS],  # only pages have forms
    # Nobody chooses a number, key or login by HTTP; a queue may be full, a MAC taken.
    *[(door, Conflict) for door in DOORS if door not in ("talkbacks", "devices")],
    *[(door, AuthRequired) for door in READERS],  # what a key does not open is ReadDenied
    *[(door, TooSoon) for door in READERS + OWNERS],
    *[(door, TooManyGuesses) for door in DOORS if door not in OWNERS],
    *[(door, NothingRecorded) for door in DOORS if door not in ("entries", "a status")],
    *[(door, ReadDenied) for door in ("update", "bulk", "channels", "talkbacks", *OWNERS)],
    ("devices", FormatNotOffered),  # there is only JSON
    ("talkbacks", TooSoon),  # commands may follow each other as fast as they like
    ("update", WrongMethod),  # it answers 404, as ThingSpeak does
    ("update", FormatNotOffered),  # every suffix is taken
    ("bulk", FormatNotOffered),  # there are two URLs, not two formats
    *[
        ("probes", failure)
        for failure in (BadRequest, AuthRequired, ReadDenied, NoSuchThing, FormatNotOffered,
                        TooLarge, TooSoon, Malfunction)
    ],  # there is nothing to ask them but this
    *[
        ("small", failure)
        for failure in (BadRequest, AuthRequired, ReadDenied, FormatNotOffered, TooLarge, TooSoon,
                        Malfunction, StorageFailed)
    ],  # they read neither parameters nor the database
}  # fmt: skip


def test_the_table_has_every_door_of_the_app():
    # Those of the dialects have a table of their own, in tests/dialects/test_failures.py.
    dialects = {door for dialect in DIALECTS.values() for door in dialect.doors}
    dialects |= {dialect.removal for dialect in DIALECTS.values() if dialect.removal}
    assert set(app.DOORS) == set(DOORS.values()) | dialects


def test_the_table_has_every_failure_of_every_door():
    def failures(kind):
        kinds = [one for one in kind.__subclasses__() if one.__module__ == Refusal.__module__]
        return {kind}.union(*map(failures, kinds))

    listed = {(door, failure) for door, failure, *_ in TABLE}
    assert listed | IMPOSSIBLE == set(product(DOORS, failures(Refusal) - {Refusal}))
    assert not listed & IMPOSSIBLE


# --- provoking them -------------------------------------------------------------------------------


@pytest.fixture
def settings():
    return Settings(max_body=1000, write_interval=15)


class BrokenOff:
    """What a server hands on of a body whose sender is gone."""

    def read(self, *size):
        raise OSError("connection reset by peer")

    readline = readlines = __iter__ = read


@contextmanager
def database_broken():
    tables = ("channels", "users", "talkbacks", "pulse")
    for table in tables:
        execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        for table in tables:
            execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def fill_the_talkback():
    places = range(1, 8001)
    execute_many(
        """INSERT INTO commands (talkback_id, command_string, place, created_at)
            VALUES (1, 'ON', ?, 0)""",
        [(place,) for place in places],
    )


def ask(client, method, url, failure):
    request = TestRequest.blank(url, method=method)
    if failure is Malfunction:
        request.environ |= {"wsgi.input": BrokenOff(), "CONTENT_LENGTH": "1"}
    elif method == "POST" or failure in (BadRequest, TooLarge):
        request.content_type = "application/json"
        request.body = {BadRequest: b"[]", TooLarge: b"x" * 1001}.get(failure, b'{"updates":[]}')
    if failure is StorageFailed:
        with database_broken():
            return client.do_request(request)
    return client.do_request(request)


CONTENT_TYPES = {
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
}


@pytest.mark.parametrize(
    ("failure", "request_line", "status", "wording"),
    [
        pytest.param(failure, line, status, wording, id=f"{line} {failure.__name__}")
        for _, failure, line, status, wording in TABLE
    ],
)
def test_a_failure_at_a_door(
    client, channel, door_talkback, write, failure, request_line, status, wording
):
    User.update(api_key="USERKEY000000000").execute()
    if failure is Conflict:
        client.post("/devices.json?api_key=USERKEY000000000&mac=known")
    if failure is TooSoon:
        write(channel, field1="1")
    for _ in range(5 if failure is TooManyGuesses else 0):
        client.get("/channels?api_key=WRONGKEY00000000")
    if failure is Conflict:
        fill_the_talkback()
    for suffix, text in wording.items():
        method, url = request_line.format(suffix).split()
        answer = ask(client, method, url, failure)
        assert (suffix, answer.status_int, answer.text) == (suffix, status, text)
        assert answer.headers["Content-Length"] == str(len(text))
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-ThingClone-Reason"]
        expected = CONTENT_TYPES.get(suffix, "text/plain; charset=utf-8")
        assert answer.headers["Content-Type"] == expected


def test_a_reason_never_holds_a_key(client, channel):
    for url in (
        "/update?api_key=SECRETKEY0000000",
        "/channels/1/feeds.json?api_key=SECRETKEY0000000",
        "/channels/1.json?api_key=SECRETKEY0000000",
        "/users/nobody?api_key=SECRETKEY0000000",
    ):
        answer = client.get(url)
        assert "SECRETKEY0000000" not in f"{answer.headers}{answer.text}"


def test_a_refusal_spoils_nothing_that_follows(client, channel):
    for failure in (StorageFailed, Malfunction, BadRequest, TooLarge):
        ask(client, "POST", f"/update?{WRITE}", failure)
    assert client.get(f"/update?{WRITE}&field1=21.5").text == "1"
    assert client.get(f"/channels/1/fields/1/last.txt?{READ}").text == "21.5"
