"""`thingclone pull`."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from thingclone.accounts import users
from thingclone.cli.options import counted, json_option, on_database, resumable, show
from thingclone.cli.progress import progress
from thingclone.database.models import TEXT_LIMIT, Pull
from thingclone.formats import times
from thingclone.transfer import comparing, pulling
from thingclone.transfer.comparing import Comparison
from thingclone.transfer.origin import Origin
from thingclone.transfer.pulling import Place, Results
from thingclone.transfer.remote import Remote

MOST_LISTED = 20


@click.command()
@click.argument("url")
@click.option(
    "--channel",
    "number",
    type=int,
    required=True,
    metavar="ID",
    help="ID of the channel on that server.",
)
@click.option("--api-key", metavar="KEY", help="Read key of the channel, if it is private.")
@click.option(
    "--as",
    "channel_id",
    type=int,
    metavar="ID",
    help="ID of the channel here (default: the same).",
)
@click.option(
    "--write-key", metavar="KEY", help="Write key that devices already use (default: a new one)."
)
@click.option(
    "--read-key", metavar="KEY", help="Read key that clients already use (default: a new one)."
)
@click.option(
    "--user", "login", metavar="LOGIN", help="Account that owns it (default: the first account)."
)
@click.option(
    "--pause",
    type=click.FloatRange(0, 3600),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Pause between requests. It doubles after each failure.",
)
@click.option(
    "--room",
    type=click.IntRange(0, 1_000_000),
    default=0,
    show_default=True,
    metavar="NUMBER",
    help="How many entry IDs to keep free for entries that devices still write to that server.",
)
@click.option("--anew", is_flag=True, help="Fetch everything again, not only new entries.")
@json_option
@on_database
@resumable
def pull(url, number, api_key, channel_id, write_key, read_key, login, pause, room, anew, as_json):
    """Copy a channel from ThingSpeak or a server that works like it.

    Copies the settings and all entries with their IDs and times. If it is interrupted, run it
    again to continue. If you run it again later, it fetches only new entries. At the end it
    compares both channels, and exits with status 1 if they differ.

    \b
    Example:
      thingclone pull https://api.thingspeak.com --channel 9
    """
    origin = Origin.ask(Remote(url, number, api_key, pause))
    walk = origin.walk()
    now = times.now()
    user = users.user(login) if login else users.owner(now)
    place = Place(channel_id or number, user, write_key, read_key, room)
    pulled = pulling.prepare(origin, walk, place, now)
    with progress("Pulling", origin.last_entry_id) as advance:
        results = pulling.pull_entries(pulled, origin, walk, anew, advance)
    compared = comparing.compare(pulled)
    document = {
        "channel": place.channel_id,
        "url": origin.remote.url,
        "stored": results.stored,
        "cut_off": results.cut,
        "unusable": dict(results.unusable[:MOST_LISTED]),
        "number_taken": results.differing[:MOST_LISTED],
        **asdict(compared),
        "alike": _is_well(results, compared),
    }
    show(as_json, document, "\n".join(_lines(pulled, results, compared)))
    raise SystemExit(0 if document["alike"] else 1)


def _is_well(results: Results, compared: Comparison) -> bool:
    return compared.is_alike and not results.unusable and not results.differing


def _lines(pulled: Pull, results: Results, compared: Comparison) -> Iterator[str]:
    there, here = compared.there, compared.here
    yield f"Stored {counted(results.stored, 'entry')} in channel {pulled.channel_id}."
    yield f"{'':13}{'there':>12}{'here':>12}"
    yield f"{'entries':13}{there.entries:12}{here.entries:12}"
    yield f"{'first entry':13}{there.first_id or '-':>12}{here.first_id or '-':>12}"
    yield f"{'last entry':13}{there.last_id or '-':>12}{here.last_id or '-':>12}"
    alike = compared.windows - len(compared.differences)
    yield f"{'checksums':13}{compared.windows:12}{alike:12} match"
    missing = (there.last_id or 0) - there.entries
    if missing > 0:
        yield f"IDs up to {there.last_id} without an entry there: {missing}."
    if results.cut:
        yield f"{counted(results.cut, 'value')} truncated to {TEXT_LIMIT} characters."
    for difference in compared.differences[:MOST_LISTED]:
        yield f"differs: {difference.window}: {difference.there} there, {difference.here} here"
    if compared.differences:
        yield "Run again with --anew to fetch what is missing here."
    for entry_id in results.differing[:MOST_LISTED]:
        yield f"differs: entry {entry_id} was not stored: another entry here has its ID"
    for entry_id, reason in results.unusable[:MOST_LISTED]:
        yield f"differs: entry {entry_id} was not stored: {reason}"
