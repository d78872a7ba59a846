"""What the owner of a channel does with it in a browser: correct data, renew keys, look why a write
did not arrive, queue commands.
"""

import re

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser.conftest import PASSWORD
from tests.servers import running
from thingclone.accounts import users
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import channels, devices
from thingclone.database import connect, database
from thingclone.formats import times

DATA = "/channels/1/data"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
NASTY = '"><script>alert(1)</script>\u202eevil \u200f\u05e9\u05dc 🌱🌱🌱'
PAGES = (
    *("/channels/1/data", "/channels/1/data/1", "/channels/1/data/new", "/channels/1/data/range"),
    "/channels/1/data/range?end=2030-01-01",
    *("/channels/1/data/corrections", "/channels/1/data?q=window", "/channels/1/data?start=x"),
    *("/channels/1/settings", "/channels/1/api_keys", "/channels/1/keys/write"),
    *("/channels/1/keys/1", "/channels/1/import", "/channels/1/devices", "/channels/1/journal"),
    *("/channels/2/data", "/channels/2/data/1", "/channels/2/settings", "/channels/2/journal"),
    *("/account", "/devices", "/devices/1", "/talkbacks", "/talkbacks/1", "/journal"),
)  # fmt: skip


@pytest.fixture
def garden(tmp_path, visitor):
    """A server, its owner signed in: channel 1 with ten entries, a minute apart; channel 2 with
    texts as long and odd as can be; a TalkBack, a device.
    """
    url = f"sqlite:///{tmp_path}/thingclone.db"
    connect(url)
    now = times.now()
    owner = users.first_user(now)
    users.set_password(owner, PASSWORD)
    labels = ("Temperature (°C)", "Humidity (%)")
    house = channels.add_channel(owner, "Greenhouse", now, labels, write_key="GREENHOUSEWRITES")
    labels = (LONG[:255], NASTY) * 4
    odd = channels.add_channel(owner, NASTY, now, labels, description=LONG[:255])
    pump = talkback.add_talkback(owner, LONG[:255], now, house.id)
    for text in ("OPEN", NASTY, LONG[:255]):
        commands.add_command(pump, CommandUpdate(text), now)
    devices.add_device(owner, LONG[:100], now, house.id, name=NASTY, command=LONG, pins=[1, 24])
    database.close()
    with running(url, "--no-access-log") as server:
        for number in range(1, 11):
            status = "&status=window+open" if number == 4 else ""
            time = f"2024-05-01T12:{number:02}:00Z"
            path = f"/update?api_key={house.write_key}&created_at={time}&field1={number}{status}"
            assert server.get(path) == (200, str(number))
        server.get("/update", f"key={odd.write_key}&field1={LONG}&field2={LONG}".encode())
        server.get("/update", f"key=NOSUCHKEY&field1={LONG}".encode())
        visitor.url = server.url
        visitor.sign_in()
        yield server


def numbers(visitor) -> list[int]:
    return [int(cell.text) for cell in visitor.find_all("tbody td.number")]


def go(visitor, text: str):
    """Press a button or follow a link, and wait for the page that it leads to."""
    page = visitor.find("html")
    visitor.press(text)
    visitor.wait(lambda: is_gone(page))


def is_gone(element) -> bool:
    try:
        return not element.is_enabled()
    except StaleElementReferenceException:
        return True


# --- data -----------------------------------------------------------------------------------------


def test_a_value_is_edited_and_that_is_undone(visitor, garden):
    visitor.visit(DATA)
    assert numbers(visitor) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    visitor.find("[aria-label='Edit entry 4']").click()
    visitor.wait(lambda: visitor.find_all("#field1"))
    assert visitor.find("#field1").get_property("value") == "4"
    visitor.find("#field1").clear()
    visitor.find("#field1").send_keys("99.5")
    go(visitor, "Save entry")
    assert "Entry 4 was changed." in visitor.text(".notice")
    assert garden.get("/channels/1/fields/1/4.txt?key=GREENHOUSEWRITES") == (200, "99.5")
    go(visitor, "Undo")
    assert visitor.text(".notice") == "Undone: entry 4 was changed."
    assert garden.get("/channels/1/fields/1/4.txt?key=GREENHOUSEWRITES") == (200, "4")


