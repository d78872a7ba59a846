"""The entries of a channel as a table: leafing, searching, changing, removing, undoing, adding."""

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY, assert_only_text, form, news
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.channels.update import ChannelUpdate
from thingclone.database.models import CorrectedEntry, Entry
from thingclone.entries import corrections, pagination
from thingclone.formats import times
from thingclone.settings import Settings

DATA = "/channels/1/data"


@pytest.fixture
def station(channel, write, clock):
    """The greenhouse with six entries, a minute apart from 12:00 on; a status in the third."""
    for number in range(1, 7):
        status = {"status": "Window open"} if number == 3 else {}
        write(channel, field1=f"{number}1", field2=f"{number}2", **status)
        clock.advance(60)
    return channel


def rows(page) -> list[list[str]]:
    """The rows of the table: number, time, values."""
    found = []
    for row in page.html.select("tbody tr"):
        cells = [cell.get_text() for cell in row.find_all("td")]
        found.append([cell.strip() for cell in cells[1:-1]])
    return found


def numbers(page) -> list[int]:
    return [int(row[0]) for row in rows(page)]


def headings(page) -> list[str]:
    return [heading.get_text() for heading in page.html.select("th")][1:-1]


# --- the table ------------------------------------------------------------------------------------


def test_the_newest_entry_comes_first(browser, station):
    page = browser.get(DATA)
    assert headings(page) == ["Entry ID", "Time UTC", "Temperature", "Humidity", "Status"]
    assert rows(page)[0] == ["6", "2024-05-01 12:05:00", "61", "62", ""]
    assert rows(page)[3] == ["3", "2024-05-01 12:02:00", "31", "32", "Window open"]
    assert numbers(page) == [6, 5, 4, 3, 2, 1]
    assert page.html.find(class_="pages") is None


def test_values_are_shown_exactly_as_they_are(browser, channel, write):
    write(channel, field1="21.123456789012345", field2=" 007 ", elevation="46 m")
    cells = [bdi.get_text() for bdi in browser.get(DATA).html.select("td bdi")]
    assert cells == ["21.123456789012345", " 007 ", "46 m"]


def test_columns_are_the_labelled_fields_and_whatever_there_is(browser, channel, write):
    assert "No entries yet" in browser.get(DATA).text
    write(channel, field1="1", field5="5", latitude="51.5")
    channels.change_channel(channel, _update(field5=""), NOON)
    assert headings(browser.get(DATA)) == [
        *("Entry ID", "Time UTC", "Temperature", "Humidity"),
        *("Field 5", "Latitude"),
    ]


def _update(**params):
    return ChannelUpdate.from_params(params)


def test_pages_of_fifty_lead_on_and_back(browser, channel, client):
    updates = "|".join(f"{n},{n}" for n in range(1, 121))
    sent = {"write_api_key": channel.write_key, "time_format": "relative", "updates": updates}
    assert client.post("/channels/1/bulk_update.csv", sent).status_int == 202
    first = browser.get(DATA)
    assert numbers(first) == list(range(120, 70, -1))
    second = browser.get(first.html.find(rel="next")["href"])
    assert numbers(second) == list(range(70, 20, -1))
    third = browser.get(second.html.find(rel="next")["href"])
    assert numbers(third) == list(range(20, 0, -1))
    assert third.html.find(rel="next") is None
    assert numbers(browser.get(third.html.find(rel="prev")["href"])) == numbers(second)
    again = browser.get(second.html.find(rel="prev")["href"])
    assert numbers(again) == numbers(first)
    assert again.html.find(rel="prev") is None


