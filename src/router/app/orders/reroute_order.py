"""Decide an order again and book what changes: shipments that are withdrawn or added; the rest stays as it is."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec.structs import replace

from router.app.answers.decided import NO_DECISION, Rerouted, RerouteOutcome
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.books.history import release_of
from router.app.commands.deciding import Because, RerouteOrders
from router.app.orders.book_order import reserve, shipment_account
from router.app.orders.drafts import draft_shipment
from router.app.orders.route_orders import world_of
from router.app.orders.standing import GivenBack, Movable, find_movable, remainder_of
from router.app.records.decisions import StoredDecision
from router.app.records.events import BETWEEN_SHIPMENTS
from router.app.records.ids import decision_id_of
from router.app.steps import resolve
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant, LineId, OrderId
from router.domain.limits import REJECTIONS_MAX
from router.domain.plan import Plan, UnshippedAction
from router.domain.reasons import RouterError
from router.ledger.accounts import Bucket, outside
from router.ledger.allowed import check_allowed
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent, ShipmentState
from router.ledger.orders import LineQuantities, after_reroute
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved, shipment_id_of
from router.routing.decision import Decision, Replacing, shipment_numbers, withdrawn_numbers
from router.routing.replay import pack_decision
from router.routing.reroute import Moved
from router.routing.world import OrderToRoute, View, World

NOTHING_DROPPED: Mapping[LineId, int] = MappingProxyType({})


class Reroute(Protocol):
    """The decision: `routing.reroute.reroute` with its effort and its judge set."""

    def __call__(self, request: OrderToRoute, world: World, view: View) -> Moved | None: ...


def reroute_order(
    books: Books, command: RerouteOrders, order_id: OrderId, at: Instant, now: Instant, decide: Reroute
) -> tuple[Changes | None, Rerouted]:
    """What changes, None when nothing does, and what came of it. An order that cannot be decided again says why."""
    try:
        filed = books.get_order(order_id)
        check_allowed(order_id, filed.account.state, OrderEvent.REROUTE)
        if is_for_a_person(books, command, filed):
            return None, Rerouted(order_id=order_id, outcome=RerouteOutcome.FROZEN)
        movable = find_movable(filed, books.ready_network(), now)
        order = remainder_of(filed, movable)
        if order is None:
            return None, Rerouted(order_id=order_id, outcome=RerouteOutcome.FROZEN)
        request = OrderToRoute(
            order=order,
            decision_time=now,
            paid=paid_of(books, filed.order),
            replacing=Replacing(
                decision_id=decision_id_of(filed.account.decision_number),
                because=command.because.name,
                move_milli=command.move_milli,
                shipment_count=len(filed.plan.shipments),
                standing=movable.standing,
                release=filed.release,
            ),
        )
        better = decide(request, world_of(books), GivenBack(books, movable))
    except RouterError as refusal:
        return None, Rerouted(
            order_id=order_id,
            outcome=RerouteOutcome.REFUSED,
            reason=refusal.reason.value,
            message=refusal.message,
        )
    if better is None:
        return None, Rerouted(order_id=order_id, outcome=RerouteOutcome.STAYED)
    changes = Changes(after=books.head, time=at)
    after = book_again(books, changes, filed, movable, better.decision)
    return changes, Rerouted(
        order_id=order_id,
        outcome=RerouteOutcome.MOVED,
        decision_id=decision_id_of(after.account.decision_number),
        replaces=decision_id_of(filed.account.decision_number),
        withdrawn_count=len(withdrawn_numbers(better.decision)),
        added_count=len(after.plan.shipments) - len(filed.plan.shipments),
        saved_milli=better.saved_milli,
    )


def is_for_a_person(books: Books, command: RerouteOrders, filed: FiledOrder) -> bool:
    """Whether nodes rejected the order so often that nothing decides it by itself any more."""
    if command.because is Because.REQUEST or not any(line.backordered for line in filed.account.lines):
        return False
    return filed.account.rejection_count >= REJECTIONS_MAX


def without_decision(result: Rerouted) -> Rerouted:
    """The outcome without the id that only a booking gives."""
    return replace(result, decision_id=NO_DECISION)


def book_again(
    books: Books,
    changes: Changes,
    filed: FiledOrder,
    movable: Movable,
    decision: Decision,
    event: OrderEvent = OrderEvent.REROUTE,
    dropped: Mapping[LineId, int] = NOTHING_DROPPED,
) -> FiledOrder:
    """Book the decision in place of the one before; gives the order afterwards. `dropped`: units wanted no more."""
    number = changes.next_event_position
    changes.decisions.append(
        StoredDecision(
            number=number,
            order_id=filed.order.id,
            ledger_position=changes.position,
            body=pack_decision(decision),
        )
    )
    voided = withdraw(changes, filed, movable, set(withdrawn_numbers(decision)))
    added, planned = add_shipments(books, changes, filed, decision)
    lines = count_again(filed, movable, decision.plan, dropped)
    move_backorders(changes, filed, lines)
    after = refiled(filed, decision, number, lines, (*voided, *added), event)
    shipments = (*canceled(filed, withdrawn_numbers(decision)), *planned)
    after = after.with_shipments(shipments)
    changes.reservations.extend((*voided, *added))
    changes.shipments.extend(shipments)
    changes.orders.append(after)
    changes.tell_effect(
        ORDER_EFFECTS[event],
        order_id=filed.order.id,
        subject=BETWEEN_SHIPMENTS.join(
            shipment_id_of(filed.order.id, one) for one in shipment_numbers(decision)
        ),
        text=describe(after, decision),
        state=after.account.state.name,
        node_ids=(shipment.node_id for shipment in decision.plan.shipments),
    )
    return after


def withdraw(
    changes: Changes, filed: FiledOrder, movable: Movable, numbers: set[int]
) -> tuple[Reservation, ...]:
    """Give back the units of these shipments, and their nodes' dispatches of the day."""
    gone = [one for one in movable.reservations if one.shipment in numbers]
    resolve.release(changes, [(one, one.left) for one in gone], filed.order.id)
    for one in movable.standing:
        if one.number in numbers:
            changes.book_shipment(one.node_id, one.ship_day, -1)
    return tuple(one.void(one.left) for one in gone)


