"""An order whose units move first, over gRPC, from a client in another process than the server."""

from collections.abc import Iterator
from typing import Any

import pytest

from router.api.v1 import network_pb2, order_pb2, orders_pb2, routing_pb2, transfer_pb2
from tests.service.builders import MONDAY_NOON, a_network, a_route_request, an_order
from tests.service.harness import Client, refusal_of
from tests.service.test_process import a_process


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Clocks in Lyon, vases in Lille, and a truck from Lille to Lyon."""
    with a_process(tmp_path_factory.mktemp("far") / "ledger.sqlite") as (_, client):
        client.set_up({"LYON": {"RED-CLOCK": 10}, "LILLE": {"BLUE-VASE": 10}}, is_on_account=True)
        client.network.PutNetwork(with_lanes(a_lane()))
        yield client
        assert client.audit().clean


def a_lane(**changes: Any) -> network_pb2.TransferLane:
    settings = {"from_node_id": "LILLE", "to_node_id": "LYON", "lead_days": 1, "cost_minor": 3}
    return network_pb2.TransferLane(**{**settings, **changes})


def with_lanes(*lanes: network_pb2.TransferLane, key: str = "lanes") -> network_pb2.PutNetworkRequest:
    network = a_network()
    network.transfer_lanes.extend(lanes)
    return network_pb2.PutNetworkRequest(network=network, request_id=key)


BOTH = {"RED-CLOCK": 1, "BLUE-VASE": 2}


def send(shipment_id: str, key: str, from_node_id: str = "LILLE") -> transfer_pb2.SendPlannedTransferRequest:
    return transfer_pb2.SendPlannedTransferRequest(
        shipment_id=shipment_id, from_node_id=from_node_id, request_id=key
    )


def test_an_orders_units_move_and_leave_as_one(far: Client) -> None:
    quoted = far.routing.QuotePromise(
        routing_pb2.QuotePromiseRequest(order=an_order("M-1", lines=BOTH), decision_time=MONDAY_NOON)
    )
    plan = far.routing.RouteOrder(a_route_request("M-1", lines=BOTH)).routed.plan
    (shipment,) = plan.shipments
    (transfer,) = shipment.transfers
    waits = refusal_of(
        far.orders.DispatchShipment,
        orders_pb2.DispatchShipmentRequest(shipment_id="M-1/1", request_id="too early"),
    )
    sent = far.inventory.SendPlannedTransfer(send("M-1/1", "send"))
    again = far.inventory.SendPlannedTransfer(send("M-1/1", "send"))
    received = far.inventory.ReceiveTransfer(
        transfer_pb2.ReceiveTransferRequest(transfer_id=sent.transfer.transfer_id, request_id="receive")
    )
    left = far.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="M-1/1", request_id="leave")
    )

    assert (shipment.node_id, transfer.from_node_id) == ("LYON", "LILLE")
    assert [(one.sku, one.quantity) for one in transfer.allocations] == [("BLUE-VASE", 2)]
    assert [part.amount_minor for part in plan.costs if part.kind == order_pb2.COST_KIND_TRANSFER] == [3]
    assert list(quoted.promises[0].plan.shipments) == list(plan.shipments)
    assert (waits.code, waits.reason) == ("FAILED_PRECONDITION", "ORDER_STATE_FORBIDS")
    assert (sent.transfer.reference, sent.transfer.expected_date) == ("M-1/1", transfer.arrive_date)
    assert (again.replayed, again.transfer) == (True, sent.transfer)
    assert received.transfer.state == transfer_pb2.TRANSFER_STATE_RECEIVED
    assert left.record.state == orders_pb2.ORDER_STATE_DISPATCHED


def test_the_explanation_says_why_units_move(far: Client) -> None:
    far.routing.RouteOrder(a_route_request("M-2", lines=BOTH))
    told = far.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="M-2", replay=True))

    assert told.replay_identical
    assert told.unmoved.total_minor > told.routed.plan.total_minor
    assert "because moving 2 units from LILLE to LYON first costs less than any plan that moves nothing" in (
        told.summary
    )


def test_a_lane_is_refused_whose_ends_are_unknown_the_same_or_given_twice(far: Client) -> None:
    unknown = refusal_of(far.network.PutNetwork, with_lanes(a_lane(to_node_id="NICE-2"), key="unknown"))
    same = refusal_of(far.network.PutNetwork, with_lanes(a_lane(to_node_id="LILLE"), key="same"))
    twice = refusal_of(far.network.PutNetwork, with_lanes(a_lane(), a_lane(), key="twice"))
    slow = refusal_of(far.network.PutNetwork, with_lanes(a_lane(lead_days=61), key="slow"))

    assert "names node `NICE-2`, which the network does not have" in unknown.message
    assert "network.transfer_lanes[0].to_node_id" in same.message + str(same)
    assert "is given twice" in twice.message
    assert "lead_days is 61" in slow.message


def test_the_network_tells_its_lanes(far: Client) -> None:
    (lane,) = far.network.GetNetwork(network_pb2.GetNetworkRequest()).network.transfer_lanes

    assert lane == a_lane(departure_weekdays=range(1, 8))
