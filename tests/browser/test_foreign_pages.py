"""What a page of another origin can do: show charts; and what it cannot: read what is private."""

import re

import pytest

from tests.browser.conftest import PASSWORD
from tests.servers import thingclone_json


@pytest.fixture
def home(visitor, first_start, tmp_path):
    """A server with a private channel 1 and a public channel 2 of one entry each; signed in."""
    url = f"sqlite:///{tmp_path}/thingclone.db"
    thingclone_json("channel", "add", "Roof", "--field", "Wind", "--public", database_url=url)
    for number, value in ((1, "21.5"), (2, "3.5")):
        key = thingclone_json("channel", "show", str(number), database_url=url)["write_key"]
        assert first_start.get(f"/update?api_key={key}&field1={value}") == (200, "1")
    link = re.search(r"http://\S+(/welcome/\S+)", first_start.output).group(1)
    visitor.visit(link)
    visitor.fill(password=PASSWORD)
    visitor.press("Set password and sign in")
    visitor.wait(lambda: visitor.text("h1") == "Channels")
    return first_start


def test_a_chart_stands_in_a_frame_of_another_origin(visitor, home, foreign):
    visitor.visit("/channels/2")
    visitor.find(".embed summary").click()
    lines = visitor.find("#embed-1").get_property("value")
    page = foreign(f"<title>Mine</title><h1>My garden</h1>{lines}")
    visitor.driver.get(page)
    assert visitor.text("h1") == "My garden"
    visitor.driver.switch_to.frame(visitor.find("iframe"))
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == [3.5])
    assert visitor.text("#title") == "Roof"
    look = visitor.run(
        "const chart = Chart.getChart(document.querySelector('canvas'));"
        "return [chart.data.datasets[0].borderColor, chart.options.scales.y.title.text]"
    )
    assert look == ["#d62020", "Wind"]


@pytest.mark.parametrize(
    ("query", "kind", "color"),
    [("type=column&color=00f", "bar", "#00f"), ("type=spline&color=navy", "line", "navy"),
     ("step=true&color=url(x)", "line", "#d62020"), ("type=bar", "bar", "#d62020")],
)  # fmt: skip
def test_a_chart_looks_as_its_url_says(visitor, home, query, kind, color):
    visitor.visit(f"/channels/2/charts/1?{query}&title=Wind%20%3Cb%3E&yaxismin=0&yaxismax=10")
    visitor.wait(lambda: visitor.drawn())
    look = visitor.run(
        "const chart = Chart.getChart(document.querySelector('canvas'));"
        "const value = chart.scales[chart.options.indexAxis === 'y' ? 'x' : 'y'];"
        "return [chart.config.type, chart.data.datasets[0].borderColor, value.min, value.max]"
    )
    assert look == [kind, color, 0, 10]
    assert visitor.text("#title") == "Wind <b>"


def test_a_chart_is_as_large_as_its_url_says(visitor, home):
    visitor.visit("/channels/2/charts/1?width=300&height=150")
    visitor.wait(lambda: visitor.drawn())
    size = visitor.find("#chart").rect
    assert (size["width"], size["height"]) == (300, 150)
    visitor.visit("/channels/2/charts/1?width=auto&height=auto")
    visitor.wait(lambda: visitor.drawn())
    size = visitor.find("#chart").rect
    assert (size["width"], size["height"]) == (1280, 800)


def test_words_can_be_read_on_any_background(visitor, home):
    for background, ink in (("ffffff", 51), ("222222", 204), ("navy", 204), ("beige", 51)):
        visitor.visit(f"/channels/2/charts/1?bgcolor={background}")
        visitor.wait(lambda: visitor.drawn())
        title = visitor.run("return getComputedStyle(document.getElementById('title')).color")
        assert title == f"rgb({ink}, {ink}, {ink})", background


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [
        ("dynamic=true&results=1", [3.5], [5.5]),
        ("dynamic=true&results=1&push=false", [3.5], [3.5, 5.5]),
        ("dynamic=true&median=1440", [3.5], [4.5]),
        ("results=60", [3.5], [3.5]),
    ],
)
def test_a_dynamic_chart_keeps_up(visitor, home, tmp_path, query, before, after):
    visitor.visit(f"/channels/2/charts/1?{query}")
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == before)
    url = f"sqlite:///{tmp_path}/thingclone.db"
    key = thingclone_json("channel", "show", "2", database_url=url)["write_key"]
    home.get(f"/update?api_key={key}&field1=5.5")
    # It asks every quarter of a minute, and whenever somebody comes back to the tab.
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    if before == after:
        visitor.run("return fetch('/healthz').then(answer => answer.text())")
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == after)


def test_a_private_chart_is_closed_to_strangers(visitor, home, tmp_path):
    visitor.visit("/channels/1/charts/1")
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == [21.5])  # its owner sees it
    visitor.command("Network.clearBrowserCookies")
    visitor.visit("/channels/1/charts/1")
    visitor.wait(lambda: visitor.text(".canvas-note") == "This channel is private.")
    read_key = re.search(r"read key +(\w+)", home.output).group(1)
    visitor.visit(f"/channels/1/charts/1?key={read_key}")
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == [21.5])


READ = """
const [url, options, done] = arguments;
fetch(url, options).then(answer => answer.text()).then(done, error => done(String(error)));
"""


@pytest.mark.parametrize(
    "options",
    [{}, {"credentials": "include"}, {"cache": "force-cache"},
     {"cache": "only-if-cached", "mode": "same-origin"},
     {"credentials": "include", "headers": {"X-Requested-With": "x"}}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/channels/1/feeds.json", "/channels/1", "/account"])
def test_no_foreign_script_reads_what_the_session_opens(visitor, home, foreign, path, options):
    # Another port of the same machine is the nearest stranger: the browser sends it our cookie.
    page = foreign("<h1>Evil</h1>")
    visitor.visit(path)
    assert "21.5" in visitor.driver.page_source or path == "/account"
    visitor.driver.get(page)
    got = visitor.driver.execute_async_script(READ, home.url + path, options)
    assert "21.5" not in got
    assert "user-key" not in got
    visitor.complaints()  # of what the foreign page was not allowed


def test_no_foreign_page_gets_it_as_a_script(visitor, home, foreign):
    source = f"{home.url}/channels/1/feeds.json?callback=steal"
    page = foreign(
        f"<script>window.got = 'nothing'; function steal(data) {{ window.got = data }}</script>"
        f"<script src='{source}'></script>"
    )
    visitor.driver.get(page)
    assert visitor.run("return window.got") in ("nothing", -1)
    visitor.complaints()


def test_no_foreign_form_changes_anything(visitor, home, foreign):
    page = foreign(f"<form method=post action='{home.url}/account/key'><button>Win</button></form>")
    visitor.visit("/account")
    key = visitor.find("#user-key").get_property("value")
    visitor.driver.get(page)
    visitor.find("button").click()
    visitor.wait(lambda: visitor.text("h1") == "Access denied")
    visitor.visit("/account")
    assert visitor.find("#user-key").get_property("value") == key


def test_no_foreign_page_frames_what_has_buttons(visitor, home, foreign):
    visitor.driver.get(foreign(f"<iframe src='{home.url}/account'></iframe>"))
    visitor.driver.switch_to.frame(visitor.find("iframe"))
    assert not visitor.find_all("#user-key")
    visitor.driver.switch_to.default_content()
    visitor.complaints()