def canceled(filed: FiledOrder, numbers: Sequence[int]) -> list[ShipmentAccount]:
    """Shipments of which nothing will leave."""
    return [
        moved(filed.shipments[number - 1], ShipmentEvent.CANCEL, ShipmentState.CANCELED) for number in numbers
    ]


def add_shipments(
    books: Books, changes: Changes, filed: FiledOrder, decision: Decision
) -> tuple[list[Reservation], list[ShipmentAccount]]:
    """Reserve the units of the shipments that did not stand before; gives what is held for them, and their accounts."""
    known, network = len(filed.plan.shipments), books.ready_network()
    reservations: list[Reservation] = []
    accounts: list[ShipmentAccount] = []
    for number, shipment in zip(shipment_numbers(decision), decision.plan.shipments, strict=True):
        if number > known:
            added = draft_shipment(shipment, network)
            held = reserve(books, changes, filed.order, number, added)
            reservations += held
            accounts.append(shipment_account(filed.order.id, number, added, held))
    return reservations, accounts


def count_again(
    filed: FiledOrder, movable: Movable, plan: Plan, dropped: Mapping[LineId, int] = NOTHING_DROPPED
) -> tuple[LineQuantities, ...]:
    """Each line's units: movable and waiting ones as the plan says, less those dropped; all others as before."""
    moved, shipped = Counter[LineId](), Counter[LineId]()
    waiting: dict[LineId, int] = defaultdict(int)
    canceled: dict[LineId, int] = defaultdict(int)
    for reservation in movable.reservations:
        moved[reservation.line_id] += reservation.left
    for shipment in plan.shipments:
        shipped.update(shipment.quantities())
    for unshipped in plan.unshipped:
        count = canceled if unshipped.action is UnshippedAction.CANCEL else waiting
        count[unshipped.line_id] += unshipped.quantity
    return tuple(
        replace(
            line,
            reserved=line.reserved - moved[line.line_id] + shipped[line.line_id],
            backordered=waiting[line.line_id],
            canceled=line.canceled + canceled[line.line_id] + dropped.get(line.line_id, 0),
        )
        for line in filed.account.lines
    )


def move_backorders(changes: Changes, filed: FiledOrder, lines: Sequence[LineQuantities]) -> None:
    """Write down which units wait now and which do not any more."""
    for before, after in zip(filed.account.lines, lines, strict=True):
        more = after.backordered - before.backordered
        demand, waiting = outside(Bucket.DEMAND_OPEN, after.sku), outside(Bucket.BACKORDER, after.sku)
        if more > 0:
            code, debit, credit = EntryCode.BACKORDER_OPEN, waiting, demand
        else:
            code, debit, credit = EntryCode.BACKORDER_CLOSE, demand, waiting
        if more:
            changes.enter(
                code,
                debit=debit,
                credit=credit,
                quantity=abs(more),
                reference=filed.order.id,
                line_id=after.line_id,
            )


def refiled(
    filed: FiledOrder,
    decision: Decision,
    number: int,
    lines: tuple[LineQuantities, ...],
    changed: Sequence[Reservation],
    event: OrderEvent,
) -> FiledOrder:
    """The order as filed after the decision, with the reservations that `changed` or were added."""
    reservations = {one.position: one for one in (*filed.reservations, *changed)}
    known = len(filed.plan.shipments)
    numbered = zip(shipment_numbers(decision), decision.plan.shipments, strict=True)
    added = tuple(shipment for place, shipment in numbered if place > known)
    release = release_of(decision)
    is_held = decision.plan.is_held and release is None
    return FiledOrder(
        order=filed.order,
        planned=replace(decision.plan, shipments=filed.plan.shipments + added),
        account=after_reroute(filed.account, lines, number, event, is_held=is_held),
        reservations=tuple(reservations.values()),
        withdrawn=filed.withdrawn | set(withdrawn_numbers(decision)),
        shipments=filed.shipments,
        release=release,
    )


def describe(after: FiledOrder, decision: Decision) -> str:
    """`ALLOCATED: A-1/1 withdrawn, A-1/2 from lille; RECEIPT`."""
    replacing = decision.inputs.replacing
    assert replacing is not None, "it replaces another"
    order_id = after.order.id
    parts = [f"{order_id}/{number} withdrawn" for number in withdrawn_numbers(decision)]
    parts += [
        f"{order_id}/{number} from {shipment.node_id}"
        for number, shipment in zip(shipment_numbers(decision), decision.plan.shipments, strict=True)
        if number > replacing.shipment_count
    ]
    return f"{after.account.state.name}: {', '.join(parts)}; {replacing.because}"
