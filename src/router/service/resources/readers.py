"""How the rows of a resource are read from the books as they stood at one position."""

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message

from router.api.messages.network import network_message
from router.api.messages.orders import order_message
from router.api.messages.times import optional_date
from router.api.v1 import (
    network_pb2,
    order_pb2,
    resources_pb2,
)
from router.app.books.history import read_history
from router.app.reading.pages import Page
from router.app.records.filters import OrderFilter
from router.domain.identifiers import Sku
from router.domain.limits import (
    PAGE_SIZE_MAX,
)
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket
from router.service.resources.resource import Read, View
from router.service.to_proto.accounting import unit_cost_message, voucher_message
from router.service.to_proto.customers import recipient_message
from router.service.to_proto.events import event_message
from router.service.to_proto.fulfillment import layout_message


def paged(pages: Callable[[View, str], Page[Any]], message: Callable[[Any], Message]) -> Read:
    """All items of a listing, page by page."""

    def read(view: View) -> Iterator[Message]:
        token, is_first = "", True
        while token or is_first:
            is_first = False
            page = pages(view, token)
            yield from map(message, page.items)
            token = page.next_page_token

    return read


def listed(items: Callable[[View], Any], message: Callable[[Any], Message]) -> Read:
    """All items of a list that is one page."""
    return lambda view: map(message, items(view))


def network_of(view: View) -> Iterator[network_pb2.Network]:
    """The network in force, if there is one."""
    try:
        yield network_message(view.queries.documents.get_network().network)
    except RouterError as error:
        if error.reason is not Reason.NETWORK_NOT_READY:
            raise


def part_of_network(part: str) -> Read:
    return lambda view: (one for network in network_of(view) for one in getattr(network, part))


def unit_costs(view: View) -> Iterator[Message]:
    """What a unit of each product costs now."""
    token, is_first = "", True
    while token or is_first:
        is_first = False
        page = view.queries.list_products(PAGE_SIZE_MAX, token)
        token = page.next_page_token
        if page.items:
            found = view.reader.find_unit_costs([product.sku for product in page.items])
            yield from (unit_cost_message(costs[-1]) for _, costs in sorted(found.items()) if costs)


def stock(view: View) -> Iterator[Message]:
    """Units on the shelves, by SKU, node and lot."""
    lots = {(lot.sku, lot.id): lot for lot in view.reader.read_lots()}
    after = None
    while rows := view.reader.list_balances(after, PAGE_SIZE_MAX, None, None):
        after = rows[-1][0]
        for account, balance in rows:
            if account.bucket is Bucket.ON_HAND and account.node_id and balance.units:
                lot = lots.get((Sku(account.sku), account.lot))
                yield resources_pb2.StockRow(
                    node_id=account.node_id,
                    sku=account.sku,
                    lot=account.lot,
                    expiry_day=optional_date(lot.expiry_day) if lot else "",
                    on_hand=balance.units,
                )


def layouts(view: View) -> Iterator[Message]:
    """Of each node that has one, by node."""
    for network in network_of(view):
        found = (view.reader.find_layout(one.node_id) for one in network.nodes)  # type: ignore[arg-type]
        yield from (layout_message(layout) for layout in found if layout is not None)


def orders(view: View) -> Iterator[Message]:
    """As they were asked for last, in the order of routing."""
    after = None
    while accounts := view.reader.list_orders(after, PAGE_SIZE_MAX, OrderFilter()):
        after = accounts[-1].number
        for account in accounts:
            message = order_message(read_history(view.reader, account).order)
            if view.with_personal_data:
                recipient = view.queries.customers.find_recipient(account.order_id)
                if recipient is not None:
                    message.MergeFrom(order_pb2.Order(recipient=recipient_message(recipient)))
            yield message


def recipients(view: View) -> Iterator[Message]:
    for message in orders(view):
        assert isinstance(message, order_pb2.Order), "orders are orders"
        if message.HasField("recipient"):
            yield resources_pb2.RecipientRow(
                order_id=message.order_id, customer_id=message.customer_id, recipient=message.recipient
            )


def rule_files(view: View) -> Iterator[Message]:
    for path, text in sorted(view.queries.documents.get_rules().files.items()):
        yield resources_pb2.RuleFileRow(path=path, text=text.decode())


def vouchers(view: View) -> Iterator[Message]:
    after, end = 0, view.queries.accounting.end_of_range(0, 0)
    while after < end:
        found, after = view.queries.accounting.read_vouchers(after, end)
        yield from map(voucher_message, found)


def events(view: View) -> Iterator[Message]:
    after = 0
    while found := view.queries.list_events(after, PAGE_SIZE_MAX):
        after = found[-1].position
        yield from map(event_message, found)
