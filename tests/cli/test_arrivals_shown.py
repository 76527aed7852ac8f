"""What `router order show` says of the day on which a shipment arrives, and of what it awaits."""

import pytest

from router.api.v1 import fulfillment_pb2
from router.api.v1.fulfillment_pb2 import ShipmentRecord, ShipmentState, ShipmentUnits
from router.api.v1.order_pb2 import Allocation, PlannedTransfer, Shipment
from router.cli.orders.order import arrival_text, transfer_line


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


@pytest.mark.parametrize(
    ("state", "awaited", "shown"),
    [
        (None, 0, "A-1/1: 2 x LAMP moves from LILLE to LYON first, leaves 2026-11-30, arrives 2026-12-01"),
        (
            fulfillment_pb2.SHIPMENT_STATE_PLANNED,
            2,
            "A-1/1: 2 x LAMP moves from LILLE to LYON first, leaves 2026-11-30, arrives 2026-12-01",
        ),
        (fulfillment_pb2.SHIPMENT_STATE_PLANNED, 0, "A-1/1: 2 x LAMP came from LILLE to LYON first"),
        (fulfillment_pb2.SHIPMENT_STATE_RELEASED, 0, "A-1/1: 2 x LAMP came from LILLE to LYON first"),
        (fulfillment_pb2.SHIPMENT_STATE_DELIVERED, 0, "A-1/1: 2 x LAMP came from LILLE to LYON first"),
        (fulfillment_pb2.SHIPMENT_STATE_CANCELED, 0, ""),
    ],
)
def test_nothing_is_said_to_move_that_came_or_was_canceled(
    state: "ShipmentState.ValueType | None", awaited: int, shown: str
) -> None:
    planned = Shipment(shipment_id="A-1/1", node_id="LYON")
    transfer = PlannedTransfer(from_node_id="LILLE", depart_date="2026-11-30", arrive_date="2026-12-01")
    transfer.allocations.append(Allocation(line_id="1", sku="LAMP", quantity=2))
    units = [ShipmentUnits(line_id="1", sku="LAMP", quantity=awaited)] if awaited else []
    standing = None if state is None else ShipmentRecord(state=state, awaited=units)

    assert transfer_line(planned, transfer, standing) == shown
