"""Pages as they look and act: charts and their ranges, small screens, dark systems, keyboards.

The tables are the same on both databases: SQLite is enough to look at pages.
"""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import PASSWORD
from tests.servers import running
from thingclone.accounts import users
from thingclone.channels import channels
from thingclone.database import connect, database, execute, execute_many
from thingclone.database.transactions import writing
from thingclone.formats import times

PAGES = ("/channels", "/channels/1", "/channels/2", "/channels/3", "/channels/new", "/account",
         "/channels/public", "/channels/1/charts/1", "/channels/1/maps/channel_show",
         "/channels/1/status/recent", "/channels/99", "/nonsense")  # fmt: skip
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3


def add_entries(channel, count, every, value):
    """So many entries, the last one just now."""
    now = times.now()
    rows = [
        (channel.id, n, now - (count - n) * every * times.SECOND, value(n), f"status {n}")
        for n in range(1, count + 1)
    ]
    with writing():
        execute_many(
            "INSERT INTO entries (channel_id, entry_id, created_at, field1, status) "
            "VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        execute(
            "UPDATE counters SET last_entry_id = ?, newest_at = ?, last_write_at = ?, field1 = ? "
            "WHERE channel_id = ?",
            (count, now, now, count, channel.id),
        )


@pytest.fixture
def garden(tmp_path, visitor):
    """A server with a public channel of three days, a private one of text, an empty one; signed
    in.
    """
    url = f"sqlite:///{tmp_path}/thingclone.db"
    connect(url)
    now = times.now()
    owner = users.first_user(now)
    users.set_password(owner, PASSWORD)
    place = {"latitude": "51.5", "longitude": "-0.12", "elevation": "46 m"}
    house = channels.add_channel(
        owner, "Greenhouse", now, ("Temperature (°C)",), public=True, **place
    )
    add_entries(house, 7000, 60, lambda n: f"{20 + n % 10 / 10}")
    text = channels.add_channel(owner, LONG[:255], now, (LONG[:255],), description=LONG[:255])
    add_entries(text, 3, 60, lambda n: LONG[:255])
    channels.add_channel(owner, "Empty", now, ())
    database.close()
    with running(url, "--no-access-log") as server:
        visitor.url = server.url
        visitor.sign_in()
        yield house
        visitor.leave()


def test_every_page_fits_a_phone_and_complains_of_nothing(visitor, garden):
    for width, scheme in ((360, "light"), (1280, "dark")):
        visitor.look(width, 740, scheme)
        for path in PAGES:
            visitor.visit(path)
            if path == "/channels/1":
                visitor.wait(lambda: len(visitor.drawn()) > 100)
            assert visitor.run("return document.documentElement.scrollWidth") <= width, path
            assert visitor.complaints() == [], path


def test_a_long_label_leaves_room_for_the_value(visitor, garden):
    visitor.visit("/channels/1/settings")
    visitor.fill(field1=f" {LONG[:200]} (%)")
    visitor.press("Save settings")
    visitor.wait(lambda: visitor.find_all(".notice.good"))
    for width in (1280, 360):
        visitor.look(width)
        visitor.visit("/channels/1")
        reading = visitor.find(".reading")
        assert reading.text.startswith("20.")
        room, needed = (reading.get_property(f"{side}Width") for side in ("client", "scroll"))
        assert needed <= room, width


def test_a_map_without_a_place_says_so_in_one_line(visitor, garden):
    visitor.look(450, 260)
    visitor.visit("/channels/3/maps/channel_show")
    assert visitor.text(".canvas-note") == "Empty has no location."
    name = visitor.find(".canvas-note bdi").rect
    assert abs(name["y"] + name["height"] / 2 - 130) < 20


