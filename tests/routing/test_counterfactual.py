"""What would have had to be different for another plan to win, checked by deciding on both sides of the answer."""

from random import Random

import pytest
from msgspec.structs import replace

from router.domain.carrier import Tariff
from router.routing.decision import Decision
from router.routing.explain.counterfactual import smallest
from router.routing.explain.explain import explain
from router.routing.explain.explanation import ChangeKind, Counterfactual
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import (
    Shelf,
    a_network,
    a_node,
    a_service,
    a_world,
    a_zone,
    an_order,
    day,
    decide,
    nodes_of,
    rules_of,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world

CLOCK = {"RED-CLOCK": 1}


def change(decision: Decision, world: World, kind: ChangeKind) -> Counterfactual | None:
    found = [one for one in explain(decision, world).counterfactuals if one.kind is kind]
    return found[0] if found else None


def test_the_price_with_which_the_runner_up_would_have_won():
    world = a_world()
    decision = decide(an_order(lines=CLOCK), stock={"lille": CLOCK, "nice": CLOCK}, world=world)

    price = change(decision, world, ChangeKind.PRICE)

    assert (price.node_id, price.service_level_id, price.amount, price.winner) == (
        "nice",
        "POSTE/COLIS",
        301,
        ("nice",),
    )


@pytest.mark.parametrize(("discount", "winner"), [(300, "lille"), (301, "nice")])
def test_the_price_holds_on_both_sides_in_the_tariff_itself(discount, winner):
    def level(id, price):
        return a_service(id, tariff=Tariff(zones=(a_zone(up_to_km=2_000, days=2, price=price),)))

    network = a_network(
        a_node("lille", service_level_ids=("A/A",)),
        a_node("nice", service_level_ids=("B/B",)),
        services=(level("A/A", 500), level("B/B", 800 - discount)),
    )

    assert nodes_of(
        decide(an_order(lines=CLOCK), stock={"lille": CLOCK, "nice": CLOCK}, world=a_world(network))
    ) == [winner]


def test_no_price_beats_a_plan_that_is_better_at_a_tier():
    rules = rules_of("objective: {tiers: [unshipped_units, distance]}\n")
    world = a_world(rules=rules)
    decision = decide(an_order(lines=CLOCK), stock={"lille": CLOCK, "nice": CLOCK}, world=world)

    assert change(decision, world, ChangeKind.PRICE) is None


def test_the_units_that_the_chosen_node_had_to_spare():
    world = a_world()
    decision = decide(
        an_order(lines={"RED-CLOCK": 2}),
        stock={"lille": {"RED-CLOCK": 6}, "nice": {"RED-CLOCK": 2}},
        world=world,
    )

    stock = change(decision, world, ChangeKind.STOCK)

    assert (stock.node_id, stock.sku, stock.amount, stock.winner) == ("lille", "RED-CLOCK", -5, ("nice",))


def test_the_unit_that_the_runner_up_lacked():
    world = a_world()
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}, to="lille")
    decision = decide(order, stock={"lyon": {"RED-CLOCK": 9, "TIN-LAMP": 9}, "lille": CLOCK}, world=world)

    found = change(decision, world, ChangeKind.STOCK)

    assert nodes_of(decision) == ["lyon"]
    assert (found.node_id, found.sku, found.amount, found.winner) == ("lille", "TIN-LAMP", 1, ("lille",))


def test_rules_read_the_changed_stock():
    rules = rules_of("safety_stock: [{id: keep, keep: 3}]\n")
    world = a_world(rules=rules)
    decision = decide(
        an_order(lines=CLOCK), stock={"lille": {"RED-CLOCK": 6}, "nice": {"RED-CLOCK": 9}}, world=world
    )

    assert change(decision, world, ChangeKind.STOCK).amount == -3


def test_the_promise_with_which_another_way_would_have_been_taken():
    rules = rules_of("constraints: [{id: on-time, ban: lane.late_days > days(0), because: b}]\n")
    world = a_world(rules=rules)
    order = an_order(lines=CLOCK, promise_day=day("2026-03-04"))
    decision = decide(order, stock={"nice": CLOCK}, world=world)

    promise = change(decision, world, ChangeKind.PROMISE)

    assert (promise.amount, promise.winner) == (-1, ("nice",))


def test_an_order_without_promise_has_no_other_date():
    world = a_world()
    decision = decide(an_order(lines=CLOCK), stock={"lille": CLOCK, "nice": CLOCK}, world=world)

    assert change(decision, world, ChangeKind.PROMISE) is None


def test_an_order_that_ships_nothing_has_nothing_that_could_lose():
    world = a_world()

    assert explain(decide(an_order(lines=CLOCK), stock={}, world=world), world).counterfactuals == ()


@pytest.mark.parametrize("threshold", [1, 2, 7, 39, 40])
@pytest.mark.parametrize("guess", [None, 1, 7, 20, 40])
def test_the_smallest_step_is_found_from_any_guess(threshold, guess):
    assert smallest(40, lambda step: step >= threshold, guess) == threshold


@pytest.mark.parametrize("guess", [None, 1, 40])
def test_no_step_is_found_where_not_even_the_limit_changes_anything(guess):
    assert smallest(40, lambda step: False, guess) is None


def decided_with(decision: Decision, world: World, one: Counterfactual, amount: int) -> Decision:
    """The same order decided with another stock or promise."""
    inputs = decision.inputs
    order, stock = inputs.order, {sku: dict(nodes) for sku, nodes in inputs.stock.items()}
    if one.kind is ChangeKind.STOCK:
        stock[one.sku][one.node_id] = stock[one.sku].get(one.node_id, 0) + amount
    else:
        order = replace(order, promise_day=order.promise_day + amount)
    shelf = Shelf(stock, inputs.shipments_booked)
    (again,) = route([OrderToRoute(order=order, decision_time=inputs.decision_time)], world, shelf, shelf)
    return again


@pytest.mark.parametrize("seed", seeds(700, 12))
def test_stock_and_promise_hold_on_both_sides(seed):
    """One step less: the chosen plan still wins; with it: another."""
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    found = [
        (decision, one)
        for decision in route(random_requests(random, 3), world, shelf, shelf)
        for one in explain(decision, world).counterfactuals
        if one.kind is not ChangeKind.PRICE
    ]

    for decision, one in found:
        step = 1 if one.amount > 0 else -1
        assert ways_of(decided_with(decision, world, one, one.amount - step)) == ways_of(decision)
        assert ways_of(decided_with(decision, world, one, one.amount)) != ways_of(decision)
        assert set(nodes_of(decided_with(decision, world, one, one.amount))) == set(one.winner)


def ways_of(decision: Decision) -> list[tuple[str, str, dict[str, int]]]:
    return [(one.node_id, one.service_level_id, one.quantities()) for one in decision.plan.shipments]
