"""Receive a return: in full, in part, or with units that nobody announced."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import ReceiveReturn
from router.app.returns.authorize_return import AT_CUSTOMER, expect
from router.app.returns.cancel_return import give_up
from router.app.returns.returnable import returnable_units
from router.app.returns.tell_return import tell_return
from router.app.steps.plausible import refuse_far_more
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Account, Bucket, at_node, outside
from router.ledger.flows import EntryCode
from router.ledger.return_lifecycle import ReturnEvent, check_return_allowed
from router.ledger.returns import Return, ReturnLine, moved_return


def receive_return(books: Books, command: ReceiveReturn, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Book what arrived where it waits to be inspected. What was not announced is extra: a unit of the order when one
    can still come back, else one of nobody knows whom. If the return closes, what did not arrive stays with its
    customer.

    Refuses with RETURN_STATE_FORBIDS a claim, and with INVALID_REQUEST unknown SKUs, a node other than the one where
    earlier units of the return are, and far more units than were announced unless `accepts_extra`.
    """
    before = books.returns.get(command.return_id)
    check_return_allowed(before.id, before.state, ReturnEvent.RECEIVE)
    refuse_unknown_skus(books, command)
    one = replace(before, node_id=node_of(books, before, NodeId(command.node_id)))
    changes = Changes(after=books.head, time=at)
    lines = list(one.lines)
    extra = 0
    for sku, units in command.lines.items():
        left = units
        for number, line in enumerate(lines):
            arrived = min(left, line.expected) if line.sku == sku else 0
            if arrived:
                lines[number] = replace(line, received=line.received + arrived)
                enter_arrival(changes, one, line, arrived)
                left -= arrived
        if left:
            extra += left
            lines = receive_extra(books, changes, replace(one, lines=tuple(lines)), sku, left)
    if not command.accepts_extra:
        refuse_slip(one, lines)
    if command.closes:
        lines = [give_up(changes, one, line) for line in lines]
    after = moved_return(replace(one, lines=tuple(lines)), ReturnEvent.RECEIVE)
    changes.returns.append(after)
    arrived = sum(command.lines.values())
    told = f"{arrived} received at {after.node_id}{f', {extra} of them not announced' if extra else ''}"
    tell_return(changes, after, ReturnEvent.RECEIVE, f"{told}; {after.expected} expected")
    return changes, ReturnChanged(record=after, ledger_position=changes.position)


def refuse_slip(one: Return, lines: Iterable[ReturnLine]) -> None:
    """Refuse with INVALID_REQUEST, as a slip of the hand, far more units than were announced."""
    announced, came = Counter[Sku](), Counter[Sku]()
    for line in lines:
        announced[line.sku] += line.authorized
        came[line.sku] += line.received
    extra = {sku: units - announced[sku] for sku, units in came.items()}
    refuse_far_more(announced, extra, f"return `{one.id}`")


def receive_extra(books: Books, changes: Changes, one: Return, sku: Sku, units: int) -> list[ReturnLine]:
    """The lines of a return with units that nobody announced."""
    filed = books.get_order(one.order_id)
    others = [other for other in books.returns.of_order(one.order_id) if other.id != one.id]
    lines, left = list(one.lines), units
    for found in returnable_units(books, filed, [*others, one]):
        if found.place.sku != sku or found.shipment.state not in AT_CUSTOMER or not left:
            continue
        taken = min(left, found.units)
        left -= taken
        line = replace(found.line(0), extra=taken)
        if not line.is_carried_back:
            expect(changes, one, line, taken)
        enter_arrival(changes, one, line, taken)
        lines.append(replace(line, received=taken))
    if left:
        stray = ReturnLine(line_id=LineId(""), sku=sku, extra=left, received=left)
        enter_arrival(changes, one, stray, left)
        lines.append(stray)
    return lines


def enter_arrival(changes: Changes, one: Return, line: ReturnLine, units: int) -> None:
    """From the way back, or from nobody knows where, to where it waits to be looked at."""
    changes.enter(
        EntryCode.RETURN_RECEIVE,
        debit=at_node(Bucket.INSPECT, one.node_id, line.sku, line.lot),
        credit=inbound_of(line),
        quantity=units,
        reference=one.id,
        line_id=line.line_id,
    )


def inbound_of(line: ReturnLine) -> Account:
    """Where a line's units come from."""
    if not line.line_id:
        return outside(Bucket.CUSTOMER, line.sku, line.lot)
    return at_node(Bucket.RETURN_INBOUND, line.from_node_id, line.sku, line.lot)


def node_of(books: Books, one: Return, asked: NodeId) -> NodeId:
    """Where the units are. Refuses with INVALID_REQUEST a node that cannot be it."""
    if not asked or asked == one.node_id:
        return one.node_id
    why = ""
    if asked not in books.ready_network().node_index:
        why = f"node `{asked}` is not in the network; put it first"
    elif any(line.received for line in one.lines):
        why = (
            f"units of return `{one.id}` are at `{one.node_id}`; receive these there too, and move them with"
            " TransferStock"
        )
    if why:
        raise RouterError(Reason.INVALID_REQUEST, why, violations=[Violation("node_id", "OTHER_NODE", why)])
    return asked


def refuse_unknown_skus(books: Books, command: ReceiveReturn) -> None:
    """Refuse with INVALID_REQUEST every SKU that the books do not know."""
    violations = [
        Violation(f"lines[{sku}]", "UNKNOWN_SKU", f"product `{sku}` is unknown; put it first")
        for sku in command.lines
        if sku not in books.products
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST, "; ".join(one.description for one in violations), violations=violations
        )
