"""`thingclone backup` and `thingclone restore`."""

from dataclasses import asdict
from pathlib import Path

import click

from thingclone.cli.options import counted, json_option, on_unopened_database, show
from thingclone.cli.progress import progress
from thingclone.database import backups, database
from thingclone.database.backups import Copy
from thingclone.formats import times

ELSEWHERE = 3  # exit status: another program has to do it, and its command was printed

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@file_argument
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@json_option
@on_unopened_database
def backup(file, force, as_json):
    """Back up the whole database to a file.

    The server can keep running. FILE appears only once the copy is complete and checked.

    For PostgreSQL, prints the pg_dump command to run and exits with status 3.

    \b
    Example:
      thingclone backup thingclone.backup.db
    """
    if command := database.command_for_backup(file):
        _leave_to(command, as_json)
    with progress("Copying", database.size() if database.exists() else 0) as advance:
        copy = backups.back_up(file, force, advance)
    text = f"Copied {_contents(copy)} to {copy.file} and checked the copy."
    show(as_json, asdict(copy), text)


@click.command()
@file_argument
@json_option
@on_unopened_database
def restore(file, as_json):
    """Replace the database with a backup.

    Stop the server first. The old database is kept under another name.

    For PostgreSQL, prints the pg_restore command to run and exits with status 3.

    \b
    Example:
      thingclone restore thingclone.backup.db
    """
    if command := database.command_for_restore(file):
        _leave_to(command, as_json)
    with progress("Copying", file.stat().st_size if file.exists() else 0) as advance:
        copy, kept = backups.restore(file, times.now(), advance)
    lines = [f"Restored {_contents(copy)} from {copy.file}."]
    if kept:
        lines.append(f"The old database is kept in {kept}.")
    show(as_json, asdict(copy) | {"kept": kept and str(kept)}, "\n".join(lines))


def _leave_to(command: str, as_json: bool):
    show(as_json, {"command": command}, command)
    raise SystemExit(ELSEWHERE)


def _contents(copy: Copy) -> str:
    return f"{counted(copy.channels, 'channel')} with {counted(copy.entries, 'entry')}"
