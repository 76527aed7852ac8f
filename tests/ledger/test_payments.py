"""The amounts of a payment: what can be taken, released and given back, and what the audit says of a difference."""

from collections.abc import Callable

import pytest
from msgspec import structs

from router.domain.identifiers import Instant, OrderId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Balance, Bucket, gift, money
from router.ledger.audit_payments import compare_payments
from router.ledger.payments import Payment, PaymentMethod, PaymentState, captured, refunded, released

EUR = Sku("EUR")


def a_payment(**amounts: int) -> Payment:
    given = {"asked": 1_000, "authorized": 1_000} | amounts
    return Payment(
        id="P-1",
        number=1,
        order_id=OrderId("A-1"),
        method=PaymentMethod.CARD,
        currency="EUR",
        expire_time=Instant(9),
        **given,
    )


@pytest.mark.parametrize(
    ("payment", "state"),
    [
        (a_payment(authorized=0), PaymentState.PENDING),
        (a_payment(), PaymentState.AUTHORIZED),
        (a_payment(captured=400, released=500), PaymentState.AUTHORIZED),
        (a_payment(captured=400, released=600), PaymentState.CAPTURED),
        (a_payment(captured=1_000, refunded=1_000), PaymentState.CAPTURED),
        (a_payment(released=1_000), PaymentState.VOIDED),
    ],
)
def test_the_state_follows_from_the_amounts(payment: Payment, state: PaymentState) -> None:
    assert payment.state is state


def test_what_is_open_is_what_was_neither_taken_nor_released() -> None:
    payment = released(captured(a_payment(), 400))

    assert (payment.captured, payment.released, payment.open, payment.covers) == (400, 600, 0, 400)
    assert not payment.is_expiring


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda: captured(a_payment(captured=400), 601),
            "6.00 EUR can be captured, not 6.01: 10.00 authorized, 4.00 captured, 0.00 released",
        ),
        (lambda: refunded(a_payment(captured=400, refunded=100), 301), "3.00 EUR can be refunded, not 3.01"),
        (lambda: released(a_payment(captured=1_000)), "nothing can be released"),
        (lambda: captured(a_payment(authorized=0), 1), "0.00 EUR can be captured"),
    ],
)
def test_more_than_there_is_is_refused_with_the_amounts(change: Callable[[], Payment], says: str) -> None:
    with pytest.raises(RouterError, match=says) as refused:
        change()

    assert refused.value.reason is Reason.PAYMENT_EXCEEDED


@pytest.mark.parametrize(
    "amounts",
    [
        {"captured": 600, "released": 401},
        {"captured": 1, "refunded": 2},
        {"authorized": 1_001},
        {"captured": -1},
    ],
)
def test_impossible_amounts_do_not_exist(amounts: dict[str, int]) -> None:
    with pytest.raises(AssertionError):
        a_payment(**amounts)


def test_the_audit_says_where_money_and_payments_differ() -> None:
    payments = [a_payment(captured=300, refunded=100), a_payment(released=1_000)]
    held = {
        money(Bucket.AUTHORIZED, EUR): Balance(debits_posted=700, version=1),
        money(Bucket.CAPTURED, EUR): Balance(debits_posted=200, version=1),
    }

    assert list(compare_payments(held, {}, payments)) == []
    assert list(compare_payments(held, {}, payments[1:])) == [
        "700 minor units are authorized in EUR, payments say 0",
        "200 minor units are captured in EUR, payments say 0",
    ]


def test_the_audit_says_what_a_gift_account_lacks() -> None:
    has, held = gift(Bucket.GIFT, "G-1", EUR), gift(Bucket.GIFT_HELD, "G-1", EUR)
    payment = structs.replace(a_payment(captured=300, refunded=100), gift_account_id="G-1")
    balances = {
        has: Balance(debits_posted=100, version=1),
        held: Balance(debits_posted=700, version=1),
        money(Bucket.CAPTURED, EUR): Balance(debits_posted=200, version=1),
    }

    assert list(compare_payments(balances, {has: 1_000}, [payment])) == []
    assert list(compare_payments(balances, {has: 990}, [payment])) == [
        "100 minor units are gift in EUR of gift account `G-1`, payments say 90"
    ]
    assert list(compare_payments(balances, {has: 1_000}, [structs.replace(payment, released=10)])) == [
        "100 minor units are gift in EUR of gift account `G-1`, payments say 110",
        "700 minor units are gift_held in EUR of gift account `G-1`, payments say 690",
    ]
