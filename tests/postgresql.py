"""A PostgreSQL of our own: a cluster in a temporary folder, reached by a socket there, run by a
user without rights.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from peewee import sort_models

from tests.tools import as_nobody, need, run
from thingclone.database import execute
from thingclone.database.models import Stored

NAME = "thingclone"


@contextmanager
def cluster():
    """The URL of an empty database, as long as the block lasts."""
    initdb = need("initdb", "/usr/lib/postgresql/*/bin/initdb")
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    folder = Path(tempfile.mkdtemp(prefix="thingclone-pg-"))
    if os.getuid() == 0:
        os.chown(folder, 65534, 65534)
    data, log = str(folder / "data"), str(folder / "log")
    environment = {"cwd": folder, "env": os.environ | {"LC_ALL": "C.UTF-8", "HOME": str(folder)}}
    # Nothing here has to survive a crash, so nothing waits for the disk.
    settings = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "max_connections=200")
    options = " ".join([f"-k {folder}", *(f"-c {setting}" for setting in settings)])

    def control(*arguments: str):
        run(*as_nobody([pg_ctl, "-D", data, "-w", *arguments]), **environment)

    try:
        settings = ["-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--no-sync"]
        run(*as_nobody([initdb, *settings]), **environment)
        control("start", "-l", log, "-o", options)
        try:
            superuser = ["psql", "-h", str(folder), "-U", NAME, "-d", "postgres"]
            run(*superuser, "-c", f"CREATE DATABASE {NAME}")
            yield f"postgresql:///{NAME}?host={folder}&user={NAME}"
        finally:
            control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare_to_empty():
    """Store what `empty()` calls in the database, with a look at what there is to do: that takes a
    tenth of the time of TRUNCATE.
    """
    tables = [model._meta.table_name for model in reversed(sort_models(Stored.__subclasses__()))]
    deeds = [
        f"IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;" for table in tables
    ]
    for (sequence,) in execute(_SEQUENCES).fetchall():
        again = f"PERFORM setval('{sequence}', 1, false)"
        deeds.append(f"IF (SELECT is_called FROM {sequence}) THEN {again}; END IF;")
    body = f"$$BEGIN {' '.join(deeds)} END$$"
    execute("CREATE SCHEMA tests")
    execute(f"CREATE PROCEDURE tests.empty() LANGUAGE plpgsql AS {body}")


_SEQUENCES = """SELECT sequencename FROM pg_sequences
    WHERE sequencename <> 'schema_migration_id_seq'"""


def empty():
    """Delete every row, and count ids from 1 again."""
    execute("CALL tests.empty()")
