"""A long true history, written fast: goods received over and over, a thousand entries a commit."""

from router.domain.identifiers import Sku
from router.stores.sqlite.store import SqliteStore
from tests.stores.contract_builders import Writer, received

ENTRIES_PER_COMMIT = 1_000
GOODS_HELD = 1_000


def write_history(store: SqliteStore, count: int) -> None:
    """`count` more entries behind those that `store` has; no commit of it is synced."""
    store._writer.pragma("synchronous", "OFF")
    writer, first = Writer(store), store.head().position + 1
    for begin in range(first, first + count, ENTRIES_PER_COMMIT):
        end = min(begin + ENTRIES_PER_COMMIT, first + count)
        writer.commit(*(received(n, Sku(f"OLD-{n % GOODS_HELD:04}"), 1) for n in range(begin, end)))
    store._writer.pragma("synchronous", "FULL")
