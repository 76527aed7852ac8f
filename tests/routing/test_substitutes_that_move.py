"""Orders in which another product stands in and units move first: both in one plan, where that is the best."""

from random import Random

import pytest
from msgspec import structs

from router.domain.plan import CostKind, SolutionStatus
from router.routing.network.dates import CAPACITY_DAYS_MAX
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.best_plans import best_by_levels, reached_by
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_line,
    a_network,
    a_node,
    a_world,
    an_order,
    by_sku,
    day,
    decide,
    rules_of,
)
from tests.routing.cases_of_substitutes import every_way
from tests.routing.random_worlds import random_requests, random_shelf, substitute_world, with_random_lanes
from tests.routing.test_gathering_laws import faults_of
from tests.routing.test_gatherings import a_lane
from tests.routing.test_law_of_batches import one_after_another
from tests.routing.test_substitutes import BLUE, GOODS

CHEAP = a_lane("lyon", "lille", cost_minor=100)


def offering(text: str = "") -> World:
    """Blue clocks for red ones, 2.00 each, and a lane from Lyon to Lille for 1.00."""
    return a_world(a_network(transfer_lanes=(CHEAP,)), GOODS, rules=rules_of(BLUE % text))


def test_a_substitute_that_lies_elsewhere_is_moved_to_what_is_sent_as_asked():
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}, accepts_substitutes=True)

    decision = decide(order, stock={"lille": {"TIN-LAMP": 1}, "lyon": {"BLUE-CLOCK": 1}}, world=offering())

    (shipment,) = decision.plan.shipments
    (transfer,) = shipment.transfers or ()
    (allocation,) = transfer.allocations
    assert (shipment.node_id, transfer.from_node_id) == ("lille", "lyon")
    assert (allocation.sku, allocation.asked_sku, allocation.quantity) == ("BLUE-CLOCK", "RED-CLOCK", 1)
    paid = {part.kind: part.amount_milli for part in decision.plan.costs}
    assert (paid[CostKind.TRANSFER], paid[CostKind.SUBSTITUTE]) == (100_000, 200_000)
    assert decision.plan.status is SolutionStatus.OPTIMAL


def test_a_product_is_moved_rather_than_replaced_where_the_lane_costs_less_than_the_penalty():
    order = an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}, accepts_substitutes=True)
    stock = {"lille": {"TIN-LAMP": 1, "BLUE-CLOCK": 1}, "lyon": {"RED-CLOCK": 1}}

    decision = decide(order, stock=stock, world=offering())

    (shipment,) = decision.plan.shipments
    assert decision.plan.substitutions == ()
    assert [one.allocations[0].sku for one in shipment.transfers or ()] == ["RED-CLOCK"]


def test_what_could_be_moved_is_not_counted_twice_before_a_product_is_called_short():
    stock = {"lille": {"RED-CLOCK": 1, "BLUE-CLOCK": 9}, "lyon": {"RED-CLOCK": 1}}

    short = decide(
        an_order(lines={"RED-CLOCK": 3}, accepts_substitutes=True),
        stock=stock,
        world=offering(", only_short: true"),
    )

    assert sum(one.quantity for one in short.plan.substitutions) == 1


def test_an_order_reads_the_bookings_of_a_hub_at_which_only_a_variant_could_be_gathered():
    """Its plan wants one product for both lines and gathers nothing; another would be better, were the hub not full."""
    hub = a_node("lille", shipments_per_day=1)
    lanes = (a_lane("lyon", "lille", cost_minor=10), a_lane("nice", "lille", cost_minor=10))
    world = a_world(
        a_network(hub, a_node("lyon"), a_node("nice"), transfer_lanes=lanes),
        GOODS,
        rules=rules_of(
            (BLUE % "").replace("}]", '}, {id: green, when: line.sku == "RED-CLOCK", offer: [GREEN-CLOCK]}]')
        ),
    )
    tuesday = day("2026-03-03")
    full = dict.fromkeys(range(tuesday, tuesday + 2 * CAPACITY_DAYS_MAX), 1)
    stock = {"lyon": {"BLUE-CLOCK": 2, "TIN-LAMP": 1}, "nice": {"GREEN-CLOCK": 1}}
    shelf = Shelf(by_sku(stock), {"lille": full})
    lines = [
        a_line(1, "RED-CLOCK", 1, kit_id="desk"),
        a_line(2, "TIN-LAMP", 1, kit_id="desk"),
        a_line(3, "RED-CLOCK", 1),
    ]
    order = an_order(lines=lines, accepts_substitutes=True)

    (decision,) = route([OrderToRoute(order=order, decision_time=MONDAY_TEN)], world, shelf, shelf)

    assert [one.node_id for one in decision.plan.shipments] == ["lyon"]
    assert [one.sku for one in decision.plan.substitutions] == ["BLUE-CLOCK", "BLUE-CLOCK"]
    assert decision.inputs.shipments_booked["lille"][tuesday] == 1
    packed = pack_decision(decision)
    assert pack_decision(replay(unpack_decision(packed), world.network, world.rules)) == packed


def a_day_of_both(seed: int) -> tuple[list[OrderToRoute], World, Shelf]:
    random = Random(seed)
    world = with_random_lanes(random, substitute_world(random))
    requests = [
        structs.replace(one, order=structs.replace(one.order, accepts_substitutes=random.random() < 0.8))
        for one in random_requests(random, random.randint(2, 6), (1, 1, 2, 3))
    ]
    return requests, world, random_shelf(random, world)


@pytest.mark.parametrize("seed", seeds(23_000, sample=15, full=60))
def test_a_batch_of_both_decides_like_one_order_after_another_and_is_replayed(seed):
    requests, world, shelf = a_day_of_both(seed)

    together = route(requests, world, shelf, shelf, verify=True)

    packed = [pack_decision(one) for one in together]
    assert packed == [pack_decision(one) for one in one_after_another(requests, world, shelf)]
    again = [replay(unpack_decision(one), world.network, world.rules) for one in packed]
    assert [pack_decision(one) for one in again] == packed


def test_no_choice_of_substitutes_and_transfers_is_better_than_the_plan():
    """Against all plans of all ways to replace units, and against lanes and stock as they are."""
    judged = both = 0
    for seed in seeds(23_100, sample=40, full=120):
        requests, world, shelf = a_day_of_both(seed)
        for decision in route(requests, world, shelf, shelf, verify=True):
            plan = decision.plan
            both += any(
                one.asked_sku
                for shipment in plan.shipments
                for transfer in shipment.transfers or ()
                for one in transfer.allocations
            )
            if not plan.substitutions:
                assert list(faults_of(decision, world)) == [], seed
            plans = [best_by_levels(decision, world, one) for one in every_way(decision, world)]
            if None not in plans and plan.status is SolutionStatus.OPTIMAL:
                judged += 1
                assert reached_by(decision) == min(one for one in plans if one is not None), seed

    assert judged > 40
    assert both > 0
