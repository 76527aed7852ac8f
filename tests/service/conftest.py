"""A server for the tests of one file, with a small company in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.service.harness import Client, a_server, serving
from tests.service.odd_engine import OddServers, odd_application

STOCK = {
    "LYON": {"RED-CLOCK": 50, "TIN-LAMP": 20},
    "LILLE": {"RED-CLOCK": 90, "BLUE-VASE": 5},
}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up(STOCK, is_on_account=True)
        yield connected


@pytest.fixture
def odd_servers() -> Iterator[OddServers]:
    """Starts servers on odd engines; stops them in the end."""
    opened: list[Any] = []

    def start(do: Callable[..., None]) -> Client:
        opened.append(serving(odd_application(do)))
        return Client(opened[-1].__enter__().address)

    yield start
    for one in opened:
        one.__exit__(None, None, None)
