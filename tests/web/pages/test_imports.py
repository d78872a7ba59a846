"""Files of entries: what is shown before they are imported, and what is imported."""

import base64
import json
import zlib

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Entry, Import
from thingclone.entries import clearing
from thingclone.settings import Settings

IMPORT = "/channels/1/import"
UPLOAD = "/channels/1/upload"
CSV = b"""created_at,Temperature,field2,note
2024-05-01 12:00:00,21.5,"60",a
2024-05-01 12:01:00,21.6,61,b
2024-05-01 12:02:00+02:00,21.7,,c
"""


def choose(browser, content: bytes, zone: str = "UTC"):
    choosing = form(browser.get(IMPORT), IMPORT)
    choosing["file"] = ("garden.csv", content)
    choosing["timezone"] = zone
    return choosing.submit()


def go_on(page):
    return form(page, IMPORT).submit()


def table(page) -> list[list[str]]:
    rows = page.html.select("table tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


def stored() -> list[tuple]:
    rows = Entry.select().order_by(Entry.entry_id)
    return [((row.created_at - NOON) // 1_000_000, row.field1, row.field2) for row in rows]


def test_a_file_is_shown_before_anything_is_stored(browser, channel):
    page = choose(browser, CSV)
    said = " ".join(page.html.find("section", class_="sheet").get_text().split())
    assert "CSV, separated by commas, with a header line, oldest entry first." in said
    assert "3 entries can be imported." in said
    assert [item.get_text() for item in page.html.select(".mapped li")] == [
        "created_at → created_at",
        "Temperature → field1",
        "field2 → field2",
        "note → ignored",
    ]
    assert table(page) == [
        ["Time UTC", "Temperature", "Humidity"],
        ["2024-05-01 12:00:00", "21.5", "60"],
        ["2024-05-01 12:01:00", "21.6", "61"],
        ["2024-05-01 10:02:00", "21.7", ""],
    ]
    assert Entry.select().count() == 0


def test_what_was_shown_is_imported(browser, channel, write):
    write(channel, field1="1")
    answer = go_on(choose(browser, CSV))
    assert answer.headers["Location"] == "/channels/1/data?imported=3"
    assert news(answer.follow()) == "3 entries imported."
    assert stored() == [
        (0, "1", None), (0, "21.5", "60"), (60, "21.6", "61"), (-7080, "21.7", None),
    ]  # fmt: skip


def test_times_are_those_of_the_zone_that_was_chosen(browser, channel):
    browser.set_cookie("thingclone_zone", "Europe/Berlin")
    assert form(browser.get(IMPORT), IMPORT)["timezone"].value == "Europe/Berlin"
    page = choose(browser, CSV, "Europe/Berlin")
    assert table(page)[1][0] == "2024-05-01 12:00:00"
    go_on(page)
    assert stored()[0] == (-7200, "21.5", "60")


def test_what_cannot_be_imported_is_told_and_left_out(browser, channel):
    page = choose(browser, CSV + b"never,1,2,d\n\n2024-05-01 12:05,5,6,7,8,9\n")
    assert "3 entries can be imported, 2 lines cannot." in " ".join(
        page.html.find(attrs={"role": "status"}).get_text().split()
    )
    reasons = [item.get_text() for item in page.html.select(".mapped")[1].find_all("li")]
    assert reasons == [
        "Line 5: 'never' is not a valid date.",
        "Line 7: The line has 6 cells, but the file has 4 columns.",
    ]
    assert go_on(page).follow().status_int == 200
    assert len(stored()) == 3


def test_the_same_file_is_not_imported_twice_by_mistake(browser, channel):
    go_on(choose(browser, CSV))
    page = go_on(choose(browser, CSV))
    assert page.status_int == 409
    assert news(page).startswith("This file was imported into channel 1 on ")
    assert news(page).endswith(": tick the box below to import it again.")
    assert len(stored()) == 3
    again = form(page, IMPORT)
    again["anew"] = True
    assert again.submit().headers["Location"] == "/channels/1/data?imported=3"
    assert len(stored()) == 6


def test_another_file_does_not_end_an_import_that_was_interrupted(browser, channel):
    go_on(choose(browser, CSV))
    Import.update(ended_at=None).execute()
    page = go_on(choose(browser, CSV.replace(b"12:0", b"13:0")))
    assert (page.status_int, news(page)) == (
        409,
        "An import of a file from a browser was interrupted after 3 of 3 entries: import it again"
        " in the same way to finish it, or tick the box below to abandon it.",
    )


def test_an_export_of_ones_own_is_imported(browser, channel, write, client):
    write(channel, field1="=1+1", field2='say "no", twice', status="two\nlines")
    exported = browser.get("/stream/channels/1/feeds.csv?status=true").body
    clearing.clear_channel(channel)
    go_on(choose(browser, exported))
    entry = Entry.get()
    assert (entry.field1, entry.field2, entry.status) == (
        "=1+1",
        'say "no", twice',
        "two\nlines",
    )


def test_json_is_imported_too(browser, channel):
    feeds = [{"created_at": "2024-05-01T12:00:00Z", "field1": "7"}]
    page = choose(browser, json.dumps({"channel": {}, "feeds": feeds}).encode())
    assert table(page)[1] == ["2024-05-01 12:00:00", "7"]
    go_on(page)
    assert stored() == [(0, "7", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_read_however_they_are_stored(browser, channel, encoding):
    text = "created_at;field1\n01.05.2024 12:00;21,5 °C € warm\n"
    go_on(choose(browser, text.encode(encoding)))
    assert stored() == [(0, "21,5 °C € warm", None)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "There is no file, or it is empty: choose one."),
        (b" \n", "There is no file, or it is empty: choose one."),
        (b"a,b\n1,2\n", "Column 'a' should have times, but has none."),
    ],
)
def test_what_is_no_file_of_entries(browser, channel, content, reason):
    page = choose(browser, content)
    assert (page.status_int, news(page)) == (400, reason)
    assert form(page, IMPORT)["file"]


@pytest.mark.parametrize("packed", ["x", "!", "eJw=", "YWJj", "é"])
def test_a_packed_file_that_was_damaged(browser, channel, packed):
    page = browser.post(IMPORT, {"packed": packed})
    assert (page.status_int, news(page)) == (
        400,
        "The file did not arrive complete: choose it again.",
    )
    assert Entry.select().count() == 0


class TestLimits:
    @pytest.fixture
    def settings(self):
        return Settings(max_body=100_000, auto_label=False)

    def test_a_file_that_is_too_large(self, browser, channel):
        page = choose(browser, CSV + b" " * 100_000)
        assert page.status_int == 413
        assert "bytes: the limit is 100000." in news(page)
        assert Entry.select().count() == 0

    def test_a_small_file_that_unpacks_to_a_large_one(self, browser, channel):
        packed = base64.urlsafe_b64encode(zlib.compress(b" " * 5_000_000 + CSV)).decode()
        page = browser.post(IMPORT, {"packed": packed})
        assert page.status_int == 413
        assert news(page) == "The file is too large: the limit is 100000 bytes."

    def test_fields_are_labelled_only_where_the_server_does_that(self, browser, add_channel):
        add_channel(labels=())
        go_on(choose(browser, b"created_at,field1\n2024-05-01,1\n"))
        assert len(stored()) == 1
        assert channels.complete_channel(1).labels == {}


# --- as ThingSpeak's own page sends it ------------------------------------------------------------


def upload(browser, content: bytes = CSV, **fields):
    return browser.post(UPLOAD, fields, upload_files=[("upload[csv]", "garden.csv", content)])


def test_the_form_of_thingspeak_is_taken(browser, channel):
    answer = upload(browser, **{"feed[time_zone]": "Europe/Berlin"})
    assert answer.status == "302 Found"
    assert answer.headers["Location"] == "/channels/1#dataimport"
    assert stored() == [
        (-7200, "21.5", "60"), (-7140, "21.6", "61"), (-7080, "21.7", None),
    ]  # fmt: skip


def test_what_the_form_of_thingspeak_cannot_bring(browser, channel):
    page = upload(browser, **{"feed[time_zone]": "Nowhere/Land"})
    assert (page.status_int, news(page)) == (
        400,
        "'Nowhere/Land' is not a time zone: use a name such as Europe/Rome.",
    )
    page = browser.post(UPLOAD, {"x": "y"})
    assert (page.status_int, news(page)) == (
        400,
        "There is no file, or it is empty: choose one.",
    )
    upload(browser)
    assert upload(browser).status_int == 409
    assert len(stored()) == 3


# --- safety ---------------------------------------------------------------------------------------


def test_nothing_is_imported_into_the_channel_of_somebody_else(browser, stranger, gardener):
    neighbour = users.add_user("neighbour", NOON)
    channels.add_channel(neighbour, "Next door", NOON, ("A",), public=True)
    packed = base64.urlsafe_b64encode(zlib.compress(CSV)).decode()
    assert browser.get(IMPORT).status_int == 404
    assert upload(browser).status_int == 404
    assert browser.post(IMPORT, {"packed": packed}).status_int == 404
    assert upload(stranger).status_int == 401
    assert stranger.post(IMPORT, {"packed": packed}).status_int == 401
    assert Entry.select().count() == 0


@pytest.mark.parametrize("text", NASTY)
def test_what_is_in_a_file_is_nothing_but_text(browser, channel, text):
    quoted = '"' + text.replace('"', '""') + '"'
    content = f"created_at,field1,{quoted}\n2024-05-01,{quoted},x\n{quoted},1,2\n"
    page = choose(browser, content.encode())
    assert_only_text(page)
    assert text in table(page)[1][1]
    assert text in page.html.select(".mapped li")[2].get_text()
    go_on(page)
    assert Entry.get().field1 == text
