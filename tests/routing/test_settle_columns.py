"""Orders gone through in their turn in columns: the same decisions, byte for byte, as step by step."""

from dataclasses import replace
from random import Random

import msgspec
import pytest

from router.domain.identifiers import Sku
from router.routing import route as route_module
from router.routing import settle_columns
from router.routing.network.prepared import prepare
from router.routing.packed_stock import PackedStock
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.round import round as round_module
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_line,
    a_network,
    a_node,
    a_product,
    a_world,
    an_order,
    rules_from,
)
from tests.routing.random_worlds import (
    RULES,
    RULES_ABOUT_STOCK,
    random_requests,
    random_shelf,
    random_world,
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle_columns, "ORDERS_MANY", 1)


def where_only_stock_runs_short(seed: int) -> tuple[list[OrderToRoute], World, Shelf]:
    random = Random(seed)
    found = random_world(random)
    nodes = tuple(replace(node, shipments_per_day=None) for node in found.network.nodes)
    rules = {"shop": RULES, "stock": RULES_ABOUT_STOCK} if random.random() < 0.3 else {"shop": RULES}
    network = prepare(replace(found.network.network, nodes=nodes))
    world = World(network=network, products=found.products, rules=rules_from(**rules))
    return random_requests(random, random.randint(2, 12)), world, random_shelf(random, world)


def bytes_of(requests: list[OrderToRoute], world: World, shelf: Shelf) -> list[bytes]:
    return [pack_decision(one) for one in route(requests, world, shelf, shelf, verify=True)]


@pytest.mark.parametrize("size", [1_000, 3])
@pytest.mark.parametrize("seed", seeds(8_000, 40))
def test_in_columns_orders_see_and_take_what_they_do_step_by_step(
    seed: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests, world, shelf = where_only_stock_runs_short(seed)
    monkeypatch.setattr(round_module, "ROUND_LANES_MAX", size * world.network.picks_up.size)
    in_columns = bytes_of(requests, world, shelf)
    monkeypatch.setattr(route_module, "fit_columns", lambda solved: False)

    step_by_step = bytes_of(requests, world, shelf)

    assert in_columns == step_by_step
    decisions = map(unpack_decision, in_columns)
    assert [pack_decision(replay(one, world.network, world.rules)) for one in decisions] == in_columns


@pytest.mark.parametrize("count", [1, 15, 16, 70])
def test_stock_is_packed_as_any_map_is(count: int) -> None:
    units = (1, 127, 128, 255, 256, 65_535, 65_536, (1 << 32) - 1, 1 << 32, 0)
    names = [f"{number:02}-{'é' * (number * 5)}" for number in range(count)]
    sku = "A" + "CLOCK" * 60
    held = {name: units[number % len(units)] for number, name in enumerate(names)}
    nodes = [a_node(name, is_open=number % 7 != 3) for number, name in enumerate(names)]
    world = a_world(a_network(*nodes), (a_product(sku), a_product("LAMP")))
    order = an_order(lines={"LAMP": 1, sku: 1})
    shelf = Shelf({sku: held, "LAMP": {"elsewhere": 5}})

    (decision,) = route([OrderToRoute(order=order, decision_time=MONDAY_TEN)], world, shelf, shelf)

    assert isinstance(decision.inputs.stock, PackedStock)
    assert decision.inputs.stock == {
        sku: {name: count for name, count in sorted(held.items()) if count},
        "LAMP": {},
    }
    assert decision.inputs.stock.packed == msgspec.msgpack.encode(
        dict(decision.inputs.stock), order="deterministic"
    )


def test_a_sku_that_two_lines_name_stands_in_the_record_once() -> None:
    lines = [a_line(1, "TIN-LAMP", kit_id="kit"), a_line(2, "RED-CLOCK", kit_id="kit"), a_line(3, "TIN-LAMP")]
    request = OrderToRoute(order=an_order(lines=lines), decision_time=MONDAY_TEN)
    shelf = Shelf({"TIN-LAMP": {"lyon": 9}, "RED-CLOCK": {"lyon": 9}})

    (decision,) = route([request], a_world(), shelf, shelf)

    assert isinstance(decision.inputs.stock, PackedStock)
    assert list(decision.inputs.stock) == [Sku("RED-CLOCK"), Sku("TIN-LAMP")]
    assert [product.sku for product in decision.inputs.products] == ["RED-CLOCK", "TIN-LAMP"]
