"""The keys of a channel, for its owner (contract, section 9.10)."""

from thingclone.channels import channels, keys
from thingclone.database.models import Channel
from thingclone.errors import WrongMethod
from thingclone.http import caller, refusals, request
from thingclone.http.door import CHANNEL, SUFFIX, Door, answer_json, chosen_format, send
from thingclone.http.params import all_params, meant_method

KEYS_URL = f"{CHANNEL}/api_keys"

door = Door(refusals.error_object)


@door.get(f"{KEYS_URL}{SUFFIX}")
def list_keys(channel_id, suffix):
    form = chosen_format("objects")
    return answer_json(form, form.thing("api_keys", keys.key_objects(_own(channel_id))))


@door.post(f"{KEYS_URL}{SUFFIX}")
def make_key(channel_id, suffix):
    """`write=1` renews the write key, anything else makes a read key."""
    form = chosen_format("objects")
    channel = _own(channel_id)
    if str(all_params().get("write", "0")) in ("1", "true", "True"):
        channel.write_key = keys.renew_write_key(channel)
        return _send(form, keys.write_key_object(channel))
    made = keys.add_read_key(channel, request.now(), _note())
    return _send(form, keys.read_key_object(made))


@door.route(f"{KEYS_URL}/<key:re:[^/.]+>{SUFFIX}", method=["PUT", "PATCH", "DELETE", "POST"])
def note_or_revoke_key(channel_id, key, suffix):
    method = meant_method()
    if method == "POST":
        raise WrongMethod("use PUT to set the note of a key, or DELETE to revoke it")
    form = chosen_format("objects")
    channel = _own(channel_id)
    if method == "DELETE":
        return _send(form, keys.read_key_object(keys.revoke(channel, key)))
    return _send(form, keys.read_key_object(keys.set_note(channel, key, _note())))


def _own(channel_id: str) -> Channel:
    return channels.own_channel(caller.account(), channel_id)


def _note() -> str:
    """The note in a request, named as Rails names it in forms, or plainly."""
    params = all_params()
    return str(params.get("api_key[note]") or params.get("note") or "")


def _send(form, key: dict) -> bytes:
    return send(form.content_type, form.thing("api_key", key).encode())
