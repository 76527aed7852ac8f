"""Record a snapshot: true up what is on hand to what a feed counted, row by row, in one commit."""

from collections.abc import Mapping, Sequence

from router.app.answers.feeds import SnapshotRecorded, StockShortfall
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.feeds import RecordSnapshot
from router.app.feeds.suspects import describe_suspect, keep_aside
from router.app.steps.admit_feed import admit_snapshot
from router.app.steps.movements import true_up
from router.app.stock.count_nodes import NodeCount, count_nodes
from router.app.stock.shortfalls import Short, tell_shortfalls
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.event_kinds import EventKind
from router.ledger.feeds import Counting, Feed, Raised

VIOLATIONS_MAX = 100
"""More wrong rows than this are counted, not named."""


def record_snapshot(books: Books, command: RecordSnapshot, at: Instant) -> tuple[Changes, SnapshotRecorded]:
    """Book the differences. Rows that are no news are recorded and change nothing.

    A snapshot that changes more of a node than its feed's guard allows is kept aside whole, for a person to judge.
    Open reservations are never touched: where fewer units are left than are reserved, the answer names who must
    be routed again.
    """
    refuse_unknown(books, command.on_hand)
    feed = admit_snapshot(books.feeds, command, at)
    counts = tuple(count_nodes(books, feed, command, at))
    if suspicion := describe_suspect(books, feed, counts):
        return keep_aside(books, feed, command, counts, suspicion, at)
    return book_snapshot(books, feed, command, counts, at)


def book_snapshot(
    books: Books, feed: Feed, command: RecordSnapshot, counts: Sequence[NodeCount], at: Instant
) -> tuple[Changes, SnapshotRecorded]:
    """Enter what differs, raise the marks, and tell it."""
    changes = Changes(after=books.head, time=at)
    changes.feeds = {feed.feed_id: feed}
    short = [one for count in counts for one in book_count(books, changes, feed, command, count)]
    changed_count = sum(row.difference != 0 for count in counts for row in count.rows)
    row_count = sum(map(len, command.on_hand.values()))
    stale_count = sum(count.stale_sent for count in counts)
    if not is_stale(books, command, counts):
        changes.tell(
            EventKind.SNAPSHOT_BOOKED,
            subject=feed.feed_id,
            text=f"{describe(command)}: {changed_count} of {row_count} rows changed",
            node_ids=tuple(count.node_id for count in counts),
        )
    shortfalls: tuple[StockShortfall, ...] = tell_shortfalls(books, changes, short, describe(command, feed))
    return changes, SnapshotRecorded(
        row_count=row_count,
        changed_count=changed_count,
        stale_ignored=is_stale(books, command, counts),
        stale_count=stale_count,
        ledger_position=changes.position,
        shortfalls=shortfalls,
    )


def book_count(
    books: Books, changes: Changes, feed: Feed, command: RecordSnapshot, count: NodeCount
) -> list[Short]:
    """Enter a node's differences and raise its marks; the rows of which less is left than is reserved."""
    node_id, short = count.node_id, []
    for sku, units, reserved, difference in count.rows:
        if difference:
            true_up(books, changes, feed.feed_id, node_id, sku, difference)
        if reserved > units:
            short.append(Short(node_id, sku, reserved - units, is_news=difference < 0))
    if feed.counting is not Counting.NOTHING and count.raises_mark:
        skus = None if command.is_full else count.news
        changes.raised.append(Raised(feed_id=feed.feed_id, node_id=node_id, mark=command.mark, skus=skus))
    return short


def is_stale(books: Books, command: RecordSnapshot, counts: Sequence[NodeCount]) -> bool:
    """Whether a snapshot as new was booked before, of every row, or, of one without rows, of the feed."""
    if command.counting is Counting.NOTHING:
        return False
    if any(count.has_news for count in counts):
        return False
    if any(count.stale_count for count in counts):
        return True
    known = books.feeds.feeds.get(command.feed_id)
    return known is not None and command.mark <= (known.epoch, known.newest)


def describe(command: RecordSnapshot, feed: Feed | None = None) -> str:
    """`snapshot 17`, and of which feed."""
    said = f" {command.mark.value}" if command.counting is not Counting.NOTHING else ""
    return f"snapshot{said} of {feed.feed_id}" if feed else f"snapshot{said}"


def refuse_unknown(books: Books, rows: Mapping[NodeId, Mapping[Sku, int]]) -> None:
    """Refuse with INVALID_REQUEST and every node and SKU that the books do not know."""
    nodes = books.ready_network().node_index
    violations, count = [], 0
    for node_id in sorted(rows):
        if node_id not in nodes:
            count += 1
            violations.append(
                _violation(node_id, "", "UNKNOWN_NODE", f"node `{node_id}` is not in the network")
            )
            continue
        if rows[node_id].keys() <= books.products.keys():
            continue
        for sku in sorted(rows[node_id].keys() - books.products.keys()):
            count += 1
            if len(violations) < VIOLATIONS_MAX:
                text = f"product `{sku}` is unknown; put it first"
                violations.append(_violation(node_id, sku, "UNKNOWN_SKU", text))
    if count:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"the snapshot has {count} unknown nodes or products; nothing was booked",
            violations=violations[:VIOLATIONS_MAX],
            fault_count=count,
        )


def _violation(node_id: NodeId, sku: str, code: str, description: str) -> Violation:
    return Violation(f"rows[{node_id}/{sku}]" if sku else f"rows[{node_id}]", code, description)
