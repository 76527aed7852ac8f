"""The same on weeks of a real shop, with forecasts from its own past: how much of the gap looking ahead closes.

The clairvoyant bound knows every order of the week, has all units from Monday on and may divide orders; nobody can
reach it. See benchmarks/real/uci_weeks.py for what is assumed.
"""

from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_rows import SALES, read_year
from benchmarks.real.uci_weeks import compare_week, weeks_of, world_of
from benchmarks.real.uci_world import COUNTRIES, PLACES


def measure(full: bool) -> dict[str, Any]:
    """Over every week that has eight before it, or three of them spread over the year."""
    leave_if_absent(SALES, PLACES, COUNTRIES)
    invoices = read_year().invoices
    weeks, world = weeks_of(invoices), world_of(invoices)
    found = [compare_week(week, world) for week in (weeks if full else weeks[5::15])]
    closed = sorted(one.gap_closed_percent or 0.0 for one in found)
    myopic, ahead, bound = (
        sum(costs)
        for costs in zip(
            *((one.myopic.cost_milli, one.look_ahead.cost_milli, one.clairvoyant_milli) for one in found),
            strict=True,
        )
    )
    return {
        "figure": "lookahead_gap_closed_uci",
        "value": round(100 * (myopic - ahead) / (myopic - bound), 1),
        "unit": "percent of the gap from exact myopic to the clairvoyant bound",
        "runs": len(found),
        "min": round(closed[0], 1),
        "max": round(closed[-1], 1),
        "goal": 75,
        "ratio_myopic": round(myopic / bound, 4),
        "ratio_look_ahead": round(ahead / bound, 4),
        "shipments_myopic": sum(one.myopic.shipments for one in found),
        "shipments_look_ahead": sum(one.look_ahead.shipments for one in found),
    }
