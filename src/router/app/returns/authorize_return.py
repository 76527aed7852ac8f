"""Authorize a return: a customer may send units back, to the node where they cost least and are worth most."""

from collections.abc import Iterable, Sequence
from datetime import date

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.returns import AuthorizeReturn
from router.app.purchasing.promise_stock import suppliers_of
from router.app.returns.refund_parts import charged_of
from router.app.returns.returnable import Returnable, delivered_day, returnable_units, time_zone_of
from router.app.returns.tell_return import tell_return
from router.domain.charges import says_parts
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError, Violation
from router.domain.return_policy import ReturnOption, ReturnPolicy, ReturnReason
from router.ledger.accounts import Bucket, at_node
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ShipmentState
from router.ledger.return_lifecycle import ReturnEvent, ReturnState
from router.ledger.returns import Return, ReturnKind, ReturnLine, return_id_of
from router.routing.network.dates import local_day
from router.routing.return_nodes import rank_return_nodes

DAY_MICROSECONDS = 86_400 * 1_000_000
AT_CUSTOMER = (ShipmentState.DELIVERED, ShipmentState.RETURNING)
"""Units of such a shipment can be announced: the customer has them, or the carrier brings them back."""


def authorize_return(books: Books, command: AuthorizeReturn, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Announce units that come back. Refuses an unknown order, line or reason, what the policy does not allow
    any more, and more units than were delivered and are not in another return.
    """
    filed = books.get_order(command.order_id)
    policy = books.returns.policy_of(filed.order.channel)
    reason = reason_of(policy, command.reason_code)
    lines = choose_lines(books, filed, command, policy, reason, at)
    asked = NodeId(command.node_id)
    options = rank_options(books, filed, policy, asked, lines)
    node_id, service_level_id = choose_node(books, asked, options, lines)
    changes = Changes(after=books.head, time=at)
    number = changes.next_event_position
    return_id = command.return_id or return_id_of(number, ReturnKind.RETURN)
    refuse_known(books, return_id)
    one = Return(
        id=return_id,
        number=number,
        order_id=filed.order.id,
        kind=ReturnKind.RETURN,
        state=ReturnState.AUTHORIZED,
        reason_code=reason.code,
        lines=lines,
        create_time=at,
        currency=books.ready_network().network.currency,
        channel=filed.order.channel,
        charged=charged_of(filed.order) if says_parts(filed.order) else None,
        node_id=node_id,
        service_level_id=service_level_id,
        expire_time=Instant(at + policy.send_days * DAY_MICROSECONDS),
        label_payer=reason.label_payer,
        refund_time=policy.refund_time,
        refunds_itself=policy.refunds_itself,
        refunds_shipping=reason.refunds_shipping,
        fee_percent=reason.fee_percent,
        fee_minor=reason.fee_minor,
    )
    for line in lines:
        if not line.is_carried_back:
            expect(changes, one, line, line.authorized)
    units = sum(line.authorized for line in lines)
    changes.returns.append(one)
    tell_return(changes, one, ReturnEvent.AUTHORIZE, f"{units} expected at {node_id}, {reason.code}")
    return changes, ReturnChanged(record=one, ledger_position=changes.position, options=options)


def expect(changes: Changes, one: Return, line: ReturnLine, units: int) -> None:
    """The customer's units are announced."""
    changes.enter(
        EntryCode.RETURN_EXPECT,
        debit=at_node(Bucket.RETURN_INBOUND, line.from_node_id, line.sku, line.lot),
        credit=at_node(Bucket.DELIVERED, line.from_node_id, line.sku, line.lot),
        quantity=units,
        reference=one.id,
        line_id=line.line_id,
    )


def reason_of(policy: ReturnPolicy, code: str) -> ReturnReason:
    """Refuses with INVALID_REQUEST a reason that the policy does not know."""
    found = policy.find_reason(code)
    if found is None:
        known = ", ".join(one.code for one in policy.reasons)
        why = f"reason_code is `{code}`, the policy of {policy.channel or 'every channel'} takes {known}"
        raise RouterError(
            Reason.INVALID_REQUEST,
            why,
            violations=[Violation("reason_code", "UNKNOWN_REASON", why)],
            reason_code=code,
        )
    return found


def choose_lines(
    books: Books,
    filed: FiledOrder,
    command: AuthorizeReturn,
    policy: ReturnPolicy,
    reason: ReturnReason,
    at: Instant,
) -> tuple[ReturnLine, ...]:
    """What comes back of each line, of the shipment delivered first. Refuses as `authorize_return` does."""
    refuse_unknown_lines(filed, command.lines)
    found = list(returnable_units(books, filed, books.returns.of_order(filed.order.id)))
    window = reason.window_days or policy.window_days
    chosen: list[ReturnLine] = []
    for line_id, wanted in command.lines.items():
        of_line = [one for one in found if one.place.line_id == line_id]
        here = [one for one in of_line if one.shipment.state in AT_CUSTOMER]
        left, late = wanted, 0
        for one in here:
            if is_over(books, one, window, at):
                late += one.units
                continue
            units = min(left, one.units)
            left -= units
            if units:
                chosen.append(one.line(units))
        if left and late >= left:
            raise window_over(books, filed, line_id, here, window)
        if left:
            raise exceeds(filed, line_id, wanted, wanted - left, sum(one.units for one in of_line))
    return tuple(chosen)


def is_over(books: Books, one: Returnable, window_days: int, at: Instant) -> bool:
    """Whether the time to announce units is over; of what the carrier brings back it never is."""
    if one.shipment.state is ShipmentState.RETURNING:
        return False
    today = local_day(at, time_zone_of(books, one.shipment.node_id))
    return today > delivered_day(books, one.shipment) + window_days


def window_over(
    books: Books, filed: FiledOrder, line_id: LineId, here: Iterable[Returnable], window: int
) -> RouterError:
    last = max(delivered_day(books, one.shipment) for one in here) + window
    return RouterError(
        Reason.RETURN_WINDOW_OVER,
        f"line `{line_id}` of order `{filed.order.id}` could be returned until {date.fromordinal(last).isoformat()},"
        f" {window} days after its delivery; open a claim of GOODWILL if you pay nevertheless",
        order_id=filed.order.id,
        line_id=line_id,
        window_days=window,
    )


def exceeds(filed: FiledOrder, line_id: LineId, wanted: int, can: int, left: int) -> RouterError:
    """`can` units are at the customer, `left` with those still under way."""
    way = f", {left - can} are not delivered yet; record the carrier's report first" if left > can else ""
    return RouterError(
        Reason.RETURN_EXCEEDS_DELIVERED,
        f"of line `{line_id}` of order `{filed.order.id}` {can} units can be returned, not {wanted}{way}",
        order_id=filed.order.id,
        line_id=line_id,
        returnable=can,
    )


def refuse_unknown_lines(filed: FiledOrder, line_ids: Iterable[LineId]) -> None:
    """Refuse with INVALID_REQUEST lines that the order does not have."""
    known = {line.id for line in filed.order.lines}
    violations = [
        Violation(
            f"lines[{line_id}]",
            "UNKNOWN_LINE",
            f"order `{filed.order.id}` has no line `{line_id}`, it has {', '.join(sorted(known))}",
        )
        for line_id in line_ids
        if line_id not in known
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST, "; ".join(one.description for one in violations), violations=violations
        )


def rank_options(
    books: Books, filed: FiledOrder, policy: ReturnPolicy, asked: NodeId, lines: Sequence[ReturnLine]
) -> tuple[ReturnOption, ...]:
    """The nodes that the units may go to, the best first. A supplier takes what it shipped, or what the policy or the
    call sends it.
    """
    shipped = {line.from_node_id for line in lines}
    others = suppliers_of(books) - shipped - {asked}
    units: dict[Sku, int] = {}
    for line in lines:
        units[line.sku] = units.get(line.sku, 0) + line.authorized
    goods: list[tuple[Product, int]] = [
        (books.products[sku], count) for sku, count in units.items() if sku in books.products
    ]
    return rank_return_nodes(
        books.ready_network(),
        filed.order.destination,
        goods,
        policy.node_ids or books.ready_network().node_index.keys() - others,
        books.free_at,
        books.prices,
        policy.resale_minor,
    )


def choose_node(
    books: Books, asked: NodeId, options: tuple[ReturnOption, ...], lines: Iterable[ReturnLine]
) -> tuple[NodeId, str]:
    """The node that is asked for, or the best, or where the goods came from when no service level reaches any.

    Refuses with INVALID_REQUEST a node that nobody knows.
    """
    if asked and asked not in books.ready_network().node_index:
        why = f"node `{asked}` is not in the network; leave node_id out to have one chosen"
        raise RouterError(Reason.INVALID_REQUEST, why, violations=[Violation("node_id", "UNKNOWN_NODE", why)])
    if asked:
        return asked, next((one.service_level_id for one in options if one.node_id == asked), "")
    if options:
        return options[0].node_id, options[0].service_level_id
    return next(line.from_node_id for line in lines), ""


def refuse_known(books: Books, return_id: str) -> None:
    """Refuse with RETURN_EXISTS an id that is taken."""
    found = books.returns.find(return_id)
    if found is not None:
        raise RouterError(
            Reason.RETURN_EXISTS,
            f"return `{return_id}` is one of order `{found.order_id}` already; read it, or use another id",
            return_id=return_id,
        )
