"""Stock is counted, changed, moved and corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.domain.identifiers import Day, NodeId, Sku
from router.ledger.feeds import FeedMark
from router.ledger.transfers import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock(Write):
    """`lot` empty: of no lot, or when units are missing of whatever lot is next to leave."""

    node_id: NodeId
    sku: Sku
    delta: int
    reason_code: str
    expected_on_hand: int | None = None
    reference: str = ""
    lot: str = ""
    expiry_day: Day | None = None
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedUnits:
    """What was counted of a SKU at a node, and what the books said when counting began."""

    node_id: NodeId
    sku: Sku
    counted: int
    expected_on_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStock(Write):
    rows: tuple[CountedUnits, ...]
    reason_code: str
    reference: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStock(Write):
    """`lines` are units by SKU; `expected_day` is local to where they go. `transfer_id` empty: one is made."""

    from_node_id: NodeId
    to_node_id: NodeId
    lines: Mapping[Sku, int]
    transfer_id: str = ""
    expected_day: Day | None = None
    reference: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPlannedTransfer(Write):
    """What the plan of a shipment moves from the node leaves there."""

    shipment_id: str
    from_node_id: NodeId
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer(Write):
    """`lines` empty: all arrived as it was sent. `closes`: what has not arrived now never will.

    `accepts_extra`: so many came, however many more than were sent.
    """

    transfer_id: str
    lines: Mapping[Sku, Arrival] = field(default_factory=dict)
    closes: bool = False
    accepts_extra: bool = False
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTransfer(Write):
    transfer_id: str
    reason: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustClock(Write):
    """Somebody has looked at a clock that leapt ahead, and it is right."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEntry(Write):
    """Reverse the entry at `position`."""

    position: int
    author: str
    reason: str
