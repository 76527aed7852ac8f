"""Book orders whose plans are written: all of each ships, of what lies at its nodes outside of lots.

The same as `book_order.book`, one after the other, in all that is stored and answered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, count, islice, pairwise, repeat

from router.app.answers.decided import Routed
from router.app.books.changes import Changes, FiledOrder
from router.app.books.documents import answer_of
from router.app.orders.drafts import NO_CUT_OFF, all_reserved, text_of
from router.app.records.decisions import StoredDecision
from router.app.records.events import Event
from router.domain.identifiers import Instant, NodeId, Sku
from router.domain.order import Order
from router.ledger.accounts import Account, Bucket, new
from router.ledger.entry_columns import ColumnReservations, EntryColumns
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.lots import NO_LOT
from router.ledger.orders import OrderAccount
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork
from router.routing.replay import pack_decisions
from router.routing.written_plan import Sent, WrittenPlan, sent_by

# Taken from their enums once: each time takes nearly as long as making the struct that they go into.
_TOLD = EventKind.ORDER_ROUTED
_ALLOCATED, _PLANNED = OrderState.ALLOCATED, ShipmentState.PLANNED
_STATE = _ALLOCATED.name
_ACCOUNT, _NO_LOT = repeat(Account), repeat(NO_LOT)
_ON_HAND, _PICKING = repeat(Bucket.ON_HAND), repeat(Bucket.PICKING)

Shelves = dict[tuple[NodeId, Sku], int]
"""The pairs of accounts of shelves, by node and SKU."""


def book_written(
    changes: Changes,
    columns: EntryColumns,
    shelves: Shelves,
    network: PreparedNetwork,
    decisions: Sequence[Decision],
    plans: Sequence[WrittenPlan],
) -> list[Routed]:
    """Reserve in `columns` what the `plans` of the decisions ship, and file the orders. `shelves` are all that are in
    columns.
    """
    orders, sent = [one.inputs.order for one in decisions], sent_by(plans)
    parts = [plan.shipment_count for plan in plans]
    first, before = columns.first, columns.first - 1 + len(columns)
    bounds = list(pairwise(accumulate([plan.unit_count for plan in plans], initial=before)))
    reserve(columns, shelves, orders, plans, sent)
    shipments = iter(book_shipments(changes, network, orders, parts, sent, before + 1))
    accounts = accounts_of(changes.next_event_position, orders, sent, [until for _, until in bounds])
    filed = [
        FiledOrder(
            order=order,
            planned=plan,
            account=account,
            reservations=ColumnReservations(columns, range(since + 1 - first, until + 1 - first)),
            shipments=tuple(islice(shipments, count)),
        )
        for order, plan, account, count, (since, until) in zip(orders, plans, accounts, parts, bounds)
    ]
    stored = [
        StoredDecision(number=account.number, order_id=account.order_id, ledger_position=since, body=body)
        for account, (since, _), body in zip(accounts, bounds, pack_decisions(decisions))
    ]
    changes.orders += filed
    changes.decisions += stored
    changes.events += events_of(changes.time, accounts, parts, sent)
    return list(map(answer_of, stored, decisions))


def accounts_of(
    number: int, orders: Sequence[Order], sent: Sent, positions: Sequence[int]
) -> list[OrderAccount]:
    """Of orders routed by decisions that are numbered from `number` on, each with the position of its last entry."""
    return [
        OrderAccount(
            number=number,
            order_id=order.id,
            channel=order.channel,
            customer_id=order.customer_id,
            state=_ALLOCATED,
            counted=counted,
            decision_number=number,
            position=position,
        )
        for number, order, counted, position in zip(
            count(number), orders, all_reserved(orders, sent.quantities), positions
        )
    ]


def events_of(
    time: Instant, accounts: Sequence[OrderAccount], parts: Sequence[int], sent: Sent
) -> list[Event]:
    """That each order is routed, in so many parts."""
    nodes = iter(sent.node_ids)
    return [
        Event(
            position=account.number,
            time=time,
            kind=_TOLD,
            order_id=account.order_id,
            text=text_of(_STATE, node_ids),
            state=_STATE,
            node_ids=node_ids,
        )
        for account, node_ids in zip(accounts, [tuple(islice(nodes, count)) for count in parts])
    ]


def book_shipments(
    changes: Changes,
    network: PreparedNetwork,
    orders: Sequence[Order],
    parts: Sequence[int],
    sent: Sent,
    position: int,
) -> list[ShipmentAccount]:
    """The accounts of all shipments of the orders, of each so many as `parts` say, whose entries stand from `position`
    on, each with one of its node's dispatches of that day.
    """
    places = list(zip(sent.node_ids, sent.ship_days))
    booked = Counter(places)
    for (node_id, day), times in booked.items():
        changes.book_shipment(node_id, day, times)
    cut_off_times = {place: network.begin_by(*place) or NO_CUT_OFF for place in booked}
    order_ids = chain.from_iterable(map(repeat, [one.id for one in orders], parts))
    firsts = accumulate(sent.unit_counts, initial=position)
    shipments = [
        ShipmentAccount(
            number=first,
            order_id=order_id,
            shipment=number,
            node_id=place[0],
            state=_PLANNED,
            cut_off_time=cut_off_times[place],
        )
        for order_id, number, place, first in zip(order_ids, numbers_of(parts), places, firsts)
    ]
    changes.shipments += shipments
    return shipments


def numbers_of(parts: Iterable[int]) -> Iterator[int]:
    """The number of each shipment in its order, which has so many."""
    return chain.from_iterable([range(1, count + 1) for count in parts])


def reserve(
    columns: EntryColumns, shelves: Shelves, orders: Sequence[Order], plans: Sequence[WrittenPlan], sent: Sent
) -> None:
    """The entries of all of them."""
    assert min(sent.quantities) > 0, "an entry moves at least one unit"
    columns.quantities.extend(sent.quantities)
    columns.line_ids.extend(sent.line_ids)
    of_orders, of_shipments = [plan.unit_count for plan in plans], sent.unit_counts
    columns.order_ids.extend(chain.from_iterable(map(repeat, [one.id for one in orders], of_orders)))
    numbers = numbers_of([plan.shipment_count for plan in plans])
    columns.shipments.extend(chain.from_iterable(map(repeat, numbers, of_shipments)))
    nodes = chain.from_iterable(map(repeat, sent.node_ids, of_shipments))
    known, ahead = len(shelves), len(columns.accounts) // 2 - len(shelves)
    columns.pairs.extend([shelves.setdefault(shelf, ahead + len(shelves)) for shelf in zip(nodes, sent.skus)])
    if len(shelves) > known:
        node_ids, skus = zip(*islice(shelves, known, None))
        taken = map(new, _ACCOUNT, zip(node_ids, skus, _NO_LOT, _PICKING))
        here = map(new, _ACCOUNT, zip(node_ids, skus, _NO_LOT, _ON_HAND))
        columns.accounts.extend(chain.from_iterable(zip(taken, here)))
