"""The facts of a batch, as rules read them."""

from dataclasses import replace

import pytest

from router.domain.node import NodeCalendar
from router.domain.order import Destination, OrderLine
from router.routing.batch import Batch, read_batch
from router.routing.facts import BUILDERS, MONEY_MILLI_MAX, facts_of
from router.routing.world import OrderToRoute
from router.rules.vocabulary import FACTS, Column, Scope
from tests.routing.builders import (
    MONDAY_TEN,
    PARIS,
    Shelf,
    a_network,
    a_node,
    a_product,
    a_world,
    an_order,
    day,
    instant,
)

PRODUCTS = (
    a_product("RED-CLOCK", category="home"),
    a_product("SPRAY", category="beauty", weight_grams=300, hazmat="AEROSOL"),
    a_product("MILK", category="grocery", weight_grams=1_000, temperature="CHILLED"),
)
FIRST = an_order(
    "first",
    lines={"RED-CLOCK": 2, "SPRAY": 3},
    tier="GOLD",
    customer_id="ada",
    destination=Destination(country="FR", region="IDF", postal_code="75001", point=PARIS),
    promise_day=day("2026-03-03"),
)
SECOND = an_order("second", lines={"MILK": 1}, channel="store")


def a_batch() -> Batch:
    """Two orders on a Sunday, at noon; Lille works on Sundays, Lyon does not, Nice holds nothing."""
    sunday = NodeCalendar(cut_off_minutes=(1020,) * 7)
    world = a_world(
        a_network(
            a_node("lille", calendar=sunday, kind="STORE", region="HDF"), a_node("lyon"), a_node("nice")
        ),
        PRODUCTS,
    )
    shelf = Shelf({"RED-CLOCK": {"lille": 5, "lyon": 0}, "SPRAY": {"lyon": 2}, "MILK": {"lyon": 7}})
    now = instant("2026-03-01T12:00")
    requests = [OrderToRoute(order=order, decision_time=now) for order in (FIRST, SECOND)]
    return read_batch(requests, world, [shelf, shelf])


def a_batch_of(lines: tuple[OrderLine, ...]) -> Batch:
    order = replace(FIRST, lines=lines)
    request = OrderToRoute(order=order, decision_time=MONDAY_TEN)
    return read_batch([request], a_world(products=PRODUCTS), [Shelf()])


def values(column: Column) -> list[object]:
    """The values themselves, texts decoded."""
    if column.dictionary is not None:
        return [column.dictionary[code] for code in column.values.tolist()]
    return column.values.tolist()


EXPECTED = {
    "order.id": ["first", "second"],
    "order.channel": ["web", "store"],
    "order.tier": ["GOLD", ""],
    "order.customer_id": ["ada", ""],
    "order.total": [10_000_000, 2_000_000],
    "order.weight": [1_900, 1_000],
    "order.line_count": [2, 1],
    "order.unit_count": [5, 1],
    "order.has_promise": [True, False],
    "dest.country": ["FR", "FR"],
    "dest.region": ["IDF", ""],
    "dest.postal_code": ["75001", "75001"],
    "line.sku": ["RED-CLOCK", "SPRAY", "MILK"],
    "line.category": ["home", "beauty", "grocery"],
    "line.hazmat": ["", "AEROSOL", ""],
    "line.temperature": ["AMBIENT", "AMBIENT", "CHILLED"],
    "line.quantity": [2, 3, 1],
    "line.unit_weight": [500, 300, 1_000],
    "line.weight": [1_000, 900, 1_000],
    "line.unit_price": [2_000_000, 2_000_000, 2_000_000],
    "line.value": [4_000_000, 6_000_000, 2_000_000],
    "node.id": ["lille", "lyon"],
    "node.kind": ["STORE", "WAREHOUSE"],
    "node.is_open": [True, True],
    "node.country": ["FR", "FR"],
    "node.region": ["HDF", ""],
    "service.id": ["CHRONO/13", "POSTE/COLIS"],
    "service.carrier": ["CHRONO", "POSTE"],
    "service.mode": ["AIR", "GROUND"],
    "pair.distance": [[204, 391], [204, 391]],
    "pair.ship_days": [[0, 1], [0, 1]],
    "lane.transit_days": [[[1, 1], [1, 2]], [[1, 1], [1, 2]]],
    "lane.delivery_days": [[[2, 2], [2, 3]], [[2, 2], [2, 3]]],
    "lane.late_days": [[[0, 0], [0, 1]], [[0, 0], [0, 0]]],
    "stock.available": [[5, 0], [0, 2], [0, 7]],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fact_is_what_its_name_says(name):
    assert values(facts_of(a_batch(), [name]).columns[name]) == EXPECTED[name]


def test_every_fact_of_the_vocabulary_can_be_built():
    assert set(BUILDERS) == set(FACTS) == set(EXPECTED)


def test_only_the_facts_that_rules_read_are_built():
    assert list(facts_of(a_batch(), ["node.id", "line.sku"]).columns) == ["line.sku", "node.id"]


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_has_the_axes_of_its_scope(name):
    facts = facts_of(a_batch(), [name])
    axes = {"O": facts.order_count, "L": facts.line_count, "N": facts.node_count, "S": facts.service_count}

    assert facts.columns[name].values.shape == tuple(axes[axis] for axis in Scope(FACTS[name].scope))


def test_lines_of_one_sku_are_one_line_at_their_mean_price():
    lines = tuple(
        OrderLine(id=name, sku="MILK", quantity=quantity, unit_price_minor=price)
        for name, quantity, price in (("a", 1, 100), ("b", 2, 250))
    )
    batch = a_batch_of(lines)
    names = ("line.quantity", "line.value", "line.unit_price", "order.line_count")

    columns = facts_of(batch, names).columns

    assert [values(columns[name]) for name in names] == [[3], [600_000], [200_000], [1]]


def test_the_worth_of_an_order_is_bounded():
    lines = tuple(
        OrderLine(id=str(number), sku="MILK", quantity=1_000_000, unit_price_minor=100_000_000)
        for number in range(1_000)
    )

    assert values(facts_of(a_batch_of(lines), ["order.total"]).columns["order.total"]) == [MONEY_MILLI_MAX]
