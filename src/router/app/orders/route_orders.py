"""Route orders: refuse those that cannot be decided, decide the others together, book every decision."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from router.app.answers.decided import NO_DECISION, Refused, Routed, RoutedOrders, Versions
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.channels.check_channel import find_refusal
from router.app.commands.deciding import RouteOrders
from router.app.network.documents import answer_of
from router.app.payments.paid import paid_of
from router.app.purchasing.backorder_limits import within_limits
from router.app.purchasing.restocks import Queue
from router.app.records import StoredDecision
from router.app.reservations.order_reservation import hand_over
from router.app.stock.hold_units import hold_units
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.order import Order
from router.domain.plan import Plan, Shipment, UnshippedAction
from router.domain.reasons import Reason
from router.ledger.accounts import Bucket, outside
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentState
from router.ledger.orders import LineQuantities, OrderAccount, total_state
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.network.dates import begin_by
from router.routing.replay import pack_decision
from router.routing.world import CapacityView, OrderToRoute, StockView, World


class Route(Protocol):
    """The decision: `routing.route.route` with its effort and its judge set."""

    def __call__(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]: ...


def route_orders(
    books: Books, commands: Sequence[RouteOrders], at: Instant, now: Instant, route: Route
) -> tuple[Changes, tuple[RoutedOrders, ...]]:
    """Decide the orders of all `commands` as one batch, exactly as if one after another.

    They are booked `at` the ledger's time. Decided they are for their command's instant or for `now`, what the clock
    says: the ledger's time may be ahead of it after the clock was wrong. A command that names a reservation comes
    alone.
    """
    refused = refuse_orders(books, [order for command in commands for order in command.orders])
    requests = [
        OrderToRoute(
            order=order,
            decision_time=now if command.decision_time is None else command.decision_time,
            paid=paid_of(books, order),
            deadline=command.deadline,
        )
        for command in commands
        for order in command.orders
    ]
    fresh = [request for index, request in enumerate(requests) if index not in refused]
    changes = Changes(after=books.head, time=at)
    stock: StockView = books
    if fresh and (reservation_id := commands[0].reservation_id):
        stock = hand_over(books, changes, reservation_id, fresh[0].order.id)
    results = iter(book_each(books, changes, refused, decide(books, fresh, route, stock), now))
    changes.file_recipients({key: value for one in commands for key, value in one.recipients.items()})
    answers = [RoutedOrders(results=tuple(next(results) for _ in command.orders)) for command in commands]
    return changes, tuple(answers)


def validate_orders(books: Books, command: RouteOrders, now: Instant, route: Route) -> RoutedOrders:
    """The answer to the same command if it were booked, but for ids that only a booking gives."""
    _, (answer,) = route_orders(books, [command], now, now, route)
    seen = books.head.position
    return RoutedOrders(results=tuple(without_booking(one, seen) for one in answer.results))


def refuse_orders(books: Books, orders: Sequence[Order]) -> dict[int, Refused]:
    """The refusals, by index in `orders`: of one routed before, and of those that name what nobody knows."""
    books.ready_network()
    known = books.known_orders([order.id for order in orders])
    refused: dict[int, Refused] = {}
    for index, order in enumerate(orders):
        if order.id in known:
            message = f"order `{order.id}` is routed already; edit it, or cancel it and send a new one"
            refused[index] = _refused(order, Reason.ORDER_ALREADY_ROUTED, message)
        elif (refusal := find_refusal(books.channels, order) or find_fault(books, order)) is not None:
            refused[index] = _refused(order, *refusal)
        else:
            known.add(order.id)
    return refused


def find_fault(books: Books, order: Order) -> tuple[Reason, str] | None:
    """Why an order cannot be decided: what it names that nobody knows, as a reason and a sentence."""
    prepared = books.ready_network()
    if unknown := sorted({line.sku for line in order.lines if line.sku not in books.products}):
        named = ", ".join(f"`{sku}`" for sku in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        return (
            Reason.UNKNOWN_SKU,
            f"order `{order.id}` names unknown products: {named}{more}; put them first",
        )
    if order.pickup_node_id and order.pickup_node_id not in prepared.node_index:
        return (
            Reason.UNKNOWN_NODE,
            f"order `{order.id}` is to be collected at node `{order.pickup_node_id}`,"
            " which the network does not have; name a node of it, or leave the pickup out",
        )
    if strange := [one for one in order.service_level_ids if one not in prepared.service_index]:
        return (
            Reason.UNKNOWN_SERVICE_LEVEL,
            f"order `{order.id}` is to ship by service level `{strange[0]}`,"
            " which the network does not have; name those of the network, or none for any",
        )
    if prepared.network.find_point(order.destination) is None:
        where = f"{order.destination.country} {order.destination.postal_code}".strip()
        return (
            Reason.INVALID_REQUEST,
            f"order `{order.id}` cannot be placed: `{where}` is not in the network's place table;"
            " send the destination's point or add the place",
        )
    return None


def decide(
    books: Books, requests: Sequence[OrderToRoute], route: Route, stock: StockView
) -> Sequence[Decision]:
    """Decisions on the books as they stand, from this stock."""
    if not requests:
        return ()
    decisions = route(requests, world_of(books), stock, books)
    assert len(decisions) == len(requests), "every order is decided"
    return decisions


def world_of(books: Books) -> World:
    """All that a decision is made from besides stock and capacity."""
    return World(
        network=books.ready_network(), products=books.products, rules=books.rules, prices=books.prices
    )


def book_each(
    books: Books,
    changes: Changes,
    refused: Mapping[int, Refused],
    decisions: Sequence[Decision],
    now: Instant,
) -> list[Routed | Refused]:
    """Outcomes in the order of the orders: the refusals at their indexes, between them the decisions, booked."""
    left, queue = iter(decisions), Queue(books, now)
    count = len(refused) + len(decisions)
    return [
        refused[index]
        if index in refused
        else book(books, changes, queue, within_limits(books, queue, next(left)))
        for index in range(count)
    ]


def book(books: Books, changes: Changes, queue: Queue, decision: Decision) -> Routed:
    """Reserve what the plan ships, open what waits at the end of the queue, and file the order."""
    order, plan = decision.inputs.order, decision.plan
    number = changes.next_event_position
    stored = StoredDecision(
        number=number, order_id=order.id, ledger_position=changes.position, body=pack_decision(decision)
    )
    reservations = tuple(
        reservation
        for shipment_number, shipment in enumerate(plan.shipments, start=1)
        for reservation in reserve(books, changes, order, shipment_number, shipment)
    )
    open_backorders(changes, order, plan)
    lines = count_lines(order, plan, reservations)
    account = OrderAccount(
        number=number,
        order_id=order.id,
        channel=order.channel,
        customer_id=order.customer_id,
        state=total_state(lines, is_held=plan.is_held),
        lines=lines,
        decision_number=number,
        position=changes.position,
    )
    shipments = plan_shipments(books, plan, reservations)
    changes.reservations.extend(reservations)
    changes.shipments.extend(shipments)
    changes.decisions.append(stored)
    changes.orders.append(
        FiledOrder(order=order, plan=plan, account=account, reservations=reservations, shipments=shipments)
    )
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.ROUTE],
        order_id=order.id,
        text=describe(account, plan),
        state=account.state.name,
        node_ids=(shipment.node_id for shipment in plan.shipments),
    )
    return replace(answer_of(stored, decision), restocks=queue.add(plan))


def reserve(
    books: Books, changes: Changes, order: Order, number: int, shipment: Shipment
) -> list[Reservation]:
    """Hold the units of one shipment, each where it is now, and one of its node's dispatches of that day."""
    changes.book_shipment(shipment.node_id, shipment.ship_day, 1)
    held: list[Reservation] = []
    for (node_id, line_id, sku), quantity in units_by_node(shipment).items():
        held += hold_units(
            books,
            changes,
            node_id=node_id,
            sku=sku,
            quantity=quantity,
            reference=order.id,
            line_id=line_id,
            order_id=order.id,
            shipment=number,
        )
    return held


