"""The share of real orders that are proven optimal within a second each, by the kernels or by OR-Tools.

The value is that of the shop whose invoices have up to 582 lines (Online Retail II); the marketplace (Olist) and the
supply chain's day stand beside it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.real import logistics_input, logistics_world, olist_world
from benchmarks.real.data import leave_if_absent
from benchmarks.real.olist_world import Shelf
from benchmarks.real.proof import prove
from benchmarks.real.uci_orders import sampled_problems
from benchmarks.real.uci_rows import SALES
from benchmarks.real.uci_world import COUNTRIES, PLACES
from router.domain.network import Network
from router.domain.order import Order
from router.domain.product import Product
from router.routing.network.prepared import prepare
from router.routing.round.round import pose_round
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from router.solver.problem import OrderProblems

GOALS = {"uci": 95, "olist": 99, "logistics": 99}


def measure(full: bool) -> dict[str, Any]:
    """Every 20th sale of the whole shop's year and all orders of the others; the short form takes a tenth of that."""
    leave_if_absent(SALES, PLACES, COUNTRIES, *olist_world.FILES, *logistics_input.FILES)
    share = 1 if full else 10
    found = {
        "uci": prove(sampled_problems(every=20, sales_max=1_000_000 if full else 2_000)).summary(),
        "olist": prove(olist_problems(every=share)).summary(),
        "logistics": prove(logistics_problems(every=share)).summary(),
    }
    percent = [one["percent"] for one in found.values()]
    return {
        "figure": "proven_share",
        "value": found["uci"]["percent"],
        "unit": "percent",
        "runs": sum(one["orders"] for one in found.values()),
        "min": min(percent),
        "max": max(percent),
        "goal": GOALS["uci"],
        "goals": GOALS,
        **found,
    }


def olist_problems(every: int) -> Iterator[OrderProblems]:
    """Orders of the marketplace, each on full shelves."""
    orders = list(olist_world.orders())[::every]
    return posed(
        olist_world.network_of(), olist_world.catalog(), olist_world.RULES, orders, olist_world.first_shelf()
    )


def logistics_problems(every: int) -> Iterator[OrderProblems]:
    """Orders of the supply chain's day, each as if it were the first."""
    data = logistics_input.read_input()
    shelf = Shelf()
    for node_id, units in logistics_world.stock_of(data).items():
        for sku, count in units.items():
            shelf.stock.setdefault(sku, {})[node_id] = count
    with TemporaryDirectory(prefix="router-rules-") as folder:
        rules = logistics_world.rule_pack(data, Path(folder) / "rules")
        text = (rules / "logistics.yaml").read_text()
    orders = [logistics_world.order_of(order) for order in data.orders][::every]
    return posed(logistics_world.network_of(data), logistics_world.consignments(data), text, orders, shelf)


def posed(
    network: Network, catalog: list[Product], rules: str, orders: list[Order], shelf: Shelf
) -> Iterator[OrderProblems]:
    compiled = compile_rules({"rules.yaml": rules.lstrip().encode()})
    assert compiled.rules is not None, compiled.diagnostics
    products: Mapping[Any, Product] = {product.sku: product for product in catalog}
    world = World(network=prepare(network), products=products, rules=compiled.rules)
    for order in orders:
        request = OrderToRoute(order=order, decision_time=order.place_time)
        yield pose_round([request], world, [shelf]).problems
