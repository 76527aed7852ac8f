"""Book decided orders in columns: what they reserve, and what of them waits, is one set of them.

The same as `book_order.book` in all that is stored and answered.
"""

from collections.abc import Sequence
from itertools import groupby

from router.app.answers.decided import Routed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import answer_of
from router.app.orders.book_written import Shelves, book_written
from router.app.orders.drafts import NO_CUT_OFF, count_lines, text_of, units_by_node
from router.app.orders.file_order import file_order
from router.app.purchasing.backorder_limits import within_limits
from router.app.purchasing.restocks import Queue
from router.app.records.decisions import StoredDecision
from router.app.steps.hold_units import taken_from
from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.domain.order import Order
from router.domain.plan import Plan, Shipment, UnshippedAction
from router.ledger.accounts import Account, Bucket, new, outside
from router.ledger.entry_columns import NO_SHIPMENT, ColumnReservations, EntryColumns
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, OrderState, ShipmentState
from router.ledger.lots import NO_LOT
from router.ledger.orders import total_state
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.replay import pack_decision
from router.routing.written_plan import WrittenPlan

_TOLD = EventKind.ORDER_ROUTED
assert ORDER_EFFECTS[OrderEvent.ROUTE].told is _TOLD
assert ORDER_EFFECTS[OrderEvent.ROUTE].entries >= {EntryCode.RESERVE, EntryCode.BACKORDER_OPEN}
# Taken from their enums once: each time takes nearly as long as making the struct that they go into.
_ALLOCATED, _PLANNED = OrderState.ALLOCATED, ShipmentState.PLANNED
_NAMES = {state: state.name for state in OrderState}
_ON_HAND, _PICKING = Bucket.ON_HAND, Bucket.PICKING


def book_in_columns(
    books: Books, changes: Changes, queue: Queue, decisions: Sequence[Decision]
) -> list[Routed]:
    """Reserve what the plans ship, open what waits at the end of the queue, and file their orders.

    To be called when nothing is entered in `changes` yet.
    """
    assert not changes.entries, "what is in columns stands alone"
    changes.columns = EntryColumns(first=changes.position + 1, time=changes.time)
    booking = _Booking(books, changes, queue, changes.columns)
    return [
        one
        for is_written, some in groupby(decisions, booking.is_written)
        for one in (booking.book_written(list(some)) if is_written else map(booking.book, some))
    ]


