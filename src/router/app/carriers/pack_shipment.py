"""Keep the boxes there are, and in which of them a shipment was packed."""

from collections import Counter

from router.app.answers.carriers import BoxesPut, ShipmentPacked
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.carriers import PackShipment, PutBoxes
from router.app.steps.file_shipment import get_shipment
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Packing
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState

PACKABLE = (ShipmentState.RELEASED, ShipmentState.PICKING, ShipmentState.PICKED)


def put_boxes(books: Books, command: PutBoxes, at: Instant) -> tuple[Changes, BoxesPut]:
    """In the place of those before."""
    changes = Changes(after=books.head, time=at)
    count = len(command.boxes)
    changes.box_lists.append((changes.next_event_position, command.boxes))
    changes.tell(EventKind.BOXES_CHANGED, text=f"{count} box{'' if count == 1 else 'es'}")
    return changes, BoxesPut(box_count=count)


def pack_shipment(books: Books, command: PackShipment, at: Instant) -> tuple[Changes, ShipmentPacked]:
    """Refuses an unknown shipment, and with ORDER_STATE_FORBIDS one that is not at work in its node."""
    filed, shipment = get_shipment(books, command.shipment_id)
    if shipment.state not in PACKABLE:
        named = ", ".join(one.name for one in PACKABLE)
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` is {shipment.state.name}, to pack it, it must be {named}",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    held: Counter[str] = Counter()
    for one in filed.reservations:
        if one.shipment == shipment.shipment and one.left:
            held[one.line_id] += one.left
    if held != Counter(one.line_id for box in command.boxes for one in box.placements):
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` has lost units while it was being packed; pack it again with a new request_id",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    changes = Changes(after=books.head, time=at)
    changes.packings.append(
        Packing(number=changes.next_event_position, shipment_id=shipment.id, time=at, boxes=command.boxes)
    )
    names = Counter(one.box.id for one in command.boxes)
    changes.tell(
        EventKind.SHIPMENT_PACKED,
        order_id=shipment.order_id,
        subject=shipment.id,
        text=", ".join(f"{count} x {name}" for name, count in names.items()),
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
    planned = filed.plan.shipments[shipment.shipment - 1]
    return changes, ShipmentPacked(
        shipment_id=shipment.id, boxes=command.boxes, planned_count=len(planned.parcels)
    )
