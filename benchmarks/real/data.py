"""Where the real data lies, and how its tables are read."""

import csv
import gzip
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from benchmarks.runs import ROOT

FOLDER = Path(os.environ.get("ROUTER_DATA") or ROOT / "../shared/data").resolve()


def leave_if_absent(*names: str) -> None:
    """Ends the program with 0, aloud, when a file is not there: the data cannot be shipped with the project."""
    missing = [name for name in names if not (FOLDER / name).exists()]
    if missing:
        print(
            f"SKIPPED: {', '.join(missing)} not in {FOLDER}; name the folder in ROUTER_DATA", file=sys.stderr
        )
        raise SystemExit(0)


def rows(name: str) -> Iterator[Mapping[str, str]]:
    """The rows of a CSV table by column, all as text; `.gz` is unpacked."""
    with _opened(FOLDER / name) as lines:
        yield from csv.DictReader(lines)


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")
