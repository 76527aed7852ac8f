"""Random orders decided again after goods came in: never worse, each change paid for, nothing promised twice."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import pytest
from msgspec.structs import replace

from router.domain.identifiers import DecisionId, NodeId, Sku
from router.domain.plan import CostKind, Plan
from router.routing.decision import Decision, Replacing, Standing, shipment_numbers, withdrawn_numbers
from router.routing.replay import pack_decision, replay
from router.routing.reroute import Moved, reroute
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds, under_seed
from tests.routing.builders import MONDAY_TEN, Shelf
from tests.routing.random_worlds import random_requests, random_shelf, random_world

ORDERS = 6


@dataclass(frozen=True)
class Pool:
    """Orders decided one after another, and what is left now that more came in."""

    world: World
    requests: list[OrderToRoute]
    decisions: tuple[Decision, ...]
    shelf: Shelf


def a_pool(seed: int) -> Pool:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests = [replace(one, decision_time=MONDAY_TEN) for one in random_requests(random, ORDERS)]
    decisions = route(requests, world, shelf, shelf)
    for decision in decisions:
        shelf = shelf.without(decision)
    nodes = [node.id for node in world.network.nodes]
    stock = {sku: dict(held) for sku, held in shelf.stock.items()}
    for _ in range(random.randint(5, 15)):
        held = stock.setdefault(random.choice(sorted(world.products)), {})
        node_id = random.choice(nodes)
        held[node_id] = held.get(node_id, 0) + random.randint(1, 5)
    return Pool(world, requests, decisions, Shelf(stock, shelf.booked))


def standing_of(plan: Plan) -> tuple[Standing, ...]:
    return tuple(
        Standing(
            number=number,
            node_id=shipment.node_id,
            service_level_id=shipment.service_level_id,
            ship_day=shipment.ship_day,
            units=tuple(sorted(shipment.quantities().items())),
        )
        for number, shipment in enumerate(plan.shipments, start=1)
    )


def given_back(shelf: Shelf, decision: Decision) -> Shelf:
    stock = {sku: dict(nodes) for sku, nodes in shelf.stock.items()}
    booked = {node_id: dict(days) for node_id, days in shelf.booked.items()}
    for (sku, node_id), units in units_of(decision.plan).items():
        stock[sku][node_id] = stock[sku].get(node_id, 0) + units
    for shipment in decision.plan.shipments:
        booked[shipment.node_id][shipment.ship_day] -= 1
    return Shelf(stock, booked)


def units_of(plan: Plan) -> Mapping[tuple[Sku, NodeId], int]:
    units = Counter[tuple[Sku, NodeId]]()
    for shipment in plan.shipments:
        for parcel in shipment.parcels:
            for one in parcel.allocations:
                units[one.sku, shipment.node_id] += one.quantity
    return units


def again(pool: Pool, number: int, price_milli: int) -> tuple[Moved | None, Shelf]:
    decision = pool.decisions[number]
    view = given_back(pool.shelf, decision)
    replacing = Replacing(
        decision_id=DecisionId("d-1"),
        because="RECEIPT",
        move_milli=price_milli,
        shipment_count=len(decision.plan.shipments),
        standing=standing_of(decision.plan),
    )
    request = replace(pool.requests[number], replacing=replacing)
    return reroute(request, pool.world, view, verify=True), view


def worth(plan: Plan) -> tuple[tuple[int, ...], int]:
    money = sum(part.amount_milli for part in plan.costs if part.kind is not CostKind.MOVE)
    return tuple(level.value for level in plan.levels if level.before_cost), money


def has_cost_of_its_own(pool: Pool) -> bool:
    """Whether what a plan costs does not depend on the stock and the shipments of others."""
    return not (pool.world.rules.reads_stock or pool.world.rules.reads_capacity)


@pytest.mark.parametrize("seed", seeds(1, 12))
def test_an_order_is_never_worse_off_and_every_change_is_paid_for(seed: int) -> None:
    with under_seed("reroute", seed):
        pool = a_pool(seed)
        price = Random(seed).choice((0, 100_000, 1_000_000))
        for number, before in enumerate(pool.decisions):
            moved, view = again(pool, number, price)
            if moved is None:
                continue
            plan, changes = moved.decision.plan, len(withdrawn_numbers(moved.decision))
            if has_cost_of_its_own(pool):
                tiers, money = worth(plan)
                assert (tiers, money + price * changes) < worth(before.plan)
            assert all(units <= view.stock[sku][node] for (sku, node), units in units_of(plan).items())


@pytest.mark.parametrize("seed", seeds(1, 12))
def test_what_stays_keeps_its_number_and_a_replay_gives_the_same_bytes(seed: int) -> None:
    with under_seed("reroute", seed):
        pool = a_pool(seed)
        for number, before in enumerate(pool.decisions):
            moved, _ = again(pool, number, 50_000)
            if moved is None:
                continue
            decision, old = moved.decision, before.plan.shipments
            for name, shipment in zip(shipment_numbers(decision), decision.plan.shipments, strict=True):
                assert name > len(old) or old[name - 1].quantities() == shipment.quantities()
            repeated = replay(decision, pool.world.network, pool.world.rules)
            assert pack_decision(repeated) == pack_decision(decision)


def test_the_random_orders_do_move_and_do_stay() -> None:
    outcomes = Counter(
        again(pool, number, 0)[0] is not None
        for pool in map(a_pool, range(1, 13))
        for number in range(len(pool.decisions))
    )

    assert outcomes[True] >= 10, outcomes
    assert outcomes[False] >= 10, outcomes


def test_at_a_price_that_nothing_is_worth_only_waiting_units_move() -> None:
    for pool in filter(has_cost_of_its_own, map(a_pool, range(1, 13))):
        for number, before in enumerate(pool.decisions):
            if not before.plan.unshipped and not any(level.before_cost for level in before.plan.levels):
                assert again(pool, number, 10**9)[0] is None
