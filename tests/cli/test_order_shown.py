"""What the first line of `router order show` says."""

import pytest

from router.api.v1.order_pb2 import Destination, Order
from router.api.v1.orders_pb2 import ORDER_STATE_ALLOCATED, OrderRecord
from router.cli.orders.order import show_lines


@pytest.mark.parametrize(
    ("pickup_node_id", "promise_date", "shown"),
    [
        ("", "", "A-1  ALLOCATED  to 69001 FR"),
        ("ST-LYON", "", "A-1  ALLOCATED  to 69001 FR, collected at ST-LYON"),
        ("ST-LYON", "2026-12-01", "A-1  ALLOCATED  to 69001 FR, collected at ST-LYON, promised 2026-12-01"),
    ],
)
def test_an_order_that_its_customer_collects_says_where(
    pickup_node_id: str, promise_date: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order = Order(order_id="A-1", pickup_node_id=pickup_node_id, promise_date=promise_date)
    order.destination.CopyFrom(Destination(country="FR", postal_code="69001"))

    show_lines(OrderRecord(order=order, state=ORDER_STATE_ALLOCATED))

    assert capsys.readouterr().out.splitlines()[0] == shown
