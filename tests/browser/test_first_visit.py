"""From the first start to a chart that moves, with only the browser and a pasted URL."""

import re

from tests.browser.conftest import PASSWORD


def welcome(visitor, server):
    """Follow the link of the first start, and choose a password."""
    link = re.search(r"http://\S+(/welcome/\S+)", server.output).group(1)
    visitor.visit(link)
    visitor.fill(password=PASSWORD)
    visitor.press("Set password and sign in")
    visitor.wait(lambda: visitor.text("h1") == "Channels")
    return link


def test_from_the_first_start_to_a_chart_that_moves(visitor, first_start):
    welcome(visitor, first_start)
    visitor.press("My channel")
    visitor.wait(lambda: "Waiting for the first entry" in visitor.text(".waiting"))
    write_url = visitor.find("#write-url").get_property("value")

    # Pasted into another tab, as the page says.
    own = visitor.driver.current_window_handle
    visitor.driver.switch_to.new_window("tab")
    visitor.driver.get(write_url)
    assert visitor.text("body") == "1"
    visitor.driver.close()
    visitor.driver.switch_to.window(own)

    visitor.wait(lambda: [y for _, y in visitor.drawn()] == [42])
    assert visitor.text(".value") == "42"
    assert visitor.text(".plot h2") == "Field 1"
    assert visitor.text("#count") == "1 entry"

    first_start.get(write_url.removeprefix(first_start.url).replace("field1=42", "field1=43.5"))
    visitor.wait(lambda: [y for _, y in visitor.drawn()] == [42, 43.5])
    assert visitor.text(".value") == "43.5"
    assert visitor.text("#count") == "2 entries"
    assert visitor.text("#state") == "Live"

    # The first status gets its place, too, within a quarter of a minute.
    write_path = write_url.removeprefix(first_start.url)
    first_start.get(write_path.replace("field1=42", "status=Window+open"))
    visitor.run("document.dispatchEvent(new Event('visibilitychange'))")
    visitor.wait(lambda: "Window open" in visitor.text(".statuses"))

    # A field that was not there before gets its chart by itself.
    first_start.get(write_url.removeprefix(first_start.url).replace("field1=42", "field2=7"))
    visitor.wait(lambda: len(visitor.find_all(".plot")) == 2)
    visitor.wait(lambda: visitor.drawn("[data-field=field2] canvas")[0][1] == 7)


def test_the_link_of_the_first_start_is_used_up(visitor, first_start):
    link = welcome(visitor, first_start)
    visitor.visit(link)
    assert visitor.text("h1") == "Not found"


def test_a_channel_is_made_and_its_owner_signs_out_and_in(visitor, first_start):
    welcome(visitor, first_start)
    visitor.press("New channel")
    visitor.fill(name="Cellar", field1="Temperature (°C)", field2="Humidity (%)")
    visitor.press("Create channel")
    visitor.wait(lambda: visitor.text("h1") == "Cellar")
    write_url = visitor.find("#write-url").get_property("value").removeprefix(first_start.url)
    assert first_start.get(f"{write_url}&field2=80.5") == (200, "1")
    visitor.wait(lambda: len(visitor.find_all(".plot")) == 2)
    assert visitor.text("[data-field=field2] .reading") == "80.5\u2009%"

    visitor.find(".me").click()
    visitor.press("Sign out")
    visitor.wait(lambda: visitor.text("h1") == "Sign in")
    visitor.visit("/channels/2")
    assert visitor.text("h1") == "This channel is private"
    visitor.press("Sign in")
    visitor.fill(login="owner", password=PASSWORD)
    visitor.press("Sign in")
    visitor.wait(lambda: visitor.text("h1") == "Cellar")


def test_the_user_key_is_shown_copied_and_renewed(visitor, first_start):
    welcome(visitor, first_start)
    visitor.visit("/account")
    visitor.find("summary").click()
    old = visitor.find("#user-key").get_property("value")
    assert f"user key     {old}" in first_start.output
    visitor.press("Copy")
    visitor.wait(lambda: visitor.text("[data-copies]") == "Copied")
    visitor.press("Generate new user key")
    visitor.driver.switch_to.alert.dismiss()
    assert visitor.find("#user-key").get_property("value") == old
    visitor.press("Generate new user key")
    visitor.driver.switch_to.alert.accept()
    visitor.wait(lambda: visitor.find("#user-key").get_property("value") != old)


def test_a_password_can_be_looked_at_while_it_is_typed(visitor, first_start):
    visitor.visit("/login")
    visitor.fill(password="open")
    visitor.press("Show")
    assert visitor.find("#password").get_attribute("type") == "text"
    visitor.press("Hide")
    assert visitor.find("#password").get_attribute("type") == "password"
