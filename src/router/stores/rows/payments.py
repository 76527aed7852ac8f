"""Payments of orders."""

from typing import Any

import msgspec

from router.domain.identifiers import Instant, OrderId
from router.ledger.payments import Intent, Payment, PaymentAct, PaymentMethod
from router.stores.rows.row import ENCODER, Row, of_the_books

_INTENT = msgspec.msgpack.Decoder(Intent)


def payment_row(payment: Payment) -> tuple[Any, ...]:
    return (
        payment.number,
        payment.id,
        payment.order_id,
        int(payment.method),
        payment.currency,
        payment.asked,
        payment.authorized,
        payment.captured,
        payment.released,
        payment.refunded,
        payment.expire_time,
        payment.provider_id,
        payment.decline_code,
        b"" if payment.intent is None else ENCODER.encode(payment.intent),
        payment.gift_account_id,
        int(payment.declined_act or 0),
        payment.declined_act_code,
    )


@of_the_books("is not a payment")
def payment_of(row: Row) -> Payment:
    number, id, order_id, method, currency, asked, authorized, captured, released, refunded, *rest = row
    expire_time, provider_id, decline_code, intent, gift_account_id, declined_act, declined_act_code = rest
    return Payment(
        number=number,
        id=id,
        order_id=OrderId(order_id),
        method=PaymentMethod(method),
        currency=currency,
        asked=asked,
        authorized=authorized,
        captured=captured,
        released=released,
        refunded=refunded,
        expire_time=Instant(expire_time),
        provider_id=provider_id,
        decline_code=decline_code,
        intent=_INTENT.decode(intent) if intent else None,
        gift_account_id=gift_account_id,
        declined_act=PaymentAct(declined_act) if declined_act else None,
        declined_act_code=declined_act_code,
    )
