"""The facts of a batch, as rules read them."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from router.domain.node import NodeCalendar
from router.domain.order import Destination, OrderLine
from router.routing.batch.batch import Batch, read_batch
from router.routing.batch.facts import BUILDERS, MONEY_MILLI_MAX, facts_of
from router.routing.decision import Paid
from router.routing.world import OrderToRoute
from router.rules.vocabulary import FACTS, Column, Fact, Scope, Type
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
    rules_from,
)

READS_CAPACITY = rules_from(
    shop="""\
kind: RuleSet/v1
id: shop
revision: "1"
owner: planning
priority: 10
currency: EUR
applies: dest.country == "FR"
filters:
  - {id: idle, keep: pair.booked == 0, because: it is busy}
"""
)

PRODUCTS = (
    a_product("RED-CLOCK", category="home", length_mm=300),
    a_product("SPRAY", category="beauty", weight_grams=300, hazmat="AEROSOL", release_day=day("2026-03-05")),
    a_product(
        "MILK", category="grocery", weight_grams=1_000, temperature="CHILLED", release_day=day("2026-02-01")
    ),
)
FIRST = an_order(
    "first",
    lines={"RED-CLOCK": 2, "SPRAY": 3},
    tier="GOLD",
    customer_id="ada",
    destination=Destination(country="FR", region="IDF", postal_code="75001", point=PARIS),
    promise_day=day("2026-03-03"),
    place_time=instant("2026-03-01T10:58"),
)
SECOND = an_order("second", lines={"MILK": 1}, channel="store", pickup_node_id="lyon")


def a_batch() -> Batch:
    """Two orders on a Sunday, at noon; Lille works on Sundays, Lyon does not, Nice holds nothing."""
    sunday = NodeCalendar(cut_off_minutes=(1020,) * 7)
    world = a_world(
        a_network(
            a_node(
                "lille", calendar=sunday, kind="STORE", region="IDF", postal_code="59000", shipments_per_day=3
            ),
            a_node("lyon", calendar=NodeCalendar(processing_days=0)),
            a_node("nice"),
        ),
        PRODUCTS,
    )
    stock = {"RED-CLOCK": {"lille": 5, "lyon": 0}, "SPRAY": {"lyon": 2}, "MILK": {"lyon": 7}}
    shelf = Shelf(stock, {"lille": {day("2026-03-01"): 1}, "lyon": {day("2026-03-02"): 8}})
    now = instant("2026-03-01T12:00")
    paid = Paid(state="PARTLY", covered_minor=2_500, expire_time=instant("2026-03-03T11:59"))
    requests = [
        OrderToRoute(order=FIRST, decision_time=now, paid=paid),
        OrderToRoute(order=SECOND, decision_time=now),
    ]
    return read_batch(requests, replace(world, rules=READS_CAPACITY), [shelf, shelf])


def a_batch_of(lines: tuple[OrderLine, ...]) -> Batch:
    order = structs.replace(FIRST, lines=lines)
    request = OrderToRoute(order=order, decision_time=MONDAY_TEN)
    return read_batch([request], a_world(products=PRODUCTS), [Shelf()])


def values(column: Column) -> list[object]:
    """The values themselves, texts decoded, None where there is none."""
    if column.dictionary is not None:
        return [column.dictionary[code] for code in column.values.tolist()]
    if column.present is None:
        return column.values.tolist()
    return np.where(column.present, column.values.astype(object), None).tolist()


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
    "order.age": [62, 0],
    "order.promise_days": [2, None],
    "order.payment": ["PARTLY", "NONE"],
    "order.paid": [2_500_000, 0],
    "order.payment_days": [1, None],
    "order.is_pickup": [False, True],
    "dest.country": ["FR", "FR"],
    "dest.region": ["IDF", ""],
    "dest.postal_code": ["75001", "75001"],
    "dest.confidence": ["GIVEN", "GIVEN"],
    "line.sku": ["RED-CLOCK", "SPRAY", "MILK"],
    "line.category": ["home", "beauty", "grocery"],
    "line.hazmat": ["", "AEROSOL", ""],
    "line.temperature": ["AMBIENT", "AMBIENT", "CHILLED"],
    "line.quantity": [2, 3, 1],
    "line.unit_weight": [500, 300, 1_000],
    "line.weight": [1_000, 900, 1_000],
    "line.unit_price": [2_000_000, 2_000_000, 2_000_000],
    "line.value": [4_000_000, 6_000_000, 2_000_000],
    "line.unit_volume": [3_000_000, 1_000_000, 1_000_000],
    "line.longest_side": [300, 100, 100],
    "line.is_preorder": [False, True, False],
    "line.release_days": [None, 4, 0],
    "line.in_kit": [False, False, False],
    "node.id": ["lille", "lyon"],
    "node.kind": ["STORE", "WAREHOUSE"],
    "node.is_open": [True, True],
    "node.country": ["FR", "FR"],
    "node.region": ["IDF", ""],
    "node.postal_code": ["59000", ""],
    "node.shipments_per_day": [3, None],
    "node.processing_days": [0, 0],
    "service.id": ["CHRONO/13", "POSTE/COLIS"],
    "service.carrier": ["CHRONO", "POSTE"],
    "service.mode": ["AIR", "GROUND"],
    "service.co2e": [0, 0],
    "pair.distance": [[204, 391], [204, 391]],
    "pair.ship_days": [[0, 1], [0, 1]],
    "pair.same_region": [[True, False], [False, False]],
    "pair.is_pickup_node": [[False, False], [False, True]],
    "pair.booked": [[1, 8], [1, 8]],
    "pair.free_slots": [[2, None], [2, None]],
    "lane.zone": [[[1, 1], [1, 2]], [[1, 1], [1, 2]]],
    "lane.transit_days": [[[1, 1], [1, 2]], [[1, 1], [1, 2]]],
    "lane.delivery_days": [[[2, 2], [2, 3]], [[2, 2], [2, 3]]],
    "lane.late_days": [[[0, 0], [0, 1]], [[0, 0], [0, 0]]],
    "stock.available": [[5, 0], [0, 2], [0, 7]],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fact_is_what_its_name_says(name):
    assert values(facts_of(a_batch(), [name]).columns[name]) == EXPECTED[name]


def test_every_fact_but_those_of_time_and_shipments_can_be_built():
    built = {name for name, fact in FACTS.items() if fact.scope not in (Scope.TIME, Scope.SHIPMENT)}

    assert set(BUILDERS) == built == set(EXPECTED)


def test_exactly_the_optional_facts_may_be_absent():
    columns = facts_of(a_batch(), BUILDERS).columns

    assert {name for name, column in columns.items() if column.present is not None} == {
        name for name in BUILDERS if FACTS[name].optional
    }


def test_only_the_facts_that_rules_read_are_built():
    assert list(facts_of(a_batch(), ["node.id", "line.sku"]).columns) == ["line.sku", "node.id"]


@pytest.mark.parametrize("name", BUILDERS)
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


def test_a_sku_in_a_kit_and_beside_it_are_two_lines_of_one_sku():
    lines = (
        OrderLine(id="a", sku="MILK", quantity=2, kit_id="breakfast"),
        OrderLine(id="b", sku="MILK", quantity=1),
    )
    batch = a_batch_of(lines)
    names = ("line.quantity", "line.in_kit", "order.line_count")

    columns = facts_of(batch, names).columns

    assert [values(columns[name]) for name in names] == [[2, 1], [True, False], [1]]


ATTRIBUTES = [
    (Type.BOOL, "true", True),
    (Type.BOOL, "false", False),
    (Type.BOOL, "True", None),
    (Type.BOOL, "", None),
    (Type.INT, "-12", -12),
    (Type.INT, "12.0", None),
    (Type.INT, "9999999999999999", None),
    (Type.INT, " 1", None),
    (Type.FLOAT, "0.5", 0.5),
    (Type.FLOAT, "7", 7.0),
    (Type.FLOAT, "nan", None),
    (Type.FLOAT, "1e9", None),
]


@pytest.mark.parametrize(("kind", "text", "value"), ATTRIBUTES)
def test_an_attribute_is_read_as_its_declared_type_or_is_absent(kind, text, value):
    order = structs.replace(FIRST, attributes={"x": text})
    fact = Fact("order.attr.x", kind, Scope.ORDER, "", optional=True)
    batch = read_batch(
        [OrderToRoute(order=order, decision_time=MONDAY_TEN)], a_world(products=PRODUCTS), [Shelf()]
    )

    assert values(facts_of(batch, ["order.attr.x"], [fact]).columns["order.attr.x"]) == [value]


def test_attributes_of_lines_are_those_of_products_and_nodes_have_their_own():
    world = a_world(
        a_network(a_node("lille", attributes={"docks": "4"}), a_node("lyon")),
        (a_product("MILK", attributes={"brand": "Lait"}), a_product("RED-CLOCK")),
    )
    shelf = Shelf({"MILK": {"lille": 1, "lyon": 1}})
    order = an_order(lines={"MILK": 1, "RED-CLOCK": 1})
    batch = read_batch([OrderToRoute(order=order, decision_time=MONDAY_TEN)], world, [shelf])
    facts = (
        Fact("line.attr.brand", Type.STRING, Scope.LINE, "", optional=True),
        Fact("node.attr.docks", Type.INT, Scope.NODE, "", optional=True),
    )

    columns = facts_of(batch, ["line.attr.brand", "node.attr.docks"], facts).columns

    brand = columns["line.attr.brand"]
    assert (values(brand), brand.present.tolist()) == (["Lait", ""], [True, False])
    assert values(columns["node.attr.docks"]) == [4, None]
