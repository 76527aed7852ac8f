"""Reconcile: add all vouchers up, count the same again from the books, and say where the two differ."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from router.app.accounting.export import all_vouchers
from router.app.accounting.facts import FactReader, cost_at, freight_of
from router.app.ports import Reader
from router.domain.currency import money_text
from router.domain.identifiers import LineId, Sku
from router.ledger.accounting.chart import CLEARING, HELD, Chart, Recognition, Role
from router.ledger.accounting.vouchers import Voucher
from router.ledger.accounts import MONEY
from router.ledger.orders import OrderAccount

ORDERS_PER_READ = 500
SKUS_PER_READ = 1_000

Totals = Counter[tuple[str, str]]
"""Debits less credits by what was counted and currency."""

GOODS_SOLD, CARRIER_CHARGES = "goods sold, tax included", "carrier charges"


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

    `skus_without_cost` are held and worth nothing, because nobody said what a unit costs.
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
        if voucher.kind == chart.sale.name and line.role in (Role.REVENUE, Role.TAX):
            said[GOODS_SOLD, voucher.currency] += amount
        elif line.role is Role.CARRIERS:
            said[CARRIER_CHARGES, voucher.currency] += amount


def count_goods(reader: Reader, chart: Chart, position: int, booked: Totals) -> tuple[Sku, ...]:
    """Units that are held times what they cost; and the SKUs of which nobody said that."""
    units: Counter[tuple[Sku, Role]] = Counter()
    for account, balance in reader.read_balances():
        if account.bucket not in MONEY:
            role = chart.role_of(account.bucket)
            if role in HELD and balance.units:
                units[account.sku, role] += balance.units
    skus = sorted({sku for sku, _ in units})
    unknown = []
    for start in range(0, len(skus), SKUS_PER_READ):
        some = skus[start : start + SKUS_PER_READ]
        histories = reader.find_unit_costs(some)
        for sku in some:
            cost = cost_at(histories.get(sku, ()), position)
            if cost is None:
                unknown.append(sku)
                continue
            for role in HELD:
                booked[role.value, cost.currency] += units[sku, role] * cost.cost_minor
    return tuple(unknown)


def count_money(reader: Reader, booked: Totals) -> None:
    """What payments say is promised, and was taken less what went back."""
    for payment in reader.read_payments():
        booked[Role.MEMO_AUTHORIZED.value, payment.currency] += payment.open
        booked[CLEARING[payment.method].value, payment.currency] += payment.captured - payment.refunded


def count_sales(reader: Reader, chart: Chart, booked: Totals) -> None:
    """What orders say left or arrived, at their prices; and what its shipments cost by plan."""
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
        account = by_id[order_id]
        for line in account.lines:
            at_dispatch = chart.recognition is Recognition.DISPATCH
            units = line.dispatched if at_dispatch else line.delivered
            booked[GOODS_SOLD, order.currency] += units * order.prices[LineId(line.line_id)]
        for number in account.dispatched_shipments:
            booked[CARRIER_CHARGES, order.currency] += freight_of(order.history.plan.shipments[number - 1])
