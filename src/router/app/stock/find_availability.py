"""Find availability: what can be promised of some SKUs, as of one ledger position."""

from dataclasses import replace

from router.app.answers.stock import AvailabilityFound, AvailabilityRow, Inbound, LotRow
from router.app.books.books import Books
from router.app.commands.questions import GetAvailability
from router.app.steps.awaited import reserved_under_way
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import EMPTY

_NEVER = 1 << 62
"""Behind every day: what nobody expects on any."""


def find_availability(books: Books, command: GetAvailability) -> AvailabilityFound:
    """A row per SKU and node that ever held it or is to get it, by SKU then node; other SKUs have none."""
    wanted = frozenset(command.node_ids)
    rows = []
    for sku in sorted(set(command.skus)):
        inbound = inbound_of(books, sku)
        for node_id in sorted(books.available(sku).keys() | inbound.keys()):
            if not wanted or node_id in wanted:
                balance = books.stock_at(node_id, sku)
                lots = lots_at(books, node_id, sku) if command.with_lots else ()
                row = row_of(node_id, sku, balance.units, balance.credits_pending, lots)
                rows.append(replace(row, inbound=inbound[node_id]) if node_id in inbound else row)
    return AvailabilityFound(rows=tuple(rows), ledger_position=books.head.position)


def inbound_of(books: Books, sku: Sku) -> dict[NodeId, tuple[Inbound, ...]]:
    """What is to come to each node and is nobody's yet, of transfers and purchase orders, the first expected first."""
    bound: dict[NodeId, list[Inbound]] = {}
    for node_id, units, transfer in books.transfers.bound(sku):
        if free := units - reserved_under_way(books, transfer, sku):
            coming = Inbound(transfer_id=transfer.id, quantity=free, expected_day=transfer.expected_day)
            bound.setdefault(node_id, []).append(coming)
    for node_id, units, order in books.purchasing.to_come(sku):
        coming = Inbound(
            transfer_id="",
            quantity=units,
            expected_day=order.expected_day,
            purchase_order_id=order.id,
        )
        bound.setdefault(node_id, []).append(coming)
    return {node_id: tuple(sorted(coming, key=sooner)) for node_id, coming in bound.items()}


def sooner(one: Inbound) -> tuple[int, str, str]:
    return one.expected_day or _NEVER, one.transfer_id, one.purchase_order_id


def lots_at(books: Books, node_id: NodeId, sku: Sku) -> tuple[LotRow, ...]:
    """The lots that are there, in the order in which they leave; none where lots are not kept."""
    if not books.lots.is_kept(node_id, sku):
        return ()
    rows = []
    for account in books.lots.accounts_at(node_id, sku):
        balance, lot = books.balances.get(account, EMPTY), books.lots.find(sku, account.lot)
        if balance.units or balance.credits_pending:
            rows.append(
                LotRow(
                    lot=account.lot,
                    expiry_day=lot.expiry_day if lot else None,
                    on_hand=balance.units,
                    reserved=balance.credits_pending,
                )
            )
    return tuple(rows)


def row_of(
    node_id: NodeId, sku: Sku, on_hand: int, reserved: int, lots: tuple[LotRow, ...] = ()
) -> AvailabilityRow:
    """The figures of one node and SKU."""
    return AvailabilityRow(
        node_id=node_id,
        sku=sku,
        on_hand=on_hand,
        reserved=reserved,
        available=max(0, on_hand - reserved),
        lots=lots,
    )
