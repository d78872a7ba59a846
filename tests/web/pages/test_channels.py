"""Pages of channels: the list of one's own, a new one, one to look at, the public ones."""

from datetime import UTC

import pytest

from tests.conftest import NOON
from tests.web.conftest import NASTY
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database.models import Channel
from thingclone.formats import times
from thingclone.settings import Settings

# --- one's own ------------------------------------------------------------------------------------


def values_of(card) -> dict:
    return {dt.get_text(): dt.find_next("dd").get_text() for dt in card.find_all("dt")}


def test_the_root_leads_to_the_channels(browser, client):
    answer = browser.get("/")
    assert (answer.status_int, answer.headers["Location"]) == (303, "/channels")
    assert client.get("/").body == b""  # of the API


def test_the_list_shows_last_values_with_their_units_and_ages(browser, add_channel, write, clock):
    channel = add_channel("Greenhouse", labels=("Temperature (°C)", "Humidity [%]", "Door"))
    for temperature in ("20.5", "21.5", "21.123456789"):
        write(channel, field1=temperature)
    write(channel, field3="open")
    clock.advance(150)
    card = browser.get("/channels").html.find(class_="card")
    assert card.find("h2").a["href"] == "/channels/1"
    assert card.find("h2").get_text() == "Greenhouse"
    assert card.find(class_="badge").get_text() == "private"
    assert card.find("time").get_text() == "2 minutes ago"
    assert card.find("time")["datetime"] == "2024-05-01T12:00:00Z"
    assert values_of(card) == {"Temperature": "21.1235\u2009°C", "Door": "open"}


def test_the_small_line_goes_through_the_recent_numbers(browser, channel, write):
    for value in ("0", "text", "10", "5"):
        write(channel, field1=value)
    card = browser.get("/channels").html.find(class_="card")
    assert card.find(class_="line")["d"] == "M0 43.4L200 4.6L300 24"
    assert card.find(class_="area")["d"] == "M0 48L0 43.4L200 4.6L300 24L300 48Z"


def test_a_channel_without_entries_has_no_line(browser, channel):
    card = browser.get("/channels").html.find(class_="card")
    assert "no entries yet" in card.get_text()
    assert card.find("svg") is None


def test_the_channels_of_others_are_not_in_the_list(browser, channel):
    other = users.add_user("neighbour", 0)
    channels.add_channel(other, "Next door", 0, public=True)
    assert [card.get_text() for card in browser.get("/channels").html.select(".card h2")] == [
        "Greenhouse"
    ]


def test_whoever_has_no_channel_is_told_how_to_make_one(browser):
    page = browser.get("/channels")
    assert page.html.find(class_="empty").a["href"] == "/channels/new"


def test_the_api_answers_everybody_but_browsers(browser, client, channel):
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = client.get("/channels", headers=headers)
        assert answer.status_int == 401
        assert "html" not in answer.headers["Content-Type"]
    for path in ("/channels.json", "/channels?format=json", "/channels/1.json"):
        assert browser.get(path).headers["Content-Type"] == "application/json; charset=utf-8"
    assert browser.get("/channels/99/feeds").text == "error_resource_not_found"


# --- a new one ------------------------------------------------------------------------------------


def make(browser, **given):
    form = browser.get("/channels/new").form
    for name, value in given.items():
        form[name] = value
    return form.submit()


def test_a_channel_is_made(browser, gardener):
    answer = make(browser, name="Cellar", description="Cool", field1="Temperature", field8="Door")
    assert answer.headers["Location"] == "/channels/1"
    made = channels.complete_channel(1)
    assert (made.name, made.description, made.public) == ("Cellar", "Cool", False)
    assert made.labels == {"field1": "Temperature", "field8": "Door"}
    assert made.user == gardener
    assert "Cellar" in answer.follow().text


def test_a_channel_is_made_public(browser):
    make(browser, name="Roof", public_flag=True)
    assert Channel.get().public is True


def test_strangers_make_no_channel(stranger, gardener):
    assert stranger.get("/channels/new").headers["Location"] == "/login?next=/channels/new"
    assert stranger.post("/channels/new", {"name": "Cellar"}).status_int == 401
    assert Channel.select().count() == 0


def test_a_form_sets_nothing_but_what_it_shows(browser, gardener):
    browser.post("/channels/new", {"name": "Cellar", "write_key": "MINE", "user": "2", "id": "77"})
    made = Channel.get()
    assert (made.id, made.user_id, len(made.write_key)) == (1, gardener.id, 16)


# --- one channel ----------------------------------------------------------------------------------


