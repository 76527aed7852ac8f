"""Refund a return or a claim: what is owed by its terms, by which payments; money and goods move apart."""

from collections.abc import Iterable

from msgspec.structs import replace

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.returns import BeginRefund, DropRefund, RefundReturn
from router.app.returns.refund_parts import (
    Given,
    given_of,
    gives_shipping,
    parts_of_units,
    shipping_tax_within,
    tax_within,
)
from router.app.returns.send_replacement import REPLACES
from router.app.returns.tell_return import tell_return
from router.domain.charges import Parts, parts_of_order, says_parts, share_between
from router.domain.currency import money_text
from router.domain.identifiers import Instant
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError, Violation
from router.domain.return_policy import RefundTime
from router.ledger.payments import Payment
from router.ledger.return_lifecycle import ReturnEvent, check_return_allowed
from router.ledger.returns import Refund, RefundLeg, Return, ReturnKind, moved_return


def begin_refund(books: Books, command: BeginRefund, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Write down what the payments of the order will give back; what was paid elsewhere is done at once.

    Refuses with RETURN_STATE_FORBIDS, NOTHING_TO_REFUND, REFUND_WITHOUT_PAYMENT, PAYMENT_EXCEEDED,
    REFUND_EXCEEDS_CHARGE.
    """
    one = books.returns.get(command.return_id)
    check_return_allowed(one.id, one.state, ReturnEvent.REFUND)
    if one.refund is not None:
        raise RouterError(
            Reason.RETURN_STATE_FORBIDS,
            f"a refund of return `{one.id}` is under way by request `{one.refund.request_id}`; send this one again",
            return_id=one.id,
            state=one.state.name,
        )
    refund = due_refund(books, one, command)
    if not command.external_reference:
        refund = replace(refund, legs=divided(refund, plan_legs(books, one, refund.total_minor)))
    refund = replace(refund, request_id=command.wanted_by, body_digest=command.wanted_digest)
    changes = Changes(after=books.head, time=at)
    after = replace(one, refund=refund)
    changes.returns.append(after)
    return changes, ReturnChanged(record=after, ledger_position=changes.position)


def refund_return(books: Books, command: RefundReturn, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Book that all its payments gave back what was written down."""
    one = books.returns.get(command.return_id)
    assert one.refund is not None, "a refund is begun before it ends"
    changes = Changes(after=books.head, time=at)
    settle(changes, one, one.refund)
    return changes, ReturnChanged(record=changes.returns[-1], ledger_position=changes.position)


def drop_refund(books: Books, command: DropRefund, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Of what was written down only what was given back counts; for the rest units are owed as before."""
    one = books.returns.get(command.return_id)
    changes = Changes(after=books.head, time=at)
    if one.refund is None:
        # Another server that went on with it was told no as well, and dropped it first.
        return changes, ReturnChanged(record=one, ledger_position=changes.position)
    legs = tuple(leg for leg in one.refund.legs if leg.payment_id in command.done)
    if legs:
        settle(changes, one, cut(one, one.refund, legs))
    else:
        changes.returns.append(replace(one, refund=None))
    return changes, ReturnChanged(record=changes.returns[-1], ledger_position=changes.position)


def settle(changes: Changes, one: Return, refund: Refund) -> None:
    """The return with a refund that is done, and the event that tells it."""
    done = replace(
        refund,
        legs=tuple(replace(leg, is_done=True) for leg in refund.legs),
        time=changes.time,
        is_done=True,
    )
    paid = dict(refund.units)
    lines = tuple(
        replace(line, refunded=line.refunded + paid.get(place, 0)) for place, line in enumerate(one.lines)
    )
    after = replace(one, lines=lines, refunds=(*one.refunds, done), refund=None)
    after = moved_return(after, ReturnEvent.REFUND)
    changes.returns.append(after)
    tell_return(
        changes, after, ReturnEvent.REFUND, f"{money_text(refund.total_minor, one.currency)} refunded"
    )


def due_refund(books: Books, one: Return, command: RefundReturn) -> Refund:
    """What is owed now, by part: shares of what the order was charged, or less where `command` says so.

    Refuses with NOTHING_TO_REFUND, with REFUND_EXCEEDS_CHARGE more than was charged, and shipping that the terms do not
    give back.
    """
    refuse_shipping(one, command.shipping_minor)
    order = books.get_order(one.order_id).order
    given = given_of(books.returns.of_order(one.order_id))
    units = tuple((place, owed) for place, line in enumerate(one.lines) if (owed := one.owed(line)))
    parts = parts_of_units(order, [(one.lines[place].line_id, owed) for place, owed in units], given)
    due = one.due_for(parts.lines)
    goods = min(due, due if command.lines_minor_max is None else command.lines_minor_max)
    shipping = shipping_of(order, one, command, parts, given)
    fee = min(goods, goods * one.fee_percent // 100 + (0 if one.refunds else one.fee_minor))
    shipping_tax = shipping_tax_within(order, shipping, given)
    refund = Refund(
        lines_minor=goods,
        shipping_minor=shipping,
        tax_minor=command.tax_minor,
        fee_minor=fee,
        included_tax_minor=tax_within(order, goods - fee, parts, shipping_tax, given),
        shipping_tax_minor=shipping_tax,
        settled_minor=parts.lines - (due - goods),
        units=units,
        external_reference=command.external_reference,
    )
    if not (goods and refund.total_minor):
        raise nothing_due(one, order)
    refuse_beyond_charge(order, one, refund, given)
    return refund


def shipping_of(order: Order, one: Return, command: RefundReturn, parts: Parts, given: Given) -> int:
    """What goes back for shipping: what was asked for, or what the units have of it and nobody gave back."""
    if command.shipping_minor or not gives_shipping(one):
        return command.shipping_minor
    left = max(0, (order.shipping_minor or 0) - given.shipping)
    most = left if command.shipping_minor_max is None else command.shipping_minor_max
    return min(parts.shipping, left, most)


def refuse_beyond_charge(order: Order, one: Return, refund: Refund, given: Given) -> None:
    """Refuse with REFUND_EXCEEDS_CHARGE more for goods, shipping or tax than the order was charged.

    Where the order does not say that, payments are the limit.
    """
    if not says_parts(order):
        return
    whole = parts_of_order(order)
    wanted = [("goods", refund.lines_minor - refund.fee_minor, whole.lines - given.lines)]
    if order.shipping_minor is not None:
        wanted.append(("shipping", refund.shipping_minor, whole.shipping - given.shipping))
    if whole.tax is not None:
        wanted.append(("tax beside its prices", refund.tax_minor, 0))
    for part, amount, left in wanted:
        if amount > left:
            raise RouterError(
                Reason.REFUND_EXCEEDS_CHARGE,
                f"return `{one.id}` would give back {amount} for {part}, of what order `{order.id}` was charged for it"
                f" {left} are left; ask for no more than that",
                order_id=order.id,
                return_id=one.id,
                part=part,
                left=left,
            )


def nothing_due(one: Return, order: Order) -> RouterError:
    is_looked_at_first = one.refund_time is RefundTime.INSPECTION
    waits = sum(line.to_inspect for line in one.lines) if is_looked_at_first else 0
    next_step = f"inspect the {waits} units that wait first" if waits else "read it with GetReturn"
    if (paid_order := order.attributes.get(REPLACES)) and any(map(one.owed, one.lines)):
        next_step = (
            "its order was sent free of charge: replace its units once more (SendReplacement), or claim GOODWILL of"
            f" order `{paid_order}`, which was paid"
        )
    return RouterError(
        Reason.NOTHING_TO_REFUND,
        f"nothing is owed for return `{one.id}` ({one.state.name}) now; {next_step}",
        return_id=one.id,
        state=one.state.name,
    )


def refuse_shipping(one: Return, shipping_minor: int) -> None:
    """Refuse with INVALID_REQUEST to give back shipping for a reason for which the policy does not."""
    if shipping_minor and one.kind is ReturnKind.RETURN and not one.refunds_shipping:
        why = (
            f"shipping_minor is {shipping_minor}, for reason {one.reason_code} the policy gives back no shipping;"
            " leave it 0"
        )
        raise RouterError(
            Reason.INVALID_REQUEST,
            why,
            violations=[Violation("shipping_minor", "NOT_REFUNDED", why)],
            return_id=one.id,
        )


def plan_legs(books: Books, one: Return, total: int) -> tuple[RefundLeg, ...]:
    """Which payment gives back how much, the first that was asked for first."""
    payments = books.payments.of_order(one.order_id)
    if not payments:
        raise RouterError(
            Reason.REFUND_WITHOUT_PAYMENT,
            f"order `{one.order_id}` has no payment here; pay it back where it was paid, then say so with"
            " external_reference",
            order_id=one.order_id,
            return_id=one.id,
        )
    legs, left = [], total
    for payment in payments:
        amount = min(left, refundable(payment))
        if amount:
            legs.append(RefundLeg(payment_id=payment.id, amount=amount))
            left -= amount
    if left:
        there, currency = total - left, books.ready_network().network.currency
        can_be_captured = any(payment.open for payment in payments)
        raise RouterError(
            Reason.PAYMENT_EXCEEDED,
            f"return `{one.id}` asks for {money_text(total, currency)}, the payments of order `{one.order_id}` have"
            f" {money_text(there, currency)} that was captured and not given back; "
            + ("capture what is open first, or " if can_be_captured else "")
            + "pay back less (lines_minor_max) and the rest elsewhere",
            order_id=one.order_id,
            return_id=one.id,
            wanted=total,
            refundable=there,
        )
    return tuple(legs)


def refundable(payment: Payment) -> int:
    """What can go back: not what somebody is giving back just now."""
    return 0 if payment.intent is not None else payment.captured - payment.refunded


def divided(refund: Refund, legs: Iterable[RefundLeg]) -> tuple[RefundLeg, ...]:
    """The legs with what each has of shipping and of the tax in the refund: known before any of it moves."""
    found, done, tax = [], 0, refund.included_tax_minor
    for leg in legs:
        upto = done + leg.amount
        found.append(
            replace(
                leg,
                shipping=share_between(refund.shipping_minor, done, upto, refund.total_minor),
                shipping_tax=share_between(refund.shipping_tax_minor, done, upto, refund.total_minor),
                tax=None if tax is None else share_between(tax, done, upto, refund.total_minor),
            )
        )
        done = upto
    return tuple(found)


def cut(one: Return, refund: Refund, legs: Iterable[RefundLeg]) -> Refund:
    """A refund of no more than `legs` gave back: of tax beside prices last, and of the rest what each leg had of it.

    Only when all goods are paid are their units.
    """
    legs = tuple(legs)
    given = sum(leg.amount for leg in legs)
    shipping = sum(leg.shipping for leg in legs)
    goods = min(refund.lines_minor, given + refund.fee_minor - shipping)
    tax = given + refund.fee_minor - shipping - goods
    is_whole = goods == refund.lines_minor
    return replace(
        refund,
        lines_minor=goods,
        tax_minor=tax,
        shipping_minor=shipping,
        included_tax_minor=None if refund.included_tax_minor is None else sum(leg.tax or 0 for leg in legs),
        shipping_tax_minor=sum(leg.shipping_tax for leg in legs),
        settled_minor=refund.settled_minor if is_whole else 0,
        units=refund.units if is_whole else (),
        legs=legs,
    )
