"""Orders and their decisions."""

from collections.abc import Iterable
from typing import Any

import msgspec

from router.app.records.decisions import BookedDecision, StoredDecision, StoredOutcome
from router.domain.identifiers import Instant, LineId, OrderId, Sku
from router.ledger.lifecycle import OrderState
from router.ledger.orders import AllReserved, LineQuantities, OrderAccount
from router.stores.rows.row import ENCODER, Row, of_the_books

_Lines = list[tuple[str, str, int, int, int, int, int]]


class _Quantities(msgspec.Struct, array_like=True):
    lines: _Lines
    dispatched_shipments: tuple[int, ...]
    delivered: tuple[int, ...] = ()
    """By line; nothing when no unit arrived."""


_DECODER = msgspec.msgpack.Decoder(_Quantities)


def order_row(order: OrderAccount) -> tuple[Any, ...]:
    return (
        order.number,
        order.order_id,
        order.channel,
        order.customer_id,
        int(order.state),
        order.decision_number,
        order.position,
        ENCODER.encode(quantities_of(order)),
        order.rejection_count,
    )


def quantities_of(order: OrderAccount) -> tuple[Any, ...]:
    """The fields of `_Quantities`. Field by field: a tuple of all that is cut takes half as long again."""
    counted, dispatched = order.counted, order.dispatched_shipments
    if isinstance(counted, AllReserved):
        # Of most orders: what is there is written, without the numbers that would be made of it.
        return [(one.id, one.sku, one.quantity, one.quantity, 0, 0, 0) for one in counted.asked], dispatched
    lines = [
        (
            line.line_id,
            line.sku,
            line.ordered,
            line.reserved,
            line.dispatched,
            line.backordered,
            line.canceled,
        )
        for line in counted
    ]
    return (lines, dispatched, *delivered_of(counted))


def delivered_of(lines: Iterable[LineQuantities]) -> tuple[list[int], ...]:
    """Nothing where no unit arrived."""
    delivered = [line.delivered for line in lines]
    return (delivered,) if any(delivered) else ()


@of_the_books("is not an order")
def order_of(row: Row) -> OrderAccount:
    number, order_id, channel, customer_id, state, decision_number, position, quantities, rejections = row
    found = _DECODER.decode(quantities)
    delivered = found.delivered or (0,) * len(found.lines)
    return OrderAccount(
        number=number,
        order_id=OrderId(order_id),
        channel=channel,
        customer_id=customer_id,
        state=OrderState(state),
        counted=tuple(
            LineQuantities(
                line_id=LineId(line_id),
                sku=Sku(sku),
                ordered=ordered,
                reserved=reserved,
                dispatched=dispatched,
                backordered=backordered,
                canceled=canceled,
                delivered=arrived,
            )
            for (line_id, sku, ordered, reserved, dispatched, backordered, canceled), arrived in zip(
                found.lines, delivered, strict=True
            )
        ),
        decision_number=decision_number,
        position=position,
        dispatched_shipments=found.dispatched_shipments,
        rejection_count=rejections,
    )


def decision_row(decision: StoredDecision) -> tuple[Any, ...]:
    return (decision.number, decision.order_id, decision.ledger_position, decision.body)


def decision_of(row: Row) -> StoredDecision:
    number, order_id, ledger_position, body = row
    return StoredDecision(
        number=number, order_id=OrderId(order_id), ledger_position=ledger_position, body=body
    )


def outcome_row(outcome: StoredOutcome) -> tuple[Any, ...]:
    return (outcome.request_id, outcome.body_digest, outcome.time, outcome.body)


def outcome_of(row: Row) -> StoredOutcome:
    request_id, body_digest, time, body = row
    return StoredOutcome(request_id=request_id, body_digest=body_digest, time=Instant(time), body=body)


def booked_decision_of(row: Row) -> BookedDecision:
    return BookedDecision(time=Instant(row[4]), decision=decision_of(row[:4]))
