"""How long a client waits for one order, decided and booked, beside a bare echo of the same messages."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.echo import echo_server
from benchmarks.runs import figure_of, loaded_server, percentile
from router.api.messages.orders import order_message
from router.api.messages.times import timestamp
from router.api.v1 import routing_pb2
from router.simulation.client import RouterClient
from router.simulation.company import simulated_company

GOAL_MILLISECONDS = 10
ORDERS_PER_RUN = 150
SEED = 7
Request = routing_pb2.RouteOrderRequest
Reply = routing_pb2.RouteOrderResponse


def measure(full: bool) -> dict[str, Any]:
    """Milliseconds: the median of the medians of several runs; the 99th percentile is of all orders together."""
    run_count = 20 if full else 5
    company = simulated_company(SEED, (run_count + 1) * ORDERS_PER_RUN)
    requests = [
        Request(
            order=order_message(order),
            request_id=f"order/{order.id}",
            decision_time=timestamp(order.place_time),
        )
        for order in company.orders
    ]
    chunks = [requests[first : first + ORDERS_PER_RUN] for first in range(0, len(requests), ORDERS_PER_RUN)]
    with loaded_server(company) as server, RouterClient(server.address) as router:
        reply = router.routing.RouteOrder(chunks[0][0])
        _waits(router.routing.RouteOrder, chunks[0][1:])
        with (
            echo_server(reply, routing_pb2.BatchRouteOrdersResponse()) as address,
            RouterClient(address) as echo,
        ):
            _waits(echo.routing.RouteOrder, chunks[0])
            pairs = [
                (_waits(router.routing.RouteOrder, chunk), _waits(echo.routing.RouteOrder, chunk))
                for chunk in chunks[1:]
            ]
    medians = [percentile(waits, 50) for waits, _ in pairs]
    echo_medians = [percentile(waits, 50) for _, waits in pairs]
    ratios = sorted(median / echo_median for median, echo_median in zip(medians, echo_medians, strict=True))
    return figure_of(
        "route_single_latency",
        medians,
        "ms",
        GOAL_MILLISECONDS,
        p99_ms=round(percentile([wait for waits, _ in pairs for wait in waits], 99), 3),
        orders_per_run=ORDERS_PER_RUN,
        echo_ms=round(percentile(echo_medians, 50), 3),
        echo_ratio=round(percentile(ratios, 50), 2),
        echo_ratio_min=round(ratios[0], 2),
        echo_ratio_max=round(ratios[-1], 2),
    )


def _waits(call: Callable[[Request], Reply], requests: Sequence[Request]) -> list[float]:
    """Milliseconds of each call, one after another."""
    waits = []
    for request in requests:
        start = time.perf_counter()
        call(request)
        waits.append((time.perf_counter() - start) * 1_000)
    return waits