def test_a_page_is_full_even_where_the_way_back_ends(browser, channel, write):
    for number in range(60):
        write(channel, created_at=NOON // 1_000_000 + number, field1=str(number))
    second = browser.get(browser.get(DATA).html.find(rel="next")["href"])
    assert numbers(second) == list(range(10, 0, -1))
    newer = browser.get(second.html.find(rel="prev")["href"])
    assert len(numbers(newer)) == 50


@pytest.mark.parametrize("place", ["nonsense", "1", "1.", "99999999999999999999.1", "1.5;", "-5.3"])
def test_a_place_that_is_none_is_the_first_page(browser, station, place):
    for name in ("before", "after"):
        page = browser.get(DATA, {name: place})
        assert page.status_int == 200
    assert numbers(browser.get(DATA, {"after": place})) == [6, 5, 4, 3, 2, 1]


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"start": "2024-05-01T12:02"}, [6, 5, 4, 3]),
        ({"end": "2024-05-01T12:02:00"}, [3, 2, 1]),
        ({"start": "2024-05-01T12:02:00", "end": "2024-05-01 12:03"}, [4, 3]),
        ({"start": "2024-05-01T14:02", "timezone": "Europe/Berlin"}, [6, 5, 4, 3]),
        ({"start": "2024-05-02"}, []),
        ({"q": "WINDOW"}, [3]),
        ({"q": "2"}, [6, 5, 4, 3, 2, 1]),
        ({"q": "41"}, [4]),
        ({"q": "41", "end": "2024-05-01T12:02"}, []),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
    ],
)
def test_entries_are_found_by_time_and_text(browser, station, params, found):
    page = browser.get(DATA, params)
    assert numbers(page) == found
    assert ("No entries found" in page.text) == (not found)
    assert page.html.find(class_="finder").has_attr("open")
    assert page.html.find(id="q")["value"] == params.get("q", "")


@pytest.mark.parametrize("text", ["ÄRGER", "ärger", "straße", "STRASSE"])
def test_a_text_is_found_whatever_its_case_on_every_database(browser, channel, write, text):
    write(channel, status="Ärger in der Straße")
    assert numbers(browser.get(DATA, {"q": text})) == [1]


def test_times_are_shown_and_typed_in_the_zone_of_the_browser(browser, station):
    browser.set_cookie("thingclone_zone", "Europe/Berlin")
    page = browser.get(DATA)
    assert headings(page)[1] == "Time Europe/Berlin"
    assert rows(page)[0][1] == "2024-05-01 14:05:00"
    found = page.forms[0]
    found["start"] = "2024-05-01T14:04:00"
    page = found.submit()
    assert numbers(page) == [6, 5]
    assert page.html.find(id="start")["value"] == "2024-05-01T14:04:00"
    browser.set_cookie("thingclone_zone", "../../etc/passwd")
    assert headings(browser.get(DATA))[1] == "Time UTC"


def test_what_is_no_date_is_said(browser, station):
    page = browser.get(DATA, {"start": "<script>"})
    assert page.status_int == 400
    assert news(page) == "'<script>' is not a date: write it like 2024-05-01 12:00."
    assert numbers(page) == [6, 5, 4, 3, 2, 1]


def test_a_long_search_goes_on_where_it_was_left_off(browser, station, monkeypatch):
    monkeypatch.setattr(pagination, "LOOKED_THROUGH", 2)
    page = browser.get(DATA, {"q": "window"})
    assert "No matches yet" in page.text
    assert "Searched 2 entries, back to 2024-05-01 12:04:00." in " ".join(
        page.html.find(class_="found").get_text().split()
    )
    further = browser.get(page.html.find(rel="next")["href"])
    assert numbers(further) == [3]
    assert further.html.find(rel="next").get_text() == "Search older entries →"


def test_an_export_may_begin_with_the_year_1970(browser, station):
    page = browser.get(DATA, {"start": "1970-01-01T00:00:00"})
    links = [link["href"] for link in page.html.select(".menu a")]
    assert links[0].startswith("/channels/1/feeds.csv?start=1970-01-01T00:00:00Z&")


def test_exports_tell_of_the_same_time(browser, station):
    page = browser.get(DATA, {"start": "2024-05-01T14:04", "timezone": "Europe/Berlin"})
    links = [link["href"] for link in page.html.select(".menu a")]
    assert links[:3] == [
        f"/channels/1/feeds.{suffix}"
        "?start=2024-05-01T12:04:00Z&results=8000&location=true&status=true"
        for suffix in ("csv", "json", "xml")
    ]
    assert browser.get(links[0]).text == (
        "created_at,entry_id,field1,field2,latitude,longitude,elevation,status\n"
        "2024-05-01 12:04:00 UTC,5,51,52,,,,\n"
        "2024-05-01 12:05:00 UTC,6,61,62,,,,\n"
    )
    assert [entry["entry_id"] for entry in browser.get(links[1]).json["feeds"]] == [5, 6]
    assert browser.get(links[2]).text.count("<feed>") == 2
    assert browser.get(links[3]).text.count("\n") == 7


