"""Ledgers too large to come about by commands: stock is put into the tables as it would stand there.

What a figure of size reads is there: accounts and products. The entries that would have made them are not, so no audit
of such a ledger is clean.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from router.app.books.documents import pack_product
from router.app.engine.engine import Engine
from router.domain.identifiers import Sku
from router.domain.network import Network
from router.domain.product import Product
from router.ledger.accounts import Bucket
from router.stores import tables
from router.stores.rows.documents import product_row
from router.stores.sql.statements import insert
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, digest
from tests.app.builders import put_network as put_network_command

UNITS = 1_000
CHUNK = 100_000
FILLING_KIBIBYTES = 1 << 20


def sku_of(number: int) -> Sku:
    return Sku(f"sku-{number}")


def write_shop(path: Path, network: Network, sku_count: int, holders: int, *, is_sold: bool = False) -> None:
    """A ledger at `path` with a network and so many products, each of which that many nodes hold.

    `is_sold`: one unit of each was picked at each of them before.
    """
    store = SqliteStore(path)
    engine = Engine(store, StandingClock())
    engine.start()
    try:
        command = put_network_command()
        engine.submit(
            type(command)(request_id="network", body_digest=digest(network), network=network)
        ).result(60)
    finally:
        engine.stop()
    with written_at_once(store):
        _write(store, tables.PRODUCT, _product_rows(sku_count))
        node_ids = [node.id for node in network.nodes]
        _write(store, tables.ACCOUNT, _account_rows(node_ids, sku_count, holders, is_sold=is_sold))
    store.close()


@contextmanager
def written_at_once(store: SqliteStore) -> Iterator[Any]:
    """One transaction of the writer, for once without a log that has all of it again, syncs, and checks of references.

    What is in the way of a crash is in the way of nobody here; the next to open the file keeps a log again.
    """
    writer: Any = store._writer
    writer.pragma("journal_mode", "OFF")
    writer.pragma("synchronous", "OFF")
    writer.pragma("foreign_keys", "OFF")
    writer.pragma("cache_size", -FILLING_KIBIBYTES)
    writer.execute("BEGIN IMMEDIATE")
    yield writer
    writer.execute("COMMIT")


def _write(store: SqliteStore, table: tables.Table, rows: Iterator[tuple[Any, ...]]) -> None:
    while chunk := list(islice(rows, CHUNK)):
        store._writer.executemany(insert(table), chunk)


def _product_rows(count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        yield product_row(pack_product(Product(sku=sku_of(number), weight_grams=500)))


def _account_rows(
    node_ids: Sequence[str], sku_count: int, holders: int, *, is_sold: bool
) -> Iterator[tuple[Any, ...]]:
    """On hand of each SKU at nodes that follow one another, what was picked of it if it is sold, and what a first count
    of them is credited to.
    """
    number, held, picked = 0, (UNITS + is_sold, int(is_sold), 0, 0, 1 + 2 * is_sold), (1, 1, 0, 0, 3)
    for sku_number in range(sku_count):
        sku = sku_of(sku_number)
        for place in range(holders):
            number += 1
            node_id = node_ids[(sku_number * 7 + place) % len(node_ids)]
            yield (number, sku, node_id, "", int(Bucket.ON_HAND), *held)
            if is_sold:
                number += 1
                yield (number, sku, node_id, "", int(Bucket.PICKING), *picked)
        number += 1
        yield (number, sku, "", "", int(Bucket.ADJUSTMENT), 0, (UNITS + is_sold) * holders, 0, 0, holders)