def units_by_node(shipment: Shipment) -> dict[tuple[NodeId, LineId, Sku], int]:
    """The units of a shipment by where they are when it is decided, those that other nodes give first."""
    here = shipment.sent()
    found: dict[tuple[NodeId, LineId, Sku], int] = {}
    for transfer in shipment.transfers or ():
        for one in transfer.allocations:
            here[one.line_id, one.sku] -= one.quantity
            place = transfer.from_node_id, one.line_id, one.sku
            found[place] = found.get(place, 0) + one.quantity
    for (line_id, sku), quantity in here.items():
        if quantity:
            found[shipment.node_id, line_id, sku] = quantity
    return found


def plan_shipments(
    books: Books, plan: Plan, reservations: Iterable[Reservation]
) -> tuple[ShipmentAccount, ...]:
    """The accounts of all shipments of a plan, in their order."""
    prepared = books.ready_network()
    firsts: dict[int, Reservation] = {}
    for reservation in reservations:
        firsts.setdefault(reservation.shipment, reservation)
    accounts = []
    for number, first in firsts.items():
        shipment = plan.shipments[number - 1]
        node_id = shipment.node_id
        calendar = prepared.calendars[prepared.node_calendar[prepared.node_index[node_id]]]
        accounts.append(
            ShipmentAccount(
                number=first.position,
                order_id=first.order_id,
                shipment=number,
                node_id=node_id,
                state=ShipmentState.PLANNED,
                cut_off_time=begin_by(calendar, shipment.ship_day) or Instant(0),
            )
        )
    return tuple(accounts)


