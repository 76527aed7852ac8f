"""The shortest ways to say what a feed, a counter or a truck says."""

from collections.abc import Mapping
from typing import Any

from router.app.commands.feeds import ApproveSnapshot, PutFeed, RecordSnapshot, RejectSnapshot
from router.app.commands.fulfillment import DispatchShipment
from router.app.commands.stock import (
    AdjustStock,
    CancelTransfer,
    CountedUnits,
    CountStock,
    ReceiveTransfer,
    TransferStock,
)
from router.domain.identifiers import NodeId, Sku
from router.ledger.feeds import Counting, FeedMark, Mark
from router.ledger.transfers import Arrival, Transfer
from tests.app.builders import Shop, a_snapshot, adjust_stock, digest


def told(sequence: int, *, feed: str = "wms", epoch: int = 0) -> FeedMark:
    """Told by a feed that counts by sequence."""
    return FeedMark(feed_id=feed, counting=Counting.SEQUENCE, mark=Mark(epoch, sequence))


def told_at(time: int, *, feed: str = "wms") -> FeedMark:
    """Told by a feed that counts by its clock."""
    return FeedMark(feed_id=feed, counting=Counting.TIME, mark=Mark(0, time))


def told_by_nobody(feed: str = "till") -> FeedMark:
    """Told by a feed that counts by nothing."""
    return FeedMark(feed_id=feed, counting=Counting.NOTHING)


def a_lagging_snapshot(
    on_hand: Mapping[str, Mapping[str, int]], *, key: str, lag_seconds: int = 60, **changes: Any
) -> RecordSnapshot:
    """Of a feed that counts by nothing."""
    return a_snapshot(
        on_hand,
        sequence=0,
        key=key,
        feed="till",
        counting=Counting.NOTHING,
        lag_microseconds=lag_seconds * 1_000_000,
        **changes,
    )


def a_movement(
    place: str, sku: str, delta: int, mark: FeedMark, *, key: str, reason: str = "RECEIPT", **changes: Any
) -> AdjustStock:
    return adjust_stock(place, sku, delta, key=key, reason=reason, told=mark, **changes)


def a_dispatch(shipment_id: str, mark: FeedMark | None, *, key: str) -> DispatchShipment:
    return DispatchShipment(
        request_id=key, body_digest=digest(shipment_id, mark), shipment_id=shipment_id, told=mark
    )


def a_guard(percent: int, *, key: str = "guard", feed: str = "wms") -> PutFeed:
    return PutFeed(request_id=key, body_digest=digest(feed, percent), feed_id=feed, guard_percent=percent)


def an_approval(suspect_id: str, *, key: str) -> ApproveSnapshot:
    return ApproveSnapshot(
        request_id=key,
        body_digest=digest(suspect_id),
        suspect_id=suspect_id,
        author="ada",
        note="a real sale",
    )


def a_rejection(suspect_id: str, *, key: str) -> RejectSnapshot:
    return RejectSnapshot(
        request_id=key,
        body_digest=digest(suspect_id),
        suspect_id=suspect_id,
        author="ada",
        note="half a file",
    )


def a_count(*rows: tuple[str, str, int, int], key: str, **changes: Any) -> CountStock:
    """Rows are (node, SKU, counted, expected)."""
    return CountStock(
        request_id=key,
        body_digest=digest(rows, changes),
        rows=tuple(
            CountedUnits(node_id=NodeId(place), sku=Sku(sku), counted=counted, expected_on_hand=expected)
            for place, sku, counted, expected in rows
        ),
        reason_code=changes.pop("reason", "CYCLE_COUNT"),
        **changes,
    )


def send(
    shop: Shop, lines: Mapping[str, int], *, key: str = "send", to: str = "nice", **changes: Any
) -> Transfer:
    """Send units from Lyon."""
    wanted = {Sku(sku): units for sku, units in lines.items()}
    command = TransferStock(
        request_id=key,
        body_digest=digest(lines, changes),
        from_node_id=NodeId("lyon"),
        to_node_id=NodeId(to),
        lines=wanted,
        **changes,
    )
    answer: Any = shop.answer(command)
    transfer: Transfer = answer.transfer
    return transfer


def receive(
    transfer_id: str, lines: Mapping[str, tuple[int, int]] | None = None, *, key: str, **changes: Any
) -> ReceiveTransfer:
    """Lines are (good, broken) units by SKU."""
    arrived = {Sku(sku): Arrival(received=good, damaged=bad) for sku, (good, bad) in (lines or {}).items()}
    return ReceiveTransfer(
        request_id=key,
        body_digest=digest(transfer_id, lines, changes),
        transfer_id=transfer_id,
        lines=arrived,
        **changes,
    )


def take_back(transfer_id: str, *, key: str) -> CancelTransfer:
    return CancelTransfer(request_id=key, body_digest=digest(transfer_id), transfer_id=transfer_id)
