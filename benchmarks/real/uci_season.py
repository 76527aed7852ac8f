"""The real shop's year as one season: goods are laid in once, and forty weeks of orders are served from them.

`python -m benchmarks.real.uci_season [--one-in 40] [--sample 0] [--refreshes 40] [--anywhere] [--wrong 0]`: what
myopic, look-ahead and prices that know all orders pay, and how much of the gap from myopic to the bound they close.
Every so manieth product is looked at; `--sample` says which. As in the experiment of Ma (2023) each node that holds a
product has of it what its nearest customers want in the season, and half a standard deviation more: so whoever bought
knew what each area would want. Looking ahead knows the orders of the sixteen weeks before, what was laid in at which
node, and that 95 % of it is meant to be sold (`--look-ahead-sells 95 --look-ahead-laid-in DAY`). Of the orders that
will come it knows none, and nothing of how much of the season is over. `--anywhere`: that 90 % of what is there is,
wherever it lies. `--wrong`: whoever bought was wrong by about so many per cent at each node, this way or that, for
all policies.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import cos, hypot, radians, sqrt
from typing import Any

import numpy as np

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_known import knowing
from benchmarks.real.uci_rows import SALES, Invoice, read_year
from benchmarks.real.uci_weeks import KERNELS_ALONE, weeks_of, world_of
from benchmarks.real.uci_world import COUNTRIES, MAIN, PLACES, SEED, SITES
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.order import Order
from router.domain.place import Point
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.sell_through import repeat
from router.routing.world import OrderToRoute, World
from router.simulation.chance import happens, stream
from router.simulation.policies.compare import Forecaster, bound_of, run_policy
from router.simulation.policies.stream import Step, Stream

FIRST_WEEK, WEEKS = 4, 40
SPARE_DEVIATIONS = 0.5
REFRESHES = 40
SELLS_PERCENT, SELLS_ANYWHERE_PERCENT = 95, 90
SITE_POINTS = {NodeId(site[0]): (float(site[2]), float(site[3])) for site in SITES}
EXPORTS = frozenset(NodeId(site[0]) for site in SITES if site[5])


def laid_in(orders: Sequence[Order], world: World) -> dict[Sku, dict[NodeId, int]]:
    """What each node that holds a product has of it: what its nearest customers want of `orders`, and some more."""
    wanted: dict[Sku, dict[NodeId, list[int]]] = {}
    for order in orders:
        point = world.network.network.find_point(order.destination)
        assert point is not None, "the benchmark's places are known"
        for line in order.lines:
            near = nearest(line.sku, point, order.destination.country)
            wanted.setdefault(line.sku, defaultdict(list))[near].append(line.quantity)
    return {
        sku: {
            node_id: round(sum(units) + SPARE_DEVIATIONS * sqrt(sum(one * one for one in units)))
            for node_id, units in nodes.items()
        }
        for sku, nodes in wanted.items()
    }


def misjudged(stock: Mapping[Sku, Mapping[NodeId, int]], percent: int) -> dict[Sku, dict[NodeId, int]]:
    """The stock, each node's times a draw from a lognormal distribution of mean 1 and about this deviation."""
    random, deviation = np.random.default_rng(1), percent / 100
    return {
        sku: {
            node_id: round(units * random.lognormal(-(deviation**2) / 2, deviation))
            for node_id, units in nodes.items()
        }
        for sku, nodes in stock.items()
    }


def nearest(sku: Sku, point: Point, country: str) -> NodeId:
    """The node nearest to a customer of those that hold the product and send there."""
    random = stream(SEED, f"holds/{sku}")
    holders = [
        MAIN,
        *(NodeId(site[0]) for site in SITES if site[0] != MAIN and happens(random, site[-1])),
    ]
    may_send = [one for one in holders if country == "GB" or one in EXPORTS]
    return min(may_send, key=lambda one: degrees(SITE_POINTS[one], point))


def degrees(site: tuple[float, float], point: Point) -> float:
    """How far apart they are on a map, in degrees of latitude: near enough to say which is nearest."""
    latitude, longitude = point.latitude_microdegrees / 1e6, point.longitude_microdegrees / 1e6
    return hypot(site[0] - latitude, (site[1] - longitude) * cos(radians(site[0])))


def remembering(history: Sequence[Order]) -> Forecaster:
    """The orders of the weeks before, those before the season too."""

    def forecast(past: Sequence[Order], now: Instant, days: int) -> Forecast:
        return repeat((*history, *past), now, days)

    return forecast


def measure(
    invoices: Sequence[Invoice],
    one_in: int,
    sample: int,
    refreshes: int = REFRESHES,
    *,
    is_near: bool = True,
    knows: bool = True,
    wrong_percent: int = 0,
) -> dict[str, Any]:
    """What each policy pays for the season in major units, and the share of the gap that it closes.

    Prices that know take as long as the rest together; without `knows` they are left out.
    """
    weeks, world = weeks_of(invoices, one_in, sample), world_of(invoices)
    season = weeks[FIRST_WEEK : FIRST_WEEK + WEEKS]
    orders = [order for week in season for order in week.orders]
    steps = [Step(request=OrderToRoute(order=order, decision_time=order.place_time)) for order in orders]
    steps[0] = replace(steps[0], changes=misjudged(laid_in(orders, world), wrong_percent))
    year = Stream(steps=tuple(steps))
    often = {"days": 7 * WEEKS, "refresh_hours": WEEKS * 168 // refreshes, "effort": KERNELS_ALONE}
    courses = [
        run_policy(year, world, "myopic", effort=KERNELS_ALONE),
        run_policy(
            year,
            world,
            "look-ahead",
            forecaster=remembering(season[0].history),
            sells_percent=SELLS_PERCENT if is_near else SELLS_ANYWHERE_PERCENT,
            is_laid_in_near=is_near,
            **often,
        ),
    ]
    if knows:
        courses.append(run_policy(year, world, "prices that know", forecaster=knowing(year), **often))
    bound = bound_of(year, world, KERNELS_ALONE)
    myopic = courses[0].cost_milli
    units = sum(line.quantity for order in orders for line in order.lines)
    return {
        "orders": len(orders),
        "products": len({line.sku for order in orders for line in order.lines}),
        "bound": bound // 100_000,
        **{
            one.name: {
                "pays": one.cost_milli // 100_000,
                "closes_percent": round(100 * (myopic - one.cost_milli) / (myopic - bound), 1),
                "shipments": one.shipments,
                "not_shipped_percent": round(100 * one.unshipped_units / units, 2),
                "refreshes": one.refreshes,
            }
            for one in courses
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one-in", type=int, default=40)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--refreshes", type=int, default=REFRESHES)
    parser.add_argument("--anywhere", action="store_true")
    parser.add_argument("--wrong", type=int, default=0, metavar="PERCENT")
    asked = parser.parse_args()
    leave_if_absent(SALES, PLACES, COUNTRIES)
    invoices = read_year().invoices
    found = measure(
        invoices,
        asked.one_in,
        asked.sample,
        asked.refreshes,
        is_near=not asked.anywhere,
        wrong_percent=asked.wrong,
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
