"""Many orders as batches that the server takes, and what happens to a batch in the words of the whole."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from router_client.refusal import Refused, Unanswered
from router_client.v1 import order_pb2, routing_pb2

ORDERS_PER_CALL = 100
"""More gain little and wait longer."""
LINES_PER_CALL = 5_000
"""The server refuses more."""

ORDER_PLACE = re.compile(r"\borders\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Batch:
    """The orders from place `first` of a whole on, which is repeatable under the id `whole`."""

    whole: str
    first: int
    request: routing_pb2.BatchRouteOrdersRequest


def batches_of(orders: Sequence[order_pb2.Order], whole: str) -> Iterator[Batch]:
    """Under the ids `whole/0`, `whole/1`, …"""
    first = number = 0
    while first < len(orders):
        some = orders[first : first + ORDERS_PER_CALL]
        some = some[: batch_size(some)]
        request = routing_pb2.BatchRouteOrdersRequest(orders=some, request_id=f"{whole}/{number}")
        yield Batch(whole, first, request)
        first += len(some)
        number += 1


def batch_size(orders: Iterable[order_pb2.Order]) -> int:
    """How many of the orders, from the first, go into one call."""
    line_count = size = 0
    for order in islice(orders, ORDERS_PER_CALL):
        line_count += len(order.lines)
        if size and line_count > LINES_PER_CALL:
            break
        size += 1
    return size


@contextmanager
def told_of_the_whole(batch: Batch) -> Iterator[None]:
    """Refused names orders by their place in the whole, Unanswered the id that the whole is repeatable under."""

    def place(found: re.Match[str]) -> str:
        return f"orders[{batch.first + int(found[1])}]"

    try:
        yield
    except Refused as refused:
        refused.message = ORDER_PLACE.sub(place, refused.message)
        refused.faults = {
            ORDER_PLACE.sub(place, at): ORDER_PLACE.sub(place, text) for at, text in refused.faults.items()
        }
        raise
    except Unanswered as unanswered:
        raise Unanswered(batch.whole, unanswered.last) from unanswered
