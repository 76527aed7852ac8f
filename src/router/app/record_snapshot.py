"""Record a snapshot: true up what is on hand to what a feed counted, row by row, in one commit."""

from collections.abc import Iterator, Mapping

from router.app.answers import SnapshotRecorded, StockShortfall
from router.app.books import Books
from router.app.changes import Changes
from router.app.commands import RecordSnapshot
from router.app.lots import move
from router.app.records import EventKind
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Bucket
from router.ledger.flows import EntryCode

VIOLATIONS_MAX = 100
"""More wrong rows than this are counted, not named."""


def record_snapshot(books: Books, command: RecordSnapshot, at: Instant) -> tuple[Changes, SnapshotRecorded]:
    """Book the differences. A snapshot that is not newer than the feed's last one is recorded and changes nothing.

    Open reservations are never touched: where fewer units are left than are reserved, the answer names the shortfall.
    """
    refuse_unknown(books, command.on_hand)
    changes = Changes(after=books.head, time=at)
    row_count = sum(map(len, command.on_hand.values()))
    if command.feed_id in books.feeds and command.sequence <= books.feeds[command.feed_id]:
        ignored = SnapshotRecorded(
            row_count=row_count, changed_count=0, stale_ignored=True, ledger_position=changes.position
        )
        return changes, ignored
    shortfalls, changed_count = [], 0
    for node_id, sku, quantity in counted_rows(books, command):
        balance = books.stock_at(node_id, sku)
        changed_count += quantity != balance.units
        true_up(books, changes, command.feed_id, node_id, sku, quantity - balance.units)
        if (missing := balance.credits_pending - quantity) > 0:
            shortfalls.append(StockShortfall(node_id=node_id, sku=sku, quantity=missing))
    changes.feeds = {command.feed_id: command.sequence}
    changes.tell(
        EventKind.SNAPSHOT_BOOKED,
        subject=command.feed_id,
        text=f"snapshot {command.sequence}: {changed_count} of {row_count} rows changed",
    )
    return changes, SnapshotRecorded(
        row_count=row_count,
        changed_count=changed_count,
        stale_ignored=False,
        ledger_position=changes.position,
        shortfalls=tuple(shortfalls),
    )


def counted_rows(books: Books, command: RecordSnapshot) -> Iterator[tuple[NodeId, Sku, int]]:
    """What the feed says of each node and SKU, sorted; a full snapshot says zero of what it does not name."""
    for node_id in sorted(command.on_hand):
        counted = command.on_hand[node_id]
        skus = set(counted)
        if command.is_full:
            skus.update(books.skus_at(node_id))
        for sku in sorted(skus):
            yield node_id, sku, counted.get(sku, 0)


def true_up(books: Books, changes: Changes, feed_id: str, node_id: NodeId, sku: Sku, difference: int) -> None:
    """Enter the difference to what the books say, if there is one."""
    if difference:
        move(
            books,
            changes,
            EntryCode.SNAPSHOT_TRUE_UP,
            Bucket.ADJUSTMENT,
            node_id=node_id,
            sku=sku,
            delta=difference,
            reference=feed_id,
        )


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
            violation_count=count,
        )


def _violation(node_id: NodeId, sku: str, code: str, description: str) -> Violation:
    return Violation(f"rows[{node_id}/{sku}]" if sku else f"rows[{node_id}]", code, description)
