"""A real browser: Debian's Chromium without a window, driven by selenium.

It starts with an empty profile, and each test ends with a look at its console and at whom it has
asked: nothing but the pages of this machine.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.support.ui import WebDriverWait

from tests.servers import running
from tests.tools import need

OPTIONS = """headless=new no-sandbox disable-gpu disable-quic no-first-run
    disable-background-networking disable-component-update disable-sync disable-dev-shm-usage
    hide-scrollbars""".split()
PATIENCE = 30  # seconds
PASSWORD = "open sesame"


def start_chromium(folder):
    """A browser with an empty profile in this folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = need("chromium")
    for option in (*OPTIONS, f"user-data-dir={folder}"):
        options.add_argument(f"--{option}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(need("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


class Visitor:
    """Somebody at the browser, who knows the address of one server."""

    def __init__(self, driver, url: str = ""):
        self.driver = driver
        self.url = url
        self.heard: list[str] = []  # complaints of the console
        self.asked: set[str] = set()  # hosts

    def visit(self, path: str):
        self.driver.get(self.url + path)

    def find(self, css: str):
        return self.driver.find_element("css selector", css)

    def find_all(self, css: str) -> list:
        return self.driver.find_elements("css selector", css)

    def text(self, css: str) -> str:
        return self.find(css).text

    def fill(self, **given: str):
        for name, value in given.items():
            self.find(f"[name={name}]").send_keys(value)

    def press(self, text: str):
        """Press the button, or follow the link, that says so."""
        self.driver.find_element(
            "xpath", f"//main//*[self::button or self::a][normalize-space()='{text}']"
        ).click()

    def run(self, script: str, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, question):
        """Wait until the answer is yes; what it was."""
        return WebDriverWait(
            self.driver, PATIENCE, 0.1, ignored_exceptions=(WebDriverException,)
        ).until(lambda _: question())

    def command(self, name: str, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def look(self, width: int, height: int = 800, scheme: str = "light"):
        """Have a screen of this size, and a system that is light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.command("Emulation.setDeviceMetricsOverride", **size)
        dark = {"name": "prefers-color-scheme", "value": scheme}
        self.command("Emulation.setEmulatedMedia", features=[dark])

    def sign_in(self, login="owner"):
        self.visit("/login")
        self.fill(login=login, password=PASSWORD)
        self.press("Sign in")
        self.wait(lambda: "/login" not in self.driver.current_url)

    def drawn(self, canvas="canvas") -> list:
        """The points of the chart on a canvas, as Chart.js has them."""
        return self.run(
            "const chart = Chart.getChart(document.querySelector(arguments[0]));"
            "return chart ? chart.data.datasets[0].data.map(({x, y}) => [x, y]) : []",
            canvas,
        )

    def complaints(self) -> list[str]:
        """What the console says, but for pages that are meant to be missing."""
        return [
            line["message"]
            for line in self.driver.get_log("browser")
            if "the server responded with a status of 4" not in line["message"]
        ]

    def leave(self):
        """Go away before the server does, and note what there was to complain of."""
        self.driver.get("about:blank")
        self.heard += self.complaints()
        self.asked |= self.hosts()

    def hosts(self) -> set[str]:
        """Whom the browser has asked for anything since the last look."""
        hosts = set()
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                hosts.add(urlsplit(message["params"]["request"]["url"]).netloc)
        return hosts


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    driver = start_chromium(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def visitor(chromium):
    """Somebody who was never here before."""
    visitor = Visitor(chromium)
    visitor.command("Network.clearBrowserCookies")
    visitor.look(1280)
    visitor.complaints(), visitor.hosts()
    yield visitor
    visitor.leave()
    assert visitor.heard == []
    assert {urlsplit(f"//{host}").hostname for host in visitor.asked} <= {"127.0.0.1", None}


@pytest.fixture
def first_start(tmp_path, visitor):
    """A server that was started for the first time, and the visitor before it."""
    with running(f"sqlite:///{tmp_path}/thingclone.db", "--no-access-log") as server:
        visitor.url = server.url
        yield server
        visitor.leave()


class ForeignPage(BaseHTTPRequestHandler):
    """A page of another origin; what it says is up to the test."""

    page = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(type(self).page if self.path == "/" else b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def foreign():
    """A server of another origin on this machine: (its URL, a function that sets its page)."""
    handler = type("Handler", (ForeignPage,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def write(page: str) -> str:
        handler.page = f"<!DOCTYPE html><link rel=icon href=data:,>{page}".encode()
        return f"http://127.0.0.1:{server.server_port}/"

    yield write
    server.shutdown()
    server.server_close()
