"""A deadline leaves an order less effort; what it got is in the record, and the record decides the same again."""

import time
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.plan import SolutionMethod
from router.domain.product import Product
from router.routing.ahead import Ahead
from router.routing.decision import Decision
from router.routing.replay import decide_again, pack_decision, replay
from router.routing.round.efforts import NODES_MIN, within
from router.routing.route import route, route_apart
from router.routing.world import OrderToRoute, World
from router.solver.problem import DEFAULT_EFFORT, Effort
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_network,
    a_node,
    a_product,
    a_world,
    an_order,
)

FULL = Effort(set_nodes_max=200_000, model_deterministic_seconds=0.0)
LEAST = Effort(set_nodes_max=NODES_MIN, model_deterministic_seconds=0.0)
HALF_A_SECOND = Effort(set_nodes_max=50_000, model_deterministic_seconds=0.0)
LINES = 14
"""More than the partition of lines solves."""


class Course:
    """A clock that goes on by so much whenever it is read."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 100.0
        self.step = step

    def __call__(self) -> float:
        now, self.now = self.now, self.now + self.step
        return now


def skus(count: int) -> list[str]:
    return [f"SKU-{number:02}" for number in range(count)]


def world_of(products: list[Product]) -> World:
    return a_world(products=products)


WORLD = world_of([a_product(sku, weight_grams=300 + 70 * n) for n, sku in enumerate(skus(LINES))])
SHELF = Shelf({sku: {"lille": 500 + n, "lyon": 700, "nice": 600} for n, sku in enumerate(skus(LINES))})


def a_long_order(number: int, deadline: float | None) -> OrderToRoute:
    lines = {sku: 1 + n % 3 for n, sku in enumerate(skus(LINES))}
    return OrderToRoute(
        order=an_order(f"long-{number}", lines=lines), decision_time=MONDAY_TEN, deadline=deadline
    )


def efforts_of(decisions: tuple[Decision, ...]) -> list[Effort]:
    return [decision.inputs.effort for decision in decisions]


@pytest.mark.parametrize(
    ("seconds", "nodes_max", "model_seconds"),
    [
        (15.0, 200_000, 0.05),
        (2.2, 200_000, 0.05),
        (2.1, 50_000, 0.0125),
        (0.5, 16_000, 0.0),
        (0.02, 16_000, 0.0),
        (0.0, 16_000, 0.0),
        (-7.0, 16_000, 0.0),
    ],
)
def test_less_time_leaves_less_effort(seconds: float, nodes_max: int, model_seconds: float) -> None:
    left = within(DEFAULT_EFFORT, seconds)

    assert (left.set_nodes_max, left.model_deterministic_seconds) == (nodes_max, model_seconds)


def test_an_effort_that_is_less_than_the_least_stays_as_it_is() -> None:
    tiny = Effort(set_nodes_max=7_000, model_deterministic_seconds=0.0)

    assert within(tiny, 0.0) == tiny


def test_an_order_takes_half_of_the_time_that_is_left_when_its_search_begins() -> None:
    clock = Course(step=2.0)
    requests = [a_long_order(number, deadline=108.0) for number in range(4)]

    decisions = route(requests, WORLD, SHELF, SHELF, FULL, monotonic=clock)

    assert {one.plan.method for one in decisions} == {SolutionMethod.OPEN_SETS}
    # 8, 6, 4 and 2 seconds are left: 4, 3, 2 and 1 for the search, of which the last holds 100,000 nodes.
    assert efforts_of(decisions) == [FULL, FULL, FULL, HALF_A_SECOND]


def test_only_the_orders_that_are_waited_for_are_in_a_hurry() -> None:
    requests = [a_long_order(0, None), a_long_order(1, 100.0), a_long_order(2, 500.0)]

    decisions = route(requests, WORLD, SHELF, SHELF, FULL, monotonic=Course())

    assert efforts_of(decisions) == [FULL, LEAST, FULL]


def test_an_order_that_needs_no_search_is_recorded_with_all_of_the_effort() -> None:
    short = OrderToRoute(
        order=an_order("short", lines={"SKU-00": 1}), decision_time=MONDAY_TEN, deadline=100.0
    )

    (decision,) = route([short], WORLD, SHELF, SHELF, FULL, monotonic=Course())

    assert decision.plan.method is SolutionMethod.PARTITION
    assert decision.inputs.effort == FULL


def test_without_a_clock_deadlines_mean_nothing() -> None:
    decisions = route([a_long_order(0, 100.0)], WORLD, SHELF, SHELF, FULL)

    assert efforts_of(decisions) == [FULL]


def test_orders_that_are_decided_apart_or_ahead_are_cut_alike() -> None:
    hurried = [a_long_order(0, 100.0)]
    ahead = Ahead(FULL, monotonic=Course())
    ahead.decide(hurried, WORLD, SHELF, SHELF)

    assert efforts_of(ahead.route(hurried, WORLD, SHELF, SHELF)) == [LEAST]
    assert efforts_of(route_apart(hurried, WORLD, SHELF, SHELF, FULL, monotonic=Course())) == [LEAST]


def hard(seed: int, deadline: float | None) -> tuple[OrderToRoute, World, Shelf]:
    """An order of 40 lines of which twelve nodes hold some each: no effort closes it."""
    random = Random(seed)
    names = [f"node-{number:02}" for number in range(12)]
    products = [a_product(f"H-{n:02}", weight_grams=random.randint(200, 6_000)) for n in range(40)]
    world = a_world(a_network(*[a_node(name) for name in names]), products)
    stock = {one.sku: {name: random.randint(0, 9) for name in random.sample(names, 5)} for one in products}
    lines = {one.sku: random.randint(2, 12) for one in products}
    request = OrderToRoute(
        order=an_order(f"hard-{seed}", lines=lines), decision_time=MONDAY_TEN, deadline=deadline
    )
    return request, world, Shelf(stock)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_decided_in_a_hurry_is_decided_again_byte_by_byte(seed: int) -> None:
    request, world, shelf = hard(seed, deadline=100.0)
    (hurried,) = route([request], world, shelf, shelf, verify=True, monotonic=Course())
    (patient,) = route([replace(request, deadline=None)], world, shelf, shelf)

    again = replay(hurried, world.network, world.rules)

    assert pack_decision(again) == pack_decision(hurried)
    assert hurried.plan.work < patient.plan.work


def test_orders_of_one_batch_are_decided_again_each_within_its_own_effort() -> None:
    requests = [a_long_order(0, None), a_long_order(1, 100.0)]
    decisions = route(requests, WORLD, SHELF, SHELF, FULL, monotonic=Course())

    again = decide_again([one.inputs for one in decisions], WORLD)

    assert [solved.effort for solved in again] == [FULL, LEAST]


def test_a_search_without_end_is_answered_before_its_deadline() -> None:
    # Processor time, so that other work on the machine does not count.
    deadline = time.process_time() + 6
    request, world, shelf = hard(7, deadline)
    endless = Effort(set_nodes_max=10**12, model_deterministic_seconds=10.0**6)

    (decision,) = route([request], world, shelf, shelf, endless, monotonic=time.process_time)

    assert time.process_time() < deadline
    assert decision.plan.bound_milli < decision.plan.objective_milli
