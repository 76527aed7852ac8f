"""Looking ahead on weeks of a real shop, with forecasts from its own past: how much of the gap looking ahead closes.

The clairvoyant bound knows every order of the week, has all units from Monday on and may divide orders; nobody can
reach it. `known_closes` says what plans close that know all orders and were found by a search. `value` and it are
told of the bound that prices of the look-ahead prove by the way; `closed_of_proven` and `known_closes_of_proven` of
the one that `router backtest policy` proves by searching harder. See benchmarks/real/uci_weeks.py for what is assumed.
"""

from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_known import known_plans
from benchmarks.real.uci_rows import SALES, read_year
from benchmarks.real.uci_weeks import (
    KERNELS_ALONE,
    Week,
    compare_week,
    stock_for,
    stream_of,
    weeks_of,
    world_of,
)
from benchmarks.real.uci_world import COUNTRIES, PLACES
from router.routing.world import World
from router.simulation.policies.compare import Comparison, bound_of


def measure(full: bool) -> dict[str, Any]:
    """Over every week that has eight before it, or three of them spread over the year."""
    leave_if_absent(SALES, PLACES, COUNTRIES)
    invoices = read_year().invoices
    weeks, world = weeks_of(invoices), world_of(invoices)
    weeks = weeks if full else weeks[5::15]
    found = [compare_week(week, world) for week in weeks]
    costs = [costs_of(week, world, one) for week, one in zip(weeks, found, strict=True)]
    each = [closed(one["myopic"], one["ahead"], one["bound"]) for one in costs]
    total = {name: sum(one[name] for one in costs) for name in costs[0]}
    myopic, ahead, known, bound, proven = (
        total[name] for name in ("myopic", "ahead", "known", "bound", "proven")
    )
    return {
        "figure": "lookahead_gap_closed_uci_weeks",
        "value": closed(myopic, ahead, bound),
        "unit": "percent of the gap from exact myopic to the clairvoyant bound",
        "runs": len(found),
        "min": min(each),
        "max": max(each),
        "goal": 75,
        "known_closes": closed(myopic, known, bound),
        "closed_of_proven": closed(myopic, ahead, proven),
        "known_closes_of_proven": closed(myopic, known, proven),
        "closed_of_known": closed(myopic, ahead, known),
        "ratio_myopic": round(myopic / bound, 4),
        "ratio_look_ahead": round(ahead / bound, 4),
        "ratio_known": round(known / bound, 4),
        "ratio_proven": round(proven / bound, 4),
        "shipments_myopic": sum(one.myopic.shipments for one in found),
        "shipments_look_ahead": sum(one.look_ahead.shipments for one in found),
        "shipments_known": total["known_shipments"],
    }


def costs_of(week: Week, world: World, found: Comparison) -> dict[str, int]:
    """What each policy pays for the week and what nobody pays less than, in thousandths of a minor unit."""
    stream = stream_of(week, stock_for(week))
    known_milli, known_shipments = known_plans(stream, world)
    return {
        "myopic": found.myopic.cost_milli,
        "ahead": found.look_ahead.cost_milli,
        "known": known_milli,
        "known_shipments": known_shipments,
        "bound": bound_of(stream, world, KERNELS_ALONE, searches_hard=False),
        "proven": found.clairvoyant_milli,
    }


def closed(myopic: int, paid: int, least: int) -> float:
    """Percent of the way from what myopic pays to the least."""
    return round(100 * (myopic - paid) / (myopic - least), 1) if myopic > least else 0.0
