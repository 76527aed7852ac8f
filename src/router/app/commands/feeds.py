"""Snapshots of stock and the feeds they come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.app.commands.write import Write
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.feeds import BEFORE_ALL, Counting, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSnapshot(Write):
    """Physical units on hand per node and SKU, with all that happened up to `mark` in what the feed counts by.

    `is_full`: SKUs not named have none at the nodes named. `restarts`: a new epoch may begin, or another count. A feed
    that counts by nothing says how old its figures can be. `receive_time` is that of a snapshot that was kept aside.
    """

    feed_id: str
    mark: Mark = BEFORE_ALL
    counting: Counting = Counting.SEQUENCE
    is_full: bool
    on_hand: Mapping[NodeId, Mapping[Sku, int]]
    restarts: bool = False
    lag_microseconds: int = 0
    receive_time: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFeed(Write):
    """A feed's guard: the share of a node's units that one snapshot may change, in percent; 0 = any."""

    feed_id: str
    guard_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSnapshot(Write):
    """Who judges a snapshot that was kept aside, and why."""

    suspect_id: str
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSnapshot(JudgeSnapshot):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectSnapshot(JudgeSnapshot):
    pass
