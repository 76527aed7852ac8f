"""Vouchers: what one entry of the journal means in a company's books. Each balances, or it is not made."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounting.chart import CLEARING, HELD, IN_NODES, Chart, Role
from router.ledger.accounts import MONEY, Bucket
from router.ledger.entries import Entry
from router.ledger.flows import PHASES, EntryCode, Phase
from router.ledger.payments import Payment

REVALUATION = "REVALUATION"
MOVED = frozenset({Phase.POSTED, Phase.RESOLVE_POST})
"""What moves units; a promise is worth nothing yet."""


class UnitCost(Struct, frozen=True, kw_only=True, gc=False):
    """What a unit of a SKU costs from the entry behind `position` on.

    `before_minor` is what it cost until then. `held`, `in_transit` and `shipped` are the units that there were in
    nodes, between nodes and on their way to customers when it changed: what those are worth changes with it.
    """

    sku: Sku
    position: int
    cost_minor: int
    currency: str
    before_minor: int = 0
    held: int = 0
    in_transit: int = 0
    shipped: int = 0
    time: Instant = Instant(0)


class Sale(Struct, frozen=True, kw_only=True, gc=False):
    """What customers owe for the units of an entry, and with the first of an order for its shipping; tax included.

    `tax_minor` is the tax in `gross_minor`, `shipping_tax_minor` that in `shipping_minor`.
    """

    order_id: str
    currency: str
    gross_minor: int
    tax_minor: int
    shipping_minor: int = 0
    shipping_tax_minor: int = 0


class Leaving(Struct, frozen=True, kw_only=True, gc=False):
    """What the first entry of a shipment's dispatch brings about besides: the carrier's charge."""

    order_id: str
    shipment_id: str
    currency: str
    freight_minor: int


class Facts(Struct, frozen=True, kw_only=True, gc=False):
    """All that a voucher is made from besides its entry; None and 0 where there is nothing of it.

    `prepaid_minor` is how much of a refund gives back what was taken and never sold; `refund_tax_minor` the tax in the
    rest, `refund_shipping_minor` what of it was charged for shipping, without tax. `suppliers` are those nodes of
    the entry in which goods of a supplier lie.
    """

    cost: UnitCost | None = None
    sale: Sale | None = None
    leaving: Leaving | None = None
    payment: Payment | None = None
    prepaid_minor: int = 0
    refund_shipping_minor: int = 0
    refund_tax_minor: int = 0
    suppliers: frozenset[NodeId] = frozenset()


NOTHING = Facts()


class Line(Struct, frozen=True, kw_only=True, gc=False):
    """An amount on one side of one account; the other side is 0."""

    role: Role
    account: str
    debit_minor: int = 0
    credit_minor: int = 0


class Voucher(Struct, frozen=True, kw_only=True, gc=False):
    """`id` is made of the position alone, so what is read twice is known. `reason` is the code or cause of the entry.

    `kind` is the code of the entry, or REVALUATION.
    """

    id: str
    position: int
    time: Instant
    kind: str
    currency: str
    lines: tuple[Line, ...]
    reference: str = ""
    reason: str = ""
    sku: str = ""
    quantity: int = 0

    def __post_init__(self) -> None:
        assert self.lines, "a voucher says something"
        debits, credits = (
            sum(line.debit_minor for line in self.lines),
            sum(line.credit_minor for line in self.lines),
        )
        assert debits == credits, f"voucher {self.id} has debits of {debits} and credits of {credits}"
        assert all(
            min(line.debit_minor, line.credit_minor) == 0 < max(line.debit_minor, line.credit_minor)
            for line in self.lines
        ), "a line is on one side"


def voucher_of(entry: Entry, facts: Facts, chart: Chart) -> Voucher | None:
    """What `entry` means; None: nothing that books of a company know."""
    if entry.debit.bucket in MONEY:
        return _filed(
            entry, f"v-{entry.position:012d}", str(entry.debit.sku), money_moves(entry, facts), chart
        )
    if PHASES[entry.code] not in MOVED:
        return None
    currency, moves = goods_moves(entry, facts, chart)
    return _filed(entry, f"v-{entry.position:012d}", currency, moves, chart)


def revaluation_of(cost: UnitCost, chart: Chart, number: int) -> Voucher | None:
    """What a new cost does to goods that are there; `number` tells apart what became dearer at one position."""
    dearer = cost.cost_minor - cost.before_minor
    held = [(Role.INVENTORY, cost.held), (Role.GOODS_IN_TRANSIT, cost.in_transit)]
    if chart.role_of(Bucket.SHIPPED) in HELD:
        held.append((Role.GOODS_OUT, cost.shipped))
    lines = lines_of(chart, [(role, Role.REVALUATION, units * dearer) for role, units in held])
    if not lines:
        return None
    # It is told with the entry behind it: until that one is there, the cost may still become another one.
    position = cost.position + 1
    return Voucher(
        id=f"v-{position:012d}-{number:06d}",
        position=position,
        time=cost.time,
        kind=REVALUATION,
        currency=cost.currency,
        lines=lines,
        sku=cost.sku,
        quantity=sum(units for _, units in held),
    )


Move = tuple[Role, Role, int]
"""(debited, credited, amount); a negative amount goes the other way."""


def goods_moves(entry: Entry, facts: Facts, chart: Chart) -> tuple[str, Iterable[Move]]:
    """The cost of the units goes from place to place, and customers owe what they got."""
    moves: list[Move] = []
    currency = ""
    receives, gives = places_of(entry, facts.suppliers, chart)
    if facts.cost is not None and receives is not None and gives is not None:
        currency = facts.cost.currency
        moves.append((receives, gives, entry.quantity * facts.cost.cost_minor))
    if facts.sale is not None:
        sale = facts.sale
        currency = sale.currency
        moves.append((Role.CUSTOMERS, Role.REVENUE, sale.gross_minor - sale.tax_minor))
        moves.append((Role.CUSTOMERS, Role.SHIPPING_INCOME, sale.shipping_minor - sale.shipping_tax_minor))
        moves.append((Role.CUSTOMERS, Role.TAX, sale.tax_minor + sale.shipping_tax_minor))
    if facts.leaving is not None:
        currency = facts.leaving.currency
        moves.append((Role.CARRIER_CHARGES, Role.CARRIERS, facts.leaving.freight_minor))
    return currency, moves


def places_of(entry: Entry, suppliers: frozenset[NodeId], chart: Chart) -> tuple[Role | None, Role | None]:
    """Where the cost of the units goes to and where it comes from; None: nowhere.

    Units that lie in a node of a supplier are bought when they leave it and given back when they come there. What the
    supplier finds, misses or writes off in it is none of the company's.
    """
    sides = (entry.debit, entry.credit)
    theirs = [account.bucket in IN_NODES and account.node_id in suppliers for account in sides]
    if any(theirs) and any(account.bucket is Bucket.ADJUSTMENT for account in sides):
        return None, None
    receives, gives = (
        Role.SUPPLIERS if is_theirs else chart.role_of(account.bucket, entry.code)
        for account, is_theirs in zip(sides, theirs, strict=True)
    )
    return receives, gives


def money_moves(entry: Entry, facts: Facts) -> Iterator[Move]:
    """A promise stands aside, as a memo; what is taken, given back or owed by a gift account moves."""
    if entry.code is EntryCode.GIFT_ISSUE:
        yield Role.GIFTS_ISSUED, Role.GIFT_BALANCES, entry.quantity
        return
    if entry.code is EntryCode.CORRECT:
        yield Role.GIFT_BALANCES, Role.GIFTS_ISSUED, entry.quantity
        return
    assert facts.payment is not None, "money moves by a payment"
    clearing, amount = CLEARING[facts.payment.method], entry.quantity
    if entry.code is EntryCode.AUTHORIZE:
        yield Role.MEMO_AUTHORIZED, Role.MEMO_COUNTER, amount
    elif entry.code is EntryCode.RELEASE_AUTHORIZATION:
        yield Role.MEMO_COUNTER, Role.MEMO_AUTHORIZED, amount
    elif entry.code is EntryCode.CAPTURE:
        yield Role.MEMO_COUNTER, Role.MEMO_AUTHORIZED, amount
        yield clearing, Role.CUSTOMERS, amount
    else:
        assert entry.code is EntryCode.REFUND, f"{entry.code.name} moves money in a way that has no account"
        sold = amount - facts.prepaid_minor
        yield Role.CUSTOMERS, clearing, facts.prepaid_minor
        yield Role.REFUNDS, clearing, sold - facts.refund_tax_minor - facts.refund_shipping_minor
        yield Role.SHIPPING_INCOME, clearing, facts.refund_shipping_minor
        yield Role.TAX, clearing, facts.refund_tax_minor


def lines_of(chart: Chart, moves: Iterable[Move]) -> tuple[Line, ...]:
    """Each account once a side, in the order in which moves name them; none where nothing changes."""
    debits: dict[Role, int] = {}
    credits: dict[Role, int] = {}
    for debited, credited, amount in moves:
        if debited is credited or not amount:
            continue
        if amount < 0:
            debited, credited, amount = credited, debited, -amount
        debits[debited] = debits.get(debited, 0) + amount
        credits[credited] = credits.get(credited, 0) + amount
    return (
        *(
            Line(role=role, account=chart.accounts[role].code, debit_minor=amount)
            for role, amount in debits.items()
        ),
        *(
            Line(role=role, account=chart.accounts[role].code, credit_minor=amount)
            for role, amount in credits.items()
        ),
    )


def _filed(entry: Entry, id: str, currency: str, moves: Iterable[Move], chart: Chart) -> Voucher | None:
    lines = lines_of(chart, moves)
    if not lines:
        return None
    is_goods = entry.debit.bucket not in MONEY
    return Voucher(
        id=id,
        position=entry.position,
        time=entry.time,
        kind=entry.code.name,
        currency=currency,
        lines=lines,
        reference=entry.reference,
        reason=entry.line_id,
        sku=str(entry.debit.sku) if is_goods else "",
        quantity=entry.quantity if is_goods else 0,
    )
