"""The front of random decisions: nothing on it is dominated, and nothing that is possible dominates it."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from msgspec import structs

from router.routing.decision import Decision
from router.routing.replay import Recorded, recorded_world, request_of
from router.routing.round.round import pose_round
from router.routing.route import route
from router.routing.trade_offs.alone import delivery_days, find_trade_offs, trade_off
from router.routing.world import World
from router.solver.solve import solve_order
from router.solver.verify import plan_cost_milli, verify
from tests.routing.builders import MONDAY_TEN, a_world, an_order, decide
from tests.routing.random_worlds import random_requests, random_shelf, random_world


def some_decisions(seed: int) -> tuple[tuple[Decision, ...], World]:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests = [structs.replace(one, decision_time=MONDAY_TEN) for one in random_requests(random, 4)]
    return route(requests, world, shelf, shelf), world


@pytest.mark.parametrize("seed", range(6))
def test_no_point_is_dominated_and_no_random_plan_dominates_one(seed: int) -> None:
    decisions, world = some_decisions(seed)
    random = np.random.default_rng(seed)
    for decision in decisions:
        front = find_trade_offs(decision, world.network, world.rules).front
        assert not any(one.dominates(other) for one in front for other in front)
        inputs = decision.inputs
        asked = pose_round(
            [request_of(inputs)],
            recorded_world(inputs, world.network, world.rules),
            [Recorded(inputs)],
            with_levels=False,
        )
        problem, day = asked.problems[0], delivery_days(asked)
        if asked.batch.sharing:
            continue
        for _ in range(12):
            odd = replace(
                problem,
                allowed=problem.allowed & (random.random(problem.allowed.shape) < 0.7),
                fixed_milli=problem.fixed_milli + random.integers(0, 2_000_000, problem.fixed_milli.shape),
            )
            found = solve_order(odd, inputs.effort)
            cost = plan_cost_milli(problem, found)
            plan = structs.replace(found, objective_milli=cost, bound_milli=cost)
            assert not [fault for fault in verify(problem, plan) if "status" not in fault]
            made = trade_off(asked, problem, day, plan, is_whole=True)
            assert not any(made.dominates(point) for point in front if point.is_proven)


def test_what_arrives_sooner_costs_more() -> None:
    world = a_world()
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock={"nice": {"RED-CLOCK": 1}}, world=world)

    cheap, soon, *_ = find_trade_offs(decision, world.network, world.rules).front

    assert (cheap.cost_milli, soon.cost_milli) == (800_000, 1_500_000)
    assert soon.last_delivery_day < cheap.last_delivery_day


def test_too_little_stock_near_by_has_its_price() -> None:
    world = a_world()
    decision = decide(
        an_order(lines={"RED-CLOCK": 2}),
        stock={"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 2}},
        world=world,
    )

    prices = find_trade_offs(decision, world.network, world.rules).limits

    assert [(one.limit, one.saving_milli, one.is_proven) for one in prices] == [("stock", 300_000, True)]


def test_shipping_nothing_is_no_choice_where_something_costs_less() -> None:
    world = a_world()
    shelf = {"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 2}}
    ships = decide(an_order(lines={"RED-CLOCK": 2}), stock=shelf, world=world)
    waits = decide(an_order(lines={"RED-CLOCK": 2}), stock={}, world=world)

    front = find_trade_offs(ships, world.network, world.rules).front
    assert front
    assert all(one.shipment_count for one in front)
    (nothing,) = find_trade_offs(waits, world.network, world.rules).front
    assert (nothing.shipment_count, nothing.unshipped_units) == (0, 2)
