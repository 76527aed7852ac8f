"""A year of a real shop through gRPC in order of time: sales, cancellations, returns, dispatches, replenishment.

`python -m benchmarks.real.uci_year [--orders N]`
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_book import Book, units_of
from benchmarks.real.uci_rows import SALES, Invoice, Year, first_sales, read_year
from benchmarks.real.uci_shelves import Shelves, first_shelves, rows_by_node
from benchmarks.real.uci_world import (
    COUNTRIES,
    PLACES,
    british_day,
    catalog_of,
    network_of,
    order_of,
    outward_codes,
    rule_pack,
)
from router.api.messages.orders import order_message
from router.api.v1 import inventory_pb2
from router.domain.identifiers import NodeId, Sku
from router.domain.order import Order
from router.simulation.client import RouterClient
from router.simulation.server_process import ServerProcess, running_server
from router.simulation.summary import Summary, summarize, total_of

ORDERS_PER_BATCH = 50
LINES_PER_BATCH = 1_000
IN_FLIGHT = 16
SKUS_PER_QUESTION = 1_000


@dataclass(slots=True)
class Run:
    """The state of a run and what it has counted so far."""

    client: RouterClient
    shelves: Shelves
    codes: Sequence[str]
    pool: ThreadPoolExecutor
    book: Book = field(default_factory=Book)
    summaries: list[Summary] = field(default_factory=list)
    route_seconds: float = 0.0
    slowest_batch_seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)

    def each(self, call: Callable[..., object], arguments: Iterable[tuple[object, ...]]) -> None:
        """Many small calls, some at a time, so that the server can commit them together."""
        for _ in self.pool.map(lambda each: call(*each), arguments):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=None, help="stop after so many sales")
    parser.add_argument("--model-effort", default="0.05", help="of the server, see `router serve --help`")
    options = parser.parse_args()
    limit, flags = options.orders, ("--model-effort", options.model_effort)
    leave_if_absent(SALES, PLACES, COUNTRIES)
    year = read_year()
    invoices = tuple(first_sales(year.invoices, limit))
    sales = [invoice for invoice in invoices if not invoice.is_cancellation]
    with (
        tempfile.TemporaryDirectory(prefix="router-uci-") as folder,
        running_server(
            Path(folder) / "year.sqlite", rule_pack(Path(folder) / "rules"), flags=flags
        ) as server,
        RouterClient(server.address) as client,
        ThreadPoolExecutor(IN_FLIGHT) as pool,
    ):
        shelves = first_shelves([invoice for invoice in year.invoices if not invoice.is_cancellation])
        client.put_network(network_of(), "network")
        client.put_products(catalog_of(year.invoices), "products")
        client.upload_stock("opening", 1, rows_by_node(shelves), "opening")
        run = Run(client, shelves, outward_codes(), pool)
        start = time.perf_counter()
        for day, of_day in groupby(invoices, key=lambda invoice: british_day(invoice.time)):
            live_day(run, day, list(of_day))
        seconds = time.perf_counter() - start
        report(run, server, year, len(sales), seconds)


def live_day(run: Run, day: str, invoices: Sequence[Invoice]) -> None:
    """One day: what was due has left, Mondays bring goods, then the sales, at the end the cancellations."""
    due = run.book.due(day)
    run.each(run.client.dispatch, ((sent.shipment_id,) for sent in due))
    run.counts["shipments dispatched"] += len(due)
    week = date.fromisoformat(day).isocalendar()[:2]
    if run.counts["week"] != week[0] * 100 + week[1]:
        run.counts["week"] = week[0] * 100 + week[1]
        replenish(run, day)
    sales = [order_of(invoice, run.codes) for invoice in invoices if not invoice.is_cancellation]
    for batch in batches(sales):
        route(run, batch)
    for invoice in invoices:
        if invoice.is_cancellation:
            cancel(run, invoice)


def route(run: Run, batch: Sequence[Order]) -> None:
    """Sends one batch and books its answers in the mirror."""
    start = time.perf_counter()
    results = run.client.route_batch(batch, f"sales/{batch[0].id}", batch[-1].place_time)
    seconds = time.perf_counter() - start
    run.route_seconds += seconds
    run.slowest_batch_seconds = max(run.slowest_batch_seconds, seconds)
    run.summaries.append(summarize(map(order_message, batch), results))
    for order, result in zip(batch, results, strict=True):
        if result.HasField("routed"):
            for node_id, sku, units in units_of(run.book.record(order, result.routed.plan).shipments):
                run.shelves.take(node_id, sku, units)


def replenish(run: Run, day: str) -> None:
    """Books the week's receipts."""
    receipts = list(run.shelves.receipts())
    run.each(
        run.client.adjust_stock,
        ((r.node_id, r.sku, r.units, "RECEIPT", f"receipt/{day}/{r.node_id}/{r.sku}") for r in receipts),
    )
    for receipt in receipts:
        run.shelves.give(receipt.node_id, receipt.sku, receipt.units)
    run.counts["receipts"] += len(receipts)


