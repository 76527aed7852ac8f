"""Returns and claims over the wire: policies, the way from preview to refund, labels, replacements, links of orders."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import fulfillment_pb2, ledger_pb2, orders_pb2, payments_pb2, tracking_pb2
from router.api.v1 import returns_pb2 as pb
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

CLOCK = "RED-CLOCK"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Channel web gives money back after inspection when somebody asks, all others at the first scan by themselves."""
    database = tmp_path_factory.mktemp("ledger") / "router.sqlite"
    with a_server(str(database), payments="fake") as client:
        client.set_up({"LYON": {CLOCK: 90}, "LILLE": {CLOCK: 1}}, is_on_account=True)
        reasons = [pb.ReturnReason(code="UNWANTED", fee_percent=10, label_payer=pb.LABEL_PAYER_CUSTOMER)]
        web = pb.ReturnPolicy(channel="web", window_days=30, send_days=14, reasons=reasons)
        others = pb.ReturnPolicy(
            window_days=30,
            send_days=14,
            reasons=reasons,
            refund_time=pb.REFUND_TIME_FIRST_SCAN,
            refund_automatically=True,
            node_ids=["LYON"],
        )
        put = client.returns.PutReturnPolicies(
            pb.PutReturnPoliciesRequest(policies=[web, others], request_id="policies")
        )
        assert put.policy_count == 2
        yield client
        assert list(client.audit().faults) == []


def deliver(
    client: Client, order_id: str, *, quantity: int = 2, channel: str = "web", paid: bool = True
) -> None:
    request = a_route_request(order_id, {CLOCK: quantity})
    request.order.channel = channel
    client.routing.RouteOrder(request)
    if paid:
        payment = {"payment_id": f"P-{order_id}", "amount_minor": 1_999 * quantity}
        client.payments.AuthorizePayment(
            payments_pb2.AuthorizePaymentRequest(
                order_id=order_id,
                method=payments_pb2.PAYMENT_METHOD_CARD,
                request_id=f"pay {order_id}",
                **payment,  # type: ignore[arg-type]
            )
        )
        client.payments.CapturePayment(
            payments_pb2.CapturePaymentRequest(request_id=f"take {order_id}", **payment)  # type: ignore[arg-type]
        )
    shipment_id = f"{order_id}/1"
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id=shipment_id, request_id=f"go {order_id}")
    )
    report = tracking_pb2.CarrierReport(status=tracking_pb2.CARRIER_STATUS_DELIVERED, time=datetime.now(UTC))
    client.tracking.RecordCarrierReports(
        tracking_pb2.RecordCarrierReportsRequest(
            reports=[tracking_pb2.ReportOfShipment(shipment_id=shipment_id, report=report)],
            request_id=f"came {order_id}",
        )
    )


def authorize(client: Client, order_id: str, **changes: Any) -> pb.AuthorizeReturnResponse:
    asked = {
        "order_id": order_id,
        "return_id": f"R-{order_id}",
        "lines": [pb.ReturnedLine(line_id="1", quantity=2)],
        "reason_code": "UNWANTED",
        "request_id": f"announce {order_id}",
    } | changes
    return client.returns.AuthorizeReturn(pb.AuthorizeReturnRequest(**asked))


def receive(client: Client, return_id: str, quantity: int = 2, **changes: Any) -> pb.ReceiveReturnResponse:
    lines = [pb.ReturnedUnits(sku=CLOCK, quantity=quantity)]
    request = pb.ReceiveReturnRequest(
        return_id=return_id, lines=lines, request_id=f"here {return_id}", **changes
    )
    return client.returns.ReceiveReturn(request)


def inspect(client: Client, return_id: str, *findings: pb.ReturnFinding) -> pb.InspectReturnResponse:
    return client.returns.InspectReturn(
        pb.InspectReturnRequest(return_id=return_id, findings=findings, request_id=f"look {return_id}")
    )


