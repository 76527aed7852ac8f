"""The orders of the real shop one by one as the solver sees them, on shelves that a year of sales empties and fills."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from benchmarks.real.uci_rows import Invoice, read_year
from benchmarks.real.uci_shelves import Shelves, first_shelves
from benchmarks.real.uci_world import (
    RULES,
    british_day,
    catalog_of,
    network_of,
    order_of,
    outward_codes,
)
from router.domain.identifiers import NodeId, Sku
from router.routing.decision import Decision
from router.routing.network.prepared import prepare
from router.routing.round.round import pose_round
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import compile_rules
from router.solver.problem import Effort, OrderProblems

QUICK = Effort(set_nodes_max=3_000, model_deterministic_seconds=0.0)
"""The sales between the samples only move the stock."""

ORDERS_PER_BATCH = 25
NOWHERE = "HK"
"""In no table of places."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What the shop has and has planned; nothing ever leaves the plan of a day."""

    shelves: Shelves
    booked: dict[NodeId, dict[int, int]] = field(default_factory=dict)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.shelves.available.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.booked.get(node_id, {})

    def take(self, decision: Decision) -> None:
        for shipment in decision.plan.shipments:
            days = self.booked.setdefault(shipment.node_id, {})
            days[shipment.ship_day] = days.get(shipment.ship_day, 0) + 1
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    self.shelves.take(shipment.node_id, allocation.sku, allocation.quantity)


def sampled_problems(every: int, sales_max: int) -> Iterator[OrderProblems]:
    """Each `every`-th of the first `sales_max` sales, on the stock that it met. Cancellations are left out."""
    year = read_year()
    sales = [invoice for invoice in year.invoices if not invoice.is_cancellation][:sales_max]
    rules = compile_rules({"shop.yaml": RULES.lstrip().encode()}).rules
    assert rules is not None
    products = {product.sku: product for product in catalog_of(year.invoices)}
    world = World(network=prepare(network_of()), products=products, rules=rules)
    shop = Shop(first_shelves([invoice for invoice in year.invoices if not invoice.is_cancellation]))
    week, number, codes = (0, 0), 0, outward_codes()
    for day, of_day in groupby(sales, key=lambda invoice: british_day(invoice.time)):
        if week != (week := date.fromisoformat(day).isocalendar()[:2]):
            for receipt in list(shop.shelves.receipts()):
                shop.shelves.give(receipt.node_id, receipt.sku, receipt.units)
        for batch in _batches(list(of_day), codes):
            for request in batch:
                if number % every == 0:
                    yield pose_round([request], world, [shop]).problems
                number += 1
            for decision in route(batch, world, shop, shop, QUICK):
                shop.take(decision)


def _batches(invoices: Sequence[Invoice], codes: Sequence[str]) -> Iterator[list[OrderToRoute]]:
    orders = [order_of(invoice, codes) for invoice in invoices]
    requests = [
        OrderToRoute(order=order, decision_time=order.place_time)
        for order in orders
        if order.destination.country != NOWHERE
    ]
    for first in range(0, len(requests), ORDERS_PER_BATCH):
        yield requests[first : first + ORDERS_PER_BATCH]
