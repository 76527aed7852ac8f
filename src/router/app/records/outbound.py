"""Outbound: units that left lately, for feeds that cannot say which of them they have counted already."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import NamedTuple

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Bucket
from router.ledger.entries import Entry
from router.ledger.flows import PHASES, EntryCode, Phase

_TAKING = frozenset(
    code
    for code, phase in PHASES.items()
    if phase in (Phase.POSTED, Phase.RESOLVE_POST) and code is not EntryCode.SNAPSHOT_TRUE_UP
)
"""Codes that take units away for good. What a snapshot trued up is no movement of goods."""

Place = tuple[NodeId, Sku]


class Left(NamedTuple):
    """Units that left a node at a time."""

    time: Instant
    node_id: NodeId
    sku: Sku
    units: int


class Outbound:
    """Remembers what left any node for `window` microseconds of the ledger's time; with a window of 0 nothing."""

    def __init__(self) -> None:
        self.window = 0
        self._left: deque[Left] = deque()
        self._by_place: defaultdict[Place, deque[Left]] = defaultdict(deque)

    def taken(self, entries: Iterable[Entry]) -> list[Left]:
        """What `entries` took from shelves, if anybody wants to know."""
        if not self.window:
            return []
        return [
            Left(entry.time, entry.credit.node_id, entry.credit.sku, entry.quantity)
            for entry in entries
            if entry.credit.bucket is Bucket.ON_HAND and entry.code in _TAKING
        ]

    def add(self, left: Iterable[Left]) -> None:
        """Remember it, and forget what left too long ago."""
        for one in left:
            self._left.append(one)
            self._by_place[one.node_id, one.sku].append(one)
        if self._left:
            self._forget(Instant(self._left[-1].time - self.window))

    def units_since(self, node_id: NodeId, sku: Sku, time: Instant) -> int:
        """Units that left a node after `time`, which lies within the window."""
        return sum(one.units for one in self._by_place.get((node_id, sku), ()) if one.time > time)

    def skus_at(self, node_id: NodeId) -> list[Sku]:
        """Of which units left a node within the window."""
        return [sku for node, sku in self._by_place if node == node_id]

    def _forget(self, time: Instant) -> None:
        while self._left and self._left[0].time <= time:
            old = self._left.popleft()
            mine = self._by_place[old.node_id, old.sku]
            mine.popleft()
            if not mine:
                del self._by_place[old.node_id, old.sku]
