"""Counts the instructions of single layers under valgrind: `python -m benchmarks.instructions [--out FILE]`.

A count hardly depends on what else the machine does, so it tells a change of a few percent where clocks tell nothing.
It knows nothing of waiting, of memory that is far away, and of compiled kernels, which `counted.py` leaves out.
The last line is one JSON object, which `router bench compare` understands. Ends with 3 where there is no valgrind.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.counted import LAYERS, RUNS
from benchmarks.runs import ROOT

MARK = "Py_GetRecursionLimit"
"""What `sys.getrecursionlimit` enters."""
MISSING = 3
PROGRAMS = ("valgrind", "callgrind_control")


class NotCounted(Exception):
    """There is nothing to count with, or it did not count; the message says what."""


def main(arguments: Sequence[str]) -> int:
    """0 when counted, 3 when this machine has no valgrind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--out", type=Path, help="add the counts to this file, for `router bench compare`")
    options = parser.parse_args(arguments)
    try:
        counted = count_instructions()
    except NotCounted as error:
        print(f"NOT COUNTED: {error}", file=sys.stderr)
        return MISSING
    line = json.dumps(counted)
    if options.out:
        with options.out.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    print(line)
    return 0


def count_instructions() -> dict[str, Any]:
    """The least count of each layer, and by how much its runs differed. Raises NotCounted."""
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        raise NotCounted(f"`{missing[0]}` is not installed; it is in Debian's package valgrind")
    with tempfile.TemporaryDirectory(prefix="router-counts-") as folder:
        run_counted(Path(folder))
        return counts_of(parts_in(Path(folder)))


def run_counted(folder: Path) -> None:
    command = [
        *("valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", f"--dump-before={MARK}"),
        f"--callgrind-out-file={folder / 'counts'}",
        *(sys.executable, "-m", "benchmarks.counted"),
    ]
    # Sets and mappings lie in memory alike in each run.
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True
    )
    if done.returncode:
        raise NotCounted(f"valgrind ended with {done.returncode}: {done.stderr[-1_000:]}")


def parts_in(folder: Path) -> list[int]:
    """Instructions between one mark and the next, from the files that valgrind numbers."""
    paths = sorted(folder.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
    return [int(re.findall(r"^totals: (\d+)", path.read_text(), re.MULTILINE)[0]) for path in paths]


def counts_of(parts: Sequence[int]) -> dict[str, Any]:
    """Before the first mark nothing counts; then a part with a run and one without take turns."""
    if len(parts) != 2 * RUNS * len(LAYERS):
        raise NotCounted(f"valgrind gave {len(parts)} counts, {2 * RUNS * len(LAYERS)} were to come")
    runs = [parts[number : number + 2 * RUNS][1::2] for number in range(0, len(parts), 2 * RUNS)]
    return {
        "kind": "instructions",
        "instructions": {name: min(some) for name, some in zip(LAYERS, runs, strict=True)},
        "spread": {
            name: round(max(some) / min(some) - 1, 4) for name, some in zip(LAYERS, runs, strict=True)
        },
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
