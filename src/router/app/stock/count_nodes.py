"""What a snapshot says of each node, set against the books: what must be on hand for it to be true.

All rows of a node are compared at once, in columns; only those that differ are looked at one by one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from router.app.books.balance_columns import Bools, Ints
from router.app.books.books import Books
from router.app.commands.feeds import RecordSnapshot
from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.feeds import BEFORE_ALL, Counting, Feed


class CountedRow(NamedTuple):
    """Units that should be on hand of a SKU, how many of them the books hold promised, and by how much they differ."""

    sku: Sku
    units: int
    reserved: int
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCount:
    """What a snapshot says of a node that is news, and how many rows are not: a snapshot as new was booked before."""

    node_id: NodeId
    rows: tuple[CountedRow, ...]
    """Those that differ from the books, or of which more is promised than is there, by SKU."""
    news: tuple[Sku, ...]
    """Every SKU that is news, those that do not differ too, by name. Empty for a full snapshot, which names all."""
    has_news: bool
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
    skus, units, stock = said_of(books, command, node_id)
    if mark <= books.feeds.floor(feed_id, node_id):
        return NodeCount(
            node_id=node_id,
            rows=(),
            news=(),
            has_news=False,
            stale_count=len(skus),
            stale_sent=len(counted),
            raises_mark=False,
        )
    is_stale = np.zeros(len(skus), np.bool_)
    if sku_marks:
        is_stale[:] = [sku_marks.get(sku, BEFORE_ALL) >= mark for sku in skus]
    for index, sku in places(skus, moved):
        units[index] += sum(one.units for one in moved[sku] if one.mark > mark)
    is_news = ~is_stale
    return NodeCount(
        node_id=node_id,
        rows=differing(skus, units, stock, is_news),
        news=() if command.is_full else tuple(sorted(skus[index] for index in np.flatnonzero(is_news))),
        has_news=bool(is_news.any()),
        stale_count=int(is_stale.sum()),
        stale_sent=int(is_stale[: len(counted)].sum()),
        raises_mark=command.is_full or bool(is_news.any()),
    )


def count_by_lag(
    books: Books, feed: Feed, command: RecordSnapshot, node_id: NodeId, at: Instant
) -> NodeCount:
    """The snapshot's value less all that left within the feed's lag: never more than what is there.

    Until the feed was heard for its lag, it is not known what left before, and figures only fall.
    """
    since = Instant((command.receive_time or at) - feed.lag_microseconds)
    may_rise = since >= feed.heard_since
    skus, units, stock = said_of(books, command, node_id)
    for index, sku in places(skus, books.feeds.outbound.skus_at(node_id)):
        units[index] = max(0, units[index] - books.feeds.outbound.units_since(node_id, sku, since))
    if not may_rise:
        debits, credits, _, _, version = stock.T
        units = np.where(version > 0, np.minimum(units, debits - credits), units)
    return NodeCount(
        node_id=node_id,
        rows=differing(skus, units, stock, np.ones(len(skus), np.bool_)),
        news=() if command.is_full else tuple(sorted(skus)),
        has_news=bool(skus),
        stale_count=0,
        stale_sent=0,
        raises_mark=True,
    )


def said_of(books: Books, command: RecordSnapshot, node_id: NodeId) -> tuple[list[Sku], Ints, Ints]:
    """What the snapshot speaks of at a node, with its units and what the books have: first what it names.

    A full one says zero of what it does not name.
    """
    counted: Mapping[Sku, int] = command.on_hand[node_id]
    skus, stock = books.stock_of(node_id, counted.keys(), with_others=command.is_full)
    units = np.zeros(len(skus), np.int64)
    units[: len(counted)] = np.fromiter(counted.values(), np.int64, len(counted))
    return skus, units, stock


def places(skus: Sequence[Sku], wanted: Iterable[Sku]) -> list[tuple[int, Sku]]:
    """Where the wanted ones stand in `skus`, if they do. Costs nothing when nothing is wanted."""
    some = set(wanted)
    return [(index, sku) for index, sku in enumerate(skus) if sku in some] if some else []


def differing(skus: Sequence[Sku], units: Ints, stock: Ints, is_news: Bools) -> tuple[CountedRow, ...]:
    """The rows that say something else than `stock` [SKUs, 5] does, or of which more is promised, by SKU."""
    debits, credits, _, reserved, _ = stock.T
    difference = units - debits + credits
    index = np.flatnonzero(is_news & ((difference != 0) | (reserved > units)))
    columns = (units[index].tolist(), reserved[index].tolist(), difference[index].tolist())
    return tuple(sorted(map(CountedRow, [skus[one] for one in index.tolist()], *columns)))
