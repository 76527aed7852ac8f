"""How many extra shipments (those after an order's first) deciding again removes, and how many it disturbs for that.

Two months of the UCI shop where its data is there and the count is full; else a seeded retailer.
"""

from typing import Any

from benchmarks.quality.pool_runs import NEVER_MILLI, Life, Stream, live
from benchmarks.real.data import FOLDER
from benchmarks.real.uci_rows import SALES
from router.domain.identifiers import Sku
from router.simulation.company import simulated_company

ORDERS = 600
REAL_ORDERS = 1_500
SEEDS = (7, 8)
WEEKS = 4
MOVE_PRICE_MILLI = 50_000
"""Half a unit of currency for each shipment that changes."""


def measure(full: bool) -> dict[str, Any]:
    """The share of extra shipments removed, in percent."""
    is_real = full and (FOLDER / SALES).exists()
    streams = [real_stream()] if is_real else [seeded_stream(seed) for seed in SEEDS]
    pairs = [(live(stream, NEVER_MILLI), live(stream, MOVE_PRICE_MILLI)) for stream in streams]
    shares = [100 * (1 - again.extra_shipments / first.extra_shipments) for first, again in pairs]
    before, after = (added(lives) for lives in zip(*pairs, strict=True))
    return {
        "figure": "reoptimization_saving",
        "value": round(100 * (1 - after.extra_shipments / before.extra_shipments), 1),
        "unit": "percent of extra shipments removed",
        "runs": len(streams),
        "min": round(min(shares), 1),
        "max": round(max(shares), 1),
        "goal": 0,
        "of": "the UCI shop" if is_real else "a seeded retailer",
        "orders": sum(len(stream.orders) for stream in streams),
        "extra_shipments": [before.extra_shipments, after.extra_shipments],
        "shipments_withdrawn": after.withdrawn - before.withdrawn,
        "cost_saved_percent": round(100 * (1 - after.cost_milli / before.cost_milli), 2),
        "waiting_units": [before.waiting_units, after.waiting_units],
        "audit_faults": before.faults + after.faults,
    }


def added(lives: tuple[Life, ...]) -> Life:
    return Life(
        shipments=sum(one.shipments for one in lives),
        extra_shipments=sum(one.extra_shipments for one in lives),
        cost_milli=sum(one.cost_milli for one in lives),
        waiting_units=sum(one.waiting_units for one in lives),
        withdrawn=sum(one.withdrawn for one in lives),
        faults=sum(one.faults for one in lives),
    )


def seeded_stream(seed: int) -> Stream:
    company = simulated_company(seed, ORDERS, days=7 * WEEKS)
    return Stream(
        network=company.network,
        products=tuple(article.product for article in company.articles),
        # A week's worth: what was made for four weeks would leave nothing to decide again.
        stock={
            node_id: {sku: -(-units // WEEKS) for sku, units in row.items()}
            for node_id, row in company.stock.items()
        },
        orders=company.orders,
    )


def real_stream() -> Stream:
    from benchmarks.real.uci_rows import read_year
    from benchmarks.real.uci_shelves import first_shelves, rows_by_node
    from benchmarks.real.uci_world import catalog_of, network_of, order_of, outward_codes

    invoices = [one for one in read_year().invoices if not one.is_cancellation]
    codes = outward_codes()
    orders = [order_of(invoice, codes) for invoice in invoices[:REAL_ORDERS]]
    wanted = {line.sku for order in orders for line in order.lines}
    return Stream(
        network=network_of(),
        products=tuple(one for one in catalog_of(invoices) if one.sku in wanted),
        stock={
            node_id: {Sku(sku): units for sku, units in row.items() if sku in wanted}
            for node_id, row in rows_by_node(first_shelves(invoices)).items()
        },
        orders=orders,
    )
