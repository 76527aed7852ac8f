"""Inspect a return: what becomes of each unit that arrived, and whether money is given for it."""

from functools import partial

from msgspec.structs import replace

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import Finding, InspectReturn
from router.app.returns.tell_return import tell_return
from router.app.steps.movements import Moved, book_movement
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Account, Bucket, at_node, outside
from router.ledger.feeds import FeedMark
from router.ledger.return_lifecycle import ReturnEvent, check_return_allowed
from router.ledger.returns import DISPOSED, Disposition, Return, ReturnLine, moved_return


def inspect_return(books: Books, command: InspectReturn, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Book where units go that were looked at. Refuses more units of a SKU than wait to be, and with
    RETURN_STATE_FORBIDS a return of which nothing arrived.
    """
    one = books.returns.get(command.return_id)
    check_return_allowed(one.id, one.state, ReturnEvent.INSPECT)
    changes = Changes(after=books.head, time=at)
    told = []
    for number, finding in enumerate(command.findings):
        one = replace(one, lines=book_finding(books, changes, one, finding, number, command.told))
        condition = f" ({finding.condition})" if finding.condition else ""
        denied = ", no refund" if finding.is_denied else ""
        told.append(f"{finding.quantity} {finding.sku}{condition} to {finding.disposition.name}{denied}")
    after = moved_return(one, ReturnEvent.INSPECT)
    changes.returns.append(after)
    tell_return(changes, after, ReturnEvent.INSPECT, "; ".join(told))
    return changes, ReturnChanged(record=after, ledger_position=changes.position)


def book_finding(
    books: Books, changes: Changes, one: Return, finding: Finding, number: int, told: FeedMark | None
) -> tuple[ReturnLine, ...]:
    """The lines of the return with the units of a finding where they go, the first that arrived first."""
    left, lines = finding.quantity, []
    for line in one.lines:
        here = line.refurbishing if finding.was_refurbished else line.to_inspect
        units = min(left, here) if line.sku == finding.sku else 0
        left -= units
        if units:
            refuse_lot_missing(books, one, line, finding, number)
        lines.append(disposed(books, changes, one, line, finding, units, told) if units else line)
    if left:
        waits = finding.quantity - left
        where = "are being made as good as new" if finding.was_refurbished else "wait to be inspected"
        why = f"{waits} units of `{finding.sku}` of return `{one.id}` {where}, not {finding.quantity}"
        raise RouterError(
            Reason.INVALID_REQUEST,
            why,
            violations=[Violation(f"findings[{number}].quantity", "TOO_MANY", why)],
            return_id=one.id,
        )
    return tuple(lines)


def disposed(
    books: Books,
    changes: Changes,
    one: Return,
    line: ReturnLine,
    finding: Finding,
    units: int,
    told: FeedMark | None,
) -> ReturnLine:
    """The line with units in their new place, and the entry that brings them there."""
    counted, code, bucket = DISPOSED[finding.disposition]
    source = Bucket.REFURBISH if finding.was_refurbished else Bucket.INSPECT
    enter = partial(
        changes.enter,
        code,
        debit=place_of(bucket, one, line),
        credit=at_node(source, one.node_id, line.sku, line.lot),
        quantity=units,
        reference=one.id,
        line_id=line.line_id,
    )
    if bucket is Bucket.ON_HAND:
        moved = Moved(node_id=one.node_id, sku=line.sku, units=units, cause=one.id, lot=line.lot)
        book_movement(books, changes, told, moved, enter)
    else:
        enter()
    counts = {counted: getattr(line, counted) + units}
    if finding.was_refurbished:
        counts["refurbishing"] = line.refurbishing - units
    elif finding.is_denied:
        counts["denied"] = line.denied + units
    return replace(line, **counts)


def place_of(bucket: Bucket, one: Return, line: ReturnLine) -> Account:
    if bucket is Bucket.SUPPLIER:
        return outside(bucket, line.sku, line.lot)
    return at_node(bucket, one.node_id, line.sku, line.lot)


def refuse_lot_missing(books: Books, one: Return, line: ReturnLine, finding: Finding, number: int) -> None:
    """Refuse with INVALID_REQUEST to sell units of unknown lot where lots are kept."""
    is_sold = finding.disposition is Disposition.RESTOCK
    if is_sold and not line.lot and books.lots.is_kept(one.node_id, line.sku):
        why = (
            f"lots of `{line.sku}` are kept at `{one.node_id}`, and units of return `{one.id}` are of an unknown one;"
            " put them to QUARANTINE"
        )
        raise RouterError(
            Reason.INVALID_REQUEST,
            why,
            violations=[Violation(f"findings[{number}].disposition", "LOT_UNKNOWN", why)],
            return_id=one.id,
        )
