"""Release shipments to their node: those that are named, or all that it must begin on by an instant."""

from collections.abc import Sequence

from msgspec.structs import replace

from router.app.answers.fulfillment import ShipmentsReleased
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.fulfillment import ReleaseShipments
from router.app.records.filters import ShipmentFilter
from router.app.steps.awaited import awaited_of, refuse_awaiting
from router.app.steps.file_shipment import file_shipment, get_shipment, tell_shipment
from router.domain.identifiers import Instant, NodeId, OrderId
from router.domain.limits import SHIPMENTS_PER_RELEASE_MAX
from router.domain.reasons import Reason, RouterError
from router.ledger.lifecycle import ShipmentEvent, ShipmentState
from router.ledger.shipments import ShipmentAccount, moved


def release_shipments(
    books: Books, command: ReleaseShipments, at: Instant
) -> tuple[Changes, ShipmentsReleased]:
    """What waited in the pool is from now on its node's to pick.

    Without names at most SHIPMENTS_PER_RELEASE_MAX at once, those planned first; the answer says if there are more.
    Refuses an unknown node, and of shipments that are named one that is not PLANNED or awaits units from elsewhere;
    others that await any are left for later.
    """
    changes = Changes(after=books.head, time=at)
    planned = named(books, command.shipment_ids) if command.shipment_ids else due(books, command, at)
    released = [begun(one, at) for one in planned[:SHIPMENTS_PER_RELEASE_MAX]]
    orders: dict[OrderId, FiledOrder] = {}
    for one in released:
        filed = orders.get(one.order_id) or books.get_order(one.order_id)
        orders[one.order_id] = file_shipment(changes, filed, one)
        tell_shipment(changes, filed, one, ShipmentEvent.RELEASE, f"{one.node_id} may begin on it")
    return changes, ShipmentsReleased(
        shipment_ids=tuple(one.id for one in released), has_more=len(planned) > len(released)
    )


def begun(shipment: ShipmentAccount, at: Instant) -> ShipmentAccount:
    """The shipment released, and when."""
    after = moved(shipment, ShipmentEvent.RELEASE)
    return replace(after, journey=replace(after.journey, release_time=at))


def named(books: Books, shipment_ids: Sequence[str]) -> Sequence[ShipmentAccount]:
    found = [get_shipment(books, shipment_id) for shipment_id in shipment_ids]
    for filed, shipment in found:
        refuse_awaiting(filed, shipment)
    return [shipment for _, shipment in found]


def due(books: Books, command: ReleaseShipments, at: Instant) -> Sequence[ShipmentAccount]:
    """Those whose node must begin by then; one more than may be released, if there are so many."""
    refuse_unknown_node(books, command.node_id)
    begin_by = at if command.begin_by is None else command.begin_by
    where = ShipmentFilter(state=ShipmentState.PLANNED, node_id=command.node_id, begin_by=begin_by)
    found = books.list_shipments(where, SHIPMENTS_PER_RELEASE_MAX + 1)
    return [one for one in found if not awaited_of(books.get_order(one.order_id), one)]


def refuse_unknown_node(books: Books, node_id: NodeId) -> None:
    """Refuse with UNKNOWN_NODE one that the network does not have."""
    if node_id not in books.ready_network().node_index:
        raise RouterError(
            Reason.UNKNOWN_NODE, f"node `{node_id}` is not in the network; put it first", node_id=node_id
        )
