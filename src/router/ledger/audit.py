"""The audit: counts the whole journal again and says every way in which the books disagree with it.

The invariants have numbers, which the code that checks each of them names:

I1 per SKU, debits equal credits, posted and pending · I2 no counter is negative · I3 counters equal the journal's ·
I4 what accounts hold pending is the rest of their reservations · I5 nothing is reserved that was not free · I6 a
reservation resolves at most once, an entry is reversed at most once · I7 an order line's parts add up and equal its
reservations, backorders equal the orders', what is under way equals open transfers, and the state of a shipment agrees
with its units · I9 positions have no gap, times never fall and rise from batch to batch, an account's version counts
its entries · I10 the hash chain holds · I15 what is authorized and captured equals the payments ·
I19 no gift account ever pays more than it has, and it has what it was given less what its payments hold and took ·
I16 what is on order equals open purchase orders · I17 no more is returned than was delivered, what waits to arrive, to
be inspected or to be refurbished equals the returns, and no more is paid for them than payments gave back · I18 no more
went back for goods, shipping or tax than the order was charged.

What books cannot show of themselves is proven by tests: I8 one effect for a key, I11 a refusal changes nothing, I12
what was acknowledged is durable, I13 every event once and in order, I14 a feed's figure is its count and what moved
since.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from router.ledger.accounts import Account, Balance
from router.ledger.audit_delays import note_late_orders, wrong_delays
from router.ledger.audit_journal import Journal, note_serials, read_batch, wrong_corrections
from router.ledger.audit_payments import compare_payments
from router.ledger.audit_purchases import compare_purchases
from router.ledger.audit_records import compare_balances, compare_orders, compare_reservations
from router.ledger.audit_returns import compare_returns, read_returns, watch_orders, watch_payments
from router.ledger.audit_shipments import compare_shipments
from router.ledger.audit_transfers import compare_transfers
from router.ledger.chain import Batch
from router.ledger.delays import Delay
from router.ledger.entries import Entry
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.payments import Payment
from router.ledger.purchases import PurchaseOrder
from router.ledger.reservations import Reservation
from router.ledger.returns import Return
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.ledger.transfers import Transfer

FAULTS_MAX = 100
"""More faults than this are counted no further: one is enough to call for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What was read and what is wrong with it; clean when `faults` is empty."""

    entry_count: int
    account_count: int
    reservation_count: int
    order_count: int
    faults: tuple[str, ...]
    head_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is stored beside the journal; each is read once."""

    balances: Iterable[tuple[Account, Balance]]
    reservations: Iterable[Reservation] = ()
    orders: Iterable[OrderAccount] = ()
    stock_reservations: Iterable[StockReservation] = ()
    lots: Iterable[Lot] = ()
    transfers: Iterable[Transfer] = ()
    shipments: Iterable[ShipmentAccount] = ()
    payments: Iterable[Payment] = ()
    purchases: Iterable[PurchaseOrder] = ()
    returns: Iterable[Return] = ()
    delays: Iterable[Delay] = ()


def audit(
    batches: Iterable[tuple[Batch, Sequence[Entry]]],
    records: Records,
    serials: Iterable[Serial] = (),
    find_entry: Callable[[int], Entry | None] | None = None,
) -> AuditReport:
    """Compare `records` with the journal in `batches`, and with it the entries that `serials` say they left by.

    `find_entry` gives the entry at a position, to compare the few that were reversed with what reverses them.
    """
    journal = Journal()
    note_serials(journal, serials)
    for batch, entries in batches:
        read_batch(journal, batch, entries)
    journal.faults.extend(
        f"serial numbers left by entry {position}, which is not there" for position in journal.serials
    )
    return compare(journal, records, find_entry)


def compare(
    journal: Journal, records: Records, find_entry: Callable[[int], Entry | None] | None
) -> AuditReport:
    """The report on a journal that was read, and on what is stored beside it."""
    if find_entry is not None:
        journal.faults.extend(wrong_corrections(journal, find_entry))
    account_count = compare_balances(journal, records.balances, {(lot.sku, lot.id) for lot in records.lots})
    units = compare_reservations(journal, records.reservations, records.stock_reservations)
    returned = read_returns(records.returns)
    watched = watch_orders(returned, journal.faults, records.orders)
    by_delay = {delay.order_id: delay for delay in records.delays}
    late = note_late_orders(watched, by_delay, journal.faults)
    order_count = compare_orders(journal, late, units)
    journal.faults.extend(wrong_delays(by_delay))
    journal.faults.extend(compare_shipments(units.shipments, units.delivered, records.shipments))
    journal.faults.extend(compare_transfers(journal.balances, records.transfers))
    paid = watch_payments(returned, journal.faults, records.payments)
    journal.faults.extend(list(compare_payments(journal.balances, journal.issued, paid)))
    journal.faults.extend(compare_purchases(journal.balances, records.purchases))
    journal.faults.extend(compare_returns(journal.balances, returned))
    return AuditReport(
        entry_count=journal.position,
        account_count=account_count,
        reservation_count=units.open_count,
        order_count=order_count,
        faults=tuple(journal.faults[:FAULTS_MAX]),
        head_hash=journal.hash,
    )
