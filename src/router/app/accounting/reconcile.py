"""Reconcile: add all vouchers up, count the same again from the books, and say where the two differ."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from router.app.accounting.export import all_vouchers
from router.app.accounting.facts import FactReader, cost_at
from router.app.accounting.sold_order import SoldOrder, freight_of
from router.app.ports.store import Reader
from router.domain.charges import charged_for, line_charge, says_tax, share, share_between
from router.domain.currency import money_text
from router.domain.identifiers import LineId, Sku
from router.domain.order import Order
from router.ledger.accounting.chart import CLEARING, HELD, IN_NODES, Chart, Recognition, Role
from router.ledger.accounting.owners import Owners
from router.ledger.accounting.vouchers import Voucher
from router.ledger.accounts import GIFTS, MONEY
from router.ledger.bookings import BookingState
from router.ledger.orders import OrderAccount
from router.ledger.shipments import shipment_id_of

ORDERS_PER_READ = 500
SKUS_PER_READ = 1_000

Totals = Counter[tuple[str, str]]
"""Debits less credits by what was counted and currency."""

GOODS_SOLD, SHIPPING_SOLD, TAX_TOLD, CARRIER_CHARGES = (
    "goods and shipping sold, tax included",
    "shipping sold, without tax",
    "tax of what was sold",
    "carrier charges",
)


SOLD = {Role.REVENUE: GOODS_SOLD, Role.SHIPPING_INCOME: SHIPPING_SOLD, Role.TAX: TAX_TOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What vouchers and books say of the same thing, in minor units."""

    of: str
    currency: str
    vouchers_minor: int
    books_minor: int

    @property
    def text(self) -> str:
        return (
            f"{self.of}: the vouchers say {money_text(self.vouchers_minor, self.currency)},"
            f" the books say {money_text(self.books_minor, self.currency)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """`differences` is empty when all agrees. `balances` are debits less credits by role and currency.

    `skus_without_cost` are held and worth nothing, because nobody said what a unit costs; what was said just now holds
    from the next entry on.
    """

    position: int
    voucher_count: int
    differences: tuple[Difference, ...]
    balances: Mapping[tuple[Role, str], int]
    skus_without_cost: tuple[Sku, ...]


def reconcile(reader: Reader, chart: Chart) -> Reconciliation:
    """Takes as long as reading the whole journal and every order does."""
    position = reader.head().position
    balances: Counter[tuple[Role, str]] = Counter()
    said = Totals()
    count = 0
    for voucher in all_vouchers(reader, chart, position):
        count += 1
        add(voucher, balances, chart)
        note_sales(voucher, said, chart)
    for (role, currency), amount in balances.items():
        if role in HELD or role is Role.MEMO_AUTHORIZED or role in CLEARING.values():
            said[role.value, currency] = amount
    booked = Totals()
    without_cost = count_goods(reader, chart, position, booked)
    count_money(reader, booked)
    count_sales(reader, chart, booked)
    return Reconciliation(
        position=position,
        voucher_count=count,
        differences=tuple(
            Difference(
                of=of, currency=currency, vouchers_minor=said[of, currency], books_minor=booked[of, currency]
            )
            for of, currency in sorted(said.keys() | booked.keys())
            if said[of, currency] != booked[of, currency]
        ),
        balances=dict(sorted(balances.items())),
        skus_without_cost=without_cost,
    )


def add(voucher: Voucher, balances: Counter[tuple[Role, str]], chart: Chart) -> None:
    for line in voucher.lines:
        balances[line.role, voucher.currency] += line.debit_minor - line.credit_minor


def note_sales(voucher: Voucher, said: Totals, chart: Chart) -> None:
    """What the vouchers say was sold, and what carriers are owed."""
    for line in voucher.lines:
        amount = line.credit_minor - line.debit_minor
        if voucher.kind == chart.sale.name and line.role in SOLD:
            said[GOODS_SOLD, voucher.currency] += amount
            if line.role is not Role.REVENUE:
                said[SOLD[line.role], voucher.currency] += amount
        elif line.role is Role.CARRIERS:
            said[CARRIER_CHARGES, voucher.currency] += amount


def count_goods(reader: Reader, chart: Chart, position: int, booked: Totals) -> tuple[Sku, ...]:
    """Units that are held times what they cost, but for those in nodes of suppliers; and the SKUs of which nobody said
    what they cost.
    """
    owners = Owners(reader.read_node_owners())
    units: Counter[tuple[Sku, Role]] = Counter()
    there: set[Sku] = set()
    for account, balance in reader.read_balances():
        if account.bucket not in MONEY:
            role = chart.role_of(account.bucket)
            if role in HELD and balance.units:
                there.add(account.sku)
                if account.bucket not in IN_NODES or not owners.is_supplier(account.node_id, position):
                    units[account.sku, role] += balance.units
    skus = sorted(there)
    unknown = []
    for start in range(0, len(skus), SKUS_PER_READ):
        some = skus[start : start + SKUS_PER_READ]
        histories = reader.find_unit_costs(some)
        for sku in some:
            cost = cost_at(histories.get(sku, ()), position)
            if cost is None:
                if not histories.get(sku):
                    unknown.append(sku)
                continue
            for role in HELD:
                booked[role.value, cost.currency] += units[sku, role] * cost.cost_minor
    return tuple(unknown)


def count_money(reader: Reader, booked: Totals) -> None:
    """What payments say is promised, and was taken less what went back; what gift accounts are owed."""
    for payment in reader.read_payments():
        booked[Role.MEMO_AUTHORIZED.value, payment.currency] += payment.open
        if not payment.gift_account_id:
            booked[CLEARING[payment.method].value, payment.currency] += payment.captured - payment.refunded
    for account, balance in reader.read_balances():
        if account.bucket in GIFTS:
            booked[Role.GIFT_BALANCES.value, str(account.sku)] -= balance.units


def count_sales(reader: Reader, chart: Chart, booked: Totals) -> None:
    """What orders say left or arrived, at their prices; and what its shipments cost by booking or plan."""
    facts = FactReader(reader, chart)
    pending: list[OrderAccount] = []
    for account in reader.read_orders():
        if account.dispatched_shipments:
            pending.append(account)
    for start in range(0, len(pending), ORDERS_PER_READ):
        some = pending[start : start + ORDERS_PER_READ]
        count_orders(facts, some, chart, booked)


def count_orders(facts: FactReader, accounts: Iterable[OrderAccount], chart: Chart, booked: Totals) -> None:
    by_id = {account.order_id: account for account in accounts}
    for order_id, order in facts.read_orders(by_id).items():
        account, asked = by_id[order_id], order.history.order
        at_dispatch = chart.recognition is Recognition.DISPATCH
        units = {
            LineId(line.line_id): line.dispatched if at_dispatch else line.delivered for line in account.lines
        }
        if any(units.values()):
            shipping, country = asked.shipping_minor or 0, asked.destination.country
            told = says_tax(asked)
            shipping_tax = asked.shipping_tax_minor or 0 if told else chart.tax_in(shipping, country)
            goods_tax = tax_told(asked, units) if told else tax_by_chart(facts, order, chart)
            booked[GOODS_SOLD, order.currency] += charged_for(asked, units)
            booked[SHIPPING_SOLD, order.currency] += shipping - shipping_tax
            booked[TAX_TOLD, order.currency] += goods_tax + shipping_tax
        for number in account.dispatched_shipments:
            planned = freight_of(order.history.plan.shipments[number - 1])
            charge = (
                booked_charge(facts, shipment_id_of(order_id, number)) if number in order.charges else planned
            )
            booked[CARRIER_CHARGES, order.currency] += charge


def booked_charge(facts: FactReader, shipment_id: str) -> int:
    """What the last booking of a shipment says; nothing where it is voided or not there."""
    booking = facts.reader.find_booking(shipment_id)
    return 0 if booking is None or booking.state is BookingState.VOIDED else booking.charge_minor


def tax_told(order: Order, units: Mapping[LineId, int]) -> int:
    """What an order says of the tax in so many units of each line."""
    return sum(share(line.tax_minor or 0, units.get(line.id, 0), line.quantity) for line in order.lines)


def tax_by_chart(facts: FactReader, order: SoldOrder, chart: Chart) -> int:
    """The tax in what was sold of an order, by the rate of its country: rounded for each entry, as the vouchers do."""
    country = order.history.order.destination.country
    if not chart.tax.get(country):
        return 0
    lines, sold = order.lines, Counter[LineId]()
    tax = 0
    for entry in facts.sales_of(order):
        line = lines[LineId(entry.line_id)]
        after = sold[line.id]
        sold[line.id] += entry.quantity
        tax += chart.tax_in(share_between(line_charge(line), after, sold[line.id], line.quantity), country)
    return tax
