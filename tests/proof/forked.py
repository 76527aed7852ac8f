"""Runs a proof in a process of its own that need not load first what no planted bug has changed.

One process has loaded the libraries, the rooms of the core and the kernels. Each proof runs in a fork of it, which
forgets the room of its bug and all rooms that may import that one, and reads these from the copy with the bug.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOMS = ("referee", "domain", "rules", "solver", "ledger", "routing", "planning")
"""What is loaded before: none of them imports a later one."""
BELOW_KERNELS = ROOMS[: ROOMS.index("solver") + 1]
"""Kernels that are loaded know the types of these rooms: a bug in one needs a process that has loaded nothing."""

FAILED = 1
"""Of pytest: tests failed."""
BEFORE_ITS_CODE = 100
"""Added to what pytest says, for a process that breaks before has code 1, too."""

NOT_OF_THE_PROOF = ("PROVE", "SEED", "PYTEST_")
"""Variables of the tests around it."""


def run_forked(proof: Sequence[str], source: Path, room: str, seconds_max: int) -> tuple[int | None, str]:
    """The exit code of pytest with the router in `source`, which differs in `room` alone; and what it printed.

    The code is None when time ran out, and below zero or `BEFORE_ITS_CODE` when pytest could not run.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.proof.preloaded"])
    context = multiprocessing.get_context("spawn") if room in BELOW_KERNELS else forks
    printed = source / "printed.txt"
    process = context.Process(target=run_here, args=(proof, source, room, printed))
    process.start()
    process.join(seconds_max)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
    text = printed.read_text(encoding="utf-8", errors="replace") if printed.exists() else ""
    return (code - BEFORE_ITS_CODE if code is not None else None), text


def run_here(proof: Sequence[str], source: Path, room: str, printed: Path) -> None:
    """What the forked process does."""
    root = Path(__file__).resolve().parents[2]
    with printed.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    for name in [name for name in os.environ if name.startswith(NOT_OF_THE_PROOF)]:
        del os.environ[name]
    os.environ["PLANTED"] = "1"
    sys.dont_write_bytecode = True
    os.chdir(root)
    forget_from(room, source)
    keep_kernels_with(source)

    import pytest

    options = (
        "-x",
        "-q",
        "-o",
        f"pythonpath={source} {root}",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    )
    code = pytest.main([*options, *proof])
    sys.exit(BEFORE_ITS_CODE + code)


def forget_from(room: str, source: Path) -> None:
    """Forget the room and the later ones, and all tests; `router` is in `source` from now on."""
    kept = ROOMS[: ROOMS.index(room)] if room in ROOMS else ROOMS
    for name in list(sys.modules):
        package, _, rest = name.partition(".")
        if package == "tests" or (package == "router" and rest and rest.partition(".")[0] not in kept):
            del sys.modules[name]
    router = sys.modules.get("router")
    if router is not None:
        router.__path__ = [str(source / "router")]


def keep_kernels_with(source: Path) -> None:
    """The kernels of what was forgotten are those that the copy took along: whoever loaded the others keeps them with
    the original.
    """
    import numba

    config: Any = numba.config
    if config.CACHE_DIR:
        config.CACHE_DIR = str(source / "router" / "solver" / "__pycache__" / Path(config.CACHE_DIR).name)
