"""Style sheet, scripts, Chart.js: what browsers keep for good."""

import gzip
from importlib import resources

import pytest
from webob import Request

from thingclone.web import static_files

NAMES = [path.name for path in static_files.OURS.iterdir()] + list(static_files.FROM_CHARTKICK)


@pytest.mark.parametrize("name", static_files.FROM_CHARTKICK)
def test_the_package_chartkick_holds_what_we_serve(name):
    assert (static_files.CHARTKICK / name).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_kept_for_good(client, name):
    answer = client.get(static_files.url(name))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    kind = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
    assert answer.headers["Content-Type"] == kind.get(name.rpartition(".")[2], "image/svg+xml")
    place = static_files.CHARTKICK if name in static_files.FROM_CHARTKICK else static_files.OURS
    assert answer.body == (place / name).read_bytes()


def test_whoever_takes_it_zipped_gets_it_zipped(client):
    request = Request.blank(
        static_files.url("Chart.bundle.js"), headers={"Accept-Encoding": "gzip"}
    )
    answer = request.get_response(client.app)  # WebTest would unzip it
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    assert len(answer.body) < 200_000
    assert gzip.decompress(answer.body) == (static_files.CHARTKICK / "Chart.bundle.js").read_bytes()


def test_whoever_has_it_is_told_so(client):
    tag = client.get(static_files.url("page.js")).headers["ETag"]
    answer = client.get(static_files.url("page.js"), headers={"If-None-Match": tag})
    assert (answer.status_int, answer.body) == (304, b"")


def test_an_old_address_is_not_kept(client):
    answer = client.get("/static/0123456789ab/page.js")
    assert (answer.status_int, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path", ["/static/0/nothing.js", "/static/0/../door.py", "/static/0/%2e%2e%2fdoor.py",
             "/static/0/..%2F..%2Fapp.py", "/static/x/page.js"],
)  # fmt: skip
def test_nothing_else_is_there(client, path):
    assert client.get(path).status_int == 404


def test_a_browser_finds_the_icon_where_it_looks(client):
    assert client.get("/favicon.ico").headers["Content-Type"] == "image/svg+xml"


def test_templates_and_files_are_parts_of_the_package():
    inside = resources.files("thingclone.web")
    assert (inside / "templates" / "layout.tpl").is_file()
    assert (inside / "static" / "thingclone.css").is_file()
