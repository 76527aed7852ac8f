"""Many orders decided jointly: who gets the scarce slot or unit, and that the whole is proven."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.identifiers import Instant
from router.domain.order import Order
from router.domain.plan import SolutionMethod
from router.routing.decision import Decision
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.wave.wave import WaveDecision, cost_of, route_wave
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_network,
    a_node,
    a_world,
    an_order,
    by_sku,
    nodes_of,
    rules_of,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world


def decide_wave(
    orders: Sequence[Order], *, stock: Mapping[str, Mapping[str, int]], world: World | None = None
) -> WaveDecision:
    shelf = Shelf(by_sku(stock))
    requests = [OrderToRoute(order=order, decision_time=MONDAY_TEN) for order in orders]
    return route_wave(requests, world or a_world(), shelf, shelf, verify=True)


def decide_one_by_one(
    orders: Sequence[Order], stock: Mapping[str, Mapping[str, int]]
) -> tuple[Decision, ...]:
    shelf = Shelf(by_sku(stock))
    return route(
        [OrderToRoute(order=one, decision_time=MONDAY_TEN) for one in orders], a_world(), shelf, shelf
    )


def test_the_last_unit_goes_to_the_order_that_no_other_node_serves_as_well() -> None:
    orders = [
        an_order("for-paris", lines={"RED-CLOCK": 1}),
        an_order("for-lyon", lines={"RED-CLOCK": 1}, to="lyon"),
    ]

    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 1}, "lyon": {"RED-CLOCK": 1}})

    assert [nodes_of(decision) for decision in wave.decisions] == [["lille"], ["lyon"]]
    assert wave.joint_count == 2
    assert wave.objective_milli == wave.bound_milli


def test_orders_of_several_lines_are_decided_jointly_with_the_others() -> None:
    orders = [
        an_order("two-lines", lines={"RED-CLOCK": 1, "TIN-LAMP": 1}),
        an_order("one-line", lines={"RED-CLOCK": 1}),
    ]

    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 2, "TIN-LAMP": 1}})

    assert wave.joint_count == 2
    assert wave.objective_milli == wave.bound_milli == cost_of(wave.decisions)
    assert [nodes_of(decision) for decision in wave.decisions] == [["lille"], ["lille"]]


def test_the_last_clock_goes_to_the_order_that_it_completes() -> None:
    orders = [
        an_order("one-line", lines={"RED-CLOCK": 1}),
        an_order("two-lines", lines={"RED-CLOCK": 1, "TIN-LAMP": 1}),
    ]

    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 1, "TIN-LAMP": 1}})

    assert cost_of(wave.decisions) < cost_of(
        decide_one_by_one(orders, {"lille": {"RED-CLOCK": 1, "TIN-LAMP": 1}})
    )
    assert [decision.plan.method for decision in wave.decisions] == [SolutionMethod.WAVE] * 2
    assert [nodes_of(decision) for decision in wave.decisions] == [[], ["lille"]]


def test_a_decision_of_a_wave_keeps_what_was_set_aside_for_it_and_replays_to_the_same_bytes() -> None:
    world = a_world()
    orders = [an_order(str(number), lines={"RED-CLOCK": 1, "TIN-LAMP": 2}) for number in range(3)]

    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 2, "TIN-LAMP": 4}}, world=world)

    packed = [pack_decision(decision) for decision in wave.decisions]
    assert [pack_decision(replay(one, world.network, world.rules)) for one in wave.decisions] == packed
    assert [unpack_decision(one) for one in packed] == list(wave.decisions)
    given = [decision.inputs.allotment.units for decision in wave.decisions if decision.inputs.allotment]
    assert given.count({"RED-CLOCK": {"lille": 1}, "TIN-LAMP": {"lille": 2}}) == 2


def test_a_full_node_leaves_the_rest_of_the_wave_to_its_next_free_day() -> None:
    world = a_world(a_network(a_node("lille", shipments_per_day=1)))
    orders = [an_order("first", lines={"RED-CLOCK": 1}), an_order("second", lines={"RED-CLOCK": 1})]

    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 5}}, world=world)

    days = sorted(decision.plan.shipments[0].ship_day for decision in wave.decisions)
    assert days[1] == days[0] + 1


def test_a_decision_of_the_flow_says_so_and_replays_to_the_same_bytes() -> None:
    world = a_world()
    (decision,) = decide_wave(
        [an_order(lines={"RED-CLOCK": 1})], stock={"lille": {"RED-CLOCK": 1}}, world=world
    ).decisions

    assert decision.plan.method is SolutionMethod.FLOW
    assert pack_decision(replay(decision, world.network, world.rules)) == pack_decision(decision)


CLASSES_AND_AGE = rules_of(
    """
backorder:
  - {id: waited-long, when: order.age > hours(96), do: BACKORDER, penalty: eur(300)}
  - {id: gold, when: order.tier == "GOLD", do: BACKORDER, penalty: eur(150)}
  - {id: waited, when: order.age > hours(48), do: BACKORDER, penalty: eur(100)}
  - {id: default, do: BACKORDER, penalty: eur(50)}
"""
)


def who_gets_the_last_clock(*orders: Order) -> str:
    wave = decide_wave(orders, stock={"lille": {"RED-CLOCK": 1}}, world=a_world(rules=CLASSES_AND_AGE))
    (served,) = [one.inputs.order.id for one in wave.decisions if one.plan.shipments]
    return served


def an_order_of_class(id: str, tier: str, days_old: int) -> Order:
    placed = Instant(MONDAY_TEN - days_old * 24 * 3_600 * 1_000_000)
    return an_order(id, lines={"RED-CLOCK": 1}, tier=tier, place_time=placed)


def test_of_two_equal_orders_the_one_that_waited_longer_is_served() -> None:
    new, old = an_order_of_class("new", "", 0), an_order_of_class("old", "", 3)

    assert who_gets_the_last_clock(new, old) == who_gets_the_last_clock(old, new) == "old"


def test_a_higher_class_is_served_first_but_not_for_ever() -> None:
    served = [
        who_gets_the_last_clock(an_order_of_class("gold", "GOLD", 0), an_order_of_class("bronze", "", days))
        for days in range(7)
    ]

    assert served == ["gold"] * 5 + ["bronze"] * 2


def test_an_empty_wave_is_no_trouble() -> None:
    assert decide_wave([], stock={}).decisions == ()


@pytest.mark.parametrize("seed", seeds(0, 40))
def test_a_wave_is_never_dearer_than_deciding_one_by_one(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests = [replace(request, decision_time=MONDAY_TEN) for request in random_requests(random, 12)]

    wave = route_wave(requests, world, shelf, shelf, verify=True)

    assert cost_of(wave.decisions) <= cost_of(route(requests, world, shelf, shelf))
    assert wave.bound_milli <= wave.objective_milli
    assert [pack_decision(replay(one, world.network, world.rules)) for one in wave.decisions] == [
        pack_decision(one) for one in wave.decisions
    ]
