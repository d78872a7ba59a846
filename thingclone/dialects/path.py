"""path: all values in the path of the URL, as in the tutorial of an IoT server with Flask.

    /update/API_key=ASCIISTR/mac=6c:rf:7f:2b:0e:g8/field=1/data=72.3
    {"api_key": "ASCIISTR", "mac": "6c:rf:7f:2b:0e:g8", "field1": "72.3"}

A slash cannot be part of a value, not even as `%2F`: servers see no difference. So unknown names
are refused here, where `/update` ignores them.
"""

from thingclone.database.models import FIELD_COUNT, FIELD_NAMES, FIELD_NUMBERS
from thingclone.errors import BadRequest, NoSuchThing
from thingclone.http import refusals, request
from thingclone.http.door import Door
from thingclone.http.params import all_params
from thingclone.http.writes import write_entry

PREFIX = "/update/"
KEY_NAMES = ("api_key", "key", "apikey")
NAMES = frozenset(
    """mac field data lat latitude long longitude elevation status created_at timezone
    offset talkback_key""".split()
) | {*KEY_NAMES, *FIELD_NAMES, *map(str, FIELD_NUMBERS)}

door = Door(refusals.zero, journaled=True)


@door.route(f"{PREFIX}<pairs:path>", method=["GET", "POST"], lane="write", holds_values=True)
def receive_pairs(pairs):
    params = all_params()
    params |= translate(request.path().removeprefix(PREFIX).split("/"))  # the journal knows them
    return write_entry(params)


@door.route(f"{PREFIX}<pairs:path>", method="ANY", holds_values=True)
def wrong_method(pairs):
    raise NoSuchThing(f"/update accepts GET and POST, not {request.method()}")


def translate(segments: list[str]) -> dict[str, str]:
    """The parameters of `/update` in the segments of a path, in any order."""
    pairs = [_pair(segment) for segment in segments]
    numbers = [value for name, value in pairs if name == "field"]
    values = [value for name, value in pairs if name == "data"]
    if len(numbers) != len(values):
        raise BadRequest("each field=N needs a data=VALUE")
    fields = [(_field(number), value) for number, value in zip(numbers, values, strict=True)]
    named = [pair for pair in pairs if pair[0] not in ("field", "data")] + fields
    params = dict(named)
    if len(params) != len(named):
        raise BadRequest("a name appears twice in the path, or a value contains a slash")
    return params


def _pair(segment: str) -> tuple[str, str]:
    name, separator, value = segment.partition("=")
    name = name.lower()
    if not separator or name not in NAMES:
        raise BadRequest(
            f"{segment[:50]!r} in the path is not a known name=value:"
            " send a value with a slash to /update?name=value"
        )
    return "api_key" if name in KEY_NAMES else name, value


def _field(number: str) -> str:
    if number not in map(str, FIELD_NUMBERS):
        raise BadRequest(f"field={number[:20]}: a channel has fields 1 to {FIELD_COUNT}")
    return f"field{number}"
