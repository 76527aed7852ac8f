"""Kits and shared SKUs: a kit travels whole, and no unit is promised twice."""

from random import Random

import pytest

from router.domain.plan import CostKind, SolutionStatus
from router.routing.explain.explain import explain
from router.routing.explain.explanation import Obstacle
from router.routing.route import route
from tests.proving import seeds
from tests.routing.builders import (
    a_line,
    a_network,
    a_node,
    a_product,
    a_service,
    a_world,
    an_order,
    decide,
    reasons_of,
    rules_of,
    sent_by,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world

DESK_SET = (a_line(1, "RED-CLOCK", kit_id="set"), a_line(2, "TIN-LAMP", 2, kit_id="set"))
TWO_SETS = (a_line(1, "RED-CLOCK", 2, kit_id="set"), a_line(2, "TIN-LAMP", 4, kit_id="set"))


def test_a_kit_ships_from_a_node_that_holds_all_of_it():
    stock = {"lille": {"RED-CLOCK": 9, "TIN-LAMP": 1}, "lyon": {"RED-CLOCK": 1, "TIN-LAMP": 2}}

    assert sent_by(decide(an_order(lines=DESK_SET), stock=stock)) == [("lyon", {"1": 1, "2": 2})]


def test_a_kit_that_no_node_holds_does_not_ship_at_all():
    stock = {"lille": {"RED-CLOCK": 9}, "lyon": {"TIN-LAMP": 9}}

    decision = decide(an_order(lines=DESK_SET), stock=stock)

    assert reasons_of(decision) == {"1": "NOT_TOGETHER", "2": "NOT_TOGETHER"}


def test_the_line_that_a_kit_lacks_is_told_from_those_that_wait_for_it():
    decision = decide(an_order(lines=DESK_SET), stock={"lille": {"RED-CLOCK": 9}})

    assert reasons_of(decision) == {"1": "NOT_TOGETHER", "2": "NO_STOCK"}


def test_kits_of_one_order_may_come_from_several_nodes_each_of_them_whole():
    stock = {"lille": {"RED-CLOCK": 1, "TIN-LAMP": 3}, "lyon": {"RED-CLOCK": 5, "TIN-LAMP": 2}}

    decision = decide(an_order(lines=TWO_SETS), stock=stock)

    assert sent_by(decision) == [("lille", {"1": 1, "2": 2}), ("lyon", {"1": 1, "2": 2})]


def test_a_kit_is_packed_into_one_parcel():
    world = a_world(
        a_network(a_node("lille"), services=[a_service(parcel_weight_grams_max=1_500)]),
        (a_product("RED-CLOCK", weight_grams=500), a_product("TIN-LAMP", weight_grams=400)),
    )

    decision = decide(an_order(lines=TWO_SETS), stock={"lille": {"RED-CLOCK": 2, "TIN-LAMP": 4}}, world=world)

    (shipment,) = decision.plan.shipments
    assert [parcel.weight_grams for parcel in shipment.parcels] == [1_300, 1_300]
    assert [[(one.line_id, one.quantity) for one in parcel.allocations] for parcel in shipment.parcels] == [
        [("1", 1), ("2", 2)],
        [("1", 1), ("2", 2)],
    ]


def test_a_kit_too_heavy_for_any_parcel_stays_though_its_lines_alone_would_travel():
    world = a_world(a_network(a_node("lille"), services=[a_service(parcel_weight_grams_max=1_200)]))
    stock = {"lille": {"RED-CLOCK": 9, "TIN-LAMP": 9}}

    decision = decide(an_order(lines=DESK_SET), stock=stock, world=world)

    assert reasons_of(decision) == {"1": "NOT_TOGETHER", "2": "NOT_TOGETHER"}
    assert [node.obstacle for node in explain(decision, world).nodes] == [Obstacle.INCOMPLETE_KIT]


def test_a_ban_on_one_line_bans_the_kit():
    ban = rules_of(
        'constraints: [{id: no-lamps, when: line.sku == "TIN-LAMP", ban: node.id == "lille", because: b}]'
    )
    stock = {place: {"RED-CLOCK": 9, "TIN-LAMP": 9} for place in ("lille", "lyon")}

    assert sent_by(decide(an_order(lines=DESK_SET), stock=stock, world=a_world(rules=ban))) == [
        ("lyon", {"1": 1, "2": 2})
    ]


def test_charges_of_a_kit_are_those_of_its_lines_and_units():
    rules = rules_of(
        "costs:\n"
        '  - {id: unit, when: line.sku == "TIN-LAMP", per: unit, amount: eur(0.10)}\n'
        "  - {id: line, per: line, amount: eur(1)}\n"
    )
    world = a_world(rules=rules)

    decision = decide(an_order(lines=TWO_SETS), stock={"lille": {"RED-CLOCK": 2, "TIN-LAMP": 4}}, world=world)

    charged = {part.rule: part.amount_milli for part in decision.plan.costs if part.kind is CostKind.RULE}
    assert charged == {"shop/unit": 40_000, "shop/line": 200_000}


def test_a_unit_wanted_by_a_kit_and_by_a_line_is_promised_once():
    lines = (*DESK_SET, a_line(3, "TIN-LAMP"))

    decision = decide(an_order(lines=lines), stock={"lille": {"RED-CLOCK": 1, "TIN-LAMP": 2}})

    assert sent_by(decision) == [("lille", {"1": 1, "2": 2})]
    assert reasons_of(decision) == {"3": "PARTIAL_STOCK"}


def test_the_loose_line_gets_the_shared_unit_where_the_kit_ships_from_elsewhere():
    lines = (*DESK_SET, a_line(3, "TIN-LAMP"))
    stock = {"lille": {"RED-CLOCK": 1, "TIN-LAMP": 2}, "lyon": {"TIN-LAMP": 1}}

    decision = decide(an_order(lines=lines), stock=stock)

    assert sent_by(decision) == [("lille", {"1": 1, "2": 2}), ("lyon", {"3": 1})]
    assert decision.plan.status is SolutionStatus.OPTIMAL


def test_a_division_that_precedence_would_miss_is_found():
    """By precedence the kit would take the near node's lamps, which the group needs; the far one has a whole kit."""
    lines = (
        a_line(1, "RED-CLOCK", kit_id="set"),
        a_line(2, "TIN-LAMP", kit_id="set"),
        a_line(3, "TIN-LAMP", together_id="pair"),
        a_line(4, "OAK-DESK", together_id="pair"),
    )
    stock = {"lille": {"RED-CLOCK": 1, "TIN-LAMP": 1, "OAK-DESK": 1}, "nice": {"RED-CLOCK": 1, "TIN-LAMP": 1}}
    rules = rules_of('constraints: [{id: far-kits, when: line.in_kit, ban: node.id == "lille", because: b}]')

    decision = decide(an_order(lines=lines), stock=stock, world=a_world(rules=rules))

    assert sent_by(decision) == [("lille", {"3": 1, "4": 1}), ("nice", {"1": 1, "2": 1})]
    assert decision.plan.status is SolutionStatus.OPTIMAL


@pytest.mark.parametrize("seed", seeds(400, 15))
def test_no_plan_takes_more_than_a_node_has(seed):
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)

    for decision in route(random_requests(random, 6), world, shelf, shelf):
        shelf = shelf.without(decision)

    assert min((units for nodes in shelf.stock.values() for units in nodes.values()), default=0) >= 0


@pytest.mark.parametrize("seed", seeds(450, 10))
def test_every_parcel_holds_whole_kits(seed):
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    for decision in route(random_requests(random, 6), world, shelf, shelf):
        kit = {line.id: line.quantity for line in decision.inputs.order.lines if line.kit_id}
        for shipment in decision.plan.shipments:
            shares = {
                units * 1_000 // kit[line] for line, units in shipment.quantities().items() if line in kit
            }
            whole = not shares or kit.keys() <= shipment.quantities().keys()
            assert whole or len(decision.inputs.order.lines) > len(
                {line.sku for line in decision.inputs.order.lines}
            )