# --- changing -------------------------------------------------------------------------------------


def edit(browser, entry_id: int = 3, **values):
    page = browser.get(DATA).html.find("a", attrs={"aria-label": f"Edit entry {entry_id}"})
    edited = form(browser.get(page["href"]), f"{DATA}/{entry_id}")
    for name, value in values.items():
        edited[name] = value
    return edited.submit()


def last(browser, entry_id: int = 3) -> str:
    return browser.get(f"/channels/1/feeds/{entry_id}.json?status=true&location=true").text


def test_a_value_is_changed_and_put_back(browser, station, gardener):
    answer = edit(browser, field1="99", status="")
    assert answer.headers["Location"] == f"{DATA}?correction=1"
    assert last(browser) == (
        '{"created_at":"2024-05-01T12:02:00Z","entry_id":3,"field1":"99","field2":"32",'
        '"latitude":null,"longitude":null,"elevation":null,"status":null}'
    )
    page = answer.follow()
    assert news(page) == "Entry 3 was changed. Undo"
    undone = form(page, f"{DATA}/undo").submit()
    assert undone.headers["Location"] == f"{DATA}?undone=1"
    assert news(undone.follow()) == "Undone: entry 3 was changed."
    assert last(browser) == (
        '{"created_at":"2024-05-01T12:02:00Z","entry_id":3,"field1":"31","field2":"32",'
        '"latitude":null,"longitude":null,"elevation":null,"status":"Window open"}'
    )
    assert corrections.recent(station)[0].user == gardener


def test_only_what_was_touched_is_changed(browser, channel, write, client):
    client.post(
        "/update",
        {"api_key": channel.write_key, "field1": "1", "field2": "", "status": "one\r\ntwo\rthree"},
    )
    answer = edit(browser, 1)
    assert answer.headers["Location"] == DATA
    assert CorrectedEntry.select().count() == 0
    edit(browser, 1, field1="2")
    entry = Entry.get()
    assert (entry.field1, entry.field2, entry.status) == ("2", "", "one\r\ntwo\rthree")
    edit(browser, 1, status="one\r\nfour")
    assert Entry.get().status == "one\nfour"


@pytest.mark.parametrize("text", ["\nfirst", "first\n", "a\n\nb", "  blanks  ", "\t", *NASTY])
def test_a_form_that_is_sent_back_untouched_changes_nothing(browser, channel, client, text):
    client.post("/update", {"api_key": channel.write_key, "field1": "1", "status": text})
    assert Entry.get().status == text
    assert edit(browser, 1).headers["Location"] == DATA
    edit(browser, 1, field1="2")
    assert (Entry.get().field1, Entry.get().status) == ("2", text)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"latitude": "north"}, "'north' is not a latitude: use degrees, for example 51.5."),
        ({"longitude": "1,5"}, "'1,5' is not a longitude: use degrees, for example 51.5."),
        ({"field1": "🌱" * 256}, "field1 has 256 characters: the limit is 255."),
    ],
)
def test_what_would_be_stored_otherwise_is_refused(browser, station, values, reason):
    before = last(browser)
    page = edit(browser, **values)
    assert (page.status_int, news(page)) == (400, reason)
    for name, value in values.items():
        assert form(page, f"{DATA}/3")[name].value == value
    assert last(browser) == before


def test_an_entry_that_is_gone_is_a_page_that_says_so(browser, station):
    assert "Channel 1 has no entry 99." in browser.get(f"{DATA}/99").text
    assert browser.post(f"{DATA}/99", {"field1": "1"}).status_int == 404
    assert browser.get(f"{DATA}/99999999999999999999").status_int == 404


# --- removing and undoing -------------------------------------------------------------------------


def test_chosen_entries_are_deleted_and_put_back(browser, station):
    chosen = form(browser.get(DATA, {"end": "2024-05-01T12:03"}), f"{DATA}/remove")
    chosen["entry-2"], chosen["entry-4"] = True, True
    answer = chosen.submit()
    assert answer.headers["Location"] == (
        f"{DATA}?end=2024-05-01T12:03:00&timezone=UTC&correction=1"
    )
    page = answer.follow()
    assert news(page) == "2 entries with IDs from 2 to 4 were deleted. Undo"
    assert numbers(page) == [3, 1]
    undone = form(page, f"{DATA}/undo").submit().follow()
    assert numbers(undone) == [4, 3, 2, 1]
    assert undone.html.find(id="end")["value"] == "2024-05-01T12:03:00"


