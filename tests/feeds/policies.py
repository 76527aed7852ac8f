"""How a warehouse's messages are sent: with marks, with times, with nothing, and as one should not."""

from collections.abc import Mapping
from typing import Any

from router.app.commands.feeds import RecordSnapshot
from router.app.commands.fulfillment import DispatchShipment
from router.app.commands.stock import AdjustStock
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.feeds import BEFORE_ALL, Counting, FeedMark, Mark
from tests.app.builders import adjust_stock, digest
from tests.feeds.world import Happened

LAG_MAX = 6
"""Steps that a message takes at most; a step is a second."""


class BySequence:
    """Every change has its number."""

    name = "sequence"
    feed = "wms"

    def mark(self, epoch: int, sequence: int, now: Instant) -> FeedMark | None:
        return FeedMark(feed_id=self.feed, counting=Counting.SEQUENCE, mark=Mark(epoch, sequence))

    def movement(self, happened: Happened, now: Instant, key: str) -> AdjustStock | DispatchShipment:
        mark = self.mark(happened.epoch, happened.sequence, now)
        if happened.shipment_id:
            return DispatchShipment(
                request_id=key,
                body_digest=digest(happened, mark),
                shipment_id=happened.shipment_id,
                told=mark,
            )
        return adjust_stock(*happened.place, happened.units, key=key, reason="RECEIPT", told=mark)

    def snapshot(
        self,
        rows: Mapping[str, Mapping[str, int]],
        *,
        epoch: int,
        sequence: int,
        now: Instant,
        key: str,
        **changes: Any,
    ) -> RecordSnapshot:
        mark = self.mark(epoch, sequence, now)
        counting = mark.counting if mark else Counting.SEQUENCE
        return RecordSnapshot(
            request_id=key,
            body_digest=digest(rows, epoch, sequence, changes),
            feed_id=self.feed,
            mark=mark.mark if mark else BEFORE_ALL,
            counting=counting,
            lag_microseconds=(LAG_MAX + 1) * 1_000_000 if counting is Counting.NOTHING else 0,
            on_hand={NodeId(node): {Sku(sku): n for sku, n in of.items()} for node, of in rows.items()},
            **changes,
        )


class ByTime(BySequence):
    """Every change has its time by the warehouse's clock; two changes never have the same."""

    name = "time"

    def mark(self, epoch: int, sequence: int, now: Instant) -> FeedMark | None:
        return FeedMark(feed_id=self.feed, counting=Counting.TIME, mark=Mark(epoch, 1_000_000_000 + sequence))


class ByNothing(BySequence):
    """The router assumes the worst within the lag."""

    name = "nothing"

    def mark(self, epoch: int, sequence: int, now: Instant) -> FeedMark | None:
        return FeedMark(feed_id=self.feed, counting=Counting.NOTHING)


class Overwriting(BySequence):
    """What most interfaces do: whatever snapshot arrives is taken for the truth of now."""

    name = "overwrite"

    def __init__(self) -> None:
        self._arrived = 0

    def mark(self, epoch: int, sequence: int, now: Instant) -> FeedMark | None:
        return None

    def arrived(self) -> Mark:
        """A number for each arrival: the snapshot that comes last is believed to be the newest."""
        self._arrived += 1
        return Mark(0, self._arrived)