def test_a_range_is_deleted_and_that_is_undone(visitor, garden):
    visitor.visit(f"{DATA}?start=2024-05-01T12:03&end=2024-05-01T12:06&timezone=UTC")
    assert numbers(visitor) == [6, 5, 4, 3]
    go(visitor, "Delete all entries in this time range…")
    assert "This range contains 4 entries." in visitor.text("main")
    go(visitor, "Delete 4 entries")
    assert numbers(visitor) == [10, 9, 8, 7, 2, 1]
    assert "4 entries with IDs from 3 to 6 were deleted." in visitor.text(".notice")
    go(visitor, "Undo")
    assert numbers(visitor) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_entries_are_chosen_with_few_clicks(visitor, garden):
    visitor.visit(DATA)
    button = visitor.find(".chosen button")
    assert (button.is_enabled(), button.text) == (False, "Delete selected entries")
    boxes = visitor.find_all("tbody input[type=checkbox]")
    boxes[1].click()
    ActionChains(visitor.driver).key_down(Keys.SHIFT).click(boxes[4]).key_up(Keys.SHIFT).perform()
    assert button.is_enabled()
    go(visitor, "Delete 4 entries")
    assert numbers(visitor) == [10, 5, 4, 3, 2, 1]
    visitor.find("[data-chooses-all]").click()
    assert visitor.text(".chosen button") == "Delete 6 entries"


