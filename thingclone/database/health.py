"""Is this server well? Alive is whoever answers; ready is who can write to the database now."""

from thingclone.database import execute
from thingclone.database.transactions import writing
from thingclone.formats.times import SECOND


def beat(now: int):
    """Write to the database, at most once a second; raises what would befall a device's write."""
    with writing():
        row = execute("SELECT beaten_at FROM pulse").fetchone()
        if row is None:
            execute("INSERT INTO pulse (beaten_at) VALUES (?)", (now,))
        elif not row[0] <= now < row[0] + SECOND:
            execute("UPDATE pulse SET beaten_at = ?", (now,))
