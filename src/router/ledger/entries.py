"""Entries: the only way units move. Nothing is ever edited; a correction is another entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from router.domain.identifiers import Instant
from router.ledger.accounts import Account, Bucket


class EntryCode(IntEnum):
    """What an entry means. Numbers are stored in journals and never change their meaning."""

    SNAPSHOT_TRUE_UP = 1
    ADJUST = 2
    RECEIVE = 3
    RETURN = 4
    RESERVE = 5
    POST = 6
    VOID = 7
    SHIP = 8
    BACKORDER_OPEN = 9
    BACKORDER_CLOSE = 10


class Phase(Enum):
    """How an entry changes counters: at once, as a reservation, or by resolving one for good or for nothing."""

    POSTED = "posted"
    PENDING = "pending"
    RESOLVE_POST = "resolve_post"
    RESOLVE_VOID = "resolve_void"


PHASES: Mapping[EntryCode, Phase] = {
    EntryCode.SNAPSHOT_TRUE_UP: Phase.POSTED,
    EntryCode.ADJUST: Phase.POSTED,
    EntryCode.RECEIVE: Phase.POSTED,
    EntryCode.RETURN: Phase.POSTED,
    EntryCode.RESERVE: Phase.PENDING,
    EntryCode.POST: Phase.RESOLVE_POST,
    EntryCode.VOID: Phase.RESOLVE_VOID,
    EntryCode.SHIP: Phase.POSTED,
    EntryCode.BACKORDER_OPEN: Phase.POSTED,
    EntryCode.BACKORDER_CLOSE: Phase.POSTED,
}

FLOWS: frozenset[tuple[EntryCode, Bucket, Bucket]] = frozenset(
    {
        (EntryCode.SNAPSHOT_TRUE_UP, Bucket.ADJUSTMENT, Bucket.ON_HAND),
        (EntryCode.SNAPSHOT_TRUE_UP, Bucket.ON_HAND, Bucket.ADJUSTMENT),
        (EntryCode.ADJUST, Bucket.ADJUSTMENT, Bucket.ON_HAND),
        (EntryCode.ADJUST, Bucket.ON_HAND, Bucket.ADJUSTMENT),
        (EntryCode.RECEIVE, Bucket.SUPPLIER, Bucket.ON_HAND),
        (EntryCode.RECEIVE, Bucket.ON_HAND, Bucket.SUPPLIER),
        (EntryCode.RETURN, Bucket.CUSTOMER, Bucket.ON_HAND),
        (EntryCode.RETURN, Bucket.ON_HAND, Bucket.CUSTOMER),
        (EntryCode.RESERVE, Bucket.ON_HAND, Bucket.PICKING),
        (EntryCode.POST, Bucket.ON_HAND, Bucket.PICKING),
        (EntryCode.VOID, Bucket.ON_HAND, Bucket.PICKING),
        (EntryCode.SHIP, Bucket.PICKING, Bucket.SHIPPED),
        (EntryCode.BACKORDER_OPEN, Bucket.DEMAND_OPEN, Bucket.BACKORDER),
        (EntryCode.BACKORDER_CLOSE, Bucket.BACKORDER, Bucket.DEMAND_OPEN),
    }
)
"""From which bucket to which a code may move units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`quantity` units of one SKU from the `credit` account to the `debit` account; it balances or does not exist.

    `pending_position` names the reservation that a POST or VOID resolves, 0 elsewhere. `reference` is the cause:
    an order, a feed or a reason.
    """

    position: int
    time: Instant
    code: EntryCode
    debit: Account
    credit: Account
    quantity: int
    pending_position: int = 0
    reference: str = ""
    line_id: str = ""

    def __post_init__(self) -> None:
        assert self.quantity > 0, "an entry moves at least one unit"
        assert self.debit.sku == self.credit.sku, "an entry never turns one SKU into another"
        assert self.debit.lot == self.credit.lot, "an entry never turns one lot into another"
        assert (self.code, self.credit.bucket, self.debit.bucket) in FLOWS, "no such movement"
        resolves = self.code is EntryCode.POST or self.code is EntryCode.VOID
        assert resolves == (self.pending_position > 0), "exactly a POST and a VOID resolve a reservation"