def open_backorders(changes: Changes, order: Order, plan: Plan) -> None:
    """Write down the units that wait, for stock or for a person."""
    for unshipped in plan.unshipped:
        if unshipped.action is not UnshippedAction.CANCEL:
            changes.enter(
                EntryCode.BACKORDER_OPEN,
                debit=outside(Bucket.BACKORDER, unshipped.sku),
                credit=outside(Bucket.DEMAND_OPEN, unshipped.sku),
                quantity=unshipped.quantity,
                reference=order.id,
                line_id=unshipped.line_id,
            )


def count_lines(order: Order, plan: Plan, reservations: Iterable[Reservation]) -> tuple[LineQuantities, ...]:
    """Each line's units by what the plan does with them; the plan must do something with every unit."""
    reserved: dict[LineId, int] = {}
    backordered: dict[LineId, int] = {}
    canceled: dict[LineId, int] = {}
    for reservation in reservations:
        reserved[reservation.line_id] = reserved.get(reservation.line_id, 0) + reservation.quantity
    for unshipped in plan.unshipped:
        count = canceled if unshipped.action is UnshippedAction.CANCEL else backordered
        count[unshipped.line_id] = count.get(unshipped.line_id, 0) + unshipped.quantity
    return tuple(
        [
            LineQuantities(
                line_id=line.id,
                sku=line.sku,
                ordered=line.quantity,
                reserved=reserved.get(line.id, 0),
                dispatched=0,
                backordered=backordered.get(line.id, 0),
                canceled=canceled.get(line.id, 0),
            )
            for line in order.lines
        ]
    )


def describe(account: OrderAccount, plan: Plan) -> str:
    """`ALLOCATED: 2 shipments from lille, lyon`."""
    nodes = ", ".join(dict.fromkeys(shipment.node_id for shipment in plan.shipments))
    count = len(plan.shipments)
    shipments = f"{count} shipment{'' if count == 1 else 's'}"
    return f"{account.state.name}: {shipments}" + (f" from {nodes}" if nodes else "")


def _refused(order: Order, reason: Reason, message: str) -> Refused:
    return Refused(order_id=order.id, reason=reason.value, message=message)


def without_booking(one: Routed | Refused, seen: int) -> Routed | Refused:
    """An outcome without the ids that only a booking gives; `seen` is the position whose stock it saw."""
    if isinstance(one, Refused):
        return one
    versions = Versions(
        rules_digest=one.versions.rules_digest,
        network_digest=one.versions.network_digest,
        ledger_position=seen,
        decision_time=one.versions.decision_time,
    )
    return replace(one, decision_id=NO_DECISION, versions=versions)
