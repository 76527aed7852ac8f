"""Sends the supply chain's orders to a server, day after day until all are served."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from benchmarks.real.logistics_check import Served
from benchmarks.real.logistics_input import Input
from benchmarks.real.logistics_world import (
    DAY_MICROS,
    ORDER_DAY,
    consignments,
    network_of,
    order_of,
    rule_pack,
    stock_of,
)
from router.api.v1 import order_pb2, routing_pb2
from router.domain.identifiers import Instant, OrderId
from router.domain.order import Order
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

ORDERS_PER_BATCH = 100
DAYS_MAX = 5
IN_FLIGHT = 16

Answer = tuple[Sequence[routing_pb2.RouteResult], str]
"""Outcomes, and what the router proved about all of them together."""
Way = Callable[[RouterClient, Sequence[Order], int], Answer]
"""How the orders of a day are sent: client, orders, day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was served on each day, the seconds that the first day's answers took, and what was proven of it."""

    name: str
    days: tuple[tuple[Served, ...], ...]
    first_day_seconds: float
    proof: str


def one_by_one(client: RouterClient, orders: Sequence[Order], day: int) -> Answer:
    """Batches, which decide as if each order came alone."""
    results: list[routing_pb2.RouteResult] = []
    for first in range(0, len(orders), ORDERS_PER_BATCH):
        batch = orders[first : first + ORDERS_PER_BATCH]
        results += client.route_batch(batch, f"day/{day}/{first}", _noon(day))
    optimal = sum(result.routed.plan.status == order_pb2.SOLUTION_STATUS_OPTIMAL for result in results)
    return results, f"{optimal / len(results):.1%} of the single decisions optimal"


def jointly(client: RouterClient, orders: Sequence[Order], day: int) -> Answer:
    """One wave for all orders of the day."""
    wave = client.route_wave(orders, f"wave/{day}", _noon(day))
    summary = wave.summary
    return wave.results, f"gap {summary.gap_ppm / 1e4:.2f} % over {summary.joint_count:,} orders"


def send(data: Input, name: str, sequence: Sequence[str], way: Way) -> Run:
    """Routes all orders in that sequence on the first day, and what is left on each following day."""
    with (
        tempfile.TemporaryDirectory(prefix="router-logistics-") as folder,
        running_server(Path(folder) / "day.sqlite", rule_pack(data, Path(folder) / "rules")) as server,
        RouterClient(server.address) as client,
        ThreadPoolExecutor(IN_FLIGHT) as pool,
    ):
        client.put_network(network_of(data), "network")
        client.put_products(consignments(data), "products")
        client.upload_stock("plants", 1, stock_of(data), "stock")
        by_id = {order.id: order_of(order) for order in data.orders}
        days: list[tuple[Served, ...]] = []
        waiting = [by_id[order_id] for order_id in sequence]
        start = time.perf_counter()
        while waiting and len(days) < DAYS_MAX:
            sent = [structs.replace(order, id=OrderId(f"{order.id}.{len(days) + 1}")) for order in waiting]
            results, proved = way(client, sent, len(days))
            if not days:
                seconds, proof = time.perf_counter() - start, proved
            days.append(tuple(_served(o.id, r) for o, r in zip(waiting, results, strict=True) if _ships(r)))
            waiting = [order for order, result in zip(waiting, results, strict=True) if not _ships(result)]
            # What waits is sent again tomorrow as a new order, so today's is taken back.
            late = [order.id for order, result in zip(sent, results, strict=True) if not _ships(result)]
            list(
                pool.map(lambda each: client.cancel(each, {}, "sent again tomorrow", f"cancel/{each}"), late)
            )
        assert client.audit().clean, "the ledger's audit is not clean"
    return Run(name=name, days=tuple(days), first_day_seconds=seconds, proof=proof)


def _noon(day: int) -> Instant:
    return Instant(ORDER_DAY + day * DAY_MICROS + DAY_MICROS // 2)


def _ships(result: routing_pb2.RouteResult) -> bool:
    assert result.HasField("routed"), f"refused: {result.error.reason} {result.error.message}"
    return bool(result.routed.plan.shipments)


def _served(order_id: OrderId, result: routing_pb2.RouteResult) -> Served:
    plan = result.routed.plan
    (shipment,) = plan.shipments
    costs: Counter[int] = Counter()
    for part in plan.costs:
        costs[part.kind] += part.amount_minor
    return Served(
        order_id=order_id,
        plant=shipment.node_id,
        service_level=shipment.service_level_id,
        freight_minor=costs[order_pb2.COST_KIND_FREIGHT],
        storage_minor=costs[order_pb2.COST_KIND_RULE],
        total_minor=plan.total_minor,
    )
