"""Python, libraries and solver: whether this installation is one that was tested, and decides as it should."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from operator import ge, gt, le, lt, ne
from time import perf_counter

from router.cli.doctor.report import Check, examined

PYTHON_FIRST, PYTHON_LAST = (3, 11), (3, 14)
REINSTALL = "install it again from the lock file: make clean setup"
COMPARISONS = {">=": ge, "<=": le, "<": lt, ">": gt, "!=": ne}
REQUIREMENT = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?\s*([^;]*)(;.*)?$")


def check_installation() -> Iterator[Check]:
    yield check_python(sys.version_info[:2])
    yield check_required()
    yield examined(
        "protobuf", protobuf_implementation, "install protobuf's wheel, not its source: " + REINSTALL
    )
    yield examined("SQLite", sqlite_version, "install apsw 3.51.3 or later: " + REINSTALL)
    yield examined(
        "kernels", kernels, "let the package's folder be written to, or set NUMBA_CACHE_DIR; " + REINSTALL
    )
    yield examined("solver", solver_test, REINSTALL + "; if it stays, report it")


def check_python(found: tuple[int, ...]) -> Check:
    first, last = (".".join(map(str, one)) for one in (PYTHON_FIRST, PYTHON_LAST))
    return Check(
        name="Python",
        is_good=PYTHON_FIRST <= found <= PYTHON_LAST,
        found=platform.python_version(),
        fix=f"use Python {first} to {last}",
    )


def check_required() -> Check:
    """The libraries that the installed package asks for; sources that are only on the path say of none."""
    try:
        return check_libraries(requires("router") or [])
    except PackageNotFoundError:
        found = (
            "router is not installed, Python only finds its sources; which libraries it needs is not known"
        )
        return Check(name="libraries", is_good=False, found=found, fix=REINSTALL)


def check_libraries(requirements: list[str]) -> Check:
    """Every library that is needed in every installation, against the versions that were tested."""
    wrong: list[str] = []
    told: list[str] = []
    for requirement in requirements:
        parsed = REQUIREMENT.match(requirement)
        assert parsed is not None, f"`{requirement}` is a requirement"
        name, wanted, marker = parsed.groups()
        if marker and ("extra" in marker or "win32" in marker):
            continue
        try:
            found = version(name)
        except PackageNotFoundError:
            wrong.append(f"{name} is not there, must be {wanted}")
            continue
        if not fits(found, wanted):
            wrong.append(f"{name} is {found}, must be {wanted}")
        elif name in ("grpcio", "protobuf", "ortools"):
            told.append(f"{name} {found}")
    return Check(
        name="libraries",
        is_good=not wrong,
        found="; ".join(wrong) or f"{', '.join(sorted(told))} and the others are of tested versions",
        fix=REINSTALL,
    )


def fits(found: str, wanted: str) -> bool:
    """Whether a version is within `>=1.2,<2`; what follows the numbers of a version does not count."""
    for part in filter(None, wanted.replace(" ", "").split(",")):
        sign, text = re.fullmatch(r"([<>=!]+)(.+)", part).groups()  # type: ignore[union-attr]
        if not COMPARISONS[sign](numbers(found), numbers(text)):
            return False
    return True


def numbers(text: str) -> tuple[int, ...]:
    """`3.51.3.0` as (3, 51, 3): zeros at the end say nothing."""
    found = [int(part) for part in re.findall(r"\d+", text.partition("+")[0])]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def protobuf_implementation() -> str:
    from google.protobuf.internal import api_implementation

    kind = api_implementation.Type()
    if kind != "upb":
        raise RuntimeError(f"protobuf runs as `{kind}`, ten times slower than `upb`")
    return kind


def sqlite_version() -> str:
    from router.stores.sqlite.files import usable_version

    return usable_version()


def kernels() -> str:
    from router.app.books.free_units import warm_up_stock
    from router.routing.warm_up import warm_up
    from router.service.from_proto.plain_orders import warm_up_orders
    from router.service.known_fields import warm_up_fields
    from router.service.to_proto.routing import warm_up_answers

    start = perf_counter()
    warm_up()
    warm_up_answers()
    warm_up_orders()
    warm_up_fields()
    warm_up_stock()
    return f"loaded in {perf_counter() - start:.1f} s"


def solver_test() -> str:
    """The rules that `router rules init` writes: linted with OR-Tools, their cases decided and judged."""
    from router.cli.rules.init import FIRST, first_file
    from router.planning.cases.case_run import run_cases
    from router.rules.lint.lint import lint
    from router.rules.ruleset import compile_rules

    compilation = compile_rules({name: first_file(name).encode() for name in FIRST})
    report = run_cases(compilation)
    if compilation.rules is None or not report.is_good:
        raise RuntimeError(
            f"{len(report.failed)} of {len(report.results)} known decisions came out otherwise"
        )
    if findings := lint(compilation.rules):
        raise RuntimeError(f"the linter finds {len(findings)} faults in rules without a fault")
    return f"{len(report.results)} known decisions came out as expected"
