"""Transfer stock: free units leave a node for another one, and are under way until they are received."""

from functools import partial

from router.app.answers.stock import TransferChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.lot_stock import Parts
from router.app.commands.stock import TransferStock
from router.app.steps.movements import Moved, book_movement
from router.app.steps.plausible import refuse_odd_day
from router.domain.identifiers import Instant, NodeId
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Account, Bucket, at_node, on_hand
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.transfers import Transfer, TransferLine, TransferState, transfer_id_of


def transfer_stock(books: Books, command: TransferStock, at: Instant) -> tuple[Changes, TransferChanged]:
    """Send units on their way. Refuses unknown nodes and SKUs, more units than are free, and a day years away."""
    refuse_unknown(books, command)
    refuse_missing(books, command)
    refuse_odd_day(command.expected_day, at)
    changes = Changes(after=books.head, time=at)
    number = changes.next_event_position
    transfer_id = command.transfer_id or transfer_id_of(number)
    refuse_known(books, transfer_id)
    transfer = Transfer(
        id=transfer_id,
        number=number,
        from_node_id=command.from_node_id,
        to_node_id=command.to_node_id,
        state=TransferState.OPEN,
        lines=lines_of(books, command),
        send_time=at,
        expected_day=command.expected_day,
        reference=command.reference,
    )
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
    changes.transfers.append(transfer)
    units = sum(line.sent for line in transfer.lines)
    changes.tell(
        EventKind.TRANSFER_SENT,
        subject=transfer_id,
        text=f"{units} unit{'' if units == 1 else 's'} left {transfer.from_node_id} for {transfer.to_node_id}",
        node_ids=(transfer.from_node_id, transfer.to_node_id),
    )
    return changes, TransferChanged(
        transfer=transfer, ledger_position=changes.position, already_counted=all(has_counted)
    )


def open_transfer(books: Books, transfer_id: str) -> Transfer:
    """The transfer that is under way. Refuses with TRANSFER_NOT_FOUND or TRANSFER_STATE_FORBIDS."""
    transfer = books.find_transfer(transfer_id)
    if transfer is None:
        raise RouterError(
            Reason.TRANSFER_NOT_FOUND, f"no transfer has the id `{transfer_id}`", transfer_id=transfer_id
        )
    if transfer.state is not TransferState.OPEN:
        raise RouterError(
            Reason.TRANSFER_STATE_FORBIDS,
            f"transfer `{transfer_id}` is {transfer.state.name}, nothing of it is under way; correct stock with"
            " AdjustStock",
            transfer_id=transfer_id,
            state=transfer.state.name,
        )
    return transfer


def lines_of(books: Books, command: TransferStock) -> tuple[TransferLine, ...]:
    """What leaves, of the lots whose turn it is; units that a snapshot has counted as gone, of those it took."""
    lines = []
    for sku, units in command.lines.items():
        node_id, told = command.from_node_id, command.told
        parts: Parts = [(on_hand(node_id, sku), units)]
        if books.lots.is_kept(node_id, sku):
            is_gone = told is not None and books.feeds.has_counted(told, node_id, sku, -units)
            if is_gone:
                parts = books.lots.spread(node_id, sku, units)
            else:
                parts = books.lots.split(node_id, sku, units, books.clock.limit_now, {})
        lines += [TransferLine(sku=sku, lot=account.lot, sent=count) for account, count in parts]
    return tuple(lines)


def moved_of(transfer: Transfer, line: TransferLine, units: int) -> Moved:
    """What a feed of the sending node may have counted."""
    return Moved(node_id=transfer.from_node_id, sku=line.sku, units=units, cause=transfer.id, lot=line.lot)


def refuse_known(books: Books, transfer_id: str) -> None:
    """Refuse with TRANSFER_EXISTS an id that is taken."""
    if books.find_transfer(transfer_id) is not None:
        raise RouterError(
            Reason.TRANSFER_EXISTS,
            f"transfer `{transfer_id}` was sent already; read it, or use another id",
            transfer_id=transfer_id,
        )


def send(changes: Changes, transfer: Transfer, line: TransferLine) -> None:
    """From the shelf to what is under way."""
    changes.enter(
        EntryCode.MOVE_OUT,
        debit=under_way(transfer, line),
        credit=on_hand(transfer.from_node_id, line.sku, line.lot),
        quantity=line.sent,
        reference=transfer.id,
    )


def move_in(changes: Changes, transfer: Transfer, line: TransferLine, units: int, node_id: NodeId) -> None:
    """From what is under way to a shelf."""
    changes.enter(
        EntryCode.MOVE_IN,
        debit=on_hand(node_id, line.sku, line.lot),
        credit=under_way(transfer, line),
        quantity=units,
        reference=transfer.id,
    )


def under_way(transfer: Transfer, line: TransferLine) -> Account:
    """The account of a transfer's units; it belongs to the node they are bound for."""
    return at_node(Bucket.IN_TRANSIT, transfer.to_node_id, line.sku, line.lot)


def refuse_unknown(books: Books, command: TransferStock) -> None:
    """Refuse with INVALID_REQUEST every node and SKU that the books do not know."""
    nodes = books.ready_network().node_index
    violations = [
        Violation(field, "UNKNOWN_NODE", f"node `{node_id}` is not in the network; put it first")
        for field, node_id in (("from_node_id", command.from_node_id), ("to_node_id", command.to_node_id))
        if node_id not in nodes
    ]
    violations += [
        Violation(f"lines[{sku}]", "UNKNOWN_SKU", f"product `{sku}` is unknown; put it first")
        for sku in command.lines
        if sku not in books.products
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST, "; ".join(one.description for one in violations), violations=violations
        )


def refuse_missing(books: Books, command: TransferStock) -> None:
    """Refuse with INSUFFICIENT_STOCK when units are not there or are promised, naming every line.

    Units that the feed's snapshot has counted as gone are not asked for again.
    """
    short = []
    for sku, units in command.lines.items():
        told = command.told
        if told and books.feeds.has_counted(told, command.from_node_id, sku, -units):
            continue
        free = books.available(sku).get(command.from_node_id, 0)
        if units > free:
            text = f"`{command.from_node_id}` has {free} free units of `{sku}`, {units} cannot leave"
            short.append(Violation(f"lines[{sku}]", Reason.INSUFFICIENT_STOCK.value, text))
    if short:
        raise RouterError(
            Reason.INSUFFICIENT_STOCK,
            "; ".join(one.description for one in short),
            violations=short,
            node_id=command.from_node_id,
        )
