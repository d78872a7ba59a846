"""The command `thingclone`."""

import click

from thingclone import __version__
from thingclone.cli.backups import backup, restore
from thingclone.cli.channels import channel
from thingclone.cli.devices import device
from thingclone.cli.doctor import doctor
from thingclone.cli.files import export_channel, import_file
from thingclone.cli.keys import key
from thingclone.cli.pull import pull
from thingclone.cli.serve import serve
from thingclone.cli.talkbacks import talkback_group
from thingclone.cli.users import user


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="thingclone")
def main():
    """ThingClone: a self-hosted server that works like ThingSpeak.

    \b
    Example:
      thingclone serve --port 8080
    """


COMMANDS = (
    *(serve, user, channel, key, talkback_group, device),
    *(export_channel, import_file, pull, backup, restore, doctor),
)

for command in COMMANDS:
    main.add_command(command)
