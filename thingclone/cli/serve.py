"""`thingclone serve`, and the text it prints when it starts."""

import logging
import socket

import click

from thingclone import __version__, server
from thingclone.accounts import passwords, users
from thingclone.app import create_app
from thingclone.channels import channels
from thingclone.cli.options import all_settings, counted, failures_told, printable
from thingclone.database import DatabaseFailure, connect, database, explained
from thingclone.database.models import Channel, User
from thingclone.formats import times
from thingclone.settings import Settings

FIRST_CHANNEL = "My channel"
MOST_LISTED = 20
INGEST_ONLY = "This server offers only writing, reading and health checks (--ingest-only).\n"


@click.command()
@all_settings
def serve(settings: Settings):
    """Run the server until Ctrl-C or SIGTERM.

    \b
    Example:
      thingclone serve --port 80 --database sqlite:////var/lib/thingclone.db
    """
    _log_to_stderr(settings.log_level)
    with failures_told():
        app = create_app(settings)
        connect(settings.database, may_migrate=not settings.ingest_only, to_serve=True)
        database.claim()
        listener = server.listen(settings.host, settings.port)
        host, port = listener.getsockname()[:2]
        click.echo(f"ThingClone {__version__} on {_url(host, port)}, data: {database.place}\n")
        url = _url(_reachable(host), port)
        click.echo(INGEST_ONLY if settings.ingest_only else printable(_introduction(url)))
        ready = f"Listening on {_url(host, port)}"
        server.run(app, listener, settings, when_ready=lambda: click.echo(ready))


def _log_to_stderr(level: str):
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Only our own logger, because peewee's prints keys.
    logging.getLogger("thingclone").setLevel(level.upper())
    # It warns every time a request has to wait for a thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _introduction(url: str) -> str:
    """Returns a list of channels. On the first start, adds an account and a channel."""
    now = times.now()
    owner = users.first_user(now)
    if owner is None:
        return _listing(channels.all_channels()) + _invitation(url, now)
    channel = channels.complete_channel(channels.add_channel(owner, FIRST_CHANNEL, now).id)
    return _welcome(owner, channel, url) + _invitation(url, now)


def _invitation(url: str, now: int) -> str:
    """Returns a link to choose the owner's password, or nothing if there is one."""
    owner = users.owner_without_password()
    if owner is None:
        return ""
    try:
        token = passwords.new_link(owner, now)
    except DatabaseFailure as failure:  # reading may still work
        return f"\nNo link to choose a password: {explained(failure).reason}.\n"
    minutes = passwords.LINK_LASTS // times.MINUTE
    return f"""
To sign in with a browser, choose a password for {owner.login} here within {minutes} minutes:
  {url}/welcome/{token}
"""


def _welcome(owner: User, channel: Channel, url: str) -> str:
    read_key = channel.read_keys[0].api_key
    return f"""First start: ThingClone added an account and a channel for you.

  user         {owner.login}
  user key     {owner.api_key}
  channel      {channel.id}, "{channel.name}", private
  write key    {channel.write_key}
  read key     {read_key}

Write a value: open this URL in a browser, or request it from a device.
  {url}/update?api_key={channel.write_key}&field1=42
The answer is the entry ID. Read the value back:
  {url}/channels/{channel.id}/fields/1/last.txt?api_key={read_key}
"""


def _listing(found: list[Channel]) -> str:
    if not found:
        return 'No channels yet. Add one: thingclone channel add "My channel"\n'
    lines = [
        f"  {one.id:>4}  {one.name}, {counted(one.counter.last_entry_id or 0, 'entry')}"
        for one in found[:MOST_LISTED]
    ]
    if len(found) > MOST_LISTED:
        lines.append(f"  and {len(found) - MOST_LISTED} more")
    return "\n".join(["Channels (thingclone channel show ID prints the keys):", *lines, ""])


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _reachable(host: str) -> str:
    """Returns an address that other machines can reach, for a server that listens on all."""
    if host not in ("0.0.0.0", "::"):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only looks up the route
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
