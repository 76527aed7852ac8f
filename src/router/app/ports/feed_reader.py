"""What feeds and suspects ask a store; a part of `app.ports.Reader`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from router.app.records.filters import SuspectFilter
from router.app.records.suspects import Suspect
from router.domain.identifiers import NodeId, Sku
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Mark, Movement


class FeedReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def list_feeds(self) -> Mapping[str, Feed]: ...

    def read_feed_marks(self) -> Iterator[tuple[str, NodeId, Sku, Mark]]:
        """Up to where each feed has counted each SKU of each node; an empty SKU stands for all of a node."""
        ...

    def read_movements(self) -> Iterator[Movement]:
        """Those that may not be counted yet, by position."""
        ...

    def read_entries_since(self, time: int) -> Iterator[Entry]:
        """Entries of all batches later than a time, by position."""
        ...

    def find_suspect(self, id: str) -> Suspect | None: ...

    def list_suspects(self, after: int | None, limit: int, where: SuspectFilter) -> Sequence[Suspect]:
        """By number, without their bodies."""
        ...
