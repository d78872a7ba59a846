"""The packages stand in one order, and imports point down it. Read from the source, not run.

A new module needs no entry here.
"""

import ast
import re
from pathlib import Path

import thingclone

ROOT = Path(thingclone.__file__).parent

# From the ground up: a module imports from its own package and from those before it.
ORDER = (
    *("errors", "settings", "formats", "database", "channels", "entries"),
    *("accounts", "apps", "transfer", "http"),
    *("api", "dialects", "web", "app", "server", "cli", "__main__"),
)
DOORS = {"api", "dialects", "web"}
BELOW_HTTP = set(ORDER[: ORDER.index("http")])


def package(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


FILES = {
    path: ast.parse(path.read_text())
    for path in ROOT.rglob("*.py")
    if "migrations" not in path.parts and path != ROOT / "__init__.py"
}


def imported(tree: ast.AST) -> set[str]:
    """The dotted name of everything that a source imports, members of modules too."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages_of_ours(tree: ast.AST) -> set[str]:
    """The packages of ThingClone that a source imports from."""
    ours = {name.split(".")[1] for name in imported(tree) if name.startswith("thingclone.")}
    return ours & set(ORDER)


def named(tree: ast.AST) -> set[str]:
    """What a source names: `now`, `Channel.select`, and what it imports, `time.time_ns`."""
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return (
        dotted | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | imported(tree)
    )


def found(seen, forbidden: set[str], packages=ORDER, but: set[str] = frozenset()) -> set:
    """The files of these packages in which `seen` finds what is forbidden."""
    return {
        (str(path.relative_to(ROOT)), name)
        for path, tree in FILES.items()
        if package(path) in packages and str(path.relative_to(ROOT)) not in but
        for name in seen(tree) & forbidden
    }


def roots(tree: ast.AST) -> set[str]:
    return {name.partition(".")[0] for name in imported(tree)}


def test_every_package_has_its_place():
    assert {package(path) for path in FILES} == set(ORDER)


def test_imports_point_down():
    above = {name: set(ORDER[place + 1 :]) for place, name in enumerate(ORDER)}
    upward = set().union(*(found(packages_of_ours, above[name], {name}) for name in ORDER))
    assert upward == set()


def test_doors_do_not_import_each_other():
    assert (
        set().union(*(found(packages_of_ours, DOORS - {door}, {door}) for door in DOORS)) == set()
    )


def test_modules_with_routes_do_not_import_each_other():
    def siblings(folder: str) -> set:
        inside = f"thingclone.{folder.replace('/', '.')}."
        return {
            path.name
            for path in (ROOT / folder).glob("*.py")
            for name in imported(FILES[path])
            if name.startswith(inside)
        }

    assert siblings("api") | siblings("web/pages") == set()


def test_http_stays_in_http_and_the_doors():
    libraries = {"bottle", "waitress", "webob", "http", "socket", "click"}
    assert found(roots, libraries, BELOW_HTTP, but={"transfer/remote.py"}) == set()


def test_nobody_but_http_asks_bottle_about_the_request():
    assert found(named, {"bottle.request", "bottle.response"}, set(ORDER) - {"http"}) == set()


def test_databases_stay_between_formats_and_http():
    libraries = {"peewee", "playhouse", "sqlite3", "psycopg"}
    outside = {"errors", "settings", "formats"} | set(ORDER) - BELOW_HTTP
    assert found(roots, libraries, outside) == set()


def test_only_the_database_knows_its_engines():
    engines = {"sqlite", "sqlite_feeds", "sqlite_copies", "postgresql"}
    modules = {f"thingclone.database.{name}" for name in engines}

    def engines_of(tree):
        return {module for name in imported(tree) for module in modules if name.startswith(module)}

    assert found(engines_of, modules, set(ORDER) - {"database"}) == set()


def test_no_door_asks_the_database():
    models = ast.parse((ROOT / "database" / "models.py").read_text()).body
    queries = ("select", "get", "get_or_none", "get_by_id", "create", "insert", "update", "delete")
    statements = {
        f"{model.name}.{query}"
        for model in models
        if isinstance(model, ast.ClassDef)
        for query in queries
    }
    statements |= {f"thingclone.database.{name}" for name in ("execute", "execute_many")}
    statements |= {"thingclone.database.transactions.writing", "database.atomic"}
    assert found(named, statements, DOORS | {"http", "cli"}) == set()


def test_entries_are_inserted_in_one_place():
    def inserted(tree):
        calls = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        texts = {
            " ".join(node.value.split())
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        insert = re.compile(r"INTO entries\b|^insert_columns\('entries'|\bEntry\.(create|insert)")
        return {"an insert"} if any(map(insert.search, calls | texts)) else set()

    assert found(inserted, {"an insert"}) == {("entries/storing.py", "an insert")}


def test_nothing_reads_the_environment():
    # The command line has click read it, from the table of settings.
    assert found(named, {"os.environ", "os.environb", "os.getenv"}) == set()


def test_the_clock_is_read_in_times_alone():
    clocks = {f"time.{name}" for name in ("time", "time_ns", "gmtime", "localtime", "strftime")}
    clocks |= {f"datetime.{name}" for name in ("now", "utcnow", "today")} | {"date.today"}
    clocks |= {f"datetime.{name}" for name in clocks}
    assert found(named, clocks, but={"formats/times.py"}) == set()


def test_there_is_no_global_settings_object():
    def made_outside_functions(tree):
        return {
            ast.unparse(node.func)
            for statement in tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for node in ast.walk(statement)
            if isinstance(node, ast.Call)
        }

    assert found(made_outside_functions, {"Settings"}) == set()
