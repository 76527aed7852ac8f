"""What a snapshot says of each node, set against the books: what must be on hand for it to be true."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from router.app.commands.feeds import RecordSnapshot
from router.app.engine.books import Books
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounts import Balance
from router.ledger.feeds import BEFORE_ALL, Counting, Feed


class CountedRow(NamedTuple):
    """Units that should be on hand of a SKU, how many of them the books hold promised, and by how much they differ."""

    sku: Sku
    units: int
    reserved: int
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCount:
    """The rows of a node that are news, by SKU, and how many are not: a snapshot as new was booked before."""

    node_id: NodeId
    rows: tuple[CountedRow, ...]
    stale_count: int
    stale_sent: int
    """Of these, sent in the snapshot; the others it only left out."""
    raises_mark: bool
    """A full snapshot newer than the last full one does so even without news: it says zero of SKUs not heard of yet."""


def count_nodes(books: Books, feed: Feed, command: RecordSnapshot, at: Instant) -> Iterator[NodeCount]:
    """Each node of the snapshot, by name."""
    for node_id in sorted(command.on_hand):
        if command.counting is Counting.NOTHING:
            yield count_by_lag(books, feed, command, node_id, at)
        else:
            yield count_by_marks(books, command, node_id)


def count_by_marks(books: Books, command: RecordSnapshot, node_id: NodeId) -> NodeCount:
    """The snapshot's value and all movements after its mark: exactly what is there, as far as the feed has told."""
    counted, mark, feed_id = command.on_hand[node_id], command.mark, command.feed_id
    sku_marks = books.feeds.sku_marks(feed_id, node_id)
    moved = books.feeds.movements_at(feed_id, node_id)
    skus = skus_of(books, command, node_id)
    if mark <= books.feeds.floor(feed_id, node_id):
        return NodeCount(
            node_id=node_id, rows=(), stale_count=len(skus), stale_sent=len(counted), raises_mark=False
        )
    rows, stale_count, stale_sent = [], 0, 0
    for sku in skus:
        if sku_marks and sku_marks.get(sku, BEFORE_ALL) >= mark:
            stale_count += 1
            stale_sent += sku in counted
            continue
        units = counted.get(sku, 0)
        if sku in moved:
            units += sum(one.units for one in moved[sku] if one.mark > mark)
        rows.append(row_of(sku, units, books.stock_at(node_id, sku)))
    return NodeCount(
        node_id=node_id,
        rows=tuple(rows),
        stale_count=stale_count,
        stale_sent=stale_sent,
        raises_mark=command.is_full or bool(rows),
    )


def count_by_lag(
    books: Books, feed: Feed, command: RecordSnapshot, node_id: NodeId, at: Instant
) -> NodeCount:
    """The snapshot's value less all that left within the feed's lag: never more than what is there.

    Until the feed was heard for its lag, it is not known what left before, and figures only fall.
    """
    counted = command.on_hand[node_id]
    since = Instant((command.receive_time or at) - feed.lag_microseconds)
    may_rise = since >= feed.heard_since
    rows = []
    for sku in skus_of(books, command, node_id):
        balance = books.stock_at(node_id, sku)
        units = max(0, counted.get(sku, 0) - books.feeds.outbound.units_since(node_id, sku, since))
        if not may_rise and balance.version:
            units = min(units, balance.units)
        rows.append(row_of(sku, units, balance))
    return NodeCount(node_id=node_id, rows=tuple(rows), stale_count=0, stale_sent=0, raises_mark=True)


def row_of(sku: Sku, units: int, balance: Balance) -> CountedRow:
    debits, credits, _, reserved, _ = balance
    return CountedRow(sku, units, reserved, units - debits + credits)


def skus_of(books: Books, command: RecordSnapshot, node_id: NodeId) -> list[Sku]:
    """What the snapshot speaks of at a node, sorted; a full one says zero of what it does not name."""
    counted: Mapping[Sku, int] = command.on_hand[node_id]
    if not command.is_full:
        return sorted(counted)
    return sorted(counted.keys() | set(books.skus_at(node_id)))
