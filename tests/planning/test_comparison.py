"""Comparisons: what counts as a change, what the sums are, and which orders are kept as examples."""

from dataclasses import replace

import pytest
from msgspec import structs

from router.domain.identifiers import Day, LineId, NodeId, ServiceLevelId, Sku
from router.domain.order import Order
from router.domain.place import Point
from router.domain.plan import (
    Allocation,
    CostKind,
    CostPart,
    Parcel,
    Plan,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.planning.effects.changes import Aspect, Pair
from router.planning.effects.comparison import EXAMPLES_MAX, IDS_PER_KEY, Comparison, compare
from tests.routing.builders import MONDAY_TEN, an_order, day

FRIDAY = day("2026-03-06")


def a_shipment(node: str = "lyon", service: str = "POSTE/COLIS", units: int = 1, late: int = 0) -> Shipment:
    allocation = Allocation(line_id=LineId("1"), sku=Sku("CLOCK"), quantity=units)
    parcel = Parcel(allocations=(allocation,), weight_grams=1, billable_weight_grams=1, charge_milli=0)
    return Shipment(
        node_id=NodeId(node),
        service_level_id=ServiceLevelId(service),
        parcels=(parcel,),
        ship_day=Day(FRIDAY - 2),
        delivery_day=Day(FRIDAY + late),
        late_days=late,
    )


def a_plan(*shipments: Shipment, cost: int = 1_000, **changes: object) -> Plan:
    settings = {
        "status": SolutionStatus.OPTIMAL,
        "method": SolutionMethod.PARTITION,
        "objective_milli": cost,
        "bound_milli": cost,
        "work": 1,
        "shipments": shipments or (a_shipment(),),
        "order_costs": (CostPart(kind=CostKind.RULE, amount_milli=cost, rule="shop/all"),),
    }
    return Plan(**{**settings, **changes})


def left_out(count: int, action: UnshippedAction = UnshippedAction.BACKORDER) -> tuple[Unshipped, ...]:
    return (Unshipped(line_id=LineId("1"), sku=Sku("CLOCK"), quantity=count, action=action),)


def a_pair(before: Plan, after: Plan, number: int = 0, order: Order | None = None, **changes: object) -> Pair:
    known = order or an_order(f"order-{number}", lines={"CLOCK": 2}, promise_day=FRIDAY)
    settings = {
        "decision_id": f"d-{number:012d}",
        "order": known,
        "at": MONDAY_TEN,
        "before": before,
        "after": after,
    }
    return Pair(**{**settings, **changes})


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        (a_plan(), a_plan(), set()),
        (a_plan(cost=1_000), a_plan(cost=900), {Aspect.CHEAPER}),
        (a_plan(cost=1_000), a_plan(cost=1_100), {Aspect.DEARER}),
        (
            a_plan(),
            a_plan(a_shipment(), a_shipment("nice")),
            {Aspect.MORE_SHIPMENTS, Aspect.OTHER_NODES, Aspect.OTHER_SERVICES},
        ),
        (a_plan(), a_plan(a_shipment("nice")), {Aspect.OTHER_NODES}),
        (a_plan(), a_plan(a_shipment(service="CHRONO/13")), {Aspect.OTHER_SERVICES}),
        (a_plan(), a_plan(a_shipment(late=2)), {Aspect.NOW_LATE, Aspect.LATER}),
        (a_plan(a_shipment(late=1)), a_plan(), {Aspect.NO_LONGER_LATE, Aspect.EARLIER}),
        (a_plan(), a_plan(unshipped=left_out(1)), {Aspect.MORE_UNSHIPPED}),
        (a_plan(), structs.replace(a_plan(), on_account="shop/gold"), {Aspect.NOW_ON_ACCOUNT}),
        (structs.replace(a_plan(), on_account="shop/gold"), a_plan(), {Aspect.NO_LONGER_ON_ACCOUNT}),
        (
            a_plan(unshipped=left_out(1, UnshippedAction.HOLD)),
            a_plan(),
            {Aspect.FEWER_UNSHIPPED, Aspect.NO_LONGER_HELD},
        ),
        (
            a_plan(status=SolutionStatus.FEASIBLE, bound_milli=900),
            a_plan(),
            {Aspect.UNPROVEN},
        ),
    ],
)
def test_names_the_ways_in_which_an_order_changes(before, after, aspects):
    assert set(compare([a_pair(before, after)]).aspects) == aspects


def test_an_order_without_promise_is_never_late():
    order = an_order(lines={"CLOCK": 1})

    comparison = compare([a_pair(a_plan(), a_plan(a_shipment(late=3)), order=order)])

    assert (comparison.after.late_orders, Aspect.NOW_LATE in comparison.aspects) == (0, False)


