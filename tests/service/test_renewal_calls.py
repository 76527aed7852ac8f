"""A running server renews promises that run out, at a provider behind HTTP, and lists what that declines."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from router.api.v1 import orders_pb2, payments_pb2
from router.app.engine.clock import SystemClock
from router.cli.main import run
from router.connectors.payments.fake import FakeProvider
from tests.connectors.provider_server import ProviderServer, a_provider_server
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server

WAIT_SECONDS = 40.0


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
    settings = {"payments": provider.url, "payments_key": key, "collect": True}
    with a_server(str(database), **settings) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        yield client
        assert list(client.audit().faults) == []


def order_paid_with(client: Client, name: str, token: str) -> None:
    client.routing.RouteOrder(a_route_request(f"order-{name}", request_id=f"route {name}"))
    client.payments.AuthorizePayment(
        payments_pb2.AuthorizePaymentRequest(
            payment_id=name,
            order_id=f"order-{name}",
            method=payments_pb2.PAYMENT_METHOD_CARD,
            amount_minor=1_999,
            token=token,
            request_id=f"authorize {name}",
        )
    )


def payment_of(client: Client, name: str) -> payments_pb2.Payment:
    return client.payments.GetPayment(payments_pb2.GetPaymentRequest(payment_id=name)).payment


def wait_until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not what():
        assert time.monotonic() < end, "nothing happened by itself"
        time.sleep(0.1)


def test_a_promise_is_renewed_before_it_runs_out(client: Client, provider: ProviderServer) -> None:
    order_paid_with(client, "R-1", "expire:20")
    first = payment_of(client, "R-1").expire_time.ToMicroseconds()

    wait_until(lambda: payment_of(client, "R-1").expire_time.ToMicroseconds() > first)

    payment = payment_of(client, "R-1")
    assert (payment.state, payment.open_minor) == (payments_pb2.PAYMENT_STATE_AUTHORIZED, 1_999)
    assert provider.fake.renewals("fake-R-1") == 1


def test_what_is_not_renewed_is_held_and_listed(
    client: Client, provider: ProviderServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    order_paid_with(client, "R-2", "once:20")

    wait_until(lambda: payment_of(client, "R-2").declined_act == payments_pb2.PAYMENT_ACT_RENEW)
    request = orders_pb2.GetOrderRequest(order_id="order-R-2")
    wait_until(lambda: client.orders.GetOrder(request).record.state == orders_pb2.ORDER_STATE_HELD)

    listed = client.payments.ListPayments(payments_pb2.ListPaymentsRequest(act_declined=True)).payments
    assert [(one.payment_id, one.declined_act_code) for one in listed] == [("R-2", "no_renewal")]
    assert run(["payment", "list", "--declined", "--address", client.address]) == 0
    shown = capsys.readouterr().out
    assert "RENEW: no_renewal" in shown
    assert "R-1" not in shown
