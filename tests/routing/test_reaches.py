"""What is remembered of destinations: the same however many are asked for, before and together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from router.domain.order import Destination
from router.domain.place import Point
from router.routing.network import prepared as network_module
from router.routing.network.prepared import PreparedNetwork, prepare
from router.routing.network.reaches import Reaches
from router.routing.network.reaching import reaches_of
from tests.routing.builders import a_network, a_node

NODES = ("lille", "lyon", "nice")


def a_destination(random: Random) -> Destination:
    return Destination(
        country="FR",
        point=Point(random.randint(42_000_000, 51_000_000), random.randint(-4_000_000, 8_000_000)),
    )


def a_prepared_network() -> PreparedNetwork:
    return prepare(a_network(*map(a_node, NODES)))


def alone(destination: Destination) -> list[int]:
    return a_prepared_network().reach(destination).distance_km.tolist()


@pytest.mark.parametrize("cells_max", [1, 20, 1_000_000])
def test_what_was_asked_before_changes_no_answer(cells_max: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "_CACHED_CELLS_MAX", cells_max)
    random = Random(cells_max)
    known = [a_destination(random) for _ in range(12)]
    prepared = a_prepared_network()

    for _ in range(8):
        asked = random.sample(known, 3) + random.choices(known, k=2)
        found = prepared.reaches(asked, np.arange(len(NODES)))

        assert found.distance_km.tolist() == [alone(one) for one in asked]


def test_some_of_the_nodes_are_some_of_the_columns() -> None:
    destination = a_destination(Random(1))

    found = a_prepared_network().reaches([destination], np.array([2, 0, 2]))

    kilometres = alone(destination)
    assert found.distance_km.tolist() == [[kilometres[2], kilometres[0], kilometres[2]]]
    assert found.row.shape[:2] == (1, 3)


def test_two_threads_that_work_out_the_same_destination_spoil_nobody_s_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = Random(2)
    both_want, others = a_destination(random), [a_destination(random) for _ in range(3)]
    both_are_there = Barrier(2)

    def worked_out_by_both(*asked: Any) -> Iterator[Any]:
        both_are_there.wait(60)
        return reaches_of(*asked)

    prepared = a_prepared_network()
    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as threads:
        patched.setattr(network_module, "reaches_of", worked_out_by_both)
        found = list(threads.map(prepared.reach, [both_want] * 2))
    for one in others:
        prepared.reach(one)

    assert [one.distance_km.tolist() for one in found] == [alone(both_want)] * 2
    assert [prepared.reach(one).distance_km.tolist() for one in (both_want, *others)] == [
        alone(one) for one in (both_want, *others)
    ]


def test_what_one_thread_knew_stays_where_another_finds_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(3)
    known, new, *others = [a_destination(random) for _ in range(5)]
    prepared = a_prepared_network()
    monkeypatch.setattr(network_module, "_CACHED_CELLS_MAX", 4 * prepared.picks_up.size)
    prepared.reach(known)

    def while_another_asks(*asked: Any) -> Iterator[Any]:
        monkeypatch.setattr(network_module, "reaches_of", reaches_of)
        prepared.reaches(others, np.arange(len(NODES)))
        return reaches_of(*asked)

    monkeypatch.setattr(network_module, "reaches_of", while_another_asks)
    found = prepared.reaches([known, new], np.arange(len(NODES)))

    assert found.distance_km.tolist() == [alone(known), alone(new)]


def test_what_comes_while_another_thread_adds_is_worked_out_and_not_kept() -> None:
    random = Random(4)
    one, other, known_before = [a_destination(random) for _ in range(3)]
    prepared = a_prepared_network()
    prepared.reach(known_before)
    (known,) = prepared._reaches
    found_meanwhile: list[Any] = []

    def rows() -> Iterator[Reaches]:
        asked = [known_before, other, other]
        found_meanwhile.extend(prepared.reaches(asked, np.arange(len(NODES))).distance_km.tolist())
        yield a_prepared_network().reaches([one], np.arange(len(NODES)))

    assert known.add([(one.country, "", one.point)], rows())

    assert found_meanwhile == [alone(known_before), alone(other), alone(other)]
    assert len(known) == 2
    assert [prepared.reach(each).distance_km.tolist() for each in (one, other)] == [alone(one), alone(other)]
