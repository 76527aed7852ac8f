"""Shipments, and the layouts of the nodes they are picked at."""

from typing import Any

import msgspec

from router.domain.identifiers import Instant, NodeId, OrderId
from router.domain.layout import Layout
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import NO_JOURNEY, Journey, ShipmentAccount
from router.stores.rows.row import ENCODER, Row, of_the_books

_JOURNEY = msgspec.msgpack.Decoder(Journey)
_LAYOUT = msgspec.msgpack.Decoder(Layout)
_NODE_IDS = msgspec.json.Decoder(tuple[NodeId, ...])


def shipment_row(one: ShipmentAccount) -> tuple[Any, ...]:
    return (
        one.number,
        one.order_id,
        one.shipment,
        one.node_id,
        int(one.state),
        one.cut_off_time,
        b"" if one.journey is NO_JOURNEY or one.journey == NO_JOURNEY else ENCODER.encode(one.journey),
        one.tracking_number,
        one.wave,
    )


@of_the_books("is not a shipment")
def shipment_of(row: Row) -> ShipmentAccount:
    number, order_id, shipment, node_id, state, cut_off_time, body, tracking_number, wave = row
    return ShipmentAccount(
        number=number,
        order_id=OrderId(order_id),
        shipment=shipment,
        node_id=NodeId(node_id),
        state=ShipmentState(state),
        cut_off_time=Instant(cut_off_time),
        tracking_number=tracking_number,
        wave=wave,
        journey=_JOURNEY.decode(body) if body else NO_JOURNEY,
    )


def layout_row(layout: Layout) -> tuple[Any, ...]:
    return (layout.node_id, ENCODER.encode(layout))


@of_the_books("is not a layout")
def layout_of(row: Row) -> Layout:
    return _LAYOUT.decode(row[1])
