"""Book orders whose plans are written: all of each ships, of what lies at its nodes outside of lots.

The same as `book_order.book`, one after the other, in all that is stored and answered.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain, islice, pairwise, repeat

from router.app.answers.decided import Routed
from router.app.books.changes import Changes, FiledOrder
from router.app.books.documents import answer_of
from router.app.orders.drafts import NO_CUT_OFF, text_of, whole
from router.app.records.decisions import StoredDecision
from router.app.records.events import Event
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
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
from router.routing.written_plan import WrittenPlan

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
    orders = [one.inputs.order for one in decisions]
    first, before = columns.first, columns.first - 1 + len(columns)
    reserve(columns, shelves, [one.id for one in orders], plans)
    shipments = iter(book_shipments(changes, network, orders, plans, before + 1))
    bounds = list(pairwise(accumulate([len(plan.quantities) for plan in plans], initial=before)))
    accounts = accounts_of(changes.next_event_position, orders, plans, [until for _, until in bounds])
    filed = [
        FiledOrder(
            order=order,
            planned=plan,
            account=account,
            reservations=ColumnReservations(columns, range(since + 1 - first, until + 1 - first)),
            shipments=tuple(islice(shipments, len(plan.node_ids))),
        )
        for order, plan, account, (since, until) in zip(orders, plans, accounts, bounds)
    ]
    stored = [
        StoredDecision(number=account.number, order_id=account.order_id, ledger_position=since, body=body)
        for account, (since, _), body in zip(accounts, bounds, pack_decisions(decisions))
    ]
    changes.orders += filed
    changes.decisions += stored
    changes.events += events_of(changes.time, accounts, plans)
    return list(map(answer_of, stored, decisions))


def accounts_of(
    number: int, orders: Sequence[Order], plans: Sequence[WrittenPlan], positions: Sequence[int]
) -> list[OrderAccount]:
    """Of orders routed by decisions that are numbered from `number` on, each with the position of its last entry."""
    return [
        OrderAccount(
            number=number,
            order_id=order.id,
            channel=order.channel,
            customer_id=order.customer_id,
            state=_ALLOCATED,
            counted=whole(order, plan),
            decision_number=number,
            position=position,
        )
        for number, order, plan, position in zip(
            range(number, number + len(orders)), orders, plans, positions
        )
    ]


def events_of(time: Instant, accounts: Sequence[OrderAccount], plans: Sequence[WrittenPlan]) -> list[Event]:
    """That each order is routed."""
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
        for account, node_ids in zip(accounts, [tuple(plan.node_ids) for plan in plans])
    ]


def book_shipments(
    changes: Changes,
    network: PreparedNetwork,
    orders: Sequence[Order],
    plans: Sequence[WrittenPlan],
    position: int,
) -> list[ShipmentAccount]:
    """The accounts of all shipments of the orders, whose entries stand from `position` on, each with one of its node's
    dispatches of that day.
    """
    places = list(chain.from_iterable([zip(plan.node_ids, plan.ship_days) for plan in plans]))
    booked = Counter(places)
    for (node_id, day), times in booked.items():
        changes.book_shipment(node_id, day, times)
    cut_off_times = {place: network.begin_by(*place) or NO_CUT_OFF for place in booked}
    counts = [len(plan.node_ids) for plan in plans]
    order_ids = chain.from_iterable(map(repeat, [one.id for one in orders], counts))
    numbers = chain.from_iterable([range(1, count + 1) for count in counts])
    firsts = accumulate(chain.from_iterable([plan.unit_counts for plan in plans]), initial=position)
    shipments = [
        ShipmentAccount(
            number=first,
            order_id=order_id,
            shipment=number,
            node_id=place[0],
            state=_PLANNED,
            cut_off_time=cut_off_times[place],
        )
        for order_id, number, place, first in zip(order_ids, numbers, places, firsts)
    ]
    changes.shipments += shipments
    return shipments


def reserve(
    columns: EntryColumns, shelves: Shelves, order_ids: Sequence[OrderId], plans: Sequence[WrittenPlan]
) -> None:
    """The entries of all of them."""
    quantities = list(chain.from_iterable([plan.quantities for plan in plans]))
    assert min(quantities) > 0, "an entry moves at least one unit"
    columns.quantities.extend(quantities)
    columns.order_ids.extend(chain.from_iterable(map(repeat, order_ids, [len(one.skus) for one in plans])))
    columns.line_ids.extend(chain.from_iterable([plan.line_ids for plan in plans]))
    counts = list(chain.from_iterable([plan.unit_counts for plan in plans]))
    places = chain.from_iterable([range(1, len(plan.node_ids) + 1) for plan in plans])
    columns.shipments.extend(chain.from_iterable(map(repeat, places, counts)))
    nodes = chain.from_iterable(map(repeat, chain.from_iterable([plan.node_ids for plan in plans]), counts))
    known, ahead = len(shelves), len(columns.accounts) // 2 - len(shelves)
    columns.pairs.extend(
        [
            shelves.setdefault(shelf, ahead + len(shelves))
            for shelf in zip(nodes, chain.from_iterable([plan.skus for plan in plans]))
        ]
    )
    if len(shelves) > known:
        node_ids, skus = zip(*islice(shelves, known, None))
        taken = map(new, _ACCOUNT, zip(node_ids, skus, _NO_LOT, _PICKING))
        here = map(new, _ACCOUNT, zip(node_ids, skus, _NO_LOT, _ON_HAND))
        columns.accounts.extend(chain.from_iterable(zip(taken, here)))
