"""Acknowledge a shipment: its node has seen it and will ship it. Without that a supplier's shipment goes to another."""

from msgspec.structs import replace

from router.app.answers.fulfillment import ShipmentAcknowledged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.dropship import AcknowledgeShipment
from router.app.steps.file_shipment import file_shipment, get_shipment, tell_shipment
from router.domain.identifiers import Instant
from router.ledger.lifecycle import ShipmentEvent
from router.ledger.shipments import moved


def acknowledge_shipment(
    books: Books, command: AcknowledgeShipment, at: Instant
) -> tuple[Changes, ShipmentAcknowledged]:
    """The first time counts. Refuses with ORDER_STATE_FORBIDS a shipment that is not released."""
    filed, shipment = get_shipment(books, command.shipment_id)
    after = moved(shipment, ShipmentEvent.ACKNOWLEDGE)
    changes = Changes(after=books.head, time=at)
    if not shipment.journey.acknowledge_time:
        after = replace(after, journey=replace(after.journey, acknowledge_time=at))
        filed = file_shipment(changes, filed, after)
        said = f": {command.reference}" if command.reference else ""
        tell_shipment(changes, filed, after, ShipmentEvent.ACKNOWLEDGE, f"{after.node_id} will ship it{said}")
    return changes, ShipmentAcknowledged(acknowledge_time=after.journey.acknowledge_time)