def test_one_entry_is_deleted_where_it_is_edited(browser, station):
    page = browser.get(f"{DATA}/5")
    answer = form(page, f"{DATA}/remove").submit()
    assert news(answer.follow()) == "Entry 5 was deleted. Undo"
    assert numbers(answer.follow()) == [6, 4, 3, 2, 1]


def test_nothing_is_deleted_where_nothing_is_chosen(browser, station):
    page = form(browser.get(DATA), f"{DATA}/remove").submit()
    assert page.status_int == 400
    assert "No entry is selected, so none was deleted." in page.text
    assert browser.post(f"{DATA}/remove", {"entry-77": "on"}).status_int == 404
    assert Entry.select().count() == 6


def test_a_range_is_counted_deleted_and_put_back(browser, station):
    link = (
        browser.get(DATA, {"start": "2024-05-01T12:01", "end": "2024-05-01T12:03"})
        .html.find(class_="chosen")
        .a
    )
    assert link.get_text() == "Delete all entries in this time range…"
    page = browser.get(link["href"])
    assert "This range contains 3 entries." in page.html.get_text()
    answer = page.forms[1].submit()
    assert answer.headers["Location"] == f"{DATA}?correction=1"
    page = answer.follow()
    assert numbers(page) == [6, 5, 1]
    form(page, f"{DATA}/undo").submit()
    assert numbers(browser.get(DATA)) == [6, 5, 4, 3, 2, 1]


def test_a_range_without_ends_is_everything_and_is_not_deleted_here(browser, station):
    page = browser.get(f"{DATA}/range")
    assert len(page.forms) == 1
    answer = browser.post(f"{DATA}/range", {"start": "", "end": ""})
    assert answer.status_int == 400
    assert news(answer) == ("Name the entries to remove by their IDs or times.")
    assert Entry.select().count() == 6


def test_an_empty_range_says_so(browser, station):
    page = browser.get(f"{DATA}/range", {"start": "2025-01-01"})
    assert "This range contains no entries." in page.text
    answer = browser.post(f"{DATA}/range", {"start": "2025-01-01"})
    assert (answer.status_int, news(answer)) == (404, "Channel 1 has no such entries.")


def test_all_changes_are_listed_and_undone_from_there(browser, station, clock):
    edit(browser, 1, field1="99")
    clock.advance(120)
    browser.post(f"{DATA}/remove", {"entry-6": "on"})
    page = browser.get(f"{DATA}/corrections")
    listed = [" ".join(row.get_text().split()) for row in page.html.select(".rows li")]
    assert listed == [
        "Entry 6 was deleted just now · by gardener Undo",
        "Entry 1 was changed 2 minutes ago · by gardener Undo",
    ]
    page.forms[1].submit()
    page = browser.get(f"{DATA}/corrections")
    assert "· undone just now" in " ".join(page.html.get_text().split())
    assert len(page.forms) == 1
    again = browser.post(f"{DATA}/undo", {"correction": "1"})
    assert (again.status_int, news(again)) == (409, "Correction 1 is already undone.")
    clock.advance(31 * 86400)
    browser.sign_in()
    assert len(browser.get(f"{DATA}/corrections").forms) == 0


@pytest.mark.parametrize("number", ["", "99", "x", "²", "9" * 30])
def test_what_is_no_correction_cannot_be_undone(browser, station, number):
    assert browser.post(f"{DATA}/undo", {"correction": number}).status_int == 404
    for name in ("correction", "undone", "added", "imported"):
        assert browser.get(DATA, {name: number}).status_int == 200


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/channels/2/data", "/account", "https://e.example", f"{DATA}/5", ""],
)
def test_one_comes_back_to_this_table_alone(browser, station, back):
    answer = browser.post(f"{DATA}/remove", {"entry-6": "on", "back": back})
    assert answer.headers["Location"] == f"{DATA}?correction=1"


# --- adding ---------------------------------------------------------------------------------------


def add(browser, **values):
    added = browser.get(f"{DATA}/new").forms[0]
    for name, value in values.items():
        added[name] = value
    return added.submit()


