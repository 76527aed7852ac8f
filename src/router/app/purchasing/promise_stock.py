"""What can be promised by which day: what is free now and what is to come, less all that wait already."""

from collections import defaultdict

from router.app.answers.purchasing import PromisableFound, PromisableRow
from router.app.commands.questions import GetAvailableToPromise
from router.app.engine.books import Books
from router.app.stock.find_availability import inbound_of
from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.ledger.accounts import EMPTY, Bucket, outside
from router.routing.dates import local_day, utc_day

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
    days, undated = arrivals_of(books, sku, now)
    free = books.available(sku)
    theirs = suppliers_of(books)
    return PromisableRow(
        sku=sku,
        free=sum(free.values()),
        free_at_suppliers=sum(units for node_id, units in free.items() if node_id in theirs) if theirs else 0,
        waiting=waiting_of(books, sku),
        days=tuple(sorted(days.items())),
        undated=undated,
        backorder_limit=books.purchasing.limits.get(sku),
    )


def waiting_of(books: Books, sku: Sku) -> int:
    """Units of orders that wait, for stock or for a person."""
    return books.balances.get(outside(Bucket.BACKORDER, sku), EMPTY).units


def arrivals_of(books: Books, sku: Sku, now: Instant) -> tuple[dict[Day, int], int]:
    """Units to come by day, and those of which nobody knows when: without a day, or with one that is over."""
    days: dict[Day, int] = defaultdict(int)
    undated = 0
    for node_id, coming in inbound_of(books, sku).items():
        today = today_at(books, node_id, now)
        for one in coming:
            if one.expected_day is None or one.expected_day < today:
                undated += one.quantity
            else:
                days[one.expected_day] += one.quantity
    return dict(days), undated


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
