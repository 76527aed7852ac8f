"""An agenda: each thing once, when it is due, the earliest first, and without going through all others."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

from router.app.agenda import Agenda

WAIT_SECONDS = 20.0


class Looked:
    """What was looked at, in order; `answers` says after how many seconds again, once each."""

    def __init__(self, **answers: float) -> None:
        self.ids: Queue[str] = Queue()
        self._answers = answers

    def __call__(self, id: str) -> float | None:
        self.ids.put(id)
        return self._answers.pop(id, None)

    def next(self, count: int) -> list[str]:
        return [self.ids.get(timeout=WAIT_SECONDS) for _ in range(count)]


class Counted(float):
    """An instant that counts how often instants are compared."""

    compared = 0

    def __lt__(self, other: float) -> bool:
        Counted.compared += 1
        return float(self) < float(other)

    def __gt__(self, other: float) -> bool:
        Counted.compared += 1
        return float(self) > float(other)


@contextmanager
def working(agenda: Agenda) -> Iterator[None]:
    agenda.start()
    try:
        yield
    finally:
        agenda.stop()


def ticking(instants: Iterator[float]) -> Callable[[], float]:
    return lambda: next(instants)


def test_what_is_called_twice_before_it_is_looked_at_is_looked_at_once() -> None:
    looked = Looked()
    agenda = Agenda(looked, name="test")
    agenda.call(["A", "B", "A"])
    agenda.call(["A"])

    with working(agenda):
        found = looked.next(2)

    assert sorted(found) == ["A", "B"]
    assert looked.ids.empty()


def test_what_is_to_be_looked_at_again_comes_again_and_after_what_is_due_now() -> None:
    looked = Looked(A=0.05)
    agenda = Agenda(looked, name="test")
    agenda.call(["A"])

    with working(agenda):
        first = looked.next(1)
        agenda.call(["B"])
        then = looked.next(2)

    assert (first, then) == (["A"], ["B", "A"])


def test_a_call_does_not_wait_for_the_instant_named_before_it_and_takes_its_place() -> None:
    looked = Looked(A=3_600.0)
    agenda = Agenda(looked, name="test")
    agenda.call(["A"])

    with working(agenda):
        looked.next(1)
        agenda.call(["A"])
        looked.next(1)

    assert looked.ids.empty()


def test_many_threads_look_at_each_thing_once() -> None:
    looked = Looked()
    agenda = Agenda(looked, name="test", threads=4)
    with working(agenda):
        agenda.call(f"{number}" for number in range(500))
        found = looked.next(500)

    assert sorted(map(int, found)) == list(range(500))


def test_the_next_thing_is_found_without_going_through_all_others() -> None:
    """4,096 things that are due at once; going through all of them for each takes 8 million comparisons."""
    count = 4_096
    looked = Looked()
    instants = (Counted(number) for number in range(10 * count))
    agenda = Agenda(looked, name="test", monotonic=ticking(instants))
    for number in range(count):
        agenda.call([f"{number}"])

    Counted.compared = 0
    with working(agenda):
        found = looked.next(count)

    assert found == [f"{number}" for number in range(count)]
    assert Counted.compared < 8 * count * math.log2(count)