class _Booking:
    """Orders of one set of changes, booked one after the other."""

    def __init__(self, books: Books, changes: Changes, queue: Queue, columns: EntryColumns) -> None:
        self._books, self._changes, self._queue, self._columns = books, changes, queue, columns
        self._network = books.ready_network()
        self._has_lots = books.lots.has_any
        self._shelves: Shelves = {}
        self._lots: dict[Account, int] = {}
        self._waiting: dict[Sku, int] = {}

    def is_written(self, decision: Decision) -> bool:
        """Whether its plan is, and says from where units are taken: lots are chosen when it is booked."""
        return isinstance(decision.planned, WrittenPlan) and not self._has_lots

    def book_written(self, decisions: Sequence[Decision]) -> list[Routed]:
        """All of these."""
        plans = [one.planned for one in decisions if isinstance(one.planned, WrittenPlan)]
        return book_written(self._changes, self._columns, self._shelves, self._network, decisions, plans)

    def book(self, decision: Decision) -> Routed:
        changes, columns = self._changes, self._columns
        if decision.plan.unshipped:
            decision = within_limits(self._books, self._queue, decision)
        order, plan = decision.inputs.order, decision.plan
        start, before = len(columns.pairs), columns.first - 1
        stored = StoredDecision(
            number=changes.next_event_position,
            order_id=order.id,
            ledger_position=before + start,
            body=pack_decision(decision),
        )
        reserved, shipments = self._reserve(order, plan)
        reservations = ColumnReservations(columns, range(start, len(columns.pairs)))
        lines, state = count_lines(order, plan.unshipped, reserved), _ALLOCATED
        if plan.unshipped:
            state = total_state(lines, is_held=plan.is_held)
            self._open(order.id, plan)
        file_order(
            changes,
            decision,
            stored,
            state=state,
            counted=lines,
            reservations=reservations,
            shipments=shipments,
            position=before + len(columns.pairs),
        )
        node_ids, name = tuple([one.node_id for one in shipments]), _NAMES[state]
        changes.tell(_TOLD, order_id=order.id, text=text_of(name, node_ids), state=name, node_ids=node_ids)
        return answer_of(stored, decision, self._queue.add(plan) if plan.unshipped else ())

    def _reserve(self, order: Order, plan: Plan) -> tuple[dict[LineId, int], tuple[ShipmentAccount, ...]]:
        """The units of its lines, and one of its node's dispatches of that day for each shipment."""
        columns, changes, order_id = self._columns, self._changes, order.id
        units: dict[LineId, int] = {line.id: 0 for line in order.lines}
        shipments = []
        for place, shipment in enumerate(plan.shipments, start=1):
            node_id, ship_day = shipment.node_id, shipment.ship_day
            changes.book_shipment(node_id, ship_day, 1)
            shipments.append(
                ShipmentAccount(
                    number=columns.first + len(columns.pairs),
                    order_id=order_id,
                    shipment=place,
                    node_id=node_id,
                    state=_PLANNED,
                    cut_off_time=self._network.begin_by(node_id, ship_day) or NO_CUT_OFF,
                )
            )
            if self._has_lots or shipment.transfers:
                self._hold(order_id, place, shipment, units)
                continue
            for (line_id, sku), quantity in shipment.sent().items():
                assert quantity > 0, "an entry moves at least one unit"
                units[line_id] += quantity
                shelf = self._shelves.get((node_id, sku))
                columns.pairs.append(self._add(node_id, sku) if shelf is None else shelf)
                columns.quantities.append(quantity)
                columns.order_ids.append(order_id)
                columns.line_ids.append(line_id)
                columns.shipments.append(place)
        return units, tuple(shipments)

    def _hold(self, order_id: OrderId, place: int, shipment: Shipment, units: dict[LineId, int]) -> None:
        """Hold the units of a shipment where they are now: of lots, or at nodes that give them first."""
        columns, taken = self._columns, self._changes.taken
        lots, now = self._books.lots, self._books.clock.limit_now
        for (node_id, line_id, sku), quantity in units_by_node(shipment).items():
            units[line_id] += quantity
            if not lots.is_kept(node_id, sku):
                shelf = self._shelves.get((node_id, sku))
                pair = self._add(node_id, sku) if shelf is None else shelf
                columns.add(pair, quantity, order_id, line_id, place)
                continue
            for account, count in lots.split(node_id, sku, quantity, now, taken):
                columns.add(self._lot(account), count, order_id, line_id, place)
                taken[account] += count

    def _open(self, order_id: OrderId, plan: Plan) -> None:
        """Write down the units that wait, for stock or for a person."""
        for one in plan.unshipped:
            if one.action is UnshippedAction.CANCEL:
                continue
            pair = self._waiting.get(one.sku)
            if pair is None:
                waits, wanted = outside(Bucket.BACKORDER, one.sku), outside(Bucket.DEMAND_OPEN, one.sku)
                pair = self._waiting[one.sku] = self._columns.add_pair(waits, wanted)
                self._columns.waiting.append(pair)
            self._columns.add(pair, one.quantity, order_id, one.line_id, NO_SHIPMENT)

    def _add(self, node_id: NodeId, sku: Sku) -> int:
        """The pair of accounts of a shelf that no order of these took units from yet."""
        taken, here = (node_id, sku, NO_LOT, _PICKING), (node_id, sku, NO_LOT, _ON_HAND)
        pair = self._columns.add_pair(new(Account, taken), new(Account, here))
        self._shelves[node_id, sku] = pair
        return pair

    def _lot(self, account: Account) -> int:
        """The pair of accounts of what is on hand of a lot, or of no lot where lots are kept."""
        pair = self._lots.get(account)
        if pair is None:
            pair = self._lots[account] = self._columns.add_pair(taken_from(account), account)
        return pair
