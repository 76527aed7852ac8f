"""What is awaited of a return does not come: somebody says so, or its time is over. Its customer keeps the goods."""

from msgspec.structs import replace

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import CancelReturn
from router.app.returns.tell_return import tell_return
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket, at_node, outside
from router.ledger.flows import EntryCode
from router.ledger.return_lifecycle import ReturnEvent, check_return_allowed
from router.ledger.returns import ClaimCause, Return, ReturnKind, ReturnLine, moved_return


def cancel_return(books: Books, command: CancelReturn, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Nothing more of it is awaited; what arrived stays. A claim for which nothing was given is withdrawn.

    Refuses with RETURN_STATE_FORBIDS what is over, and a claim for which money or goods were given.
    """
    one = books.returns.get(command.return_id)
    check_return_allowed(one.id, one.state, ReturnEvent.CANCEL)
    if one.kind is ReturnKind.CLAIM:
        refuse_given(one)
    changes = Changes(after=books.head, time=at)
    end(changes, one, ReturnEvent.CANCEL, command.reason)
    return changes, ReturnChanged(record=changes.returns[-1], ledger_position=changes.position)


def expire_returns(books: Books, changes: Changes, now: Instant, count_max: int) -> None:
    """End the waiting of returns whose time has come."""
    changes.told_count = len(changes.entries)
    for one in books.returns.due(now, count_max):
        end(changes, one, ReturnEvent.EXPIRE, "its time is over")


def end(changes: Changes, one: Return, event: ReturnEvent, why: str) -> None:
    """Book that nothing more of it comes, and tell it."""
    given_up = one.expected
    after = replace(one, lines=tuple(give_up(changes, one, line) for line in one.lines))
    after = moved_return(after, event)
    changes.returns.append(after)
    text = f"{given_up} expected no more" if one.kind is ReturnKind.RETURN else "claim withdrawn"
    tell_return(changes, after, event, f"{text}{f', {why}' if why else ''}")


def give_up(changes: Changes, one: Return, line: ReturnLine) -> ReturnLine:
    """The line without the units that are awaited; those of the carrier's stay on their way."""
    units = line.expected
    if not units:
        return line
    if one.kind is ReturnKind.RETURN and not line.is_carried_back:
        changes.enter(
            EntryCode.RETURN_RELEASE,
            debit=at_node(Bucket.DELIVERED, line.from_node_id, line.sku, line.lot),
            credit=at_node(Bucket.RETURN_INBOUND, line.from_node_id, line.sku, line.lot),
            quantity=units,
            reference=one.id,
            line_id=line.line_id,
        )
    if one.cause is ClaimCause.DAMAGED:
        changes.enter(
            EntryCode.CLAIM,
            debit=at_node(Bucket.DELIVERED, line.from_node_id, line.sku, line.lot),
            credit=outside(Bucket.LOST, line.sku, line.lot),
            quantity=units,
            reference=one.id,
            line_id=line.line_id,
        )
    return replace(line, canceled=line.canceled + units)


def refuse_given(one: Return) -> None:
    """Refuse with RETURN_STATE_FORBIDS a claim for which something was given."""
    if one.refunds or one.refund or one.replacement_order_ids:
        raise RouterError(
            Reason.RETURN_STATE_FORBIDS,
            f"for claim `{one.id}` money or a replacement was given already; it stays as it is",
            return_id=one.id,
            state=one.state.name,
        )
