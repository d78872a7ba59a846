"""`python -m thingclone` is the command `thingclone`."""

from thingclone.cli import main

main(prog_name="thingclone")