def cancel(run: Run, invoice: Invoice) -> None:
    """Releases what has not left, takes back what has; units without an earlier sale are only counted."""
    for index, row in enumerate(invoice.rows):
        matched = 0
        for booked, undone in run.book.undo(invoice.customer_id, Sku(row.sku), row.units):
            key = f"{invoice.id}/{index}/{booked.order_id}/{'-'.join(undone.cancel)}/{matched}"
            if undone.cancel:
                answer = run.client.cancel(
                    booked.order_id, undone.cancel, "customer canceled", f"cancel/{key}"
                )
                freed = sum(units for _, _, units in undone.freed)
                assert answer.released_quantity == freed, (
                    f"{key}: released {answer.released_quantity}, not {freed}"
                )
            for part, (node_id, sku, units) in enumerate(undone.returned):
                run.client.adjust_stock(
                    node_id, sku, units, "RETURN", f"return/{key}/{part}", booked.order_id
                )
            for node_id, sku, units in (*undone.freed, *undone.returned):
                run.shelves.give(node_id, sku, units)
            returned = sum(units for _, _, units in undone.returned)
            run.counts["units canceled before dispatch"] += sum(undone.cancel.values())
            run.counts["units returned after dispatch"] += returned
            matched += returned + sum(undone.cancel.values())
        run.counts["units of cancellations without an earlier sale"] += row.units - matched


def batches(orders: Sequence[Order]) -> Iterator[Sequence[Order]]:
    """Orders in sequence, in groups that stay within the limits of a request."""
    batch: list[Order] = []
    lines = 0
    for order in orders:
        if batch and (len(batch) == ORDERS_PER_BATCH or lines + len(order.lines) > LINES_PER_BATCH):
            yield batch
            batch, lines = [], 0
        batch.append(order)
        lines += len(order.lines)
    if batch:
        yield batch


def differences(run: Run) -> int:
    """Rows where the server's promisable units differ from the mirror's."""
    skus = sorted(run.shelves.available)
    count = 0
    for first in range(0, len(skus), SKUS_PER_QUESTION):
        request = inventory_pb2.GetAvailabilityRequest(skus=skus[first : first + SKUS_PER_QUESTION])
        for row in run.client.inventory.GetAvailability(request).rows:
            count += run.shelves.available[Sku(row.sku)].get(NodeId(row.node_id), 0) != row.available
    return count


def report(run: Run, server: ServerProcess, year: Year, sale_count: int, seconds: float) -> None:
    """The figures as a short page."""
    total = total_of(run.summaries)
    audit = run.client.audit()
    memory = server.memory_peak_bytes()
    unshipped = sum(total.unshipped_units.values())
    print(f"# A year of a real shop: {sale_count:,} sales\n")
    for name, value in (
        ("orders decided", f"{total.orders:,} with {total.lines:,} lines, {total.units:,} units"),
        ("refused", ", ".join(f"{n:,} {reason}" for reason, n in total.refused.items()) or "none"),
        ("speed of routing", f"{total.orders / run.route_seconds:,.0f} orders/s"),
        ("the same in lines", f"{total.lines / run.route_seconds:,.0f} lines/s"),
        ("slowest batch", f"{run.slowest_batch_seconds:.2f} s"),
        ("whole run", f"{seconds:,.0f} s, of which routing {run.route_seconds:,.0f} s"),
        ("shipments", f"{total.shipments:,} in {total.parcels:,} parcels"),
        ("split orders", f"{total.split_orders:,} ({total.split_orders / total.orders:.1%})"),
        ("units backordered at first", f"{unshipped:,} ({unshipped / total.units:.2%})"),
        ("orders with a backorder", f"{total.unshipped_orders:,}"),
        ("cost", f"£{total.total_minor / 100:,.0f}, £{total.total_minor / 100 / total.orders:,.2f} an order"),
        ("cost by part", ", ".join(f"{k.lower()} £{v / 100:,.0f}" for k, v in total.cost_minor.items())),
        ("proven cheapest", f"{total.optimal_share:.2%} of the orders"),
        ("found by", ", ".join(f"{k} {v:,}" for k, v in total.by_method.items())),
        *((name, f"{count:,}") for name, count in run.counts.items() if name != "week"),
        ("ledger audit", f"{'clean' if audit.clean else audit.faults[:3]}: {audit.entry_count:,} entries"),
        ("stock that differs from the mirror", f"{differences(run):,} rows"),
        ("peak memory of the server", f"{memory / 2**20:,.0f} MiB" if memory else "not told by this system"),
    ):
        print(f"* {name}: {value}")
    print(
        "\nRows left out of the whole file: " + "; ".join(f"{n:,} {why}" for why, n in year.left_out.items())
    )


if __name__ == "__main__":
    main()
