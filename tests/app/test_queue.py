"""The queue under more than can be taken: who is refused, when to come again, how much is taken at once."""

from itertools import count

import pytest

from router.app.commands.deciding import RouteOrders
from router.app.engine.pace import BATCHES_MIN, BATCHES_SEEN, LINES_MIN, LINES_TELLING, Pace, count_lines
from router.app.engine.queue import CommandQueue, QueueLimits
from router.domain.reasons import Reason, RouterError
from tests.app.builders import put_network, route_orders
from tests.routing.builders import an_order

NUMBERS = count()


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


def some_orders(order_count: int) -> RouteOrders:
    """Orders of one line, which count as two."""
    return route_orders(
        *(an_order(f"q-{next(NUMBERS)}", lines={"RED-CLOCK": 1}) for _ in range(order_count)),
        key=f"k-{next(NUMBERS)}",
    )


def a_queue(clock: Clock, **limits: float) -> CommandQueue:
    """It has seen three times that 100 lines take a second."""
    queue = CommandQueue(QueueLimits(**limits), clock.monotonic)  # type: ignore[arg-type]
    for _ in range(3):
        queue.put(some_orders(50), None)
        queue.take()
        clock.seconds += 1
        queue.take(0)
    return queue


def test_orders_that_would_wait_too_long_are_refused_and_told_when_to_come_again() -> None:
    queue = a_queue(Clock(), wait_seconds_max=6)
    queue.put(some_orders(350), None)

    with pytest.raises(RouterError, match=r"700 order lines are waiting already, about 7\.0 s") as caught:
        queue.put(some_orders(1), None)

    assert caught.value.reason is Reason.QUEUE_FULL
    assert caught.value.facts["retry_milliseconds"] == "3500"


def test_an_order_is_refused_whose_deadline_leaves_no_time_to_decide_it() -> None:
    clock = Clock()
    queue = a_queue(clock, wait_seconds_max=60)
    queue.put(some_orders(350), None)

    queue.put(some_orders(1), clock.seconds + 15)
    with pytest.raises(RouterError, match=r"about 7\.0 s"):
        queue.put(some_orders(1), clock.seconds + 13)


def test_before_they_are_read_just_those_are_refused_that_would_be_refused_after_it() -> None:
    clock = Clock()
    queue = a_queue(clock, wait_seconds_max=6, commands_max=3)
    queue.admit_orders(clock.seconds)
    queue.put(some_orders(260), None)
    queue.admit_orders(clock.seconds + 11)
    with pytest.raises(RouterError, match=r"520 order lines .* about 5\.2 s"):
        queue.admit_orders(clock.seconds + 10)

    queue.put(some_orders(20), None)
    queue.put(put_network(), None)
    with pytest.raises(RouterError, match=r"3 commands with 561 rows are waiting already"):
        queue.admit_orders(None)


def test_few_lines_and_other_commands_are_always_let_in() -> None:
    clock = Clock()
    queue = a_queue(clock, wait_seconds_max=0.1)
    queue.put(some_orders(LINES_MIN // 2), clock.seconds + 0.1)
    queue.put(some_orders(100), clock.seconds + 0.1)

    queue.put(put_network(), None)
    with pytest.raises(RouterError):
        queue.put(some_orders(1), None)


def test_what_is_being_worked_on_counts_until_it_is_done() -> None:
    queue = a_queue(Clock(), wait_seconds_max=6)
    queue.put(some_orders(350), None)
    queue.take()

    with pytest.raises(RouterError):
        queue.put(some_orders(1), None)
    queue.take(0)
    queue.put(some_orders(1), None)


def test_while_more_are_refused_than_taken_nobody_may_wait_longer_than_half() -> None:
    queue = a_queue(Clock(), wait_seconds_max=6)
    queue.put(some_orders(310), None)
    for _ in range(2):
        with pytest.raises(RouterError):
            queue.put(some_orders(1), None)
    queue.take()
    queue.take(0)

    queue.put(some_orders(160), None)
    with pytest.raises(RouterError, match=r"about 3\.2 s"):
        queue.put(some_orders(1), None)
    queue.take()
    queue.take(0)

    queue.put(some_orders(160), None)
    queue.put(some_orders(1), None)


def test_who_has_too_little_time_of_its_own_says_nothing_of_how_long_others_may_wait() -> None:
    clock = Clock()
    queue = a_queue(clock, wait_seconds_max=6)
    queue.put(some_orders(250), None)
    for _ in range(2):
        with pytest.raises(RouterError):
            queue.put(some_orders(1), clock.seconds + 1)
    queue.take()
    queue.take(0)

    queue.put(some_orders(160), None)
    queue.put(some_orders(1), None)


def test_a_batch_is_so_much_work_that_its_first_order_need_not_wait_long() -> None:
    queue = a_queue(Clock(), wait_seconds_max=60, batch_seconds_max=6)
    for _ in range(10):
        queue.put(some_orders(50), None)

    assert [len(queue.take() or ()) for _ in range(2)] == [6, 4]


def test_one_command_is_taken_however_long_it_is() -> None:
    queue = a_queue(Clock(), wait_seconds_max=60)
    queue.put(some_orders(400), None)

    assert len(queue.take() or ()) == 1


def test_a_slow_first_batch_after_the_start_refuses_nobody() -> None:
    pace = Pace()
    pace.note([count_lines(some_orders(50))], 3.0)
    pace.note([count_lines(some_orders(50))], 0.002)

    assert pace.seconds(100 * LINES_MIN) == 0


def test_orders_that_came_one_by_one_say_nothing_of_how_long_many_take() -> None:
    pace = Pace()
    for _ in range(BATCHES_SEEN):
        pace.note([count_lines(some_orders(1))], 0.003)
    assert pace.seconds(100 * LINES_MIN) == 0

    for _ in range(BATCHES_MIN):
        pace.note([count_lines(some_orders(LINES_TELLING // 2))], 0.02)
    pace.note([count_lines(some_orders(1))], 0.003)
    assert pace.seconds(1_000) == pytest.approx(0.2)


def test_one_slow_moment_says_nothing_of_the_pace() -> None:
    pace = Pace()
    assert pace.seconds(10_000) == 0
    for seconds in (0.1, 9.0, 0.1):
        pace.note([count_lines(some_orders(50))], seconds)

    assert pace.seconds(1_000) == pytest.approx(1.0)
    assert pace.seconds(LINES_MIN) == 0

    pace.note([count_lines(some_orders(50)), count_lines(put_network())], 50.0)
    assert pace.seconds(1_000) == pytest.approx(1.0)
