"""Answers to orders whose plans are written say what they say of the same plans, byte for byte."""

from random import Random

import pytest
from msgspec.structs import replace

from router.app.answers.decided import Refused, Routed, RoutedOrders, Versions
from router.domain.identifiers import DecisionId, Instant
from router.domain.order import Order
from router.domain.plan import Substitution
from router.routing.decision import Decision, shipment_numbers
from router.routing.route import route
from router.service.to_proto.columns import columns_response
from router.service.to_proto.routing import batch_response, route_order_response
from tests.proving import seeds
from tests.routing.random_worlds import random_requests, random_shelf, random_world
from tests.routing.writing import is_plain, written

REFUSED = Refused(order_id="A-2", reason="UNKNOWN_SKU", message="nobody knows `é`")


def routed_of(decision: Decision, number: int) -> Routed:
    inputs = decision.inputs
    return Routed(
        decision_id=DecisionId(f"d-{number}"),
        order_id=inputs.order.id,
        planned=decision.plan,
        versions=Versions(
            rules_digest=inputs.rules_digest,
            network_digest=inputs.network_digest,
            ledger_position=number,
            decision_time=Instant(1_794_830_400_000_001),
        ),
        shipment_numbers=shipment_numbers(decision),
    )


def some_answers(seed: int) -> tuple[list[Order], list[Routed | Refused], list[Routed | Refused]]:
    """Orders of a random shop, what became of them, and the same with the plans written of those that are plain."""
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    decisions = route(random_requests(random, 8), world, shelf, shelf)
    orders = [one.inputs.order for one in decisions]
    made: list[Routed | Refused] = [routed_of(one, number) for number, one in enumerate(decisions)]
    made.insert(2, REFUSED)
    orders.insert(2, orders[0])
    others = [
        replace(one, planned=written(one.plan)) if isinstance(one, Routed) and is_plain(one.plan) else one
        for one in made
    ]
    return orders, made, others


@pytest.mark.parametrize("seed", seeds(32_000, 20))
def test_rows_and_columns_say_the_same_of_plans_that_are_written(seed: int) -> None:
    orders, made, others = some_answers(seed)
    plans, written_plans = RoutedOrders(results=tuple(made)), RoutedOrders(results=tuple(others))

    assert batch_response(written_plans, replayed=False) == batch_response(plans, replayed=False)
    assert columns_response(written_plans, orders, replayed=True) == columns_response(
        plans, orders, replayed=True
    )
    for one, other in zip(made, others, strict=True):
        if isinstance(one, Routed):
            alone, written_alone = RoutedOrders(results=(one,)), RoutedOrders(results=(other,))
            assert route_order_response(written_alone, replayed=True) == route_order_response(
                alone, replayed=True
            )


@pytest.mark.parametrize("seed", seeds(32_500, 10))
def test_columns_say_what_is_sent_of_written_plans_beside_one_with_substitutes(seed: int) -> None:
    orders, made, others = some_answers(seed)
    first = made[0]
    assert isinstance(first, Routed)
    line = orders[0].lines[0]
    stands_in = Substitution(line_id=line.id, sku=line.sku, quantity=1, rule="r", unit_milli=3)
    odd = replace(first, planned=replace(first.plan, substitutions=(stands_in,)))

    told = columns_response(RoutedOrders(results=(odd, *others[1:])), orders, replayed=False)

    assert len(told.plans.allocation_sku) == len(told.plans.allocation_quantity)
    assert told == columns_response(RoutedOrders(results=(odd, *made[1:])), orders, replayed=False)
