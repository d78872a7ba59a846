"""What other pages show in a frame: charts, pictures of charts, the map, the status messages."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.web.conftest import NASTY
from thingclone.database.models import User

SVG = "{http://www.w3.org/2000/svg}"


# --- chart pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("accepted", ["text/html", "*/*", ""])
def test_a_chart_page_is_there_for_any_channel(client, channel, accepted):
    for path in (
        "/channels/1/charts/1",
        "/channels/1/charts/8?results=60",
        "/channels/99/charts/1",
        "/channels/007/charts/1",
    ):
        page = client.get(path, headers={"Accept": accepted})
        assert (page.status_int, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert page.html.find(id="chart")["data-channel"] in ("1", "99", "007")


def test_a_chart_page_tells_nothing_of_the_channel(client, channel, write):
    write(channel, field1="21.5")
    page = client.get("/channels/1/charts/1").text
    for secret in ("Greenhouse", "Temperature", "21.5", "KEY"):
        assert secret not in page


def test_a_chart_page_is_there_for_a_number_of_any_length(client, channel):
    page = client.get(f"/channels/{'9' * 5000}/charts/1")
    assert page.html.find(id="chart")["data-channel"] == "9" * 5000


@pytest.mark.parametrize("number", ["0", "9", "10", "0010", "99999999999999999999", "1" * 5000])
def test_there_are_no_charts_but_of_eight_fields(client, channel, number):
    for suffix in ("", ".svg"):
        assert client.get(f"/channels/1/charts/{number}{suffix}").status_int == 404


def test_what_a_chart_page_is_asked_is_passed_on_as_text(client, channel):
    page = client.get('/channels/1/charts/1?title="><script>alert(1)</script>&results=5')
    assert page.html.find_all("script", src=False) == []
    assert page.html.noscript is not None


def test_the_lines_to_copy_are_as_thingspeaks(browser, channel, write):
    write(channel, field1="21.5", field2="40")
    page = browser.get("/channels/1").html
    assert page.find(id="embed-2").get_text() == (
        '<iframe width="450" height="260" style="border: 1px solid #cccccc;" '
        'src="http://localhost:80/channels/1/charts/2?bgcolor=%23ffffff&color=%23d62020'
        '&dynamic=true&results=60&type=line&update=15"></iframe>'
    )


# --- pictures -------------------------------------------------------------------------------------


def picture(client, path="/channels/1/charts/1.svg", **params):
    answer = client.get(path, params)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    return ET.fromstring(answer.body)


def words(drawn) -> list[str]:
    return [text.text for text in drawn.iter(f"{SVG}text")]


def shapes(drawn, kind) -> list[dict]:
    return [shape.attrib for shape in drawn.iter(f"{SVG}{kind}")]


def lines(drawn) -> list[str]:
    return [path["d"] for path in shapes(drawn, "path") if path.get("fill") == "none"]


@pytest.fixture
def station(public_channel, write, clock):
    """Four entries an hour apart, the first at noon."""
    for value in ("10", "12", "11", "14"):
        write(public_channel, field1=value)
        clock.advance(3600)
    return public_channel


def test_a_picture_has_title_axes_and_line(client, station):
    drawn = picture(client)
    assert drawn.attrib["viewBox"] == "0 0 450 250"
    assert words(drawn) == [
        *("10", "11", "12", "13", "14"),
        *("12:00", "13:00", "14:00", "15:00"),
        *("Weather station", "Date", "Temperature"),
    ]
    assert lines(drawn) == ["M58 191L184 120L310 155.5L436 49"]
    assert shapes(drawn, "path")[-1]["stroke"] == "#d62020"


def test_a_picture_takes_what_the_url_says(client, station):
    drawn = picture(
        client, title="Roof", xaxis="Time", yaxis="Heat", color="00ff00", bgcolor="navy",
        width="800", height="300", yaxismin="0", yaxismax="20", timezone="Europe/Rome", results="2",
    )  # fmt: skip
    assert drawn.attrib["viewBox"] == "0 0 800 300"
    assert words(drawn)[:6] == ["0", "5", "10", "15", "20", "16:00"]
    assert words(drawn)[-3:] == ["Roof", "Time", "Heat"]
    assert shapes(drawn, "rect")[0]["fill"] == "navy"
    assert shapes(drawn, "path")[-1]["stroke"] == "#00ff00"


@pytest.mark.parametrize("kind", ["column", "bar"])
def test_columns_stand_on_zero(client, station, kind):
    drawn = picture(client, type=kind)
    _, *columns = shapes(drawn, "rect")
    floors = {round(float(one["y"]) + float(one["height"])) for one in columns}
    assert len(columns) == 4
    assert len(floors) == 1
    assert "0" in words(drawn)


def test_a_step_line(client, station):
    for params in ({"step": "true"}, {"type": "step"}):
        assert "H" in lines(picture(client, **params))[0]


def test_readings_in_pairs_are_one_line(client, public_channel, write, clock):
    for number in range(20):
        write(public_channel, field1=number)
        clock.advance(570 if number % 2 else 30)
    assert [line.count("L") + 1 for line in lines(picture(client))] == [20]


def test_holes_and_gaps_break_the_line(client, public_channel, write, clock):
    for value, pause in [("1", 60), ("2", 60), ("nan", 60), ("3", 60), ("4", 60), ("5", 3600),
                         ("6", 60), ("7", 60)]:  # fmt: skip
        write(public_channel, field1=value)
        write(public_channel, field2="an entry without a value is no hole")
        clock.advance(pause)
    pieces = [line.count("L") + 1 for line in lines(picture(client))]
    assert pieces == [2, 3, 2]


def test_a_lonely_value_is_a_dot(client, public_channel, write):
    write(public_channel, field1="7")
    assert len(shapes(picture(client), "circle")) == 1


@pytest.mark.parametrize(
    "values",
    [[], ["text"], ["nan"], ["1e999"], ["-1e999", "1e308"], ["1e-320"], ["0", "0"],
     ["1e15", "1e15"], ["5e-324", "1e-300"], ["1e99", "-1e99"], ["1,5"], ["  7  "]],
)  # fmt: skip
@pytest.mark.parametrize("params", [{}, {"type": "column"}, {"yaxismin": "1e308", "yaxismax": "5"}])
def test_any_values_make_a_picture(client, public_channel, write, clock, values, params):
    for value in values:
        write(public_channel, field1=value)
        clock.advance(60)
    text = ET.tostring(picture(client, **params)).decode()
    for bad in ("inf", "nan"):
        assert bad not in text.replace("info", "")


@pytest.mark.parametrize(
    ("params", "box"),
    [
        ({"width": "auto", "height": "0"}, "0 0 450 250"),
        ({"width": "1", "height": "-5"}, "0 0 100 250"),
        ({"width": "99999999", "height": "120"}, "0 0 4000 120"),
    ],
)
def test_a_picture_has_a_sensible_size(client, station, params, box):
    assert picture(client, **params).attrib["viewBox"] == box


@pytest.mark.parametrize(
    "color", ["url(http://evil.example/x)", '"><script>', "red;x:y", "#12", ""]
)
def test_only_colours_are_colours(client, station, color):
    drawn = picture(client, color=color, bgcolor=color)
    assert shapes(drawn, "path")[-1]["stroke"] == "#d62020"
    assert shapes(drawn, "rect")[0]["fill"] == "#ffffff"


@pytest.mark.parametrize("text", [*NASTY, "\x01\x0b\ufffe control"])
def test_words_in_pictures_are_nothing_but_words(client, add_channel, write, text):
    channel = add_channel(text[:255], labels=(text[:255],), public=True)
    write(channel, field1="1")
    drawn = picture(client)
    assert [tag.tag for tag in drawn.iter() if "script" in tag.tag or "img" in tag.tag] == []
    printable = "".join(c for c in text if c >= " " and c != "\ufffe")
    assert any(printable.strip()[:50] in (shown or "") for shown in words(drawn))
    assert printable[:50] in words(picture(client, title=text))[-3]


def test_a_closed_channel_is_a_picture_that_says_so(client, channel, write):
    write(channel, field1="21.5")
    answer = client.get("/channels/1/charts/1.svg")
    assert (answer.status_int, answer.headers["Content-Type"]) == (400, "image/svg+xml")
    assert words(ET.fromstring(answer.body)) == ["This channel is private."]
    drawn = picture(client, api_key="READKEY000000001")
    assert words(drawn)[-3] == "Greenhouse"


def test_an_unknown_channel_is_a_picture_that_says_so(client, gardener):
    answer = client.get("/channels/99/charts/1.svg")
    assert answer.status_int == 404
    assert words(ET.fromstring(answer.body)) == ["Resource Not Found."]


def test_a_public_picture_may_be_kept_and_read_by_anybody(client, station):
    answer = client.get("/channels/1/charts/1.svg")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    tag = answer.headers["ETag"]
    again = client.get("/channels/1/charts/1.svg", headers={"If-None-Match": tag})
    assert again.status_int == 304


def test_averages_are_drawn_as_the_feed_has_them(client, station):
    assert len(lines(picture(client))) == 1
    drawn = picture(client, sum="240", yaxismin="0", yaxismax="94")
    # 10 + 12 + 11 + 14 is half of the axis: a dot in the middle of its 176 pixels
    [dot] = shapes(drawn, "circle")
    assert (dot["cx"], dot["cy"]) == ("58", "120")


# --- map and status -------------------------------------------------------------------------------


def test_the_map_shows_where_a_channel_is(client, add_channel):
    add_channel("Station", public=True, latitude="51.5", longitude="-0.12")
    page = client.get("/channels/1/maps/channel_show?width=450&height=260").html
    spot = page.find(class_="spot")
    assert (spot["cx"], spot["cy"]) == ("179.9", "38.5")
    assert page.a["href"] == "https://www.openstreetmap.org/?mlat=51.5&mlon=-0.12#map=13/51.5/-0.12"
    assert page.a.get_text() == "51.5° N, 0.12° W"


@pytest.mark.parametrize(
    "place", [{}, {"latitude": "91", "longitude": "0"}, {"latitude": "0", "longitude": "999"}]
)
def test_the_map_of_a_channel_without_a_place(client, add_channel, place):
    add_channel("Station", public=True, **place)
    page = client.get("/channels/1/maps/channel_show")
    assert "Station has no location." in page.html.get_text()


def test_the_map_of_a_private_channel_is_for_who_may_read_it(client, browser, add_channel):
    add_channel("Secret", latitude="51.5", longitude="-0.12")
    page = client.get("/channels/1/maps/channel_show")
    assert (page.status_int, "This channel is private." in page.text) == (200, True)
    assert "51.5" not in page.text
    for path in ("?api_key=READKEY000000001", "?key=WRITEKEY00000001"):
        assert "51.5" in client.get(f"/channels/1/maps/channel_show{path}").text
    assert "51.5" in browser.get("/channels/1/maps/channel_show").text


def test_recent_status_messages_for_browsers(stranger, public_channel, write, clock):
    assert "No status updates yet." in stranger.get("/channels/1/status/recent").text
    write(public_channel, status="pump on")
    clock.advance(120)
    write(public_channel, status="pump off")
    items = stranger.get("/channels/1/status/recent").html.find_all("li")
    assert [item.get_text(" ", strip=True) for item in items] == [
        "pump off just now",
        "pump on 2 minutes ago",
    ]


def test_recent_status_messages_of_a_private_channel(stranger, browser, channel, write):
    write(channel, status="secret")
    page = stranger.get("/channels/1/status/recent")
    assert (page.status_int, "Sorry the statuses are not public" in page.text) == (200, True)
    assert "secret" not in page.text
    assert "secret" in browser.get("/channels/1/status/recent").text
    assert User.select().count() == 1


@pytest.mark.parametrize("odd", [{}, [], {"a": 1}, ["bar"], None, 5])
@pytest.mark.parametrize("name", ["type", "step", "title", "color", "width", "yaxismin"])
def test_a_picture_is_drawn_whatever_a_body_says(client, public_channel, write, name, odd):
    write(public_channel, field1="5")
    body = json.dumps({name: odd}).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.request("/channels/1/charts/1.svg", body=body, headers=headers)
    assert (answer.status_int, answer.content_type) == (200, "image/svg+xml")
