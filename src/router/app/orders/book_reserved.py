"""Book decided orders of which every unit ships from its shelf: what they reserve is one set of columns.

The plain case of `book_order.book`, and the same in all that is stored and answered.
"""

from collections.abc import Sequence
from functools import lru_cache

from router.app.answers.decided import Routed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import answer_of
from router.app.orders.drafts import NO_CUT_OFF, describe
from router.app.orders.file_order import file_order
from router.app.records.decisions import StoredDecision
from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.order import Order
from router.domain.plan import Plan
from router.ledger.accounts import Account, Bucket, new
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, OrderState, ShipmentState
from router.ledger.lots import NO_LOT
from router.ledger.orders import LineQuantities
from router.ledger.reserved import Reserved, ReservedParts
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork
from router.routing.replay import pack_decision

_TOLD = EventKind.ORDER_ROUTED
assert ORDER_EFFECTS[OrderEvent.ROUTE].told is _TOLD
assert EntryCode.RESERVE in ORDER_EFFECTS[OrderEvent.ROUTE].entries
_ALLOCATED, _PLANNED = OrderState.ALLOCATED, ShipmentState.PLANNED
_STATE = _ALLOCATED.name
_ON_HAND, _PICKING = Bucket.ON_HAND, Bucket.PICKING

_text_of = lru_cache(maxsize=10_000)(describe)
"""Few nodes ship most orders."""


def are_plain(books: Books, changes: Changes, decisions: Sequence[Decision]) -> bool:
    """Whether all units of these ship from where they lie outside of lots, and nothing else is booked with them."""
    if books.lots.has_any or changes.entries:
        return False
    plans = [one.plan for one in decisions]
    return not any(one.unshipped or any(it.transfers for it in one.shipments) for one in plans)


def book_reserved(books: Books, changes: Changes, decisions: Sequence[Decision]) -> list[Routed]:
    """Reserve what plain plans ship, and file their orders."""
    changes.reserved = Reserved(first=changes.position + 1, time=changes.time)
    booking = _Booking(changes, changes.reserved, books.ready_network())
    return [booking.book(decision) for decision in decisions]


class _Booking:
    """Orders of one set of changes, booked one after the other."""

    def __init__(self, changes: Changes, reserved: Reserved, network: PreparedNetwork) -> None:
        self._changes, self._reserved, self._network = changes, reserved, network
        self._shelves: dict[tuple[NodeId, Sku], int] = {}

    def book(self, decision: Decision) -> Routed:
        changes, reserved = self._changes, self._reserved
        order, plan = decision.inputs.order, decision.plan
        number, position = changes.next_event_position, changes.position
        stored = StoredDecision(
            number=number, order_id=order.id, ledger_position=position, body=pack_decision(decision)
        )
        start = len(reserved)
        lines, shipments = self._reserve(order, plan)
        file_order(
            changes,
            decision,
            stored,
            state=_ALLOCATED,
            lines=lines,
            reservations=ReservedParts(reserved, start, len(reserved)),
            shipments=shipments,
        )
        node_ids = tuple([one.node_id for one in shipments])
        changes.tell(
            _TOLD, order_id=order.id, text=_text_of(_STATE, node_ids), state=_STATE, node_ids=node_ids
        )
        return answer_of(stored, decision)

    def _reserve(
        self, order: Order, plan: Plan
    ) -> tuple[tuple[LineQuantities, ...], tuple[ShipmentAccount, ...]]:
        """The units of its lines, and one of its node's dispatches of that day for each shipment."""
        reserved, changes, order_id = self._reserved, self._changes, order.id
        units: dict[LineId, int] = {line.id: 0 for line in order.lines}
        shipments = []
        for place, shipment in enumerate(plan.shipments, start=1):
            node_id, ship_day = shipment.node_id, shipment.ship_day
            changes.book_shipment(node_id, ship_day, 1)
            shipments.append(
                ShipmentAccount(
                    number=reserved.first + len(reserved),
                    order_id=order_id,
                    shipment=place,
                    node_id=node_id,
                    state=_PLANNED,
                    cut_off_time=self._network.begin_by(node_id, ship_day) or NO_CUT_OFF,
                )
            )
            for (line_id, sku), quantity in shipment.sent().items():
                assert quantity > 0, "an entry moves at least one unit"
                units[line_id] += quantity
                shelf = self._shelves.get((node_id, sku))
                reserved.shelves.append(self._add(node_id, sku) if shelf is None else shelf)
                reserved.quantities.append(quantity)
                reserved.order_ids.append(order_id)
                reserved.line_ids.append(line_id)
                reserved.shipments.append(place)
        lines = [
            LineQuantities(
                line_id=line.id,
                sku=line.sku,
                ordered=line.quantity,
                reserved=units[line.id],
                dispatched=0,
                backordered=0,
                canceled=0,
            )
            for line in order.lines
        ]
        return tuple(lines), tuple(shipments)

    def _add(self, node_id: NodeId, sku: Sku) -> int:
        """A shelf that no order of these took units from yet."""
        shelf = self._shelves[node_id, sku] = len(self._shelves)
        accounts = self._reserved.accounts
        accounts.append(new(Account, (node_id, sku, NO_LOT, _PICKING)))
        accounts.append(new(Account, (node_id, sku, NO_LOT, _ON_HAND)))
        return shelf
