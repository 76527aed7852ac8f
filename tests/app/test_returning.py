"""Who was just answered and asks again at once comes into the next batch; nobody waits for who does not come."""

from collections.abc import Callable
from itertools import pairwise
from threading import Thread

from router.app.engine.queue import CommandQueue, QueueLimits, Waiting
from router.app.engine.returning import (
    BATCHES_WITHOUT_MAX,
    LINES_ENOUGH,
    LINES_MANY,
    Returning,
)
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


def looks(returning: Returning, *waiting: tuple[int, int]) -> int:
    """How often it is looked again after a batch of one was answered beside one that waits: what is found each time, at
    last for good, as commands and lines. Its answer has left.
    """
    returning.begin(1, 1)
    returning.are_leaving = False
    for count, found in enumerate((*waiting, *[waiting[-1]] * 5)):
        if not returning.are_coming(*found):
            return count
    raise AssertionError("it looks on")


ONE, BOTH = (1, LINES_MANY), (2, 2 * LINES_MANY)


def test_a_caller_of_many_lines_who_comes_back_is_taken_together_with_another_one() -> None:
    returning = Returning(lambda: 100.0)

    for _ in range(5):
        assert looks(returning, ONE, BOTH) == 1


def test_beside_many_lines_a_look_in_vain_is_made_ever_less_often() -> None:
    returning = Returning(lambda: 100.0)
    looked = [looks(returning, ONE) for _ in range(4 * BATCHES_WITHOUT_MAX)]
    in_vain = [number for number, count in enumerate(looked) if count]

    assert in_vain[:4] == [0, 2, 5, 10]
    assert max(after - before for before, after in pairwise(in_vain)) == BATCHES_WITHOUT_MAX + 1


def test_who_comes_back_after_all_is_trusted_again() -> None:
    returning = Returning(lambda: 100.0)
    looked = [looks(returning, ONE) for _ in range(6)]
    assert looked == [1, 0, 1, 0, 0, 1]
    assert [looks(returning, ONE) for _ in range(4)] == [0] * 4

    assert looks(returning, ONE, BOTH) == 1
    assert looks(returning, ONE, BOTH) == 1


def test_few_lines_are_looked_at_again_after_any_look_in_vain() -> None:
    returning = Returning(lambda: 100.0)

    assert [looks(returning, (1, LINES_MANY - 1)) for _ in range(5)] == [1] * 5


def test_beside_many_lines_of_several_callers_nobody_is_waited_for() -> None:
    returning = Returning(lambda: 100.0)

    returning.begin(2, 1)

    assert not returning.are_coming(2, LINES_MANY)
