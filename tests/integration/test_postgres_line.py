"""32 clients of two engines on one database: what they saw is one line of events, in the order of the journal."""

from contextlib import ExitStack, closing

import pytest

from router.app.engine.engine import Engine
from router.app.ports.store import Store
from router.domain.reasons import RouterError
from router.stores.postgres.store import PostgresStore
from tests.app.builders import StandingClock, put_network, put_products
from tests.app.first_come import first_come_unpaid
from tests.proof.line import faults_of
from tests.proof.test_line import CLIENTS, LINES, NODES, SKUS, live_at
from tests.proving import FULL

pytestmark = pytest.mark.integration

OPERATIONS = 2_000 if FULL else 25
"""Of each client."""


@pytest.mark.parametrize("line", LINES)
def test_clients_of_two_engines_see_one_line_of_events(line: int, database: str) -> None:
    with ExitStack() as stack:
        stores: list[Store] = [stack.enter_context(closing(PostgresStore(database))) for _ in range(2)]
        engines = [Engine(store, StandingClock(), route=first_come_unpaid) for store in stores]
        for engine in engines:
            engine.start()
            stack.callback(engine.stop)
        engines[0].submit(put_network()).result(60)
        engines[0].submit(put_products(*SKUS)).result(60)
        operations = live_at(engines, OPERATIONS, line)
        journal = list(stores[0].list_entries(None, 10_000_000, ""))

    assert len(operations) == CLIENTS * OPERATIONS
    assert faults_of(operations, journal, NODES) == []
    refused = [one for one in operations if isinstance(one.outcome, RouterError)]
    assert {one.outcome.reason.value for one in refused} == {"INSUFFICIENT_STOCK"}
