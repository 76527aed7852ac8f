"""Snapshots were booked, and what they left short."""

from dataclasses import dataclass

from router.domain.identifiers import (
    NodeId,
    Sku,
)
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortReservation:
    """Units whose promise cannot be kept where it was given: of an order's shipment, or of a stock reservation."""

    order_id: str
    line_id: str
    shipment_id: str
    quantity: int
    reservation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockShortfall:
    """Reserved units that are not there; `reservations` names who has to be routed again, the youngest first."""

    node_id: NodeId
    sku: Sku
    quantity: int
    reservations: tuple[ShortReservation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecorded:
    """`suspect_id`: it was kept aside because of `suspicion`, and nothing was booked."""

    row_count: int
    changed_count: int
    stale_ignored: bool
    ledger_position: int
    shortfalls: tuple[StockShortfall, ...] = ()
    stale_count: int = 0
    suspect_id: str = ""
    suspicion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPut:
    feed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectJudged:
    """`state` is a name of `app.suspect_records.SuspectState`; `recorded` what an approved one changed."""

    suspect_id: str
    state: str
    recorded: SnapshotRecorded | None = None
