"""Sketches for a computer: compiled with the library and a small stand-in for Arduino (`shim/`),
every warning an error, and watched by sanitizers where the compiler has them.
"""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from tests.firmware.programs import shown_by
from tests.tools import need, run

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LIBRARY = ROOT / "firmware/arduino/ThingClone"
EXAMPLES = LIBRARY / "examples"
SHIM = HERE / "shim"

WARNINGS = ("-std=gnu++11", "-Wall", "-Wextra", "-Werror")
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")

_FUNCTION = re.compile(r"^[A-Za-z][\w ]*\*? \*?(\w+)\([^;{]*\)(?= \{$)", re.MULTILINE)


def as_cpp(sketch: str) -> str:
    """A sketch as Arduino hands it to the compiler: its functions may be used before they are
    written.
    """
    first = _FUNCTION.search(sketch)
    prototypes = "".join(f"{found.group()};\n" for found in _FUNCTION.finditer(sketch))
    return f"#include <Arduino.h>\n{sketch[: first.start()]}{prototypes}{sketch[first.start() :]}"


def secrets_of(example: str) -> list[str]:
    """The names that the secrets.h of an example defines."""
    text = (EXAMPLES / example / "secrets.h.example").read_text()
    return re.findall(r"^#define (\w+) ", text, re.MULTILINE)


def secrets_h(**secrets) -> str:
    return "".join(
        f'#define {name} "{value}"\n' if isinstance(value, str) else f"#define {name} {value}\n"
        for name, value in secrets.items()
    )


class Workshop:
    """A folder in which sketches are built; the library and the shim are compiled once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.compiler = need("g++")
        self.flags = (*WARNINGS, *self._sanitizers(), "-O1", f"-I{SHIM}", f"-I{LIBRARY / 'src'}")

    def _sanitizers(self) -> tuple[str, ...]:
        probe = self.folder / "probe.cpp"
        probe.write_text("int main() {}\n")
        done = subprocess.run(
            [self.compiler, *SANITIZERS, probe, "-o", self.folder / "probe"],
            capture_output=True,
            check=False,
        )
        return SANITIZERS if done.returncode == 0 else ()

    @cached_property
    def parts(self) -> list[str]:
        """The objects that every sketch is linked with."""
        sources = [*(LIBRARY / "src").glob("*.cpp"), *SHIM.glob("*.cpp")]
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            return list(hands.map(self._compile, sources))

    def _compile(self, source: Path) -> str:
        part = str(self.folder / f"{source.stem}.o")
        run(self.compiler, *self.flags, "-c", str(source), "-o", part)
        return part

    def link(self, name: str, source: Path, *flags: str) -> Path:
        program = self.folder / name
        run(self.compiler, *self.flags, *flags, str(source), *self.parts, "-o", str(program))
        return program

    def sketch(self, name: str, text: str, *flags: str) -> Path:
        """A sketch of this text, as a program."""
        source = self.folder / f"{name}.cpp"
        source.write_text(as_cpp(text))
        return self.link(name, source, *flags)

    def example(self, name: str, *flags: str, **secrets) -> Path:
        """An example with these secrets, as a program."""
        assert list(secrets) == secrets_of(name)
        folder = self.folder / "-".join([name, *flags])
        folder.mkdir(exist_ok=True)
        (folder / "secrets.h").write_text(secrets_h(**secrets))
        source = folder / f"{name}.cpp"
        source.write_text(as_cpp((EXAMPLES / name / f"{name}.ino").read_text()))
        return self.link(f"{folder.name}/{name}", source, *flags)


def play(program: Path, seconds: int, **environment) -> str:
    """What a program shows in so many virtual seconds."""
    return shown_by(program, env=os.environ | {"SECONDS": str(seconds)} | environment)
