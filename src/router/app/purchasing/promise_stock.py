"""What can be promised by which day: what is free now and what is to come, less all that wait already."""

from router.app.answers.purchasing import PromisableFound, PromisableRow
from router.app.answers.restocks import Arrival
from router.app.answers.stock import Inbound
from router.app.books.books import Books
from router.app.commands.questions import GetAvailableToPromise
from router.app.stock.find_availability import inbound_of
from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.ledger.accounts import EMPTY, Bucket, outside
from router.routing.network.dates import local_day, utc_day

SUPPLIER = "SUPPLIER"
"""The kind of a node that is no place of our own."""


def find_promisable(books: Books, command: GetAvailableToPromise, now: Instant) -> PromisableFound:
    """A row for each SKU as asked."""
    return PromisableFound(
        rows=tuple(row_of(books, sku, now) for sku in command.skus),
        ledger_position=books.head.position,
        time=now,
    )


def row_of(books: Books, sku: Sku, now: Instant) -> PromisableRow:
    """The figures of one SKU over all nodes."""
    arrivals, undated = arrivals_of(books, sku, now)
    free = books.available(sku)
    theirs = suppliers_of(books)
    return PromisableRow(
        sku=sku,
        free=sum(free.values()),
        free_at_suppliers=sum(units for node_id, units in free.items() if node_id in theirs) if theirs else 0,
        waiting=waiting_of(books, sku),
        arrivals=arrivals,
        undated=undated,
        backorder_limit=books.purchasing.limits.get(sku),
    )


def waiting_of(books: Books, sku: Sku) -> int:
    """Units of orders that wait, for stock or for a person."""
    return books.balances.get(outside(Bucket.BACKORDER, sku), EMPTY).units


def arrivals_of(books: Books, sku: Sku, now: Instant) -> tuple[tuple[Arrival, ...], int]:
    """What is to come with a day, the first first, and the units of which nobody knows when: without a day, or with
    one that is over.
    """
    dated: list[tuple[Day, Arrival]] = []
    undated = 0
    for node_id, coming in inbound_of(books, sku).items():
        today = today_at(books, node_id, now)
        for one in coming:
            if one.expected_day is None or one.expected_day < today:
                undated += one.quantity
            else:
                dated.append((one.expected_day, arrival_at(node_id, one)))
    dated.sort(key=lambda row: (row[0], row[1].purchase_order_id, row[1].transfer_id, row[1].node_id))
    return tuple(arrival for _, arrival in dated), undated


def arrival_at(node_id: NodeId, one: Inbound) -> Arrival:
    return Arrival(
        quantity=one.quantity,
        node_id=node_id,
        expected_day=one.expected_day,
        purchase_order_id=one.purchase_order_id,
        transfer_id=one.transfer_id,
    )


def today_at(books: Books, node_id: NodeId, now: Instant) -> Day:
    """The node's day; that of UTC for a node that left the network."""
    network = books.network
    index = None if network is None else network.node_index.get(node_id)
    if network is None or index is None:
        return utc_day(now)
    return local_day(now, network.nodes[index].calendar.time_zone)


def suppliers_of(books: Books) -> frozenset[NodeId]:
    """Nodes whose stock is somebody else's."""
    nodes = books.network.nodes if books.network else ()
    return frozenset(node.id for node in nodes if node.kind == SUPPLIER)
