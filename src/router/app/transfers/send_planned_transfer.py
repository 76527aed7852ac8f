"""Send what a shipment awaits from another node: its reserved units leave there and stay reserved under way."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from router.app.answers.stock import TransferChanged
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.stock import SendPlannedTransfer
from router.app.steps.awaited import awaited_of
from router.app.steps.file_shipment import get_shipment
from router.app.steps.hold_units import hold_account
from router.app.steps.movements import book_movement
from router.app.steps.resolve import release
from router.app.transfers.transfer_stock import moved_of, send, under_way
from router.domain.identifiers import Day, Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Account, Bucket
from router.ledger.event_kinds import EventKind
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.ledger.transfers import Transfer, TransferLine, TransferState, transfer_id_of


def send_planned_transfer(
    books: Books, command: SendPlannedTransfer, at: Instant
) -> tuple[Changes, TransferChanged]:
    """All units that wait at the node for the shipment are under way from now on, for this shipment alone.

    Refuses with ORDER_STATE_FORBIDS where none do: they were sent, canceled, or never planned.
    """
    filed, shipment = get_shipment(books, command.shipment_id)
    waiting = [
        part
        for part in awaited_of(filed, shipment)
        if part.account.bucket is Bucket.ON_HAND and part.account.node_id == command.from_node_id
    ]
    if not waiting:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` awaits nothing that is still at `{command.from_node_id}`; its plan says what it"
            " awaits from where (GetShipment)",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    changes = Changes(after=books.head, time=at)
    transfer = transfer_of(filed, shipment, waiting, changes, at)
    release(changes, [(part, part.left) for part in waiting], shipment.order_id)
    has_counted = [
        book_movement(
            books,
            changes,
            command.told,
            moved_of(transfer, line, -line.sent),
            partial(send, changes, transfer, line),
        )
        for line in transfer.lines
    ]
    after = moved_along(changes, filed, [(part, part.left) for part in waiting], transfer)
    changes.orders.append(after)
    changes.transfers.append(transfer)
    units = sum(line.sent for line in transfer.lines)
    changes.tell(
        EventKind.TRANSFER_SENT,
        order_id=shipment.order_id,
        subject=transfer.id,
        text=f"{units} unit{'' if units == 1 else 's'} for {shipment.id} left {transfer.from_node_id} for"
        f" {transfer.to_node_id}",
        state=after.account.state.name,
        node_ids=(transfer.from_node_id, transfer.to_node_id),
    )
    return changes, TransferChanged(
        transfer=transfer, ledger_position=changes.position, already_counted=all(has_counted)
    )


def transfer_of(
    filed: FiledOrder,
    shipment: ShipmentAccount,
    waiting: Sequence[Reservation],
    changes: Changes,
    at: Instant,
) -> Transfer:
    """The transfer of these reservations, expected on the day of the plan."""
    number, from_node_id = changes.next_event_position, waiting[0].account.node_id
    units = Counter[Account]()
    for part in waiting:
        units[part.account] += part.left
    planned = filed.plan.shipments[shipment.shipment - 1].transfers or ()
    days = [one.arrive_day for one in planned if one.from_node_id == from_node_id]
    return Transfer(
        id=transfer_id_of(number),
        number=number,
        from_node_id=from_node_id,
        to_node_id=shipment.node_id,
        state=TransferState.OPEN,
        lines=tuple(
            TransferLine(sku=account.sku, lot=account.lot, sent=count) for account, count in units.items()
        ),
        send_time=at,
        expected_day=Day(days[0]) if days else None,
        reference=shipment.id,
    )


def moved_along(
    changes: Changes, filed: FiledOrder, parts: Sequence[tuple[Reservation, int]], transfer: Transfer
) -> FiledOrder:
    """The order whose reserved units, released before, are reserved in the accounts of the transfer instead."""
    reservations = {part.position: part for part in filed.reservations}
    for part, units in parts:
        line = TransferLine(sku=part.account.sku, lot=part.account.lot, sent=units)
        held = hold_account(changes, part, under_way(transfer, line), units)
        reservations[part.position] = reservations[part.position].void(units)
        reservations[held.position] = held
        changes.reservations.extend((reservations[part.position], held))
    return replace(filed, reservations=tuple(reservations.values()))
