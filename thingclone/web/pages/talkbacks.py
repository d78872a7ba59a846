"""TalkBacks: their queues, executed commands, keys and settings."""

from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import channels
from thingclone.database.models import TEXT_LIMIT, TalkBack
from thingclone.errors import BadRequest, NoSuchThing, Refusal
from thingclone.http import request
from thingclone.http.params import query_params
from thingclone.web import visitor
from thingclone.web.door import PageDoor, check_confirmed, form_text, number, redirect
from thingclone.web.tabs import show_account_tab

TALKBACK_URL = "/talkbacks/<talkback_id:re:[0-9]+>"

door = PageDoor()


# --- TalkBacks ------------------------------------------------------------------------------------


@door.get("/talkbacks", page=True)
def list_talkbacks():
    return _list()


@door.post("/talkbacks", page=True)
def add_talkback():
    user = visitor.required()
    try:
        added = talkback.add_talkback(user, _name(), request.now(), number(form_text("channel")))
    except Refusal as refusal:
        return _list(refusal)
    return redirect(f"/talkbacks/{added.id}")


def _name() -> str:
    name = form_text("name").strip()
    if not name or len(name) > TEXT_LIMIT:
        raise BadRequest(f"a TalkBack needs a name of 1 to {TEXT_LIMIT} characters")
    return name


def _list(refusal: Refusal | None = None) -> bytes:
    user = visitor.required()
    counted = [(one, commands.count_waiting(one)) for one in talkback.talkbacks_of(user)]
    return show_account_tab(
        "TalkBack",
        "talkbacks",
        refusal,
        talkbacks=counted,
        channels=channels.channels_of(user),
        name=form_text("name") if refusal else "",
    )


# --- one TalkBack ---------------------------------------------------------------------------------


def _own(talkback_id: str) -> TalkBack:
    return talkback.talkback_of(visitor.required(), talkback_id)


@door.get(TALKBACK_URL, page=True)
def show_talkback(talkback_id):
    return _queue(_own(talkback_id))


def _queue(own: TalkBack, refusal: Refusal | None = None) -> bytes:
    return show_account_tab(
        "TalkBack",
        "talkback",
        refusal,
        talkback=own,
        waiting=commands.waiting_commands(own),
        executed=commands.executed_commands(own),
        channels=channels.channels_of(visitor.required()),
        base_url=request.base_url(),
        zone=visitor.zone(),
        done=query_params().get("done", ""),
        typed=form_text("command") if refusal else "",
    )


def _back(own: TalkBack, done: str = "") -> bytes:
    return redirect(f"/talkbacks/{own.id}{f'?done={done}' if done else ''}")


@door.post(TALKBACK_URL, page=True)
def change_talkback(talkback_id):
    own = _own(talkback_id)
    try:
        talkback.change_talkback(own, _name(), number(form_text("channel")))
    except Refusal as refusal:
        return _queue(_own(talkback_id), refusal)
    return _back(own, "saved")


@door.post(f"{TALKBACK_URL}/key", page=True)
def renew_key(talkback_id):
    own = _own(talkback_id)
    talkback.renew_key(own)
    return _back(own, "key")


@door.post(f"{TALKBACK_URL}/remove", page=True)
def remove_talkback(talkback_id):
    own = _own(talkback_id)
    try:
        check_confirmed(f"delete {own.id}")
    except Refusal as refusal:
        return _queue(own, refusal)
    talkback.remove_talkback(own)
    return redirect("/talkbacks")


# --- commands -------------------------------------------------------------------------------------


@door.post(f"{TALKBACK_URL}/add", page=True)
def add_command(talkback_id):
    own = _own(talkback_id)
    try:
        commands.add_command(own, CommandUpdate(_command()), request.now())
    except Refusal as refusal:
        return _queue(own, refusal)
    return _back(own)


@door.post(f"{TALKBACK_URL}/change", page=True)
def change_command(talkback_id):
    own = _own(talkback_id)
    try:
        commands.change_command(own, number(form_text("id")) or 0, CommandUpdate(_command()))
    except NoSuchThing:
        raise
    except Refusal as refusal:
        return _queue(own, refusal)
    return _back(own)


def _command() -> str:
    text = form_text("command")
    if not text.strip():
        raise BadRequest("a command needs a text")
    if len(text) > TEXT_LIMIT:
        raise BadRequest(f"a command can have at most {TEXT_LIMIT} characters, not {len(text)}")
    return text


@door.post(f"{TALKBACK_URL}/move", page=True)
def move_command(talkback_id):
    """Moves a command up or down by one. Ignores a command that was executed meanwhile."""
    own = _own(talkback_id)
    found = commands.command(own, number(form_text("id")) or 0)
    if found.position is not None:
        step = -1 if form_text("way") == "up" else 1
        wanted = CommandUpdate(position=max(1, found.position + step))
        commands.change_command(own, found.id, wanted)
    return _back(own)


@door.post(f"{TALKBACK_URL}/take", page=True)
def take_command(talkback_id):
    own = _own(talkback_id)
    commands.remove_command(own, number(form_text("id")) or 0)
    return _back(own)


@door.post(f"{TALKBACK_URL}/clear", page=True)
def clear_talkback(talkback_id):
    own = _own(talkback_id)
    commands.remove_commands(own)
    return _back(own, "cleared")
