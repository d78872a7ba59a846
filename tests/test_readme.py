"""README.md and docs/running.md: every example in them is run, and must answer what they say.

An example is a block of `console`: a command after `$ `, its further lines after `> `, then what it
prints. Keys, times and addresses differ from machine to machine; everything else must be as it is
written.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import PATIENCE, running
from tests.tools import need

ROOT = Path(__file__).parent.parent
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)
KEY = re.compile(r"\b[0-9A-Z]{16}\b")
VARIABLE = [
    (KEY, "KEY"),
    (re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(Z| UTC)"), "TIME"),
    (re.compile(r"http://[0-9.]+:[0-9]+"), "ADDRESS"),
    (re.compile(r"/welcome/[\w-]{43}"), "/welcome/TOKEN"),
    (re.compile(r"data: .*$", re.MULTILINE), "data: FILE"),
    (re.compile("X-ThingClone-Reason", re.IGNORECASE), "X-ThingClone-Reason"),
]


def examples(name: str) -> list[tuple[str, str]]:
    """(command, what it prints) of each example, in order."""
    blocks = CONSOLE.findall((ROOT / name).read_text())
    return [
        (command.replace("\n> ", "\n"), printed)
        for block in blocks
        for command, printed in COMMAND.findall(block)
    ]


def generalised(text: str) -> str:
    for pattern, name in VARIABLE:
        text = pattern.sub(name, text)
    return text.rstrip("\n")


class Reader:
    """Somebody who pastes the examples into a shell, with the keys and the address that they got
    themselves.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.replacements: dict[str, str] = {}
        # The way to the command is as in the folder of the project.
        (folder / ".venv").symlink_to(Path(sys.prefix))

    def paste(self, command: str) -> str:
        for written, real in self.replacements.items():
            command = command.replace(written, real)
        done = subprocess.run(
            ["sh", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            cwd=self.folder,
            check=False,
        )
        return done.stdout

    def compare(self, written: str, real: str):
        """The same but for keys and the like; from here on the written keys mean the real ones."""
        assert generalised(real) == generalised(written)
        self.replacements |= dict(zip(KEY.findall(written), KEY.findall(real), strict=True))


@pytest.fixture
def reader(tmp_path):
    need("curl")
    return Reader(tmp_path)


def test_every_example_of_the_readme_answers_what_it_says(reader):
    (start, printed), *others = examples("README.md")
    assert start == "make run\n"
    database_url = f"sqlite:///{reader.folder}/thingclone.db"
    with running(database_url) as server:
        reader.compare(printed, server.output)
        reader.replacements["http://192.168.1.10:8080"] = server.url
        for command, printed in others:
            reader.compare(printed, reader.paste(command.replace("curl ", "curl -s ")))


def test_every_example_of_running_md_answers_what_it_says(reader):
    for command, printed in examples("docs/running.md"):
        reader.compare(printed, reader.paste(command))


def anchors(text: str) -> list[str]:
    """What the headings of a document are called in links."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


DOCUMENTS = ["README.md", "CONTRIBUTING.md"] + [
    f"docs/{name}.md" for name in ("running", "moving-from-thingspeak", "api", "dialects")
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_and_every_file_that_is_named_is_there(name):
    text = (ROOT / name).read_text()
    for link in re.findall(r"\]\(([^):]+)\)", text):
        file, _, anchor = link.partition("#")
        target = (ROOT / name).parent / file if file else ROOT / name
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text()), link
    named = re.findall(r"`(tests/[\w/.]+|thingclone/[\w/.]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
