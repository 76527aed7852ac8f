"""One figure of two checkouts by turns: `python -m benchmarks.paired FIGURE BEFORE AFTER [--pairs 6] [--out build]`.

BEFORE and AFTER are folders of the project with their own `.venv`. The runs go to `before.jsonl` and `after.jsonl`
in the folder `--out`, for `router bench compare`.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Each pair in the other order than the one before, so that neither is always first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired", description=__doc__)
    parser.add_argument("figure")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--out", type=Path, default=Path("build"))
    options = parser.parse_args(arguments)
    options.out.mkdir(exist_ok=True)
    sides = {"before": options.before, "after": options.after}
    for number in range(options.pairs):
        for name in list(sides) if number % 2 else reversed(sides):
            said = subprocess.run(
                [".venv/bin/python", "-m", "benchmarks.figure", options.figure],
                cwd=sides[name],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            line = said.stdout.splitlines()[-1]
            with (options.out / f"{name}.jsonl").open("a") as file:
                file.write(line + "\n")
            print(f"{name:6} {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
