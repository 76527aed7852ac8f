"""Orders as received and as they stand."""

from router.api.messages.orders import order_message, place_message
from router.api.messages.times import timestamp
from router.api.v1 import orders_pb2
from router.app.answers.orders import OrderRecord
from router.app.records.events import Event
from router.app.returns.send_replacement import REPLACES
from router.ledger.orders import LineQuantities
from router.service.to_proto.plans import plan_message
from router.service.to_proto.restocks import restock_message


def record_message(record: OrderRecord) -> orders_pb2.OrderRecord:
    return orders_pb2.OrderRecord(
        order=order_message(record.order),
        state=orders_pb2.OrderState.Value(f"ORDER_STATE_{record.state}"),
        lines=[_quantities_message(line) for line in record.lines],
        plan=plan_message(record.plan, record.order.id, record.shipment_numbers),
        decision_id=record.decision_id,
        position=record.position,
        dispatched_shipment_ids=record.dispatched_shipment_ids,
        return_ids=record.return_ids,
        replacement_order_ids=record.replacement_order_ids,
        replaces_order_id=record.order.attributes.get(REPLACES, ""),
        restocks=map(restock_message, record.restocks),
        place=None if record.place is None else place_message(record.place),
    )


def _quantities_message(line: LineQuantities) -> orders_pb2.LineQuantities:
    return orders_pb2.LineQuantities(
        line_id=line.line_id,
        sku=line.sku,
        ordered=line.ordered,
        reserved=line.reserved,
        dispatched=line.dispatched,
        backordered=line.backordered,
        canceled=line.canceled,
        delivered=line.delivered,
    )


def event_message(event: Event) -> orders_pb2.WatchOrdersResponse:
    return orders_pb2.WatchOrdersResponse(
        position=event.position,
        book_time=timestamp(event.time),
        kind=event.kind.name,
        order_id=event.order_id,
        subject=event.subject,
        text=event.text,
    )
