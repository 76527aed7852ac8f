"""Deciding ahead gives, byte for byte, what deciding in turn gives, and solves again only what could differ."""

from random import Random
from typing import Any

import pytest
from msgspec import structs

from router.domain.identifiers import NodeId, Sku
from router.domain.order import Order
from router.routing import ahead as ahead_module
from router.routing import route as route_module
from router.routing import settle_columns
from router.routing.ahead import Ahead
from router.routing.packed_stock import PackedStock
from router.routing.replay import pack_decision
from router.routing.round import round as round_module
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import MONDAY_TEN, Shelf, a_world, an_order, day, rules_of
from tests.routing.random_worlds import SKUS, random_requests, random_shelf, random_world
from tests.routing.test_settle_columns import where_only_stock_runs_short


def packed(decisions: Any) -> list[bytes]:
    return [pack_decision(decision) for decision in decisions]


def asked(*orders: Order) -> list[OrderToRoute]:
    return [OrderToRoute(order=order, decision_time=MONDAY_TEN) for order in orders]


def changed(random: Random, world: World, shelf: Shelf, ahead: Ahead) -> Shelf:
    """What others may do to a shelf: take, bring, count, ship; at nodes that held nothing before, closed ones too."""
    stock: dict[str, dict[str, int]] = {sku: dict(nodes) for sku, nodes in shelf.stock.items()}
    booked: dict[str, dict[int, int]] = {node: dict(days) for node, days in shelf.booked.items()}
    for _ in range(random.choice((0, 1, 3, 10))):
        node, sku = random.choice(world.network.nodes).id, random.choice(SKUS)
        stock.setdefault(sku, {})[node] = random.choice((0, 1, 2, 5, 20))
        ahead.note_stock(node, Sku(sku))
    for _ in range(random.choice((0, 2, 6))):
        node = random.choice(world.network.nodes).id
        monday = day("2026-03-02")
        booked.setdefault(node, {})[monday + random.randint(0, 4)] = random.randint(0, 9)
        ahead.note_shipments(node)
    ahead.note_stock(NodeId("a-node-of-another-network"), Sku(SKUS[0]))
    return Shelf(stock, booked)


@pytest.mark.parametrize("seed", seeds(0, 80))
def test_what_was_decided_ahead_is_what_is_decided_in_turn(seed):
    random = Random(seed)
    world = random_world(random)
    requests = random_requests(random, random.randint(2, 10))
    is_decided_the_same(random, world, requests, random_shelf(random, world))


@pytest.mark.parametrize("size", [1_000, 3])
@pytest.mark.parametrize("seed", seeds(9_000, 40))
def test_so_it_is_of_many_orders_on_which_only_stock_has_a_bearing(
    seed: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle_columns, "ORDERS_MANY", 1)
    requests, world, shelf = where_only_stock_runs_short(seed)
    monkeypatch.setattr(round_module, "ROUND_LANES_MAX", size * world.network.picks_up.size)

    is_decided_the_same(Random(seed), world, requests, shelf)


def is_decided_the_same(random: Random, world: World, requests: list[OrderToRoute], shelf: Shelf) -> None:
    """Ahead and then in turn as if all came in their turn, whatever others do meanwhile."""
    ahead = Ahead(verify=True)
    ahead.decide(requests, world, shelf, shelf)
    # Some of them turn out to be routed already, some come that were not foreseen, in parts.
    keep = random.choice((0.8, 1.0))
    then = [request for request in requests if random.random() < keep]
    then += [
        structs.replace(one, order=structs.replace(one.order, id=f"late-{n}"))
        for n, one in enumerate(requests[:2])
    ]
    shelf = changed(random, world, shelf, ahead)
    cut = random.randint(0, len(then))

    for part in (then[:cut], then[cut:]):
        decided = ahead.route(part, world, shelf, shelf)
        assert packed(decided) == packed(route(part, world, shelf, shelf, verify=True))
        for decision in decided:
            shelf = shelf.without(decision)
            for shipment in decision.plan.shipments:
                ahead.note_shipments(shipment.node_id)
                for line in decision.inputs.order.lines:
                    ahead.note_stock(shipment.node_id, line.sku)


