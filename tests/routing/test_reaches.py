"""What is remembered of destinations: the same however many are asked for, before and together."""

from random import Random

import numpy as np
import pytest

from router.domain.order import Destination
from router.domain.place import Point
from router.routing.network import prepared as network_module
from router.routing.network.prepared import PreparedNetwork, prepare
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
