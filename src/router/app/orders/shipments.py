"""Names of shipments: `<order_id>/<number>`, numbered from 1 in the order of the plan."""

from router.domain.identifiers import OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.shipments import shipment_id_of as shipment_id_of


def parse_shipment_id(shipment_id: str) -> tuple[OrderId, int]:
    """Order and number of a shipment's id; an order's own id may hold slashes. Refuses with INVALID_REQUEST."""
    order_id, slash, number = shipment_id.rpartition("/")
    if not (order_id and slash and number.isascii() and number.isdigit() and len(number) <= 9):
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"`{shipment_id}` names no shipment; shipments are named `<order_id>/<number>`",
            shipment_id=shipment_id,
        )
    return OrderId(order_id), int(number)
