"""What is known of feeds: up to which mark each has counted what, and the movements it has not counted yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from router.app.records.outbound import Left, Outbound
from router.domain.identifiers import NodeId, Sku
from router.ledger.feeds import BEFORE_ALL, Counting, Feed, FeedMark, Mark, Movement, Raised

ALL_SKUS = Sku("")
"""Stands for every SKU of a node where marks are stored."""

_Shelf = tuple[str, NodeId]
"""A feed and a node."""


class FeedBooks:
    """Belongs to the books. Marks only ever rise; a movement is kept until a snapshot has counted it."""

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        marks: Iterable[tuple[str, NodeId, Sku, Mark]],
        movements: Iterable[Movement],
    ) -> None:
        self.feeds = dict(feeds)
        self.outbound = Outbound()
        self._node_marks: dict[_Shelf, Mark] = {}
        self._sku_marks: dict[_Shelf, dict[Sku, Mark]] = {}
        self._movements: dict[_Shelf, dict[Sku, list[Movement]]] = {}
        for feed_id, node_id, sku, mark in marks:
            if sku == ALL_SKUS:
                self._node_marks[feed_id, node_id] = mark
            else:
                self._sku_marks.setdefault((feed_id, node_id), {})[sku] = mark
        self._add(movements)
        self.outbound.window = self._window()

    def watermark(self, feed_id: str, node_id: NodeId, sku: Sku) -> Mark:
        """Up to where the feed has counted a SKU at a node."""
        return max(self.floor(feed_id, node_id), self.sku_marks(feed_id, node_id).get(sku, BEFORE_ALL))

    def floor(self, feed_id: str, node_id: NodeId) -> Mark:
        """Up to where the feed has counted every SKU at a node."""
        feed = self.feeds.get(feed_id)
        floor = feed.floor if feed else BEFORE_ALL
        return max(floor, self._node_marks.get((feed_id, node_id), BEFORE_ALL))

    def sku_marks(self, feed_id: str, node_id: NodeId) -> Mapping[Sku, Mark]:
        """Marks of single SKUs, which may be below the floor."""
        return self._sku_marks.get((feed_id, node_id), {})

    def movements_at(self, feed_id: str, node_id: NodeId) -> Mapping[Sku, Sequence[Movement]]:
        """Those that no snapshot has counted yet."""
        return self._movements.get((feed_id, node_id), {})

    def find_movement(self, told: FeedMark, node_id: NodeId, sku: Sku, cause: str) -> Movement | None:
        """The same movement, told before and not counted yet."""
        for one in self.movements_at(told.feed_id, node_id).get(sku, ()):
            if one.mark == told.mark and one.cause == cause:
                return one
        return None

    def has_counted(self, told: FeedMark, node_id: NodeId, sku: Sku, units: int) -> bool:
        """Whether a movement of `units` is in what is on hand already, because a snapshot knew of it.

        A feed that counts by nothing brings units by its snapshots only: it cannot say which ones it has counted.
        """
        if told.counting is Counting.NOTHING:
            return units > 0
        return told.mark <= self.watermark(told.feed_id, node_id, sku)

    def oldest_position(self, none: int) -> int:
        """Of the movements that are still to be counted; `none` when there are none."""
        return min((one.position for one in self._all_movements()), default=none)

    def apply(
        self,
        feeds: Mapping[str, Feed],
        raised: Iterable[Raised],
        movements: Iterable[Movement],
        left: Iterable[Left],
    ) -> None:
        """Take in what a command, or a batch of another process, changed."""
        if feeds:
            self.feeds.update(feeds)
            self.outbound.window = self._window()
        for one in raised:
            self._raise(one)
        self._add(movements)
        self.outbound.add(left)

    def _raise(self, raised: Raised) -> None:
        shelf = (raised.feed_id, raised.node_id)
        moved = self._movements.get(shelf, {})
        if raised.skus is None:
            self._node_marks[shelf] = raised.mark
            counted: Iterable[Sku] = tuple(moved)
        else:
            self._sku_marks.setdefault(shelf, {}).update(dict.fromkeys(raised.skus, raised.mark))
            counted = moved.keys() & set(raised.skus) if moved else ()
        for sku in counted:
            moved[sku] = [one for one in moved[sku] if one.mark > raised.mark]
            if not moved[sku]:
                del moved[sku]

    def _add(self, movements: Iterable[Movement]) -> None:
        for one in movements:
            if one.mark > self.watermark(one.feed_id, one.node_id, one.sku):
                at_shelf = self._movements.setdefault((one.feed_id, one.node_id), {})
                at_shelf.setdefault(one.sku, []).append(one)

    def _all_movements(self) -> Iterator[Movement]:
        for at_shelf in self._movements.values():
            for moved in at_shelf.values():
                yield from moved

    def _window(self) -> int:
        """Twice the longest lag: a snapshot kept aside may be let through one lag later."""
        return 2 * max((feed.lag_microseconds for feed in self.feeds.values()), default=0)
