"""Both engines have what ThingClone asks of a database, and nothing that only one of them has."""

import ast
from pathlib import Path

import peewee
import pytest

import thingclone
from thingclone.database.engine import Engine
from thingclone.database.postgresql import Postgresql
from thingclone.database.sqlite import Sqlite

DECLARED = {*dir(Engine), *Engine.__annotations__}


@pytest.mark.parametrize("engine", [Sqlite, Postgresql])
def test_an_engine_adds_no_members_of_its_own(engine):
    of_peewee = {*dir(peewee.SqliteDatabase), *dir(peewee.PostgresqlDatabase)}
    own = {name for name in vars(engine) if not name.startswith("_")}
    assert own - DECLARED - of_peewee == {"PRAGMAS"} & own


@pytest.mark.parametrize("engine", [Sqlite, Postgresql])
def test_an_engine_has_all_that_is_declared(engine):
    assert {name for name in DECLARED if not hasattr(engine, name)} == set()
    assert engine.__abstractmethods__ == frozenset()


def test_what_is_asked_of_the_database_is_declared():
    asked = {
        node.attr
        for path in Path(thingclone.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value) in ("database", "database.obj")
    }
    of_the_module = {"connect", "DatabaseFailure", "explained", "obj", "initialize"}
    assert asked - of_the_module - DECLARED - {*dir(peewee.Database)} == set()
