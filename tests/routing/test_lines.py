"""Lines of a batch: read in columns where nothing has to be merged, the same as order by order."""

from random import Random
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from router.domain.reasons import Reason, RouterError
from router.routing.batch.lines import Goods, goods_of, merged_goods
from router.routing.world import OrderToRoute
from tests.proving import seeds
from tests.routing.builders import a_line, a_world, an_order
from tests.routing.random_worlds import MONDAY_TEN, random_requests, random_world


def values_of(goods: Goods) -> list[Any]:
    return [one.tolist() if isinstance(one, np.ndarray) else one for one in goods]


def without_repeats(request: OrderToRoute) -> OrderToRoute:
    """The order with the last line of each of its SKUs."""
    lines = {line.sku: line for line in request.order.lines}
    return structs.replace(request, order=structs.replace(request.order, lines=tuple(lines.values())))


@pytest.mark.parametrize("seed", seeds(8_500, 60))
def test_orders_that_name_each_sku_once_are_as_if_merged(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    requests = [without_repeats(one) for one in random_requests(random, random.randint(1, 8))]

    assert values_of(goods_of(requests, world)) == values_of(merged_goods(requests, world))


def test_one_order_that_names_a_sku_twice_is_merged_among_others() -> None:
    twice = an_order(lines=(a_line(1, "RED-CLOCK", 1), a_line(2, "TIN-LAMP", 1), a_line(3, "RED-CLOCK", 2)))
    requests = [
        OrderToRoute(order=order, decision_time=MONDAY_TEN)
        for order in (an_order(lines={"TIN-LAMP": 1}), twice)
    ]

    goods = goods_of(requests, a_world())

    assert [(line.sku, line.quantity) for line in goods.lines] == [
        ("TIN-LAMP", 1),
        ("RED-CLOCK", 3),
        ("TIN-LAMP", 1),
    ]
    assert goods.start.tolist() == [0, 1, 3]


def test_the_first_unknown_sku_is_refused_by_its_name() -> None:
    request = OrderToRoute(order=an_order(lines={"TIN-LAMP": 1, "NO-SUCH": 1}), decision_time=MONDAY_TEN)

    with pytest.raises(RouterError) as refused:
        goods_of([request], a_world())

    assert refused.value.reason is Reason.UNKNOWN_SKU
    assert "NO-SUCH" in str(refused.value)
