"""A shop for figures of the whole path: 20 nodes hold everything, four carriers, 50 rules, orders of three lines."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from msgspec import structs

from benchmarks.many_orders import (
    NODE_COUNT,
    NOON,
    SERVICES,
    SKU_COUNT,
    order,
    random_node,
    rules_text,
    service,
)
from router.api.messages.columns import columns_message
from router.api.messages.orders import order_message
from router.api.messages.times import timestamp
from router.api.v1 import columns_pb2, routing_pb2
from router.domain.carrier import Carrier
from router.domain.identifiers import CarrierId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.order import Order
from router.domain.product import Product
from router.simulation.client import RouterClient
from router.simulation.server_process import ServerProcess, running_server
from router.stores.sqlite.store import SqliteStore

FOUR_SERVICES = (*SERVICES, "DPD/CLASSIC")
UNITS = 1_000_000


def shop(seed: int = 1, nodes: int = NODE_COUNT) -> tuple[Network, list[Product]]:
    """A network of so many nodes and what it sells."""
    random = Random(seed)
    levels = tuple(ServiceLevelId(name) for name in FOUR_SERVICES)
    every = [replace(random_node(random, number), service_level_ids=levels) for number in range(nodes)]
    products = [
        Product(
            sku=Sku(f"sku-{number}"),
            category=("grocery", "home", "phones", "toys")[number % 4],
            weight_grams=random.randint(100, 5_000),
        )
        for number in range(SKU_COUNT)
    ]
    network = Network(
        currency="EUR",
        nodes=tuple(every),
        carriers=tuple(Carrier(id=CarrierId(name.split("/")[0])) for name in FOUR_SERVICES),
        service_levels=tuple(map(service, FOUR_SERVICES)),
    )
    return network, products


def some_orders(count: int, name: str, seed: int = 2) -> list[Order]:
    """Orders of three lines under ids that begin with `name`."""
    random = Random(f"{name}/{seed}")
    return [structs.replace(order(random, number), id=OrderId(f"{name}-{number}")) for number in range(count)]


def batches(count: int, name: str, size: int = 100) -> list[routing_pb2.BatchRouteOrdersRequest]:
    """`count` requests of `size` orders each."""
    orders = [order_message(one) for one in some_orders(count * size, name)]
    return [
        routing_pb2.BatchRouteOrdersRequest(
            orders=orders[number * size : (number + 1) * size],
            request_id=f"{name}/{number}",
            decision_time=timestamp(NOON),
        )
        for number in range(count)
    ]


def column_batches(count: int, name: str, size: int = 100) -> list[columns_pb2.RouteOrderColumnsRequest]:
    """The same in columns."""
    orders = some_orders(count * size, name)
    return [
        columns_pb2.RouteOrderColumnsRequest(
            orders=columns_message(orders[number * size : (number + 1) * size]),
            request_id=f"{name}/{number}",
            decision_time=timestamp(NOON),
        )
        for number in range(count)
    ]


@contextmanager
def served_shop(flags: Sequence[str] = ()) -> Iterator[tuple[ServerProcess, RouterClient, Path]]:
    """A server with the shop's stock on a file that every commit syncs (SQLite FULL), a client, and that file."""
    with tempfile.TemporaryDirectory(prefix="router-bench-") as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "rules" / "many.yaml").write_text(rules_text())
        path = folder / "bench.sqlite"
        with (
            running_server(path, folder / "rules", flags=flags) as server,
            RouterClient(server.address) as client,
        ):
            fill(client)
            yield server, client, path


def fill(client: RouterClient) -> None:
    """The shop's network, products and stock."""
    network, products = shop()
    client.put_network(network, "network")
    client.put_products(products, "products")
    stock = {node.id: {product.sku: UNITS for product in products} for node in network.nodes}
    client.upload_stock("feed", 1, stock, "stock")


def row_counts(path: Path) -> dict[str, int]:
    """The greatest row id of each table that has any, by table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        return {
            name: base.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables_of(base)
        }


def tables_of(base: sqlite3.Connection) -> list[str]:
    rows = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows]


def bare_insert_seconds(path: Path, before: dict[str, int], commits: int) -> float:
    """Processor seconds to insert the rows that came since `before` into an empty ledger, in so many transactions.

    Rows that a commit changed in place, such as balances, are no inserts: they are in neither.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        rows: dict[str, Sequence[tuple[object, ...]]] = {
            name: base.execute(f'SELECT * FROM "{name}" LIMIT -1 OFFSET {before.get(name, 0)}').fetchall()
            for name in tables_of(base)
        }
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        store = SqliteStore(Path(folder) / "bare.sqlite")
        writer = store._writer
        writer.execute("PRAGMA foreign_keys = OFF")
        statements = {
            name: f'INSERT OR REPLACE INTO "{name}" VALUES ({", ".join("?" * len(some[0]))})'
            for name, some in rows.items()
            if some
        }
        start = time.process_time()
        for number in range(commits):
            writer.execute("BEGIN IMMEDIATE")
            for name, statement in statements.items():
                some = rows[name]
                writer.executemany(
                    statement, some[number * len(some) // commits : (number + 1) * len(some) // commits]
                )
            writer.execute("COMMIT")
        seconds = time.process_time() - start
        store.close()
    return seconds
