"""The scripts as Lua: they compile, keep to themselves, do without fractions, and fit into the
memory of a board.
"""

import math
import re

import pytest

from tests.firmware.nodemcu.board import SCRIPTS, Board
from tests.tools import need, run

FILES = sorted(path.name for path in SCRIPTS.iterdir() if path.suffix in (".lua", ".example"))
README = (SCRIPTS / "README.md").read_text()

# What the firmware has, and `stop`, which init.lua offers to whoever sits at the terminal.
GLOBALS = set(
    "cjson dht dofile file gpio http ipairs net node pairs pcall print rawget require rtctime"
    " setmetatable sjson stop string table tmr tonumber tostring type wifi".split()
)


@pytest.fixture
def listing():
    """The instructions and constants of a script, as luac prints them."""
    luac = need("luac5.1")
    return lambda name: run(luac, "-l", "-l", "-p", str(SCRIPTS / name))


def test_these_are_the_files_of_the_readme():
    assert set(re.findall(r"^\| `([\w.]+)` \|", README, re.MULTILINE)) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_script_compiles(name):
    assert run(need("luac5.1"), "-p", str(SCRIPTS / name)) == ""


@pytest.mark.parametrize("name", FILES)
def test_a_script_makes_no_global(listing, name):
    made = set(re.findall(r"SETGLOBAL\s.*; (\w+)", listing(name)))
    assert made == ({"stop"} if name == "init.lua" else set())
    assert set(re.findall(r"GETGLOBAL\s.*; (\w+)", listing(name))) <= GLOBALS


@pytest.mark.parametrize("name", FILES)
def test_every_number_is_one_of_firmware_without_fractions(listing, name):
    constants = re.findall(r"^\t\d+\t([-+.\deE]+)$", listing(name), re.MULTILINE)
    assert constants or name == "thingclone_ask.lua"
    assert [text for text in constants if not re.fullmatch(r"-?\d{1,10}", text)] == []
    assert [text for text in constants if abs(int(text)) >= 2**31] == []


@pytest.mark.parametrize("name", FILES)
def test_a_division_never_leaves_a_fraction(name):
    # (a - a % b) / b is the same with fractions and without.
    code = re.sub(r"--.*", "", (SCRIPTS / name).read_text())
    code = re.sub(r'"[^"\n]*"', '""', code)
    for dividend, divisor in re.findall(r"(\([^/\n]*\)) / (\S+?)\b", code):
        assert f" % {divisor})" in dividend, dividend
    assert code.count("/") == len(re.findall(r"\) / \d+", code))


@pytest.mark.parametrize("name", FILES)
def test_no_line_is_longer_than_those_in_python(name):
    assert max(map(len, (SCRIPTS / name).read_text().splitlines())) <= 100


# --- memory ---------------------------------------------------------------------------------------

FIGURES = re.compile(r"^\| (.*?) \| +(\d+) KB \| +(\d+) KB \|$", re.MULTILINE)
SET_UP = "thing = require('thingclone') thing.setup(dofile('config.lua'))"
MEMORY = "function memory() collectgarbage() collectgarbage() return collectgarbage('count') end"


@pytest.fixture
def bare(tmp_path):
    """A board with compiled scripts, without what only errors need, as the firmware keeps them."""
    board = Board(tmp_path / "flash", "new")
    for script in board.flash.glob("*.lua"):
        run(need("luac5.1"), "-s", "-o", str(script), str(script))
    board.configure(host="127.0.0.1", port=9, channel=1, write_key="K" * 16, read_key="R" * 16)
    board.start()
    board.type("board.join() board.wifi(false)")
    board.type(MEMORY)
    # Lua's table of strings doubles at once when it is full: here, before anything is measured.
    board.type("local strings = {} for number = 1, 1500 do strings[number] = '#' .. number end")
    yield board
    board.switch_off()


def grown(board, line: str) -> float:
    """By how many KB a line lets the memory grow."""
    board.type("before = memory()")
    assert board.type(line) == ""
    return float(board.type("print(memory() - before)"))


def test_the_memory_is_what_the_readme_says(bare):
    figures = {what: int(pc) for what, _, pc in FIGURES.findall(README)}
    measured = {
        "the module, with `thing.update`": SET_UP,
        "`thing.last`, `thing.command`, `thing.pins`, once used": "thing.last(1, function() end)",
        "60 readings in the queue": "for number = 1, 60 do thing.update({number + 0.5, 40}) end",
    }
    assert set(figures) == set(measured)
    grown_by = {what: grown(bare, line) for what, line in measured.items()}
    assert {what: math.ceil(size) for what, size in grown_by.items()} == figures


def test_requests_leave_nothing_behind(bare):
    bare.type(SET_UP)
    bare.type("board.wifi(true)")
    ask = "thing.last(1, function() end)"
    bare.type(ask)
    bare.run(100)
    before = float(bare.type("print(memory())"))
    for _ in range(50):
        bare.type(ask)
        bare.run(100)
    assert float(bare.type("print(memory())")) - before < 1
