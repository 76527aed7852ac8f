"""Payments over the wire: asked, taken, released and given back, against a provider behind HTTP."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import channels_pb2, ledger_pb2, orders_pb2, payments_pb2, routing_pb2, rules_pb2
from router.app.engine.clock import SystemClock
from router.cli.main import run
from router.connectors.payments.fake import FakeProvider
from tests.connectors.provider_server import ProviderServer, a_provider_server
from tests.service.builders import a_route_request, on_account
from tests.service.harness import Client, a_server, refusal_of

TOKEN = "tok-of-a-card-4242"


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderServer]:
    with a_provider_server() as server:
        server.fake = FakeProvider(SystemClock().now)
        yield server


@pytest.fixture(scope="module")
def client(provider: ProviderServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    key = tmp_path_factory.mktemp("key") / "provider.key"
    key.write_text("sesame\n")
    database = tmp_path_factory.mktemp("ledger") / "router.sqlite"
    with a_server(str(database), payments=provider.url, payments_key=key) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        yield client
        assert list(client.audit().faults) == []


def authorize(client: Client, payment_id: str, amount: int = 1_999, **changes: Any) -> payments_pb2.Payment:
    asked = {
        "payment_id": payment_id,
        "order_id": f"order-{payment_id}",
        "method": payments_pb2.PAYMENT_METHOD_CARD,
        "amount_minor": amount,
        "request_id": f"authorize {payment_id}",
    } | changes
    return client.payments.AuthorizePayment(payments_pb2.AuthorizePaymentRequest(**asked)).payment


def capture(client: Client, payment_id: str, **changes: Any) -> payments_pb2.CapturePaymentResponse:
    asked = {"payment_id": payment_id, "request_id": f"capture {payment_id}"} | changes
    return client.payments.CapturePayment(payments_pb2.CapturePaymentRequest(**asked))


def test_an_order_is_paid_shipped_captured_and_refunded(client: Client, provider: ProviderServer) -> None:
    client.routing.RouteOrder(a_route_request("order-W-1"))
    promised = authorize(client, "W-1", token="")
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="order-W-1/1", request_id="dispatch W-1")
    )
    taken = capture(client, "W-1", shipment_id="order-W-1/1").payment
    refund = payments_pb2.RefundPaymentRequest(
        payment_id="W-1", amount_minor=999, reason_code="RETURN", request_id="refund W-1"
    )
    given_back = client.payments.RefundPayment(refund).payment

    assert promised.state == payments_pb2.PAYMENT_STATE_AUTHORIZED
    assert promised.HasField("expire_time")
    assert (taken.state, taken.captured_minor) == (payments_pb2.PAYMENT_STATE_CAPTURED, 1_999)
    assert given_back.refunded_minor == 999
    assert provider.fake.taken("fake-W-1") == 1_000
    entries = client.ledger.ListEntries(ledger_pb2.ListEntriesRequest(reference="W-1")).entries
    assert [entry.code for entry in entries] == ["AUTHORIZE", "CAPTURE", "REFUND"]


def test_a_repeat_is_the_recorded_answer_and_asks_nobody(client: Client, provider: ProviderServer) -> None:
    authorize(client, "W-2")
    first = capture(client, "W-2", amount_minor=500)
    asked = len(provider.keys)
    second = capture(client, "W-2", amount_minor=500)

    assert (first.replayed, second.replayed) == (False, True)
    assert first.payment == second.payment
    assert len(provider.keys) == asked


def test_a_provider_that_is_silent_is_asked_again_under_the_same_key(
    client: Client, provider: ProviderServer
) -> None:
    authorize(client, "W-3")
    provider.failures += [503] * 3
    request = payments_pb2.CapturePaymentRequest(payment_id="W-3", amount_minor=500, request_id="c W-3")

    refused = refusal_of(client.payments.CapturePayment, request)
    taken = client.payments.CapturePayment(request)

    assert (refused.code, refused.reason) == ("UNAVAILABLE", "PROVIDER_UNREACHABLE")
    assert refused.retry_milliseconds == 2_000
    assert (taken.payment.captured_minor, taken.replayed) == (500, False)
    assert set(provider.keys[-4:]) == {"W-3/capture/c W-3"}
    assert provider.fake.taken("fake-W-3") == 500


def test_goods_that_are_declined_stay(client: Client) -> None:
    client.routing.RouteOrder(a_route_request("order-W-4"))
    declined = authorize(client, "W-4", token="decline:stolen_card")
    dispatch = orders_pb2.DispatchShipmentRequest(shipment_id="order-W-4/1", request_id="dispatch W-4")

    refused = refusal_of(client.orders.DispatchShipment, dispatch)

    assert (declined.state, declined.decline_code) == (payments_pb2.PAYMENT_STATE_DECLINED, "stolen_card")
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "PAYMENT_MISSING")
    assert (refused.facts["wanted"], refused.facts["covered"]) == ("1999", "0")


def test_what_a_rule_lets_leave_unpaid_leaves_and_the_explanation_names_the_rule(client: Client) -> None:
    content = on_account('order.id == "order-W-9"').encode()
    client.rules.ActivateRules(
        rules_pb2.ActivateRulesRequest(
            files=[rules_pb2.RuleFile(name="paid.yaml", content=content)], request_id="rules W-9"
        )
    )
    plans = [
        client.routing.RouteOrder(a_route_request(order_id)).routed.plan
        for order_id in ("order-W-9", "order-W-10")
    ]

    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="order-W-9/1", request_id="dispatch W-9")
    )
    refused = refusal_of(
        client.orders.DispatchShipment,
        orders_pb2.DispatchShipmentRequest(shipment_id="order-W-10/1", request_id="dispatch W-10"),
    )
    why = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="order-W-9"))

    assert [plan.on_account_rule for plan in plans] == ["paid/elsewhere", ""]
    assert (refused.reason, refused.facts["covered"]) == ("PAYMENT_MISSING", "0")
    (rule,) = [one for one in why.rules if one.effect == "ON_ACCOUNT"]
    assert (rule.rule, rule.because) == (
        "paid/elsewhere",
        "what these orders cost is paid outside of the router",
    )


def test_no_rule_is_named_where_the_channel_needs_payment(client: Client) -> None:
    content = on_account('order.id == "order-W-11"').encode()
    client.rules.ActivateRules(
        rules_pb2.ActivateRulesRequest(
            files=[rules_pb2.RuleFile(name="paid.yaml", content=content)], request_id="rules W-11"
        )
    )
    client.routing.RouteOrder(a_route_request("order-W-11"))
    asked = routing_pb2.ExplainDecisionRequest(order_id="order-W-11")
    assert "ON_ACCOUNT" in {one.effect for one in client.routing.ExplainDecision(asked).rules}

    for needs_payment in (True, False):
        web = channels_pb2.Channel(channel_id="web", payment_required=needs_payment)
        client.channels.PutChannels(
            channels_pb2.PutChannelsRequest(channels=[web], request_id=f"web {needs_payment}")
        )
        effects = {one.effect for one in client.routing.ExplainDecision(asked).rules}
        assert ("ON_ACCOUNT" in effects) is not needs_payment


def test_what_is_not_wanted_is_released(client: Client) -> None:
    authorize(client, "W-5")

    voided = client.payments.VoidPayment(
        payments_pb2.VoidPaymentRequest(payment_id="W-5", request_id="void W-5")
    ).payment

    assert (voided.state, voided.released_minor, voided.open_minor) == (
        payments_pb2.PAYMENT_STATE_VOIDED,
        1_999,
        0,
    )


def test_payments_are_listed_by_page_and_by_order(client: Client) -> None:
    authorize(client, "W-6", order_id="order-W-6")
    authorize(client, "W-7", order_id="order-W-6")

    def listed(**asked: Any) -> tuple[list[str], str]:
        page = client.payments.ListPayments(payments_pb2.ListPaymentsRequest(**asked))
        return [one.payment_id for one in page.payments], page.next_page_token

    first, token = listed(order_id="order-W-6", page_size=1)
    assert (first, listed(order_id="order-W-6", page_token=token)) == (["W-6"], (["W-7"], ""))
    assert listed(order_id="nobody") == ([], "")


def test_faults_are_named_and_the_token_is_not_shown(client: Client) -> None:
    request = payments_pb2.AuthorizePaymentRequest(
        payment_id=" x", method=payments_pb2.PAYMENT_METHOD_UNSPECIFIED, amount_minor=0, token=TOKEN * 1_000
    )

    refused = refusal_of(client.payments.AuthorizePayment, request)

    assert refused.violations == {
        "request_id": "REQUEST_ID_REQUIRED",
        "payment_id": "NOT_TRIMMED",
        "order_id": "REQUIRED",
        "method": "UNKNOWN_VALUE",
        "amount_minor": "OUT_OF_RANGE",
        "token": "TOO_LONG",
    }
    assert TOKEN not in refused.message


def test_the_token_of_a_payer_is_kept_nowhere(tmp_path: Path) -> None:
    database = tmp_path / "router.sqlite"
    with a_server(str(database), payments="fake") as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}})
        authorize(client, "W-8", token=TOKEN)

    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert [TOKEN.encode() in content for content in files] == [False] * len(files)


def test_a_server_without_a_provider_takes_cash_only() -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}})
        cash = authorize(client, "W-9", method=payments_pb2.PAYMENT_METHOD_CASH_ON_DELIVERY)

        refused = refusal_of(authorize, client, "W-10")

    assert cash.state == payments_pb2.PAYMENT_STATE_AUTHORIZED
    assert refused.reason == "PAYMENT_METHOD_REFUSED"


def test_what_runs_out_soon_is_found_before_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with a_server(payments="fake") as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}})
        authorize(client, "P-week", order_id="A-1")
        authorize(client, "P-hour", order_id="A-2", token="expire:3600")
        authorize(client, "P-minute", order_id="A-3", token="expire:60")
        authorize(client, "P-never", order_id="A-4", method=payments_pb2.PAYMENT_METHOD_GIFT_BALANCE)
        request = payments_pb2.ListPaymentsRequest()
        request.expires_by.FromSeconds(int(time.time()) + 7_200)

        found = client.payments.ListPayments(request)

        assert [one.payment_id for one in found.payments] == ["P-minute", "P-hour"]
        request.order_id = "A-2"
        assert [one.payment_id for one in client.payments.ListPayments(request).payments] == ["P-hour"]
        request.page_token = "x"
        refused = refusal_of(client.payments.ListPayments, request)
        assert refused.violations == {"page_token": "NOT_TOGETHER"}
        assert run(["payment", "list", "--expiring", "48", "--address", client.address]) == 0
        assert run(["payment", "list", "--expiring", "0", "--address", client.address]) == 0
        first, second = capsys.readouterr().out.split("payment ")[1:]
        assert ("P-hour" in first, "P-week" in first, "P-hour" in second) == (True, False, False)
