"""Gift accounts over the wire: issued, held, taken, given back, listed and read as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1 import accounting_pb2, orders_pb2, payments_pb2
from router.cli.main import run
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server without a provider: nobody but the books is asked."""
    database = tmp_path_factory.mktemp("ledger") / "router.sqlite"
    with a_server(str(database)) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        yield client
        assert list(client.audit().faults) == []


def issue(client: Client, gift: str, amount: int, key: str = "") -> payments_pb2.IssueGiftBalanceResponse:
    return client.payments.IssueGiftBalance(
        payments_pb2.IssueGiftBalanceRequest(
            gift_account_id=gift,
            amount_minor=amount,
            reference="card-7",
            reason_code="SOLD",
            request_id=key or f"issue {gift} {amount}",
        )
    )


def asked(payment_id: str, amount: int, gift: str, **changes: object) -> payments_pb2.AuthorizePaymentRequest:
    words = {
        "payment_id": payment_id,
        "order_id": f"order-{payment_id}",
        "method": payments_pb2.PAYMENT_METHOD_GIFT_BALANCE,
        "amount_minor": amount,
        "gift_account_id": gift,
        "request_id": f"authorize {payment_id}",
    } | changes
    return payments_pb2.AuthorizePaymentRequest(**words)


def account(client: Client, gift: str, position: int = 0) -> payments_pb2.GiftAccount:
    request = payments_pb2.GetGiftAccountRequest(gift_account_id=gift, position=position)
    return client.payments.GetGiftAccount(request).gift_account


def test_an_order_is_paid_from_a_gift_account(client: Client) -> None:
    issued = issue(client, "G-1", 5_000)
    again = issue(client, "G-1", 5_000)
    client.routing.RouteOrder(a_route_request("order-W-1"))
    held = client.payments.AuthorizePayment(asked("W-1", 1_999, "G-1")).payment
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="order-W-1/1", request_id="dispatch W-1")
    )
    client.payments.CapturePayment(
        payments_pb2.CapturePaymentRequest(payment_id="W-1", shipment_id="order-W-1/1", request_id="capture")
    )
    client.payments.RefundPayment(
        payments_pb2.RefundPaymentRequest(payment_id="W-1", amount_minor=999, request_id="refund")
    )

    assert (issued.replayed, again.replayed) == (False, True)
    assert again.gift_account == issued.gift_account
    assert (held.state, held.gift_account_id) == (payments_pb2.PAYMENT_STATE_AUTHORIZED, "G-1")
    assert (account(client, "G-1").balance_minor, account(client, "G-1").held_minor) == (4_000, 0)
    assert account(client, "G-1", issued.ledger_position).balance_minor == 5_000
    found = client.accounting.ReconcileAccounting(accounting_pb2.ReconcileAccountingRequest())
    assert list(found.differences) == []


def test_wrong_inputs_are_named_by_field(client: Client) -> None:
    issue(client, "G-2", 100)
    with_card = refusal_of(
        client.payments.AuthorizePayment, asked("W-2", 5, "G-2", method=payments_pb2.PAYMENT_METHOD_CARD)
    )
    with_token = refusal_of(client.payments.AuthorizePayment, asked("W-2", 5, "G-2", token="tok"))
    nothing = refusal_of(client.payments.IssueGiftBalance, payments_pb2.IssueGiftBalanceRequest())

    assert with_card.reason == with_token.reason == nothing.reason == "INVALID_REQUEST"
    assert "gift_account_id goes with PAYMENT_METHOD_GIFT_BALANCE alone" in with_card.message
    assert "token goes with no gift_account_id" in with_token.message
    for field in ("gift_account_id", "amount_minor", "reference", "request_id"):
        assert field in nothing.message
    unknown = refusal_of(client.payments.AuthorizePayment, asked("W-2", 5, "G-9"))
    assert unknown.reason == "GIFT_ACCOUNT_NOT_FOUND"


def test_accounts_are_listed_and_shown_on_a_terminal(
    client: Client, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    issue(client, "G-4", 1_250)
    client.payments.AuthorizePayment(asked("W-4", 250, "G-4"))

    page = client.payments.ListGiftAccounts(payments_pb2.ListGiftAccountsRequest(page_size=1))
    payments = client.payments.ListPayments(payments_pb2.ListPaymentsRequest(gift_account_id="G-4")).payments
    code = run(["payment", "gifts", "--address", client.address])

    assert len(page.gift_accounts) == 1
    assert page.next_page_token
    assert [one.payment_id for one in payments] == ["W-4"]
    shown = capsys.readouterr().out
    assert code == 0
    assert any(line.split() == ["G-4", "10.00", "2.50", "EUR"] for line in shown.splitlines())
