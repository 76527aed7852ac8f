"""Random retailers with transfer lanes: batches, replays, optima, and what every plan with a transfer must keep to."""

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from router.domain.node import NodeCalendar
from router.domain.plan import CostKind, Plan, Shipment, SolutionStatus
from router.referee.certificate import check_text
from router.routing.decision import Decision
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.best_plans import best_by_levels, reached_by
from tests.routing.builders import Shelf
from tests.routing.random_worlds import random_requests, random_shelf, random_world, with_random_lanes
from tests.routing.test_certificates import certificate_of, sealed
from tests.routing.test_law_of_batches import one_after_another


def a_day_with_lanes(seed: int) -> tuple[list[OrderToRoute], World, Shelf]:
    random = Random(seed)
    world = with_random_lanes(random, random_world(random))
    return random_requests(random, random.randint(2, 8)), world, random_shelf(random, world)


@pytest.mark.parametrize("seed", seeds(21_000, 40))
def test_a_batch_with_transfers_decides_like_one_order_after_another(seed):
    requests, world, shelf = a_day_with_lanes(seed)

    together = route(requests, world, shelf, shelf, verify=True)

    apart = one_after_another(requests, world, shelf)
    assert [pack_decision(one) for one in together] == [pack_decision(one) for one in apart]


@pytest.mark.parametrize("seed", seeds(21_100, 40))
def test_a_decision_with_transfers_is_replayed_from_its_bytes_alone(seed):
    requests, world, shelf = a_day_with_lanes(seed)
    packed = [pack_decision(decision) for decision in route(requests, world, shelf, shelf)]

    again = [replay(unpack_decision(one), world.network, world.rules) for one in packed]

    assert [pack_decision(decision) for decision in again] == packed


def test_random_plans_with_transfers_are_the_best_of_all_and_keep_to_lanes_and_stock():
    judged = moved = 0
    for seed in seeds(21_200, 60):
        requests, world, shelf = a_day_with_lanes(seed)
        for decision in route(requests, world, shelf, shelf, verify=True):
            assert list(faults_of(decision, world)) == [], seed
            moved += any(shipment.transfers for shipment in decision.plan.shipments)
            best = best_by_levels(decision, world)
            if best is not None and decision.plan.status is SolutionStatus.OPTIMAL:
                judged += 1
                assert reached_by(decision) == best, seed

    assert judged > 60
    assert moved > 20


@pytest.mark.parametrize("seed", seeds(21_300, 12))
def test_the_referee_accepts_every_order_and_refuses_one_whose_lanes_are_altered(seed):
    requests, world, shelf = a_day_with_lanes(seed)
    for decision in route(requests, world, shelf, shelf):
        text = certificate_of([decision], world)
        header, order = [json.loads(line) for line in text.splitlines()[:-1]]

        assert check_text(text).faults == []
        for altered in altered_lanes(order):
            assert not check_text(sealed([header, altered])).is_accepted


def altered_lanes(order: Any) -> Iterator[Any]:
    """What a liar could say of a shipment that awaits something: that it came cheaper, or need not come."""
    for shipment in order["plan"]["shipments"]:
        option = shipment["option"]
        if order.get("awaits", [0] * 99)[option]:
            cheaper = deepcopy(order)
            cheaper["options"][option]["fixed_milli"] -= 1
            yield cheaper
            nothing_comes = deepcopy(order)
            for line in nothing_comes["brings"]:
                line[option] = 0
            yield nothing_comes


def faults_of(decision: Decision, world: World) -> Iterator[str]:
    """What a plan says of its transfers, held against the network and the stock as they were recorded."""
    plan, stock = decision.plan, decision.inputs.stock
    for (node_id, sku), units in taken_by(plan).items():
        if units > stock[sku].get(node_id, 0):
            yield f"{units} {sku} are taken from {node_id}, which has {stock[sku].get(node_id, 0)}"
    for shipment in plan.shipments:
        yield from shipment_faults(decision, shipment, world)


def taken_by(plan: Plan) -> Counter[tuple[str, str]]:
    taken = Counter[tuple[str, str]]()
    for shipment in plan.shipments:
        for parcel in shipment.parcels:
            for one in parcel.allocations:
                taken[shipment.node_id, one.sku] += one.quantity
        for transfer in shipment.transfers or ():
            for one in transfer.allocations:
                taken[shipment.node_id, one.sku] -= one.quantity
                taken[transfer.from_node_id, one.sku] += one.quantity
    return +taken


def shipment_faults(decision: Decision, shipment: Shipment, world: World) -> Iterator[str]:
    lanes = {(one.from_node_id, one.to_node_id): one for one in world.network.network.transfer_lanes or ()}
    nodes = {node.id: node for node in world.network.nodes}
    carried = shipment.quantities()
    wanted = {line.id: line.quantity for line in decision.inputs.order.lines}
    due = 0
    for transfer in shipment.transfers or ():
        lane = lanes[transfer.from_node_id, shipment.node_id]
        due += 1_000 * lane.cost_minor
        if not transfer.allocations:
            yield f"nothing moves from {transfer.from_node_id}"
        for one in transfer.allocations:
            due += one.quantity * (
                1_000 * lane.unit_minor + lane.kilogram_minor * world.products[one.sku].weight_grams
            )
            if carried[one.line_id] != wanted[one.line_id]:
                yield f"line {one.line_id} is moved and divided"
        if transfer.arrive_day != transfer.depart_day + lane.lead_days:
            yield "a transfer arrives on another day than its lane says"
        if not lane.departure_weekdays >> ((transfer.depart_day + 6) % 7) & 1:
            yield "a transfer leaves on a day on which the lane does not"
        if shipment.ship_day < transfer.arrive_day + processing(nodes[shipment.node_id].calendar):
            yield "a shipment leaves before what it awaits is there and made ready"
    paid = sum(part.amount_milli for part in shipment.costs if part.kind is CostKind.TRANSFER)
    if paid != due:
        yield f"transfers to {shipment.node_id} cost {due}, the plan says {paid}"


def processing(calendar: NodeCalendar) -> int:
    return calendar.processing_days
