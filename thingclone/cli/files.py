"""`thingclone export` and `thingclone import`."""

import codecs
import os
from pathlib import Path

import click

from thingclone.channels import access
from thingclone.cli.options import (
    counted,
    json_option,
    on_database,
    printable,
    resumable,
    show,
)
from thingclone.cli.progress import progress
from thingclone.database.models import TEXT_LIMIT, VALUES, Channel
from thingclone.entries.storing import EntryRow
from thingclone.errors import BadRequest
from thingclone.formats import times
from thingclone.settings import variable
from thingclone.transfer import exporting, files, importing
from thingclone.transfer.files import Source
from thingclone.transfer.importing import Findings, Order

MOST_LISTED = 20

# --- export ---------------------------------------------------------------------------------------


@click.command("export")
@click.argument("channel_id", metavar="CHANNEL", type=int)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(exporting.FORMATS)),
    default="csv",
    show_default=True,
    help="File format.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Output file (default: standard output). It appears only once complete.",
)
@json_option
@on_database
def export_channel(channel_id, format_name, output, as_json):
    """Export all entries of a channel as CSV or JSON.

    \b
    Example:
      thingclone export 1 -o greenhouse.csv
    """
    if as_json and output is None:
        raise click.UsageError("--json describes the exported file: name the file with -o")
    channel = access.channel(channel_id)
    pieces = exporting.FORMATS[format_name](channel)
    if output is None:
        for text, _ in pieces:
            click.echo(text.encode(), nl=False)  # bytes: a file is UTF-8 whatever the terminal is
        return
    with progress("Exporting", channel.counter.last_entry_id or 0) as advance:
        count = exporting.to_file(_watched(pieces, advance), output)
    document = {"channel": channel.id, "file": str(output), "entries": count}
    show(
        as_json,
        document,
        f"Exported {counted(count, 'entry')} of channel {channel.id} to {output}.",
    )


def _watched(pieces, advance):
    for text, entries in pieces:
        yield text, entries
        advance(entries)


# --- import ---------------------------------------------------------------------------------------


def _encoding(context, parameter, name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise click.BadParameter(
            f"{name!r} is not an encoding that Python knows, such as utf-8 or latin-1"
        ) from None


def _zone(context, parameter, name: str):
    zone = times.named_zone(name)
    if zone is None:
        raise click.BadParameter(f"{name!r} is not a time zone: use a name such as Europe/Rome")
    return zone


@click.command("import")
@click.argument("channel_id", metavar="CHANNEL", type=int)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--time-zone",
    "zone",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    callback=_zone,
    help="Time zone of times that name none, for example Europe/Rome.",
)
@click.option(
    "--keep-ids",
    is_flag=True,
    help="Keep the IDs in the entry_id column. The channel must be empty.",
)
@click.option("--skip-bad", is_flag=True, help="Skip entries that cannot be imported.")
@click.option("--dry-run", is_flag=True, help="Import nothing. Show how FILE is read.")
@click.option("--anew", is_flag=True, help="Ignore earlier imports and start over.")
@click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    metavar="NAME",
    callback=_encoding,
    help="Character encoding of FILE, for example latin-1.",
)
@click.option(
    "--auto-label/--no-auto-label",
    envvar=variable("auto_label"),
    default=True,
    show_default=True,
    show_envvar=True,
    help="Label the fields of a channel without labels, so that reads show them.",
)
@json_option
@on_database
@resumable
def import_file(
    channel_id, file, zone, keep_ids, skip_bad, dry_run, anew, encoding, auto_label, as_json
):
    """Import entries from a file into a channel.

    FILE is CSV or JSON: an export from ThingClone or ThingSpeak, or a table of your own. Use - for
    standard input.

    \b
    Example:
      thingclone import 1 greenhouse.csv --dry-run
    """
    channel = access.channel(channel_id)
    with files.readable(file, encoding) as readable:
        source = files.source(readable, channel.labels, zone, keep_ids)
        with progress("Looking through", readable.seek(0, os.SEEK_END)) as advance:
            found = importing.look_through(source, advance)
        if dry_run:
            show(as_json, _document(source, found), _understanding(source, found))
            raise SystemExit(1 if found.refused else 0)
        if not skip_bad:
            _refuse_bad(file.name, source, found)
        digest = files.digest(readable, f"{zone} {keep_ids}")
        order = Order(channel_id, file.name, digest, anew, auto_label)
        before, taken = _store(order, source, found)
    done = {
        "imported": found.entries - before - len(taken),
        "imported_before": before,
        "already_there": taken[:MOST_LISTED],
    }
    lines = [f"Imported {counted(done['imported'], 'entry')} into channel {channel_id}."]
    lines += _notes(source, found, taken, access.channel(channel_id))
    show(as_json, _document(source, found) | done, "\n".join(lines))
    raise SystemExit(1 if taken else 0)


