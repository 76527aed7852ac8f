"""What `router order show` says of the day on which a shipment arrives."""

import pytest

from router.api.v1.fulfillment_pb2 import ShipmentRecord
from router.api.v1.order_pb2 import Shipment
from router.cli.orders.order import arrival_text


@pytest.mark.parametrize(
    ("late_days", "expected", "shown"),
    [
        (0, None, "2026-12-01"),
        (2, None, "2026-12-01 (2 late)"),
        (0, "", "2026-12-01"),
        (0, "2026-12-01", "2026-12-01"),
        (0, "2026-12-04", "2026-12-04 (planned 2026-12-01)"),
    ],
)
def test_a_shipment_arrives_when_it_is_expected_now(late_days: int, expected: str | None, shown: str) -> None:
    planned = Shipment(delivery_date="2026-12-01", late_days=late_days)
    standing = None if expected is None else ShipmentRecord(expected_date=expected)
    assert arrival_text(planned, standing) == shown
