"""Sketches for a real Arduino Uno, built as the Arduino IDE builds them, with Debian's compiler and
core; and an Uno that is simulated, to run them.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from tests.firmware.arduino.sketches import HERE, LIBRARY, as_cpp
from tests.servers import PATIENCE
from tests.tools import missing, need, run

ARDUINO = Path("/usr/share/arduino/hardware/arduino/avr")
CORE = ARDUINO / "cores/arduino"
SPI = ARDUINO / "libraries/SPI/src"
STAND_IN = HERE / "uno"  # for the Ethernet library
SIMULATOR = Path("/usr/include/simavr/sim_avr.h")

CHIP = ("-mmcu=atmega328p", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_AVR_UNO")
FLAGS = ("-Os", "-flto", "-ffunction-sections", "-fdata-sections", *CHIP, "-DARDUINO_ARCH_AVR")
LANGUAGES = {
    ".c": ("-std=gnu11", "-fno-fat-lto-objects"),
    ".cpp": (
        *("-std=gnu++11", "-fpermissive", "-fno-exceptions", "-fno-threadsafe-statics"),
        "-fno-fat-lto-objects",
    ),
    ".S": ("-x", "assembler-with-cpp"),
}
OURS = ("-Wall", "-Wextra", "-Werror")
# Debian's compiler is older than the core, and its float.h does not tell C++ about DECIMAL_DIG.
THEIRS = ("-w", "-DDECIMAL_DIG=__DECIMAL_DIG__")


class Uno:
    """A folder in which programs for an Uno are built; core and libraries are compiled once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.compiler = need("avr-gcc")
        self.size_of = need("avr-size")
        if not CORE.is_dir():
            missing(f"arduino-core-avr is not in {ARDUINO}: tests/install-tools installs it")
        includes = (CORE, ARDUINO / "variants/standard", SPI, STAND_IN, LIBRARY / "src")
        self.includes = [f"-I{include}" for include in includes]

    def compile(self, source: Path, *flags: str) -> str:
        part = str(self.folder / f"{source.name}.o")
        language = LANGUAGES[source.suffix]
        run(
            *(self.compiler, "-c", *FLAGS, *language, *flags, *self.includes),
            *(str(source), "-o", part),
        )
        return part

    @cached_property
    def parts(self) -> list[str]:
        """The objects of the library, the SPI library and the core."""
        core = [source for source in CORE.iterdir() if source.suffix in LANGUAGES]
        flags = dict.fromkeys([SPI / "SPI.cpp", *core], THEIRS)
        flags |= dict.fromkeys((LIBRARY / "src").glob("*.cpp"), OURS)
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            return list(hands.map(lambda source: self.compile(source, *flags[source]), flags))

    def build(self, name: str, place: str, sketch: str, **files: str) -> Path:
        """The program of a sketch, built in this folder, with other files beside it."""
        folder = self.folder / place
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        source = folder / f"{name}.cpp"
        source.write_text(as_cpp(sketch))
        program = folder / f"{name}.elf"
        run(
            *(self.compiler, *CHIP, "-Os", "-flto", "-fuse-linker-plugin", "-Wl,--gc-sections"),
            *(self.compile(source, *OURS), *self.parts),
            *("-lm", "-o", str(program)),
        )
        return program

    def sizes(self, program: Path) -> tuple[int, int]:
        """Bytes of flash and of RAM that a program takes, stack apart."""
        listed = run(self.size_of, "-A", str(program))
        sizes = {
            name: int(size) for name, size in re.findall(r"^(\.\w+) +(\d+)", listed, re.MULTILINE)
        }
        data = sizes.get(".data", 0)
        return sizes[".text"] + data, data + sizes.get(".bss", 0) + sizes.get(".noinit", 0)

    def board(self) -> Path:
        """The simulated Uno, as a program that runs programs."""
        if not SIMULATOR.exists():
            missing("libsimavr-dev is not installed: tests/install-tools installs it")
        board = self.folder / "board"
        source = str(STAND_IN / "board.c")
        run(need("gcc"), "-O2", *OURS, source, "-o", str(board), "-lsimavr", "-lelf")
        return board


_SAID = re.compile(r"(?:Loaded [^\n]*\n)*(.*)\[stack (\d+) bytes\]\n", re.DOTALL)


def switch_on(board: Path, program: Path, seconds: int, word: str) -> tuple[str, int]:
    """What a program says on a simulated Uno until this word, or for so many of its seconds; and
    how many bytes deep its stack was.
    """
    printed = run(str(board), str(program), str(seconds), word, timeout=PATIENCE)
    said, stack = _SAID.fullmatch(printed).groups()
    return said, int(stack)
