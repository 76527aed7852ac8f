"""Payments: the provider is asked once, what it said is booked, and nothing leaves that is not paid for."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.commands.payments import RefundPayment
from router.app.payments.renewals import renewal_of
from router.app.ports.payment_provider import ProviderDeclined
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket
from router.ledger.event_kinds import EventKind
from router.ledger.payments import PaymentMethod, PaymentState
from tests.app.builders import order_for
from tests.app.payment_builders import CLOCK, PayingShop, a_paying_shop
from tests.proving import seeds, under_seed


@pytest.fixture
def paying() -> Iterator[PayingShop]:
    with a_paying_shop() as paying:
        yield paying


def refusal(do: Any, *arguments: Any, **more: Any) -> RouterError:
    with pytest.raises(RouterError) as refused:
        do(*arguments, **more)
    return refused.value


def money_of(paying: PayingShop) -> dict[str, int]:
    page, _ = paying.shop.queries.ledger.list_balances(100, "", sku="EUR")
    return {account.bucket.name: balance.units for account, balance in page.items}


def told(paying: PayingShop) -> list[str]:
    events = paying.shop.queries.list_events(0, 100)
    return [event.text for event in events if event.kind.name.startswith("PAYMENT_")]


def an_order_of(order_id: str, quantity: int, price: int) -> Order:
    order = order_for(CLOCK, quantity)
    (line,) = order.lines
    return replace(order, id=order_id, lines=(replace(line, unit_price_minor=price),))


def test_an_authorization_is_captured_in_parts_and_the_rest_released(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.capture("P-1", 300)
    payment = paying.void("P-1")

    assert (payment.captured, payment.released, payment.state) == (300, 700, PaymentState.CAPTURED)
    assert money_of(paying) == {"PAYER": -300, "AUTHORIZED": 0, "CAPTURED": 300}
    assert told(paying) == [
        "10.00 EUR authorized, now AUTHORIZED",
        "3.00 EUR captured, now AUTHORIZED",
        "7.00 EUR released, now CAPTURED",
    ]


def test_a_refund_takes_back_no_more_than_was_captured(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.capture("P-1", 600)
    paying.refund("P-1", 400)

    refused = refusal(paying.refund, "P-1", 201)

    assert refused.reason is Reason.PAYMENT_EXCEEDED
    assert money_of(paying) == {"PAYER": -600, "AUTHORIZED": 400, "CAPTURED": 200}
    assert paying.provider.taken("fake-P-1") == 200


def test_what_the_provider_gave_back_by_itself_is_booked_and_not_asked_for(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.capture("P-1", 600)

    payment = paying.refund("P-1", 400, key="dispute", told_as="dp_4711")
    again = paying.refund("P-1", 400, key="dispute", told_as="dp_4711")

    assert payment.refunded == again.refunded == 400
    assert paying.provider.taken("fake-P-1") == 600
    assert money_of(paying) == {"PAYER": -600, "AUTHORIZED": 400, "CAPTURED": 200}
    assert told(paying)[-1].startswith("4.00 EUR refunded, told by the provider as dp_4711")
    assert refusal(paying.refund, "P-1", 201, told_as="dp_4712").reason is Reason.PAYMENT_EXCEEDED
    assert paying.shop.faults() == ()


def test_what_was_not_heard_is_finished_before_a_chargeback_is_booked(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.provider.is_reachable = False
    refusal(paying.capture, "P-1", 400, key="capture")

    silent = refusal(paying.refund, "P-1", 400, told_as="dp_4711")
    chargeback = RefundPayment(
        request_id="beside",
        body_digest=b"1",
        payment_id="P-1",
        amount_minor=400,
        external_reference="dp_4711",
    )
    assert refusal(paying.cashier.book, chargeback).reason is Reason.PAYMENT_BUSY
    paying.provider.is_reachable = True
    payment = paying.refund("P-1", 400, told_as="dp_4711")

    assert silent.reason is Reason.PROVIDER_UNREACHABLE
    assert (payment.captured, payment.refunded) == (400, 400)
    assert paying.provider.taken("fake-P-1") == 400


def test_more_than_is_authorized_is_refused_before_the_provider_is_asked(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)

    assert refusal(paying.capture, "P-1", 1_001).reason is Reason.PAYMENT_EXCEEDED
    assert paying.provider.taken("fake-P-1") == 0


def test_a_decline_is_an_answer_with_its_code(paying: PayingShop) -> None:
    payment = paying.authorize("P-1", 1_000, token="decline:insufficient_funds")

    assert (payment.state, payment.decline_code) == (PaymentState.DECLINED, "insufficient_funds")
    assert told(paying) == ["10.00 EUR declined: insufficient_funds, now DECLINED"]
    assert money_of(paying) == {}


def test_a_repeated_request_asks_and_books_once(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000, key="authorize")
    paying.capture("P-1", 1_000, key="capture")

    assert paying.authorize("P-1", 1_000, key="authorize").open == 1_000
    assert paying.capture("P-1", 1_000, key="capture").captured == 1_000
    assert money_of(paying)["CAPTURED"] == paying.provider.taken("fake-P-1") == 1_000


def test_a_provider_that_was_not_heard_is_asked_again_under_the_same_key(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.provider.is_reachable = False
    refused = refusal(paying.capture, "P-1", 400, key="capture")
    before = money_of(paying)
    paying.provider.is_reachable = True

    payment = paying.capture("P-1", 400, key="capture")

    assert refused.reason is Reason.PROVIDER_UNREACHABLE
    assert before == {"PAYER": -1_000, "AUTHORIZED": 1_000}
    assert payment.captured == paying.provider.taken("fake-P-1") == 400


def test_what_was_not_heard_is_finished_before_anything_else_happens(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.provider.is_reachable = False
    refusal(paying.capture, "P-1", 400, key="capture")
    paying.provider.is_reachable = True

    payment = paying.void("P-1")

    assert (payment.captured, payment.released) == (400, 600)
    assert paying.capture("P-1", 400, key="capture").captured == 400
    assert paying.provider.taken("fake-P-1") == 400


def test_nothing_expires_while_somebody_may_be_taking_it(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000, token="expire:60")
    paying.provider.is_reachable = False
    refusal(paying.capture, "P-1", 400, key="capture")
    paying.shop.clock.go_on(60)
    paying.shop.adjust("lyon", CLOCK, 1)
    paying.provider.is_reachable = True

    assert paying.capture("P-1", 400, key="capture").captured == 400
    paying.shop.adjust("lyon", CLOCK, 1)
    assert paying.shop.queries.payments.get_payment("P-1").released == 600


def test_a_key_of_another_capture_is_refused(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)
    paying.provider.is_reachable = False
    refusal(paying.capture, "P-1", 400, key="capture")
    paying.provider.is_reachable = True

    assert refusal(paying.capture, "P-1", 500, key="capture").reason is Reason.IDEMPOTENCY_KEY_REUSED
    assert paying.provider.taken("fake-P-1") == 400


def test_what_the_provider_does_not_capture_is_not_booked(
    paying: PayingShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decline(*_: object) -> None:
        raise ProviderDeclined("card_blocked")

    paying.authorize("P-1", 1_000)
    monkeypatch.setattr(paying.provider, "capture", decline)

    refused = refusal(paying.capture, "P-1", 400)

    assert (refused.reason, refused.facts["decline_code"]) == (Reason.PAYMENT_DECLINED, "card_blocked")
    assert money_of(paying)["AUTHORIZED"] == 1_000


def test_a_transfer_is_pending_until_the_provider_has_it(paying: PayingShop) -> None:
    first = paying.authorize("P-1", 1_000, method=PaymentMethod.BANK_TRANSFER)
    second, third = paying.check("P-1"), paying.check("P-1")

    assert [one.state.name for one in (first, second, third)] == ["PENDING", "PENDING", "AUTHORIZED"]
    assert paying.check("P-1") == third


def test_cash_on_delivery_is_promised_by_ordering(paying: PayingShop) -> None:
    payment = paying.authorize("P-1", 1_000, method=PaymentMethod.CASH_ON_DELIVERY)

    assert (payment.state, payment.is_expiring) == (PaymentState.AUTHORIZED, False)
    assert paying.capture("P-1", 1_000).state is PaymentState.CAPTURED


def test_an_authorization_that_runs_out_is_released_by_itself(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000, token="expire:60")
    paying.capture("P-1", 100)
    paying.shop.clock.go_on(60)
    paying.shop.adjust("lyon", CLOCK, 1)

    payment = paying.shop.queries.payments.get_payment("P-1")

    assert (payment.captured, payment.released) == (100, 900)
    assert told(paying)[-1] == "9.00 EUR expired, now CAPTURED"


def test_the_same_id_is_another_payment_never(paying: PayingShop) -> None:
    paying.authorize("P-1", 1_000)

    assert refusal(paying.authorize, "P-1", 500).reason is Reason.PAYMENT_EXISTS


def test_goods_that_are_not_paid_for_do_not_leave(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", 2, 500))
    paying.authorize("P-1", 1_000, token="part:600")

    refused = refusal(paying.shop.dispatch, "A-1/1")
    paying.authorize("P-2", 400)
    paying.shop.dispatch("A-1/1")

    assert refused.reason is Reason.PAYMENT_MISSING
    assert (refused.facts["wanted"], refused.facts["covered"]) == ("1000", "600")


@pytest.mark.parametrize("token", ["decline:no", "pending", "expire:60"])
def test_a_payment_that_is_declined_pending_or_expired_covers_nothing(paying: PayingShop, token: str) -> None:
    paying.shop.route(an_order_of("A-1", 1, 500))
    paying.authorize("P-1", 500, token=token)
    paying.shop.clock.go_on(60)

    assert refusal(paying.shop.dispatch, "A-1/1").reason is Reason.PAYMENT_MISSING


def test_a_capture_without_an_amount_is_what_the_shipment_costs(paying: PayingShop) -> None:
    paying.shop.route(an_order_of("A-1", 2, 500))
    paying.authorize("P-1", 5_000)
    paying.shop.dispatch("A-1/1")

    assert paying.capture("P-1", shipment_id="A-1/1").captured == 1_000
    entries = paying.shop.queries.ledger.list_entries(10, "", "P-1").items
    assert [(entry.code.name, entry.quantity, entry.line_id) for entry in entries] == [
        ("AUTHORIZE", 5_000, ""),
        ("CAPTURE", 1_000, "A-1/1"),
    ]


@pytest.mark.parametrize("seed", seeds(8_100, 3))
def test_the_books_never_say_otherwise_than_the_provider(seed: int) -> None:
    """Random lives with a provider that is often not heard, requests that are sent again, and time that goes on."""
    random = Random(seed)
    with under_seed("books_never_say_otherwise", seed), a_paying_shop() as paying:
        keys: dict[str, tuple[str, int]] = {}
        for step in range(120):
            paying.provider.is_reachable = random.random() < 0.8
            payment_id = f"P-{random.randint(1, 6)}"
            act = random.choice(("authorize", "capture", "capture", "void", "refund"))
            key = f"{act} {payment_id} {random.randint(1, 4)}"
            amount = keys.setdefault(key, (payment_id, random.randint(1, 700)))[1]
            ask(paying, key, payment_id, amount)
            if step % 40 == 39:
                # Whatever was not heard is asked again until it is answered.
                paying.provider.is_reachable = True
                for one in keys:
                    ask(paying, one, *keys[one])
                assert paying.shop.faults() == ()
                for payment in paying.shop.queries.payments.list_payments(100, "").items:
                    held = paying.provider.taken(payment.provider_id)
                    assert payment.captured - payment.refunded == held
                    assert payment.captured <= payment.authorized
        ask(paying, "authorize last", "P-7", 100)
        ask(paying, "capture last", "P-7", 60)
        assert Bucket.CAPTURED.name in money_of(paying)
        assert paying.shop.faults() == ()


def ask(paying: PayingShop, key: str, payment_id: str, amount: int) -> None:
    """Refused or not: what counts is what the books say in the end."""
    act = key.partition(" ")[0]
    try:
        if act == "void":
            paying.void(payment_id, key=key)
        else:
            getattr(paying, act)(payment_id, amount, key=key)
    except RouterError:
        return


def test_every_kind_of_event_of_payments_is_told(paying: PayingShop, monkeypatch: pytest.MonkeyPatch) -> None:
    def decline(*_: object) -> None:
        raise ProviderDeclined("card_blocked")

    paying.authorize("P-1", 10, token="expire:60")
    paying.authorize("P-2", 10, token="decline:no")
    paying.authorize("P-3", 10, token="pending")
    paying.authorize("P-4", 10)
    paying.capture("P-4", 5)
    paying.void("P-4")
    paying.refund("P-4", 5)
    renewal = renewal_of(paying.shop.queries.payments.get_payment("P-1"))
    paying.cashier.renew(renewal, captured_before=0)
    monkeypatch.setattr(paying.provider, "capture", decline)
    refusal(paying.capture, "P-1", 5)
    paying.shop.clock.go_on(60)
    paying.shop.adjust("lyon", CLOCK, 1)

    kinds = {event.kind for event in paying.shop.queries.list_events(0, 100)}

    assert {kind for kind in EventKind if kind.name.startswith("PAYMENT_")} <= kinds
