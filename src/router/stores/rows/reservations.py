"""Reservations of orders, and those that belong to none."""

from collections.abc import Mapping, Sequence
from itertools import compress, repeat
from typing import Any

import msgspec

from router.domain.identifiers import Instant, LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Account, on_hand
from router.ledger.entry_columns import ColumnReservations
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation
from router.stores.account_ids import Numbered
from router.stores.rows.journal import account_of
from router.stores.rows.row import ENCODER, Row, of_the_books

_Asked = tuple[str, str, str, int]
_Part = tuple[int, str, str, str, str, int, int, int]
_HELD = msgspec.msgpack.Decoder(tuple[int, str, list[_Asked], list[_Part]])
_FIRM = 0
"""The expire time of a reservation that has none."""


def reservation_rows(numbered: Numbered, reservations: Sequence[Reservation]) -> list[tuple[Any, ...]]:
    if not isinstance(reservations, ColumnReservations):
        return [reservation_row(numbered.ids, one) for one in reservations]
    columns, shelves = reservations.columns, numbered.counted[1::2]
    rows = zip(
        columns.order_ids,
        range(columns.first, columns.first + len(columns)),
        [shelves[pair] for pair in columns.pairs],
        columns.line_ids,
        columns.shipments,
        columns.quantities,
        repeat(0),
        repeat(0),
    )
    return list(compress(rows, columns.shipments)) if columns.waiting else list(rows)


def reservation_row(ids: Mapping[Account, int], one: Reservation) -> tuple[Any, ...]:
    return (
        one.order_id,
        one.position,
        ids[one.account],
        one.line_id,
        one.shipment,
        one.quantity,
        one.posted,
        one.voided,
    )


@of_the_books("is not a reservation")
def reservation_of(row: Row) -> Reservation:
    order_id, position, line_id, shipment, quantity, posted, voided, *account = row
    return Reservation(
        position=position,
        account=account_of(*account),
        order_id=OrderId(order_id),
        line_id=LineId(line_id),
        shipment=shipment,
        quantity=quantity,
        posted=posted,
        voided=voided,
    )


def stock_reservation_row(one: StockReservation) -> tuple[Any, ...]:
    asked = [(line.line_id, line.node_id, line.sku, line.quantity) for line in one.lines]
    parts = [
        (
            part.position,
            part.account.node_id,
            part.account.sku,
            part.account.lot,
            part.line_id,
            part.quantity,
            part.posted,
            part.voided,
        )
        for part in one.parts
    ]
    body = ENCODER.encode((one.create_time, one.order_id, asked, parts))
    limit = _FIRM if one.expire_time is None else one.expire_time
    return (one.number, one.id, int(one.state), limit, one.reference, body)


def stock_reservation_of(row: Row) -> StockReservation:
    number, id, state, limit, reference, body = row
    create_time, order_id, asked, parts = _HELD.decode(body)
    return StockReservation(
        id=id,
        number=number,
        reference=reference,
        state=ReservationState(state),
        create_time=Instant(create_time),
        expire_time=None if limit == _FIRM else Instant(limit),
        order_id=order_id,
        lines=tuple(
            AskedLine(line_id=LineId(line_id), node_id=NodeId(node_id), sku=Sku(sku), quantity=quantity)
            for line_id, node_id, sku, quantity in asked
        ),
        parts=tuple(
            Reservation(
                position=position,
                account=on_hand(NodeId(node_id), Sku(sku), lot),
                order_id=OrderId(""),
                line_id=LineId(line_id),
                shipment=0,
                quantity=quantity,
                posted=posted,
                voided=voided,
            )
            for position, node_id, sku, lot, line_id, quantity, posted, voided in parts
        ),
    )
