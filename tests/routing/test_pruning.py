"""Only nodes that hold something of an order are looked at: no plan is lost by it, and no other node costs anything."""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import FrameType
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from router.domain.identifiers import NodeId, Sku
from router.routing.batch import batch as batch_module
from router.routing.batch.batch import read_batch
from router.routing.batch.lines import Goods
from router.routing.batch.stock import Stock, at_every_node, at_their_nodes, find_stock
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork, prepare
from router.routing.route import route
from router.routing.world import OrderToRoute, StockView, World
from tests.proving import seeds
from tests.routing.builders import Shelf, a_network, a_node
from tests.routing.random_worlds import random_node, random_requests, random_shelf, random_world


def with_more_nodes(random: Random, world: World, count: int) -> World:
    """The world with nodes between its own that hold nothing."""
    network = world.network.network
    more = [random_node(random, f"node-{number % 6}-{number}") for number in range(count)]
    nodes = tuple(sorted((*network.nodes, *more), key=lambda node: node.id))
    return replace(world, network=prepare(replace(network, nodes=nodes)))


def every_open_node(goods: Goods, views: Sequence[StockView], network: PreparedNetwork) -> Stock:
    """In the place of `find_stock`: all of the network, whatever it holds."""
    found = find_stock(goods, views, network)
    nodes = np.array(sorted(network.open_node_index.values()), np.int64)
    units = np.zeros((len(found.units), len(network.nodes)), np.int64)
    units[:, found.node] = found.units
    return found._replace(node=nodes, is_open=np.ones(len(nodes), np.bool_), units=units[:, nodes])


def outcome_of(decision: Decision) -> tuple[Any, ...]:
    return decision.plan.objective_milli, decision.plan.shipments, decision.plan.unshipped


@pytest.mark.parametrize("seed", seeds(7_000, 60))
def test_looking_at_every_node_finds_no_better_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    held = random_world(random)
    shelf = random_shelf(random, held)
    world = with_more_nodes(random, held, random.randint(1, 20))
    requests = random_requests(random, random.randint(1, 5))
    pruned = route(requests, world, shelf, shelf, verify=True)

    monkeypatch.setattr(batch_module, "find_stock", every_open_node)
    unpruned = route(requests, world, shelf, shelf, verify=True)

    assert [outcome_of(one) for one in pruned] == [outcome_of(one) for one in unpruned]


@pytest.mark.parametrize("seed", seeds(7_100, 20))
def test_the_candidates_are_the_open_nodes_that_hold_something(seed: int) -> None:
    random = Random(seed)
    held = random_world(random)
    shelf = random_shelf(random, held)
    world = with_more_nodes(random, held, 300)
    requests = random_requests(random, 3)

    found = read_batch(requests, world, [shelf] * len(requests))

    wanted = {line.sku for request in requests for line in request.order.lines}
    holders = {node for sku in wanted for node, units in shelf.available(sku).items() if units}
    is_open = {node.id for node in world.network.nodes if node.is_open}
    assert set(found.node_ids) == holders & is_open


@pytest.mark.parametrize("count", [1, 2, 5])
def test_stock_that_was_at_every_node_is_read_like_any_other(count: int) -> None:
    random = Random(count)
    network = prepare(a_network(*(a_node(f"node-{number}") for number in range(count))))
    held = [{node.id: random.choice((-2, 0, 0, 3)) for node in network.nodes} for _ in range(4)]
    backwards = [dict(reversed(list(units.items()))) for units in held]

    node, units = at_their_nodes(held, network)
    every = at_every_node(backwards, network)

    assert every is not None
    assert np.array_equal(every[:, node], units)
    assert every.sum() == units.sum()
    assert at_every_node([*held, {}], network) is None


@dataclass
class CountingShelf:
    """What was asked of a shelf."""

    shelf: Shelf
    skus: set[Sku] = field(default_factory=set)
    nodes: set[NodeId] = field(default_factory=set)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        self.skus.add(sku)
        return self.shelf.available(sku)

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        self.nodes.add(node_id)
        return self.shelf.shipments_booked(node_id)


def calls_of(action: Callable[[], object]) -> int:
    """How often any function was called, of Python or built in. The same again whatever the machine does besides:
    the collector of garbage rests meanwhile, for it calls finalizers and whoever listens to it.
    """
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.collect()
    gc.disable()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def deciding(
    world: World, shelf: CountingShelf, requests: Sequence[OrderToRoute]
) -> Callable[[], tuple[Decision, ...]]:
    return lambda: route(requests, world, shelf, shelf)


def test_deciding_asks_for_the_goods_of_the_order_and_the_nodes_that_hold_them() -> None:
    random = Random(7_200)
    held = random_world(random)
    world, shelf = with_more_nodes(random, held, 500), CountingShelf(random_shelf(random, held))
    requests = random_requests(random, 4)

    route(requests, world, shelf, shelf)

    assert shelf.skus == {line.sku for request in requests for line in request.order.lines}
    assert shelf.nodes <= {node.id for node in held.network.nodes}


def later(requests: Sequence[OrderToRoute], seconds: int) -> list[OrderToRoute]:
    return [structs.replace(one, decision_time=one.decision_time + seconds * 1_000_000) for one in requests]


@pytest.mark.parametrize("seed", range(7_300, 7_304))
def test_nodes_that_hold_nothing_add_no_step_to_a_decision(seed: int) -> None:
    random = Random(seed)
    held = random_world(random)
    shelf = CountingShelf(random_shelf(random, held))
    requests = random_requests(random, 4)
    few, many = with_more_nodes(random, held, 100), with_more_nodes(random, held, 2_000)
    for world in (few, many):
        route(requests, world, shelf, shelf)

    counts = [calls_of(deciding(world, shelf, later(requests, 1))) for world in (few, many)]

    assert len(many.network.calendars) > len(few.network.calendars)
    assert counts[1] == counts[0]
