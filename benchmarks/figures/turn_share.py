"""Share of a batch's processor time that a server takes while all others that share its database wait for it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from benchmarks.booking import ask
from benchmarks.durable import UNITS, shop, some_orders
from benchmarks.runs import figure_of
from router.app.commands.documents import PutNetwork, PutProducts
from router.app.engine.deciders import deciding_ahead
from router.app.engine.engine import Engine
from router.stores.postgres.store import PostgresStore
from tests.app.builders import StandingClock, adjust_stock, digest, route_orders
from tests.integration.postgres import running_cluster

GOAL = 0.5
BATCH = 100


class TimedTurns(PostgresStore):
    """Adds up the processor seconds of the thread that has the turn."""

    turn_seconds = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        with super().turn():
            start = time.thread_time()
            try:
                yield
            finally:
                self.turn_seconds += time.thread_time() - start


def measure(full: bool) -> dict[str, Any]:
    """One engine on PostgreSQL, batches of 100 orders of three lines; the database's own time is not counted.

    However many servers there are, together they book at most one batch in the time of a turn.
    """
    runs, count = (9, 20) if full else (5, 8)
    with running_cluster() as cluster, closing(TimedTurns(cluster.create_database())) as store:
        engine = Engine(store, StandingClock(), make_ahead=deciding_ahead())
        engine.start()
        fill(engine)
        seconds(engine, "warm", count)
        shares, costs = [], []
        for run in range(runs):
            before = store.turn_seconds
            costs.append(seconds(engine, f"run-{run}", count))
            shares.append((store.turn_seconds - before) / costs[-1])
        engine.stop()
    return figure_of(
        "turn_share",
        shares,
        "share of processor time",
        GOAL,
        microseconds_per_order=round(min(costs) / (count * BATCH) * 1e6),
    )


def fill(engine: Engine) -> None:
    """The shop's network, products and stock."""
    network, products = shop()
    ask(
        engine,
        [
            PutNetwork(request_id="network", body_digest=digest(network), network=network),
            PutProducts(request_id="products", body_digest=digest(products), products=tuple(products)),
        ],
    )
    places = [(node.id, product.sku) for node in network.nodes for product in products]
    ask(engine, [adjust_stock(node, sku, UNITS, key=f"{node}/{sku}") for node, sku in places])


def seconds(engine: Engine, name: str, count: int) -> float:
    """Processor seconds of so many batches, one after another."""
    orders = some_orders(count * BATCH, name)
    commands = [
        route_orders(*orders[first : first + BATCH], key=f"{name}/{first}")
        for first in range(0, len(orders), BATCH)
    ]
    start = time.process_time()
    for command in commands:
        ask(engine, [command])
    return time.process_time() - start
