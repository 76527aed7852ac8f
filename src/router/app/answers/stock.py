"""What is where, and what was counted, changed, moved or corrected."""

from dataclasses import dataclass

from router.app.answers.feeds import StockShortfall
from router.domain.identifiers import (
    Day,
    NodeId,
    Sku,
)
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.transfers import Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Units to come to a node, of a transfer or of a purchase order."""

    transfer_id: str
    quantity: int
    expected_day: Day | None = None
    purchase_order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """Units of one lot, on hand and of these reserved. `lot` empty: units of no lot."""

    lot: str
    expiry_day: Day | None
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityRow:
    """available = max(0, on_hand - reserved); what is inbound cannot be promised yet.

    `lots` are in the order in which they leave; only when asked for.
    """

    node_id: NodeId
    sku: Sku
    on_hand: int
    reserved: int
    available: int
    lots: tuple[LotRow, ...] = ()
    inbound: tuple[Inbound, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted:
    """`already_counted`: a snapshot had it, on hand stays as it was."""

    row: AvailabilityRow
    ledger_position: int
    already_counted: bool = False
    duplicate_ignored: bool = False
    shortfalls: tuple[StockShortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStock:
    """A figure after a count, and by how much the count changed it."""

    row: AvailabilityRow
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted:
    rows: tuple[CountedStock, ...]
    ledger_position: int
    shortfalls: tuple[StockShortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferChanged:
    """A transfer as it is now; `already_counted`: snapshots had all its good units."""

    transfer: Transfer
    ledger_position: int
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityFound:
    rows: tuple[AvailabilityRow, ...]
    ledger_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTrusted:
    """The clock was in doubt and is not any more; False: it was not in doubt."""

    was_in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected:
    """The entry at `position` reverses the one at `corrected_position`."""

    position: int
    corrected_position: int
