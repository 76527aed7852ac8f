"""The parts of `accounting.md` that are made: the built-in chart, and the vouchers of each kind of entry."""

from collections.abc import Callable, Iterator, Mapping

from ledger_parts import table

from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.ledger.accounting.chart import IN_NODES, Chart, Recognition
from router.ledger.accounting.owners import OWNERSHIP, NodeOwner, changes_of_hands
from router.ledger.accounting.vouchers import (
    REVALUATION,
    Facts,
    Leaving,
    Sale,
    UnitCost,
    Voucher,
    revaluation_of,
    voucher_of,
)
from router.ledger.accounts import GIFTS, MONEY, OUTSIDE, Account, Bucket, gift, money
from router.ledger.entries import Entry
from router.ledger.flows import MEANINGS, SETTLING, EntryCode
from router.ledger.payments import Payment, PaymentMethod

LAMP, EUR = Sku("LAMP"), "EUR"
COST = UnitCost(sku=LAMP, position=0, cost_minor=1, currency=EUR, held=1, in_transit=1, shipped=1)
SALE = Sale(order_id="A-1", currency=EUR, gross_minor=12, tax_minor=2)
LEAVING = Leaving(order_id="A-1", shipment_id="A-1/1", currency=EUR, freight_minor=1)
CARD = Payment(id="P-1", number=1, order_id=OrderId("A-1"), method=PaymentMethod.CARD, currency=EUR, asked=9)


def account(bucket: Bucket) -> Account:
    if bucket in GIFTS:
        return gift(bucket, "G-1", Sku(EUR))
    if bucket in MONEY:
        return money(bucket, Sku(EUR))
    return Account(NodeId("" if bucket in OUTSIDE else "lyon"), LAMP, "", bucket)


def entry(code: EntryCode, gives: Bucket, receives: Bucket) -> Entry:
    return Entry(
        position=1,
        time=Instant(0),
        code=code,
        debit=account(receives),
        credit=account(gives),
        quantity=9,
        pending_position=1 if code in SETTLING else 0,
    )


def facts_of(code: EntryCode, receives: Bucket, chart: Chart) -> Facts:
    """An example of all that an entry of the code may bring about."""
    if receives in MONEY:
        return Facts(payment=CARD, prepaid_minor=3, refund_tax_minor=1)
    return Facts(
        cost=COST,
        sale=SALE if code is chart.sale else None,
        leaving=LEAVING if code is EntryCode.POST else None,
    )


def vouchers() -> str:
    """What each movement debits and credits, as the code has it; by both settings where they differ."""
    rows = []
    for code, (_, pairs) in MEANINGS.items():
        for gives, receives in pairs:
            made = []
            for recognition in Recognition:
                chart = Chart(recognition=recognition)
                voucher = voucher_of(entry(code, gives, receives), facts_of(code, receives, chart), chart)
                made.append((recognition.value, sides(voucher)))
            for when, (debits, credits) in made if made[0][1] != made[1][1] else [("", made[0][1])]:
                if debits:
                    movement = f"`{gives.name.lower()}` → `{receives.name.lower()}`"
                    rows.append((f"`{code.name}`", movement, when, debits, credits))
    for recognition in Recognition:
        debits, credits = sides(revaluation_of(COST, Chart(recognition=recognition), 1))
        rows.append((f"`{REVALUATION}`", "a unit costs more", recognition.value, debits, credits))
    return table(("entry", "moves", "sales at", "debits", "credits"), rows)


def suppliers_vouchers() -> str:
    """The same of movements that are others where goods of a supplier lie."""
    rows = []
    nodes = frozenset({NodeId("lyon")})
    for code, (_, pairs) in MEANINGS.items():
        for gives, receives in pairs:
            if not IN_NODES & {gives, receives} or receives in MONEY:
                continue
            for recognition in Recognition:
                chart = Chart(recognition=recognition)
                facts = Facts(cost=COST, suppliers=nodes)
                debits, credits = sides(voucher_of(entry(code, gives, receives), facts, chart))
                row = (f"`{code.name}`", f"`{gives.name.lower()}` → `{receives.name.lower()}`")
                when = recognition.value if Bucket.SHIPPED in (gives, receives) else ""
                if debits and (*row, when, debits, credits) not in rows:
                    rows.append((*row, when, debits, credits))
    for is_supplier, moves in ((True, "a node becomes a supplier's"), (False, "it is your own again")):
        owner = NodeOwner(node_id=NodeId("lyon"), position=0, is_supplier=is_supplier, units={LAMP: 1})
        (voucher,) = changes_of_hands(owner, not is_supplier, {LAMP: COST}, Chart(), 0)
        rows.append((f"`{OWNERSHIP}`", moves, "", *sides(voucher)))
    return table(("entry", "moves", "sales at", "debits", "credits"), rows)


def sides(voucher: Voucher | None) -> tuple[str, str]:
    if voucher is None:
        return "", ""
    debits = [f"`{line.role}`" for line in voucher.lines if line.debit_minor]
    credits = [f"`{line.role}`" for line in voucher.lines if line.credit_minor]
    return " ".join(debits), " ".join(credits)


def book_accounts() -> str:
    return table(("role", "account", "name"), list(accounts()))


def accounts() -> Iterator[tuple[str, str, str]]:
    for role, one in Chart().accounts.items():
        yield f"`{role}`", one.code, one.name


PARTS: Mapping[str, Callable[[], str]] = {
    "vouchers": vouchers,
    "suppliers-vouchers": suppliers_vouchers,
    "book-accounts": book_accounts,
}
