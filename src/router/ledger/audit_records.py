"""The audit's second half: what the books say beside the journal, held against what the journal says."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import chain

from msgspec.structs import astuple

from router.domain.identifiers import LineId, OrderId, Sku
from router.ledger.accounts import OUTSIDE, Account, Balance, Bucket
from router.ledger.audit_journal import Journal
from router.ledger.lifecycle import OrderState
from router.ledger.orders import OrderAccount, total_state
from router.ledger.reservations import RESERVABLE, Reservation
from router.ledger.stock_reservations import ReservationState, StockReservation

UNBOUNDED = (OUTSIDE - {Bucket.AUTHORIZED, Bucket.CAPTURED}) | {Bucket.ON_HAND}
"""Buckets that may hold fewer than no units: what came from outside is counted down from there, and a shelf that was
counted short still owes what was promised from it."""


def compare_balances(
    journal: Journal, balances: Iterable[tuple[Account, Balance]], lots: Set[tuple[Sku, str]]
) -> int:
    """I1, I2 and I3; goods that lie somewhere are not fewer than none, and of `lots` that are kept, or of none.

    Gives the number of accounts.
    """
    faults, expected = journal.faults, dict(journal.balances)
    posted: Counter[Sku] = Counter()
    pending: Counter[Sku] = Counter()
    count = 0
    for account, balance in balances:
        count += 1
        said = astuple(balance)
        if min(said) < 0:
            faults.append(f"account {account} has a negative counter: {said}")
        if (counted := expected.pop(account, None)) != balance:
            told = astuple(counted) if counted is not None else "nothing"
            faults.append(f"account {account} says {said}, the journal says {told}")
        if account.bucket not in UNBOUNDED and balance.units < 0:
            faults.append(f"account {account} holds {balance.units} units")
        if account.lot and (account.sku, account.lot) not in lots:
            faults.append(f"account {account} is of a lot that is not kept")
        posted[account.sku] += balance.units
        pending[account.sku] += balance.debits_pending - balance.credits_pending
    faults.extend(f"account {account} is in the journal only" for account in expected)
    faults.extend(
        f"SKU `{sku}`: posted debits and credits differ by {posted[sku]}" for sku in posted if posted[sku]
    )
    faults.extend(
        f"SKU `{sku}`: pending debits and credits differ by {pending[sku]}" for sku in pending if pending[sku]
    )
    return count


@dataclass(slots=True)
class Units:
    """Units of order lines by what their reservations say."""

    reserved: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    dispatched: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    shipments: dict[tuple[OrderId, int], tuple[int, int]] = field(default_factory=dict)
    """Units held at the node and units that left, by order and shipment."""
    delivered: Counter[OrderId] = field(default_factory=Counter)
    """Units that arrived, by order, as its lines say."""
    open_count: int = 0


def compare_reservations(
    journal: Journal, reservations: Iterable[Reservation], stock_reservations: Iterable[StockReservation]
) -> Units:
    """I4, of reservations of orders and of those that stand alone."""
    faults, expected, units = journal.faults, dict(journal.open_units), Units()
    held: Counter[Account] = Counter()
    for reservation in chain(reservations, parts_of(journal, stock_reservations)):
        if reservation.order_id:
            line = (reservation.order_id, reservation.line_id)
            units.reserved[line] += reservation.left
            units.dispatched[line] += reservation.posted
            shipment = (reservation.order_id, reservation.shipment)
            left, gone = units.shipments.get(shipment, (0, 0))
            units.shipments[shipment] = (left + reservation.left, gone + reservation.posted)
        units.open_count += reservation.left > 0
        held[reservation.account] += reservation.left
        if (left := expected.pop(reservation.position, 0)) != reservation.left:
            faults.append(
                f"reservation {reservation.position} has {reservation.left} left, the journal says {left}"
            )
    faults.extend(f"reservation {position} is in the journal only" for position in expected)
    for account, balance in journal.balances.items():
        if account.bucket in RESERVABLE and held[account] != balance.credits_pending:
            faults.append(
                f"account {account} has {balance.credits_pending} pending, its reservations {held[account]}"
            )
    return units


def parts_of(journal: Journal, stock_reservations: Iterable[StockReservation]) -> Iterator[Reservation]:
    """The parts of reservations that stand alone; no line holds more than was asked."""
    for one in stock_reservations:
        for line in one.lines:
            if sum(part.quantity for part in one.parts_of(line.line_id)) > line.quantity:
                journal.faults.append(
                    f"reservation `{one.id}` line `{line.line_id}` holds more than was asked"
                )
        if one.state is ReservationState.EXPIRED and one.expire_time is None:
            journal.faults.append(f"reservation `{one.id}` was firm and expired")
        yield from one.parts


def compare_orders(journal: Journal, orders: Iterable[OrderAccount], units: Units) -> int:
    """I7. Gives the number of orders."""
    faults, count = journal.faults, 0
    waiting: Counter[Sku] = Counter()
    for order in orders:
        count += 1
        if order.state is not total_state(order.lines, is_held=order.state is OrderState.HELD):
            faults.append(f"order `{order.order_id}` is {order.state.name}, its lines say otherwise")
        for line in order.lines:
            key = (order.order_id, line.line_id)
            waiting[line.sku] += line.backordered
            if line.delivered:
                units.delivered[order.order_id] += line.delivered
            reserved, dispatched = units.reserved.pop(key, 0), units.dispatched.pop(key, 0)
            if (reserved, dispatched) != (line.reserved, line.dispatched):
                faults.append(
                    f"order `{order.order_id}` line `{line.line_id}` says {line.reserved} reserved and"
                    f" {line.dispatched} dispatched, its reservations say {reserved} and {dispatched}"
                )
    faults.extend(f"reservations of order `{order_id}` have no order" for order_id, _ in units.reserved)
    for account, balance in journal.balances.items():
        if account.bucket is Bucket.BACKORDER and balance.units != waiting.pop(account.sku, 0):
            faults.append(f"SKU `{account.sku}`: backorders of orders and of the journal differ")
    faults.extend(f"SKU `{sku}`: backorders are in orders only" for sku in +waiting)
    return count
