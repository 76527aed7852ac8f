"""What vouchers are made from besides entries: costs of units, prices of orders, charges of carriers, payments."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from router.app.accounting.sold_order import SoldOrder, is_sale, leaving_with
from router.app.books.documents import prepare_document
from router.app.books.history import read_decision, read_history
from router.app.books.payment_book import OF_AN_ORDER_MAX
from router.app.ports.store import Reader
from router.app.records.payment_filter import PaymentFilter
from router.domain.charges import (
    parts_of_order,
    says_tax,
    share,
)
from router.domain.identifiers import LineId, OrderId, Sku
from router.ledger.accounting.chart import Chart
from router.ledger.accounting.owners import Owners
from router.ledger.accounting.refunds import Step, prepaid_at, steps_of
from router.ledger.accounting.vouchers import MOVED, Facts, Sale, UnitCost
from router.ledger.accounts import MONEY
from router.ledger.entries import Entry
from router.ledger.flows import PHASES, EntryCode
from router.ledger.payments import Payment
from router.ledger.returns import RefundLeg

ENTRIES_PER_READ = 1_000
OF_ORDERS = frozenset({EntryCode.POST, EntryCode.SHIP, EntryCode.DELIVER})
WITHOUT_PAYMENT = frozenset({EntryCode.GIFT_ISSUE, EntryCode.CORRECT})
"""What moves money and is of no payment: a gift account is given some, or given too much."""


@dataclass
class FactReader:
    """Finds facts for entries that a reader gives; what was found for some is not kept for the next."""

    reader: Reader
    chart: Chart
    _currencies: dict[str, str] = field(default_factory=dict)

    @cached_property
    def owners(self) -> Owners:
        """Whose goods lay in which node when."""
        return Owners(self.reader.read_node_owners())

    def costs_before(self, skus: Iterable[Sku], position: int) -> dict[Sku, UnitCost]:
        """What units cost when the entry at a position was made; SKUs of which nobody had said it are not there."""
        histories = self.reader.find_unit_costs(sorted(skus))
        found = {sku: cost_at(history, position) for sku, history in histories.items()}
        return {sku: cost for sku, cost in found.items() if cost is not None}

    def facts_of(self, before: Entry | None, entries: Sequence[Entry]) -> list[Facts]:
        """In their order. `before` is the entry just before the first, which says for what the first one left."""
        costs = self.reader.find_unit_costs(
            sorted({e.debit.sku for e in entries if e.debit.bucket not in MONEY})
        )
        named = {
            OrderId(e.reference) for e in (*entries, *((before,) if before else ())) if e.code in OF_ORDERS
        }
        orders = self.read_orders(named)
        found = []
        for entry in entries:
            found.append(self._facts(before, entry, costs, orders))
            before = entry
        return found

    def read_orders(self, ids: Iterable[OrderId]) -> dict[OrderId, SoldOrder]:
        """Those of `ids` that are orders."""
        found = {}
        for order_id, account in self.reader.find_orders(sorted(ids)).items():
            history = read_history(self.reader, account)
            stored = self.reader.list_reservations(order_id)
            found[order_id] = SoldOrder(
                history=history,
                currency=self._currency(account.number),
                reservations={one.position: one for one in stored},
                charges={
                    one.shipment: one.journey.charge_minor
                    for one in self.reader.list_shipments_of(order_id)
                    if one.journey.charge_minor is not None
                },
            )
        return found

    def _facts(
        self,
        before: Entry | None,
        entry: Entry,
        costs: Mapping[Sku, Sequence[UnitCost]],
        orders: Mapping[OrderId, SoldOrder],
    ) -> Facts:
        if entry.debit.bucket in MONEY:
            return self._of_money(entry)
        if PHASES[entry.code] not in MOVED:
            return Facts()
        order = orders.get(OrderId(entry.reference)) if entry.code in OF_ORDERS else None
        return Facts(
            cost=cost_at(costs.get(entry.debit.sku, ()), entry.position),
            sale=self._sale(order, entry) if order and is_sale(order, before, entry, self.chart) else None,
            leaving=leaving_with(order, entry),
            suppliers=frozenset(
                node_id
                for node_id in (entry.debit.node_id, entry.credit.node_id)
                if node_id and self.owners.is_supplier(node_id, entry.position)
            ),
        )

    def _sale(self, order: SoldOrder, entry: Entry) -> Sale:
        sold: Counter[LineId] = Counter()
        if order.is_told_in_parts:
            for one in self.sales_of(order):
                if one.position < entry.position:
                    sold[LineId(one.line_id)] += one.quantity
        return order.sale(entry, self.chart, sold)

    def sales_of(self, order: SoldOrder) -> list[Entry]:
        """The entries by which units of an order were sold, by position."""
        entries = self.read_entries(order.history.order.id)
        return [
            entry
            for before, entry in zip([None, *entries], entries, strict=False)
            if is_sale(order, before, entry, self.chart)
        ]

    def _of_money(self, entry: Entry) -> Facts:
        if entry.code in WITHOUT_PAYMENT:
            return Facts()
        payment = self.reader.find_payment(entry.reference)
        assert payment is not None, "money moves by a payment"
        if entry.code is not EntryCode.REFUND:
            return Facts(payment=payment)
        prepaid = min(entry.quantity, prepaid_at(self.steps_before(payment, entry.position)))
        sold = entry.quantity - prepaid
        shipping, tax = self._refunded_parts(payment, entry)
        return Facts(
            payment=payment,
            prepaid_minor=prepaid,
            refund_shipping_minor=share(shipping, sold, entry.quantity),
            refund_tax_minor=share(tax, sold, entry.quantity),
        )

    def _refunded_parts(self, payment: Payment, entry: Entry) -> tuple[int, int]:
        """Of a refund: what was charged for shipping, without tax, and the tax in all of it."""
        leg = self._leg_of(payment, entry)
        order = self.read_orders([payment.order_id]).get(payment.order_id)
        country = order.history.order.destination.country if order else ""
        shipping = leg.shipping if leg else 0
        if leg is not None and leg.tax is not None:
            tax = leg.tax
        elif leg is None and order is not None and says_tax(order.history.order):
            whole = parts_of_order(order.history.order)
            tax = share(whole.tax or 0, min(entry.quantity, whole.total), whole.total)
        else:
            tax = self.chart.tax_in(entry.quantity, country)
        if leg is not None and leg.tax is None:
            return shipping - self.chart.tax_in(shipping, country), tax
        return shipping - (leg.shipping_tax if leg else 0), tax

    def _leg_of(self, payment: Payment, entry: Entry) -> RefundLeg | None:
        """The part of a return's refund that an entry of a payment gave back: the first to the first, and so on."""
        one = self.reader.find_return(entry.line_id) if entry.line_id else None
        if one is None or one.order_id != payment.order_id:
            return None
        refunds = one.refunds if one.refund is None else (*one.refunds, one.refund)
        legs = [leg for refund in refunds for leg in refund.legs if leg.payment_id == payment.id]
        same = [
            other
            for other in self.read_entries(payment.id)
            if other.code is EntryCode.REFUND and other.line_id == one.id
        ]
        place = [other.position for other in same].index(entry.position)
        return legs[place] if place < len(legs) else None

    def steps_before(self, payment: Payment, position: int) -> list[Step]:
        """What was taken, sold and given back of the order of a payment, before a position."""
        order_id = payment.order_id
        order = self.read_orders([order_id]).get(order_id)
        steps = []
        if order is not None:
            sold: Counter[LineId] = Counter()
            for entry in self.sales_of(order):
                if entry.position < position:
                    sale = order.sale(entry, self.chart, sold)
                    sold[LineId(entry.line_id)] += entry.quantity
                    steps.append(Step(position=entry.position, sold=sale.gross_minor + sale.shipping_minor))
        for one in self.reader.list_payments(None, OF_AN_ORDER_MAX, PaymentFilter(order_id=order_id)):
            steps.extend(steps_of(entry for entry in self.read_entries(one.id) if entry.position < position))
        return sorted(steps, key=lambda step: step.position)

    def read_entries(self, reference: str) -> list[Entry]:
        """All of one cause, by position."""
        found: list[Entry] = []
        after: int | None = None
        while page := self.reader.list_entries(after, ENTRIES_PER_READ, reference):
            found += page
            after = page[-1].position
        return found

    def _currency(self, number: int) -> str:
        """Of the network that the first decision of an order was made from."""
        digest = read_decision(self.reader, number).inputs.network_digest
        if digest not in self._currencies:
            document = self.reader.find_document(digest)
            assert document is not None, "no network of a decision is ever dropped"
            self._currencies[digest] = prepare_document(document).network.currency
        return self._currencies[digest]


def cost_at(history: Sequence[UnitCost], position: int) -> UnitCost | None:
    """What a unit cost when the entry at `position` was made."""
    return next((one for one in reversed(history) if one.position < position), None)
