"""A shop that takes payments from the fake provider, and the shortest ways to ask its cashier."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from router.app.answers.answer import Answered
from router.app.answers.payments import PaymentChanged
from router.app.commands.payments import (
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    RefundPayment,
    VoidPayment,
)
from router.app.orders.route_orders import Route
from router.app.payments.cashier import Cashier
from router.connectors.payments.fake import FakeProvider
from router.connectors.payments.nobody import Nobody
from router.domain.identifiers import OrderId
from router.ledger.payments import Payment, PaymentMethod
from tests.app.builders import Shop, StandingClock, a_shop, digest
from tests.app.first_come import first_come

LYON, CLOCK = "lyon", "RED-CLOCK"


class PayingShop:
    """`shop` with a cashier. Keys are made up unless given."""

    def __init__(self, shop: Shop, provider: FakeProvider) -> None:
        self.shop = shop
        self.provider = provider
        self.cashier = Cashier(
            shop.queries.payments,
            shop.engine,
            {**dict.fromkeys(PaymentMethod, provider), PaymentMethod.CASH_ON_DELIVERY: Nobody("cash")},
            Nobody("gift"),
        )

    def authorize(
        self,
        payment_id: str,
        amount: int,
        *,
        order_id: str = "A-1",
        token: str = "",
        method: PaymentMethod = PaymentMethod.CARD,
        key: str = "",
        gift: str = "",
    ) -> Payment:
        return paid(
            self.cashier.authorize(
                AuthorizePayment(
                    request_id=key or self.shop.key(),
                    body_digest=digest(payment_id, amount, order_id, token),
                    payment_id=payment_id,
                    order_id=OrderId(order_id),
                    method=method,
                    amount_minor=amount,
                    token=token,
                    gift_account_id=gift,
                )
            )
        )

    def capture(self, payment_id: str, amount: int = 0, shipment_id: str = "", key: str = "") -> Payment:
        return paid(
            self.cashier.capture(
                CapturePayment(
                    request_id=key or self.shop.key(),
                    body_digest=digest(payment_id, amount, shipment_id),
                    payment_id=payment_id,
                    amount_minor=amount,
                    shipment_id=shipment_id,
                )
            )
        )

    def void(self, payment_id: str, key: str = "") -> Payment:
        key = key or self.shop.key()
        return paid(
            self.cashier.void(
                VoidPayment(request_id=key, body_digest=digest(payment_id), payment_id=payment_id)
            )
        )

    def refund(self, payment_id: str, amount: int, key: str = "", told_as: str = "") -> Payment:
        return paid(
            self.cashier.refund(
                RefundPayment(
                    request_id=key or self.shop.key(),
                    body_digest=digest(payment_id, amount, told_as),
                    payment_id=payment_id,
                    amount_minor=amount,
                    reason="RETURN",
                    external_reference=told_as,
                )
            )
        )

    def check(self, payment_id: str) -> Payment:
        key = self.shop.key()
        return paid(self.cashier.check(CheckPayment(request_id=key, body_digest=b"", payment_id=payment_id)))


def paid(answered: Answered) -> Payment:
    assert isinstance(answered.answer, PaymentChanged)
    return answered.answer.payment


@contextmanager
def a_paying_shop(route: Route | None = first_come, rules: str = "", **settings: Any) -> Iterator[PayingShop]:
    """Ten red clocks in Lyon, and no rule that lets any leave unpaid; what is done is audited at the end."""
    clock = StandingClock()
    with a_shop(stock={LYON: {CLOCK: 10}}, rules=rules, route=route, clock=clock, **settings) as shop:
        yield PayingShop(shop, FakeProvider(clock.now))
        assert shop.faults() == ()
