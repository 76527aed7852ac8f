"""Units move from node to node first where that is cheaper than sending a parcel from each."""

from typing import Any

import pytest

from router.domain.identifiers import NodeId
from router.domain.plan import CostKind, SolutionStatus
from router.domain.transfer_lane import TransferLane
from router.routing.decision import Prices
from router.routing.network.prepared import prepare
from router.routing.replay import pack_decision, replay
from tests.routing.builders import (
    a_line,
    a_network,
    a_node,
    a_world,
    an_order,
    day,
    decide,
)
from tests.routing.test_counterfactual import rules_of

MONDAY, TUESDAY = day("2026-03-02"), day("2026-03-03")


def a_lane(from_place: str, to_place: str, **changes: Any) -> TransferLane:
    settings = {"from_node_id": NodeId(from_place), "to_node_id": NodeId(to_place), "lead_days": 1}
    return TransferLane(**{**settings, **changes})


def world_with(*lanes: TransferLane, **changes: Any) -> Any:
    rules = changes.pop("rules", None)
    prices = changes.pop("prices", Prices())
    return a_world(a_network(**changes, transfer_lanes=lanes), rules=rules, prices=prices)


def sent(decision: Any) -> list[tuple[str, int]]:
    return [(one.node_id, one.ship_day) for one in decision.plan.shipments]


def moved(decision: Any) -> list[tuple[str, dict[str, int]]]:
    return [
        (transfer.from_node_id, {one.line_id: one.quantity for one in transfer.allocations})
        for shipment in decision.plan.shipments
        for transfer in shipment.transfers or ()
    ]


APART = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 1}}
BOTH = {"RED-CLOCK": 1, "TIN-LAMP": 1}


def test_two_parcels_become_one_where_the_lane_costs_less_than_a_parcel():
    decision = decide(
        an_order(lines=BOTH), stock=APART, world=world_with(a_lane("lyon", "lille", cost_minor=200))
    )

    assert sent(decision) == [("lille", TUESDAY)]
    assert moved(decision) == [("lyon", {"2": 1})]
    assert decision.plan.status is SolutionStatus.OPTIMAL
    (shipment,) = decision.plan.shipments
    assert [part.amount_milli for part in shipment.costs if part.kind is CostKind.TRANSFER] == [200_000]
    (transfer,) = shipment.transfers
    assert (transfer.depart_day, transfer.arrive_day) == (MONDAY, TUESDAY)


def test_two_parcels_stay_two_where_the_lane_costs_more():
    decision = decide(
        an_order(lines=BOTH), stock=APART, world=world_with(a_lane("lyon", "lille", cost_minor=900))
    )

    assert sorted(sent(decision)) == [("lille", MONDAY), ("lyon", MONDAY)]
    assert moved(decision) == []


def test_units_move_for_a_kilogram_and_for_a_unit():
    lane = a_lane("lyon", "lille", cost_minor=10, unit_minor=7, kilogram_minor=100)
    stock = {"lille": {"RED-CLOCK": 1}, "lyon": {"TIN-LAMP": 3}}
    decision = decide(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 3}), stock=stock, world=world_with(lane))

    (shipment,) = decision.plan.shipments
    assert [part.amount_milli for part in shipment.costs if part.kind is CostKind.TRANSFER] == [
        10_000 + 3 * (7_000 + 100 * 500)
    ]


def test_a_hub_that_holds_nothing_can_ship_for_others():
    stock = {"lyon": {"RED-CLOCK": 1}, "nice": {"TIN-LAMP": 1}}
    world = world_with(
        a_lane("lyon", "lille", cost_minor=50), a_lane("nice", "lille", cost_minor=50, lead_days=3)
    )
    decision = decide(an_order(lines=BOTH), stock=stock, world=world)

    assert sent(decision) == [("lille", day("2026-03-05"))]
    assert moved(decision) == [("lyon", {"1": 1}), ("nice", {"2": 1})]


def test_a_line_is_gathered_from_both_nodes_the_hub_first():
    stock = {"lille": {"RED-CLOCK": 2}, "lyon": {"RED-CLOCK": 2}}
    order = an_order(lines=[a_line(1, "RED-CLOCK", 1), a_line(2, "RED-CLOCK", 2)])
    decision = decide(
        order, stock=stock, world=world_with(a_lane("lyon", "lille", cost_minor=100, unit_minor=1))
    )

    assert sent(decision) == [("lille", TUESDAY)]
    assert moved(decision) == [("lyon", {"2": 1})]


def test_a_shipment_leaves_after_arrival_by_the_calendar_of_the_hub():
    lille = a_node("lille", calendar=a_node("lille").calendar.__class__(processing_days=1))
    world = a_world(
        a_network(lille, a_node("lyon"), transfer_lanes=(a_lane("lyon", "lille", lead_days=4, cost_minor=1),))
    )
    decision = decide(an_order(lines=BOTH), stock=APART, world=world)

    # Monday and four days is Friday; one more working day is Monday.
    assert sent(decision) == [("lille", day("2026-03-09"))]


