"""Delays."""

from router.api.messages.times import date_text, optional_date, timestamp
from router.api.v1 import delays_pb2 as pb
from router.ledger.delays import NEVER, Delay, DelayState

_ANSWERED = (DelayState.TOLD, DelayState.ASKED)


def delay_message(delay: Delay) -> pb.Delay:
    return pb.Delay(
        order_id=delay.order_id,
        state=pb.DelayState.ValueType(delay.state),
        notice_number=delay.round,
        promised_date=date_text(delay.promised_day),
        agreed_date=optional_date(delay.agreed_day),
        expected_date=optional_date(delay.expected_day),
        answer_date=optional_date(delay.answer_day) if delay.state in _ANSWERED else "",
        due_time=timestamp(delay.due_time) if delay.due_time != NEVER else None,
        told_time=timestamp(delay.told_time) if delay.told_time != NEVER else None,
        cause=delay.cause,
    )
