"""How much of the gap any plans close that know a week's orders, and prices that know them: what is possible at all.

`python -m benchmarks.real.uci_known [--stocked] [week ...]`, weeks by number; without any the three of the figure. The
plans that know all orders are found jointly, as a wave with all of the week's stock, and each order is then decided
from what was set aside for it. Nobody pays less than the bound; it divides orders, so perhaps nobody pays as little.
`--stocked`: products are filled up to a service level of 95 % (`uci_weeks.stocked_for`), not to a mean week.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_rows import SALES, read_year
from benchmarks.real.uci_weeks import (
    KERNELS_ALONE,
    REFRESH_HOURS,
    Week,
    stock_for,
    stocked_for,
    stream_of,
    weeks_of,
    world_of,
)
from benchmarks.real.uci_world import COUNTRIES, PLACES
from router.domain.identifiers import Instant
from router.domain.order import Order
from router.routing.look_ahead.forecast import ExpectedOrder, Forecast
from router.routing.look_ahead.later import as_if_short
from router.routing.round.round import pose_round
from router.routing.route import route
from router.routing.wave.joint_problem import allotment_of, find_joint_orders, pose_jointly
from router.routing.world import World
from router.simulation.policies.compare import Forecaster, bound_of, paid, run_policy
from router.simulation.policies.stream import Shelf, Stream
from router.solver.wave.joint import solve_joint
from router.solver.wave.problem import NO_ROW, WaveEffort

EFFORT = WaveEffort(cut_rounds=3, ruin_steps=6, block_rounds=1, block_nodes_max=30, search_work_max=400)


def measure(week: Week, world: World, *, is_stocked: bool) -> dict[str, object]:
    """What each way of deciding pays, in major units, and how much of the gap to the bound it closes."""
    stream = stream_of(week, stocked_for(week) if is_stocked else stock_for(week))
    wanted = sum(line.quantity for step in stream.steps for line in step.request.order.lines)
    myopic = run_policy(stream, world, "myopic", effort=KERNELS_ALONE)
    prices = run_policy(
        stream,
        world,
        "prices that know",
        days=7,
        refresh_hours=REFRESH_HOURS,
        forecaster=knowing(stream),
        effort=KERNELS_ALONE,
    )
    plans_milli, plans_shipments = known_plans(stream, world)
    bound = bound_of(stream, world, KERNELS_ALONE)
    gap = myopic.cost_milli - bound
    return {
        "week": week.first_day,
        "units_not_shipped_percent": round(100 * myopic.unshipped_units / wanted, 1),
        "myopic": myopic.cost_milli // 100_000,
        "bound": bound // 100_000,
        "plans_that_know": plans_milli // 100_000,
        "plans_that_know_close_percent": round(100 * (myopic.cost_milli - plans_milli) / gap, 1),
        "prices_that_know_close_percent": round(100 * (myopic.cost_milli - prices.cost_milli) / gap, 1),
        "shipments": {"myopic": myopic.shipments, "plans_that_know": plans_shipments},
    }


def knowing(stream: Stream) -> Forecaster:
    """A forecast of just those orders that will come."""

    def expect(past: Sequence[Order], now: Instant, days: int) -> Forecast:
        coming = stream.steps[len(past) :]
        orders = tuple(ExpectedOrder(order=step.request.order, times_milli=1_000) for step in coming)
        return Forecast(days=days, orders=orders)

    return expect


def known_plans(stream: Stream, world: World) -> tuple[int, int]:
    """What plans pay that are made for all orders together, and their shipments."""
    requests, shelf = [step.request for step in stream.steps], Shelf()
    shelf.change(stream.all_stock())
    asked = as_if_short(
        pose_round(requests, world, [shelf] * len(requests), with_levels=False, gathers=False)
    )
    posed = pose_jointly(asked, find_joint_orders(asked))
    problem = replace(posed.problem, slot_row=np.full_like(posed.problem.slot_row, NO_ROW))
    found = dict(zip(posed.orders.tolist(), solve_joint(problem, EFFORT).plans, strict=True))
    cost = shipments = 0
    for number, request in enumerate(requests):
        if number in found:
            request = structs.replace(request, allotment=allotment_of(asked, number, found[number]))
        (decision,) = route([request], world, shelf, shelf, KERNELS_ALONE)
        shelf.take(decision)
        cost, shipments = cost + paid(decision), shipments + len(decision.plan.shipments)
    return cost, shipments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weeks", nargs="*", type=int)
    parser.add_argument("--stocked", action="store_true")
    asked = parser.parse_args()
    leave_if_absent(SALES, PLACES, COUNTRIES)
    invoices = read_year().invoices
    weeks, world = weeks_of(invoices), world_of(invoices)
    for number in asked.weeks or range(5, len(weeks), 15):
        print(json.dumps(measure(weeks[number], world, is_stocked=asked.stocked)), flush=True)


if __name__ == "__main__":
    main()
