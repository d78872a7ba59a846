"""`make screenshots`: the main pages as pictures in docs/img/, with a garden full of sensors."""

import math
import random
import tempfile
from pathlib import Path

from tests.browser.conftest import PASSWORD, Visitor, start_chromium
from tests.servers import running
from thingclone.accounts import users
from thingclone.apps import commands, talkback
from thingclone.apps.commands import CommandUpdate
from thingclone.channels import channels, keys
from thingclone.channels.update import ChannelUpdate
from thingclone.database import connect, database, execute, execute_many
from thingclone.database.transactions import writing
from thingclone.formats import times
from thingclone.settings import Settings

PICTURES = Path(__file__).parent.parent.parent / "docs" / "img"
DAY = 86_400  # seconds
# Of each: name, path, width and color scheme.
SHOTS = [
    ("channels", "/channels", 1280, "light"),
    ("channel", "/channels/1", 1280, "light"),
    ("channel-dark", "/channels/1", 1280, "dark"),
    ("public", "/channels/public", 1280, "dark"),
    ("channels-phone", "/channels", 360, "dark"),
    ("channel-phone", "/channels/1", 360, "light"),
    ("new-channel-phone", "/channels/new", 360, "light"),
    ("account-phone", "/account", 360, "dark"),
]
SHOTS_OF_OWNER = [
    ("data", "/channels/1/data", 1280, "light"),
    ("data-phone", "/channels/1/data", 360, "dark"),
    ("keys", "/channels/1/api_keys", 1280, "light"),
    ("sketches-phone", "/channels/1/keys/write", 360, "light"),
    ("settings", "/channels/1/settings", 1280, "dark"),
    ("journal", "/channels/1/journal", 1280, "light"),
    ("talkback-phone", "/talkbacks/1", 360, "dark"),
]
HEIGHTS = {1280: 800, 360: 740}


def wave(seconds: float, shift: float = 0) -> float:
    return math.sin((seconds - shift) / DAY * 2 * math.pi)


def greenhouse(age):
    return (
        f"{21.5 - 5 * wave(age, 20_000) + random.gauss(0, 0.15):.1f}",
        f"{62 + 14 * wave(age, 20_000) + random.gauss(0, 0.7):.0f}",
        f"{max(0, 420 - 520 * wave(age) + random.gauss(0, 20)):.0f}",
        f"{38 + 6 * math.sin(age / 24_000) + random.gauss(0, 0.2):.1f}",
    )


def cellar(age):
    return (
        f"{11 + 1.2 * wave(age) + random.gauss(0, 0.05):.2f}",
        f"{78 + 4 * wave(age, 9000):.1f}",
    )


def weather(age):
    return (
        f"{9 - 6 * wave(age, 9000) + random.gauss(0, 0.4):.1f}",
        f"{1013 + 9 * math.sin(age / 96_000):.1f}",
        f"{abs(random.gauss(3, 2)):.1f}",
    )


def plant(url: str):
    """A database with an owner, and channels that have measured for a while."""
    connect(url)
    now = times.now()
    owner = users.first_user(now)
    users.set_password(owner, PASSWORD)
    random.seed(7)
    house = {"description": "Tomatoes, peppers and one lemon tree under glass", "public": True}
    house |= {"latitude": "51.4769", "longitude": "-0.0005", "elevation": "46 m"}
    labels = ("Temperature (°C)", "Humidity (%)", "Light (lx)", "Soil moisture (%)")
    said = {60: "Window open", 2: "Window closed, heating off", 300: "Pump ran for 40 s"}
    add(owner, "Greenhouse", labels, 60, 4000, greenhouse, house, said, range(800, 950))
    add(owner, "Cellar", labels[:2], 300, 900, cellar)
    roof = {"description": "On the roof of the shed", "public": True}
    labels = ("Temperature (°C)", "Pressure (hPa)", "Wind (m/s)")
    add(owner, "Weather station", labels, 600, 900, weather, roof)
    add(owner, "Front door", ("Door",), 4000, 9, lambda age: (random.choice(["open", "shut"]),))
    tag(1, "tomatoes,glass,esp8266")
    tag(3, "weather,esp32")
    pump = talkback.add_talkback(owner, "Pump", now, 1)
    for text in ("PUMP_ON", "PUMP_OFF", "WATER 40 s", "LAMP_ON"):
        commands.add_command(pump, CommandUpdate(text), now)
    commands.execute_next(pump, now, Settings())
    keys.add_read_key(channels.complete_channel(1), now, "The display in the kitchen")
    database.close()


def add(user, name, labels, every, count, measure, about=None, said=None, missing=()):
    """A channel with an entry every so many seconds, but for the missing ones."""
    channel = channels.add_channel(user, name, times.now(), labels, **(about or {}))
    now = times.now()
    ages = [n * every + 3 for n in reversed(range(count)) if n not in missing]
    said = {n * every + 3: text for n, text in (said or {}).items()}
    rows = [
        (channel.id, entry_id, now - age * times.SECOND, said.get(age), *measure(age))
        for entry_id, age in enumerate(ages, start=1)
    ]
    fields = [f"field{n}" for n in range(1, len(labels) + 1)]
    columns = ("channel_id", "entry_id", "created_at", "status", *fields)
    places = ", ".join("?" * len(columns))
    pointers = "".join(f", {field} = {len(rows)}" for field in fields)
    with writing():
        execute_many(f"INSERT INTO entries ({', '.join(columns)}) VALUES ({places})", rows)
        execute(
            f"UPDATE counters SET last_entry_id = ?, newest_at = ?{pointers} WHERE channel_id = ?",
            (len(rows), rows[-1][2], channel.id),
        )


def tag(channel_id: int, tags: str):
    update = ChannelUpdate.from_params({"tags": tags})
    channels.change_channel(channels.complete_channel(channel_id), update, times.now())


def be_refused(visitor: Visitor):
    """Write as beginners do, so that the journal has something to tell."""
    visitor.visit("/channels/1/api_keys")
    write_key = visitor.find("#write-key").get_property("value")
    read_key = visitor.find("#key-1").get_property("value")
    for query in (
        f"api_key={read_key}&field1=21.4&field2=63",
        f"api_key={write_key}&field1=21.4&created_at=yesterday%20evening",
        f"api_key={read_key}&field1=21.5&field2=63",
        f"api_key={write_key}&status={'Window%20open%20' * 25}",
    ):
        visitor.run("return fetch('/update?' + arguments[0]).then(answer => answer.text())", query)


def shoot(visitor: Visitor, name: str, path: str, width: int, scheme: str):
    visitor.look(width, HEIGHTS[width], scheme)
    visitor.visit(path)
    if visitor.find_all("#state"):
        visitor.wait(lambda: visitor.text("#state") == "Live")
    # As long as the page is, so that nothing of it is left out, but no longer than two screens.
    length = visitor.run("return document.documentElement.scrollHeight")
    visitor.look(width, min(max(length, 500), 2 * HEIGHTS[width]), scheme)
    visitor.driver.save_screenshot(str(PICTURES / f"{name}.png"))


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/thingclone.db"
        plant(url)
        driver = start_chromium(f"{folder}/profile")
        try:
            with running(url, "--no-access-log") as server:
                visitor = Visitor(driver, server.url)
                visitor.look(1280)
                visitor.sign_in()
                for shot in SHOTS:
                    shoot(visitor, *shot)
                be_refused(visitor)
                for shot in SHOTS_OF_OWNER:
                    shoot(visitor, *shot)
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
