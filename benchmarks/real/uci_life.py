"""A year of a real shop lived by the engine, with its money: sales paid for, sent and delivered; cancellations of what
had not left, returns and refunds of what had. The clock is that of the year; a mirror counts every unit and every
penny beside the books.

`python -m benchmarks.real.uci_life [--orders N | --month YYYY-MM | --sample WEEKS]`
"""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from benchmarks.real.data import leave_if_absent
from benchmarks.real.uci_book import Book, Left, Sent
from benchmarks.real.uci_desk import ANSWER_SECONDS_MAX, Desk
from benchmarks.real.uci_lived import Lived, report
from benchmarks.real.uci_rows import SALES, Invoice, first_sales, read_year
from benchmarks.real.uci_sample import CODES, sample_year
from benchmarks.real.uci_sample import PLACES as SAMPLE_PLACES
from benchmarks.real.uci_shelves import Shelves, first_shelves, rows_by_node
from benchmarks.real.uci_till import AT_ONCE, Till
from benchmarks.real.uci_world import (
    COUNTRIES,
    PLACES,
    british_day,
    catalog_of,
    network_of,
    order_of,
    outward_codes,
    rule_pack,
    unit_costs_of,
)
from benchmarks.real.uci_year import SKUS_PER_QUESTION, batches
from router.app.answers.decided import Refused, Routed
from router.app.commands.accounting import PutUnitCosts
from router.app.commands.deciding import RouteOrders
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.commands.feeds import RecordSnapshot
from router.app.commands.fulfillment import DispatchShipment, RecordCarrierReports, ReportOf
from router.app.commands.orders import CancelOrder
from router.app.commands.questions import GetAvailability
from router.app.commands.returns import (
    AuthorizeReturn,
    Finding,
    InspectReturn,
    PutReturnPolicies,
    ReceiveReturn,
)
from router.app.commands.stock import AdjustStock
from router.app.reading.verify import verify
from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.domain.network import Network
from router.domain.order import Order
from router.domain.return_policy import ReturnPolicy, ReturnReason
from router.ledger.feeds import Mark
from router.ledger.returns import Disposition
from router.ledger.tracking import CarrierReport, CarrierStatus
from router.setting_texts import FAKE_PAYMENTS
from router.settings import Settings
from router.simulation.demand import instant_of
from router.wiring.application import Application, build_application

PRODUCTS_PER_PUT = 2_000
REASON = "SENT_BACK"
POLICY = ReturnPolicy(window_days=730, send_days=365, reasons=(ReturnReason(code=REASON),))
"""The file says nothing of a policy: whatever came back was taken."""
EVER = 10**9
"""Seconds that the clock may leap: a shop is closed at night, and over Christmas."""
MORNING, EVENING = 6, 21


class YearClock:
    """Stands where it is set, and never goes back."""

    def __init__(self) -> None:
        self._instant = Instant(0)

    def now(self) -> Instant:
        return self._instant

    def monotonic(self) -> float:
        return time.monotonic()

    def set(self, moment: datetime) -> None:
        self._instant = Instant(max(self._instant, instant_of(moment)))


