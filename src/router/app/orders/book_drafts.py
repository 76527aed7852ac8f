"""Book plain orders that were drafted ahead of their turn: what they reserve is one set of columns.

The same as `book_columns` in all that is stored and answered; there what is drafted here is worked out on the way.
"""

from collections.abc import Sequence

from router.app.answers.decided import Routed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import answer_of
from router.app.orders.drafts import Drafts, draft_of
from router.app.orders.file_order import file_order
from router.app.records.decisions import StoredDecision
from router.app.steps.hold_units import HoldOf
from router.domain.identifiers import OrderId
from router.domain.plan import Plan
from router.ledger.accounts import Account
from router.ledger.entry_columns import ColumnReservations, EntryColumns
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.replay import pack_decision

_TOLD = EventKind.ORDER_ROUTED
_PLANNED = ShipmentState.PLANNED


def are_plain(books: Books, decisions: Sequence[Decision]) -> bool:
    """Whether all units of these ship from where they lie outside of lots."""
    plans = [one.planned for one in decisions if isinstance(one.planned, Plan)]
    return not books.lots.has_any and not any(
        one.unshipped or any(it.transfers for it in one.shipments) for one in plans
    )


def book_drafts(
    books: Books, changes: Changes, decisions: Sequence[Decision], drafts: Drafts
) -> list[Routed]:
    """Reserve what plans ship that `are_plain`, and file their orders. Nothing may be entered in `changes` yet."""
    assert not changes.entries, "what is in columns stands alone"
    columns = changes.columns = EntryColumns(first=changes.position + 1, time=changes.time)
    network = books.ready_network()
    shelves: dict[Account, int] = {}
    routed = []
    for decision in decisions:
        order_id, plan = decision.inputs.order.id, decision.planned
        own = draft_of(drafts, decision.inputs.order, plan, network)
        number, position = changes.next_event_position, changes.position
        body = pack_decision(decision, own.packed)
        stored = StoredDecision(number=number, order_id=order_id, ledger_position=position, body=body)
        start = len(columns)
        shipments = []
        for place, shipment in enumerate(own.shipments, start=1):
            changes.book_shipment(shipment.node_id, shipment.ship_day, 1)
            shipments.append(
                ShipmentAccount(
                    number=columns.first + len(columns),
                    order_id=order_id,
                    shipment=place,
                    node_id=shipment.node_id,
                    state=_PLANNED,
                    cut_off_time=shipment.cut_off_time,
                )
            )
            reserve(columns, shelves, order_id, place, shipment.holds)
        file_order(
            changes,
            decision,
            stored,
            state=own.state,
            counted=own.counted,
            reservations=ColumnReservations(columns, range(start, len(columns))),
            shipments=tuple(shipments),
            position=changes.position,
        )
        changes.tell(_TOLD, order_id=order_id, text=own.text, state=own.state_name, node_ids=own.node_ids)
        routed.append(answer_of(stored, decision))
    return routed


def reserve(
    columns: EntryColumns,
    shelves: dict[Account, int],
    order_id: OrderId,
    place: int,
    holds: Sequence[HoldOf],
) -> None:
    """The units of one shipment; `shelves` are the pairs of accounts known so far."""
    for here, taken, line_id, quantity in holds:
        shelf = shelves.get(here)
        if shelf is None:
            shelf = shelves[here] = columns.add_pair(taken, here)
        columns.add(shelf, quantity, order_id, line_id, place)
