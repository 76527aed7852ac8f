"""Cancel a transfer: all of it is back where it came from, and what was sent for a shipment is held for it there."""

from dataclasses import replace
from functools import partial

from router.app.answers.stock import TransferChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.stock import CancelTransfer
from router.app.steps.movements import book_movement
from router.app.transfers.arrive_for_shipment import Served
from router.app.transfers.transfer_stock import move_in, moved_of, open_transfer
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.event_kinds import EventKind
from router.ledger.transfers import Transfer, TransferLine, TransferState


def cancel_transfer(books: Books, command: CancelTransfer, at: Instant) -> tuple[Changes, TransferChanged]:
    """All its units are back where they came from. Refuses once anything was received."""
    transfer = open_transfer(books, command.transfer_id)
    if transfer.has_arrived:
        raise RouterError(
            Reason.TRANSFER_STATE_FORBIDS,
            f"units of transfer `{command.transfer_id}` were received already; receive the rest, or close it as short",
            transfer_id=command.transfer_id,
            state=transfer.state.name,
        )
    changes = Changes(after=books.head, time=at)
    served = Served(books, changes, transfer)
    for line in transfer.lines:
        cancel_line(books, changes, command, transfer, served, line)
    served.file()
    canceled = replace(transfer, state=TransferState.CANCELED)
    changes.transfers.append(canceled)
    changes.tell(
        EventKind.TRANSFER_CANCELED,
        order_id=served.order_id,
        subject=transfer.id,
        text=command.reason,
        state=served.state,
        node_ids=(transfer.from_node_id, transfer.to_node_id),
    )
    if served.is_short:
        changes.told_count = len(changes.entries)
        served.let_wait()
    return changes, TransferChanged(transfer=canceled, ledger_position=changes.position)


def cancel_line(
    books: Books,
    changes: Changes,
    command: CancelTransfer,
    transfer: Transfer,
    served: Served,
    line: TransferLine,
) -> None:
    """The units of a line are on their shelf again, those that were sent for a shipment held for it there."""
    kept = served.release(line, line.left)
    book_movement(
        books,
        changes,
        command.told,
        moved_of(transfer, line, line.left),
        partial(move_in, changes, transfer, line, line.left, transfer.from_node_id),
    )
    served.hold(kept, transfer.from_node_id)
