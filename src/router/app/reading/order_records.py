"""Order records: an order as it is shown, made of what is booked on it."""

from collections.abc import Iterable
from dataclasses import replace

from router.app.answers.orders import OrderRecord
from router.app.books.changes import FiledOrder
from router.app.books.history import in_force, read_history
from router.app.books.return_book import OF_AN_ORDER_MAX
from router.app.ports.store import Reader
from router.app.records.ids import decision_id_of
from router.domain.order import Order
from router.domain.plan import Plan
from router.ledger.lifecycle import ShipmentState
from router.ledger.orders import OrderAccount
from router.ledger.shipments import ShipmentAccount, shipment_id_of


def record_of(filed: FiledOrder) -> OrderRecord:
    gone = filed.withdrawn | canceled_before(filed.account, filed.shipments)
    return order_record(filed.order, filed.plan, filed.account, gone)


def stored_record(reader: Reader, account: OrderAccount) -> OrderRecord:
    """Of an order that is committed."""
    history = read_history(reader, account)
    shipments = reader.list_shipments_of(account.order_id) if is_decided_again(account) else ()
    gone = history.withdrawn | canceled_before(account, shipments)
    record = order_record(history.order, history.plan, account, gone)
    return replace(record, network_digest=history.network_digest)


def with_returns(reader: Reader, record: OrderRecord) -> OrderRecord:
    """The record with the names of its returns, and of what was sent in the place of its units."""
    returns = reader.list_returns(None, OF_AN_ORDER_MAX, record.order.id)
    sent = (order_id for one in returns for order_id in one.replacement_order_ids)
    return replace(record, return_ids=tuple(one.id for one in returns), replacement_order_ids=tuple(sent))


def is_decided_again(account: OrderAccount) -> bool:
    """Whether the decision in force is not the one by which the order came in."""
    return account.decision_number != account.number


def canceled_before(account: OrderAccount, shipments: Iterable[ShipmentAccount]) -> frozenset[int]:
    """Canceled or rejected shipments of an order that was decided again: they are no part of its plan any more."""
    if not is_decided_again(account):
        return frozenset()
    return frozenset(one.shipment for one in shipments if one.state is ShipmentState.CANCELED)


def order_record(order: Order, plan: Plan, account: OrderAccount, gone: frozenset[int]) -> OrderRecord:
    """The plan stays as it was decided last; the quantities tell what became of it."""
    numbers = tuple(number for number in range(1, len(plan.shipments) + 1) if number not in gone)
    return OrderRecord(
        order=order,
        state=account.state.name,
        lines=account.lines,
        plan=in_force(plan, numbers),
        shipment_numbers=numbers,
        decision_id=decision_id_of(account.decision_number),
        position=account.position,
        dispatched_shipment_ids=tuple(
            shipment_id_of(account.order_id, number) for number in account.dispatched_shipments
        ),
    )
