"""From the solver to the file and the answer nobody reads the plan of a plain order."""

from pathlib import Path

import pytest

from router.app.answers.decided import Routed, RoutedOrders
from router.domain.order import Order
from router.domain.plan import Plan
from router.routing.replay import unpack_decision
from router.routing.written_plan import WrittenPlan
from router.service.to_proto.columns import columns_response
from router.service.to_proto.routing import batch_response
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import a_shop, order_for

STOCK = {"lyon": {"TIN-LAMP": 50}, "lille": {"RED-CLOCK": 50}}


def some_orders() -> list[Order]:
    """All of them ship, from one node or from the other."""
    return [
        order_for(("RED-CLOCK", "TIN-LAMP")[number % 2], number % 3 + 1, f"order-{number}")
        for number in range(12)
    ]


def not_to_be_read(plan: WrittenPlan) -> Plan:
    raise AssertionError("a plan is read")


def test_plain_orders_are_booked_and_answered_without_reading_their_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = some_orders()
    with a_shop(SqliteStore(tmp_path / "ledger.sqlite"), stock=STOCK) as shop:
        with monkeypatch.context() as unread:
            unread.setattr(WrittenPlan, "plan", property(not_to_be_read))
            answer = shop.route(*orders)
            assert isinstance(answer, RoutedOrders)
            rows = batch_response(answer, replayed=False)
            columns = columns_response(answer, orders, replayed=False)
        found = [one for one in answer.results if isinstance(one, Routed)]
        stored = [shop.store.find_decision(number) for number in range(1, 100)]

        assert rows
        assert len(columns.plans.decision_ids) == len(found) == len(orders)
        assert all(isinstance(one.planned, WrittenPlan) for one in found)
        plans = [unpack_decision(one.body).plan for one in stored if one is not None]
        assert plans == [one.plan for one in found]
        assert shop.faults() == ()
        assert len({one.shipments[0].node_id for one in plans}) > 1
    shop.store.close()  # type: ignore[attr-defined]
