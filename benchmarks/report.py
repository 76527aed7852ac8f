"""Measures what `budgets.yaml` names, checks it, and shows it: `python -m benchmarks.report [--keep]`.

Needs the layers in `build/bench/layers.json` first; `make bench` does both. Leaves `build/bench/figures.jsonl` (one
figure a line, for `router bench compare`; counted instructions last) and `build/bench/index.html`. `--keep` renews
`docs/benchmarks.md` too. Without valgrind no instructions are counted, which is said.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, TextIO

import yaml

from benchmarks.figure import measure
from benchmarks.instructions import NotCounted, count_instructions
from benchmarks.runs import ROOT
from router.simulation.loading.charts import bars

BUDGETS = ROOT / "benchmarks" / "budgets.yaml"
BUILD = ROOT / "build" / "bench"
PAGE, PICTURES = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "pictures"
RAISED = frozenset({"orders/s", "rows/s", "entries/s", "lines/s", "%"})
"""Units of figures whose goal is to be reached from below."""


def main(arguments: Sequence[str]) -> int:
    """0 when all budgets are kept, 1 when one is not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="renew docs/benchmarks.md and its charts")
    options = parser.parse_args(arguments)
    budgets = yaml.safe_load(BUDGETS.read_text())
    BUILD.mkdir(parents=True, exist_ok=True)
    layers = read_layers(BUILD / "layers.json")
    figures = []
    with (BUILD / "figures.jsonl").open("w") as file:
        for name in budgets["figures"]:
            figures.append(measure(name, full=False))
            file.write(json.dumps(figures[-1]) + "\n")
            print(f"{name:28} {figures[-1]['value']:>12,} {figures[-1]['unit']}", flush=True)
        counts = counted_into(file)
    charts = {"figures": figure_chart(figures), "layers": layer_chart(layers, budgets["layers"])}
    (BUILD / "index.html").write_text(html_page(charts, figures))
    if options.keep:
        keep(charts, figures, layers, counts)
    broken = broken_budgets(budgets["figures"], {one["figure"]: one["value"] for one in figures})
    broken += broken_budgets(budgets["layers"], layers)
    broken += broken_budgets(budgets["instructions"], counts) if counts else []
    for line in broken:
        print(f"over budget: {line}", file=sys.stderr)
    print(f"charts: {BUILD / 'index.html'}")
    return 1 if broken else 0


def counted_into(file: TextIO) -> dict[str, float]:
    """Instructions by layer, written to `file`; none, and a word why, where they cannot be counted."""
    try:
        counted = count_instructions()
    except NotCounted as error:
        print(f"NOT COUNTED: instructions; {error}", file=sys.stderr)
        return {}
    file.write(json.dumps(counted) + "\n")
    counts: dict[str, float] = counted["instructions"]
    for name, count in counts.items():
        print(f"{name:28} {count:>12,} instructions", flush=True)
    return counts


def read_layers(path: Path) -> dict[str, float]:
    """Median microseconds of each layer."""
    found = json.loads(path.read_text())["benchmarks"]
    return {one["name"]: one["stats"]["median"] * 1e6 for one in found}


def broken_budgets(budgets: Mapping[str, Mapping[str, float]], values: Mapping[str, float]) -> list[str]:
    """A line for each value that is missing or beyond its budget."""
    lines = []
    for name, budget in budgets.items():
        value = values.get(name)
        if value is None:
            lines.append(f"{name} was not measured")
        elif "most" in budget and value > budget["most"]:
            lines.append(f"{name} is {value:,.4g}, must be at most {budget['most']:,}")
        elif "least" in budget and value < budget["least"]:
            lines.append(f"{name} is {value:,.4g}, must be at least {budget['least']:,}")
    return lines


def figure_chart(figures: Sequence[Mapping[str, Any]]) -> str:
    """Each figure as a share of its goal; whatever stands right of the goal's line misses it."""
    rows = [
        (one["figure"], share_of_goal(one), 1.0, f"{one['value']:,} {one['unit']}, goal {one['goal']:,}")
        for one in figures
    ]
    return bars("Figures beside their goals (shorter is better)", rows)


def share_of_goal(figure: Mapping[str, Any]) -> float:
    """1 where the goal is just met, more where it is missed."""
    value, goal = figure["value"], figure["goal"]
    if figure["unit"] in RAISED:
        return goal / value if value else 4.0
    return value / goal if goal else float(value)


def layer_chart(layers: Mapping[str, float], budgets: Mapping[str, Mapping[str, float]]) -> str:
    """Each layer beside the slowest."""
    most = max(layers.values())
    rows = [
        (
            name.removeprefix("test_").replace("_", " "),
            micros / most,
            1.0 if micros <= budgets.get(name, {}).get("most", micros) else 0.0,
            f"{micros:,.0f} µs",
        )
        for name, micros in sorted(layers.items(), key=lambda one: -one[1])
    ]
    return bars("Median time of each layer", rows, limit="")


def html_page(charts: Mapping[str, str], figures: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(f"<tr><td>{escape(json.dumps(one))}</td></tr>" for one in figures)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Benchmarks</title>'
        '<body style="font-family:sans-serif;max-width:900px;margin:2em auto">'
        f"<h1>Benchmarks</h1>{''.join(charts.values())}"
        f'<h2>Figures in full</h2><table style="font-size:small">{rows}</table></body></html>\n'
    )


def keep(
    charts: Mapping[str, str],
    figures: Sequence[Mapping[str, Any]],
    layers: Mapping[str, float],
    counts: Mapping[str, float],
) -> None:
    """The page of the documentation, made from these results."""
    for name, chart in charts.items():
        (PICTURES / f"benchmarks-{name}.svg").write_text(chart)
    load = os.getloadavg()[0]
    lines = [
        "# Benchmarks",
        "",
        "<!-- made by `make bench KEEP=1` -->",
        "",
        f"What `make bench` measured last, on {os.cpu_count()} cores at load {load:.0f}. Times depend on the machine,",
        "and on what else it does; ratios (`times`, `share`) are taken within one run and suffer less.",
        "All figures with their commands stand in [benchmarks/README.md](../benchmarks/README.md), how to compare",
        "two versions in [measuring](internals/measuring.md).",
        "",
        "![figures as shares of their goals](pictures/benchmarks-figures.svg)",
        "",
        "| figure | value | min to max | runs | goal |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{one['figure']}` | {one['value']:,} {one['unit']} | {one['min']:,} to {one['max']:,} | {one['runs']} "
        f"| {one['goal']:,} |"
        for one in figures
    ]
    lines += ["", "![median time of each layer](pictures/benchmarks-layers.svg)", ""]
    lines += ["| layer | median |", "| --- | --- |"]
    lines += [
        f"| {name.removeprefix('test_').replace('_', ' ')} | {micros:,.0f} µs |"
        for name, micros in layers.items()
    ]
    lines += count_table(counts)
    PAGE.write_text("\n".join(lines) + "\n")


def count_table(counts: Mapping[str, float]) -> list[str]:
    if not counts:
        return []
    rows = [f"| {name.replace('_', ' ')} | {count / 1e6:,.1f} million |" for name, count in counts.items()]
    return ["", "| counted under valgrind | instructions |", "| --- | --- |", *rows]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
