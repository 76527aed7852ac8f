"""Finding a shipment with its order, and filing it after it moved on."""

from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.records.ids import parse_shipment_id
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import SHIPMENT_EFFECTS, ShipmentEvent
from router.ledger.shipments import ShipmentAccount


def get_shipment(books: Books, shipment_id: str) -> tuple[FiledOrder, ShipmentAccount]:
    """The shipment with its order. Refuses with ORDER_NOT_FOUND."""
    order_id, number = parse_shipment_id(shipment_id)
    filed = books.get_order(order_id)
    shipment = filed.find_shipment(number)
    if shipment is None:
        raise no_shipment(order_id, shipment_id, len(filed.shipments))
    return filed, shipment


def no_shipment(order_id: str, shipment_id: str, count: int) -> RouterError:
    return RouterError(
        Reason.ORDER_NOT_FOUND,
        f"order `{order_id}` has {count} shipments, none is `{shipment_id}`",
        shipment_id=shipment_id,
    )


def file_shipment(changes: Changes, filed: FiledOrder, shipment: ShipmentAccount) -> FiledOrder:
    """The order with its shipment as it is now; both are among the changes."""
    after = filed.with_shipments([shipment])
    changes.shipments.append(shipment)
    changes.orders.append(after)
    return after


def tell_shipment(
    changes: Changes, filed: FiledOrder, shipment: ShipmentAccount, event: ShipmentEvent, text: str
) -> None:
    """Tell what happened to a shipment, as its row of the lifecycle says."""
    changes.tell_effect(
        SHIPMENT_EFFECTS[event],
        order_id=shipment.order_id,
        subject=shipment.id,
        text=text,
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
