"""What an edit changes about an order: cost, last day, shipments, and what its payments cover of it."""

from dataclasses import replace

from router.app.answers.decided import NO_DECISION
from router.app.answers.orders import OrderEdited, OrderRecord
from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.app.payments.coverage import covered_of, may_leave_unpaid
from router.app.reading.order_records import record_of
from router.domain.charges import charged_for
from router.domain.identifiers import Day
from router.ledger.shipments import shipment_id_of
from router.routing.decision import Decision, shipment_numbers, withdrawn_numbers


def compared(
    books: Books, before: FiledOrder, after: FiledOrder, decision: Decision, token: str, *, is_booked: bool
) -> OrderEdited:
    """The order after the edit, against what it was; a preview has no decision to name."""
    was, now = record_of(before), record_of(after)
    order_id, known = before.order.id, len(before.plan.shipments)
    numbers = shipment_numbers(decision)
    goods = goods_of(after)
    return OrderEdited(
        record=now if is_booked else replace(now, decision_id=NO_DECISION),
        confirm_token=token,
        is_booked=is_booked,
        cost_before_milli=was.plan.objective_milli,
        cost_after_milli=now.plan.objective_milli,
        delivery_day_before=last_day(was),
        delivery_day_after=last_day(now),
        withdrawn_shipment_ids=tuple(shipment_id_of(order_id, one) for one in withdrawn_numbers(decision)),
        added_shipment_ids=tuple(shipment_id_of(order_id, one) for one in numbers if one > known),
        kept_shipment_ids=tuple(shipment_id_of(order_id, one) for one in numbers if one <= known),
        goods_minor=goods,
        uncovered_minor=uncovered_of(books, after, goods),
    )


def last_day(record: OrderRecord) -> Day | None:
    return max((one.delivery_day for one in record.plan.shipments), default=None)


def goods_of(filed: FiledOrder) -> int:
    """What the units that are not canceled are charged, shipping included, in minor units."""
    return charged_for(
        filed.order, {line.line_id: line.ordered - line.canceled for line in filed.account.lines}
    )


def uncovered_of(books: Books, filed: FiledOrder, goods_minor: int) -> int:
    """What payments do not cover of the goods; nothing where they may leave unpaid."""
    return 0 if may_leave_unpaid(books, filed) else max(0, goods_minor - covered_of(books, filed))
