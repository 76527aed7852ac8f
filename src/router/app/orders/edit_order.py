"""Edit an order: look at what would come of it, then confirm exactly that; it is decided again in the same commit."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from router.app.answers.orders import OrderEdited
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.edits import EditOrder
from router.app.orders.edited import Wanted, want
from router.app.orders.order_edited import compared
from router.app.orders.reroute_order import book_again
from router.app.orders.route_orders import Route, world_of
from router.app.orders.standing import GivenBack, Movable, find_movable
from router.app.purchasing.backorder_limits import within_limits
from router.app.purchasing.restocks import Queue
from router.app.records.ids import decision_id_of
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant, LineId, Sku
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket, outside
from router.ledger.allowed import check_allowed
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import OrderEvent, OrderState
from router.ledger.orders import LineQuantities
from router.routing.decision import Decision, Edit, Replacing
from router.routing.world import OrderToRoute

EDITED = "EDIT"
"""Why an edited order is decided again, as its record says it."""

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def edit_order(
    books: Books, command: EditOrder, at: Instant, now: Instant, route: Route
) -> tuple[Changes, OrderEdited]:
    """Decide what can move of the order as it is wanted now, and book that if `command` confirms it.

    Refuses an unknown order; with ORDER_STATE_FORBIDS what comes too late; with PREVIEW_OUTDATED a token of something
    else; and what nobody knows as for a new order. Without a token the changes are not meant to be applied.
    """
    before = books.get_order(command.order_id)
    check_allowed(command.order_id, before.account.state, OrderEvent.EDIT)
    movable = find_movable(before, books.ready_network(), now)
    wanted = want(books, before, movable, command)
    waited = waiting_of(before)
    decided = decide_edit(books, before, movable, wanted, command, now, route)
    decision = within_limits(books, Queue(books, now, without=waited), decided, waited)
    token = token_of(command, before, decision)
    if command.confirm_token and command.confirm_token != token:
        raise RouterError(
            Reason.PREVIEW_OUTDATED,
            f"what an edit of order `{command.order_id}` would do now is not what was previewed; preview it"
            " again and confirm with its token and a new request_id",
            order_id=command.order_id,
        )
    changes = Changes(after=books.head, time=at)
    opened = with_added(changes, before, wanted)
    after = book_again(books, changes, opened, movable, decision, OrderEvent.EDIT, wanted.dropped)
    if command.recipient is not None:
        changes.recipients.append((after.order, command.recipient))
    return changes, compared(books, before, after, decision, token, is_booked=bool(command.confirm_token))


def waiting_of(before: FiledOrder) -> Counter[Sku]:
    """Units of the order that wait before it is edited, by product."""
    waited = Counter[Sku]()
    for line in before.account.lines:
        waited[line.sku] += line.backordered
    return waited


def decide_edit(
    books: Books,
    before: FiledOrder,
    movable: Movable,
    wanted: Wanted,
    command: EditOrder,
    now: Instant,
    route: Route,
) -> Decision:
    """The same decision as for any order, of what can move, on the stock that the order gives back."""
    edit = Edit(
        order=wanted.order,
        author=command.author,
        note=command.note,
        is_anew=wanted.is_anew,
        is_held=before.account.state is OrderState.HELD,
    )
    request = OrderToRoute(
        order=wanted.remainder,
        decision_time=now,
        paid=paid_of(books, wanted.order),
        replacing=Replacing(
            decision_id=decision_id_of(before.account.decision_number),
            because=EDITED,
            move_milli=0,
            shipment_count=len(before.plan.shipments),
            standing=movable.standing,
            edit=edit,
        ),
    )
    view = GivenBack(books, movable)
    (decision,) = route([request], world_of(books), view, view)
    return decision


def token_of(command: EditOrder, before: FiledOrder, decision: Decision) -> str:
    """Names this edit, the order as it stands and the plan that comes of both; another one of these, another token."""
    plan = decision.plan
    named = (
        command.edit_digest,
        before.account.order_id,
        before.account.decision_number,
        [(line.line_id, line.reserved, line.dispatched, line.backordered) for line in before.account.lines],
        [one.number for one in decision.inputs.replacing.standing] if decision.inputs.replacing else [],
        (plan.shipments, plan.unshipped, plan.order_costs),
    )
    return sha256(_ENCODER.encode(named)).hexdigest()[:32]


def with_added(changes: Changes, before: FiledOrder, wanted: Wanted) -> FiledOrder:
    """The order as it is wanted, with added units waiting: they are wanted now and nothing ships them yet."""
    known = {line.line_id: line for line in before.account.lines}
    lines = tuple(
        added_to(known.get(line.id), wanted.order, line.id, wanted.added) for line in wanted.order.lines
    )
    for line in lines:
        if units := wanted.added.get(line.line_id, 0):
            changes.enter(
                EntryCode.BACKORDER_OPEN,
                debit=outside(Bucket.BACKORDER, line.sku),
                credit=outside(Bucket.DEMAND_OPEN, line.sku),
                quantity=units,
                reference=before.order.id,
                line_id=line.line_id,
            )
    return replace(before, order=wanted.order, account=replace(before.account, counted=lines))


def added_to(
    line: LineQuantities | None, order: Order, line_id: LineId, added: Mapping[LineId, int]
) -> LineQuantities:
    units = added.get(line_id, 0)
    if line is not None:
        return replace(line, ordered=line.ordered + units, backordered=line.backordered + units)
    sku = next(one.sku for one in order.lines if one.id == line_id)
    return LineQuantities(
        line_id=line_id, sku=sku, ordered=units, reserved=0, dispatched=0, backordered=units, canceled=0
    )
