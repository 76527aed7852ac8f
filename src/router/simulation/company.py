"""The whole simulated company, and how its client loads it into a server and sends its orders."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from router.api.v1 import routing_pb2
from router.domain.identifiers import NodeId, Sku
from router.domain.network import Network
from router.domain.order import Order
from router.simulation.catalog import Article, simulated_catalog
from router.simulation.client import RouterClient
from router.simulation.demand import simulated_orders
from router.simulation.network import simulated_network
from router.simulation.stock import simulated_stock

ORDERS_PER_DAY = 143
"""Of the demo's size: 1,000 orders make a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A retailer: where it ships from, what it sells, what it has, and what is asked of it."""

    network: Network
    articles: tuple[Article, ...]
    stock: Mapping[NodeId, Mapping[Sku, int]]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """The outcome of each order, and the seconds that the client waited for all of them."""

    results: tuple[routing_pb2.RouteResult, ...]
    seconds: float


def simulated_company(seed: int, order_count: int, days: int | None = None) -> Company:
    """The company of a seed; equal arguments give equal values. Without `days`, as many as the orders fill."""
    network, articles = simulated_network(), simulated_catalog(seed)
    return Company(
        network=network,
        articles=articles,
        stock=simulated_stock(seed, articles, network, order_count),
        orders=simulated_orders(seed, articles, order_count, days or -(-order_count // ORDERS_PER_DAY)),
    )


def load_company(client: RouterClient, company: Company) -> None:
    """Puts network and products into the server and streams a snapshot for each kind of node."""
    client.put_network(company.network, "simulation/network")
    client.put_products([article.product for article in company.articles], "simulation/products")
    kind_of = {node.id: node.kind for node in company.network.nodes}
    for kind in sorted(set(kind_of.values())):
        rows = {node_id: units for node_id, units in company.stock.items() if kind_of[node_id] == kind}
        client.upload_stock(f"simulation/{kind.lower()}", 1, rows, f"simulation/stock/{kind}")


def drive_orders(
    client: RouterClient,
    orders: Sequence[Order],
    batch_size: int,
    progress: Callable[[int], None] = lambda _: None,
    request_id: str = "simulation/orders",
) -> Driven:
    """Routes the orders batch by batch, each batch at the time its last order was placed."""
    results: list[routing_pb2.RouteResult] = []
    start = time.perf_counter()
    for first in range(0, len(orders), batch_size):
        batch = orders[first : first + batch_size]
        results += client.route_batch(batch, f"{request_id}/{first}", batch[-1].place_time)
        progress(len(batch))
    return Driven(results=tuple(results), seconds=time.perf_counter() - start)