class Life:
    """One engine. `codes` are the postal codes that customers live in."""

    def __init__(
        self,
        application: Application,
        clock: YearClock,
        shelves: Shelves,
        codes: Sequence[str],
        pool: ThreadPoolExecutor,
    ) -> None:
        self.lived = Lived()
        self._application = application
        self._desk = Desk(application.engine)
        self._clock = clock
        self._shelves = shelves
        self._codes = codes
        self._till = Till(application, pool, self.lived.counts)
        self._book = Book()
        self._prices: dict[tuple[str, str], int] = {}
        """Of a unit, by order and line."""
        self._arriving: dict[str, list[Sent]] = defaultdict(list)
        """Shipments under way by the day on which they are delivered."""
        self._delivered: set[str] = set()
        self._awaiting: dict[str, list[list[Left]]] = defaultdict(list)
        """What is sent back of shipments that have not arrived yet."""
        self._week = (0, 0)

    def set_up(self, network: Network, invoices: Sequence[Invoice]) -> None:
        self._desk.ask(PutNetwork, network=network)
        products, costs = catalog_of(invoices), unit_costs_of(invoices)
        for start in range(0, len(products), PRODUCTS_PER_PUT):
            some = slice(start, start + PRODUCTS_PER_PUT)
            self._desk.ask(PutProducts, products=tuple(products[some]))
            self._desk.ask(PutUnitCosts, costs=tuple(costs[some]))
        self._desk.ask(PutReturnPolicies, policies=(POLICY,))
        on_hand = rows_by_node(self._shelves)
        self._desk.ask(RecordSnapshot, feed_id="opening", mark=Mark(0, 1), is_full=True, on_hand=on_hand)

    def run(self, invoices: Sequence[Invoice]) -> Lived:
        """All of them, day by day; then what is still to leave leaves, and what is under way arrives."""
        start, cpu_start = time.perf_counter(), time.process_time()
        day = month = british_day(invoices[0].time)
        for day, of_day in groupby(invoices, key=lambda one: british_day(one.time)):
            if day[:7] != month[:7]:
                month = day
                self._say(month)
            self._live(day, list(of_day))
        while self._book.open_shipments or self._arriving:
            day = after(day, 1)
            self._live(day, ())
        self.lived.seconds = time.perf_counter() - start
        self.lived.cpu_seconds = time.process_time() - cpu_start
        self._look_back()
        return self.lived

    def _say(self, day: str) -> None:
        """How far it is, for whoever waits for a year."""
        orders, seconds = self.lived.counts["orders"], time.process_time()
        print(
            f"{day}: {orders:,} orders after {seconds:,.0f} s of processor time", file=sys.stderr, flush=True
        )

    def _live(self, day: str, invoices: Sequence[Invoice]) -> None:
        """Parcels arrive, money too; what was due leaves, Mondays bring goods; sales, then what is given back."""
        self._clock.set(at(day, MORNING))
        for earlier in sorted(one for one in self._arriving if one <= day):
            self._deliver(earlier)
        self._till.look(f"{day}/morning")
        self._send(self._book.due(day), day)
        if self._week != (week := date.fromisoformat(day).isocalendar()[:2]):
            self._week = week
            self._replenish()
        for batch in batches([order_of(one, self._codes) for one in invoices if not one.is_cancellation]):
            self._clock.set(datetime.fromtimestamp(batch[-1].place_time / 1e6, UTC))
            self._route(batch)
        for invoice in invoices:
            if invoice.is_cancellation:
                self._clock.set(invoice.time)
                self._take_back(invoice)
        self._clock.set(at(day, EVENING))
        self._till.look(f"{day}/evening")

    def _route(self, batch: Sequence[Order]) -> None:
        start = time.perf_counter()
        results = self._desk.ask(RouteOrders, orders=tuple(batch)).results
        self.lived.routing_seconds += time.perf_counter() - start
        taken = []
        for order, result in zip(batch, results, strict=True):
            if isinstance(result, Refused):
                self.lived.refused[result.reason] += 1
                continue
            taken.append(order)
            self._remember(order, result)
        self.lived.counts["orders"] += len(taken)
        self.lived.counts["lines"] += sum(len(order.lines) for order in taken)
        self._till.expect(taken)

    def _remember(self, order: Order, routed: Routed) -> None:
        for line in order.lines:
            self._prices[order.id, line.id] = line.unit_price_minor
        for sent in self._book.record_plan(order, routed.plan, routed.shipment_numbers):
            for part in sent.parts:
                self._shelves.take(sent.node_id, part.sku, part.units)

    def _send(self, due: Sequence[Sent], day: str) -> None:
        self._desk.ask_all(DispatchShipment, ({"shipment_id": sent.shipment_id} for sent in due))
        for sent in due:
            order_id = order_of_shipment(sent.shipment_id)
            self._arriving[max(sent.delivery_date, after(day, 1))].append(sent)
            for part in sent.parts:
                self.lived.mirror_minor += part.units * self._prices[order_id, part.line_id]
        self.lived.counts["shipments"] += len(due)
        self._till.collect(dict.fromkeys(order_of_shipment(sent.shipment_id) for sent in due))

    def _deliver(self, day: str) -> None:
        arrived = self._arriving.pop(day)
        report = CarrierReport(time=self._clock.now(), status=CarrierStatus.DELIVERED)
        told = (ReportOf(shipment_id=one.shipment_id, tracking_number="", report=report) for one in arrived)
        self._desk.ask_all(RecordCarrierReports, ({"reports": (one,)} for one in told))
        self._delivered.update(one.shipment_id for one in arrived)
        self.lived.counts["delivered"] += len(arrived)
        for one in arrived:
            for lefts in self._awaiting.pop(one.shipment_id, ()):
                self._return(one.shipment_id, lefts)

    def _replenish(self) -> None:
        receipts = list(self._shelves.receipts())
        self._desk.ask_all(
            AdjustStock,
            (
                {"node_id": one.node_id, "sku": one.sku, "delta": one.units, "reason_code": "RECEIPT"}
                for one in receipts
            ),
        )
        for one in receipts:
            self._shelves.give(one.node_id, one.sku, one.units)
        self.lived.counts["receipts"] += len(receipts)

    def _take_back(self, invoice: Invoice) -> None:
        """Cancels what has not left, order by order, and has the rest sent back, shipment by shipment."""
        canceled: dict[OrderId, Counter[LineId]] = defaultdict(Counter)
        sent_back: dict[str, list[Left]] = defaultdict(list)
        for row in invoice.rows:
            matched = 0
            for booked, undone in self._book.undo(invoice.customer_id, Sku(row.sku), row.units):
                for line_id, units in undone.cancel.items():
                    canceled[booked.order_id][LineId(line_id)] += units
                for node_id, sku, units in undone.freed:
                    self._shelves.give(node_id, sku, units)
                for left in undone.left:
                    sent_back[left.shipment_id].append(left)
                matched += sum(undone.cancel.values()) + sum(left.units for left in undone.left)
            self.lived.counts["units without an earlier sale"] += row.units - matched
        for order_id, lines in canceled.items():
            self._desk.ask(CancelOrder, order_id=order_id, lines=dict(lines), reason="customer")
            self.lived.counts["cancellations"] += 1
            self.lived.counts["units canceled"] += lines.total()
            self._till.forgo(order_id)
        for shipment_id, lefts in sent_back.items():
            if shipment_id in self._delivered:
                self._return(shipment_id, lefts)
            else:
                self._awaiting[shipment_id].append(lefts)

    def _return(self, shipment_id: str, lefts: Sequence[Left]) -> None:
        """Announced, received, found good, put on the shelf and paid back."""
        order_id = order_of_shipment(shipment_id)
        lines, goods = Counter[LineId](), Counter[Sku]()
        for left in lefts:
            lines[left.line_id] += left.units
            goods[left.sku] += left.units
        record = self._desk.ask(
            AuthorizeReturn, order_id=order_id, lines=dict(lines), reason_code=REASON
        ).record
        self._desk.ask(ReceiveReturn, return_id=record.id, lines=dict(goods), closes=True)
        findings = tuple(
            Finding(sku=sku, quantity=units, disposition=Disposition.RESTOCK) for sku, units in goods.items()
        )
        record = self._desk.ask(InspectReturn, return_id=record.id, findings=findings).record
        for sku, units in goods.items():
            self._shelves.give(record.node_id, sku, units)
        self.lived.counts["returns"] += 1
        self.lived.counts["units returned"] += goods.total()
        owed = sum(units * self._prices[order_id, line_id] for line_id, units in lines.items())
        self.lived.mirror_minor -= owed
        if owed:
            self._till.refund(record.id)
            self.lived.counts["refunded minor"] += owed

    def _look_back(self) -> None:
        """Hold the books against the mirror, and against themselves."""
        self.lived.differing_rows = self._differing_rows()
        self.lived.held_minor = self._till.held_minor()
        report = verify(self._application.store)
        self.lived.faults, self.lived.entry_count = report.faults, report.entry_count
        accounts = self._application.queries.accounting.reconcile()
        self.lived.voucher_count = accounts.voucher_count
        self.lived.differences = tuple(one.text for one in accounts.differences)

    def _differing_rows(self) -> int:
        """Rows of stock in which the books and the mirror differ."""
        skus = sorted(self._shelves.available)
        count = 0
        for first in range(0, len(skus), SKUS_PER_QUESTION):
            question = GetAvailability(skus=tuple(skus[first : first + SKUS_PER_QUESTION]))
            for row in self._desk.submit(question).result(ANSWER_SECONDS_MAX).answer.rows:
                count += self._shelves.available[row.sku].get(NodeId(row.node_id), 0) != row.available
        return count


