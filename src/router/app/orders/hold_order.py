"""Hold an order until a person releases it, and release it: it is decided again, once, and rules hold it no more."""

from router.app.answers.orders import OrderHeld, OrderReleased
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.orders import HoldOrder, ReleaseOrder
from router.app.orders.reject_shipment import let_wait
from router.app.orders.reroute_order import book_again
from router.app.orders.route_orders import Route, decide
from router.app.orders.standing import Movable, remainder_of
from router.app.reading.order_records import record_of
from router.app.records.ids import decision_id_of
from router.app.steps import resolve
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.allowed import check_allowed
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent, ShipmentState
from router.ledger.orders import after_hold
from router.ledger.shipments import moved
from router.routing.decision import Release, Replacing
from router.routing.world import OrderToRoute

RELEASED = "RELEASE"
"""Why a released order is decided again, as its record says it."""

NOT_BEGUN = (ShipmentState.PLANNED, ShipmentState.RELEASED)

_NOTHING_STANDS = Movable(reservations=(), standing=())


def hold_order(books: Books, command: HoldOrder, at: Instant) -> tuple[Changes, OrderHeld]:
    """Give back all that is reserved for the order and let it wait for a person.

    Refuses an unknown order, and with ORDER_STATE_FORBIDS one that is held, over or begun.
    """
    filed = books.get_order(command.order_id)
    check_allowed(command.order_id, filed.account.state, OrderEvent.HOLD)
    refuse_begun(filed)
    changes = Changes(after=books.head, time=at)
    given_back = tuple(one for one in filed.reservations if one.left)
    resolve.release(changes, [(one, one.left) for one in given_back], filed.order.id)
    let_wait(changes, given_back, filed.account)
    after = without_shipments(changes, filed)
    count = sum(one.left for one in given_back)
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.HOLD],
        order_id=filed.order.id,
        subject=f"{command.reason.name} {command.author}",
        text=f"held, {command.reason.name}: {count} unit{'' if count == 1 else 's'} given back",
        state=after.account.state.name,
        node_ids=(),
    )
    return changes, OrderHeld(record=record_of(after), released_quantity=count)


def refuse_begun(filed: FiledOrder) -> None:
    """Refuse with ORDER_STATE_FORBIDS an order of which something left or is being picked."""
    for one in filed.shipments:
        if one.state not in (*NOT_BEGUN, ShipmentState.CANCELED):
            raise RouterError(
                Reason.ORDER_STATE_FORBIDS,
                f"shipment `{one.id}` is {one.state.name}, an order can be held until one of its shipments is"
                " being picked; cancel what has not left instead",
                order_id=filed.order.id,
                shipment_id=one.id,
                state=one.state.name,
            )


def without_shipments(changes: Changes, filed: FiledOrder) -> FiledOrder:
    """The order with its shipments canceled, their places of the day free and all its units waiting."""
    canceled = [
        moved(one, ShipmentEvent.CANCEL, ShipmentState.CANCELED)
        for one in filed.shipments
        if one.state in NOT_BEGUN
    ]
    for one in canceled:
        changes.book_shipment(one.node_id, filed.plan.shipments[one.shipment - 1].ship_day, -1)
    voided = {one.position: one.void(one.left) for one in filed.reservations if one.left}
    after = FiledOrder(
        order=filed.order,
        planned=filed.planned,
        account=after_hold(filed.account),
        reservations=tuple(voided.get(one.position, one) for one in filed.reservations),
        withdrawn=filed.withdrawn,
        shipments=filed.shipments,
        release=filed.release,
    ).with_shipments(canceled)
    changes.reservations.extend(voided.values())
    changes.shipments.extend(canceled)
    changes.orders.append(after)
    return after


def release_order(
    books: Books, command: ReleaseOrder, at: Instant, now: Instant, route: Route
) -> tuple[Changes, OrderReleased]:
    """Decide what waits of the order again, on the stock of now and by all rules but holds, and book that.

    Refuses an unknown order, and with ORDER_STATE_FORBIDS one that is not held: of two releases one is refused.
    """
    filed = books.get_order(command.order_id)
    check_allowed(command.order_id, filed.account.state, OrderEvent.RELEASE)
    order = remainder_of(filed, _NOTHING_STANDS)
    assert order is not None, "units of a held order wait"
    request = OrderToRoute(
        order=order,
        decision_time=now,
        paid=paid_of(books, filed.order),
        replacing=Replacing(
            decision_id=decision_id_of(filed.account.decision_number),
            because=RELEASED,
            move_milli=0,
            shipment_count=len(filed.plan.shipments),
            standing=(),
            release=Release(author=command.author, note=command.note),
        ),
    )
    (decision,) = decide(books, [request], route, books)
    changes = Changes(after=books.head, time=at)
    after = book_again(books, changes, filed, _NOTHING_STANDS, decision, OrderEvent.RELEASE)
    return changes, OrderReleased(record=record_of(after))
