"""Movements told by feeds: each changes what is on hand once, by itself or by the snapshot that knew of it first."""

from collections.abc import Callable
from dataclasses import dataclass

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.lot_stock import Parts
from router.app.steps.admit_feed import admit_movement
from router.app.steps.lots import move
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Bucket, on_hand, outside
from router.ledger.feeds import Counting, FeedMark, Movement
from router.ledger.flows import EntryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Units that come to (positive) or leave (negative) what is on hand of a SKU at a node, and why.

    `lot` empty: of no lot when they come, of those whose turn it is when they leave.
    """

    node_id: NodeId
    sku: Sku
    units: int
    cause: str
    lot: str = ""


def book_movement(
    books: Books, changes: Changes, told: FeedMark | None, moved: Moved, enter: Callable[[], object]
) -> bool:
    """Let `enter` book the movement, and give whether a snapshot has counted it already.

    If so the true-up of that snapshot is taken back by as much: the movement explains what the feed had found. On hand
    stays as it was, and never falls below it in between.
    """
    if told is None:
        enter()
        return False
    changes.feeds = {**changes.feeds, told.feed_id: admit_movement(books.feeds, told, changes.time)}
    has_counted = books.feeds.has_counted(told, moved.node_id, moved.sku, moved.units)
    if has_counted and moved.units < 0:
        take_back(books, changes, told, moved)
    enter()
    if has_counted and moved.units > 0:
        take_back(books, changes, told, moved)
    if not has_counted and told.counting is not Counting.NOTHING:
        changes.movements.append(
            Movement(
                position=changes.position,
                feed_id=told.feed_id,
                node_id=moved.node_id,
                sku=moved.sku,
                mark=told.mark,
                units=moved.units,
                cause=moved.cause,
            )
        )
    return has_counted


def take_back(books: Books, changes: Changes, told: FeedMark, moved: Moved) -> None:
    """Enter the opposite of a movement, in the lots that it touches."""
    parts: Parts = [(on_hand(moved.node_id, moved.sku, moved.lot), abs(moved.units))]
    if moved.units < 0 and not moved.lot and books.lots.is_kept(moved.node_id, moved.sku):
        parts = books.lots.spread(moved.node_id, moved.sku, -moved.units)
    for here, units in parts:
        outer = outside(Bucket.ADJUSTMENT, moved.sku, here.lot)
        changes.enter(
            EntryCode.SNAPSHOT_TRUE_UP,
            debit=here if moved.units < 0 else outer,
            credit=outer if moved.units < 0 else here,
            quantity=units,
            reference=told.feed_id,
        )


def true_up(books: Books, changes: Changes, feed_id: str, node_id: NodeId, sku: Sku, difference: int) -> None:
    """Enter what a feed found more (positive) or less of a SKU than the books say."""
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