def test_a_plan_of_another_price_is_repriced_and_not_changed():
    comparison = compare([a_pair(a_plan(cost=1_000), a_plan(cost=1_700))])

    assert (comparison.changed, comparison.repriced, comparison.squares) == (0, 1, 490_000)


def test_another_rule_that_charges_the_same_changes_nothing():
    renamed = a_plan(order_costs=(CostPart(kind=CostKind.RULE, amount_milli=1_000, rule="shop/every"),))

    comparison = compare([a_pair(a_plan(), renamed)])

    assert (comparison.changed, comparison.repriced) == (0, 0)


def test_sums_both_sides():
    two = a_plan(a_shipment("lyon", units=2), a_shipment("nice", late=1), unshipped=left_out(3), cost=5_000)

    sums = compare([a_pair(a_plan(), two)]).after

    assert (sums.orders, sums.shipments, sums.split_orders, sums.late_orders, sums.late_days) == (
        1,
        2,
        1,
        1,
        1,
    )
    assert sums.node_units == {"lyon": 2, "nice": 1}
    assert sums.node_days == {("lyon", FRIDAY - 2): 1, ("nice", FRIDAY - 2): 1}
    assert sums.unshipped_units == {UnshippedAction.BACKORDER: 3}
    assert sums.rule_milli == {"shop/all": 5_000}


def test_the_gap_of_unproven_plans_is_stated():
    unproven = a_plan(cost=1_000, bound_milli=990, status=SolutionStatus.FEASIBLE)

    sums = compare([a_pair(unproven, a_plan())]).before

    assert (sums.unproven_orders, sums.gap_milli, sums.gap_ppm_max) == (1, 10, 10_000)


def test_adding_keeps_the_largest_gap_and_adds_the_rest():
    small = compare([a_pair(a_plan(bound_milli=999, status=SolutionStatus.FEASIBLE), a_plan())])
    large = compare([a_pair(a_plan(bound_milli=900, status=SolutionStatus.FEASIBLE), a_plan(), 1)])

    sums = (small + large).before

    assert (sums.unproven_orders, sums.gap_ppm_max, sums.shipments) == (2, 100_000, 2)


def test_counts_changes_of_cost_by_their_size():
    # Steps end at 0.50, 1.00, 2.00 ... of a currency with two decimals: 0.40 is in the first, 1.50 in the third.
    pairs = [
        a_pair(a_plan(cost=0), a_plan(cost=40_000)),
        a_pair(a_plan(cost=150_000), a_plan(cost=0), 1),
        a_pair(a_plan(cost=0), a_plan(cost=9_000_000), 2),
    ]

    assert compare(pairs).spread == {1: 1, -3: 1, 8: 1}


def test_counts_destinations_by_square_of_the_map():
    pairs = [
        a_pair(a_plan(), a_plan(), place=Point(48_900_000, 2_300_000)),
        a_pair(a_plan(), a_plan(a_shipment("nice")), 1, place=Point(48_100_000, 2_900_000)),
        a_pair(a_plan(), a_plan(), 2, place=Point(-1, -1)),
    ]

    comparison = compare(pairs)

    assert comparison.places == {(48, 2): 2, (-1, -1): 1}
    assert comparison.places_changed == {(48, 2): 1}


def many(count: int, first: int = 0) -> list[Pair]:
    """Orders that change in every way at once, each dearer than the one before."""
    return [
        a_pair(
            a_plan(a_shipment(f"node-{number % 7}"), cost=0),
            a_plan(
                a_shipment("nice", "CHRONO/13", late=1),
                a_shipment("lyon"),
                unshipped=left_out(1),
                cost=number + 1,
            ),
            number,
        )
        for number in range(first, first + count)
    ]


def test_keeps_at_most_five_hundred_orders_the_largest_changes_first():
    kept = compare(many(2_000)).largest_changes()

    assert len(kept) <= EXAMPLES_MAX
    assert [change.difference_milli for change in kept[:3]] == [2_000, 1_999, 1_998]


def test_keeps_the_same_examples_in_parts_as_at_once():
    parts = sum((compare(many(250, first)) for first in (500, 0, 750, 250)), Comparison())

    assert parts == compare(many(1_000))


def test_names_orders_that_move_to_or_from_a_node():
    comparison = compare(many(30))

    assert all(len(changes) <= IDS_PER_KEY for changes in comparison.node_examples.values())
    assert [change.order_id for change in comparison.node_examples["node-3"]] == [
        "order-24",
        "order-17",
        "order-10",
        "order-3",
    ]


def test_nothing_compared_is_nothing():
    assert compare([]) == replace(Comparison())
