"""Orders of the simulated company as an open load on a server that holds its network and stock."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, islice

import grpc
import grpc.aio

from router.api.messages.orders import order_message
from router.api.v1 import order_pb2, routing_pb2
from router.api.v1.routing_pb2_grpc import RoutingServiceStub
from router.simulation.loading.open_loop import Load, drive
from router.simulation.traffic import later_orders

ORDERS_MADE_MAX = 10_000
"""Beyond it orders come again under other ids: making them must not take longer than sending them."""
OPTIONS = (
    ("grpc.max_receive_message_length", 64 << 20),
    # Connections of equal options would be one.
    ("grpc.use_local_subchannel_pool", 1),
    # A refusal is what is measured, so nobody repeats the call.
    ("grpc.enable_retries", 0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How much load: `orders_per_call` 1 calls RouteOrder, more BatchRouteOrders. `rate` counts calls a second."""

    address: str
    rate: float
    seconds: float
    orders_per_call: int = 1
    warm_seconds: float = 2.0
    connections: int = 2
    timeout_seconds: float = 30.0
    seed: int = 7
    is_steady: bool = False
    certificates: bytes | None = None


def drive_orders(course: Course) -> Load:
    """Calls at the course's pace, each with orders that nobody routed before."""
    return asyncio.run(_drive(course))


async def _drive(course: Course) -> Load:
    run_id = secrets.token_hex(4)
    wanted = int(course.rate * (course.seconds + course.warm_seconds) * 1.5 + 100) * course.orders_per_call
    orders = [order_message(one) for one in later_orders(course.seed, min(wanted, ORDERS_MADE_MAX))]
    turns = cycle(orders)
    async with AsyncExitStack() as stack:
        stubs = [
            RoutingServiceStub(await stack.enter_async_context(channel_to(course, number)))
            for number in range(course.connections)
        ]

        async def call(number: int) -> None:
            request_id = f"load/{run_id}/{number}"
            some = [
                renamed(order, f"{run_id}-{number}-{place}")
                for place, order in enumerate(islice(turns, course.orders_per_call))
            ]
            stub = stubs[number % len(stubs)]
            if course.orders_per_call == 1:
                request = routing_pb2.RouteOrderRequest(order=some[0], request_id=request_id)
                await stub.RouteOrder(request, timeout=course.timeout_seconds)
            else:
                batch = routing_pb2.BatchRouteOrdersRequest(orders=some, request_id=request_id)
                await stub.BatchRouteOrders(batch, timeout=course.timeout_seconds)

        return await drive(
            call,
            course.rate,
            course.seconds,
            course.seed,
            is_steady=course.is_steady,
            warm_seconds=course.warm_seconds,
        )


def channel_to(course: Course, number: int) -> grpc.aio.Channel:
    options: Sequence[tuple[str, object]] = (*OPTIONS, ("router.load.connection", number), NO_RETRIES)
    if course.certificates is None:
        return grpc.aio.insecure_channel(course.address, options)
    return grpc.aio.secure_channel(course.address, grpc.ssl_channel_credentials(course.certificates), options)


NO_RETRIES = ("grpc.service_config", json.dumps({"methodConfig": []}))


def renamed(order: order_pb2.Order, order_id: str) -> order_pb2.Order:
    """The same order under another id, placed when it is sent."""
    copy = order_pb2.Order()
    copy.CopyFrom(order)
    copy.order_id = order_id
    copy.ClearField("place_time")
    copy.promise_date = ""
    return copy
