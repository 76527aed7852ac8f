"""Send a replacement: an order of its own, free of charge, decided by the same engine and linked both ways."""

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from router.app.answers.decided import Refused
from router.app.answers.returns import ReplacementSent
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.deciding import RouteOrders
from router.app.commands.returns import SendReplacement
from router.app.orders.route_orders import Route, route_orders
from router.app.returns.tell_return import tell_return
from router.domain.identifiers import Instant, LineId, Sku
from router.domain.order import Order, OrderLine
from router.domain.reasons import Reason, RouterError
from router.ledger.return_lifecycle import ReturnEvent, check_return_allowed
from router.ledger.returns import Return, ReturnLine, moved_return

REPLACES, FOR_RETURN = "replaces_order_id", "return_id"
"""Attributes of the order that is sent: rules can read them."""


def send_replacement(
    books: Books, command: SendReplacement, at: Instant, now: Instant, route: Route
) -> tuple[Changes, ReplacementSent]:
    """Decide and book an order of the same goods, or of others in exchange, to where the first one went.

    Refuses with RETURN_STATE_FORBIDS, with NOTHING_TO_REFUND more units than are owed, and as RouteOrder does.
    """
    one = books.returns.get(command.return_id)
    check_return_allowed(one.id, one.state, ReturnEvent.REPLACE)
    wanted = goods_of(one, command)
    lines = replaced_lines(one, command.lines)
    first = books.get_order(one.order_id).order
    order = Order(
        id=command.order_id,
        channel=first.channel,
        customer_id=first.customer_id,
        tier=first.tier,
        destination=first.destination,
        lines=tuple(
            OrderLine(id=LineId(str(number)), sku=sku, quantity=quantity)
            for number, (sku, quantity) in enumerate(wanted.items(), start=1)
        ),
        place_time=now,
        attributes=dict(sorted({**first.attributes, REPLACES: first.id, FOR_RETURN: one.id}.items())),
    )
    routing = RouteOrders(
        request_id=command.request_id,
        body_digest=command.body_digest,
        orders=(order,),
        recipients={order.id: command.recipient} if command.recipient else {},
    )
    changes, (routed,) = route_orders(books, [routing], at, now, route)
    (result,) = routed.results
    if isinstance(result, Refused):
        raise RouterError(Reason(result.reason), result.message, order_id=order.id)
    after = replace(one, lines=lines, replacement_order_ids=(*one.replacement_order_ids, order.id))
    after = moved_return(after, ReturnEvent.REPLACE)
    changes.returns.append(after)
    changes.told_count = len(changes.entries)
    units = sum(wanted.values())
    tell_return(changes, after, ReturnEvent.REPLACE, f"{units} units sent again as order {order.id}")
    return changes, ReplacementSent(record=after, decision_id=result.decision_id, order_id=order.id)


def goods_of(one: Return, command: SendReplacement) -> Mapping[Sku, int]:
    """What is sent: what is asked for, or what is owed again."""
    if command.lines:
        return command.lines
    wanted: Counter[Sku] = Counter()
    for line in one.lines:
        if owed := one.owed(line):
            wanted[line.sku] += owed
    if not wanted:
        raise nothing_owed(one, 0, 0)
    return wanted


def replaced_lines(one: Return, asked: Mapping[Sku, int]) -> tuple[ReturnLine, ...]:
    """The lines with units that are settled by goods: as many as are sent, of the same SKU first."""
    if not asked:
        return tuple(replace(line, replaced=line.replaced + one.owed(line)) for line in one.lines)
    settled = [0] * len(one.lines)
    left = Counter(asked)
    for place, line in enumerate(one.lines):
        units = min(left[line.sku], one.owed(line))
        settled[place] += units
        left[line.sku] -= units
    others = left.total()
    for place, line in enumerate(one.lines):
        units = min(others, one.owed(line) - settled[place])
        settled[place] += units
        others -= units
    if others:
        raise nothing_owed(one, sum(asked.values()), sum(asked.values()) - others)
    return tuple(
        replace(line, replaced=line.replaced + settled[place]) for place, line in enumerate(one.lines)
    )


def nothing_owed(one: Return, asked: int, owed: int) -> RouterError:
    wanted = f", not {asked}" if asked else ""
    return RouterError(
        Reason.NOTHING_TO_REFUND,
        f"for return `{one.id}` ({one.state.name}) {owed} units are owed now{wanted}; inspect what waits first, or"
        " route more as an order of its own",
        return_id=one.id,
        state=one.state.name,
    )
