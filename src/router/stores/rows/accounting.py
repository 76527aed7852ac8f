"""What units cost and whose goods lie in nodes, as rows."""

from typing import Any

import msgspec

from router.domain.identifiers import Instant, NodeId, Sku
from router.ledger.accounting.owners import NodeOwner
from router.ledger.accounting.vouchers import UnitCost
from router.stores.rows.row import ENCODER, Row, of_the_books

_UNITS = msgspec.msgpack.Decoder(dict[Sku, int])


def unit_cost_row(cost: UnitCost) -> tuple[Any, ...]:
    return (
        cost.sku,
        cost.position,
        cost.cost_minor,
        cost.currency,
        cost.before_minor,
        cost.held,
        cost.in_transit,
        cost.shipped,
        cost.time,
    )


def unit_cost_of(row: Row) -> UnitCost:
    sku, position, cost_minor, currency, before_minor, held, in_transit, shipped, time = row
    return UnitCost(
        sku=Sku(sku),
        position=position,
        cost_minor=cost_minor,
        currency=currency,
        before_minor=before_minor,
        held=held,
        in_transit=in_transit,
        shipped=shipped,
        time=Instant(time),
    )


def node_owner_row(owner: NodeOwner) -> tuple[Any, ...]:
    return (owner.node_id, owner.position, int(owner.is_supplier), owner.time, ENCODER.encode(owner.units))


@of_the_books("does not say whose goods lie in a node")
def node_owner_of(row: Row) -> NodeOwner:
    node_id, position, is_supplier, time, units = row
    return NodeOwner(
        node_id=NodeId(node_id),
        position=position,
        is_supplier=bool(is_supplier),
        time=Instant(time),
        units=_UNITS.decode(units),
    )
