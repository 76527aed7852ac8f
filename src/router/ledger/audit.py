"""The audit: counts the whole journal again and says every way in which the books disagree with it.

Checked: counters never negative and equal to the journal's (per account and, debits against credits, per SKU);
every account's number of entries; positions without gap, times never falling, strictly rising from batch to batch;
the hash chain; no reservation ever taken from units that were not free; reservations resolved at most once, their
rest equal to what accounts hold pending; every order line's parts equal to its reservations; backorders.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from router.domain.identifiers import LineId, OrderId, Sku
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.balances import fold
from router.ledger.chain import GENESIS, Batch, seal
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.orders import OrderAccount, total_state
from router.ledger.reservations import Reservation

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


@dataclass(slots=True)
class _Journal:
    """What the journal says, gathered while reading it once."""

    balances: dict[Account, Balance] = field(default_factory=dict)
    open_units: dict[int, int] = field(default_factory=dict)
    reversed_positions: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    hash: bytes = GENESIS
    number: int = 0
    position: int = 0
    time: int = 0


def audit(
    batches: Iterable[tuple[Batch, Sequence[Entry]]],
    balances: Iterable[tuple[Account, Balance]],
    reservations: Iterable[Reservation],
    orders: Iterable[OrderAccount],
) -> AuditReport:
    """Compare the stored `balances`, `reservations` and `orders` with the journal in `batches`."""
    journal = _Journal()
    for batch, entries in batches:
        _read_batch(journal, batch, entries)
    faults = journal.faults
    account_count = _compare_balances(journal, balances)
    units = _compare_reservations(journal, reservations)
    order_count = _compare_orders(journal, orders, units)
    return AuditReport(
        entry_count=journal.position,
        account_count=account_count,
        reservation_count=units.open_count,
        order_count=order_count,
        faults=tuple(faults[:FAULTS_MAX]),
        head_hash=journal.hash,
    )


def _read_batch(journal: _Journal, batch: Batch, entries: Sequence[Entry]) -> None:
    faults = journal.faults
    if batch.number != journal.number + 1:
        faults.append(f"batch {batch.number} follows batch {journal.number}")
    if batch.time <= journal.time:
        faults.append(f"batch {batch.number} is not later than the one before")
    sealed = seal(journal.hash, batch.number, batch.last_position, batch.time, entries)
    if sealed != batch:
        faults.append(f"batch {batch.number}: its entries do not have its hash")
    for entry in entries:
        _read_entry(journal, entry)
    if batch.last_position != journal.position:
        faults.append(f"batch {batch.number} ends at {journal.position}, not at {batch.last_position}")
    if journal.time > batch.time:
        faults.append(f"batch {batch.number} holds an entry later than itself")
    journal.number, journal.time, journal.hash = batch.number, batch.time, batch.hash


def _read_entry(journal: _Journal, entry: Entry) -> None:
    faults = journal.faults
    if entry.position != journal.position + 1:
        faults.append(f"entry {entry.position} follows entry {journal.position}")
    if entry.time < journal.time:
        faults.append(f"entry {entry.position} is earlier than the one before")
    journal.position, journal.time = entry.position, entry.time
    fold((entry,), journal.balances)
    if entry.code is EntryCode.RESERVE:
        journal.open_units[entry.position] = entry.quantity
        if journal.balances[entry.credit].free < 0:
            faults.append(f"entry {entry.position} promises units of {entry.credit} that are not free")
    elif entry.code is EntryCode.CORRECT:
        if entry.pending_position in journal.reversed_positions:
            faults.append(f"entry {entry.position} reverses entry {entry.pending_position} once more")
        journal.reversed_positions.add(entry.pending_position)
    elif entry.pending_position:
        left = journal.open_units.pop(entry.pending_position, 0) - entry.quantity
        if left < 0:
            faults.append(
                f"entry {entry.position} resolves more than reservation {entry.pending_position} holds"
            )
        elif left:
            journal.open_units[entry.pending_position] = left


def _compare_balances(journal: _Journal, balances: Iterable[tuple[Account, Balance]]) -> int:
    faults, expected = journal.faults, dict(journal.balances)
    posted: Counter[Sku] = Counter()
    pending: Counter[Sku] = Counter()
    count = 0
    for account, balance in balances:
        count += 1
        if min(balance) < 0:
            faults.append(f"account {account} has a negative counter: {tuple(balance)}")
        if (counted := expected.pop(account, None)) != balance:
            told = tuple(counted) if counted is not None else "nothing"
            faults.append(f"account {account} says {tuple(balance)}, the journal says {told}")
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
class _Units:
    """Units of order lines by what their reservations say."""

    reserved: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    dispatched: Counter[tuple[OrderId, LineId]] = field(default_factory=Counter)
    open_count: int = 0


def _compare_reservations(journal: _Journal, reservations: Iterable[Reservation]) -> _Units:
    faults, expected, units = journal.faults, dict(journal.open_units), _Units()
    held: Counter[Account] = Counter()
    for reservation in reservations:
        line = (reservation.order_id, reservation.line_id)
        units.reserved[line] += reservation.left
        units.dispatched[line] += reservation.posted
        units.open_count += reservation.left > 0
        held[reservation.account] += reservation.left
        if (left := expected.pop(reservation.position, 0)) != reservation.left:
            faults.append(
                f"reservation {reservation.position} has {reservation.left} left, the journal says {left}"
            )
    faults.extend(f"reservation {position} is in the journal only" for position in expected)
    for account, balance in journal.balances.items():
        if account.bucket is Bucket.ON_HAND and held[account] != balance.credits_pending:
            faults.append(
                f"account {account} has {balance.credits_pending} pending, its reservations {held[account]}"
            )
    return units


def _compare_orders(journal: _Journal, orders: Iterable[OrderAccount], units: _Units) -> int:
    faults, count = journal.faults, 0
    waiting: Counter[Sku] = Counter()
    for order in orders:
        count += 1
        if order.state is not total_state(order.lines):
            faults.append(f"order `{order.order_id}` is {order.state.name}, its lines say otherwise")
        for line in order.lines:
            key = (order.order_id, line.line_id)
            waiting[line.sku] += line.backordered
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