def test_the_owner_sees_the_private_channel(browser, channel, write, clock):
    write(channel, field1="21.5", status="window open")
    clock.advance(60 * 60 * 30)
    page = browser.get("/channels/1").html
    assert page.find("h1").get_text() == "Greenhouse"
    assert page.find(class_="value").get_text() == "21.5"
    assert page.find(id="write-url")["value"] == (
        "http://localhost:80/update?api_key=WRITEKEY00000001&field1=42"
    )
    assert page.find(class_="statuses").bdi.get_text() == "window open"
    assert page.find(id="channel")["data-range"] == "week"
    assert page.find(id="channel")["data-key"] == ""
    assert page.find(id="newest").get_text() == "30 hours ago"


def test_the_write_url_works(browser, channel, client):
    url = browser.get("/channels/1").html.find(id="write-url")["value"]
    assert client.get(url.removeprefix("http://localhost:80")).text == "1"


def test_the_address_is_the_one_that_the_browser_knows(browser, client, channel):
    cookie = f"thingclone_session={browser.cookies['thingclone_session']}"
    for host, shown in [
        ("garden.example:8080", "garden.example:8080"),
        ("[fe80::1]:8080", "[fe80::1]:8080"),
        ('"><script>', "localhost:80"),
    ]:
        headers = {"Cookie": cookie, "Accept": "text/html", "Host": host}
        page = client.get("/channels/1", headers=headers).html
        assert page.find(id="write-url")["value"].startswith(f"http://{shown}/update?")


def test_a_stranger_sees_the_public_channel_and_no_key(stranger, add_channel, write):
    channel = add_channel(
        "Weather", public=True, latitude="51.5", longitude="-0.12", elevation="46 m",
        url="https://example.org/w", github_url="javascript:alert(1)",
    )  # fmt: skip
    write(channel, field1="9.5")
    page = stranger.get("/channels/1")
    assert page.status_int == 200
    assert page.html.find("h1").get_text() == "Weather"
    assert "WRITEKEY" not in page.text
    assert "READKEY" not in page.text
    assert page.html.find(class_="badge").get_text() == "public"
    links = [link["href"] for link in page.html.select(".columns a")]
    assert links == [
        "https://www.openstreetmap.org/?mlat=51.5&mlon=-0.12#map=13/51.5/-0.12",
        "https://example.org/w",
    ]
    assert "46 m" in page.text


def test_a_fresh_channel_has_no_place(stranger, public_channel):
    assert stranger.get("/channels/1").html.find(class_="globe") is None


def test_a_stranger_at_a_private_channel_is_helped(stranger, channel, write):
    write(channel, field1="21.5", status="secret")
    page = stranger.get("/channels/1")
    assert page.status_int == 403
    assert page.html.find("h1").get_text() == "This channel is private"
    assert page.html.find(class_="button")["href"] == "/login?next=%2Fchannels%2F1"
    assert "Greenhouse" not in page.text
    assert "secret" not in page.text


def test_another_account_is_a_stranger(browser, gardener):
    other = users.add_user("neighbour", 0)
    channels.add_channel(other, "Next door", 0)
    page = browser.get("/channels/1")
    assert page.status_int == 403
    assert "gardener" in page.html.find(class_="me").get_text()
    assert page.html.find(class_="button") is None


def test_a_read_key_opens_the_private_channel(stranger, channel, write):
    write(channel, field1="21.5")
    form = stranger.get("/channels/1").form
    form["api_key"] = "WRONG"
    answer = form.submit()
    assert (answer.status_int, "This key does not open the channel." in answer.text) == (403, True)
    form["api_key"] = "READKEY000000001"
    page = form.submit().html
    assert page.find("h1").get_text() == "Greenhouse"
    assert page.find(id="channel")["data-key"] == "READKEY000000001"
    assert page.find(id="write-url") is None
    assert page.select(".embed a")[0]["href"] == "/channels/1/charts/1?api_key=READKEY000000001"


@pytest.mark.parametrize("path", ["/channels/99", "/channels/99999999999999999999"])
def test_an_unknown_channel_is_a_page_that_says_so(browser, path):
    page = browser.get(path)
    assert page.status_int == 404
    assert page.html.find("h1").get_text() == "Not found"
    assert "No channel 99" in page.text


@pytest.mark.parametrize(
    ("age", "range_name"),
    [(0, "day"), (86399, "day"), (86400, "week"), (8 * 86400, "month"), (40 * 86400, "year"),
     (400 * 86400, "all")],
)  # fmt: skip
def test_the_first_range_is_the_shortest_with_anything_in_it(
    browser, channel, write, age, range_name
):
    write(channel, created_at=times.iso(NOON - age * times.SECOND, UTC), field1="1")
    page = browser.get("/channels/1").html
    assert page.find(id="channel")["data-range"] == range_name
    assert page.find(attrs={"aria-pressed": "true"})["data-range"] == range_name


