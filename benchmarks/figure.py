"""Measures one figure: `python -m benchmarks.figure NAME [--full]`; its last line is one JSON object."""

import argparse
import importlib
import json
import math
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import figures

FIELDS = ("figure", "value", "unit", "runs", "min", "max", "goal")
"""What each figure answers; more keys may follow them."""


def names() -> list[str]:
    """All figures: the modules of `benchmarks/figures`."""
    return sorted(module.name for module in pkgutil.iter_modules(figures.__path__))


def measure(name: str, *, full: bool) -> dict[str, Any]:
    """The figure of that name, checked: all fields are there and the numbers are plain."""
    answer: dict[str, Any] = importlib.import_module(f"benchmarks.figures.{name}").measure(full)
    missing = [field for field in FIELDS if field not in answer]
    assert not missing, f"figure {name} lacks {missing}"
    assert answer["figure"] == name, f"figure {name} calls itself {answer['figure']}"
    for field in ("value", "runs", "min", "max", "goal"):
        number = answer[field]
        is_plain = type(number) in (int, float) and math.isfinite(number)
        assert is_plain, f"{field} of {name} is {number!r}"
    return {field: answer.pop(field) for field in FIELDS} | answer


def main(arguments: Sequence[str]) -> int:
    """Prints the figure, or the names of all; 2 when there is no such figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figure", description=__doc__)
    parser.add_argument("name", nargs="?", help="which figure")
    parser.add_argument("--full", action="store_true", help="the full count, which may take minutes")
    parser.add_argument("--list", action="store_true", help="print the names of all figures")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(names()))
        return 0
    if options.name not in names():
        fault = f"no figure `{options.name}`" if options.name else "name a figure"
        print(f"{fault}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    print(json.dumps(measure(options.name, full=options.full)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
