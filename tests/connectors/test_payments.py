"""What every provider must do, held against the fake and against the HTTP connector with a server behind it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from router.app.ports.payment_provider import (
    AskedPayment,
    PaymentProvider,
    ProviderDeclined,
    ProviderUnreachable,
)
from router.connectors.payments.fake import CARD_SECONDS, FakeProvider
from router.connectors.payments.http import HttpProvider
from router.domain.identifiers import Instant, OrderId
from router.ledger.payments import NEVER, PaymentMethod
from tests.connectors.provider_server import ProviderServer, a_provider_server


def asked(
    token: str = "", *, payment_id: str = "P-1", method: PaymentMethod = PaymentMethod.CARD
) -> AskedPayment:
    return AskedPayment(
        payment_id=payment_id,
        order_id=OrderId("A-1"),
        method=method,
        amount_minor=1_000,
        currency="EUR",
        token=token,
    )


@contextmanager
def over_http(key: str = "sesame") -> Iterator[tuple[ProviderServer, HttpProvider]]:
    with a_provider_server() as server:
        provider = HttpProvider(server.url, key, wait=lambda seconds: None)
        try:
            yield server, provider
        finally:
            provider.close()


@pytest.fixture(params=["fake", "http"])
def provider(request: pytest.FixtureRequest) -> Iterator[PaymentProvider]:
    if request.param == "fake":
        yield FakeProvider(lambda: Instant(0))
        return
    with over_http() as (_, provider):
        yield provider


def test_what_is_renewed_is_promised_for_as_long_as_at_first_and_only_what_is_open() -> None:
    now = [Instant(0)]
    fake = FakeProvider(lambda: now[0])
    with over_http() as (server, provider):
        server.fake = fake
        id = provider.authorize(asked(), "k").provider_id
        provider.capture(id, 300, "c")
        now[0] = Instant(1_000_000)
        said = provider.renew(id, "r")
        again = provider.renew(id, "r")

    assert (said.authorized_minor, said.expire_time) == (700, (CARD_SECONDS + 1) * 1_000_000)
    assert again == said
    assert fake.renewals(id) == 1


@pytest.mark.parametrize("status", [404, 405, 501])
def test_who_offers_no_renewals_says_no_and_leaves_nothing_open(status: int) -> None:
    with over_http() as (server, provider):
        id = provider.authorize(asked(), "k").provider_id
        server.failures = [status]
        with pytest.raises(ProviderDeclined, match="not_offered"):
            provider.renew(id, "r")


def test_a_no_to_a_renewal_has_its_code(provider: PaymentProvider) -> None:
    id = provider.authorize(asked(token="once:60"), "k").provider_id

    with pytest.raises(ProviderDeclined, match="no_renewal"):
        provider.renew(id, "r")


def test_a_card_is_authorized_for_a_time(provider: PaymentProvider) -> None:
    said = provider.authorize(asked(), "k")

    assert (said.authorized_minor, said.expire_time) == (1_000, CARD_SECONDS * 1_000_000)
    assert provider.authorize(asked(), "k") == said


def test_a_gift_balance_is_authorized_without_a_limit(provider: PaymentProvider) -> None:
    assert provider.authorize(asked(method=PaymentMethod.GIFT_BALANCE), "k").expire_time == NEVER


def test_a_decline_says_its_code(provider: PaymentProvider) -> None:
    said = provider.authorize(asked("decline:insufficient_funds"), "k")

    assert (said.authorized_minor, said.decline_code) == (0, "insufficient_funds")


def test_what_is_pending_is_looked_at_later(provider: PaymentProvider) -> None:
    first = provider.authorize(asked("pending"), "k")

    assert [provider.look(first.provider_id).authorized_minor for _ in range(2)] == [0, 1_000]


def test_parts_are_captured_up_to_what_is_authorized(provider: PaymentProvider) -> None:
    name = provider.authorize(asked(), "k").provider_id
    provider.capture(name, 600, "c-1")
    provider.capture(name, 600, "c-1")

    with pytest.raises(ProviderDeclined, match="amount_exceeds_authorization"):
        provider.capture(name, 401, "c-2")
    provider.refund(name, 600, "r-1")
    with pytest.raises(ProviderDeclined, match="amount_exceeds_capture"):
        provider.refund(name, 1, "r-2")


def test_what_is_voided_is_not_captured(provider: PaymentProvider) -> None:
    name = provider.authorize(asked(), "k").provider_id
    provider.void(name, "v")

    with pytest.raises(ProviderDeclined):
        provider.capture(name, 1, "c")


def test_a_call_that_was_not_answered_is_tried_again_with_its_key() -> None:
    with over_http() as (server, provider):
        name = provider.authorize(asked(), "k").provider_id
        server.failures += [503, 429]
        provider.capture(name, 600, "c-1")

        assert server.keys == ["k", "c-1", "c-1", "c-1"]
        assert server.fake.taken(name) == 600


@pytest.mark.parametrize("status", [500, 502, 401, 422])
def test_a_failure_that_lasts_leaves_open_what_was_done(status: int) -> None:
    with over_http() as (server, provider):
        server.failures += [status] * 3

        with pytest.raises(ProviderUnreachable, match=str(status)):
            provider.authorize(asked(), "k")


def test_a_wrong_key_is_no_decline_of_the_payer() -> None:
    with over_http("wrong") as (_, provider), pytest.raises(ProviderUnreachable, match="401"):
        provider.authorize(asked(), "k")


def test_a_provider_that_is_not_there_is_unreachable() -> None:
    with a_provider_server() as server:
        url = server.url
    provider = HttpProvider(url, "sesame", wait=lambda seconds: None)

    with pytest.raises(ProviderUnreachable, match="ConnectError"):
        provider.authorize(asked(), "k")
    provider.close()


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"id": 1, "status": "odd"}', b'{"id": 1, "status": "authorized"}', b"<html>"]
)
def test_an_answer_that_cannot_be_understood_is_none(body: bytes) -> None:
    provider = HttpProvider("http://127.0.0.1", "", wait=lambda seconds: None)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    provider._client = httpx.Client(base_url="http://provider", transport=transport)

    with pytest.raises(ProviderUnreachable):
        provider.authorize(asked(), "k")
    provider.close()