def test_a_return_goes_from_its_preview_to_its_refund(client: Client) -> None:
    deliver(client, "W-1")
    before = client.position()
    preview = authorize(client, "W-1", validate_only=True, request_id="")
    assert client.position() == before
    one = authorize(client, "W-1").record
    label = client.returns.GetReturnLabel(
        pb.GetReturnLabelRequest(return_id="R-W-1", format=fulfillment_pb2.LABEL_FORMAT_ZPL)
    )
    receive(client, "R-W-1")
    scrap = pb.ReturnFinding(sku=CLOCK, quantity=1, disposition=pb.DISPOSITION_SCRAP, deny_refund=True)
    good = pb.ReturnFinding(sku=CLOCK, quantity=1, disposition=pb.DISPOSITION_RESTOCK, condition="AS_NEW")
    looked_at = inspect(client, "R-W-1", scrap, good).record
    refund = pb.RefundReturnRequest(return_id="R-W-1", request_id="refund W-1")
    first, again = client.returns.RefundReturn(refund), client.returns.RefundReturn(refund)

    assert preview.record.node_id == preview.options[0].node_id == one.node_id
    assert preview.options[0].total_milli <= preview.options[-1].total_milli
    assert (one.state, one.label_payer) == (pb.RETURN_STATE_AUTHORIZED, pb.LABEL_PAYER_CUSTOMER)
    assert b"R-W-1" in label.content
    assert (looked_at.state, looked_at.owed_minor) == (pb.RETURN_STATE_INSPECTED, 1_999)
    assert (first.replayed, again.replayed, first.record) == (False, True, again.record)
    (done,) = first.record.refunds
    assert (done.lines_minor, done.fee_minor, done.total_minor) == (1_999, 199, 1_800)
    assert [(leg.payment_id, leg.amount_minor) for leg in done.legs] == [("P-W-1", 1_800)]
    entries = client.ledger.ListEntries(ledger_pb2.ListEntriesRequest(reference="R-W-1")).entries
    codes = [entry.code for entry in entries]
    assert codes == ["RETURN_EXPECT", "RETURN_RECEIVE", "RETURN_SCRAP", "RETURN_RESTOCK"]


def test_where_the_policy_says_so_money_goes_back_by_itself_at_the_first_scan(client: Client) -> None:
    deliver(client, "M-1", channel="market")
    assert authorize(client, "M-1").record.node_id == "LYON"

    first = receive(client, "R-M-1")
    again = receive(client, "R-M-1")

    assert (first.refund_problem, first.record.refunded_minor) == ("", 3_599)
    assert (again.replayed, again.record.refunded_minor) == (True, 3_998 - 399)
    paid = client.payments.GetPayment(payments_pb2.GetPaymentRequest(payment_id="P-M-1")).payment
    assert paid.refunded_minor == 3_599


def test_goods_are_booked_although_their_money_cannot_go_back(client: Client) -> None:
    deliver(client, "M-2", channel="market", paid=False)
    authorize(client, "M-2")

    came = receive(client, "R-M-2")

    assert came.record.state == pb.RETURN_STATE_RECEIVED
    assert came.refund_problem.startswith("REFUND_WITHOUT_PAYMENT: order `M-2` has no payment here")
    assert came.record.owed_minor == 3_998


def test_a_replacement_and_its_first_order_name_each_other(client: Client) -> None:
    deliver(client, "W-2")
    claim = pb.OpenClaimRequest(
        order_id="W-2",
        cause=pb.CLAIM_CAUSE_DAMAGED,
        shipment_id="W-2/1",
        lines=[pb.ReturnedLine(line_id="1", quantity=1)],
        return_id="C-W-2",
        request_id="claim W-2",
    )
    opened = client.returns.OpenClaim(claim).record
    sent = client.returns.SendReplacement(
        pb.SendReplacementRequest(return_id="C-W-2", order_id="W-2-again", request_id="again W-2")
    )

    assert (opened.state, sent.record.state) == (pb.RETURN_STATE_CLAIMED, pb.RETURN_STATE_SETTLED)
    first, second = (
        client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id=order_id)).record
        for order_id in ("W-2", "W-2-again")
    )
    assert list(first.return_ids) == ["C-W-2"]
    assert list(first.replacement_order_ids) == ["W-2-again"]
    assert (second.replaces_order_id, second.decision_id) == ("W-2", sent.decision_id)
    assert [line.unit_price_minor for line in second.order.lines] == [0]


