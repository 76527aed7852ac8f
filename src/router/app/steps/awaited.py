"""What a shipment awaits from other nodes, and which of it a transfer brings.

Units that a plan moves are reserved for their shipment where they are: on the shelf of the node that gives them, then
under way to the node that ships, then on its shelf. So nobody else can have them, wherever they are.
"""

from collections.abc import Iterable

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.app.records.ids import parse_shipment_id
from router.domain.identifiers import OrderId, Sku
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Account, Bucket
from router.ledger.picking import parts_of
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.ledger.transfers import Transfer


def is_awaited(part: Reservation, shipment: ShipmentAccount) -> bool:
    """Whether units of a shipment are not on the shelf that it leaves from."""
    return part.account.node_id != shipment.node_id or part.account.bucket is not Bucket.ON_HAND


def awaited_of(filed: FiledOrder, shipment: ShipmentAccount) -> list[Reservation]:
    """The reservations of units that the shipment awaits."""
    return [part for part in parts_of(shipment, filed.reservations) if is_awaited(part, shipment)]


def refuse_awaiting(filed: FiledOrder, shipment: ShipmentAccount) -> None:
    """Refuse with ORDER_STATE_FORBIDS a shipment of which units are elsewhere."""
    awaited = awaited_of(filed, shipment)
    if not awaited:
        return
    units = sum(part.left for part in awaited)
    there = sorted({part.account.node_id for part in awaited} - {shipment.node_id})
    where = f"still at {', '.join(there)}" if there else "under way"
    raise RouterError(
        Reason.ORDER_STATE_FORBIDS,
        f"shipment `{shipment.id}` awaits {units} unit{'' if units == 1 else 's'} at {shipment.node_id}, {where};"
        " send them with SendPlannedTransfer and receive them with ReceiveTransfer first",
        shipment_id=shipment.id,
        state=shipment.state.name,
    )


def shipment_served(books: Books, transfer: Transfer) -> tuple[FiledOrder, ShipmentAccount] | None:
    """The shipment that a transfer was sent for, with its order; None for any other transfer."""
    try:
        order_id, number = parse_shipment_id(transfer.reference)
        filed = books.get_order(order_id)
    except RouterError:
        return None
    shipment = filed.find_shipment(number)
    if shipment is None or shipment.node_id != transfer.to_node_id:
        return None
    return filed, shipment


def reserved_under_way(books: Books, transfer: Transfer, sku: Sku) -> int:
    """Units of a transfer that are the shipment's for which it was sent."""
    found = shipment_served(books, transfer) if transfer.reference else None
    if found is None:
        return 0
    parts = [part for part in awaited_of(*found) if part.account.bucket is Bucket.IN_TRANSIT]
    return min(transfer.left_of(sku), sum(part.left for part in parts if part.account.sku == sku))


def order_left_short(books: Books, transfer: Transfer) -> OrderId | None:
    """The order that a transfer was sent for, where units of it wait: some did not arrive, or not as they were sent."""
    found = shipment_served(books, transfer)
    if found is None:
        return None
    filed, _ = found
    return filed.order.id if any(line.backordered for line in filed.account.lines) else None


def parts_under_way(filed: FiledOrder, shipment: ShipmentAccount, transit: Account) -> list[Reservation]:
    """The reservations of the shipment's units in an account of units under way, the first made first."""
    return [part for part in parts_of(shipment, filed.reservations) if part.account == transit]


def take_from(parts: Iterable[Reservation], units: int) -> list[tuple[Reservation, int]]:
    """So many units of the reservations, or all there are, the first made first."""
    taken = []
    for part in parts:
        if count := min(units, part.left):
            taken.append((part, count))
            units -= count
    return taken
