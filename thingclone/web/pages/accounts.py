"""Pages of accounts: the first password, signing in and out, signing up, user key and password."""

from thingclone.accounts import passwords, users
from thingclone.errors import AuthRequired, NoSuchThing, Refusal
from thingclone.http import request
from thingclone.http.params import query_params
from thingclone.web import visitor
from thingclone.web.door import PageDoor, form_text, local_path, redirect, show
from thingclone.web.tabs import of_account

door = PageDoor()


# --- the first password ---------------------------------------------------------------------------


@door.get("/welcome/<token:re:[A-Za-z0-9_-]+>")
def welcome(token):
    return _welcome(token)


@door.post("/welcome/<token:re:[A-Za-z0-9_-]+>")
def choose_first_password(token):
    try:
        user = passwords.choose_by_link(token, form_text("password"), request.now())
    except NoSuchThing:
        raise
    except Refusal as refusal:
        return _welcome(token, refusal)
    visitor.enter(user)
    return redirect("/channels")


def _welcome(token: str, refusal: Refusal | None = None) -> bytes:
    user = passwords.user_of_link(token, request.now())
    return show("welcome", status=_status(refusal), user=user, refusal=refusal, **_limits())


# --- signing in and out ---------------------------------------------------------------------------


@door.get("/login")
def show_login():
    following = local_path(query_params().get("next", ""))
    if visitor.current():
        return redirect(following)
    return _login(following)


@door.post("/login")
def sign_in():
    following, login = local_path(form_text("next")), form_text("login").strip()
    throttle = request.services().throttle
    try:
        with throttle.password(login, request.address(), request.now()):
            user = users.user_with_password(login, form_text("password"))
    except Refusal as refusal:
        return _login(following, login, refusal)
    visitor.enter(user)
    return redirect(following)


@door.post("/logout")
def sign_out():
    visitor.leave()
    return redirect("/login")


def _login(following: str, login: str = "", refusal: Refusal | None = None) -> bytes:
    return show(
        "login",
        status=_status(refusal),
        following=following,
        login=login,
        refusal=refusal,
        nobody_can=not users.can_anybody_sign_in(),
        sign_up=request.settings().sign_up,
    )


# --- signing up -----------------------------------------------------------------------------------


@door.get("/signup")
def show_sign_up():
    _check_sign_up()
    return _sign_up()


@door.post("/signup")
def sign_up():
    _check_sign_up()
    login, email = form_text("login").strip(), form_text("email").strip()
    now = request.now()
    try:
        password = passwords.chosen(form_text("password"))
        with request.services().throttle.sign_up(request.address(), now):
            user = users.add_user(login, now, email or None, password)
    except Refusal as refusal:
        return _sign_up(login, email, refusal)
    visitor.enter(user)
    return redirect("/channels")


def _check_sign_up():
    if not request.settings().sign_up:
        raise NoSuchThing("sign-up is turned off: ask the owner of this server for an account")


def _sign_up(login: str = "", email: str = "", refusal: Refusal | None = None) -> bytes:
    return show(
        "signup", status=_status(refusal), login=login, email=email, refusal=refusal, **_limits()
    )


# --- the account ----------------------------------------------------------------------------------


@door.get("/account")
def show_account():
    return _account()


@door.post("/account/password")
def change_password():
    user = visitor.required()
    throttle = request.services().throttle
    try:
        with throttle.password(user.login, request.address(), request.now()):
            users.change_password(user, form_text("current"), form_text("password"))
    except Refusal as refusal:
        return _account(refusal)
    visitor.enter(user)  # all sessions have ended, including this one
    return redirect("/account?done=password")


@door.post("/account/key")
def renew_key():
    users.renew_key(visitor.required())
    return redirect("/account?done=key")


def _account(refusal: Refusal | None = None) -> bytes:
    user = visitor.required()
    done = query_params().get("done", "")
    about = {"user": user, "root": "", "tabs": of_account(user), "tab": "Account"}
    return show(
        "account", status=_status(refusal), refusal=refusal, done=done, **about, **_limits()
    )


def _limits() -> dict:
    return {"shortest": passwords.SHORTEST_CHOSEN, "longest": passwords.LONGEST_PASSWORD}


def _status(refusal: Refusal | None) -> int:
    """Returns the status of a form that is shown again. With 401, browsers ask for a password."""
    if refusal is None:
        return 200
    return 403 if isinstance(refusal, AuthRequired) else refusal.status