class TestUnlabelled:
    @pytest.fixture
    def settings(self):
        return Settings(auto_label=False)

    def test_fields_without_a_label_are_not_shown(self, browser, add_channel, write):
        write(add_channel(labels=()), field1="21.5")
        page = browser.get("/channels/1")
        assert "No field of this channel has a label" in page.text
        assert "21.5" not in page.text


# --- whatever users write -------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY)
def test_text_of_users_is_nothing_but_text(browser, stranger, client, write, text):
    made = make(
        browser, name=text, description=text, field1=text, field2=f"{text[:200]} (°C)",
        public_flag=True,
    )  # fmt: skip
    assert made.headers["Location"] == "/channels/1"
    channel = channels.complete_channel(1)
    description = {"tags": text.replace(",", ""), "elevation": text, "url": text}
    client.put("/channels/1.json", {"api_key": channel.user.api_key} | description)
    write(channel, field1=text, field2="5", status=text)
    for page in (
        browser.get("/channels"),
        browser.get("/channels/1"),
        stranger.get("/channels/public"),
        stranger.get("/channels/1"),
        stranger.get("/channels/public", {"tag": text.replace(",", "")}),
        stranger.get("/channels/public", {"q": text}),
        stranger.get("/channels/1/status/recent"),
        stranger.get("/channels/1/maps/channel_show"),
    ):
        assert page.status_int == 200
        assert text.strip() in page.html.get_text()
        markup = page.html.find_all(["img", "script"])
        assert [tag for tag in markup if not tag.get("src", "").startswith("/static/")] == []
        inline = [tag for tag in page.html.find_all() if {"style", "onerror"} & tag.attrs.keys()]
        assert inline == []
        assert "alert(1)" not in "".join(str(tag) for tag in markup)


@pytest.mark.parametrize("text", NASTY)
def test_what_was_typed_comes_back_as_text(browser, text):
    browser.post("/channels/new", {"name": text})
    page = browser.get("/channels/public", {"q": text})
    assert page.html.find(id="q")["value"] == text[:100].strip()


# --- public ones ----------------------------------------------------------------------------------


@pytest.fixture
def garden(add_channel, client, gardener):
    """Three public channels with tags, and a private one."""
    for number, (name, tags) in enumerate(
        [("Greenhouse", "glass,tomatoes"), ("Pond", "water"), ("100% Shed", "Glass,wood")], start=1
    ):
        add_channel(name, public=True, description=f"Number {number}")
        client.put(f"/channels/{number}.json", {"api_key": gardener.api_key, "tags": tags})
    add_channel("Bedroom")
    client.put("/channels/4.json", {"api_key": gardener.api_key, "tags": "glass,secret"})


def names(page) -> list[str]:
    return [heading.get_text() for heading in page.html.select(".card h2")]


def test_the_public_channels_need_no_entry_to_be_listed(stranger, garden):
    page = stranger.get("/channels/public")
    assert sorted(names(page)) == ["100% Shed", "Greenhouse", "Pond"]
    tags = [link.get_text() for link in page.html.select("nav.tags a")]
    assert tags == ["glass 2", "tomatoes 1", "water 1", "wood 1"]
    assert "Bedroom" not in page.text


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "GREEN"}, ["Greenhouse"]),
        ({"q": "number 2"}, ["Pond"]),
        ({"q": "lass"}, ["Greenhouse", "100% Shed"]),
        ({"q": "0%"}, ["100% Shed"]),
        ({"q": "_"}, []),
        ({"q": "bedroom"}, []),
        ({"tag": "GLASS"}, ["Greenhouse", "100% Shed"]),
        ({"tag": "secret"}, []),
        ({"username": "Gardener"}, ["Greenhouse", "Pond", "100% Shed"]),
        ({"username": "nobody"}, []),
    ],
)
def test_public_channels_are_found(stranger, garden, params, found):
    page = stranger.get("/channels/public", params)
    assert sorted(names(page)) == sorted(found)
    assert page.html.find(class_="found").a.get_text() == "Show all"


def test_public_channels_come_in_pages(stranger, add_channel):
    for number in range(17):
        add_channel(f"Channel {number}", public=True)
    page = stranger.get("/channels/public?username=gardener")
    assert len(names(page)) == 15
    assert page.html.find(class_="pages").span.get_text() == "Page 1 of 2"
    following = page.html.find(rel="next")["href"]
    assert following == "/channels/public?username=gardener&page=2"
    last = stranger.get(following)
    assert len(names(last)) == 2
    assert last.html.find(rel="prev")["href"] == "/channels/public?username=gardener&page=1"
    assert stranger.get("/channels/public?page=3").html.find(class_="card") is None
    assert stranger.get("/channels/public?page=0").status_int == 404


def test_where_nothing_is_public_the_page_says_so(stranger, channel):
    assert "No public channels yet" in stranger.get("/channels/public").text
