"""The rerouter: what calls for deciding again, and that it is done without anybody asking."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest

from router.app.commands.documents import PutNodes
from router.app.orders.rerouter import Rerouter
from router.app.records.commit import Commit
from router.domain.identifiers import NodeId
from router.routing.network.dates import utc_day
from tests.app.builders import Shop, a_shop, digest, order_for
from tests.app.purchase_builders import a_supplier, arrive, place, put
from tests.routing.builders import MONDAY_TEN, a_node

WAIT_SECONDS = 20


MONDAY = utc_day(MONDAY_TEN)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with a_rerouted_shop() as shop:
        yield shop


@contextmanager
def a_rerouted_shop(tiers: tuple[str, ...] = ()) -> Iterator[Shop]:
    heard: list[Callable[[Commit], None]] = []
    with a_shop(on_commit=lambda commit: [hear(commit) for hear in heard]) as shop:
        rerouter = Rerouter(
            shop.engine,
            shop.queries.pool,
            lambda: closed_nodes(shop),
            every_seconds=3_600,
            move_milli=0,
            tiers=tiers,
        )
        heard.append(rerouter.on_commit)
        rerouter.start()
        try:
            yield shop
        finally:
            rerouter.stop()
        assert shop.faults() == ()


def closed_nodes(shop: Shop) -> list[NodeId]:
    return [node.id for node in shop.queries.documents.get_network().network.nodes if not node.is_open]


def comes_true(shop: Shop, holds: Callable[[Any], bool], order_id: str = "order-1") -> bool:
    """Whether the order becomes so within a time that nobody has to wait for."""
    end = monotonic() + WAIT_SECONDS
    while not holds(shop.queries.get_order(order_id)):
        if monotonic() > end:
            return False
        sleep(0.01)
    return True


def because(shop: Shop) -> str:
    return shop.queries.get_decision(order_id="order-1").routed.because


def test_units_that_come_in_go_to_who_waits(shop: Shop) -> None:
    shop.route(order_for("RED-CLOCK", 1))
    shop.adjust("lyon", "RED-CLOCK", 1)

    assert comes_true(shop, lambda record: record.state == "ALLOCATED")
    assert because(shop) == "RECEIPT"


def test_a_receipt_goes_to_who_waits_by_promise_then_tier_then_age() -> None:
    orders = {
        "late": {"promise_day": MONDAY + 20, "tier": "GOLD"},
        "young": {"promise_day": MONDAY + 9},
        "silver": {"promise_day": MONDAY + 9, "tier": "SILVER"},
        "unpromised": {"tier": "GOLD"},
        "gold": {"promise_day": MONDAY + 9, "tier": "GOLD"},
        "younger": {"promise_day": MONDAY + 9},
        "soon": {"promise_day": MONDAY + 8},
    }
    with a_rerouted_shop(tiers=("GOLD", "SILVER")) as shop:
        put(shop, a_supplier())
        place(shop, {"RED-CLOCK": 7})
        for order_id, facts in orders.items():
            shop.route(order_for("RED-CLOCK", 1, order_id, **facts))
        served = []
        while len(served) < len(orders):
            arrive(shop, {"RED-CLOCK": 1})
            assert comes_true(shop, lambda _: len(allocated(shop, orders)) > len(served), "late")
            (one,) = allocated(shop, orders) - set(served)
            served.append(one)
        assert served == ["soon", "gold", "silver", "young", "younger", "late", "unpromised"]


def allocated(shop: Shop, order_ids: Iterable[str]) -> set[str]:
    return {order_id for order_id in order_ids if shop.queries.get_order(order_id).state == "ALLOCATED"}


def test_units_that_somebody_gives_back_go_to_who_waits(shop: Shop) -> None:
    shop.adjust("lyon", "RED-CLOCK", 1)
    shop.route(order_for("RED-CLOCK", 1, "before"), order_for("RED-CLOCK", 1))
    shop.cancel("before")

    assert comes_true(shop, lambda record: record.state == "ALLOCATED")


def test_a_promise_that_fell_short_is_kept_elsewhere(shop: Shop) -> None:
    shop.adjust("lille", "RED-CLOCK", 1)
    shop.route(order_for("RED-CLOCK", 1))
    shop.adjust("nice", "RED-CLOCK", 1)
    shop.adjust("lille", "RED-CLOCK", -1)

    assert comes_true(shop, lambda record: record.plan.shipments[0].node_id == "nice")
    assert because(shop) == "SHORTFALL"


def test_a_node_that_closes_gives_its_work_away(shop: Shop) -> None:
    shop.adjust("lille", "RED-CLOCK", 1)
    shop.route(order_for("RED-CLOCK", 1))
    shop.adjust("nice", "RED-CLOCK", 1)
    closed = a_node("lille", is_open=False)
    shop.answer(PutNodes(request_id=shop.key(), body_digest=digest(closed), nodes=(closed,)))

    assert comes_true(shop, lambda record: record.plan.shipments[0].node_id == "nice")
    assert because(shop) == "OUTAGE"
