"""Events that a client misses, or sees twice, whose stream is cut again and again while orders are booked."""

import random
from threading import Thread
from typing import Any

from router.api.v1 import orders_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, take

CUTS, EVENTS_A_CUT_MAX = 1_000, 3


def measure(full: bool) -> dict[str, Any]:
    """Over 1,000 cuts, or 100; each time the client goes on behind the last position that it saw."""
    cuts = CUTS if full else CUTS // 10
    chance = random.Random(7)
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": EVENTS_A_CUT_MAX * cuts}})
        booking = Thread(target=book, args=(client, EVENTS_A_CUT_MAX * cuts))
        booking.start()
        seen: list[int] = []
        for _ in range(cuts):
            seen += some(client, seen[-1] if seen else 0, chance.randrange(1, EVENTS_A_CUT_MAX + 1))
        booking.join()
        rest = orders_pb2.WatchOrdersRequest(after_position=seen[-1], no_follow=True)
        seen += [event.position for event in client.orders.WatchOrders(rest)]
        whole = orders_pb2.WatchOrdersRequest(no_follow=True)
        told = [event.position for event in client.orders.WatchOrders(whole)]
    losses = len(set(told) - set(seen)) + len(seen) - len(set(seen))
    return {
        "figure": "watch_resume_losses",
        "value": losses,
        "unit": "events",
        "runs": 1,
        "min": losses,
        "max": losses,
        "goal": 0,
        "cuts": cuts,
        "events": len(told),
    }


def book(client: Client, count: int) -> None:
    """One order after the other, so that there is always something to wait for."""
    for number in range(count):
        client.routing.RouteOrder(a_route_request(f"W-{number}", {"RED-CLOCK": 1}))


def some(client: Client, after: int, count: int) -> list[int]:
    """The next events; then the stream is cut."""
    stream = client.orders.WatchOrders(orders_pb2.WatchOrdersRequest(after_position=after))
    positions = [event.position for event in take(stream, count)]
    stream.cancel()
    return positions