def _refuse_bad(name: str, source: Source, found: Findings):
    if found.refused:
        click.echo(printable(_reasons(source, found)), err=True)
        raise BadRequest(
            f"{counted(found.refused, source.unit)} of {name} cannot be imported, so nothing was"
            " imported: fix the file, or use --skip-bad to import the rest"
        )


def _store(order: Order, source: Source, found: Findings) -> tuple[int, list[int]]:
    """Returns (entries stored by an interrupted import, entry ids that were taken)."""
    job = importing.begin(order, source, found, times.now())
    before = job.done
    if before:
        click.echo(f"Continuing after {counted(before, 'entry')} imported earlier.", err=True)
    with progress("Importing", found.entries) as advance:
        advance(before)
        taken = importing.store(job, source, found.newest_first, times.now(), advance)
    return before, taken


# --- output ---------------------------------------------------------------------------------------


def _document(source: Source, found: Findings) -> dict:
    columns = {}
    if source.columns:
        columns = dict(zip(source.columns.names, source.columns.targets, strict=True))
    return {
        "format": source.format,
        "entries": found.entries,
        "refused": found.refused,
        "reasons": [{source.unit: number, "reason": reason} for number, reason in found.reasons],
        "cut_off": found.cut,
        "newest_first": found.newest_first,
        "columns": columns,
        "first": [_shown(row) for row in found.first],
    }


def _shown(row: EntryRow) -> dict:
    entry_id, created_at, values = row
    named = {name: value for name, value in zip(VALUES, values, strict=True) if value is not None}
    return {"created_at": times.exact(created_at), "entry_id": entry_id or None, **named}


def _understanding(source: Source, found: Findings) -> str:
    """The output of a dry run."""
    order = "newest entry first" if found.newest_first else "oldest entry first"
    lines = [f"{source.description}, {order}."]
    if source.columns:
        width = max(map(len, source.columns.names))
        lines += [
            f"  {name:{width}}  {target or 'ignored'}"
            for name, target in zip(source.columns.names, source.columns.targets, strict=True)
        ]
    lines += [f"{counted(found.entries, 'entry')}:"]
    for row in found.first:
        shown = _shown(row)
        lines.append(
            "  "
            + "  ".join(f"{name}={value}" for name, value in shown.items() if value is not None)
        )
    if found.refused:
        lines += [
            f"{counted(found.refused, source.unit)} cannot be imported:",
            _reasons(source, found),
        ]
    return "\n".join([*lines, "Nothing was imported: this was a dry run."])


def _reasons(source: Source, found: Findings) -> str:
    lines = [f"  {source.unit} {number}: {reason}" for number, reason in found.reasons]
    if found.refused > len(lines):
        lines.append(f"  and {found.refused - len(lines)} more")
    return "\n".join(lines)


def _notes(source: Source, found: Findings, taken: list[int], channel: Channel) -> list[str]:
    notes = []
    if found.refused:
        notes.append(f"Skipped {counted(found.refused, source.unit)}:\n{_reasons(source, found)}")
    if taken:
        shown = ", ".join(map(str, taken[:MOST_LISTED]))
        notes.append(f"{counted(len(taken), 'entry')} not imported (ID already taken): {shown}")
    if found.cut:
        notes.append(f"{counted(found.cut, 'value')} truncated to {TEXT_LIMIT} characters.")
    hidden = [name for name in found.filled if name not in channel.fields]
    if hidden:
        notes.append(f"Fields not shown, because they have no label: {', '.join(hidden)}.")
    return notes
