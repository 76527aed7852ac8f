"""Payments and gift accounts."""

from router.api.messages.times import timestamp
from router.api.v1 import payments_pb2
from router.ledger.gifts import GiftAccount
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
        gift_account_id=payment.gift_account_id,
        declined_act=payments_pb2.PaymentAct.ValueType(payment.declined_act or 0),
        declined_act_code=payment.declined_act_code,
    )


def gift_account_message(account: GiftAccount) -> payments_pb2.GiftAccount:
    return payments_pb2.GiftAccount(
        gift_account_id=account.id,
        currency=account.currency,
        balance_minor=account.balance,
        held_minor=account.held,
    )