def test_an_entry_is_added_as_a_device_would(browser, station, client):
    answer = add(browser, field1="20.5", status="by hand")
    assert answer.headers["Location"] == f"{DATA}?added=7"
    assert news(answer.follow()) == "Entry 7 added."
    assert client.get("/channels/1/feeds/last.json?status=true&api_key=READKEY000000001").text == (
        '{"created_at":"2024-05-01T12:06:00Z","entry_id":7,"field1":"20.5","field2":null,'
        '"status":"by hand"}'
    )


def test_an_entry_is_added_at_a_time_in_the_zone_of_the_browser(browser, station):
    browser.set_cookie("thingclone_zone", "Europe/Berlin")
    assert "Europe/Berlin" in browser.get(f"{DATA}/new").text
    add(browser, field1="20.5", created_at="2024-05-01T13:59:30")
    assert rows(browser.get(DATA))[-1] == ["7", "2024-05-01 13:59:30", "20.5", "", ""]
    assert Entry.get(Entry.entry_id == 7).created_at == NOON - 30 * times.SECOND


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "There is nothing to add: fill in a value."),
        ({"created_at": "2024-05-01T12:00"}, "There is nothing to add: fill in a value."),
        ({"field1": "1", "created_at": "x"}, "'x' is not a date: write it like 2024-05-01 12:00."),
        ({"field1": "x" * 256}, "field1 has 256 characters: the limit is 255."),
        ({"latitude": "x"}, "'x' is not a latitude: use degrees, for example 51.5."),
    ],
)
def test_what_cannot_be_added(browser, station, values, reason):
    page = add(browser, **values)
    assert (page.status_int, news(page)) == (400, reason)
    for name, value in values.items():
        assert page.forms[0][name].value == value
    assert Entry.select().count() == 6


class TestInterval:
    @pytest.fixture
    def settings(self):
        return Settings(write_interval=15)

    def test_by_hand_one_is_not_faster_than_a_device(self, browser, channel, write):
        write(channel, field1="1")
        page = add(browser, field1="2")
        assert (page.status_int, news(page)) == (
            429,
            "Channel 1 accepts one write every 15 seconds.",
        )


# --- safety ---------------------------------------------------------------------------------------

READS = (DATA, f"{DATA}/1", f"{DATA}/new", f"{DATA}/range", f"{DATA}/corrections")
WRITES = (f"{DATA}/1", f"{DATA}/new", f"{DATA}/remove", f"{DATA}/range", f"{DATA}/undo")


def test_strangers_have_to_sign_in(stranger, station):
    for path in READS:
        assert stranger.get(path).headers["Location"].startswith("/login?next=/channels/1/data")
    for path in WRITES:
        assert stranger.post(path, {"field1": "1", "entry-1": "on"}).status_int == 401
    assert Entry.select().count() == 6


def test_the_channel_of_somebody_else_is_not_there_not_even_a_public_one(browser, gardener, client):
    neighbour = users.add_user("neighbour", NOON)
    theirs = channels.add_channel(neighbour, "Next door", NOON, ("A",), public=True)
    client.get("/update", {"api_key": theirs.write_key, "field1": "1"})
    for path in READS:
        page = browser.get(path)
        assert (page.status_int, "You have no channel 1." in page.text) == (404, True)
        assert "Next door" not in page.text
    for path in WRITES:
        given = {"field1": "2", "entry-1": "on", "start": "2000-01-01", "correction": "1"}
        assert browser.post(path, given).status_int == 404
    assert [entry.field1 for entry in Entry.select()] == ["1"]


@pytest.mark.parametrize("text", NASTY)
def test_text_of_devices_is_nothing_but_text(browser, channel, write, text):
    channels.change_channel(channel, _update(field1=text, name=text), NOON)
    write(channel, field1=text, status=text, elevation=text)
    for path in (DATA, f"{DATA}/1", f"{DATA}/new", f"{DATA}?q=a", f"{DATA}?correction=1"):
        page = browser.get(path)
        assert text in page.html.find("h1").get_text()
        assert_only_text(page)
    assert browser.get(DATA).html.select("td bdi")[0].get_text() == text
    assert numbers(browser.get(DATA, {"q": text[:30]})) == [1]
    assert form(browser.get(f"{DATA}/1"), f"{DATA}/1")["field1"].value == text