@pytest.mark.parametrize("is_new_node", [False, True])
def test_in_columns_an_order_sees_the_stock_of_its_turn_and_only_a_difference_that_counts_has_it_solved_again(
    is_new_node: bool, solved: list[str]
) -> None:
    requests = asked(
        *(an_order(f"order-{n}", lines={"RED-CLOCK": 1}) for n in range(settle_columns.ORDERS_MANY))
    )
    ahead, world = Ahead(), a_world()
    before = Shelf({"RED-CLOCK": {"lyon": 50} if is_new_node else {"lille": 20, "lyon": 50}})
    ahead.decide(requests, world, before, before)
    solved.clear()
    then = Shelf({"RED-CLOCK": {"lille": 30, "lyon": 50}})
    ahead.note_stock(NodeId("lille"), Sku("RED-CLOCK"))

    decided = ahead.route(requests, world, then, then)

    assert all(isinstance(one.inputs.stock, PackedStock) for one in decided) is not is_new_node
    assert bool(solved) is is_new_node
    assert packed(decided) == packed(route(requests, world, then, then))


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of all orders that are solved, each time they are."""
    ids: list[str] = []
    solve = route_module.solve_round_within

    def noting(requests: Any, *arguments: Any) -> Any:
        ids.extend(request.order.id for request in requests)
        return solve(requests, *arguments)

    monkeypatch.setattr(route_module, "solve_round_within", noting)
    monkeypatch.setattr(ahead_module, "solve_round_within", noting)
    return ids


CLOCK, LAMP = an_order("clock", lines={"RED-CLOCK": 1}), an_order("lamp", lines={"TIN-LAMP": 1})
PLENTY = Shelf({"RED-CLOCK": {"lyon": 9}, "TIN-LAMP": {"lyon": 9}})


def test_only_orders_to_which_a_change_matters_are_solved_again(solved: list[str]) -> None:
    ahead, world = Ahead(), a_world()
    ahead.decide(asked(CLOCK, LAMP), world, PLENTY, PLENTY)
    now = Shelf({"RED-CLOCK": {"lyon": 0, "lille": 3}, "TIN-LAMP": {"lyon": 2}})
    for node_id, sku in (("lyon", "RED-CLOCK"), ("lille", "RED-CLOCK"), ("lyon", "TIN-LAMP")):
        ahead.note_stock(NodeId(node_id), Sku(sku))
    clock, lamp = ahead.route(asked(CLOCK, LAMP), world, now, now)

    assert solved == ["clock", "lamp", "clock"]
    assert [one.plan.shipments[0].node_id for one in (clock, lamp)] == ["lille", "lyon"]
    # What the decision is said to have seen is what was there in its turn.
    assert lamp.inputs.stock == {"TIN-LAMP": {"lyon": 2}}


def test_plans_of_what_still_holds_are_not_made_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    plan_of = ahead_module.plan_of

    def noting(solved: Any) -> Any:
        made.append(solved.request.order.id)
        return plan_of(solved)

    monkeypatch.setattr(ahead_module, "plan_of", noting)
    ahead, world = Ahead(), a_world()
    ahead.decide(asked(CLOCK, LAMP), world, PLENTY, PLENTY)
    now = Shelf({"RED-CLOCK": {"lille": 3}, "TIN-LAMP": {"lyon": 9}})
    for node_id in ("lyon", "lille"):
        ahead.note_stock(NodeId(node_id), Sku("RED-CLOCK"))
    ahead.route(asked(CLOCK, LAMP), world, now, now)

    assert made == ["clock", "lamp", "clock"]


def test_other_products_rules_or_times_are_decided_anew(solved: list[str]) -> None:
    ahead, world = Ahead(), a_world()
    ahead.decide(asked(CLOCK, LAMP), world, PLENTY, PLENTY)
    ahead.note_products([Sku("TIN-LAMP")])
    ahead.route(asked(CLOCK, LAMP), world, PLENTY, PLENTY)
    assert solved == ["clock", "lamp", "lamp"]

    later = [structs.replace(request, decision_time=MONDAY_TEN + 1) for request in asked(CLOCK)]
    ahead.route(later, world, PLENTY, PLENTY)
    assert solved[3:] == ["clock"]

    other = a_world(rules=rules_of(""))
    ahead.route(asked(CLOCK), other, PLENTY, PLENTY)
    assert solved[4:] == ["clock"]
