"""A run of load as one page that needs nothing but itself."""

from collections.abc import Mapping
from html import escape
from typing import Any

from router.simulation.loading.charts import lines

TICKS = (50.0, 90.0, 99.0, 99.9, 99.99)
STYLE = (
    "body{font-family:sans-serif;max-width:900px;margin:2em auto;color:#222}"
    "td,th{padding:.2em .8em;text-align:right}th{font-weight:normal;color:#666;text-align:left}"
)


def load_page(facts: Mapping[str, Any], title: str) -> str:
    """`facts` as `load_facts` gives them: percentiles, and what became of the calls of each second."""
    seconds = facts["by_second"]
    rows = {
        "calls due": f"{facts['due']:,} in {facts['seconds']:g} s ({facts['rate']:g} a second)",
        "accepted": f"{facts['accepted']:,} ({facts['accepted_per_second']:,} a second)",
        "refused": ", ".join(f"{count:,} {code}" for code, count in facts["refused"].items()) or "none",
        "not sent": f"{facts['not_sent']:,}",
        **{f"wait, {name}": f"{wait:,.2f} ms" for name, wait in facts["wait_ms"].items()},
        "calls left late, p99": f"{facts['late_p99_ms']:,.2f} ms",
    }
    table = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(words)}</td></tr>" for name, words in rows.items()
    )
    per_second = lines(
        "Calls of each second",
        {
            "due": [(at, one[0]) for at, one in enumerate(seconds)],
            "accepted": [(at, one[1]) for at, one in enumerate(seconds)],
            "refused": [(at, one[2]) for at, one in enumerate(seconds)],
        },
        across="second of the run",
    )
    waits = lines(
        "99th percentile of the wait of each second, ms",
        {"p99": [(at, one[3]) for at, one in enumerate(seconds)]},
        across="second of the run",
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1><table>{table}</table>"
        f"{percentile_chart(facts)}{waits}{per_second}</html>\n"
    )


def percentile_chart(facts: Mapping[str, Any]) -> str:
    """Waits by percentile, each nine as wide as the one before."""
    whole = sum(count for _, count in facts["histogram"])
    points, seen = [], 0
    for micros, count in facts["histogram"]:
        seen += count
        points.append((nines(100 * seen / whole, whole), micros / 1_000))
    most = points[-1][0] if points else 1.0
    ticks = {nines(tick, whole): f"{tick:g}" for tick in TICKS if nines(tick, whole) <= most}
    return lines(
        "Wait by percentile, ms, from the instant at which the call was due",
        {"wait": points},
        across="percentile",
        ticks=ticks or None,
    )


def nines(percent: float, count: int) -> float:
    """How far across a percentile stands: 1 for 90, 2 for 99; the last call of `count` has a place too."""
    left, tenths = max(1 - percent / 100, 0.5 / max(1, count)), 0.0
    while left < 0.1:
        left, tenths = left * 10, tenths + 1
    return tenths + (1 - left) / 0.9
