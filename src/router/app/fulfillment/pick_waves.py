"""Pick waves: shipments that one person fetches in one walk."""

from collections.abc import Sequence

from msgspec.structs import replace

from router.app.answers.fulfillment import PickWaveCreated
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.fulfillment import CreatePickWave
from router.app.fulfillment.release_shipments import refuse_unknown_node
from router.app.records.filters import ShipmentFilter
from router.app.records.ids import wave_id_of
from router.app.steps.file_shipment import file_shipment, get_shipment, tell_shipment
from router.domain.identifiers import Instant, OrderId
from router.domain.limits import SHIPMENTS_PER_RELEASE_MAX
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.lifecycle import ShipmentEvent, ShipmentState
from router.ledger.shipments import ShipmentAccount, moved


def create_pick_wave(books: Books, command: CreatePickWave, at: Instant) -> tuple[Changes, PickWaveCreated]:
    """Take released shipments of a node together: those that are named, or those with the earliest cut-off.

    Refuses an unknown node, and of shipments that are named one of another node or that is not RELEASED. With nothing
    to pick the wave has no id and no shipments.
    """
    refuse_unknown_node(books, command.node_id)
    changes = Changes(after=books.head, time=at)
    chosen = named(books, command) if command.shipment_ids else most_urgent(books, command)
    if not chosen:
        return changes, PickWaveCreated(wave_id="", shipment_ids=())
    number = changes.next_event_position
    orders: dict[OrderId, FiledOrder] = {}
    for one in chosen:
        filed = orders.get(one.order_id) or books.get_order(one.order_id)
        picking = replace(moved(one, ShipmentEvent.START_PICK), wave=number)
        orders[one.order_id] = file_shipment(changes, filed, picking)
        tell_shipment(changes, filed, picking, ShipmentEvent.START_PICK, f"in pick wave {wave_id_of(number)}")
    return changes, PickWaveCreated(wave_id=wave_id_of(number), shipment_ids=tuple(one.id for one in chosen))


def named(books: Books, command: CreatePickWave) -> Sequence[ShipmentAccount]:
    chosen = [get_shipment(books, shipment_id)[1] for shipment_id in command.shipment_ids]
    if strangers := [one for one in chosen if one.node_id != command.node_id]:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"shipment `{strangers[0].id}` is of node `{strangers[0].node_id}`, must be of `{command.node_id}`",
            violations=[
                Violation(f"shipment_ids[{one.id}]", "OTHER_NODE", f"it is of node `{one.node_id}`")
                for one in strangers
            ],
        )
    return chosen


def most_urgent(books: Books, command: CreatePickWave) -> Sequence[ShipmentAccount]:
    where = ShipmentFilter(state=ShipmentState.RELEASED, node_id=command.node_id)
    released = books.list_shipments(where, SHIPMENTS_PER_RELEASE_MAX)
    return sorted(released, key=lambda one: (one.cut_off_time, one.number))[: command.shipments_max]
