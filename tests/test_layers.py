"""The import rules of the architecture: arrows point down only. Read from the source, not run."""

import ast
from pathlib import Path

import thingclone

PACKAGE = Path(thingclone.__file__).parent
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
    if "migrations" not in path.parts and path != PACKAGE / "__init__.py"
}
TREES = {module: ast.parse(path.read_text()) for module, path in FILES.items()}

# From the ground up. A name stands for a module, or for a package with all that is in it.
LAYERS = {
    "words": {
        "errors",
        "settings",
        "timestamps",
        "timescales",
        "formats",
        "numerals",
        "keys",
        "passwords",
        "drawing",
        "csv_cells",
        "macs",
    },
    "memory": {"models", "database", "transactions"},
    "deeds": {
        "updates",
        "browsing",
        "bulk_updates",
        "queries",
        "selection",
        "recording",
        "history",
        "registry",
        "accounts",
        "channels",
        "descriptions",
        "directory",
        "guesses",
        "journal",
        "keyring",
        "sessions",
        "command_updates",
        "corrections",
        "credentials",
        "devices",
        "health",
        "pointers",
        "spans",
        "talkback",
        "first_password",
        "overview",
        "transfer",
        "checkup",
        "labelling",
        "pins",
        "series",
    },
    "doors": {"api", "dialects", "web"},
    "app": {"app"},
    "server": {"server"},
    "shell": {"cli", "__main__"},
}
ORDER = list(LAYERS)
SHARED_BY_DOORS = {
    *("api.door", "api.requests", "api.refusals", "api.callers", "api.attempts", "api.writes"),
    "api.multipart",
    *("web.door", "web.files", "web.visitors", "web.wording"),
    *("web.tabs", "web.wanted", "web.sketches", "web.advice"),
    "dialects.access",
}
HTTP_CLIENTS = {"transfer.remote"}  # asks other servers; nobody asks it by HTTP
TABLES_OF_DOORS = {"dialects"}


def layer(module: str) -> str:
    """The layer of a module of ThingClone."""
    name = module.partition(".")[0]
    found = [layer for layer, names in LAYERS.items() if name in names]
    assert found, f"{module} is in no layer: give it its place in this table"
    return found[0]


def imported(tree: ast.AST) -> set[str]:
    """Every module that a source imports; one of ours without the name of the package."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            # `from thingclone.api import door` may name modules or what is in one.
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name for name in members if ours(name) in FILES} or {node.module}
    return {ours(name) for name in names}


def ours(name: str) -> str:
    return name.removeprefix("thingclone.")


def imported_by(module: str) -> set[str]:
    """The modules of ThingClone that this one imports."""
    return imported(TREES[module]) & set(FILES)


def modules_of(*layers: str) -> list[str]:
    return [module for module in sorted(FILES) if layer(module) in layers]


def named(module: str) -> set[str]:
    """What a module names: `now`, `os.environ`, and what it imports, `time.time_ns`."""
    nodes = list(ast.walk(TREES[module]))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    dotted = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    members = {
        f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return names | dotted | members


def those(found: dict[str, set]) -> dict[str, set]:
    """The modules for which something was found."""
    return {module: names for module, names in found.items() if names}


def test_a_module_imports_from_its_own_layer_or_below():
    def above(module):
        height = ORDER.index(layer(module))
        return {one for one in imported_by(module) if ORDER.index(layer(one)) > height}

    assert those({module: above(module) for module in FILES}) == {}


def test_doors_do_not_import_each_other():
    doors = set(modules_of("doors")) - TABLES_OF_DOORS
    assert those({door: imported_by(door) & doors - SHARED_BY_DOORS for door in doors}) == {}


def test_only_the_server_and_the_command_line_import_the_app():
    importers = {module for module in FILES if "app" in imported_by(module)}
    assert {layer(module) for module in importers} == {"server", "shell"}


def test_no_http_below_the_doors():
    http = {"bottle", "waitress", "webob", "http", "socket", "click"}
    below = set(modules_of("words", "memory", "deeds")) - HTTP_CLIENTS
    assert those({module: packages(module) & http for module in below}) == {}


def test_words_know_no_database():
    databases = {"peewee", "playhouse", "sqlite3", "psycopg"}
    assert those({module: packages(module) & databases for module in modules_of("words")}) == {}


def packages(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imported(TREES[module])}


def test_nothing_reads_the_environment():
    # The command line has click read it, from the table of settings.
    environment = {"os.environ", "os.environb", "os.getenv"}
    assert those({module: named(module) & environment for module in FILES}) == {}


def test_the_clock_is_read_in_timestamps_alone():
    clocks = {f"time.{name}" for name in ("time", "time_ns", "gmtime", "localtime", "strftime")}
    clocks |= {f"datetime.{name}" for name in ("now", "utcnow", "today")} | {"date.today"}
    clocks |= {f"datetime.{name}" for name in clocks}
    assert those({module: named(module) & clocks for module in set(FILES) - {"timestamps"}}) == {}


def test_no_door_asks_the_database():
    statements = {
        *("execute", "execute_many", "database.execute", "database.execute_many"),
        *("thingclone.database.writing", "database.writing", "database.atomic"),
    }
    queries = {"select", "get", "get_or_none", "get_by_id", "create", "insert", "update", "delete"}
    statements |= {f"{model}.{query}" for model in MODELS for query in queries}
    doors = modules_of("doors", "shell")
    assert those({door: named(door) & statements for door in doors}) == {}


MODELS = {node.name for node in TREES["models"].body if isinstance(node, ast.ClassDef)}


def test_there_is_no_global_settings_object():
    def made_outside_functions(module):
        return {
            ast.unparse(node)
            for statement in TREES[module].body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for node in ast.walk(statement)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Settings"
        }

    assert those({module: made_outside_functions(module) for module in FILES}) == {}
