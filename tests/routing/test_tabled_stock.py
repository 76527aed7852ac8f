"""Stock that is read of all goods at once: the same decisions, byte for byte, as read one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import pytest

from router.domain.identifiers import NodeId, Sku
from router.routing.replay import pack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute, StockView
from router.solver.problem import Ints
from tests.proving import seeds
from tests.routing.builders import Shelf
from tests.routing.random_worlds import random_requests, random_shelf, random_world


@dataclass(frozen=True)
class TabledShelf(Shelf):
    """A shelf that can also be read at once; each reading is noted."""

    read: list[tuple[Sku, ...]] = field(default_factory=list)

    def units_of(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints | None:
        self.read.append(tuple(skus))
        units = [[max(0, self.available(sku).get(node_id, 0)) for node_id in nodes] for sku in skus]
        return np.array(units, np.int64)


@pytest.mark.parametrize("seed", seeds(8_400, 60))
def test_stock_read_at_once_makes_the_same_decisions(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests: Sequence[OrderToRoute] = random_requests(random, random.randint(1, 8))
    tabled = TabledShelf(shelf.stock, shelf.booked)

    def bytes_on(stock: StockView) -> list[bytes]:
        return [pack_decision(one) for one in route(requests, world, stock, shelf, verify=True)]

    assert bytes_on(tabled) == bytes_on(shelf)
    wanted = dict.fromkeys(line.sku for one in requests for line in one.order.lines)
    # Once something was taken, orders that see it are read one by one: no table knows.
    assert set(tabled.read[0]) == set(wanted)
    assert all(len(set(skus)) == len(skus) for skus in tabled.read)