def test_times_are_those_of_the_browser(visitor, garden):
    visitor.command("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    try:
        visitor.visit("/channels")
        visitor.visit(DATA)
        assert visitor.text("th .hint") == "Asia/Tokyo"
        assert visitor.text("tbody td.time") == "2024-05-01 21:10:00"
        visitor.visit(f"{DATA}/new")
        visitor.fill(field1="5")
        visitor.run("document.getElementById('created_at').value = '2024-05-01T21:00:30'")
        go(visitor, "Add entry")
        assert numbers(visitor)[-1] == 11
    finally:
        visitor.command("Emulation.setTimezoneOverride", timezoneId="")


def test_everything_works_without_scripts(visitor, garden):
    visitor.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        visitor.visit(DATA)
        visitor.find("[name=entry-4]").click()
        visitor.find("[name=entry-6]").click()
        go(visitor, "Delete selected entries")
        assert numbers(visitor) == [10, 9, 8, 7, 5, 3, 2, 1]
        go(visitor, "Undo")
        assert len(numbers(visitor)) == 10
        visitor.visit("/talkbacks/1")
        visitor.find("[aria-label='Move command 1 down']").click()
        second = "[aria-label='Command 2']"
        visitor.wait(lambda: visitor.find(second).get_attribute("value") == "OPEN")
    finally:
        visitor.command("Emulation.setScriptExecutionDisabled", value=False)


# --- keys and the journal -------------------------------------------------------------------------


def test_a_revoked_key_opens_nothing_and_the_journal_tells(visitor, garden):
    visitor.visit("/channels/1/api_keys")
    old = visitor.find("#write-key").get_property("value")
    visitor.press("Generate new write key")
    visitor.driver.switch_to.alert.accept()
    visitor.wait(lambda: visitor.find("#write-key").get_property("value") != old)
    assert visitor.text(".notice").startswith("This is the new write key.")
    assert garden.get(f"/update?api_key={old}&field1=66") == (400, "0")
    read_key = visitor.find("#key-1").get_property("value")
    assert garden.get(f"/update?api_key={read_key}&field1=67") == (400, "0")

    visitor.visit("/channels/1/journal")
    assert "This is a read key: a write needs the channel's write key." in visitor.text(".attempts")
    assert f"GET /update?api_key={read_key[:4]}...&field1=67" in visitor.text(".attempts")
    visitor.press("writes that belong to no channel")
    visitor.wait(lambda: "No channel has this write key." in visitor.text(".attempts"))
    assert f"GET /update?api_key={old[:4]}...&field1=66" in visitor.text(".attempts")

    visitor.visit("/channels/1/api_keys")
    visitor.press("Revoke")
    visitor.driver.switch_to.alert.accept()
    visitor.wait(lambda: not visitor.find_all("#key-1"))
    assert garden.get(f"/channels/1/feeds.json?api_key={read_key}") == (400, "-1")


def test_a_sketch_is_copied(visitor, garden):
    visitor.visit("/channels/1/keys/write")
    visitor.find("[data-copies=py]").click()
    visitor.wait(lambda: visitor.text("[data-copies=py]") == "Copied")
    sketch = visitor.find("#py").get_property("value")
    assert f'URL = "{garden.url}/update?api_key=GREENHOUSEWRITES&field1="' in sketch
    visitor.visit("/channels/1/settings")
    visitor.find("#metadata").send_keys(Keys.CONTROL, "v")
    assert visitor.find("#metadata").get_property("value") == sketch


def test_a_journal_that_is_open_stays_fresh(visitor, garden):
    visitor.visit("/channels/1/journal")
    assert not visitor.find_all(".attempts")
    garden.get("/update?api_key=GREENHOUSEWRITES&field1=" + "x" * 300)
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.wait(lambda: "field1 was truncated to 255 characters." in visitor.text("main"))


# --- devices and TalkBack -------------------------------------------------------------------------


def test_commands_are_queued_and_a_device_takes_them(visitor, garden):
    visitor.visit("/talkbacks/1")
    visitor.find("#command").send_keys("LAMP ON", Keys.ENTER)
    visitor.wait(lambda: visitor.find_all("[aria-label='Command 4']"))
    url = visitor.find("#execute-url").get_property("value").removeprefix(garden.url)
    assert garden.get(url) == (200, "OPEN")
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.wait(lambda: visitor.text(".statuses bdi") == "OPEN")
    assert len(visitor.find_all(".queue li")) == 3


def test_a_pin_is_switched(visitor, garden):
    visitor.visit("/devices/1")
    visitor.find(".pins li:nth-child(2) button").click()
    visitor.wait(lambda: visitor.text(".pins li:nth-child(2) span") == "on")
    assert garden.get("/channels/1/fields/3/last.txt?key=GREENHOUSEWRITES") == (200, "1")


def test_a_file_is_imported(visitor, garden, tmp_path):
    file = tmp_path / "garden.csv"
    file.write_text("created_at,Temperature (°C)\n2024-05-01 13:00,55\n2024-05-01 14:00,56\n")
    visitor.visit("/channels/1/import")
    visitor.find("#file").send_keys(str(file))
    Select(visitor.find("#timezone")).select_by_visible_text("UTC")
    go(visitor, "Preview")
    assert visitor.text("[role=status]") == "2 entries can be imported."
    go(visitor, "Import 2 entries")
    assert visitor.text(".notice") == "2 entries imported."
    assert numbers(visitor)[:3] == [12, 11, 10]


# --- all pages ------------------------------------------------------------------------------------


def test_every_page_fits_a_phone_and_complains_of_nothing(visitor, garden):
    for width, scheme in ((360, "light"), (1280, "dark")):
        visitor.look(width, 740, scheme)
        for path in PAGES:
            visitor.visit(path)
            assert "Not found" not in visitor.text("h1"), path
            assert visitor.run("return document.documentElement.scrollWidth") <= width, path
            color = visitor.run("return getComputedStyle(document.body).backgroundColor")
            brightness = sum(int(part) for part in re.findall(r"\d+", color)[:3])
            assert (brightness < 380) == (scheme == "dark"), path
            assert visitor.complaints() == [], path
            assert visitor.find_all("script:not([src])") == []


def test_a_text_that_turns_the_way_of_writing_turns_nothing_else(visitor, garden):
    visitor.visit("/devices/1")
    command = visitor.find("#command")
    command.clear()
    command.send_keys("\u202eevil\u2067")  # neither is ever ended
    go(visitor, "Save device")
    visitor.visit("/devices")
    first, last = visitor.run(
        "const text = document.querySelector('.rows > li > p.facts').lastChild;"
        "const place = text.data.indexOf('pins');"
        "return [place, place + 3].map((one) => { const letter = document.createRange();"
        "letter.setStart(text, one); letter.setEnd(text, one + 1);"
        "return letter.getBoundingClientRect().x; })"
    )
    assert first < last


def test_the_tabs_are_in_sight_on_a_phone(visitor, garden):
    visitor.look(360, 740)
    for path in ("/channels/1/journal", "/journal"):
        visitor.visit(path)
        tab = visitor.find(".tabs [aria-current=page]")
        assert (tab.text, tab.rect["x"] + tab.rect["width"] <= 360) == ("Journal", True)


def test_the_keyboard_reaches_the_table(visitor, garden):
    visitor.visit(DATA)
    visitor.find("body").send_keys(Keys.TAB)
    visitor.driver.switch_to.active_element.send_keys(Keys.ENTER)
    reached = []
    for _ in range(40):
        visitor.driver.switch_to.active_element.send_keys(Keys.TAB)
        focused = visitor.driver.switch_to.active_element
        reached.append(focused.get_attribute("aria-label") or focused.text)
    tabs = ["Charts", "Data", "Settings", "API keys", "Devices", "Journal"]
    assert reached[:10] == [*tabs, "Add entry", "Import", "Export", "Changes"]
    assert "Entries, newest first" in reached
    assert "Edit entry 10" in reached