def live(
    invoices: Sequence[Invoice],
    year: Sequence[Invoice],
    network: Network,
    codes: Sequence[str],
    folder: Path,
    database: str,
) -> Lived:
    """The invoices in order of time on a new ledger; in `folder` are files that it needs.

    `year` are all invoices of the shop: its shelves hold what sells in an average week of it.
    """
    clock = YearClock()
    clock.set(invoices[0].time - timedelta(1))
    settings = Settings(
        database=database,
        rules=(rule_pack(folder / "rules", needs_payment=True),),
        payments=FAKE_PAYMENTS,
        model_effort=0.0,
        clock_jump=EVER,
    )
    shelves = first_shelves([one for one in year if not one.is_cancellation])
    with (
        closing(build_application(settings, clock=clock)) as application,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        life = Life(application, clock, shelves, codes, pool)
        life.set_up(network, year)
        return life.run(invoices)


def live_sample(weeks: int, folder: Path, database: str) -> Lived:
    """Weeks that we made up."""
    invoices = sample_year(weeks)
    return live(invoices, invoices, network_of(SAMPLE_PLACES), CODES, folder, database)


def live_year(sales: int | None, folder: Path, database: str, month: str = "") -> Lived:
    """The published year up to so many sales, or all of it; of a `month`, `2010-10`, that alone on an empty ledger."""
    year = read_year().invoices
    of_month = (one for one in year if british_day(one.time).startswith(month))
    return live(tuple(first_sales(of_month, sales)), year, network_of(), outward_codes(), folder, database)


def order_of_shipment(shipment_id: str) -> OrderId:
    return OrderId(shipment_id.rpartition("/")[0])


def at(day: str, hour: int) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--orders", type=int, default=None, help="stop after so many sales of the year")
    which.add_argument("--month", default="", help="one month alone, on an empty ledger: 2010-10")
    which.add_argument("--sample", type=int, default=None, help="weeks that we made up instead")
    options = parser.parse_args()
    if options.sample is None:
        leave_if_absent(SALES, PLACES, COUNTRIES)
    with tempfile.TemporaryDirectory(prefix="router-life-") as name:
        folder = Path(name)
        database = str(folder / "life.sqlite")
        if options.sample is None:
            report(live_year(options.orders, folder, database, options.month))
        else:
            report(live_sample(options.sample, folder, database))


if __name__ == "__main__":
    main()
