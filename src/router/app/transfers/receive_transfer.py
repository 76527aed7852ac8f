"""Receive a transfer: in full, in part, with fewer or more units than were sent, or with broken ones."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from router.app.answers.stock import TransferChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.stock import ReceiveTransfer
from router.app.steps.movements import Moved, book_movement
from router.app.steps.plausible import refuse_excess
from router.app.transfers.arrive_for_shipment import Served
from router.app.transfers.transfer_stock import move_in, open_transfer, under_way
from router.domain.identifiers import Instant, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Account, Bucket, at_node, outside
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.transfers import Arrival, Transfer, TransferLine, TransferState, after_arrival


def receive_transfer(books: Books, command: ReceiveTransfer, at: Instant) -> tuple[Changes, TransferChanged]:
    """Book what arrived; if the transfer closes with units left, these are lost. Refuses SKUs that were not sent
    and, unless it is said to be true, far more than was.

    What was sent for a shipment is held for it; what of that did not arrive as it was sent waits, and the engine has
    the order decided again in the same transaction.
    """
    before = open_transfer(books, command.transfer_id)
    arrived = arrivals_of(before, command)
    after = after_arrival(before, arrived, closes=command.closes)
    if not command.accepts_extra:
        refuse_excess(sent_of(before), after.lines, f"transfer `{before.id}`")
    changes = Changes(after=books.head, time=at)
    served = Served(books, changes, before)
    has_counted = [
        receive_line(books, changes, command, before, served, *lines)
        for lines in zip(before.lines, after.lines, strict=True)
        if lines[0] != lines[1]
    ]
    changes.transfers.append(after)
    served.file()
    changes.tell(
        EventKind.TRANSFER_RECEIVED,
        order_id=served.order_id,
        subject=before.id,
        text=describe(before, after),
        state=served.state,
        node_ids=(after.to_node_id,),
    )
    if served.is_short:
        changes.told_count = len(changes.entries)
        served.let_wait()
    return changes, TransferChanged(
        transfer=after,
        ledger_position=changes.position,
        already_counted=bool(has_counted) and all(has_counted),
    )


def arrivals_of(transfer: Transfer, command: ReceiveTransfer) -> Mapping[Sku, Arrival]:
    """What arrived by SKU; naming nothing means that all arrived as sent, unless the transfer is to be closed."""
    unknown = [sku for sku in command.lines if sku not in {line.sku for line in transfer.lines}]
    if unknown:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"transfer `{command.transfer_id}` sent no `{unknown[0]}`; book what was not sent with AdjustStock",
            violations=(
                Violation(f"lines[{sku}]", "UNKNOWN_SKU", f"transfer `{command.transfer_id}` sent none of it")
                for sku in unknown
            ),
        )
    if command.lines or command.closes:
        return command.lines
    return {line.sku: Arrival(received=transfer.left_of(line.sku)) for line in transfer.lines}


def sent_of(transfer: Transfer) -> Counter[Sku]:
    """Units by SKU, of all its lots."""
    sent: Counter[Sku] = Counter()
    for line in transfer.lines:
        sent[line.sku] += line.sent
    return sent


def receive_line(
    books: Books,
    changes: Changes,
    command: ReceiveTransfer,
    transfer: Transfer,
    served: Served,
    before: TransferLine,
    after: TransferLine,
) -> bool:
    """Enter what became of one line; whether a snapshot has counted its good units already."""
    sku, lot, transit = after.sku, after.lot, under_way(transfer, after)
    if extra := after.extra - before.extra:
        discrepancy(
            changes, transfer, debit=transit, credit=outside(Bucket.ADJUSTMENT, sku, lot), units=extra
        )
    received = after.received - before.received
    kept = served.release(before, received)
    if damaged := after.damaged - before.damaged:
        served.lose(before, damaged)
        broken = at_node(Bucket.DAMAGED, transfer.to_node_id, sku, lot)
        discrepancy(changes, transfer, debit=broken, credit=transit, units=damaged)
    if lost := after.lost - before.lost:
        served.lose(before, lost)
        discrepancy(changes, transfer, debit=outside(Bucket.LOST, sku, lot), credit=transit, units=lost)
    if not received:
        return False
    moved = Moved(node_id=transfer.to_node_id, sku=sku, units=received, cause=transfer.id, lot=lot)
    enter = partial(move_in, changes, transfer, after, received, transfer.to_node_id)
    has_counted = book_movement(books, changes, command.told, moved, enter)
    served.hold(kept, transfer.to_node_id)
    return has_counted


def discrepancy(changes: Changes, transfer: Transfer, *, debit: Account, credit: Account, units: int) -> None:
    """Units that did not arrive as they were sent."""
    changes.enter(
        EntryCode.DISCREPANCY,
        debit=debit,
        credit=credit,
        quantity=units,
        reference=transfer.id,
    )


def describe(before: Transfer, after: Transfer) -> str:
    """`8 received, 1 damaged at nice; 1 left`, of what is not zero."""
    parts = {
        name: sum(getattr(line, name) for line in after.lines)
        - sum(getattr(line, name) for line in before.lines)
        for name in ("received", "damaged", "lost", "extra")
    }
    left = sum(line.left for line in after.lines)
    said = ", ".join(f"{units} {name}" for name, units in parts.items() if units) or "nothing received"
    end = "closed" if after.state is TransferState.RECEIVED else f"{left} left"
    return f"{said} at {after.to_node_id}; {end}"
