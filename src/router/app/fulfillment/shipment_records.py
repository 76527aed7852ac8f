"""Shipment records: a shipment as it is shown, made of what is booked on its order."""

from collections.abc import Iterable, Sequence

from router.app.answers.fulfillment import ShipmentRecord, ShipmentUnits
from router.app.books.history import read_history
from router.app.ports.store import Reader
from router.app.records.ids import parse_shipment_id
from router.app.steps.awaited import is_awaited
from router.app.steps.file_shipment import no_shipment
from router.domain.identifiers import LineId, Sku
from router.domain.order import Order
from router.domain.plan import Plan
from router.domain.reasons import Reason, RouterError
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount


def shipment_record(
    account: ShipmentAccount, order: Order, plan: Plan, reservations: Iterable[Reservation]
) -> ShipmentRecord:
    """The service and the days stay as they were decided; the units are those that it has or had when it left."""
    planned = plan.shipments[account.shipment - 1]
    own = [one for one in reservations if one.shipment == account.shipment]
    return ShipmentRecord(
        account=account,
        service_level_id=planned.service_level_id,
        ship_day=planned.ship_day,
        delivery_day=planned.delivery_day,
        promised_day=order.promise_day or planned.delivery_day,
        units=units_of((one, one.left + one.posted) for one in own),
        awaited=units_of((one, one.left) for one in own if is_awaited(one, account)),
    )


def units_of(parts: Iterable[tuple[Reservation, int]]) -> tuple[ShipmentUnits, ...]:
    """So many units of each reservation, by line and product."""
    units: dict[tuple[LineId, Sku], int] = {}
    for one, count in parts:
        if count:
            key = (one.line_id, one.account.sku)
            units[key] = units.get(key, 0) + count
    return tuple(
        ShipmentUnits(line_id=line_id, sku=sku, quantity=count) for (line_id, sku), count in units.items()
    )


def stored_shipment(reader: Reader, shipment_id: str) -> ShipmentRecord:
    """One that is committed. Refuses with ORDER_NOT_FOUND."""
    order_id, number = parse_shipment_id(shipment_id)
    accounts = reader.list_shipments_of(order_id)
    if not 1 <= number <= len(accounts):
        if order_id in reader.find_orders([order_id]):
            raise no_shipment(order_id, shipment_id, len(accounts))
        raise RouterError(
            Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
        )
    (record,) = records_of(reader, accounts[number - 1 : number])
    return record


def records_of(reader: Reader, accounts: Sequence[ShipmentAccount]) -> list[ShipmentRecord]:
    """The records of shipments that are committed, in their order; each order is read once."""
    orders = reader.find_orders(list(dict.fromkeys(account.order_id for account in accounts)))
    known = {
        order_id: (read_history(reader, order), reader.list_reservations(order_id))
        for order_id, order in orders.items()
    }
    found = []
    for account in accounts:
        history, reservations = known[account.order_id]
        found.append(shipment_record(account, history.order, history.plan, reservations))
    return found
