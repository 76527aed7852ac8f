"""A server for the tests of one file, with a small company in it."""

from collections.abc import Iterator

import pytest

from tests.service.harness import Client, a_server

STOCK = {
    "LYON": {"RED-CLOCK": 50, "TIN-LAMP": 20},
    "LILLE": {"RED-CLOCK": 90, "BLUE-VASE": 5},
}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up(STOCK)
        yield connected
