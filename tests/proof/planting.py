"""Plants a bug in a copy of the router, and says whether the proof meant for it fails there."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from numba.core.caching import _CacheLocator

from tests.proof.bug import Bug
from tests.proof.forked import FAILED, run_forked
from tests.proof.planted import BUGS

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SOURCE = ROOT / "src" / "router"
SECONDS_MAX = 240


def take_kernels_along(copy: Path) -> None:
    """Let the copy use the compiled kernels, which numba keeps by the folder of their sources: else each copy spends
    minutes on kernels of its own.
    """
    for kept in kernels_of(copy):
        for folder in SOURCE.rglob("*/"):
            before, after = (
                kept / place_of_kernels(one) for one in (folder, copy / folder.relative_to(SOURCE))
            )
            if before.exists():
                before.rename(after)


def kernels_of(router: Path) -> list[Path]:
    """Where compiled kernels are kept, a folder for each folder of sources in each."""
    return list((router / "solver" / "__pycache__").glob("kernels-*"))


def place_of_kernels(sources: Path) -> str:
    """The name of numba's folder for what lies in `sources`."""
    return str(_CacheLocator.get_suitable_cache_subpath(str(sources / "kernels.py")))


@contextmanager
def a_copy_with(bug: Bug) -> Iterator[Path]:
    """A folder that holds the router with the bug in it; all other files are shared with the original."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="planted-", dir=BUILD) as folder:
        copy = Path(folder) / "router"
        shutil.copytree(SOURCE, copy, copy_function=os.link, ignore=shutil.ignore_patterns("*.pyc.*"))
        take_kernels_along(copy)
        place = copy / bug.file
        text = bug.planted_in(place.read_text(encoding="utf-8"))
        place.unlink()
        place.write_text(text, encoding="utf-8")
        yield Path(folder)


def verdict_of(bug: Bug) -> tuple[int | None, str]:
    """The exit code of the bug's proof on a copy with the bug, None when it took too long, and what it printed."""
    with a_copy_with(bug) as source:
        return run_forked(bug.proof, source, bug.file.partition("/")[0], SECONDS_MAX)


def is_caught(name: str, bugs: Mapping[str, Bug] = BUGS) -> bool:
    """Whether the proof fails on a copy with the bug. A proof that cannot run at all catches nothing."""
    code, printed = verdict_of(bugs[name])
    if code != FAILED:
        print(f"`{name}` was not caught (code {code}):\n{printed[-2_000:]}", file=sys.stderr)
    return code == FAILED