def test_a_transfer_leaves_on_its_weekdays_only():
    wednesdays = a_lane("lyon", "lille", cost_minor=1, departure_weekdays=0b0000100)
    decision = decide(an_order(lines=BOTH), stock=APART, world=world_with(wednesdays))

    (shipment,) = decision.plan.shipments
    (transfer,) = shipment.transfers
    assert (transfer.depart_day, shipment.ship_day) == (day("2026-03-04"), day("2026-03-05"))


LATE = "costs: [{id: late, per: late_day, amount: eur(20), because: b}]\n"
EXCLUDE = 'filters: [{id: not-there, when: true, keep: node.id != "%s", because: b}]\n'


def test_no_promise_is_broken_for_a_cheaper_parcel():
    lane = a_lane("lyon", "lille", cost_minor=1, lead_days=9)
    order = an_order(lines=BOTH, promise_day=day("2026-03-05"))
    kept = decide(order, stock=APART, world=world_with(lane, rules=rules_of(LATE)))
    broken = decide(order, stock=APART, world=world_with(lane))

    assert len(kept.plan.shipments) == 2
    assert len(broken.plan.shipments) == 1


@pytest.mark.parametrize("node", ["lille", "lyon"])
def test_a_rule_that_excludes_either_end_excludes_the_way(node):
    rules = rules_of(EXCLUDE % node)
    decision = decide(
        an_order(lines=BOTH), stock=APART, world=world_with(a_lane("lyon", "lille"), rules=rules)
    )

    assert moved(decision) == []


def test_a_closed_end_moves_nothing():
    network = a_network(
        a_node("lille"), a_node("lyon", is_open=False), transfer_lanes=(a_lane("lyon", "lille"),)
    )
    assert moved(decide(an_order(lines=BOTH), stock=APART, world=a_world(network))) == []


def test_the_capacity_of_the_hub_counts_on_the_day_on_which_it_ships():
    lille = a_node("lille", shipments_per_day=1)
    network = a_network(lille, a_node("lyon"), transfer_lanes=(a_lane("lyon", "lille", cost_minor=1),))
    booked = {"lille": {TUESDAY: 1}}
    decision = decide(an_order(lines=BOTH), stock=APART, world=a_world(network), booked=booked)

    assert sent(decision) == [("lille", day("2026-03-04"))]


def test_units_that_are_dear_where_they_lie_are_dear_when_they_move():
    prices = Prices(stock_milli={"TIN-LAMP": {"lyon": 300_000, "lille": 7}})
    decision = decide(
        an_order(lines=BOTH),
        stock=APART,
        world=world_with(a_lane("lyon", "lille", cost_minor=1), prices=prices),
    )

    (shipment,) = decision.plan.shipments
    assert [part.amount_milli for part in shipment.costs if part.kind is CostKind.STOCK_PRICE] == [300_000]


def test_a_network_without_lanes_has_the_bytes_of_before():
    assert prepare(a_network()).digest == prepare(a_network(transfer_lanes=())).digest


def test_a_decision_with_a_transfer_replays_to_the_same_bytes():
    network = a_network(
        a_node("lille", shipments_per_day=3), a_node("lyon"), a_node("nice"),
        transfer_lanes=(a_lane("lyon", "lille", cost_minor=100), a_lane("nice", "lille")),
    )  # fmt: skip
    world = a_world(network)
    stock = {"lyon": {"RED-CLOCK": 2}, "nice": {"TIN-LAMP": 1, "RED-CLOCK": 1}}
    booked = {"lille": {TUESDAY: 3, day("2026-03-04"): 1}}
    decision = decide(
        an_order(lines={"RED-CLOCK": 3, "TIN-LAMP": 1}), stock=stock, world=world, booked=booked
    )

    assert sent(decision) == [("lille", day("2026-03-04"))]
    again = replay(decision, prepare(network), world.rules)
    assert pack_decision(again) == pack_decision(decision)


def test_a_kit_is_brought_by_the_lanes_of_its_lines_and_no_others():
    kit = (a_line(1, "RED-CLOCK", kit_id="set"), a_line(2, "TIN-LAMP", 2, kit_id="set"))
    stock = {"lyon": {"TIN-LAMP": 1}, "nice": {"RED-CLOCK": 1, "TIN-LAMP": 2}}
    world = world_with(a_lane("lyon", "lille", cost_minor=100), a_lane("nice", "lille", cost_minor=50))

    decision = decide(an_order(lines=kit), stock=stock, world=world)

    assert moved(decision) == [("nice", {"1": 1, "2": 2})]
