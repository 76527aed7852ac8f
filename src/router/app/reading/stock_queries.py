"""Questions about feeds, snapshots kept aside and transfers."""

from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.filters import SuspectFilter, TransferFilter
from router.app.records.suspects import Suspect
from router.ledger.feeds import Feed
from router.ledger.transfers import Transfer


class StockQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_feeds(self) -> tuple[Feed, ...]:
        """By name."""
        with self._store.reader() as reader:
            return tuple(sorted(reader.list_feeds().values(), key=lambda feed: feed.feed_id))

    def list_suspects(self, page_size: int, page_token: str, where: SuspectFilter) -> Page[Suspect]:
        """The oldest first, without their rows."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            return page_of(reader.list_suspects(after, size + 1, where), size, lambda suspect: suspect.number)

    def list_transfers(self, page_size: int, page_token: str, where: TransferFilter) -> Page[Transfer]:
        """In the order of sending."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            return page_of(
                reader.list_transfers(after, size + 1, where), size, lambda transfer: transfer.number
            )
