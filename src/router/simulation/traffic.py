"""Sends more orders of the simulated company to a running server.

Run it as `python -m router.simulation.traffic [--orders 200]`; the planner's guide does, so that a shadow sees live
orders.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import grpc
from msgspec.structs import replace

from router.domain.identifiers import Day, Instant, OrderId
from router.domain.order import Order
from router.simulation.catalog import simulated_catalog
from router.simulation.client import RouterClient
from router.simulation.company import ORDERS_PER_DAY, drive_orders
from router.simulation.demand import simulated_orders

ADDRESS = "127.0.0.1:50051"
BATCH_SIZE = 50
REQUEST_ID = "simulation/traffic"
"""Sent twice, the same orders are answered from the record and not booked again."""
WEEKS_LATER = 1
"""After the 1,000 orders of `router demo`, which fill a week."""
DAY_MICROSECONDS = 86_400 * 1_000_000


def later_orders(seed: int, count: int) -> tuple[Order, ...]:
    """Orders of the week after the demo's, `B-000001` and so on; equal arguments give equal orders."""
    days = 7 * WEEKS_LATER
    placed = simulated_orders(seed + 1, simulated_catalog(seed), count, -(-count // ORDERS_PER_DAY))
    return tuple(
        replace(
            order,
            id=OrderId(f"B-{number:06}"),
            place_time=Instant(order.place_time + days * DAY_MICROSECONDS),
            promise_day=None if order.promise_day is None else Day(order.promise_day + days),
        )
        for number, order in enumerate(placed, start=1)
    )


def main(arguments: Sequence[str]) -> int:
    """Routes and books the orders; 4 when the server cannot be reached, 1 when it refuses."""
    parser = argparse.ArgumentParser(prog="python -m router.simulation.traffic", description=__doc__)
    parser.add_argument(
        "--address",
        default=os.environ.get("ROUTER_ADDRESS", ADDRESS),
        help="the server (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=7, help="another seed is another company (default: %(default)s)"
    )
    parser.add_argument("--orders", type=int, default=200, help="how many (default: %(default)s)")
    options = parser.parse_args(arguments)
    orders = later_orders(options.seed, options.orders)
    try:
        with RouterClient(options.address) as client:
            results = drive_orders(client, orders, BATCH_SIZE, request_id=REQUEST_ID).results
    except grpc.RpcError as error:
        print(f"error: {options.address}: {error.code().name}: {error.details()}", file=sys.stderr)
        return 4 if error.code() == grpc.StatusCode.UNAVAILABLE else 1
    routed = sum(result.HasField("routed") for result in results)
    print(f"routed {routed:,} of {len(orders):,} orders, {orders[0].id} to {orders[-1].id}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
