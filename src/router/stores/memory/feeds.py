"""The part of the memory store that holds what feeds counted, and transfers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from router.app.books.feed_books import ALL_SKUS
from router.app.records.commit import Commit
from router.app.records.filters import SuspectFilter, TransferFilter
from router.app.records.suspects import Suspect
from router.domain.identifiers import NodeId, Sku
from router.ledger.feeds import Feed, Mark, Movement
from router.ledger.transfers import Transfer


class MemoryFeeds:
    """Feeds, suspects and transfers as of the last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._feeds: dict[str, Feed] = {}
        self._feed_marks: dict[tuple[str, NodeId, Sku], Mark] = {}
        self._movements: dict[int, Movement] = {}
        self._suspects: dict[str, Suspect] = {}
        self._transfers: dict[str, Transfer] = {}

    def _keep_feeds(self, commit: Commit) -> None:
        self._feeds.update(commit.feeds)
        for raised in commit.raised:
            for sku in (ALL_SKUS,) if raised.skus is None else raised.skus:
                self._feed_marks[raised.feed_id, raised.node_id, sku] = raised.mark
        self._movements.update((movement.position, movement) for movement in commit.movements)
        for position in [one for one in self._movements if one < commit.forget_movements_before]:
            del self._movements[position]
        self._suspects.update((suspect.id, suspect) for suspect in commit.suspects)
        self._transfers.update((transfer.id, transfer) for transfer in commit.transfers)

    def list_feeds(self) -> Mapping[str, Feed]:
        return dict(self._feeds)

    def read_feed_marks(self) -> Iterator[tuple[str, NodeId, Sku, Mark]]:
        return ((*place, mark) for place, mark in self._feed_marks.items())

    def read_movements(self) -> Iterator[Movement]:
        return iter(self._movements.values())

    def find_suspect(self, id: str) -> Suspect | None:
        return self._suspects.get(id)

    def list_suspects(self, after: int | None, limit: int, where: SuspectFilter) -> Sequence[Suspect]:
        matching = (
            replace(suspect, body=b"")
            for suspect in self._suspects.values()
            if (after is None or suspect.number > after)
            and (where.state is None or suspect.state is where.state)
            and (not where.feed_id or suspect.feed_id == where.feed_id)
        )
        return tuple(islice(matching, limit))

    def find_transfer(self, id: str) -> Transfer | None:
        return self._transfers.get(id)

    def list_transfers(self, after: int | None, limit: int, where: TransferFilter) -> Sequence[Transfer]:
        matching = (
            transfer
            for transfer in self._transfers.values()
            if (after is None or transfer.number > after)
            and (where.state is None or transfer.state is where.state)
            and (not where.node_id or where.node_id in (transfer.from_node_id, transfer.to_node_id))
        )
        return tuple(islice(matching, limit))

    def read_transfers(self) -> Iterator[Transfer]:
        return iter(self._transfers.values())
