"""Orders decided and booked a second when a client sends batches of 100, beside a bare echo of the same messages."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.echo import echo_server
from benchmarks.runs import figure_of, loaded_server
from router.api.messages.orders import order_message
from router.api.messages.times import timestamp
from router.api.v1 import routing_pb2
from router.simulation.client import RouterClient
from router.simulation.company import simulated_company

GOAL_ORDERS_PER_SECOND = 1_000
ORDERS_PER_BATCH = 100
BATCHES_PER_RUN = 10
IN_FLIGHT = 2
"""So that the server need not wait while the client reads an answer."""
SEED = 7
Request = routing_pb2.BatchRouteOrdersRequest


def measure(full: bool) -> dict[str, Any]:
    """The median of several runs of 1,000 orders; `echo_ratio` is its share of what the echo server gives."""
    run_count = 15 if full else 5
    company = simulated_company(SEED, (run_count + 1) * BATCHES_PER_RUN * ORDERS_PER_BATCH, days=14)
    requests = [
        Request(
            orders=map(order_message, company.orders[first : first + ORDERS_PER_BATCH]),
            request_id=f"batch/{first}",
            decision_time=timestamp(company.orders[first + ORDERS_PER_BATCH - 1].place_time),
        )
        for first in range(0, len(company.orders), ORDERS_PER_BATCH)
    ]
    chunks = [requests[first : first + BATCHES_PER_RUN] for first in range(0, len(requests), BATCHES_PER_RUN)]
    with loaded_server(company) as server, RouterClient(server.address) as router:
        reply = _drive(router, chunks[0])[1]
        with (
            echo_server(routing_pb2.RouteOrderResponse(), reply) as address,
            RouterClient(address) as echo,
        ):
            _drive(echo, chunks[0])
            before = server.cpu_seconds()
            pairs = [(_drive(router, chunk)[0], _drive(echo, chunk)[0]) for chunk in chunks[1:]]
            cpu = server.cpu_seconds() - before
    rates, echo_rates = zip(*pairs, strict=True)
    ratios = sorted(rate / echo_rate for rate, echo_rate in pairs)
    return figure_of(
        "route_batch_orders_per_second",
        rates,
        "orders/s",
        GOAL_ORDERS_PER_SECOND,
        orders_per_run=ORDERS_PER_BATCH * BATCHES_PER_RUN,
        server_cpu_microseconds_per_order=round(cpu * 1e6 / (run_count * ORDERS_PER_BATCH * BATCHES_PER_RUN)),
        echo_orders_per_second=round(sorted(echo_rates)[len(echo_rates) // 2]),
        echo_ratio=round(ratios[len(ratios) // 2], 4),
        echo_ratio_min=round(ratios[0], 4),
        echo_ratio_max=round(ratios[-1], 4),
    )


def _drive(
    client: RouterClient, requests: Sequence[Request]
) -> tuple[float, routing_pb2.BatchRouteOrdersResponse]:
    """Orders a second over all requests, and the last answer; refuses to count an order that was not decided."""
    start = time.perf_counter()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        replies = list(pool.map(client.routing.BatchRouteOrders, requests))
    seconds = time.perf_counter() - start
    assert all(result.HasField("routed") for reply in replies for result in reply.results)
    return sum(len(request.orders) for request in requests) / seconds, replies[-1]
