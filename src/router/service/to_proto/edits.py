"""What an edit makes of an order."""

from router.api.messages.times import optional_date
from router.api.v1 import orders_pb2
from router.app.answers.orders import OrderEdited
from router.service.money import round_half_even
from router.service.to_proto.orders import record_message


def edit_response(answer: OrderEdited, *, replayed: bool) -> orders_pb2.EditOrderResponse:
    return orders_pb2.EditOrderResponse(
        record=record_message(answer.record),
        booked=answer.is_booked,
        confirm_token=answer.confirm_token,
        cost_before_minor=round_half_even(answer.cost_before_milli),
        cost_after_minor=round_half_even(answer.cost_after_milli),
        delivery_date_before=optional_date(answer.delivery_day_before),
        delivery_date_after=optional_date(answer.delivery_day_after),
        withdrawn_shipment_ids=answer.withdrawn_shipment_ids,
        added_shipment_ids=answer.added_shipment_ids,
        kept_shipment_ids=answer.kept_shipment_ids,
        goods_minor=answer.goods_minor,
        uncovered_minor=answer.uncovered_minor,
        replayed=replayed,
    )