def test_a_dark_system_gets_dark_pages_and_charts(visitor, garden):
    def light():
        color = visitor.run("return getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in color.strip("rgb()").split(",")) > 380

    def line():
        return visitor.run(
            "return Chart.getChart(document.querySelector('canvas')).data.datasets[0].borderColor"
        )

    visitor.visit("/channels/1")
    visitor.wait(lambda: len(visitor.drawn()) > 100)
    assert (light(), line()) == (True, "#0d7a63")
    visitor.look(1280, scheme="dark")
    visitor.wait(lambda: line() == "#54c9a8")
    assert not light()


def test_ranges_are_medians_where_there_is_much(visitor, garden):
    visitor.visit("/channels/1")
    visitor.wait(lambda: visitor.text("#state") == "Live")
    assert 1430 <= len(visitor.drawn()) <= 1441
    visitor.press("Week")
    # Five days in medians of ten minutes; the server tells of its newest 8000 entries at once.
    visitor.wait(lambda: 690 <= len(visitor.drawn()) <= 720)
    assert {round(y, 2) for _, y in visitor.drawn()[1:-1]} == {20.45}
    assert visitor.find("[data-range=week]").get_attribute("aria-pressed") == "true"
    visitor.press("All")
    visitor.wait(lambda: visitor.text("#state") == "Live" and len(visitor.drawn()) > 690)


def test_a_gap_is_shown_as_a_gap(visitor, garden, tmp_path):
    connect(f"sqlite:///{tmp_path}/thingclone.db")
    with writing():
        execute("DELETE FROM entries WHERE entry_id BETWEEN 6500 AND 6700")
    database.close()
    visitor.visit("/channels/1")
    visitor.wait(lambda: len(visitor.drawn()) > 1000)
    holes = [place for place, (_, y) in enumerate(visitor.drawn()) if y is None]
    assert len(holes) == 1


def test_text_is_no_number_to_draw(visitor, garden):
    visitor.visit("/channels/2")
    visitor.wait(lambda: visitor.text(".canvas-note") == "No numbers to show.")
    assert visitor.find(".reading").get_attribute("title") == LONG[:255]


def test_the_layout_does_not_jump(visitor, garden):
    visitor.command(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.jumps = 0; new PerformanceObserver(list => { for (const shift of "
        "list.getEntries()) if (!shift.hadRecentInput) window.jumps += shift.value; })"
        ".observe({type: 'layout-shift', buffered: true})",
    )
    for path in ("/channels", "/channels/1"):
        visitor.visit(path)
        if path == "/channels/1":
            visitor.wait(lambda: visitor.text("#state") == "Live")
        assert visitor.run("return window.jumps") < 0.02, path


def test_the_keyboard_reaches_the_ranges(visitor, garden):
    visitor.visit("/channels/1")
    body = visitor.find("body")
    body.send_keys(Keys.TAB)
    assert visitor.run("return document.activeElement.className") == "skip"
    visitor.run("return document.activeElement").send_keys(Keys.ENTER)
    for _ in range(6 + 3):  # past the tabs
        visitor.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert visitor.run("return document.activeElement.dataset.range") == "month"
    visitor.driver.switch_to.active_element.send_keys(Keys.ENTER)
    visitor.wait(lambda: visitor.find("[data-range=month]").get_attribute("aria-pressed") == "true")


def test_the_list_of_channels_stays_fresh(visitor, garden, tmp_path):
    visitor.visit("/channels")
    assert "no entries yet" in visitor.text(".cards")
    visitor.run(
        "return fetch(`/update?api_key=${arguments[0]}&field1=5`).then(answer => answer.text())",
        channels_write_key(tmp_path),
    )
    # It asks every quarter of a minute, and whenever somebody comes back to the tab.
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.wait(lambda: "no entries yet" not in visitor.text(".cards"))
    assert "Field 1" in visitor.text(".cards")


def channels_write_key(folder) -> str:
    connect(f"sqlite:///{folder}/thingclone.db")
    key = channels.complete_channel(3).write_key
    database.close()
    return key
