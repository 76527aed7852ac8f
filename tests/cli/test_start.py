"""Starting the command is quick and light."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"grpc", "numba", "numpy", "ortools", "pandas", "google.protobuf", "apsw", "yaml", "rich.table"}

LOADED = """
import gc, json, resource, sys
try:
    import router
    if sys.argv[1:]:
        from router.cli.main import run
        run(sys.argv[1:])
finally:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    looks = sum(generation["collections"] for generation in gc.get_stats())
    print(json.dumps([sorted(sys.modules), spent.ru_utime + spent.ru_stime, looks]))
"""


def modules_and_seconds(*arguments: str) -> tuple[set[str], float]:
    """What is loaded, and the processor time spent, once `router ARGUMENTS` has run."""
    modules, seconds, _ = what_a_run_took(*arguments)
    return modules, seconds


def what_a_run_took(*arguments: str) -> tuple[set[str], float, int]:
    """And how often cycles were looked for."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    modules, seconds, looks = json.loads(ran.stdout.splitlines()[-1])
    return set(modules), seconds, looks


def test_importing_router_loads_nothing_heavy() -> None:
    modules, _ = modules_and_seconds()

    assert modules & HEAVY == set()


def test_help_loads_nothing_heavy_and_takes_less_than_300_ms() -> None:
    runs = [modules_and_seconds("--help") for _ in range(3)]

    assert runs[0][0] & HEAVY == set()
    assert min(seconds for _, seconds in runs) < 0.3


def test_a_starting_server_seldom_looks_for_cycles_among_what_stays() -> None:
    _, _, of_the_command = what_a_run_took("--help")

    # All is loaded, the kernels too, before it shows that this address is no machine's own.
    modules, _, looks = what_a_run_took("serve", "--address", "203.0.113.7:80", "--insecure-anywhere")

    assert modules > {"grpc", "numba", "router.routing.route", "router.service.servicers"}
    assert looks < of_the_command + 40


def test_the_module_runs_like_the_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "router", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )

    assert "serve" in ran.stdout
    assert "order" in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
@pytest.mark.parametrize("words", [["--help"], ["explain", "L111"], ["serve", "--help"]])
def test_what_finds_no_room_for_its_output_says_so_and_is_no_bug(words: list[str]) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "router", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )

    assert (ran.returncode, ran.stderr) == (
        2,
        "error: cannot write what there is to say: No space left on device\n",
    )
