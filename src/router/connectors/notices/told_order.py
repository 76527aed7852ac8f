"""What is told of an order, read from the books."""

from datetime import UTC, date, datetime

from router.app.answers.fulfillment import ShipmentRecord
from router.app.queries import Queries
from router.app.records.filters import ShipmentFilter
from router.connectors.notices.told import Told, ToldDelay, ToldReturn, ToldShipment, units_of, with_names
from router.domain.currency import money_text
from router.domain.identifiers import Day
from router.domain.limits import PAGE_SIZE_MAX
from router.domain.reasons import Reason, RouterError
from router.domain.return_policy import LabelPayer
from router.ledger.returns import ReturnKind


def told_of(queries: Queries, order_id: str, shipment_id: str, return_id: str = "") -> Told | None:
    """None if there is no such order; `shipment_id` or `return_id` empty: nothing is said of one."""
    try:
        record, recipient = queries.get_order(order_id), queries.customers.find_recipient(order_id)
        about = queries.shipments.get_shipment(shipment_id) if shipment_id else None
        returned = told_return(queries, return_id) if return_id else None
    except RouterError as refusal:
        if refusal.reason in (Reason.ORDER_NOT_FOUND, Reason.RETURN_NOT_FOUND):
            return None
        raise
    told = Told(
        order_id=order_id,
        recipient=recipient,
        lines=units_of((line.sku, line.ordered - line.canceled) for line in record.lines),
        shipments=told_shipments(queries, order_id),
        waiting=units_of((line.sku, line.backordered) for line in record.lines),
        shipment=None if about is None else told_shipment(about),
        returned=returned,
        delay=told_delay(queries, order_id),
    )
    return with_names(told, lambda sku: name_of(queries, sku))


def name_of(queries: Queries, sku: str) -> str:
    """Empty for a product without a name, or that nobody knows any more."""
    try:
        return queries.get_product(sku).name
    except RouterError as refusal:
        if refusal.reason is Reason.DOCUMENT_NOT_FOUND:
            return ""
        raise


def told_return(queries: Queries, return_id: str) -> ToldReturn:
    """A return or claim as it stands."""
    one = queries.returns.get_return(return_id)
    is_claim = one.kind is ReturnKind.CLAIM
    last = datetime.fromtimestamp(one.expire_time / 1e6, UTC).date().isoformat() if one.is_expiring else ""
    return ToldReturn(
        return_id=one.id,
        node_id=one.node_id,
        units=units_of((line.sku, 0 if is_claim else line.expected) for line in one.lines),
        received=units_of((line.sku, line.taken if is_claim else line.received) for line in one.lines),
        refunded=money_text(one.refunded_minor, one.currency),
        send_by=last,
        customer_pays=one.label_payer is LabelPayer.CUSTOMER,
    )


def told_delay(queries: Queries, order_id: str) -> ToldDelay | None:
    """What a customer may know of a delay."""
    delay = queries.delays.find_delay(order_id)
    if delay is None:
        return None
    return ToldDelay(
        promised_date=date_text(delay.promised_day),
        expected_date="" if delay.expected_day is None else date_text(delay.expected_day),
        answer_date="" if delay.answer_day is None else date_text(delay.answer_day),
        notice_number=delay.round,
    )


def told_shipment(record: ShipmentRecord) -> ToldShipment:
    """With the day on which it is expected now."""
    account = record.account
    return ToldShipment(
        shipment_id=account.id,
        service_level_id=record.service_level_id,
        delivery_date=date_text(account.journey.eta_day or record.delivery_day),
        tracking_number=account.tracking_number,
        units=units_of((one.sku, one.quantity) for one in record.units),
    )


def told_shipments(queries: Queries, order_id: str) -> tuple[ToldShipment, ...]:
    """As they stand: a plan also has what was not on its shelf, or canceled."""
    of_order = queries.shipments.list_shipments(PAGE_SIZE_MAX, "", ShipmentFilter(order_id=order_id)).items
    return tuple(told_shipment(one) for one in of_order if one.units)


def date_text(day: Day) -> str:
    return date.fromordinal(day).isoformat()