def test_returns_are_listed_by_page_and_by_order(client: Client) -> None:
    deliver(client, "W-3")
    for number in (1, 2):
        line = [pb.ReturnedLine(line_id="1", quantity=1)]
        authorize(client, "W-3", lines=line, return_id=f"R-{number}-W-3", request_id=f"announce {number}")

    def listed(**asked: Any) -> tuple[list[str], str]:
        page = client.returns.ListReturns(pb.ListReturnsRequest(order_id="W-3", **asked))
        return [one.return_id for one in page.records], page.next_page_token

    first, token = listed(page_size=1)
    assert (first, listed(page_token=token)) == (["R-1-W-3"], (["R-2-W-3"], ""))
    policies = client.returns.ListReturnPolicies(pb.ListReturnPoliciesRequest()).policies
    assert [one.channel for one in policies] == ["", "web"]


def test_every_fault_of_a_request_is_named(client: Client) -> None:
    refused = refusal_of(
        client.returns.AuthorizeReturn,
        pb.AuthorizeReturnRequest(lines=[pb.ReturnedLine(line_id="1"), pb.ReturnedLine(line_id="1")]),
    )

    assert refused.violations == {
        "request_id": "REQUEST_ID_REQUIRED",
        "order_id": "REQUIRED",
        "reason_code": "REQUIRED",
        "lines[0].quantity": "OUT_OF_RANGE",
        "lines[1].quantity": "OUT_OF_RANGE",
        "lines[1].line_id": "DUPLICATE",
    }


def test_a_claim_out_of_goodwill_names_no_goods_and_others_do(client: Client) -> None:
    goodwill = pb.OpenClaimRequest(
        order_id="W-1", cause=pb.CLAIM_CAUSE_GOODWILL, shipment_id="W-1/1", request_id="c-1"
    )
    lost = pb.OpenClaimRequest(
        order_id="W-1", cause=pb.CLAIM_CAUSE_LOST, goodwill_minor=5, shipment_id="W-1", request_id="c-2"
    )

    assert refusal_of(client.returns.OpenClaim, goodwill).violations == {
        "goodwill_minor": "OUT_OF_RANGE",
        "lines": "NOT_ALLOWED",
    }
    assert refusal_of(client.returns.OpenClaim, lost).violations == {
        "goodwill_minor": "OUT_OF_RANGE",
        "shipment_id": "NOT_A_SHIPMENT",
    }


def test_faults_of_policies_and_findings_are_named(client: Client) -> None:
    policy = pb.ReturnPolicy(reasons=[pb.ReturnReason(fee_percent=101)], node_ids=["NOWHERE"])
    bad = pb.PutReturnPoliciesRequest(policies=[policy, policy], request_id="bad")
    finding = pb.ReturnFinding(sku=CLOCK, quantity=1, disposition=pb.DISPOSITION_REFURBISH, refurbished=True)
    look = pb.InspectReturnRequest(return_id="R-W-1", findings=[finding], request_id="look")

    found = refusal_of(client.returns.PutReturnPolicies, bad).violations
    assert found["policies[0].window_days"] == "OUT_OF_RANGE"
    assert found["policies[0].reasons[0].code"] == "REQUIRED"
    assert found["policies[0].reasons[0].fee_percent"] == "OUT_OF_RANGE"
    assert refusal_of(client.returns.InspectReturn, look).violations == {
        "findings[0].disposition": "OUT_OF_RANGE"
    }


def test_returns_are_there_after_a_restart(tmp_path: Path) -> None:
    database = str(tmp_path / "router.sqlite")
    reasons = [pb.ReturnReason(code="UNWANTED")]
    policy = pb.ReturnPolicy(window_days=30, send_days=14, reasons=reasons)
    with a_server(database) as client:
        client.set_up({"LYON": {CLOCK: 9}}, is_on_account=True)
        client.returns.PutReturnPolicies(pb.PutReturnPoliciesRequest(policies=[policy], request_id="policy"))
        deliver(client, "S-1", paid=False)
        authorize(client, "S-1")
    with a_server(database) as client:
        came = receive(client, "R-S-1")
        canceled = refusal_of(
            client.returns.CancelReturn, pb.CancelReturnRequest(return_id="R-S-1", request_id="no")
        )

        assert came.record.state == pb.RETURN_STATE_RECEIVED
        assert canceled.reason == "RETURN_STATE_FORBIDS"
        assert list(client.audit().faults) == []
