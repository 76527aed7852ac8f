"""Routing a batch gives, byte for byte, the decisions of routing its orders one after another."""

from random import Random

import pytest

from router.routing.decision import Decision
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.round import round as round_module
from router.routing.route import route, route_apart
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import Shelf
from tests.routing.random_worlds import random_requests, random_shelf, random_world


def one_after_another(requests: list[OrderToRoute], world: World, shelf: Shelf) -> list[Decision]:
    decisions = []
    for request in requests:
        (decision,) = route([request], world, shelf, shelf, verify=True)
        shelf = shelf.without(decision)
        decisions.append(decision)
    return decisions


def a_scarce_day(seed: int) -> tuple[list[OrderToRoute], World, Shelf]:
    random = Random(seed)
    world = random_world(random)
    return random_requests(random, random.randint(2, 10)), world, random_shelf(random, world)


@pytest.mark.parametrize("seed", seeds(0, 60))
def test_a_batch_decides_like_one_order_after_another(seed):
    requests, world, shelf = a_scarce_day(seed)

    together = route(requests, world, shelf, shelf, verify=True)

    apart = one_after_another(requests, world, shelf)
    assert [pack_decision(decision) for decision in together] == [
        pack_decision(decision) for decision in apart
    ]


@pytest.mark.parametrize("seed", seeds(200, 10))
def test_orders_decided_apart_are_decided_as_if_each_came_alone(seed, monkeypatch):
    requests, world, shelf = a_scarce_day(seed)
    alone = [route([request], world, shelf, shelf)[0] for request in requests]
    monkeypatch.setattr(round_module, "ROUND_LANES_MAX", 3 * world.network.picks_up.size)

    apart = route_apart(requests, world, shelf, shelf, verify=True)

    assert list(map(pack_decision, apart)) == list(map(pack_decision, alone))


@pytest.mark.parametrize("seed", seeds(60, 10))
def test_the_size_of_a_round_changes_nothing(seed, monkeypatch):
    requests, world, shelf = a_scarce_day(seed)
    in_one_round = route(requests, world, shelf, shelf)

    monkeypatch.setattr(round_module, "ROUND_LANES_MAX", 3 * world.network.picks_up.size)

    assert route(requests, world, shelf, shelf) == in_one_round


@pytest.mark.parametrize("seed", seeds(100, 40))
def test_a_decision_is_replayed_from_its_bytes_alone(seed):
    requests, world, shelf = a_scarce_day(seed)
    packed = [pack_decision(decision) for decision in route(requests, world, shelf, shelf)]

    again = [replay(unpack_decision(one), world.network, world.rules) for one in packed]

    assert [pack_decision(decision) for decision in again] == packed
