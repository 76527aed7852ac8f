"""The part of the audit that holds the states of shipments against the units that are reserved for them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from router.domain.identifiers import OrderId
from router.ledger.lifecycle import LEFT, ShipmentState
from router.ledger.shipments import ShipmentAccount, shipment_id_of

Held = Mapping[tuple[OrderId, int], tuple[int, int]]
"""By order and shipment: units still held at its node, and units that left."""


def compare_shipments(
    held: Held, delivered: Mapping[OrderId, int], shipments: Iterable[ShipmentAccount]
) -> Iterator[str]:
    """A sentence for every shipment whose state its units belie, or that only one side knows.

    `delivered` are the units of each order that arrived, as its lines say.
    """
    unknown, arrived = dict(held), Counter(delivered)
    for one in shipments:
        left, gone = unknown.pop((one.order_id, one.shipment), (0, 0))
        if one.state is ShipmentState.DELIVERED:
            arrived[one.order_id] -= gone
        if (one.state in LEFT) != (gone > 0):
            yield f"shipment `{one.id}` is {one.state.name}, {gone} units of it left"
        elif one.state not in LEFT and (left > 0) == (one.state is ShipmentState.CANCELED):
            yield f"shipment `{one.id}` is {one.state.name}, {left} units are reserved for it"
    for order_id, number in unknown:
        yield f"shipment `{shipment_id_of(order_id, number)}` has reservations only"
    for order_id, count in arrived.items():
        if count:
            yield f"order `{order_id}` has {count:+d} units delivered beside its shipments"
