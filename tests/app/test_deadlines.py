"""The deadline of a call reaches the searches of its orders, and of no others."""

from collections.abc import Iterator

import pytest

from router.app.engine.deciders import deciding_ahead
from router.routing.round.efforts import NODES_MIN
from router.solver.problem import DEFAULT_EFFORT
from tests.app.builders import WAIT_SECONDS, Shop, StandingClock, a_shop, put_products, route_orders
from tests.app.shared import SharedMemory, SharedStore
from tests.routing.builders import an_order

SKUS = [f"SKU-{number:02}" for number in range(14)]
"""More than the partition of lines solves, so an order of all of them is searched for."""


@pytest.fixture(params=["alone", "shared"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """An engine that has its store for itself, and one that decides before its turn."""
    clock = StandingClock()
    store = SharedStore(SharedMemory()) if request.param == "shared" else None
    with a_shop(store, clock=clock, make_ahead=deciding_ahead(monotonic=clock.monotonic)) as shop:
        shop.ask(put_products(*SKUS, key="fourteen"))
        shop.count({"lyon": dict.fromkeys(SKUS, 90)}, sequence=1, key="fourteen-counted")
        yield shop


def nodes_granted(shop: Shop, order_id: str) -> int:
    return shop.queries.get_decision(order_id=order_id).decision.inputs.effort.set_nodes_max


@pytest.mark.parametrize(
    ("seconds", "granted"), [(None, 200_000), (30.0, 200_000), (2.0, 50_000), (0.1, NODES_MIN)]
)
def test_a_near_deadline_leaves_the_search_less(shop: Shop, seconds: float | None, granted: int) -> None:
    order = an_order("long", lines=dict.fromkeys(SKUS, 2))
    deadline = None if seconds is None else shop.clock.seconds + seconds

    shop.engine.submit(route_orders(order, key="long", deadline=deadline), deadline).result(WAIT_SECONDS)

    assert nodes_granted(shop, "long") == granted


def test_calls_that_are_decided_together_do_not_hurry_each_other() -> None:
    clock = StandingClock()
    shop = Shop(a_full_store(), clock=clock)
    calls = [("patient", clock.seconds + 60.0), ("hurried", clock.seconds + 0.1), ("last", None)]
    answers = [
        shop.engine.submit(
            route_orders(an_order(name, lines=dict.fromkeys(SKUS, 2)), key=name, deadline=deadline), deadline
        )
        for name, deadline in calls
    ]
    shop.engine.start()
    for one in answers:
        one.result(WAIT_SECONDS)
    shop.engine.stop()

    full = DEFAULT_EFFORT.set_nodes_max
    assert [nodes_granted(shop, name) for name, _ in calls] == [full, NODES_MIN, full]


def a_full_store() -> SharedStore:
    """A store that an engine has filled and left."""
    store = SharedStore(SharedMemory())
    with a_shop(store) as shop:
        shop.ask(put_products(*SKUS, key="fourteen"))
        shop.count({"lyon": dict.fromkeys(SKUS, 90)}, sequence=1, key="fourteen-counted")
    return store
