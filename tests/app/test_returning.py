"""Who was just answered and asks again at once comes into the next batch; nobody waits for who does not come."""

from collections.abc import Callable
from threading import Thread

from router.app.engine.queue import CommandQueue, QueueLimits, Waiting
from router.app.engine.returning import LINES_ENOUGH
from tests.app.builders import put_network
from tests.app.test_queue import some_orders

PATIENCE_SECONDS = 60
Taken = list[Waiting]


def answered(count: int, monotonic: Callable[[], float] = lambda: 100.0) -> CommandQueue:
    """A queue of which so many commands were just taken and answered."""
    queue = CommandQueue(QueueLimits(), monotonic)
    for _ in range(count):
        queue.put(put_network(), None)
    assert len(queue.take() or ()) == count
    queue.answers_leave()
    return queue


def taking(queue: CommandQueue) -> Callable[[], Taken]:
    """Begin to take the next batch; gives what waits for it."""
    taken: list[Taken | None] = []
    thread = Thread(target=lambda: taken.append(queue.take()), daemon=True)
    thread.start()

    def wait() -> Taken:
        thread.join(PATIENCE_SECONDS)
        assert taken, "it still waits"
        return taken[0] or []

    return wait


def test_those_who_come_back_while_answers_leave_are_taken_together() -> None:
    queue = answered(3)
    next_batch = taking(queue)

    for _ in range(3):
        queue.put(put_network(), None)

    assert len(next_batch()) == 3


def test_nobody_waits_for_those_who_do_not_come() -> None:
    queue = answered(3)
    queue.answers_left()
    queue.put(put_network(), None)

    assert len(taking(queue)()) == 1


def test_who_is_alone_never_waits() -> None:
    queue = answered(1)
    queue.put(put_network(), None)

    assert len(taking(queue)()) == 1


def test_answers_that_take_long_to_leave_are_not_waited_for_long() -> None:
    instants = iter(range(1_000))
    queue = answered(3, lambda: float(next(instants)))
    queue.put(put_network(), None)

    assert len(taking(queue)()) == 1


def test_a_batch_that_is_large_already_begins() -> None:
    queue = answered(3)
    queue.put(some_orders(LINES_ENOUGH), None)

    assert len(taking(queue)()) == 1


def test_a_queue_that_closes_waits_for_nobody() -> None:
    queue = answered(3)
    queue.put(put_network(), None)
    next_batch = taking(queue)

    queue.close()

    assert len(next_batch()) == 1
