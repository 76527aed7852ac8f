"""Calls that are turned away unreceived."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc.aio

from router.domain.reasons import Reason, RouterError
from router.service.door import Door
from tests.service.harness import LOOP, Client, refusal_of

METHOD = "/shop/Order"


class Queue:
    """Full with so many who wait."""

    waiting = 1

    def admit(self, deadline: float) -> None:
        raise RouterError(
            Reason.QUEUE_FULL, f"{self.waiting} wait", retry_milliseconds=150, waiting=self.waiting
        )


@contextmanager
def a_door(queue: Queue) -> Iterator[Client]:
    async def start() -> tuple[Any, int]:
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((Door([METHOD], queue.admit),))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        return server, port

    server, port = LOOP.run(start())
    client = Client(f"127.0.0.1:{port}")
    with client.channel:
        yield client
    LOOP.run(server.stop(0))


def test_everybody_hears_why_and_when_to_come_again_as_it_is_at_that_moment() -> None:
    queue = Queue()
    with a_door(queue) as client:
        first, second = (refusal_of(client.send_bytes, METHOD, b"an order") for _ in range(2))
        queue.waiting = 2
        third = refusal_of(client.send_bytes, METHOD, b"an order")

    assert first == second
    assert (first.code, first.reason, first.message, first.facts["waiting"]) == (
        "RESOURCE_EXHAUSTED",
        "QUEUE_FULL",
        "1 wait",
        "1",
    )
    assert first.retry_milliseconds == 150
    assert (third.message, third.facts["waiting"]) == ("2 wait", "2")


def exceptions_left() -> int:
    return sum(type(one).__name__ == "AbortError" for one in gc.get_objects())


def test_no_exception_is_left_of_them_for_the_collector() -> None:
    with a_door(Queue()) as client:
        gc.disable()
        try:
            before = exceptions_left()
            for _ in range(5):
                refusal_of(client.send_bytes, METHOD, b"an order")
            left = exceptions_left() - before
        finally:
            gc.enable()

    assert left == 0
