"""Programs from outside Python that some tests need: skipped by name where they are missing, failed
in CI.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def need(name: str, *places: str) -> str:
    """The path of a program, in PATH or at one of these places (shell patterns); else the test is
    skipped.
    """
    found = shutil.which(name) or next(
        (str(path) for place in places for path in sorted(Path("/").glob(place.lstrip("/")))), None
    )
    if found is None:
        missing(f"{name} is not installed: tests/install-tools installs it, run by root on Debian")
    return found


def missing(what: str):
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def as_nobody(command: list[str]) -> list[str]:
    """The command as a user without rights, where root runs the tests: PostgreSQL insists, and root
    may write to read-only files.
    """
    if os.getuid() != 0:
        return command
    return [*_NOBODY, *command]


def python_as_nobody(command: list[str]) -> list[str]:
    """The same for a command of this Python. If Python is installed in root's home, nobody may read
    there, but still not write.
    """
    homes = {*Path(sys.prefix).parents, *Path(sys.base_prefix).parents}
    if os.getuid() != 0 or all(home.stat().st_mode & 0o001 for home in homes):
        return as_nobody(command)
    right = "+dac_read_search"
    return [*_NOBODY, f"--inh-caps={right}", f"--ambient-caps={right}", *command]


_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def run(*command: str, **options) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr}{done.stdout}"
    return done.stdout
