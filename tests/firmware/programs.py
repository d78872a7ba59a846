"""Programs that a computer runs in the place of boards."""

import subprocess

from tests.servers import PATIENCE


def shown_by(*command, **options) -> str:
    """What a program shows; it must end well, with nothing to complain of."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout
