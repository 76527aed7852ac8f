"""Payments."""

from router.api.messages.times import timestamp
from router.api.v1 import payments_pb2
from router.ledger.payments import Payment


def payment_message(payment: Payment) -> payments_pb2.Payment:
    return payments_pb2.Payment(
        payment_id=payment.id,
        order_id=payment.order_id,
        method=payments_pb2.PaymentMethod.ValueType(payment.method),
        state=payments_pb2.PaymentState.ValueType(payment.state),
        currency=payment.currency,
        asked_minor=payment.asked,
        authorized_minor=payment.authorized,
        captured_minor=payment.captured,
        released_minor=payment.released,
        open_minor=payment.open,
        refunded_minor=payment.refunded,
        expire_time=timestamp(payment.expire_time) if payment.expire_time else None,
        provider_id=payment.provider_id,
        decline_code=payment.decline_code,
    )
